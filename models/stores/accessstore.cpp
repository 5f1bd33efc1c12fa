// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/accessstore.h"

#include "models/stores/session.h"
#include "models/stores/workspacestore.h"

#include <algorithm>

namespace signalbox {
namespace {

constexpr int soonMs = 50;

QString plainText(const std::string &value)
{
    return QString::fromStdString(value);
}

/// Denied by a back end whose rules are not ours: the same as a right that we know to be missing.
QString deniedBy(const GatewayError &error, const char *capability)
{
    return error.kind == ErrorKind::Denied ? QString::fromLatin1(capability) : QString();
}

} // namespace

AccessStore::AccessStore(Session *session, QObject *parent)
    : QObject(parent)
    , m_session(session)
{
    m_refresh.setInterval(refreshMs);
    m_soon.setSingleShot(true);
    m_soon.setInterval(soonMs);
    connect(&m_soon, &QTimer::timeout, this, &AccessStore::changed);
    connect(&m_refresh, &QTimer::timeout, this, [this] {
        if (m_looked && m_session && m_session->attention() != Session::Hidden)
            fetch();
    });
    connect(session, &Session::emptied, this, &AccessStore::forget);
    connect(
        session, &Session::changed, this, &AccessStore::soon); // what is denied may have changed
    connect(session, &Session::cameOnline, this, [this] {
        if (m_looked)
            fetch();
    });
    connect(session, &Session::configChanged, this, [this](const QStringList &types) {
        if (m_looked && types.contains(QStringLiteral("workspace")))
            fetchWorkspaces();
    });
}

AccessStore::~AccessStore() = default;

bool AccessStore::supported() const
{
    using Era = Capabilities::Era;
    const Era era = m_session ? m_session->capabilities().era : Era::Unknown;
    return era != Era::A && era != Era::B;
}

bool AccessStore::powerless() const
{
    return m_session && m_session->capabilities().anonymous && !m_session->capabilities().own;
}

void AccessStore::watch(bool looked, bool keys)
{
    const bool begins = looked && (!m_looked || (keys && !m_lookedAtKeys));
    m_looked = looked;
    m_lookedAtKeys = looked && keys;
    if (looked)
        m_refresh.start();
    else
        m_refresh.stop();
    if (begins)
        fetch();
}

void AccessStore::fetch()
{
    if (!m_session || !m_session->online() || !m_session->gateway() || !supported())
        return;
    fetchUsers();
    fetchWorkspaces();
    fetchLeases();
}

QFuture<Answer<schema::IamResponse>> AccessStore::ask(const schema::IamRequest &request)
{
    if (!m_session || !m_session->gateway())
        return ready<Answer<schema::IamResponse>>(
            unexpected(GatewayError { ErrorKind::Network, {}, tr("not connected"), true }));
    Request asked;
    asked.service = "iam";
    asked.operation = request.operation;
    asked.body = schema::encode(request);
    return signalbox::ask<schema::IamResponse>(*m_session->gateway(), std::move(asked));
}

void AccessStore::fetchUsers()
{
    const QString missing = m_session->denied(QStringLiteral("iam"), QStringLiteral("list-users"));
    const auto onlyMyself = [this](const QString &capability) {
        m_usersPart = { true, capability, {} };
        m_users = { m_session->account() };
        soon();
    };
    if (!missing.isEmpty())
        return onlyMyself(missing);
    schema::IamRequest request;
    request.operation = "list-users";
    ask(request).then(this,
        [this, onlyMyself, generation = m_session->generation()](
            const Answer<schema::IamResponse> &answer) {
            if (!m_session || generation != m_session->generation())
                return;
            if (!answer) {
                if (const QString denied = deniedBy(answer.error(), "users:read");
                    !denied.isEmpty())
                    return onlyMyself(denied);
                m_usersPart.error = answer.error();
                return soon();
            }
            m_users = answer->users;
            m_usersPart = { true, {}, {} };
            m_keys.removeIf([&](const auto &held) { return !user(held.key()); });
            if (m_lookedAtKeys && keysDenied().isEmpty()) {
                m_keyQueue.clear();
                const auto owners = std::min(m_users.size(), std::size_t(maxOwners));
                for (std::size_t i = 0; i < owners; ++i)
                    m_keyQueue.enqueue(plainText(m_users[i].id));
                nextKeys();
            }
            soon();
        });
}

/// Everything where the right is there, else the caller's own, else the one it works in.
void AccessStore::fetchWorkspaces()
{
    if (!m_session->online() || !m_session->gateway())
        return;
    const QString missing =
        m_session->denied(QStringLiteral("iam"), QStringLiteral("list-workspaces"));
    const auto onlyDefault = [this](const QString &capability) {
        schema::Workspace own;
        own.id = m_session->defaultWorkspace().toStdString();
        m_workspaces.clear();
        if (!own.id.empty())
            m_workspaces.push_back(own);
        m_workspacesPart = { true, capability, {} };
        soon();
    };
    if (!missing.isEmpty() && !m_session->capabilities().listMyWorkspaces)
        return onlyDefault(missing);
    schema::IamRequest request;
    request.operation = missing.isEmpty() ? "list-workspaces" : "list-my-workspaces";
    ask(request).then(this,
        [this, missing, onlyDefault, generation = m_session->generation()](
            const Answer<schema::IamResponse> &answer) {
            if (!m_session || generation != m_session->generation())
                return;
            if (!answer) {
                const QString denied = deniedBy(answer.error(), "workspaces:admin");
                if (!denied.isEmpty())
                    return onlyDefault(denied);
                m_workspacesPart.error = answer.error();
                return soon();
            }
            if (answer->workspaces.empty()) // the regime without sign-in tells none (TG §2.5)
                return onlyDefault(missing);
            m_workspaces = answer->workspaces;
            m_workspacesPart = { true, missing, {} };
            soon();
        });
}

bool AccessStore::keepsLeases() const
{
    return m_session && m_session->capabilities().raw.contains(QLatin1String("leases"));
}

/// Everybody's where the right is there, else the caller's own.
void AccessStore::fetchLeases()
{
    if (!keepsLeases())
        return;
    const QString missing = m_session->denied(QStringLiteral("iam"), QStringLiteral("list-leases"));
    schema::LeaseRequest body;
    body.operation = missing.isEmpty() ? "list-leases" : "list-my-leases";
    Request request;
    request.service = "iam";
    request.operation = body.operation;
    request.body = schema::encode(body);
    signalbox::ask<schema::LeaseResponse>(*m_session->gateway(), std::move(request))
        .then(this,
            [this, missing, generation = m_session->generation()](
                const Answer<schema::LeaseResponse> &answer) {
                if (!m_session || generation != m_session->generation())
                    return;
                if (answer) {
                    m_leases = answer->leases;
                    m_leasesPart = { true, missing, {} };
                } else {
                    m_leasesPart.error = answer.error();
                }
                soon();
            });
}

const schema::Lease *AccessStore::lease(const QString &id) const
{
    const std::string wanted = id.toStdString();
    const auto found = std::find_if(m_leases.begin(), m_leases.end(),
        [&](const schema::Lease &one) { return one.id == wanted; });
    return found == m_leases.end() ? nullptr : &*found;
}

QFuture<Answer<schema::IamResponse>> AccessStore::revokeLease(const QString &id)
{
    schema::LeaseRequest body;
    body.operation = "revoke-lease";
    body.lease.emplace().id = id.toStdString();
    Request request;
    request.service = "iam";
    request.operation = body.operation;
    request.body = schema::encode(body);
    if (!m_session || !m_session->gateway())
        return ready<Answer<schema::IamResponse>>(
            unexpected(GatewayError { ErrorKind::Network, {}, tr("not connected"), true }));
    return signalbox::ask<schema::IamResponse>(*m_session->gateway(), std::move(request))
        .then(
            this, [this](const Answer<schema::IamResponse> &answer) -> Answer<schema::IamResponse> {
                fetchLeases();
                return answer;
            });
}

QString AccessStore::keysDenied() const
{
    return m_session ? m_session->denied(QStringLiteral("iam"), QStringLiteral("list-api-keys"))
                     : QString();
}

const AccessStore::Keys *AccessStore::keysOf(const QString &user) const
{
    const auto held = m_keys.constFind(user);
    return held == m_keys.constEnd() ? nullptr : &*held;
}

int AccessStore::keyOwnersRead() const
{
    return int(std::count_if(
        m_keys.cbegin(), m_keys.cend(), [](const Keys &keys) { return keys.loaded; }));
}

int AccessStore::keyOwnersFailed() const
{
    return int(std::count_if(m_keys.cbegin(), m_keys.cend(),
        [](const Keys &keys) { return !keys.loaded && keys.error; }));
}

void AccessStore::fetchKeys(const QString &user)
{
    if (user.isEmpty() || !keysDenied().isEmpty() || !m_session->online())
        return;
    if (!m_keyQueue.contains(user))
        m_keyQueue.prepend(user);
    nextKeys();
}

void AccessStore::nextKeys()
{
    while (m_keysAsked < keysInFlight && !m_keyQueue.isEmpty()) {
        const QString user = m_keyQueue.dequeue();
        schema::IamRequest request;
        request.operation = "list-api-keys";
        request.userId = user.toStdString();
        ++m_keysAsked;
        ask(request).then(this,
            [this, user, generation = m_session->generation()](
                const Answer<schema::IamResponse> &answer) {
                --m_keysAsked;
                if (!m_session || generation != m_session->generation())
                    return;
                takeKeys(user, answer);
                nextKeys();
            });
    }
}

void AccessStore::takeKeys(const QString &user, const Answer<schema::IamResponse> &answer)
{
    Keys &keys = m_keys[user];
    if (answer) {
        keys.rows = answer->apiKeys;
        keys.loaded = true;
        keys.error.reset();
    } else {
        keys.error = answer.error();
    }
    soon();
}

const schema::User *AccessStore::user(const QString &id) const
{
    const std::string wanted = id.toStdString();
    const auto found = std::find_if(
        m_users.begin(), m_users.end(), [&](const schema::User &one) { return one.id == wanted; });
    return found == m_users.end() ? nullptr : &*found;
}

const schema::Workspace *AccessStore::workspace(const QString &id) const
{
    const std::string wanted = id.toStdString();
    const auto found = std::find_if(m_workspaces.begin(), m_workspaces.end(),
        [&](const schema::Workspace &one) { return one.id == wanted; });
    return found == m_workspaces.end() ? nullptr : &*found;
}

bool AccessStore::isMe(const QString &user) const
{
    return m_session && !user.isEmpty() && user.toStdString() == m_session->account().id;
}

QFuture<Answer<schema::IamResponse>> AccessStore::change(
    const schema::IamRequest &request, const QStringList &owners)
{
    const bool workspaces = request.workspaceRecord.has_value();
    return ask(request).then(this,
        [this, workspaces, owners](
            const Answer<schema::IamResponse> &answer) -> Answer<schema::IamResponse> {
            fetch(); // after a failure too: whether it arrived is not always known
            for (const QString &owner : owners)
                fetchKeys(owner);
            if (workspaces && m_session)
                m_session->workspaces()->fetch();
            return answer;
        });
}

void AccessStore::forget()
{
    m_users.clear();
    m_workspaces.clear();
    m_keys.clear();
    m_keyQueue.clear();
    m_usersPart = {};
    m_workspacesPart = {};
    m_leases.clear();
    m_leasesPart = {};
    emit changed();
}

void AccessStore::soon()
{
    if (!m_soon.isActive())
        m_soon.start();
}

} // namespace signalbox
