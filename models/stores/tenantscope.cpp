// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/tenantscope.h"

#include "models/stores/journalstore.h"
#include "models/stores/session.h"
#include "models/stores/wirestore.h"

#include <QDateTime>
#include <QMutex>

namespace signalbox {
namespace {

QString qstr(const std::string &text)
{
    return QString::fromStdString(text);
}

GatewayError foreignError(const QString &text)
{
    return { ErrorKind::Protocol, QStringLiteral("foreign-tenant"), text, false };
}

/// Passes on what the stream below says, as long as it is about the right tenant.
class ScopedStream final : public Subscription {
public:
    using Check = std::function<bool(const std::string &)>;
    ScopedStream(std::unique_ptr<Subscription> below, Check check)
        : m_below(std::move(below))
        , m_check(std::move(check))
    {
        connect(
            m_below.get(), &Subscription::part, this, [this](const std::string &body, bool last) {
                if (m_over)
                    return;
                if (m_check(body)) {
                    emit part(body, last);
                    return;
                }
                m_over = true;
                m_below->cancel();
                emit failed(foreignError(tr("a part of another tenant came")));
            });
        connect(m_below.get(), &Subscription::failed, this, [this](const GatewayError &error) {
            if (!m_over)
                emit failed(error);
        });
        connect(m_below.get(), &Subscription::ended, this, &Subscription::ended);
    }
    void cancel() override { m_below->cancel(); }

private:
    std::unique_ptr<Subscription> m_below;
    Check m_check;
    bool m_over = false;
};

class RefusedStream final : public Subscription {
public:
    explicit RefusedStream(GatewayError error)
    {
        QMetaObject::invokeMethod(
            this, [this, error = std::move(error)] { emit failed(error); }, Qt::QueuedConnection);
    }
    void cancel() override { }
};

} // namespace

/// What the I/O thread needs while the scope may be going on the GUI thread.
struct TenantScope::Gate {
    QMutex mutex;
    TenantScope *scope = nullptr;
    std::string tenant;
    int round = 0; ///< grows with every setTenant(): evidence of an older one does not stop
    bool stopped = false;
};

TenantScope::TenantScope(Session *session, QString view, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_view(std::move(view))
    , m_gate(std::make_shared<Gate>())
{
    m_gate->scope = this;
}

TenantScope::~TenantScope()
{
    const QMutexLocker lock(&m_gate->mutex);
    m_gate->scope = nullptr;
}

void TenantScope::setTenant(const QString &tenant)
{
    {
        const QMutexLocker lock(&m_gate->mutex);
        if (m_gate->tenant == tenant.toStdString())
            return;
        m_gate->tenant = tenant.toStdString();
    }
    resume();
}

QString TenantScope::tenant() const
{
    const QMutexLocker lock(&m_gate->mutex);
    return qstr(m_gate->tenant);
}

void TenantScope::resume()
{
    {
        const QMutexLocker lock(&m_gate->mutex);
        ++m_gate->round;
        m_gate->stopped = false;
    }
    if (m_why.isEmpty())
        return;
    m_why.clear();
    emit changed();
}

GatewayError TenantScope::refusal() const
{
    return foreignError(m_why);
}

QFuture<Reply> TenantScope::request(Request request)
{
    Gateway *below = m_session ? m_session->gateway() : nullptr;
    if (!below)
        return ready<Reply>(
            unexpected(GatewayError { ErrorKind::Network, {}, tr("not connected"), true }));
    if (stopped())
        return ready<Reply>(unexpected(refusal()));
    const std::string asked = rules::tenantAsked(request.service, request.operation);
    const std::string own = tenant().toStdString();
    const std::string expected = own.empty() ? asked : own;
    const QString what = qstr(request.service + " " + request.operation);
    if (!own.empty() && !asked.empty() && asked != own) {
        file({ {}, own, asked }, what);
        return ready<Reply>(unexpected(refusal()));
    }
    int round = 0;
    {
        const QMutexLocker lock(&m_gate->mutex);
        round = m_gate->round;
    }
    return below->request(std::move(request))
        .then(QtFuture::Launch::Sync, [gate = m_gate, expected, what, round](const Reply &reply) {
            const std::string &said = reply ? reply->body : reply.error().body;
            const auto proof = rules::foreignIn(expected, said);
            const QMutexLocker lock(&gate->mutex);
            if (!proof)
                return gate->stopped && gate->round == round
                    ? Reply(unexpected(foreignError(tr("the view is stopped"))))
                    : reply;
            if (gate->round == round)
                gate->stopped = true;
            if (gate->scope)
                QMetaObject::invokeMethod(
                    gate->scope,
                    [scope = gate->scope, proof = *proof, what, stops = gate->round == round] {
                        scope->file(proof, what, stops);
                    },
                    Qt::QueuedConnection);
            return Reply(unexpected(
                foreignError(tr("the answer speaks of another tenant and was not shown"))));
        });
}

std::unique_ptr<Subscription> TenantScope::stream(Request request)
{
    Gateway *below = m_session ? m_session->gateway() : nullptr;
    if (!below || stopped())
        return std::make_unique<RefusedStream>(
            below ? refusal() : GatewayError { ErrorKind::Network, {}, tr("not connected"), true });
    const QString what = qstr(request.service + " " + request.operation);
    return std::make_unique<ScopedStream>(
        below->stream(std::move(request)), [scope = QPointer(this), what](const std::string &body) {
            return scope && scope->admits(body, what);
        });
}

bool TenantScope::admits(const schema::Event &event)
{
    if (event.tenant.empty() || stopped())
        return false;
    const QString own = tenant();
    if (!own.isEmpty() && own.toStdString() != event.tenant)
        return false;
    const auto proof = rules::foreignIn(event);
    if (proof)
        file(*proof, tr("event %1").arg(qstr(event.kindText)));
    return !proof;
}

bool TenantScope::admits(const std::string &frame, const QString &what)
{
    if (stopped())
        return false;
    const auto proof = rules::foreignIn(tenant().toStdString(), frame);
    if (proof)
        file(*proof, what);
    return !proof;
}

/// The evidence itself is named, never shown: it belongs to somebody else.
void TenantScope::file(const rules::ForeignTenant &proof, const QString &what, bool stops)
{
    ++m_caught;
    const QString where = proof.where.empty() ? tr("the request itself") : qstr(proof.where);
    const QString whose = proof.found.empty() ? tr("of a tenant without an id")
                                              : tr("of tenant “%1”").arg(qstr(proof.found));
    const QString evidence =
        tr("%1 is stopped: something %2 came for tenant “%3” (%4, at %5). It was not shown.")
            .arg(m_view, whose, qstr(proof.expected), what, where);
    if (stops) {
        m_why = evidence;
        const QMutexLocker lock(&m_gate->mutex);
        m_gate->stopped = true;
    }
    if (m_session) {
        WireRow row;
        row.atMs = QDateTime::currentMSecsSinceEpoch();
        row.direction = QStringLiteral("←");
        row.channel = QStringLiteral("isolation");
        row.service = QStringLiteral("isolation");
        row.operation = what;
        row.state = QStringLiteral("foreign-tenant");
        row.failed = true;
        row.text = PackedText(evidence.toStdString());
        row.size = evidence.size();
        m_session->wire()->append({ row });
        schema::JournalWrite line;
        line.service = "isolation";
        line.operation = "foreign-tenant";
        line.parts.push_back({ "other", proof.expected, proof.where, false, false, {}, {} });
        const qint64 number = m_session->journal()->begin(std::move(line));
        m_session->journal()->settle(number, JournalRow::Refused, evidence, 0);
    }
    emit changed();
    emit caughtForeign(evidence);
}

} // namespace signalbox
