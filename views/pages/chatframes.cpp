// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/chatframes.h"

#include "models/schema/codec.h"
#include "models/stores/format.h"
#include "models/stores/plaintext.h"

namespace signalbox {

static constexpr std::size_t frameTextLimit = 64 * 1024;

ChatFrames::ChatFrames(QObject *parent)
    : QAbstractListModel(parent)
{
}

void ChatFrames::add(bool sent, const std::string &text, qint64 atMs)
{
    if (int(m_frames.size()) >= capacity) {
        beginRemoveRows({}, 0, 0);
        m_frames.pop_front();
        endRemoveRows();
    }
    const int row = int(m_frames.size());
    beginInsertRows({}, row, row);
    m_frames.push_back({ sent, text.substr(0, frameTextLimit), qint64(text.size()), atMs });
    endInsertRows();
}

void ChatFrames::clear()
{
    beginResetModel();
    m_frames.clear();
    endResetModel();
}

QString ChatFrames::whole(int row) const
{
    if (row < 0 || row >= int(m_frames.size()))
        return {};
    return plainText(schema::pretty(m_frames[std::size_t(row)].text), 4 * frameTextLimit);
}

int ChatFrames::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_frames.size());
}

QVariant ChatFrames::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Frame &frame = m_frames[std::size_t(index.row())];
    switch (role) {
    case SentRole:
        return frame.sent;
    case TimeRole:
        return format::clock(frame.atMs, format::Zone::Local);
    case Qt::DisplayRole:
    case TextRole:
        return plainLine(frame.text, 600);
    case SizeRole:
        return format::bytes(frame.size);
    default:
        return {};
    }
}

QHash<int, QByteArray> ChatFrames::roleNames() const
{
    return { { SentRole, "sent" }, { TimeRole, "time" }, { TextRole, "words" },
        { SizeRole, "size" } };
}

} // namespace signalbox
