// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/configconflict.h"

#include "models/schema/configform.h"
#include "models/stores/configdrafts.h"
#include "views/pages/flowtext.h"

namespace signalbox {

using flowtext::qs;

namespace {

QString forPeople(const std::optional<std::string> &text, const QString &absent)
{
    if (!text)
        return absent;
    const auto tree = schema::JsonTree::parse(*text);
    if (!tree)
        return qs(*text);
    const auto plain = schema::JsonTree::parse(schema::masked(*tree));
    return qs(schema::indented(plain ? *plain : *tree));
}

/// What one place holds, on one line.
QString place(const std::optional<std::string> &text)
{
    if (!text)
        return ConfigConflict::tr("not there");
    const auto tree = schema::JsonTree::parse(*text);
    return tree ? qs(schema::onOneLine(*tree, true)) : qs(*text);
}

} // namespace

ConfigConflict::ConfigConflict(QObject *parent)
    : QAbstractListModel(parent)
    , m_theirDiff(new DiffLines(this))
    , m_myDiff(new DiffLines(this))
    , m_outcomeDiff(new DiffLines(this))
{
}

void ConfigConflict::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    if (m_session)
        connect(m_session->config(), &ConfigStore::valueChanged, this, [this](const QString &id) {
            if (id == m_id && open())
                read(); // they changed it once more
        });
    emit changed();
}

void ConfigConflict::begin(const QString &id)
{
    m_id = id;
    read();
}

void ConfigConflict::read()
{
    const auto *draft = m_session ? m_session->config()->drafts()->find(m_id) : nullptr;
    const ConfigRow *row = m_session ? m_session->config()->find(m_id) : nullptr;
    m_base = draft ? draft->base : std::nullopt;
    m_mine = draft ? draft->text : std::nullopt;
    m_theirs = row && row->exists ? std::optional(row->value) : std::nullopt;
    beginResetModel();
    m_merge =
        mergeable() ? rules::merge3(m_base.value_or("{}"), *m_mine, *m_theirs) : rules::Merge();
    m_takesTheirs.assign(m_merge.conflicts.size(), 0);
    endResetModel();
    m_theirDiff->show(m_base.value_or(std::string()), m_theirs.value_or(std::string()));
    m_myDiff->show(m_base.value_or(std::string()), m_mine.value_or(std::string()));
    compare();
}

void ConfigConflict::compare()
{
    m_outcomeDiff->show(m_theirs.value_or(std::string()), merge());
    emit changed();
}

std::string ConfigConflict::merge() const
{
    std::string text = m_merge.text;
    for (std::size_t i = 0; i < m_takesTheirs.size(); ++i)
        if (m_takesTheirs[i])
            text = rules::withTheirs(text, m_merge.conflicts[i]);
    return text;
}

QString ConfigConflict::title() const
{
    return ConfigStore::parseId(m_id).key;
}

QString ConfigConflict::subtitle() const
{
    const auto place = ConfigStore::parseId(m_id);
    return tr("%1 · %2").arg(place.type, place.workspace);
}

QString ConfigConflict::base() const
{
    return forPeople(m_base, tr("It was not there."));
}

QString ConfigConflict::theirs() const
{
    return forPeople(m_theirs, tr("It is deleted."));
}

QString ConfigConflict::mine() const
{
    return forPeople(m_mine, tr("Delete it."));
}

QString ConfigConflict::outcome() const
{
    return forPeople(merge(), {});
}

bool ConfigConflict::open() const
{
    return m_session && m_session->config()->drafts()->state(m_id) == ConfigRow::Conflict;
}

void ConfigConflict::choose(int row, bool theirs)
{
    if (row < 0 || row >= count() || bool(m_takesTheirs[std::size_t(row)]) == theirs)
        return;
    m_takesTheirs[std::size_t(row)] = theirs;
    emit dataChanged(index(row), index(row));
    compare();
}

void ConfigConflict::takeMine()
{
    if (!open())
        return;
    m_session->config()->drafts()->rebase(m_id, m_theirs, m_mine);
    emit changed();
    emit decided();
}

void ConfigConflict::takeTheirs()
{
    if (!open())
        return;
    m_session->config()->drafts()->discard(m_id);
    emit changed();
    emit decided();
}

void ConfigConflict::takeMerged()
{
    if (!open() || !mergeable())
        return;
    m_session->config()->drafts()->rebase(m_id, m_theirs, merge());
    emit changed();
    emit decided();
}

int ConfigConflict::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant ConfigConflict::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto &conflict = m_merge.conflicts[std::size_t(index.row())];
    switch (role) {
    case PathRole:
    case Qt::DisplayRole: {
        const auto path = schema::pathText(conflict.path);
        return path.empty() ? tr("the whole value") : qs(path);
    }
    case BaseRole:
        return place(conflict.base);
    case TheirsRole:
        return place(conflict.theirs);
    case MineRole:
        return place(conflict.mine);
    case TakesTheirsRole:
        return bool(m_takesTheirs[std::size_t(index.row())]);
    default:
        return {};
    }
}

QHash<int, QByteArray> ConfigConflict::roleNames() const
{
    return { { PathRole, "path" }, { BaseRole, "base" }, { TheirsRole, "theirs" },
        { MineRole, "mine" }, { TakesTheirsRole, "takesTheirs" } };
}

} // namespace signalbox
