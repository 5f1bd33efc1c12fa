// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/chattestform.h"

#include "models/stores/session.h"
#include "views/pages/flowtext.h"
#include "views/pages/tenantwords.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <utility>

namespace signalbox {

using flowtext::qs;

namespace {

const QString handedYes = QStringLiteral("yes");
const QString handedNo = QStringLiteral("no");
const QString stepMark = QStringLiteral("step");
constexpr QChar fieldEnd(0x1F);
constexpr QChar rowEnd(0x1E);

constexpr std::array<std::string_view, 4> claimable { "", "platform_admin", "customer_admin",
    "customer_operator" };

} // namespace

ChatTestForm::ChatTestForm(QObject *parent)
    : QAbstractListModel(parent)
{
}

ChatTestForm::~ChatTestForm() = default;

// ---- from and to a test ----

std::vector<ChatTestForm::Row> ChatTestForm::rowsOf(const schema::ChatTest &test)
{
    std::vector<Row> rows;
    for (const schema::ChatStep &step : test.steps) {
        rows.push_back({ true, Contains, qs(step.say) });
        for (const schema::ChatExpectation &wanted : step.expect) {
            if (wanted.contains)
                rows.push_back({ false, Contains, qs(*wanted.contains) });
            else if (wanted.lacks)
                rows.push_back({ false, Lacks, qs(*wanted.lacks) });
            else if (wanted.regex)
                rows.push_back({ false, Matches, qs(*wanted.regex) });
            else if (wanted.tool)
                rows.push_back({ false, CallsTool, qs(*wanted.tool) });
            else if (wanted.escalated)
                rows.push_back({ false, HandedOver, *wanted.escalated ? handedYes : handedNo });
            else if (wanted.latencyMs)
                rows.push_back({ false, Within, QString::number(*wanted.latencyMs) });
        }
    }
    return rows;
}

schema::ChatTest ChatTestForm::test() const
{
    schema::ChatTest test;
    test.name = m_name.toStdString();
    test.tenant = m_tenant.toStdString();
    test.agent = m_agent.toStdString();
    test.role = m_role;
    for (const Row &row : m_rows) {
        const std::string value = row.value.toStdString();
        if (row.step) {
            test.steps.push_back({ value, {} });
            continue;
        }
        schema::ChatExpectation &wanted = test.steps.back().expect.emplace_back();
        switch (Kind(row.kind)) {
        case Contains:
            wanted.contains = value;
            break;
        case Lacks:
            wanted.lacks = value;
            break;
        case Matches:
            wanted.regex = value;
            break;
        case CallsTool:
            wanted.tool = value;
            break;
        case HandedOver:
            wanted.escalated = row.value == handedYes;
            break;
        case Within:
            wanted.latencyMs = row.value.toLongLong();
            break;
        }
    }
    return test;
}

void ChatTestForm::show(const schema::ChatTest &shown)
{
    auto rows = rowsOf(shown);
    if (rows != m_rows) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    }
    m_name = qs(shown.name);
    m_tenant = qs(shown.tenant);
    m_agent = qs(shown.agent);
    m_role = shown.role;
    emit changed();
}

void ChatTestForm::clear()
{
    show({});
}

void ChatTestForm::begin(const QString &name, const QString &tenant, const QString &agent)
{
    schema::ChatTest fresh;
    fresh.name = name.toStdString();
    fresh.tenant = tenant.toStdString();
    fresh.agent = agent.toStdString();
    fresh.steps.emplace_back();
    show(fresh);
}

/// Not JSON: that is of whole tests only. Separators are control characters, which nobody types.
QString ChatTestForm::half() const
{
    if (m_rows.empty() || fault().isEmpty())
        return {};
    const auto joined = [](QStringList parts) {
        for (QString &part : parts)
            part.remove(fieldEnd).remove(rowEnd);
        return parts.join(fieldEnd);
    };
    QStringList rows { joined({ m_name, m_tenant, m_agent, qs(m_role) }) };
    for (const Row &row : m_rows)
        rows.append(joined({ row.step ? stepMark : QString::number(row.kind), row.value }));
    return rows.join(rowEnd);
}

void ChatTestForm::setHalf(const QString &half)
{
    QStringList lines = half.split(rowEnd);
    const QStringList head = lines.takeFirst().split(fieldEnd);
    std::vector<Row> rows;
    for (const QString &line : std::as_const(lines)) {
        const QStringList parts = line.split(fieldEnd);
        const bool step = parts.first() == stepMark;
        const int kind = parts.first().toInt();
        const bool first = rows.empty();
        if (parts.size() != 2 || (first && !step) || kind < Contains || kind > Within)
            return; // of another version: the last whole test stands
        rows.push_back({ step, kind, parts[1] });
    }
    if (head.size() != 4 || rows.empty())
        return;
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
    m_name = head[0];
    m_tenant = head[1];
    m_agent = head[2];
    m_role = head[3].toStdString();
    emit changed();
}

// ---- what is said about it ----

QStringList ChatTestForm::roles()
{
    QStringList names { tr("your own role") };
    for (std::size_t role = 1; role < claimable.size(); ++role)
        names.append(tenantwords::fullRoleName(std::string(claimable[role])));
    return names;
}

int ChatTestForm::role() const
{
    const auto at = std::find(claimable.begin(), claimable.end(), m_role);
    return at == claimable.end() ? -1 : int(at - claimable.begin()); // another: shown in the JSON
}

void ChatTestForm::setRole(int role)
{
    if (role < 0 || role >= int(claimable.size()) || role == this->role())
        return;
    m_role = claimable[std::size_t(role)];
    told();
}

QStringList ChatTestForm::kinds()
{
    return { tr("contains"), tr("does not contain"), tr("matches"), tr("calls the tool"),
        tr("is handed to a person"), tr("comes within, ms") };
}

void ChatTestForm::setName(const QString &name)
{
    if (std::exchange(m_name, name) != name)
        told();
}

void ChatTestForm::setTenant(const QString &tenant)
{
    if (std::exchange(m_tenant, tenant) != tenant)
        told();
}

void ChatTestForm::setAgent(const QString &agent)
{
    if (std::exchange(m_agent, agent) != agent)
        told();
}

QString ChatTestForm::faultOf(const Row &row) const
{
    if (row.step)
        return row.value.trimmed().isEmpty() ? tr("Say something.") : QString();
    if (row.kind == HandedOver)
        return {};
    if (row.value.isEmpty())
        return tr("What is expected?");
    if (row.kind == Within) {
        bool number = false;
        const qint64 limit = row.value.toLongLong(&number);
        return number && limit > 0 ? QString() : tr("A number of milliseconds, above 0.");
    }
    if (row.kind == Matches) {
        const QRegularExpression pattern(row.value, QRegularExpression::UseUnicodePropertiesOption);
        if (!pattern.isValid())
            return tr("At character %1: %2")
                .arg(pattern.patternErrorOffset() + 1)
                .arg(pattern.errorString());
    }
    return {};
}

QString ChatTestForm::fault() const
{
    if (m_rows.empty())
        return {};
    if (m_tenant.isEmpty() || m_agent.isEmpty())
        return m_tenant.isEmpty() ? tr("Name the tenant.") : tr("Name the agent.");
    int step = 0;
    for (const Row &row : m_rows) {
        step += row.step ? 1 : 0;
        if (const QString fault = faultOf(row); !fault.isEmpty())
            return tr("Step %1: %2").arg(step).arg(fault);
    }
    return {};
}

void ChatTestForm::told()
{
    emit changed();
    if (!m_rows.empty() && fault().isEmpty())
        emit edited(schema::encode(test()));
}

// ---- rows ----

int ChatTestForm::endOf(int row) const
{
    int end = row + 1;
    while (m_rows[std::size_t(row)].step && end < count() && !m_rows[std::size_t(end)].step)
        ++end;
    return end;
}

int ChatTestForm::stepOf(int row) const
{
    while (row > 0 && !m_rows[std::size_t(row)].step)
        --row;
    return row;
}

int ChatTestForm::target(int row, int by) const
{
    if (!holds(row))
        return -1;
    if (m_rows[std::size_t(row)].step) {
        if (by > 0)
            return endOf(row) < count() ? endOf(row) : -1;
        return row > 0 ? stepOf(row - 1) : -1;
    }
    const int other = row + (by > 0 ? 1 : -1);
    return holds(other) && !m_rows[std::size_t(other)].step ? other : -1;
}

void ChatTestForm::setValue(int row, const QString &value)
{
    if (!holds(row) || std::exchange(m_rows[std::size_t(row)].value, value) == value)
        return;
    emit dataChanged(index(row), index(row), { ValueRole, FaultRole });
    told();
}

void ChatTestForm::setKind(int row, int kind)
{
    if (!holds(row) || m_rows[std::size_t(row)].step || kind < Contains || kind > Within)
        return;
    Row &held = m_rows[std::size_t(row)];
    if (held.kind == kind)
        return;
    if (kind == HandedOver || held.kind == HandedOver)
        held.value = kind == HandedOver ? handedYes : QString();
    held.kind = kind;
    emit dataChanged(index(row), index(row), { KindRole, ValueRole, FaultRole });
    told();
}

void ChatTestForm::addStep()
{
    beginInsertRows({}, count(), count());
    m_rows.push_back({ true, Contains, {} });
    endInsertRows();
    emit dataChanged(index(0), index(count() - 1), { UpRole, DownRole });
    told();
}

int ChatTestForm::addExpectation(int row)
{
    if (!holds(row))
        return -1;
    beginInsertRows({}, row + 1, row + 1);
    m_rows.insert(m_rows.begin() + row + 1, Row {});
    endInsertRows();
    emit dataChanged(index(0), index(count() - 1), { UpRole, DownRole });
    told();
    return row + 1;
}

void ChatTestForm::remove(int row)
{
    if (!holds(row))
        return;
    const int end = endOf(row);
    beginRemoveRows({}, row, end - 1);
    m_rows.erase(m_rows.begin() + row, m_rows.begin() + end);
    endRemoveRows();
    if (count() > 0)
        emit dataChanged(index(0), index(count() - 1), { NumberRole, UpRole, DownRole });
    told();
}

int ChatTestForm::move(int row, int by)
{
    const int other = target(row, by);
    if (other < 0)
        return row;
    const int end = endOf(row);
    const int otherEnd = endOf(other);
    const int to = by > 0 ? otherEnd : other;
    if (!beginMoveRows({}, row, end - 1, {}, to))
        return row;
    const auto at = [this](int place) { return m_rows.begin() + place; };
    if (by > 0)
        std::rotate(at(row), at(end), at(otherEnd));
    else
        std::rotate(at(other), at(row), at(end));
    endMoveRows();
    emit dataChanged(index(0), index(count() - 1), { NumberRole, UpRole, DownRole });
    told();
    return by > 0 ? to - (end - row) : to;
}

int ChatTestForm::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant ChatTestForm::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[std::size_t(index.row())];
    switch (role) {
    case StepRole:
        return row.step;
    case NumberRole:
        return int(std::count_if(m_rows.begin(), m_rows.begin() + index.row() + 1,
            [](const Row &each) { return each.step; }));
    case KindRole:
        return row.kind;
    case Qt::DisplayRole:
    case ValueRole:
        return row.value;
    case FaultRole:
        return faultOf(row);
    case UpRole:
        return target(index.row(), -1) >= 0;
    case DownRole:
        return target(index.row(), 1) >= 0;
    default:
        return {};
    }
}

QHash<int, QByteArray> ChatTestForm::roleNames() const
{
    return { { StepRole, "step" }, { NumberRole, "number" }, { KindRole, "kind" },
        { ValueRole, "value" }, { FaultRole, "fault" }, { UpRole, "canUp" },
        { DownRole, "canDown" } };
}

} // namespace signalbox
