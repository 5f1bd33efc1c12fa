// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/configform.h"

#include "views/pages/flowtext.h"

#include <algorithm>
#include <utility>

namespace signalbox {

using flowtext::qs;
using schema::FieldKind;

namespace {

ConfigForm::Widget widgetOf(FieldKind kind)
{
    switch (kind) {
    case FieldKind::Text:
        return ConfigForm::Text;
    case FieldKind::Secret:
        return ConfigForm::Secret;
    case FieldKind::Integer:
    case FieldKind::Number:
        return ConfigForm::Number;
    case FieldKind::Flag:
        return ConfigForm::Flag;
    case FieldKind::Choice:
        return ConfigForm::Choice;
    case FieldKind::Words:
        return ConfigForm::Words;
    case FieldKind::Json:
        return ConfigForm::Json;
    case FieldKind::Group:
        return ConfigForm::Group;
    case FieldKind::Add:
        return ConfigForm::Add;
    default:
        return ConfigForm::Line;
    }
}

} // namespace

ConfigForm::ConfigForm(QObject *parent)
    : QAbstractListModel(parent)
{
}

void ConfigForm::show(
    const QString &type, const QString &key, const std::string &text, const Keys &keys)
{
    if (begins(type, key, text, keys))
        read();
}

void ConfigForm::show(const QString &type, const QString &key, const std::string &text,
    const Keys &keys, Content content)
{
    if (begins(type, key, text, keys))
        take(std::move(content));
}

/// False when it is shown already.
bool ConfigForm::begins(
    const QString &type, const QString &key, const std::string &text, const Keys &keys)
{
    const bool same = m_type == type.toStdString() && m_key == key.toStdString();
    if (same && m_text == text && !m_begun)
        return false;
    if (!same || m_begun) {
        m_begun = true;
        m_touched.clear();
    }
    m_type = type.toStdString();
    m_key = key.toStdString();
    m_text = text;
    m_keys = keys;
    if (!same) {
        beginResetModel();
        m_rows.clear();
        endResetModel();
    }
    return true;
}

ConfigForm::Content ConfigForm::contentOf(
    const std::string &type, const std::string &key, const std::string &text)
{
    Content content;
    if (auto parsed = schema::JsonTree::parse(text)) {
        content.fields = schema::readForm(type, key, *parsed);
        content.tree = std::move(*parsed);
    }
    return content;
}

void ConfigForm::read()
{
    take(contentOf(m_type, m_key, m_text));
}

/// Fields that stay keep their rows, so that the one being typed into keeps its cursor.
void ConfigForm::take(Content content)
{
    std::vector<Row> rows;
    m_variables.clear();
    m_tree = std::move(content.tree);
    for (schema::FormField &field : content.fields) {
        Row row;
        for (const std::string &choice : field.choices)
            row.choices.append(qs(choice));
        if (!field.refers.empty() && m_keys)
            row.choices = m_keys(field.refers);
        row.fault = configIssueText(field.fault);
        if (row.fault.isEmpty() && m_check)
            row.fault = m_check(field);
        if (field.id == "prompt" || field.id == "system")
            for (const std::string &name : schema::promptVariables(field.value))
                m_variables.append(qs(name));
        row.field = std::move(field);
        rows.push_back(std::move(row));
    }
    if (std::exchange(m_begun, false) && !m_fresh)
        for (const Row &row : rows)
            if (!row.fault.isEmpty())
                touch(row.field.path); // it has stood there all the time
    const auto sameShape = rows.size() == m_rows.size()
        && std::equal(rows.begin(), rows.end(), m_rows.begin(), [](const Row &a, const Row &b) {
               return a.field.kind == b.field.kind && a.field.path == b.field.path;
           });
    if (!sameShape) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        emit shapeChanged();
    } else {
        m_rows = std::move(rows);
        if (!m_rows.empty())
            emit dataChanged(index(0), index(count() - 1));
    }
    emit valuesChanged();
}

QString ConfigForm::firstFault() const
{
    for (const Row &row : m_rows)
        if (!row.fault.isEmpty())
            return waits(row) ? tr("%1 is needed").arg(configFieldLabel(row.field.id))
                              : tr("%1 %2").arg(configFieldLabel(row.field.id), row.fault);
    return {};
}

void ConfigForm::begin(bool fresh)
{
    m_fresh = fresh;
    m_begun = true;
}

bool ConfigForm::isTouched(const schema::JsonPath &path) const
{
    return std::find(m_touched.begin(), m_touched.end(), path) != m_touched.end();
}

void ConfigForm::touch(const schema::JsonPath &path)
{
    if (!isTouched(path))
        m_touched.push_back(path);
}

bool ConfigForm::waits(const Row &row) const
{
    return !row.fault.isEmpty() && row.field.value.empty() && row.typed.isEmpty()
        && !isTouched(row.field.path);
}

void ConfigForm::leave(int row)
{
    if (row < 0 || row >= count() || !waits(m_rows[std::size_t(row)]))
        return;
    touch(m_rows[std::size_t(row)].field.path);
    emit dataChanged(index(row), index(row), { HelpRole, FaultRole });
    emit judged();
}

void ConfigForm::setValue(int row, const QString &value)
{
    if (!m_tree || row < 0 || row >= count())
        return;
    Row &held = m_rows[std::size_t(row)];
    if (qs(held.field.value) == value && held.typed.isEmpty())
        return;
    touch(held.field.path);
    auto text = schema::writeField(*m_tree, held.field, value.toStdString());
    if (!text) {
        held.typed = value;
        held.fault = configIssueText(text.error());
        emit dataChanged(index(row), index(row));
        return;
    }
    held.typed.clear();
    if (*text == m_text) {
        if (held.field.kind == FieldKind::Words && qs(held.field.value) != value)
            held.typed = value;
        return;
    }
    m_text = std::move(*text);
    const std::string now = m_text;
    const bool words = held.field.kind == FieldKind::Words;
    read();
    // A line just begun is no word yet, but it must not vanish under the cursor.
    if (words && row < count() && qs(m_rows[std::size_t(row)].field.value) != value)
        m_rows[std::size_t(row)].typed = value;
    emit edited(now);
}

void ConfigForm::addItem(int row)
{
    if (!m_tree || row < 0 || row >= count())
        return;
    m_text = schema::addItem(*m_tree, m_rows[std::size_t(row)].field);
    const std::string now = m_text;
    read();
    emit edited(now);
}

void ConfigForm::removeItem(int row)
{
    if (!m_tree || row < 0 || row >= count())
        return;
    m_text = schema::removeItem(*m_tree, m_rows[std::size_t(row)].field);
    const std::string now = m_text;
    read();
    emit edited(now);
}

int ConfigForm::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant ConfigForm::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[std::size_t(index.row())];
    switch (role) {
    case WidgetRole:
        return widgetOf(row.field.kind);
    case LabelRole:
    case Qt::DisplayRole: {
        const QString label = configFieldLabel(row.field.id);
        if (row.field.kind == FieldKind::Group)
            return tr("%1 %2").arg(label, qs(row.field.value));
        return row.field.kind == FieldKind::Add ? tr("Add: %1").arg(label) : label;
    }
    case ValueRole:
        return row.typed.isEmpty() ? qs(row.field.value) : row.typed;
    case HelpRole: {
        const QString help = configFieldHelp(m_type, row.field.id);
        if (!waits(row))
            return help;
        return help.isEmpty() ? tr("Needed.") : tr("Needed. %1").arg(help);
    }
    case FaultRole:
        return waits(row) ? QString() : row.fault;
    case ChoicesRole:
        return row.choices;
    case NeededRole:
        return row.field.required;
    case LevelRole:
        return row.field.level;
    default:
        return {};
    }
}

QHash<int, QByteArray> ConfigForm::roleNames() const
{
    return { { WidgetRole, "widget" }, { LabelRole, "label" }, { ValueRole, "value" },
        { HelpRole, "help" }, { FaultRole, "problem" }, { ChoicesRole, "choices" },
        { NeededRole, "needed" }, { LevelRole, "level" } };
}

} // namespace signalbox
