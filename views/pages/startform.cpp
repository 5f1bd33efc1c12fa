// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/startform.h"

#include "models/schema/secretname.h"
#include "views/pages/flowtext.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;

StartForm::StartForm(QObject *parent)
    : QAbstractListModel(parent)
{
}

void StartForm::build(
    const schema::Blueprint &blueprint, const schema::Members<schema::ParameterType> &types)
{
    beginResetModel();
    m_fields.clear();
    m_types = types;
    for (const auto &[name, parameter] : blueprint.parameters) {
        const schema::ParameterType *type = schema::find(types, parameter.type);
        Field field;
        field.name = name;
        field.parameter = parameter;
        field.typeKnown = type != nullptr;
        if (type)
            field.type = *type;
        m_fields.push_back(std::move(field));
    }
    std::stable_sort(m_fields.begin(), m_fields.end(), [](const Field &a, const Field &b) {
        if (a.parameter.advanced != b.parameter.advanced)
            return b.parameter.advanced;
        const auto last = std::numeric_limits<std::int64_t>::max();
        return a.parameter.order.value_or(last) < b.parameter.order.value_or(last);
    });
    for (Field &field : m_fields)
        field.value = initial(field);
    // a controlled field shows its controller's value from the start
    QSet<int> touched;
    for (int row = 0; row < count(); ++row) {
        if (!m_fields[std::size_t(row)].parameter.controlledBy)
            follow(row, touched);
    }
    endResetModel();
    emit rebuilt();
    emit valuesChanged();
}

void StartForm::setValues(const schema::Members<std::string> &values, bool edited)
{
    QSet<int> touched;
    for (const auto &[name, value] : values) {
        const int row = indexOf(name);
        if (row < 0)
            continue;
        Field &field = m_fields[std::size_t(row)];
        field.value = value;
        field.edited = edited;
        touched.insert(row);
    }
    if (edited) {
        const QSet<int> given = touched;
        for (const int row : given)
            follow(row, touched);
    }
    announce(touched);
}

void StartForm::clear()
{
    beginResetModel();
    m_fields.clear();
    m_types.clear();
    endResetModel();
    emit rebuilt();
    emit valuesChanged();
}

void StartForm::setValue(const QString &name, const QString &value)
{
    const int row = indexOf(name.toStdString());
    if (row < 0)
        return;
    Field &field = m_fields[std::size_t(row)];
    const std::string text = value.toStdString();
    if (field.value == text)
        return;
    field.value = text;
    field.edited = true;
    QSet<int> touched { row };
    follow(row, touched);
    announce(touched);
}

void StartForm::revert(const QString &name)
{
    const int row = indexOf(name.toStdString());
    if (row < 0)
        return;
    Field &field = m_fields[std::size_t(row)];
    field.edited = false;
    field.value = initial(field);
    if (field.parameter.controlledBy) {
        const int controller = indexOf(*field.parameter.controlledBy);
        if (controller >= 0 && !m_fields[std::size_t(controller)].value.empty())
            field.value = m_fields[std::size_t(controller)].value;
    }
    QSet<int> touched { row };
    follow(row, touched);
    announce(touched);
}

int StartForm::advancedCount() const
{
    return int(std::count_if(m_fields.begin(), m_fields.end(),
        [](const Field &field) { return field.parameter.advanced; }));
}

int StartForm::problems() const
{
    return int(std::count_if(m_fields.begin(), m_fields.end(),
        [this](const Field &field) { return !problemOf(field).empty(); }));
}

int StartForm::advancedProblems() const
{
    return int(std::count_if(m_fields.begin(), m_fields.end(), [this](const Field &field) {
        return field.parameter.advanced && !problemOf(field).empty();
    }));
}

schema::Members<std::string> StartForm::values() const
{
    schema::Members<std::string> values;
    for (const Field &field : m_fields) {
        if (!field.value.empty() || field.edited)
            values.emplace_back(field.name, field.value);
    }
    return values;
}

schema::Members<std::string> StartForm::edited() const
{
    schema::Members<std::string> values;
    for (const Field &field : m_fields) {
        if (field.edited)
            values.emplace_back(field.name, field.value);
    }
    return values;
}

rules::TypeLookup StartForm::lookup() const
{
    return [types = m_types](const std::string &name) -> std::optional<schema::ParameterType> {
        const schema::ParameterType *type = schema::find(types, name);
        return type ? std::optional(*type) : std::nullopt;
    };
}

int StartForm::indexOf(std::string_view name) const
{
    const auto found = std::find_if(m_fields.begin(), m_fields.end(),
        [name](const Field &field) { return field.name == name; });
    return found == m_fields.end() ? -1 : int(found - m_fields.begin());
}

std::string StartForm::initial(const Field &field) const
{
    if (field.type.defaultValue)
        return *field.type.defaultValue;
    // a switch has no third position: what it shows is what will be sent
    return field.type.type == "boolean" ? "false" : std::string();
}

std::string StartForm::problemOf(const Field &field) const
{
    if (field.value.empty()) {
        return field.type.required ? tr("A value is needed.").toStdString() : std::string();
    }
    return field.typeKnown ? rules::checkParameter(field.type, field.value) : std::string();
}

StartForm::Widget StartForm::widgetOf(const Field &field) const
{
    if (!field.type.choices.empty())
        return Choice;
    if (field.type.type == "boolean")
        return Toggle;
    if (field.type.type == "integer" || field.type.type == "float" || field.type.type == "number")
        return Number;
    return Line;
}

QString StartForm::titleOf(const Field &field) const
{
    if (!field.parameter.description.empty())
        return qs(field.parameter.description);
    return field.type.description.empty() ? qs(field.name) : qs(field.type.description);
}

QString StartForm::helpOf(const Field &field) const
{
    QStringList parts;
    if (field.value.empty() && field.type.required && !field.edited)
        parts.append(tr("needed"));
    if (field.type.helper)
        parts.append(qs(*field.type.helper));
    else if (!field.type.description.empty() && qs(field.type.description) != titleOf(field))
        parts.append(qs(field.type.description));
    const auto number = [](double value) { return QString::number(value, 'g', 12); };
    if (field.type.min && field.type.max)
        parts.append(tr("%1 to %2").arg(number(*field.type.min), number(*field.type.max)));
    else if (field.type.min)
        parts.append(tr("at least %1").arg(number(*field.type.min)));
    else if (field.type.max)
        parts.append(tr("at most %1").arg(number(*field.type.max)));
    if (field.parameter.controlledBy && !field.edited)
        parts.append(tr("follows %1 until edited").arg(qs(*field.parameter.controlledBy)));
    if (!field.typeKnown)
        parts.append(tr("type %1 is not defined here, so the value is not checked")
                         .arg(qs(field.parameter.type)));
    if (field.value.empty() && !field.type.required && !field.parameter.controlledBy)
        parts.append(tr("left empty: the processor's own default"));
    return parts.join(QStringLiteral(" · "));
}

void StartForm::follow(int controller, QSet<int> &touched)
{
    const std::string name = m_fields[std::size_t(controller)].name;
    const std::string value = m_fields[std::size_t(controller)].value;
    for (int row = 0; row < count(); ++row) {
        Field &field = m_fields[std::size_t(row)];
        const bool follows = field.parameter.controlledBy == name && row != controller;
        if (!follows || field.edited || field.value == value
            || (value.empty() && field.type.defaultValue))
            continue;
        field.value = value;
        // a ring of controllers ends where a field has been set already
        if (!touched.contains(row)) {
            touched.insert(row);
            follow(row, touched);
        }
    }
}

void StartForm::announce(const QSet<int> &rows)
{
    for (const int row : rows)
        emit dataChanged(index(row), index(row));
    emit valuesChanged();
}

int StartForm::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant StartForm::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= count())
        return {};
    const Field &field = m_fields[std::size_t(index.row())];
    const auto choices = [&](auto &&text) {
        QStringList list;
        for (const schema::EnumChoice &choice : field.type.choices)
            list.append(text(choice));
        return list;
    };
    switch (role) {
    case NameRole:
        return qs(field.name);
    case Qt::DisplayRole:
    case TitleRole:
        return titleOf(field);
    case WidgetRole:
        return widgetOf(field);
    case ValueRole:
        return qs(field.value);
    case ProblemRole: // what nobody has touched is needed, and not at fault yet
        return field.value.empty() && !field.edited ? QString() : qs(problemOf(field));
    case HelpRole:
        return helpOf(field);
    case PlaceholderRole:
        return field.type.placeholder ? qs(*field.type.placeholder) : QString();
    case ChoiceIdsRole:
        return choices([](const schema::EnumChoice &choice) { return qs(choice.id); });
    case ChoiceTextsRole:
        return choices([](const schema::EnumChoice &choice) {
            return choice.description.empty() || choice.description == choice.id
                ? qs(choice.id)
                : tr("%1 — %2").arg(qs(choice.id), qs(choice.description));
        });
    case AdvancedRole:
        return field.parameter.advanced;
    case ControllerRole:
        return field.parameter.controlledBy && !field.edited ? qs(*field.parameter.controlledBy)
                                                             : QString();
    case EditedRole:
        return field.edited;
    case RequiredRole:
        return field.type.required;
    case MinimumRole:
        return field.type.min ? QVariant(*field.type.min) : QVariant();
    case MaximumRole:
        return field.type.max ? QVariant(*field.type.max) : QVariant();
    case SecretRole:
        return schema::namesSecret(field.name);
    default:
        return {};
    }
}

QHash<int, QByteArray> StartForm::roleNames() const
{
    return { { NameRole, "name" }, { TitleRole, "title" }, { WidgetRole, "widget" },
        { ValueRole, "value" }, { ProblemRole, "problem" }, { HelpRole, "help" },
        { PlaceholderRole, "placeholder" }, { ChoiceIdsRole, "choiceIds" },
        { ChoiceTextsRole, "choiceTexts" }, { AdvancedRole, "advanced" },
        { ControllerRole, "controller" }, { EditedRole, "edited" }, { RequiredRole, "needed" },
        { MinimumRole, "minimum" }, { MaximumRole, "maximum" }, { SecretRole, "secret" } };
}

} // namespace signalbox
