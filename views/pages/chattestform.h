// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/chattest.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// A chat test as a form: its steps, and below each what is expected of the answer; rows are added,
/// removed and ordered. What is half written stays in the rows and `fault` says what is missing;
/// only a whole test leaves as text. GUI thread.
class ChatTestForm : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatTestRuns")
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(QString name READ name WRITE setName NOTIFY changed FINAL)
    Q_PROPERTY(QString tenant READ tenant WRITE setTenant NOTIFY changed FINAL) ///< slug or id
    Q_PROPERTY(QString agent READ agent WRITE setAgent NOTIFY changed FINAL) ///< name or id
    Q_PROPERTY(int role READ role WRITE setRole NOTIFY changed FINAL) ///< index of roles()
    Q_PROPERTY(QStringList roles READ roles CONSTANT FINAL)
    Q_PROPERTY(QStringList kinds READ kinds CONSTANT FINAL) ///< of expectations, for people
    Q_PROPERTY(QString fault READ fault NOTIFY changed FINAL) ///< "" it is whole
    /// For a draft: what is typed while it is not whole, "" else. Setting "" changes nothing.
    Q_PROPERTY(QString half READ half WRITE setHalf NOTIFY changed FINAL)
public:
    enum Kind { Contains, Lacks, Matches, CallsTool, HandedOver, Within };
    Q_ENUM(Kind)
    enum Role {
        StepRole = Qt::UserRole + 1, ///< bool: a step; else an expectation of the step above
        NumberRole, ///< of the step, from 1
        KindRole,
        ValueRole, ///< what is said, or what is expected; "yes" or "no" of HandedOver
        FaultRole, ///< "" = it is whole
        UpRole, ///< it can go up
        DownRole,
    };

    explicit ChatTestForm(QObject *parent);
    ~ChatTestForm() override;

    void show(const schema::ChatTest &test); ///< nothing happens when it is that already
    void clear();
    Q_INVOKABLE void begin(const QString &name, const QString &tenant, const QString &agent);
    int count() const { return int(m_rows.size()); }
    QString name() const { return m_name; }
    void setName(const QString &name);
    QString tenant() const { return m_tenant; }
    void setTenant(const QString &tenant);
    QString agent() const { return m_agent; }
    void setAgent(const QString &agent);
    int role() const;
    void setRole(int role);
    static QStringList roles();
    static QStringList kinds();
    QString fault() const;
    QString half() const;
    void setHalf(const QString &half);

    Q_INVOKABLE void setValue(int row, const QString &value);
    Q_INVOKABLE void setKind(int row, int kind);
    Q_INVOKABLE void addStep();
    Q_INVOKABLE int addExpectation(int row); ///< after this row; where it is then
    Q_INVOKABLE void remove(int row); ///< a step goes with its expectations
    /// By one place: a step with its expectations, an expectation within its step. Where it is
    /// then.
    Q_INVOKABLE int move(int row, int by);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void changed();
    void edited(const std::string &text); ///< whole and changed by a person

private:
    struct Row {
        bool step = false;
        int kind = Contains;
        QString value;
        bool operator==(const Row &) const = default;
    };
    static std::vector<Row> rowsOf(const schema::ChatTest &test);
    [[nodiscard]] schema::ChatTest test() const;
    [[nodiscard]] QString faultOf(const Row &row) const;
    [[nodiscard]] bool holds(int row) const { return row >= 0 && row < count(); }
    [[nodiscard]] int endOf(int row) const; ///< behind it and what belongs to it
    [[nodiscard]] int stepOf(int row) const; ///< the row of its step
    [[nodiscard]] int target(int row, int by) const; ///< the row it would change places with, -1
    void told(); ///< a person changed something

    std::vector<Row> m_rows;
    QString m_name;
    QString m_tenant;
    QString m_agent;
    std::string m_role;
};

} // namespace signalbox
