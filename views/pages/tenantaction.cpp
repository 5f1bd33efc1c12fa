// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/tenantaction.h"

#include "models/rules/resource.h"
#include "models/stores/format.h"
#include "models/stores/plaintext.h"
#include "models/stores/session.h"
#include "models/stores/whendone.h"
#include "views/pages/flowtext.h"
#include "views/pages/precautions.h"
#include "views/pages/tenantform.h"
#include "views/pages/tenantwords.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;

namespace {

QString bareTenantId(const QString &id)
{
    const QString mark = QStringLiteral("invitation/");
    return id.startsWith(mark) ? id.mid(mark.size()) : id;
}

} // namespace

TenantAction::TenantAction(QObject *parent)
    : QObject(parent)
{
}

void TenantAction::setStore(TenantStore *store)
{
    if (m_store == store)
        return;
    if (m_store)
        m_store->disconnect(this);
    m_store = store;
    if (store)
        connect(store, &TenantStore::changed, this, &TenantAction::changed);
    emit changed();
}

void TenantAction::open(Kind kind, const QString &tenant, const QString &id)
{
    forget();
    m_kind = kind;
    m_tenant = tenant;
    m_id = bareTenantId(id);
    m_name = m_id;
    if (!m_store)
        return;
    if (const auto *row = m_store->tenant(tenant); row && kind == DeleteTenant)
        m_name = plainLine(row->slug.empty() ? row->id : row->slug);
    if (const auto *row = tenantwords::held(m_store->agents().rows, m_id);
        row && (kind == DeleteAgent || kind == SwitchAgent)) {
        m_name = plainLine(row->name);
        m_wasActive = row->isActive;
    }
    if (const auto *row = tenantwords::held(m_store->channels().rows, m_id);
        row && (kind == DeleteChannel || kind == SwitchChannel || kind == TestChannel)) {
        m_name = tr("%1 %2").arg(
            tenantwords::channelName(row->channelType), plainLine(row->workspaceId));
        m_wasActive = row->isActive;
    }
    if (const auto *row = tenantwords::held(m_store->texts().rows, m_id); row && kind == DeleteText)
        m_name = plainLine(row->title);
    if (const auto *row = tenantwords::held(m_store->users().rows, m_id);
        row && kind == RemoveMember)
        m_name = plainLine(row->name.empty() ? row->id : row->name);
    if (const auto *row = tenantwords::held(m_store->invitations().rows, m_id);
        row && kind == RevokeInvitation)
        m_name = plainLine(row->email);
    if (kind == DeleteAgent || (kind == SwitchAgent && m_wasActive))
        countConversations();
    emit changed();
}

/// Who talks with it just now, before it is gone.
void TenantAction::countConversations()
{
    m_affected = tr("Its open conversations are being counted…");
    whenDone(this, m_store->conversationsOf(m_tenant, m_id.toStdString()),
        [this, round = m_round](const Answer<schema::Page<schema::ConversationRow>> &page) {
            if (round != m_round)
                return;
            qint64 open = 0;
            qint64 waiting = 0;
            for (const schema::ConversationRow &row :
                page ? page->items : decltype(page->items)()) {
                open += row.thread.state != "closed";
                waiting += row.thread.needs == "person" || row.thread.needs == "confirmation";
            }
            const QString many = page && page->cursor ? tr("at least %1").arg(format::count(open))
                                                      : format::count(open);
            m_affected = !page ? tr("How many of its conversations are open is not known: %1.")
                                     .arg(page.error().text)
                : open == 0 && !page->cursor ? tr("None of its conversations is open.")
                : waiting == 0 ? tr("Conversations of it that are open: %1.").arg(many)
                               : tr("Conversations of it that are open: %1; %2 of them wait for a "
                                    "person.")
                                     .arg(many, format::count(waiting));
            emit changed();
        });
}

bool TenantAction::switchesOff() const
{
    return m_wasActive && (m_kind == SwitchAgent || m_kind == SwitchChannel);
}

bool TenantAction::destructive() const
{
    return m_kind <= RevokeInvitation || switchesOff();
}

QString TenantAction::title() const
{
    switch (m_kind) {
    case DeleteTenant:
        return tr("Delete tenant");
    case DeleteAgent:
        return tr("Delete agent");
    case DeleteChannel:
        return tr("Delete channel");
    case DeleteText:
        return tr("Delete text");
    case RemoveMember:
        return tr("Remove member");
    case RevokeInvitation:
        return tr("Withdraw invitation");
    case SwitchAgent:
        return m_wasActive ? tr("Deactivate agent") : tr("Activate agent");
    case SwitchChannel:
        return m_wasActive ? tr("Switch channel off") : tr("Switch channel on");
    case TestChannel:
        return tr("Test channel");
    }
    return {};
}

QString TenantAction::verb() const
{
    switch (m_kind) {
    case RemoveMember:
        return tr("Remove");
    case RevokeInvitation:
        return tr("Withdraw");
    case SwitchAgent:
        return m_wasActive ? tr("Deactivate") : tr("Activate");
    case SwitchChannel:
        return m_wasActive ? tr("Switch off") : tr("Switch on");
    case TestChannel:
        return tr("Test");
    default:
        return tr("Delete");
    }
}

QStringList TenantAction::consequences() const
{
    const auto figures = m_store ? m_store->figures(m_tenant) : TenantStore::Figures();
    switch (m_kind) {
    case DeleteTenant:
        return { tr("Its agents go with it: %1.").arg(format::count(figures.agents)),
            tr("Its conversations go with all they hold: %1.")
                .arg(format::count(figures.conversations)),
            tr("Its channels, texts, memberships, invitations and keys go too; its audit stays."),
            tr("This cannot be undone.") };
    case DeleteAgent:
        return { tr("It answers nobody any more; its conversations lose their agent."), m_affected,
            tr("A channel that names it takes nothing new until it names another one."),
            tr("To keep it for later, deactivate it instead.") };
    case DeleteChannel:
        return { tr("What people write there no longer arrives."),
            tr("Its stored secrets are gone; they cannot be read back.") };
    case DeleteText:
        return { tr("Agents no longer find it with kb_search."),
            tr("To have it again, add it anew.") };
    case RemoveMember:
        return { tr("The person no longer reaches this tenant. The user stays.") };
    case RevokeInvitation:
        return { tr("Its token stops working at once.") };
    case SwitchAgent:
        if (!m_wasActive)
            return { tr("It answers on the tenant's channels at once.") };
        return { tr("It answers nobody until it is activated again."), m_affected };
    case SwitchChannel:
        return { m_wasActive ? tr("What people write there is not taken any more.")
                             : tr("What people write there is taken at once.") };
    case TestChannel:
        return { tr("The gateway checks what it can by itself. Nothing is sent to anybody; what "
                    "only the vendor can tell is named as untested.") };
    }
    return {};
}

/// A tenant's name is typed always, other names on a protected connection.
QString TenantAction::typeThis() const
{
    const Session *session = m_store ? m_store->session() : nullptr;
    const bool guarded = precautions::namesAreTyped(session) && m_kind <= RevokeInvitation;
    return m_kind == DeleteTenant || guarded ? m_name : QString();
}

void TenantAction::setTyped(const QString &typed)
{
    if (m_typed == typed)
        return;
    m_typed = typed;
    emit changed();
}

std::string TenantAction::line(Kind kind, const QString &tenant, const QString &id) const
{
    const std::string tid = tenant.toStdString();
    const std::string one = bareTenantId(id).toStdString();
    const auto path = [&](const char *what) {
        return rules::resourcePath({ "tenants", tid, what, one });
    };
    switch (kind) {
    case DeleteTenant:
        return "DELETE " + rules::resourcePath({ "tenants", tid });
    case DeleteAgent:
        return "DELETE " + path("agents");
    case DeleteChannel:
        return "DELETE " + path("channels");
    case DeleteText:
        return "DELETE " + path("kb");
    case RemoveMember:
        return "DELETE " + path("users");
    case RevokeInvitation:
        return "DELETE " + path("invitations");
    case SwitchAgent:
        return "PUT " + path("agents");
    case SwitchChannel:
        return "PUT " + path("channels");
    case TestChannel:
        return "POST " + path("channels") + "/test";
    }
    return {};
}

/// The whole row with the one member changed; its version makes a later change of others a 409.
std::string TenantAction::body() const
{
    if (m_kind == SwitchAgent)
        if (const auto *row = tenantwords::held(m_store->agents().rows, m_id)) {
            schema::Agent changed = *row;
            changed.isActive = !m_wasActive;
            return schema::encode(changed);
        }
    if (m_kind == SwitchChannel)
        if (const auto *row = tenantwords::held(m_store->channels().rows, m_id)) {
            schema::ChannelConnection changed = *row;
            changed.isActive = !m_wasActive;
            return schema::encode(changed);
        }
    return {};
}

QString TenantAction::deniedLine(const std::string &line, const QString &tenant) const
{
    const Session *session = m_store ? m_store->session() : nullptr;
    if (!session || !session->online())
        return tr("Not connected.");
    if (QString why = m_store->roleDenied(line, tenant); !why.isEmpty())
        return why;
    const schema::Tenant *row = m_store->tenant(tenant);
    return flowtext::whyDenied(session->denied(
        QStringLiteral("portal"), qs(line), row ? qs(schema::workspaceOf(*row)) : QString()));
}

QString TenantAction::denied(int kind, const QString &tenant, const QString &id) const
{
    return deniedLine(line(Kind(kind), tenant, id), tenant);
}

QString TenantAction::deniedForm(int kind, const QString &tenant, const QString &id) const
{
    return deniedLine(TenantForm::line(TenantForm::Kind(kind), tenant, id), tenant);
}

QString TenantAction::whyNot() const
{
    if (!m_store || !m_store->session()->gateway())
        return tr("Not connected.");
    if (m_busy)
        return tr("Working…");
    if (QString why = denied(m_kind, m_tenant, m_id); !why.isEmpty())
        return why;
    if (!typeThis().isEmpty() && m_typed != typeThis())
        return tr("Type %1 to go on").arg(typeThis());
    const bool needsBody = m_kind == SwitchAgent || m_kind == SwitchChannel;
    return needsBody && body().empty() ? tr("It is gone.") : QString();
}

void TenantAction::run()
{
    if (!m_result.isEmpty() || !whyNot().isEmpty())
        return;
    m_busy = true;
    m_error.clear();
    emit changed();
    const std::string request = line(m_kind, m_tenant, m_id);
    const auto blank = request.find(' ');
    whenDone(this,
        m_store->change(m_tenant, request.substr(0, blank), request.substr(blank + 1), body()),
        [this, round = m_round](const Reply &reply) {
            if (round != m_round)
                return;
            m_busy = false;
            if (!reply) {
                m_error = flowtext::failure(title(), reply.error());
                emit changed();
                return;
            }
            m_result = tr("Done.");
            if (m_kind == TestChannel) {
                const auto test = schema::decode<schema::ChannelTest>(reply->body);
                m_result = !test ? tr("The answer could not be read.")
                    : test->ok   ? tr("What can be tested here works.")
                                 : tr("It does not work as it is.");
                if (test)
                    for (const schema::ChannelTestStep &step : test->steps)
                        m_steps.append(tr("%1: %2 — %3")
                                           .arg(plainLine(step.name, 200),
                                               step.state == "untested" ? tr("not tested")
                                                                        : plainLine(step.state, 60),
                                               plainLine(step.text, 2000)));
            }
            emit changed();
            emit done();
        });
}

void TenantAction::forget()
{
    ++m_round;
    m_busy = false;
    m_error.clear();
    m_result.clear();
    m_steps.clear();
    m_affected.clear();
    m_typed.clear();
    m_wasActive = false;
    emit changed();
}

} // namespace signalbox
