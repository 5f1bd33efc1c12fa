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
    m_onThread = false;
    give(before, after);
    if (busy())
        build(); // the same texts, but now
}

void DiffLines::showSoon(const std::string &before, const std::string &after)
{
    m_onThread = true;
    give(before, after);
}

void DiffLines::give(const std::string &before, const std::string &after)
{
    if (m_given && m_givenBefore == before && m_givenAfter == after)
        return;
    m_given = true;
    m_givenBefore = before;
    m_givenAfter = after;
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
    const bool atOnce =
        !m_onThread || m_givenBefore.size() + m_givenAfter.size() <= 2 * LatestWork::small;
    m_work.ask(
        atOnce,
        [question = Question { m_givenBefore, m_givenAfter, m_structural, m_whole }] {
            return compare(question);
        },
        [this](Difference difference) {
            beginResetModel();
            std::swap(m_rows, difference.rows);
            endResetModel();
            m_added = difference.added;
            m_removed = difference.removed;
            m_places = difference.places;
            letGo(std::move(difference.rows));
            emit changed();
        });
    if (busy())
        emit changed();
}

DiffLines::Difference DiffLines::compare(const Question &question)
{
    const std::string before = forPeople(question.before);
    std::string after = forPeople(question.after);
    // A changed secret must not look like no change at all.
    if (before == after && question.before != question.after
        && !rules::sameMeaning(question.before, question.after))
        after += "\n// " + tr("a secret is another one").toStdString();
    Difference out;
    auto places = placesOf(before, after, out);
    auto lines = linesOf(before, after, question.whole, out);
    out.rows = question.structural && out.places >= 0 ? std::move(places) : std::move(lines);
    return out;
}

std::vector<DiffLines::Row> DiffLines::linesOf(
    const std::string &before, const std::string &after, bool whole, Difference &out)
{
    std::vector<Row> rows;
    auto lines = rules::diffLines(before, after);
    for (const auto &line : lines) {
        out.added += line.kind == rules::DiffLine::Added;
        out.removed += line.kind == rules::DiffLine::Removed;
    }
    if (!whole)
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
    return rows;
}

std::vector<DiffLines::Row> DiffLines::placesOf(
    const std::string &before, const std::string &after, Difference &out)
{
    std::vector<Row> rows;
    const auto first = schema::JsonTree::parse(before);
    const auto second = schema::JsonTree::parse(after);
    if (!first || !second)
        return rows;
    const auto changes = rules::diffJson(*first, *second);
    out.places = int(changes.size());
    for (const auto &change : changes) {
        const auto path = schema::pathText(change.path);
        rows.push_back(
            { Place, {}, {}, path.empty() ? tr("the whole value") : QString::fromStdString(path) });
        if (change.kind != rules::JsonChange::Added)
            rows.push_back({ Removed, {}, {}, QString::fromStdString(change.before) });
        if (change.kind != rules::JsonChange::Removed)
            rows.push_back({ Added, {}, {}, QString::fromStdString(change.after) });
    }
    return rows;
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
