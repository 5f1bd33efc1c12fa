// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/expand.h"

#include <QAbstractListModel>
#include <QSet>
#include <QtQml/qqmlregistration.h>

#include <vector>

namespace signalbox {

/// The form that a blueprint's parameters make: a row per parameter in its order, advanced ones
/// last. All values are texts, as they will be sent. A parameter that another one controls follows
/// it until a person edits it (the far end does not do that itself, contract TG §4.3). GUI thread;
/// rows are bounded by the blueprint.
class StartForm : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by a dialog's view model")
    Q_PROPERTY(int advancedCount READ advancedCount NOTIFY rebuilt FINAL)
    Q_PROPERTY(int count READ count NOTIFY rebuilt FINAL)
    Q_PROPERTY(int problems READ problems NOTIFY valuesChanged FINAL)
    Q_PROPERTY(int advancedProblems READ advancedProblems NOTIFY valuesChanged FINAL)
public:
    enum Widget { Line, Choice, Number, Toggle };
    Q_ENUM(Widget)
    enum Role {
        NameRole = Qt::UserRole + 1,
        TitleRole, ///< description, the name when there is none
        WidgetRole,
        ValueRole,
        ProblemRole, ///< "" = fine
        HelpRole, ///< range, helper text, where the value comes from
        PlaceholderRole,
        ChoiceIdsRole,
        ChoiceTextsRole,
        AdvancedRole,
        ControllerRole, ///< followed parameter, "" = none or edited
        EditedRole,
        RequiredRole,
        MinimumRole,
        MaximumRole,
        SecretRole, ///< named like one: not shown while it is typed
    };

    using QAbstractListModel::revert; // of the base: throws away cached edits, of which there are
                                      // none
    explicit StartForm(QObject *parent = nullptr);

    void build(
        const schema::Blueprint &blueprint, const schema::Members<schema::ParameterType> &types);
    /// Values that count as edited: of a draft, or of the flow that is restarted.
    void setValues(const schema::Members<std::string> &values, bool edited);
    void clear();

    Q_INVOKABLE void setValue(const QString &name, const QString &value);
    Q_INVOKABLE void revert(
        const QString &name); ///< back to the default, or following its controller again

    int count() const { return int(m_fields.size()); }
    int advancedCount() const;
    int problems() const;
    int advancedProblems() const;
    [[nodiscard]] schema::Members<std::string>
    values() const; ///< every field, as sent; empty optional ones left out
    [[nodiscard]] schema::Members<std::string>
    edited() const; ///< what a person changed, for the draft
    [[nodiscard]] rules::TypeLookup lookup() const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void rebuilt();
    void valuesChanged();

private:
    struct Field {
        std::string name;
        schema::BlueprintParameter parameter;
        schema::ParameterType type;
        bool typeKnown = false;
        std::string value;
        bool edited = false;
    };
    [[nodiscard]] int indexOf(std::string_view name) const;
    [[nodiscard]] std::string initial(const Field &field) const;
    [[nodiscard]] std::string problemOf(const Field &field) const;
    [[nodiscard]] Widget widgetOf(const Field &field) const;
    [[nodiscard]] QString helpOf(const Field &field) const;
    [[nodiscard]] QString titleOf(const Field &field) const;
    void follow(int controller, QSet<int> &touched);
    void announce(const QSet<int> &rows);

    std::vector<Field> m_fields;
    schema::Members<schema::ParameterType> m_types;
};

} // namespace signalbox
