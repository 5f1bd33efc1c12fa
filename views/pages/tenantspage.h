// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/session.h"
#include "models/stores/tenantstore.h"
#include "views/pages/parttable.h"

#include <QPointer>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// The Tenants page: the tenants, and of the one looked at its agents, channels, people, usage and
/// audit. What is shown has passed the isolation prover; evidence stops it. GUI thread.
class TenantsPage : public QObject {
    Q_OBJECT
    QML_NAMED_ELEMENT(TenantsPageModel)
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(signalbox::Session *session READ session WRITE setSession NOTIFY sessionChanged
            REQUIRED FINAL)
    Q_PROPERTY(signalbox::TenantStore *store READ store NOTIFY sessionChanged FINAL)
    Q_PROPERTY(bool looked READ looked WRITE setLooked NOTIFY changed FINAL)
    Q_PROPERTY(signalbox::TableModel *table READ table CONSTANT FINAL)
    Q_PROPERTY(QString currentKey READ currentKey WRITE setCurrentKey NOTIFY currentKeyChanged
            FINAL) ///< id of the tenant
    Q_PROPERTY(int area READ area WRITE setArea NOTIFY areaChanged FINAL) ///< TenantStore.Area
    Q_PROPERTY(QStringList areaIds READ areaIds CONSTANT FINAL)
    Q_PROPERTY(signalbox::TableModel *items READ items NOTIFY areaChanged FINAL)
    Q_PROPERTY(QString itemKey READ itemKey WRITE setItemKey NOTIFY itemKeyChanged FINAL)
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL)
    Q_PROPERTY(QString subtitle READ subtitle NOTIFY changed FINAL)
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL)
    Q_PROPERTY(bool supported READ supported NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString evidence READ evidence NOTIFY changed FINAL) ///< the prover stopped it
    Q_PROPERTY(QString emptyTitle READ emptyTitle NOTIFY changed FINAL)
    Q_PROPERTY(QString emptyText READ emptyText NOTIFY changed FINAL)
    Q_PROPERTY(QString itemsError READ itemsError NOTIFY changed FINAL)
    Q_PROPERTY(QString itemsCut READ itemsCut NOTIFY changed FINAL) ///< which are not shown, or ""
    Q_PROPERTY(bool canLoadMore READ canLoadMore NOTIFY changed FINAL)
    Q_PROPERTY(QString itemsEmptyTitle READ itemsEmptyTitle NOTIFY changed FINAL)
    Q_PROPERTY(QString itemsEmptyText READ itemsEmptyText NOTIFY changed FINAL)
    Q_PROPERTY(QStringList totals READ totals NOTIFY changed FINAL) ///< caption, value, caption …
    Q_PROPERTY(QStringList days READ days NOTIFY changed FINAL) ///< of the series, ISO
    Q_PROPERTY(QList<qreal> costs READ costs NOTIFY changed FINAL) ///< US dollars a day
    Q_PROPERTY(QList<qreal> turns READ turns NOTIFY changed FINAL) ///< a day
    Q_PROPERTY(QStringList budgetAlerts READ budgetAlerts NOTIFY changed FINAL)
public:
    explicit TenantsPage(QObject *parent = nullptr);
    ~TenantsPage() override;

    Session *session() const { return m_session; }
    void setSession(Session *session);
    TenantStore *store() const { return m_store; }
    bool looked() const { return m_looked; }
    void setLooked(bool looked);
    TableModel *table() const { return m_table; }
    QString currentKey() const { return m_current; }
    void setCurrentKey(const QString &key);
    int area() const { return m_area; }
    void setArea(int area);
    QStringList areaIds() const;
    TableModel *items() const { return m_items[std::size_t(m_area)]; }
    QString itemKey() const { return m_item; }
    void setItemKey(const QString &key);
    QString title() const;
    QString subtitle() const;
    QString summary() const;
    bool supported() const;
    QString error() const;
    QString evidence() const;
    QString emptyTitle() const;
    QString emptyText() const;
    QString itemsError() const;
    QString itemsCut() const;
    bool canLoadMore() const;
    QString itemsEmptyTitle() const;
    QString itemsEmptyText() const;
    QStringList totals() const;
    QStringList days() const;
    QList<qreal> costs() const;
    QList<qreal> turns() const;
    QStringList budgetAlerts() const;

    Q_INVOKABLE void loadMore(); ///< of what is cut off
    Q_INVOKABLE QString areaTitle(int area) const;
    Q_INVOKABLE QString dayText(int day) const; ///< "2026-11-21: $ 1.40, 118 turns"
    Q_INVOKABLE bool itemActive() const; ///< the agent or channel looked at is switched on
    Q_INVOKABLE bool isInvitation() const; ///< of the item looked at
    Q_INVOKABLE QString jsonOf(bool item) const;
    Q_INVOKABLE void resume(); ///< a person has seen the evidence

signals:
    void sessionChanged();
    void changed();
    void currentKeyChanged();
    void areaChanged();
    void itemKeyChanged();

private:
    void refill();
    [[nodiscard]] std::optional<GatewayError> itemsFault() const;
    [[nodiscard]] bool itemsLoaded() const;

    QPointer<Session> m_session;
    QPointer<TenantStore> m_store;
    bool m_looked = false;
    PartTable *m_table;
    std::vector<PartTable *> m_items; ///< by area
    QString m_current;
    QString m_item;
    int m_area = TenantStore::Agents;
};

} // namespace signalbox
