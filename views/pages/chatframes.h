// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <deque>
#include <string>

namespace signalbox {

/// Frames of the chat's socket as they were, newest last. Bound: `capacity`; older ones leave.
class ChatFrames : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatTestPageModel")
public:
    enum Role { SentRole = Qt::UserRole + 1, TimeRole, TextRole, SizeRole };
    static constexpr int capacity = 2000;
    explicit ChatFrames(QObject *parent);
    void add(bool sent, const std::string &text, qint64 atMs);
    void clear();
    Q_INVOKABLE QString whole(int row) const;
    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

private:
    struct Frame {
        bool sent = false;
        std::string text; ///< at most 64 KiB of it
        qint64 size = 0;
        qint64 atMs = 0;
    };
    std::deque<Frame> m_frames;
};

} // namespace signalbox
