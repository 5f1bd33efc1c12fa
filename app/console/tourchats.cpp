// SPDX-License-Identifier: GPL-3.0-only
// What the tour shows of the tenant platform.
#include "app/console/console.h"
#include "app/console/tour.h"
#include "models/stores/conversationlist.h"
#include "models/stores/table.h"
#include "views/pages/chattestpage.h"
#include "views/pages/conversationspage.h"
#include "views/pages/conversationthread.h"
#include "views/pages/tenantform.h"
#include "views/pages/tenantspage.h"
#include "views/pages/transcriptmodel.h"

namespace signalbox {

template <class Model> Model *Tour::model() const
{
    return page() ? qobject_cast<Model *>(page()->property("page").value<QObject *>()) : nullptr;
}

/// Where an answer waits for a person to allow a call.
bool Tour::lookAtConversation()
{
    auto *held = model<ConversationsPage>();
    if (!held || held->list()->rowCount() == 0)
        return false;
    ConversationList &list = *held->list();
    if (held->currentKey().isEmpty()) {
        int row = 0;
        while (row + 1 < list.rowCount()
            && list.index(row).data(ConversationList::AspectRole).toInt() != Cell::Warning)
            ++row;
        const QString key = list.index(row).data(ConversationList::KeyRole).toString();
        m_console->app()->open(QStringLiteral("conversations"), key);
    }
    return !held->thread()->loading() && held->thread()->transcript()->rowCount() > 0;
}

bool Tour::lookAtTenant(int area)
{
    auto *held = model<TenantsPage>();
    if (!held || held->table()->count() == 0)
        return false;
    if (held->currentKey().isEmpty())
        QMetaObject::invokeMethod(page(), "look", Q_ARG(QString, held->table()->keyAt(0)));
    held->setArea(area);
    return !held->currentKey().isEmpty();
}

bool Tour::talk()
{
    auto *held = model<ChatTestPage>();
    if (!held || held->agents().isEmpty())
        return false;
    if (!held->talking()) {
        if (held->startDenied().isEmpty())
            held->start();
        return false;
    }
    if (held->turns().isEmpty()) {
        held->say(QStringLiteral("Please book Thursday 11:00 for the pick-up."));
        return false;
    }
    return !held->turns().constFirst().value<ChatTurnRow>().open || !held->pending().isEmpty();
}

void Tour::planChats()
{
    const auto tenant = [this](int area) { return [this, area] { return lookAtTenant(area); }; };
    add(QStringLiteral("tenant"), tr("A tenant and its agents"), at("tenants"),
        tenant(TenantStore::Agents));
    add(
        QStringLiteral("tenant-usage"), tr("What a tenant used"), [] {},
        tenant(TenantStore::Usage));
    add(
        QStringLiteral("tenant-audit"), tr("What was done in a tenant, and by whom"), [] {},
        tenant(TenantStore::Audit));
    add(QStringLiteral("new-agent"), tr("A new agent"), [this] {
        if (const auto *held = model<TenantsPage>())
            QMetaObject::invokeMethod(page(), "fill", Q_ARG(int, TenantForm::AnAgent),
                Q_ARG(QString, held->currentKey()), Q_ARG(QString, QString()),
                Q_ARG(QString, QString()));
    });
    add(QStringLiteral("conversation"), tr("A conversation that waits for a person"),
        at("conversations"), [this] { return lookAtConversation(); });
    add(QStringLiteral("chat-turn"), tr("A turn and what it did"), at("chat-test"),
        [this] { return talk(); });
}

} // namespace signalbox
