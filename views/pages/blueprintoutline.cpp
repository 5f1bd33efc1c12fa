// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/blueprintoutline.h"

#include "models/stores/table.h"
#include "views/pages/blueprintwords.h"
#include "views/pages/flowtext.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;
using Severity = rules::BlueprintIssue::Severity;
using RowKind = rules::BlueprintRow::Kind;

namespace {

int toneOf(int severity)
{
    return severity == int(Severity::Fault)  ? Cell::Danger
        : severity == int(Severity::Caution) ? Cell::Caution
                                             : Cell::Muted;
}

} // namespace

BlueprintOutline::BlueprintOutline(QObject *parent)
    : QAbstractListModel(parent)
{
}

void BlueprintOutline::show(
    const QString &which, const std::string &text, const rules::KnownTypes &types)
{
    const bool another = m_which != which;
    if (!another && m_asked == text && m_types == types)
        return; // the page asks with every key, and again when its list is filled
    m_which = which;
    m_asked = text;
    m_types = types;
    m_work.ask(
        another || text.size() <= LatestWork::small,
        [text, types] { return readingOf(text, types); },
        [this, another](Reading reading) { take(std::move(reading), another); });
    if (m_work.busy())
        emit changed();
}

void BlueprintOutline::setAwaited(bool awaited)
{
    if (std::exchange(m_awaited, awaited) != awaited)
        emit changed();
}

BlueprintOutline::Reading BlueprintOutline::readingOf(
    const std::string &text, const rules::KnownTypes &types)
{
    Reading reading;
    reading.text = text;
    reading.issues = rules::checkBlueprint(text, types);
    const auto tree = schema::JsonTree::parse(text);
    reading.json = tree.hasValue();
    if (!tree)
        return reading;
    for (rules::BlueprintRow &row : rules::blueprintRows(*tree)) {
        const QString key = qs(schema::pathText(row.path));
        reading.rows.push_back({ std::move(row), key, -1, 0 });
    }
    auto &rows = reading.rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::size_t last = i;
        while (last + 1 < rows.size() && rows[last + 1].row.depth > rows[i].row.depth)
            ++last;
        rows[i].last = int(last);
    }
    placeIssues(reading.issues, rows);
    return reading;
}

void BlueprintOutline::take(Reading reading, bool another)
{
    if (m_which.isEmpty())
        reading.issues.clear();
    m_text = std::move(reading.text);
    m_place = {};
    m_issues = std::move(reading.issues);
    m_faults = m_cautions = 0;
    for (const auto &issue : m_issues) {
        m_faults += issue.severity == Severity::Fault;
        m_cautions += issue.severity == Severity::Caution;
    }
    m_stale = !reading.json && !m_which.isEmpty();
    if (reading.json || another)
        std::swap(m_rows, reading.rows);
    else
        for (Row &row : m_rows)
            row.issue = -1;
    letGo(std::move(reading.rows));
    if (another) {
        m_folded.clear();
        m_current.clear();
        if (int(m_rows.size()) > foldAbove)
            for (const Row &row : m_rows)
                if (row.row.depth == 1 && foldable(row))
                    m_folded.insert(row.key);
    }
    arrange();
    emit currentChanged();
}

/// Each issue goes to the deepest row whose path leads to it.
void BlueprintOutline::placeIssues(const Issues &issues, std::vector<Row> &rows)
{
    for (std::size_t i = 0; i < issues.size(); ++i) {
        Row *best = nullptr;
        for (Row &row : rows) {
            const auto &path = row.row.path;
            if (path.size() <= issues[i].path.size()
                && std::equal(path.begin(), path.end(), issues[i].path.begin())
                && (!best || path.size() > best->row.path.size()))
                best = &row;
        }
        if (best)
            best->issue = graver(issues, best->issue, int(i));
    }
}

int BlueprintOutline::graver(const Issues &issues, int a, int b)
{
    if (a < 0 || b < 0)
        return std::max(a, b);
    return issues[std::size_t(b)].severity > issues[std::size_t(a)].severity ? b : a;
}

bool BlueprintOutline::foldable(const Row &row) const
{
    return row.last > int(&row - m_rows.data());
}

bool BlueprintOutline::Shown::looksLike(const Shown &other) const
{
    return row.kind == other.row.kind && row.depth == other.row.depth && row.name == other.row.name
        && row.value == other.row.value && row.count == other.row.count
        && row.scope == other.row.scope && row.role == other.row.role && foldable == other.foldable
        && unfolded == other.unfolded && severity == other.severity && remark == other.remark;
}

std::vector<BlueprintOutline::Shown> BlueprintOutline::visible() const
{
    std::vector<Shown> shown;
    for (int i = 0; i < int(m_rows.size()); ++i) {
        const Row &row = m_rows[std::size_t(i)];
        Shown one { row.key, row.row, foldable(row), !m_folded.contains(row.key), -1, {},
            row.row.begin };
        int issue = row.issue;
        if (!one.unfolded) {
            for (int below = i + 1; below <= row.last; ++below)
                issue = graver(m_issues, issue, m_rows[std::size_t(below)].issue);
            i = row.last;
        }
        if (issue >= 0) {
            const rules::BlueprintIssue &held = m_issues[std::size_t(issue)];
            one.severity = int(held.severity);
            one.remark = blueprintwords::issueText(held);
            one.mark = held.begin;
        }
        shown.push_back(std::move(one));
    }
    return shown;
}

void BlueprintOutline::arrange()
{
    std::vector<Shown> now = visible();
    const auto sameKey = [](const Shown &a, const Shown &b) { return a.key == b.key; };
    const auto limit = std::min(now.size(), m_shown.size());
    std::size_t head = 0;
    while (head < limit && sameKey(now[head], m_shown[head]))
        ++head;
    std::size_t tail = 0;
    while (tail < limit - head
        && sameKey(now[now.size() - 1 - tail], m_shown[m_shown.size() - 1 - tail]))
        ++tail;
    const int oldEnd = int(m_shown.size() - tail);
    if (oldEnd > int(head)) {
        beginRemoveRows({}, int(head), oldEnd - 1);
        m_shown.erase(m_shown.begin() + std::ptrdiff_t(head), m_shown.begin() + oldEnd);
        endRemoveRows();
    }
    const int newEnd = int(now.size() - tail);
    if (newEnd > int(head)) {
        beginInsertRows({}, int(head), newEnd - 1);
        std::swap(m_shown, now);
        endInsertRows();
    } else {
        std::swap(m_shown, now);
    }
    // Most keys change what one row says, or none: only that is painted anew.
    int first = -1;
    int last = -1;
    const auto note = [&](std::size_t was, std::size_t is) {
        if (now[was].looksLike(m_shown[is]))
            return;
        first = first < 0 ? int(is) : first;
        last = int(is);
    };
    for (std::size_t i = 0; i < head; ++i)
        note(i, i);
    for (std::size_t i = tail; i > 0; --i)
        note(now.size() - i, m_shown.size() - i);
    letGo(std::move(now));
    if (first >= 0)
        emit dataChanged(index(first), index(last));
    emit changed();
}

void BlueprintOutline::toggle(int row)
{
    if (row < 0 || row >= count())
        return;
    const QString key = m_shown[std::size_t(row)].key;
    if (!m_shown[std::size_t(row)].foldable)
        return;
    if (!m_folded.remove(key))
        m_folded.insert(key);
    arrange();
    emit currentChanged();
}

int BlueprintOutline::current() const
{
    const auto at = std::find_if(m_shown.begin(), m_shown.end(),
        [this](const Shown &shown) { return shown.key == m_current; });
    return at == m_shown.end() ? -1 : int(at - m_shown.begin());
}

void BlueprintOutline::setCurrent(int row)
{
    const QString key = row >= 0 && row < count() ? m_shown[std::size_t(row)].key : QString();
    if (std::exchange(m_current, key) != key)
        emit currentChanged();
}

int BlueprintOutline::characterAt(int row) const
{
    if (row < 0 || row >= count() || m_stale)
        return -1;
    return blueprintwords::characterOf(m_text, m_shown[std::size_t(row)].mark);
}

/// Byte of a character, counted from the one before: the cursor moves by one with every key.
std::size_t BlueprintOutline::byteOf(int character)
{
    auto &[at, byte] = m_place;
    if (character < at)
        m_place = {};
    const auto continues = [this](std::size_t place) {
        return place < m_text.size() && (static_cast<unsigned char>(m_text[place]) & 0xC0) == 0x80;
    };
    while (at < character && byte < m_text.size()) {
        at += static_cast<unsigned char>(m_text[byte]) >= 0xF0 ? 2 : 1; // a surrogate pair
        ++byte;
        while (continues(byte))
            ++byte;
    }
    return byte;
}

void BlueprintOutline::follow(int character)
{
    if (m_stale || character < 0)
        return;
    const std::size_t offset = byteOf(character);
    // Members stand in any order in the text: the nearest beginning before the place is meant.
    int best = -1;
    for (int i = 0; i < count(); ++i) {
        const std::size_t begin = m_shown[std::size_t(i)].row.begin;
        if (begin <= offset && (best < 0 || begin > m_shown[std::size_t(best)].row.begin))
            best = i;
    }
    setCurrent(best);
}

int BlueprintOutline::nextIssue(bool backwards)
{
    if (m_stale || count() == 0)
        return -1;
    const int from = current();
    for (int step = 1; step <= count(); ++step) {
        const int row = (from + (backwards ? -step : step) + 2 * count()) % count();
        if (m_shown[std::size_t(row)].severity < 0)
            continue;
        setCurrent(row);
        return row;
    }
    return -1;
}

QString BlueprintOutline::verdict() const
{
    if (m_which.isEmpty())
        return {};
    if (checking())
        return tr("checking…");
    QStringList words;
    if (m_faults > 0)
        words.append(flowtext::counted(m_faults, tr("1 fault"), tr("%1 faults")));
    if (m_cautions > 0)
        words.append(flowtext::counted(m_cautions, tr("1 caution"), tr("%1 cautions")));
    return words.isEmpty() ? tr("sound") : words.join(QStringLiteral(", "));
}

int BlueprintOutline::verdictTone() const
{
    return checking()    ? Cell::Muted
        : m_faults > 0   ? Cell::Danger
        : m_cautions > 0 ? Cell::Caution
                         : Cell::Good;
}

QString BlueprintOutline::issue() const
{
    const int row = current();
    return row < 0 ? QString() : data(index(row), RemarkRole).toString();
}

int BlueprintOutline::issueTone() const
{
    const int row = current();
    return toneOf(row < 0 ? -1 : m_shown[std::size_t(row)].severity);
}

QString BlueprintOutline::partsText(const rules::BlueprintRow &row) const
{
    if (row.count < 0)
        return {};
    switch (row.kind) {
    case RowKind::Section:
        return row.name == "parameters" || row.name == "interfaces"
            ? QString::number(row.count)
            : flowtext::counted(row.count, tr("1 entry"), tr("%1 entries"));
    case RowKind::Entry:
        return flowtext::counted(row.count, tr("1 value"), tr("%1 values"));
    default:
        return {};
    }
}

int BlueprintOutline::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant BlueprintOutline::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Shown &shown = m_shown[std::size_t(index.row())];
    const rules::BlueprintRow &row = shown.row;
    switch (role) {
    case LevelRole:
        return row.depth;
    case NameRole:
    case Qt::DisplayRole:
        return qs(row.name);
    case ValueRole:
        return qs(row.value).simplified();
    case ScopeRole:
        return row.scope == rules::Scope::Unknown ? QString() : flowtext::scopeName(row.scope);
    case DutyRole:
        return row.kind == RowKind::Topic ? blueprintwords::roleText(row.role) : QString();
    case PartsRole:
        return partsText(row);
    case SeverityRole:
        return shown.severity;
    case RemarkRole:
        return shown.remark;
    case FoldableRole:
        return shown.foldable;
    case UnfoldedRole:
        return !m_folded.contains(shown.key);
    default:
        return {};
    }
}

QHash<int, QByteArray> BlueprintOutline::roleNames() const
{
    return { { LevelRole, "level" }, { NameRole, "name" }, { ValueRole, "value" },
        { ScopeRole, "scope" }, { DutyRole, "duty" }, { PartsRole, "parts" },
        { SeverityRole, "severity" }, { RemarkRole, "remark" }, { FoldableRole, "foldable" },
        { UnfoldedRole, "unfolded" } };
}

} // namespace signalbox
