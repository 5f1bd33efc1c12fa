// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/configform.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <functional>

namespace signalbox {

/// The form of one config value: a row per field. An edit goes to the text at once and leaves all
/// other bytes of it. GUI thread.
class ConfigForm : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ConfigEditor")
    Q_PROPERTY(int count READ count NOTIFY shapeChanged FINAL)
    Q_PROPERTY(QStringList variables READ variables NOTIFY valuesChanged FINAL) ///< of a prompt
public:
    enum Widget { Line, Text, Secret, Number, Flag, Choice, Words, Json, Group, Add };
    Q_ENUM(Widget)
    enum Role {
        WidgetRole = Qt::UserRole + 1,
        LabelRole,
        ValueRole,
        HelpRole,
        FaultRole,
        ChoicesRole,
        NeededRole,
        LevelRole
    };
    /// Keys that may stand in a field that refers to entries of a type.
    using Keys = std::function<QStringList(const std::string &type)>;

    /// What is wrong with a field beyond its shape, for people; "" = nothing.
    using Check = std::function<QString(const schema::FormField &field)>;

    explicit ConfigForm(QObject *parent = nullptr);

    void setCheck(Check check) { m_check = std::move(check); }
    void recheck() { read(); } ///< what the check knows has changed
    /// "Condition is missing"; "Name is needed" where nobody has been yet; "" when there is none.
    Q_INVOKABLE QString firstFault() const;

    /// What is shown next is a value that is only being made: an empty field of it is needed, and
    /// at fault once it was edited or left. So are fields that are added to any value.
    void setFresh(bool fresh) { m_fresh = fresh; }
    void begin(bool fresh); ///< setFresh(), and nobody has been anywhere yet
    void show(const QString &type, const QString &key, const std::string &text, const Keys &keys);
    /// What a text says, read beforehand, on any thread.
    struct Content {
        std::optional<schema::JsonTree> tree;
        std::vector<schema::FormField> fields;
    };
    static Content contentOf(
        const std::string &type, const std::string &key, const std::string &text);
    void show(const QString &type, const QString &key, const std::string &text, const Keys &keys,
        Content content);
    int count() const { return int(m_rows.size()); }
    QStringList variables() const { return m_variables; }

    Q_INVOKABLE void setValue(int row, const QString &value);
    Q_INVOKABLE void leave(int row); ///< the keys went elsewhere
    Q_INVOKABLE void addItem(int row);
    Q_INVOKABLE void removeItem(int row);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void shapeChanged();
    void valuesChanged();
    void edited(const std::string &text);
    void judged(); ///< firstFault() says something else, the text is the same

private:
    struct Row {
        schema::FormField field;
        QStringList choices;
        QString fault; ///< of what was typed and could not be taken over
        QString typed;
    };
    void read();
    void take(Content content); ///< of m_text
    [[nodiscard]] bool begins(
        const QString &type, const QString &key, const std::string &text, const Keys &keys);
    [[nodiscard]] bool isTouched(const schema::JsonPath &path) const;
    void touch(const schema::JsonPath &path);
    /// Empty, and nobody has been there: needed, but no fault yet.
    [[nodiscard]] bool waits(const Row &row) const;

    std::string m_type;
    std::string m_key;
    std::string m_text;
    std::optional<schema::JsonTree> m_tree; ///< of m_text; read() makes it
    Keys m_keys;
    Check m_check;
    std::vector<Row> m_rows;
    QStringList m_variables;
    std::vector<schema::JsonPath> m_touched; ///< fields whose faults are told
    bool m_fresh = false;
    bool m_begun = false; ///< another value comes
};

/// "Response type" for `response-type`; the name itself for one that is not known.
QString configFieldLabel(const std::string &id);
/// What the field means; "" when its label says it.
QString configFieldHelp(const std::string &type, const std::string &id);
/// The words of the rules for people.
QString configIssueText(const std::string &message);

} // namespace signalbox
