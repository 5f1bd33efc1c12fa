// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/difflines.h"

#include "models/rules/jsondiff.h"
#include "models/rules/linediff.h"
#include "models/schema/configform.h"
#include "models/stores/format.h"

namespace signalbox {
namespace {

/// For the eye: JSON over several lines, without its secrets.
std::string forPeople(const std::string &text)
{
    const auto tree = schema::JsonTree::parse(text);
    if (!tree)
        return text;
    const auto plain = schema::JsonTree::parse(schema::masked(*tree));
    return schema::indented(plain ? *plain : *tree);
}

} // namespace

DiffLines::DiffLines(QObject *parent)
    : QAbstractListModel(parent)
{
}

void DiffLines::show(const std::string &before, const std::string &after)
{
    const bool sameBefore = m_given && m_givenBefore == before;
    if (sameBefore && m_givenAfter == after)
        return;
    if (!sameBefore) {
        m_givenBefore = before;
        m_before = forPeople(before);
    }
    m_given = true;
    m_givenAfter = after;
    m_after = forPeople(after);
    // A changed secret must not look like no change at all.
    if (m_before == m_after && before != after && !rules::sameMeaning(before, after))
        m_after += "\n// " + tr("a secret is another one").toStdString();
    build();
}

void DiffLines::setStructural(bool structural)
{
    if (std::exchange(m_structural, structural) != structural)
        build();
}

void DiffLines::setWhole(bool whole)
{
    if (std::exchange(m_whole, whole) != whole)
        build();
}

void DiffLines::build()
{
    std::vector<Row> rows;
    m_added = m_removed = 0;
    m_places = -1;
    std::vector<Row> places;
    const bool json = buildPlaces(places);
    buildLines(rows);
    beginResetModel();
    m_rows = m_structural && json ? std::move(places) : std::move(rows);
    endResetModel();
    emit changed();
}

void DiffLines::buildLines(std::vector<Row> &rows)
{
    auto lines = rules::diffLines(m_before, m_after);
    for (const auto &line : lines) {
        m_added += line.kind == rules::DiffLine::Added;
        m_removed += line.kind == rules::DiffLine::Removed;
    }
    if (!m_whole)
        lines = rules::folded(lines);
    const auto number = [](int line) { return line > 0 ? QString::number(line) : QString(); };
    for (const auto &line : lines) {
        if (line.kind == rules::DiffLine::Gap)
            rows.push_back({ Gap, {}, {},
                line.skipped == 1 ? tr("1 equal line")
                                  : tr("%1 equal lines").arg(format::count(line.skipped)) });
        else
            rows.push_back({ Kind(line.kind), number(line.before), number(line.after),
                QString::fromStdString(line.text) });
    }
}

bool DiffLines::buildPlaces(std::vector<Row> &rows)
{
    const auto before = schema::JsonTree::parse(m_before);
    const auto after = schema::JsonTree::parse(m_after);
    if (!before || !after)
        return false;
    const auto changes = rules::diffJson(*before, *after);
    m_places = int(changes.size());
    for (const auto &change : changes) {
        const auto path = schema::pathText(change.path);
        rows.push_back(
            { Place, {}, {}, path.empty() ? tr("the whole value") : QString::fromStdString(path) });
        if (change.kind != rules::JsonChange::Added)
            rows.push_back({ Removed, {}, {}, QString::fromStdString(change.before) });
        if (change.kind != rules::JsonChange::Removed)
            rows.push_back({ Added, {}, {}, QString::fromStdString(change.after) });
    }
    return true;
}

int DiffLines::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant DiffLines::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[std::size_t(index.row())];
    switch (role) {
    case KindRole:
        return row.kind;
    case BeforeRole:
        return row.before;
    case AfterRole:
        return row.after;
    case ContentRole:
    case Qt::DisplayRole:
        return row.content;
    default:
        return {};
    }
}

QHash<int, QByteArray> DiffLines::roleNames() const
{
    return { { KindRole, "kind" }, { BeforeRole, "before" }, { AfterRole, "after" },
        { ContentRole, "content" } };
}

} // namespace signalbox
