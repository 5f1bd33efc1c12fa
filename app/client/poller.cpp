// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/poller.h"

#include "app/client/probe.h"
#include "models/schema/config.h"
#include "models/schema/metrics.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"

#include <algorithm>

namespace signalbox {
namespace {
constexpr int budget = 2; ///< reads outstanding at once
const QString versionKey = QStringLiteral("config-version");
const QString metricsKey = QStringLiteral("metrics");
const QString brokerKey = QStringLiteral("broker");
} // namespace

Poller::Poller(Session *session, QObject *parent)
    : QObject(parent)
    , m_session(session)
{
    m_clock.start();
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Poller::turn);
    connect(session, &Session::cameOnline, this, &Poller::restart);
    connect(session->queues(), &QueueStore::brokerAsked, this, [this](bool fine, qint64 tookMs) {
        if (Job *asked = job(brokerKey); asked && asked->running)
            finished(brokerKey, fine, fine, tookMs);
    });
    connect(session, &Session::emptied, this, [this] { ended(brokerKey); });
    connect(session, &Session::changed, this, [this] {
        if (!anyDue())
            m_timer.stop();
        else if (!m_timer.isActive())
            m_timer.start(0);
    });
    connect(session, &Session::attentionChanged, this, &Poller::takeAttention);
    setPace({});
}

void Poller::setPace(const Pace &pace)
{
    m_pace = pace;
    m_jobs.clear();
    m_outstanding = 0; // what former ones still wait for counts no more
    m_jobs.push_back({ versionKey, pace.versionMs, pace.versionMs, 0, false,
        [this](Job &job) { askVersion(job); } });
    m_jobs.push_back({ metricsKey, pace.metricsMs, pace.metricsMs, 0, false,
        [this](Job &job) { askMetrics(job); } });
    m_jobs.push_back({ brokerKey, pace.brokerMs, pace.brokerMs, 0, false,
        [this](Job &job) { askBroker(job); }, true });
    restart();
}

/// Events tell everything: polling is for far ends without, or while they are lost. A broker tells
/// what it knows also while the gateway is away.
bool Poller::due(const Job &job) const
{
    if (!m_session->asks() || !m_session->gateway())
        return false;
    if (job.ofBroker)
        return m_session->hasBroker() && m_session->state() != Session::Disconnected
            && m_session->state() != Session::Refused;
    return m_session->state() == Session::Polling;
}

bool Poller::anyDue() const
{
    return std::any_of(m_jobs.begin(), m_jobs.end(), [this](const Job &job) { return due(job); });
}

int Poller::paceOf(const Job &job) const
{
    return m_session->attention() == Session::Hidden
        ? std::max(job.nowMs, std::min(m_session->refreshMs(), m_pace.slowestMs))
        : job.nowMs;
}

void Poller::takeAttention()
{
    for (Job &job : m_jobs)
        job.dueAt = std::min(job.dueAt, std::max(job.askedAt + paceOf(job), m_clock.elapsed()));
    if (anyDue())
        turn(); // somebody looks again: what is due is asked at once
    else
        m_timer.stop();
}

void Poller::restart()
{
    m_version = -1;
    for (Job &job : m_jobs) {
        job.nowMs = job.everyMs;
        job.askedAt = m_clock.elapsed(); // by whoever opened the connection
        job.dueAt = m_clock.elapsed() + (job.key == versionKey ? 0 : job.everyMs);
    }
    if (anyDue())
        m_timer.start(0);
}

Poller::Job *Poller::job(const QString &key)
{
    for (Job &job : m_jobs)
        if (job.key == key)
            return &job;
    return nullptr;
}

/// Pulsar is asked topic by topic: not more often than a scrape.
void Poller::paceBroker()
{
    Job *broker = job(brokerKey);
    const int every =
        m_session->broker().kind == QLatin1String("pulsar") ? m_pace.metricsMs : m_pace.brokerMs;
    if (!broker || std::exchange(broker->everyMs, every) == every)
        return;
    broker->nowMs = every;
}

void Poller::turn()
{
    if (!anyDue())
        return;
    paceBroker();
    const qint64 now = m_clock.elapsed();
    qint64 next = now + m_pace.slowestMs;
    for (Job &job : m_jobs) {
        if (!due(job))
            continue;
        if (!job.running && job.dueAt <= now) {
            job.askedAt = now;
            job.dueAt = now + paceOf(job);
            if (m_outstanding >= budget) {
                ++m_skipped;
            } else {
                ++m_polls;
                ++m_outstanding;
                job.running = true;
                job.run(job);
            }
        }
        next = std::min(next, std::max(job.dueAt, now + 1));
    }
    m_timer.start(int(next - now));
}

Poller::Job *Poller::ended(const QString &key)
{
    Job *done = job(key);
    if (done && std::exchange(done->running, false))
        --m_outstanding;
    return done;
}

/// A slow or failing far end is asked less often; news bring the pace back.
void Poller::finished(const QString &key, bool fine, bool news, qint64 tookMs)
{
    Job *done = ended(key);
    if (!done)
        return;
    const bool slow = tookMs > done->nowMs / 4;
    if (!fine || slow)
        done->nowMs = std::min(done->nowMs * 2, m_pace.slowestMs);
    else if (news)
        done->nowMs = done->everyMs;
    else
        done->nowMs = std::max(done->everyMs, std::min(done->nowMs, done->everyMs * 2));
    if (done->ofBroker)
        m_session->queues()->setBrokerRefresh(paceOf(*done));
}

void Poller::askVersion(Job &)
{
    schema::ConfigRequest ask;
    ask.operation = "list";
    ask.type = "flow";
    Request request;
    request.service = "config";
    request.operation = ask.operation;
    request.workspace = m_session->defaultWorkspace().toStdString();
    request.body = schema::encode(ask);
    const qint64 from = m_clock.elapsed();
    const int generation = m_session->generation();
    signalbox::ask<schema::ConfigResponse>(*m_session->gateway(), request)
        .then(this, [this, from, generation](const Answer<schema::ConfigResponse> &answer) {
            const bool current = generation == m_session->generation();
            const bool news = current && answer && m_version >= 0 && answer->version != m_version;
            if (current && answer) {
                m_version = answer->version;
                m_session->noteFresh(0); // an answer, and not that something was asked
            }
            finished(versionKey, answer.hasValue(), news, m_clock.elapsed() - from);
            if (news)
                m_session->announceConfig({}, {});
        });
}

/// Ends with QueueStore::brokerAsked().
void Poller::askBroker(Job &)
{
    m_session->queues()->fetchBroker();
}

namespace {

/// As the probe would have been answered.
RestAnswer probed(const Reply &reply)
{
    if (reply)
        return { 200, reply->body, {}, false, false };
    const GatewayError &error = reply.error();
    const bool denied = error.kind == ErrorKind::Denied || error.kind == ErrorKind::Auth;
    return { denied ? 403 : 0, {}, error.text, error.kind == ErrorKind::Timeout, false };
}

} // namespace

/// Prometheus was not there when the connection was opened, or had scraped nothing yet.
void Poller::lookForMetrics()
{
    struct Look {
        ProbeFacts facts;
        std::size_t waiting = std::size(metricsQuestions);
    };
    auto look = std::make_shared<Look>();
    const qint64 from = m_clock.elapsed();
    const int generation = m_session->generation();
    for (const MetricsQuestion &question : metricsQuestions) {
        Request request;
        request.service = "metrics";
        request.operation = "query";
        request.body =
            schema::encode(schema::MetricsParameters { { { "query", question.promql } } });
        m_session->gateway()
            ->request(std::move(request))
            .then(this, [this, look, from, generation, into = question.into](const Reply &reply) {
                look->facts.*into = probed(reply);
                if (--look->waiting > 0)
                    return;
                const bool current = generation == m_session->generation();
                if (current)
                    m_session->setCapabilities(withMetrics(m_session->capabilities(), look->facts));
                const bool found = current && m_session->hasMetrics();
                finished(metricsKey, found, found, m_clock.elapsed() - from);
                if (!current)
                    return;
                m_session->queues()->fetch(); // says at least that there is none
                if (found)
                    m_session->flows()->fetchMetrics();
            });
    }
}

void Poller::askMetrics(Job &job)
{
    // The stores know what to ask; here is decided when.
    m_session->queues()->setRefresh(rules::QueueSource::Prometheus, paceOf(job));
    const auto &can = m_session->capabilities();
    if (!can.own && !m_session->hasMetrics() && can.metrics != Capabilities::Metrics::Denied)
        return lookForMetrics();
    if (m_session->capabilities().fabric || m_session->hasMetrics()) {
        m_session->queues()->fetch();
        m_session->flows()->fetchMetrics();
    }
    finished(metricsKey, true, true, 0);
}

} // namespace signalbox
