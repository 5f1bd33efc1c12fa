// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/conflictmerge.h"

#include "models/schema/configform.h"
#include "views/pages/flowtext.h"

#include <algorithm>

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
QString conflictPlace(const std::optional<std::string> &text)
{
    if (!text)
        return ConflictMerge::tr("not there");
    const auto tree = schema::JsonTree::parse(*text);
    return tree ? qs(schema::onOneLine(*tree, true)) : qs(*text);
}

} // namespace

ConflictMerge::ConflictMerge(QObject *parent)
    : QAbstractListModel(parent)
    , m_theirDiff(new DiffLines(this))
    , m_myDiff(new DiffLines(this))
    , m_outcomeDiff(new DiffLines(this))
{
}

ConflictMerge::~ConflictMerge() = default;

void ConflictMerge::compare(
    Text base, Text theirs, Text mine, const std::vector<std::string> &theirsAlways)
{
    m_base = std::move(base);
    m_theirs = std::move(theirs);
    m_mine = std::move(mine);
    beginResetModel();
    m_merge =
        mergeable() ? rules::merge3(m_base.value_or("{}"), *m_mine, *m_theirs) : rules::Merge();
    std::erase_if(m_merge.conflicts, [&](const rules::MergeConflict &one) {
        const std::string path = schema::pathText(one.path);
        const bool settled =
            std::find(theirsAlways.begin(), theirsAlways.end(), path) != theirsAlways.end();
        if (settled)
            m_merge.text = rules::withTheirs(m_merge.text, one);
        return settled;
    });
    m_takesTheirs.assign(m_merge.conflicts.size(), 0);
    endResetModel();
    m_theirDiff->show(m_base.value_or(std::string()), m_theirs.value_or(std::string()));
    m_myDiff->show(m_base.value_or(std::string()), m_mine.value_or(std::string()));
    showOutcome();
}

void ConflictMerge::showOutcome()
{
    m_outcomeDiff->show(m_theirs.value_or(std::string()), merge());
    emit compared();
}

std::string ConflictMerge::merge() const
{
    std::string text = m_merge.text;
    for (std::size_t i = 0; i < m_takesTheirs.size(); ++i)
        if (m_takesTheirs[i])
            text = rules::withTheirs(text, m_merge.conflicts[i]);
    return text;
}

QString ConflictMerge::base() const
{
    return forPeople(m_base, tr("It was not there."));
}

QString ConflictMerge::theirs() const
{
    return forPeople(m_theirs, tr("It is deleted."));
}

QString ConflictMerge::mine() const
{
    return forPeople(m_mine, tr("Delete it."));
}

QString ConflictMerge::outcome() const
{
    return forPeople(merge(), {});
}

void ConflictMerge::choose(int row, bool theirs)
{
    if (row < 0 || row >= count() || bool(m_takesTheirs[std::size_t(row)]) == theirs)
        return;
    m_takesTheirs[std::size_t(row)] = theirs;
    emit dataChanged(index(row), index(row));
    showOutcome();
}

int ConflictMerge::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant ConflictMerge::data(const QModelIndex &index, int role) const
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
        return conflictPlace(conflict.base);
    case TheirsRole:
        return conflictPlace(conflict.theirs);
    case MineRole:
        return conflictPlace(conflict.mine);
    case TakesTheirsRole:
        return bool(m_takesTheirs[std::size_t(index.row())]);
    default:
        return {};
    }
}

QHash<int, QByteArray> ConflictMerge::roleNames() const
{
    return { { PathRole, "path" }, { BaseRole, "base" }, { TheirsRole, "theirs" },
        { MineRole, "mine" }, { TakesTheirsRole, "takesTheirs" } };
}

} // namespace signalbox
