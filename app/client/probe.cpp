// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/probe.h"

#include "models/schema/envelope.h"
#include "models/schema/iam.h"
#include "models/schema/metrics.h"

namespace signalbox {
namespace {

using Era = Capabilities::Era;
using Edition = Capabilities::Edition;
using Metrics = Capabilities::Metrics;

std::optional<schema::VersionInfo> versionOf(const RestAnswer &answer)
{
    if (answer.status != 200)
        return {};
    const auto info = schema::decode<schema::VersionInfo>(answer.body);
    return info && info->product == "signalbox-gateway" ? std::optional(*info) : std::nullopt;
}

bool mentions(const RestAnswer &answer, const char *text)
{
    return answer.body.find(text) != std::string::npos;
}

/// A flow-hosted kind that is not registered is told before authentication (TG §7.2 step 4).
bool kindKnown(const RestAnswer &answer)
{
    return answer.status != 0 && !(answer.status == 404 || mentions(answer, "unknown kind"));
}

std::optional<std::size_t> samples(const RestAnswer &answer)
{
    if (answer.status != 200)
        return {};
    const auto vector = schema::decode<schema::InstantVector>(answer.body);
    return vector ? std::optional(vector->samples.size()) : std::nullopt;
}

Metrics metricsOf(const ProbeFacts &facts)
{
    const int status = facts.metricsNew.status;
    if (status == 401 || status == 403)
        return Metrics::Denied;
    if (samples(facts.metricsNew).value_or(0) > 0)
        return Metrics::New;
    if (samples(facts.metricsOld).value_or(0) > 0)
        return Metrics::Old;
    return status == 0 && facts.metricsNew.timedOut ? Metrics::Unknown : Metrics::None;
}

QString brokerOf(const RestAnswer &answer)
{
    if (answer.status != 200)
        return {};
    const auto vector = schema::decode<schema::InstantVector>(answer.body);
    if (!vector)
        return {};
    for (const auto &sample : vector->samples) {
        const auto *label = schema::find(sample.labels, "pubsub_backend");
        if (!label)
            continue;
        if (*label == "rabbitmq")
            return QStringLiteral("RabbitMQ");
        if (*label == "pulsar")
            return QStringLiteral("Pulsar");
        if (*label == "kafka")
            return QStringLiteral("Kafka");
    }
    return {};
}

/// Only the enterprise edition has groups; the open one says that it does not (TG §7.2 step 5).
/// Whoever is not allowed to ask learns nothing.
Edition editionOf(const RestAnswer &answer)
{
    if (answer.status != 200)
        return Edition::Unknown;
    const auto error = schema::errorOf(answer.body, answer.status);
    if (!error)
        return Edition::Enterprise;
    return error->message.find("not-yet-implemented") != std::string::npos ? Edition::Open
                                                                           : Edition::Unknown;
}

Era eraOf(const ProbeFacts &facts, bool knowsMyWorkspaces)
{
    if (facts.preIamSocket || facts.bootstrapStatus.status == 404) {
        if (!facts.preIamSocket)
            return Era::C; // IAM without bootstrap-status: 2.4.5 or 2.4.6
        // Neither answers what tells A from B; language packs came with 2.3.9 and stayed (TG §7.2
        // step 1).
        return facts.i18n.status == 200 ? Era::B : Era::A;
    }
    if (knowsMyWorkspaces)
        return Era::D;
    return facts.bootstrapStatus.status == 0 && facts.listMyWorkspaces.status == 0 ? Era::Unknown
                                                                                   : Era::C;
}

QString productOf(const ProbeFacts &facts, Era era, bool knowsMyWorkspaces, Metrics metrics)
{
    if (era == Era::Unknown)
        return QStringLiteral("gateway");
    if (era == Era::A)
        return QStringLiteral("gateway 2.3 or older");
    if (kindKnown(facts.thru) || metrics == Metrics::New)
        return QStringLiteral("gateway 2.8");
    if (kindKnown(facts.imageToText))
        return QStringLiteral("gateway 2.7");
    if (kindKnown(facts.reranker))
        return QStringLiteral("gateway 2.6");
    return knowsMyWorkspaces ? QStringLiteral("gateway 2.5") : QStringLiteral("gateway 2.4");
}

Capabilities judgeOwn(const schema::VersionInfo &info)
{
    Capabilities can;
    can.own = true;
    can.era = Era::D;
    can.product = QString::fromStdString(info.product + " " + info.version).trimmed();
    can.listMyWorkspaces = true;
    can.metrics = Metrics::New;
    for (const auto &one : info.capabilities) {
        const QString name = QString::fromStdString(one);
        can.raw.append(name);
        if (name == QLatin1String("events"))
            can.events = true;
        else if (name == QLatin1String("fabric") || name.startsWith(QLatin1String("fabric:")))
            can.fabric = true;
        else if (name == QLatin1String("cancel"))
            can.cancel = true;
        else if (name == QLatin1String("flow-stop:queues"))
            can.stopDeletesQueues = true;
        else if (name == QLatin1String("tenants"))
            can.tenants = true;
        else if (name == QLatin1String("ops"))
            can.ops = true;
        else if (name == QLatin1String("anonymous"))
            can.anonymous = true;
        if (name.startsWith(QLatin1String("broker:")))
            can.broker = name.mid(7);
    }
    return can;
}

} // namespace

Capabilities judge(const ProbeFacts &facts)
{
    if (const auto version = versionOf(facts.version))
        return judgeOwn(*version);
    Capabilities can;
    const auto &mine = facts.listMyWorkspaces;
    const bool knowsMine =
        mine.status != 0 && mine.status != 404 && !mentions(mine, "unknown operation");
    can.era = eraOf(facts, knowsMine);
    can.listMyWorkspaces = knowsMine && can.era == Era::D;
    can.metrics = metricsOf(facts);
    can.product = productOf(facts, can.era, can.listMyWorkspaces, can.metrics);
    can.broker = brokerOf(facts.broker);
    can.edition = editionOf(facts.listGroups);
    if (can.edition == Edition::Enterprise)
        can.product += QStringLiteral(" enterprise");
    // Without a credential this can only be answered with 200 where nobody is asked for one (TG
    // §2.5).
    can.anonymous = mine.status == 200;
    if (facts.bootstrapStatus.status == 200)
        if (const auto status = schema::decode<schema::IamResponse>(facts.bootstrapStatus.body))
            can.bootstrapAvailable = status->bootstrapAvailable;
    return can;
}

Capabilities withMetrics(Capabilities can, const ProbeFacts &facts)
{
    can.metrics = metricsOf(facts);
    if (can.broker.isEmpty())
        can.broker = brokerOf(facts.broker);
    return can;
}

Probe::Probe(Rest *rest, milliseconds timeout, QObject *parent)
    : QObject(parent)
    , m_rest(rest)
    , m_timeout(timeout)
{
}

bool Probe::own() const
{
    return versionOf(m_facts.version).has_value();
}

void Probe::start()
{
    m_waiting = 1;
    m_rest->get(
        QStringLiteral("/api/v1/version"), false, m_timeout, [this](const RestAnswer &answer) {
            m_facts.version = answer;
            emit versionKnown(own());
            if (!own() && answer.status != 0) {
                get(&ProbeFacts::i18n, QStringLiteral("/api/v1/i18n/packs/en"), false);
                post(&ProbeFacts::bootstrapStatus, QStringLiteral("/api/v1/auth/bootstrap-status"),
                    "{}");
                post(&ProbeFacts::listMyWorkspaces, QStringLiteral("/api/v1/iam"),
                    R"({"operation":"list-my-workspaces"})");
                post(&ProbeFacts::listGroups, QStringLiteral("/api/v1/iam"),
                    R"({"operation":"list-groups"})", true);
                post(
                    &ProbeFacts::reranker, QStringLiteral("/api/v1/flow/x/service/reranker"), "{}");
                post(&ProbeFacts::imageToText,
                    QStringLiteral("/api/v1/flow/x/service/image-to-text"), "{}");
                post(&ProbeFacts::thru, QStringLiteral("/api/v1/flow/x/service/thru/x"), "{}");
                for (const MetricsQuestion &question : metricsQuestions)
                    get(question.into,
                        QStringLiteral("/api/metrics/query?query=")
                            + QString::fromLatin1(QUrl::toPercentEncoding(
                                QString::fromLatin1(question.promql), "()")),
                        true);
            }
            if (--m_waiting == 0)
                emit finished();
        });
}

void Probe::get(RestAnswer ProbeFacts::*into, const QString &path, bool authorised)
{
    ++m_waiting;
    m_rest->get(
        path, authorised, m_timeout, [this, into](const RestAnswer &answer) { one(into, answer); });
}

void Probe::post(
    RestAnswer ProbeFacts::*into, const QString &path, const std::string &body, bool authorised)
{
    ++m_waiting;
    m_rest->post(path, body, authorised, m_timeout,
        [this, into](const RestAnswer &answer) { one(into, answer); });
}

void Probe::one(RestAnswer ProbeFacts::*into, const RestAnswer &answer)
{
    m_facts.*into = answer;
    if (--m_waiting == 0)
        emit finished();
}

} // namespace signalbox
