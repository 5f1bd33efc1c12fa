// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/alertlists.h"

#include "models/stores/alertreadings.h"

#include <QLocale>

#include <algorithm>

namespace signalbox {
namespace {

bool sameScope(const rules::AlertRule &a, const rules::AlertRule &b)
{
    return a.kind == b.kind && a.workspace == b.workspace && a.flow == b.flow;
}

bool everywhere(const rules::AlertRule &rule)
{
    return rule.workspace.empty() && rule.flow.empty();
}

std::optional<double> numberOf(const QString &text)
{
    bool fine = false;
    const double value = QLocale::c().toDouble(text.trimmed(), &fine);
    return fine && value >= 0 && value <= 1e12 ? std::optional(value) : std::nullopt;
}

} // namespace

void AlertRules::setStore(AlertStore *store)
{
    m_store = store;
    if (store)
        connect(store, &AlertStore::settingsChanged, this, &AlertRules::reload);
    reload();
}

void AlertRules::reload()
{
    std::vector<rules::AlertRule> rows;
    const auto held = m_store ? m_store->rules() : std::vector<rules::AlertRule>();
    for (const rules::AlertKind kind : rules::alertKinds) {
        rules::AlertRule rule { kind, {}, {}, rules::defaultLimit(kind) };
        for (const auto &one : held)
            if (sameScope(one, rule))
                rule.limit = one.limit;
        rows.push_back(std::move(rule));
    }
    std::copy_if(held.begin(), held.end(), std::back_inserter(rows),
        [](const auto &rule) { return !everywhere(rule); });
    const bool sameRows = rows.size() == m_rows.size()
        && std::equal(rows.begin(), rows.end(), m_rows.begin(), sameScope);
    if (sameRows) {
        m_rows = std::move(rows);
        if (!m_rows.empty())
            emit dataChanged(index(0), index(int(m_rows.size()) - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int AlertRules::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant AlertRules::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto &rule = m_rows[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case KindRole:
        return alertKindText(rule.kind);
    case ScopeRole: {
        const QString workspace = QString::fromStdString(rule.workspace);
        return everywhere(rule) ? tr("everywhere")
            : rule.flow.empty()
            ? workspace
            : workspace + QStringLiteral(" / ") + QString::fromStdString(rule.flow);
    }
    case OnRole:
        return rule.limit.on;
    case LimitRole:
        return alertUnit(rule.kind).isEmpty() ? QString() : QString::number(rule.limit.limit);
    case UnitRole:
        return alertUnit(rule.kind);
    case SecondsRole:
        return QString::number(double(rule.limit.forMs) / 1000);
    default:
        return {};
    }
}

QHash<int, QByteArray> AlertRules::roleNames() const
{
    return { { KindRole, "kind" }, { ScopeRole, "scope" }, { OnRole, "on" }, { LimitRole, "limit" },
        { UnitRole, "unit" }, { SecondsRole, "seconds" } };
}

void AlertRules::put(int row, const rules::AlertLimit &limit)
{
    rules::AlertRule rule = m_rows[std::size_t(row)];
    rule.limit = limit;
    auto held = m_store->rules();
    std::erase_if(held, [&](const auto &one) { return sameScope(one, rule); });
    if (!everywhere(rule) || rule.limit != rules::defaultLimit(rule.kind))
        held.push_back(std::move(rule));
    m_store->setRules(std::move(held));
}

void AlertRules::setOn(int row, bool on)
{
    if (!m_store || row < 0 || row >= rowCount())
        return;
    rules::AlertLimit limit = m_rows[std::size_t(row)].limit;
    limit.on = on;
    put(row, limit);
}

void AlertRules::setLimit(int row, const QString &text)
{
    const auto value = numberOf(text);
    if (!m_store || row < 0 || row >= rowCount() || !value || *value <= 0)
        return;
    rules::AlertLimit limit = m_rows[std::size_t(row)].limit;
    limit.limit = *value;
    put(row, limit);
}

void AlertRules::setSeconds(int row, const QString &text)
{
    const auto value = numberOf(text);
    if (!m_store || row < 0 || row >= rowCount() || !value)
        return;
    rules::AlertLimit limit = m_rows[std::size_t(row)].limit;
    limit.forMs = std::int64_t(std::min(*value, 86400.0) * 1000);
    put(row, limit);
}

QString AlertRules::add(int kind, const QString &workspace, const QString &flow)
{
    if (!m_store || kind < 0 || kind >= int(rules::alertKinds.size()))
        return {};
    if (workspace.trimmed().isEmpty())
        return tr("Say for which workspace.");
    rules::AlertRule rule;
    rule.kind = rules::alertKinds[std::size_t(kind)];
    rule.workspace = workspace.trimmed().toStdString();
    rule.flow = flow.trimmed().toStdString();
    rule.limit = rules::limitFor(m_store->rules(), rule.kind, rule.workspace, rule.flow);
    auto held = m_store->rules();
    if (std::any_of(
            held.begin(), held.end(), [&](const auto &one) { return sameScope(one, rule); }))
        return tr("There is one already.");
    held.push_back(std::move(rule));
    m_store->setRules(std::move(held));
    return {};
}

void AlertRules::remove(int row)
{
    if (!m_store || row < 0 || row >= rowCount())
        return;
    const rules::AlertRule rule = m_rows[std::size_t(row)];
    auto held = m_store->rules();
    std::erase_if(held, [&](const auto &one) { return sameScope(one, rule); });
    m_store->setRules(std::move(held));
}

bool AlertRules::removable(int row) const
{
    return row >= 0 && row < rowCount()
        && (!everywhere(m_rows[std::size_t(row)])
            || m_rows[std::size_t(row)].limit
                != rules::defaultLimit(m_rows[std::size_t(row)].kind));
}

QStringList AlertRules::kinds() const
{
    QStringList texts;
    for (const rules::AlertKind kind : rules::alertKinds)
        texts.append(alertKindText(kind));
    return texts;
}

} // namespace signalbox
