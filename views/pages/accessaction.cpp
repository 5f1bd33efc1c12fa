// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/accessaction.h"

#include "models/schema/iamedit.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/leasestore.h"
#include "views/pages/accesstext.h"
#include "views/pages/flowtext.h"
#include "views/pages/precautions.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;

AccessAction::AccessAction(QObject *parent)
    : AccessCommand(parent)
{
}

void AccessAction::open(Kind kind, const QString &target, const QString &owner)
{
    m_kind = kind;
    m_target = target;
    m_owner = onUser() ? target : owner;
    m_typed.clear();
    const schema::User *about = user();
    const schema::ApiKey *held = key();
    const schema::Lease *taken = lease();
    const schema::User *holder = taken ? store()->user(qs(taken->user)) : nullptr;
    m_name = onUser() && about ? accesstext::userName(*about)
        : held                 ? qs(held->name.empty() ? held->id : held->name)
        : holder               ? accesstext::userName(*holder)
        : taken                ? qs(taken->user)
                               : target;
    if (store() && onUser())
        store()->fetchKeys(target); // how many go with it
    begin();
}

const char *AccessAction::operation(Kind kind)
{
    switch (kind) {
    case DisableUser:
        return "disable-user";
    case EnableUser:
        return "enable-user";
    case DeleteUser:
        return "delete-user";
    case ResetPassword:
        return "reset-password";
    case RevokeKey:
        return "revoke-api-key";
    case DisableWorkspace:
        return "disable-workspace";
    case EnableWorkspace:
        return "update-workspace";
    case RotateSigningKey:
        return "rotate-signing-key";
    case RevokeLease:
        return "revoke-lease";
    }
    return "";
}

bool AccessAction::onUser() const
{
    return m_kind == DisableUser || m_kind == EnableUser || m_kind == DeleteUser
        || m_kind == ResetPassword;
}

bool AccessAction::onWorkspace() const
{
    return m_kind == DisableWorkspace || m_kind == EnableWorkspace;
}

bool AccessAction::destructive() const
{
    return m_kind != EnableUser && m_kind != EnableWorkspace;
}

const schema::User *AccessAction::user() const
{
    return store() && !m_owner.isEmpty() ? store()->user(m_owner) : nullptr;
}

const schema::ApiKey *AccessAction::key() const
{
    const AccessStore::Keys *keys =
        store() && m_kind == RevokeKey ? store()->keysOf(m_owner) : nullptr;
    if (!keys)
        return nullptr;
    const auto found = std::find_if(keys->rows.begin(), keys->rows.end(),
        [&](const schema::ApiKey &one) { return qs(one.id) == m_target; });
    return found == keys->rows.end() ? nullptr : &*found;
}

const schema::Workspace *AccessAction::workspace() const
{
    return store() && onWorkspace() ? store()->workspace(m_target) : nullptr;
}

const schema::Lease *AccessAction::lease() const
{
    return store() && m_kind == RevokeLease ? store()->lease(m_target) : nullptr;
}

QString AccessAction::title() const
{
    switch (m_kind) {
    case DisableUser:
        return tr("Disable a user");
    case EnableUser:
        return tr("Enable a user");
    case DeleteUser:
        return tr("Delete a user");
    case ResetPassword:
        return tr("Reset a password");
    case RevokeKey:
        return tr("Revoke an API key");
    case DisableWorkspace:
        return tr("Disable a workspace");
    case EnableWorkspace:
        return tr("Enable a workspace");
    case RotateSigningKey:
        return tr("Rotate the signing key");
    case RevokeLease:
        return tr("End a lease");
    }
    return {};
}

QString AccessAction::subtitle() const
{
    if (m_kind == RotateSigningKey)
        return tr("of every password sign-in");
    if (m_kind == RevokeKey && user())
        return tr("%1 of %2").arg(m_name, accesstext::userName(*user()));
    return m_name;
}

QString AccessAction::verb() const
{
    switch (m_kind) {
    case DisableUser:
    case DisableWorkspace:
        return tr("Disable");
    case EnableUser:
    case EnableWorkspace:
        return tr("Enable");
    case DeleteUser:
        return tr("Delete");
    case ResetPassword:
        return tr("Reset");
    case RevokeKey:
        return tr("Revoke");
    case RotateSigningKey:
        return tr("Rotate");
    case RevokeLease:
        return tr("End it");
    }
    return {};
}

QString AccessAction::keysGo() const
{
    const AccessStore::Keys *keys = store() ? store()->keysOf(m_owner) : nullptr;
    if (!keys || !keys->loaded)
        return tr("All its API keys are deleted; how many there are is not known.");
    if (keys->rows.empty())
        return tr("It has no API keys that would be lost.");
    return flowtext::counted(qint64(keys->rows.size()), tr("Its API key is deleted for good."),
        tr("Its %1 API keys are deleted for good."));
}

QStringList AccessAction::workspaceConsequences() const
{
    QStringList lines;
    if (!store()->usersPart().loaded || !store()->usersPart().denied.isEmpty()) {
        lines.append(tr("Every user whose home it is gets disabled and loses all API keys; how "
                        "many these are is not known."));
    } else {
        const auto homes = qint64(std::count_if(store()->users().begin(), store()->users().end(),
            [&](const schema::User &one) { return qs(one.defaultWorkspace) == m_target; }));
        lines.append(homes == 0
                ? tr("No user has its home there.")
                : flowtext::counted(homes,
                    tr("The one user whose home it is gets disabled and loses all API keys."),
                    tr("The %1 users whose home it is get disabled and lose all API keys.")));
    }
    const auto &rows = session()->flows()->rows();
    const auto flows = qint64(std::count_if(
        rows.begin(), rows.end(), [&](const FlowRow &row) { return row.workspace == m_target; }));
    if (flows > 0)
        lines.append(flowtext::counted(flows,
            tr("Its flow is not stopped: it goes on working where nobody can see it."),
            tr("Its %1 flows are not stopped: they go on working where nobody can see them.")));
    lines.append(
        tr("Every call to it is answered “workspace not found”; its configuration stays."));
    lines.append(tr("Enabling it again brings back neither its users nor their keys."));
    return lines;
}

QStringList AccessAction::consequences() const
{
    if (!session())
        return {};
    const bool ours = session()->capabilities().own;
    switch (m_kind) {
    case DisableUser:
        return { tr("It can no longer sign in."), keysGo(),
            tr("Enabling the user again brings no key back."),
            ours ? tr("Open connections lose their rights within a second.")
                 : tr("Open connections keep their rights for up to two minutes.") };
    case EnableUser:
        return { tr("It may sign in with its password again."),
            tr("API keys that were deleted with it do not come back: make new ones.") };
    case DeleteUser:
        return { tr("The user is gone for good and its name is free for another."), keysGo() };
    case ResetPassword:
        return { tr("The present password stops working at once."),
            tr("A temporary one is shown here once; it should be changed at the next sign-in."),
            tr("API keys of the user go on working.") };
    case RevokeKey:
        return { tr("Whatever signs in with it stops working."),
            ours ? tr("Open connections notice within a second.")
                 : tr("It may go on working for up to a minute.") };
    case DisableWorkspace:
        return workspaceConsequences();
    case EnableWorkspace:
        return { tr("The workspace is announced again and answers calls."),
            tr("Its users stay disabled: enable each of them.") };
    case RotateSigningKey:
        return { ours
                ? tr("New sign-ins use the new key. Those signed in stay so until their token "
                     "expires, at most an hour.")
                : tr("Every sign-in with a password fails from now on, until each gateway "
                     "was restarted. Those signed in stay so; API keys go on working.") };
    case RevokeLease:
        return leaseConsequences();
    }
    return {};
}

QStringList AccessAction::leaseConsequences() const
{
    QStringList lines {
        tr("Within a second what %1 sends is refused; what is done stays done.").arg(m_name),
        tr("It takes no right away: %1 can take another lease.").arg(m_name)
    };
    if (const auto *one = lease())
        lines.prepend(tr("It covers %1 in %2, for: %3")
                          .arg(LeaseStore::scopesOf(*one), LeaseStore::placeOf(*one),
                              qs(one->reason).simplified()));
    return lines;
}

bool AccessAction::lastAdmin() const
{
    const schema::User *about = user();
    if (!about || !accesstext::isAdmin(*about))
        return false;
    return std::count_if(store()->users().begin(), store()->users().end(), accesstext::isAdmin)
        == 1;
}

QStringList AccessAction::warnings() const
{
    QStringList lines;
    if (!session())
        return lines;
    const bool userGoes = m_kind == DisableUser || m_kind == DeleteUser;
    if (userGoes && store()->isMe(m_target))
        lines.append(tr("This is you: this window loses its connection."));
    if (userGoes && lastAdmin())
        lines.append(tr("It is the last administrator that can sign in: nobody could undo this."));
    const schema::User *me = store()->user(qs(session()->account().id));
    if (m_kind == DisableWorkspace && me && qs(me->defaultWorkspace) == m_target)
        lines.append(tr("It is your own home: you are disabled with it."));
    if (m_kind == RevokeKey && store()->isMe(m_owner))
        lines.append(tr("The key is yours: if this window uses it, its connection is lost."));
    if (m_kind == RotateSigningKey && !session()->capabilities().own)
        lines.append(tr("This locks out everybody who signs in with a password."));
    return lines;
}

bool AccessAction::typingNeeded() const
{
    // Who loses a lease can take another: ending it must be quick.
    if (m_kind == RevokeLease)
        return session() && session()->protectedConnection();
    return destructive() && session()
        && (precautions::namesAreTyped(session())
            || (m_kind == RotateSigningKey && !session()->capabilities().own));
}

QString AccessAction::typeThis() const
{
    return m_kind == RotateSigningKey ? tr("rotate") : m_name;
}

void AccessAction::setTyped(const QString &typed)
{
    if (m_typed == typed)
        return;
    m_typed = typed;
    emit changed();
}

QString AccessAction::objection() const
{
    if (store()->powerless())
        return tr("Nobody signs in at this back end: users and keys decide nothing.");
    if (onUser() && !user())
        return tr("The user is gone.");
    if (m_kind == RevokeKey && !key())
        return tr("The key is gone.");
    if (onWorkspace() && !workspace())
        return tr("The workspace is gone.");
    if (m_kind == RevokeLease && !lease())
        return tr("The lease has ended.");
    if (typingNeeded() && m_typed != typeThis())
        return tr("Type %1 first.").arg(typeThis());
    return {};
}

std::vector<AccessCommand::Step> AccessAction::steps() const
{
    Step step;
    step.request.operation = operation(m_kind);
    if (onUser()) {
        step.request.userId = m_target.toStdString();
        step.owners = { m_target };
    } else if (m_kind == RevokeKey) {
        step.request.keyId = m_target.toStdString();
        step.owners = { m_owner };
    } else if (m_kind == RevokeLease) {
        step.lease = m_target;
    } else if (onWorkspace()) {
        schema::WorkspaceChange record;
        record.id = m_target.toStdString();
        record.enabled = m_kind == EnableWorkspace;
        step.request.workspaceRecord = schema::JsonText { schema::encode(record) };
        if (m_kind == DisableWorkspace)
            for (const schema::User &one : store()->users())
                if (one.defaultWorkspace == record.id)
                    step.owners.append(qs(one.id));
        if (m_kind == EnableWorkspace) { // registered first, enabled then (TG §2.3)
            Step announced = step;
            announced.request.operation = "create-workspace";
            return { announced, step };
        }
    }
    return { step };
}

QString AccessAction::finished(const schema::IamResponse &last)
{
    switch (m_kind) {
    case DisableUser:
    case DisableWorkspace:
        return tr("%1 is disabled.").arg(m_name);
    case EnableUser:
    case EnableWorkspace:
        return tr("%1 is enabled.").arg(m_name);
    case DeleteUser:
        return tr("%1 is deleted.").arg(m_name);
    case ResetPassword:
        if (!last.temporaryPassword || last.temporaryPassword->empty())
            return tr("The back end told no temporary password.");
        tellSecret(tr("Temporary password of %1").arg(m_name), *last.temporaryPassword);
        return tr("The password of %1 is reset.").arg(m_name);
    case RevokeKey:
        return tr("%1 is revoked.").arg(m_name);
    case RotateSigningKey:
        return tr("The signing key is a new one.");
    case RevokeLease:
        return tr("The lease of %1 has ended.").arg(m_name);
    }
    return {};
}

} // namespace signalbox
