// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/leasestore.h"

#include "models/gateway.h"
#include "models/stores/session.h"

#include <algorithm>

namespace signalbox {
namespace {

using std::chrono::milliseconds;

QString scopeName(std::string_view scope)
{
    if (scope == rules::leaseFlows)
        return LeaseStore::tr("flows");
    if (scope == rules::leaseConfig)
        return LeaseStore::tr("configuration");
    if (scope == rules::leaseAccess)
        return LeaseStore::tr("access");
    if (scope == rules::leaseMessages)
        return LeaseStore::tr("messages");
    return LeaseStore::tr("deleting");
}

} // namespace

LeaseEnd LeaseEnd::in(milliseconds time)
{
    return { std::chrono::steady_clock::now() + time, std::chrono::system_clock::now() + time };
}

milliseconds LeaseEnd::left() const
{
    const auto steadily =
        std::chrono::duration_cast<milliseconds>(steady - std::chrono::steady_clock::now());
    const auto byWall =
        std::chrono::duration_cast<milliseconds>(wall - std::chrono::system_clock::now());
    return std::max(milliseconds(0), std::min(steadily, byWall));
}

bool LeaseEnd::passed() const
{
    return left() == milliseconds(0);
}

LeaseStore::LeaseStore(Session *session)
    : QObject(session)
    , m_session(session)
{
    m_timer.setInterval(1000);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &LeaseStore::tick);
    connect(session, &Session::emptied, this, [this] {
        m_ended.clear();
        m_error.clear();
        m_busy = false;
        if (m_lease)
            drop({});
    });
    connect(session, &Session::cameOnline, this, &LeaseStore::lookAgain);
    connect(session, &Session::changed, this, &LeaseStore::changed);
}

bool LeaseStore::needed() const
{
    return m_session->leaseNeeded();
}

bool LeaseStore::atServer() const
{
    return m_session->capabilities().raw.contains(QLatin1String("leases"));
}

bool LeaseStore::covers(const rules::Change &change) const
{
    return m_lease && !m_end.passed() && rules::covers(*m_lease, change);
}

QString LeaseStore::scopeText() const
{
    return m_lease ? tr("%1 · %2").arg(scopesOf(*m_lease), placeOf(*m_lease)) : QString();
}

QString LeaseStore::scopesOf(const schema::Lease &lease)
{
    QStringList names;
    for (const auto &scope : lease.scopes)
        names.append(scopeName(scope));
    return names.join(QStringLiteral(", "));
}

QString LeaseStore::placeOf(const schema::Lease &lease)
{
    return lease.workspace.empty() ? tr("all workspaces") : QString::fromStdString(lease.workspace);
}

QString LeaseStore::reason() const
{
    return m_lease ? QString::fromStdString(m_lease->reason) : QString();
}

int LeaseStore::remainingS() const
{
    return m_lease ? int((m_end.left().count() + 999) / 1000) : 0;
}

QString LeaseStore::remaining() const
{
    const int seconds = remainingS();
    return QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

void LeaseStore::take(const schema::Lease &wanted)
{
    if (m_busy)
        return;
    if (const auto wrong = rules::leaseFault(wanted))
        return fail(QString::fromStdString(*wrong));
    if (!needed() || m_session->forcedReadOnly())
        return fail(tr("This connection is read-only: no lease changes that."));
    if (atServer())
        return ask("take-lease", wanted);
    schema::Lease lease = wanted;
    lease.id = "here";
    lease.takenMs = m_session->serverNowMs();
    adopt(lease, std::chrono::minutes(lease.minutes));
}

void LeaseStore::renew(int minutes)
{
    if (!m_lease || m_busy)
        return;
    schema::Lease lease = *m_lease;
    lease.minutes = minutes;
    if (const auto wrong = rules::leaseFault(lease))
        return fail(QString::fromStdString(*wrong));
    if (atServer())
        return ask("renew-lease", lease);
    adopt(lease, std::chrono::minutes(minutes));
}

void LeaseStore::stop()
{
    if (!m_lease)
        return;
    const schema::Lease lease = *m_lease;
    drop(tr("The lease was ended."));
    if (atServer())
        ask("end-lease", lease);
}

void LeaseStore::lost()
{
    if (m_lease)
        drop(tr("The far end ended the lease."));
}

void LeaseStore::ask(const char *operation, const schema::Lease &lease)
{
    if (!m_session->gateway())
        return fail(tr("Not connected."));
    schema::LeaseRequest body;
    body.operation = operation;
    body.lease = lease;
    Request request;
    request.service = "iam";
    request.operation = body.operation;
    request.body = schema::encode(body);
    m_busy = true;
    m_error.clear();
    m_generation = m_session->generation();
    emit changed();
    const bool ends = body.operation == "end-lease";
    signalbox::ask<schema::LeaseResponse>(*m_session->gateway(), std::move(request))
        .then(this, [this, ends, round = ++m_round](const Answer<schema::LeaseResponse> &answer) {
            // A lease that was ended while it was renewed does not come back.
            if (m_generation != m_session->generation() || round != m_round)
                return;
            m_busy = false;
            if (ends) // it is over here either way
                return emit changed();
            if (!answer)
                return fail(answer.error().text);
            if (!answer->lease)
                return fail(tr("The far end gave no lease."));
            adopt(*answer->lease, milliseconds(answer->lease->expiresMs - answer->nowMs));
        });
}

void LeaseStore::adopt(const schema::Lease &lease, milliseconds time)
{
    m_lease = lease;
    m_end = LeaseEnd::in(time);
    m_ended.clear();
    m_error.clear();
    m_sinceLook = 0;
    m_timer.start();
    emit m_session->changed(); // tells us too
    emit ticked();
    emit taken();
}

void LeaseStore::drop(const QString &why)
{
    m_lease.reset();
    m_ended = why;
    m_timer.stop();
    emit m_session->changed();
    emit ticked();
}

void LeaseStore::tick()
{
    if (m_end.passed())
        return drop(tr("The lease ran out."));
    emit ticked();
    if (++m_sinceLook >= lookAgainS)
        lookAgain();
}

/// An administrator may have ended it meanwhile, or its time.
void LeaseStore::lookAgain()
{
    m_sinceLook = 0;
    if (!m_lease || !atServer() || !m_session->gateway() || !m_session->online())
        return;
    schema::LeaseRequest body;
    body.operation = "list-my-leases";
    Request request;
    request.service = "iam";
    request.operation = body.operation;
    request.body = schema::encode(body);
    signalbox::ask<schema::LeaseResponse>(*m_session->gateway(), std::move(request))
        .then(this, [this, id = m_lease->id](const Answer<schema::LeaseResponse> &answer) {
            if (!answer || !m_lease || m_lease->id != id)
                return;
            const auto &all = answer->leases;
            if (std::none_of(
                    all.begin(), all.end(), [&](const auto &lease) { return lease.id == id; }))
                lost();
        });
}

void LeaseStore::fail(const QString &error)
{
    m_error = error;
    emit changed();
}

} // namespace signalbox
