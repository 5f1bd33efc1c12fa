// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/configeditor.h"
#include "views/pages/configtree.h"

namespace signalbox {

class ConfigTable;

/// The Configuration page: workspace → type → key, the entry looked at, and what waits to be
/// applied. GUI thread.
class ConfigPage : public QObject {
    Q_OBJECT
    QML_NAMED_ELEMENT(ConfigPageModel)
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(signalbox::Session *session READ session WRITE setSession NOTIFY sessionChanged
            REQUIRED FINAL)
    Q_PROPERTY(signalbox::TableModel *table READ table NOTIFY sessionChanged FINAL)
    Q_PROPERTY(signalbox::ConfigTree *tree READ tree CONSTANT FINAL)
    Q_PROPERTY(signalbox::ConfigEditor *editor READ editor CONSTANT FINAL)
    Q_PROPERTY(bool active READ active WRITE setActive NOTIFY changed FINAL) ///< is looked at
    Q_PROPERTY(QString workspace READ workspace NOTIFY scopeChanged FINAL)
    Q_PROPERTY(QString type READ type NOTIFY scopeChanged FINAL) ///< "" = all
    Q_PROPERTY(
        QString currentKey READ currentKey WRITE setCurrentKey NOTIFY currentKeyChanged FINAL)
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL)
    Q_PROPERTY(bool loading READ loading NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString staleness READ staleness NOTIFY changed FINAL)
    Q_PROPERTY(QString emptyTitle READ emptyTitle NOTIFY changed FINAL)
    Q_PROPERTY(QString emptyText READ emptyText NOTIFY changed FINAL)
    Q_PROPERTY(int drafts READ drafts NOTIFY changed FINAL)
    Q_PROPERTY(int conflicts READ conflicts NOTIFY changed FINAL)
    Q_PROPERTY(QString draftError READ draftError NOTIFY changed FINAL)
    Q_PROPERTY(QString writeDenied READ writeDenied NOTIFY changed FINAL) ///< "" = allowed
public:
    static constexpr int staleAfterMs = 60000;

    explicit ConfigPage(QObject *parent = nullptr);
    ~ConfigPage() override;

    Session *session() const { return m_session; }
    void setSession(Session *session);
    TableModel *table() const;
    ConfigTree *tree() const { return m_tree; }
    ConfigEditor *editor() const { return m_editor; }
    bool active() const { return m_active; }
    void setActive(bool active);
    QString workspace() const { return m_workspace; }
    QString type() const { return m_type; }
    QString currentKey() const { return m_currentKey; }
    void setCurrentKey(const QString &key);
    virtual QString summary() const;
    bool loading() const;
    QString error() const;
    QString staleness() const;
    virtual QString emptyTitle() const;
    virtual QString emptyText() const;
    int drafts() const;
    int conflicts() const;
    QString draftError() const;
    QString writeDenied() const;

    Q_INVOKABLE void showScope(const QString &workspace, const QString &type);
    Q_INVOKABLE void refresh();
    Q_INVOKABLE virtual QStringList draftIds() const;
    /// Why these entries cannot be deleted; "" when at least one can.
    Q_INVOKABLE QString whyNotDelete(const QStringList &keys) const;
    Q_INVOKABLE void markDeleted(const QStringList &keys); ///< as drafts, to be applied
    Q_INVOKABLE void discard(const QStringList &keys);
    Q_INVOKABLE QStringList types() const; ///< known ones and those that the workspace has
    Q_INVOKABLE QString whyNotNew(
        const QString &workspace, const QString &type, const QString &key) const;
    /// A draft of a new entry, from the form of its type or from another entry; its id.
    Q_INVOKABLE QString create(const QString &workspace, const QString &type, const QString &key,
        const QString &copyOf = {});
    Q_INVOKABLE QString keyOf(const QString &id) const;
    Q_INVOKABLE QString typeOf(const QString &id) const;
    Q_INVOKABLE QString jsonOf(const QString &id) const; ///< without secrets
    Q_INVOKABLE virtual QString linkTo(const QString &id) const;

signals:
    void sessionChanged();
    void changed();
    void scopeChanged();
    void currentKeyChanged();

protected:
    ConfigPage(const QString &onlyType, QObject *parent); ///< "" = all types

private:
    void connectSession();
    void follow(); ///< the session's workspace

    const QString m_onlyType;
    QString m_type;
    QPointer<Session> m_session;
    ConfigTable *m_table = nullptr;
    ConfigTree *m_tree;
    ConfigEditor *m_editor;
    QString m_workspace;
    QString m_currentKey;
    bool m_active = true;
};

} // namespace signalbox
