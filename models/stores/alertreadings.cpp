// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/alertreadings.h"

#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/queuesources.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"

#include <QCoreApplication>

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_set>
#include <utility>

namespace signalbox {
namespace {

using rules::AlertKind;
using rules::AlertReading;
using rules::HealthReason;

constexpr double never = 1e9; ///< seconds: a queue that does not get shorter
constexpr std::int64_t drainFloor = 500; ///< shorter ones come and go
constexpr double notThere = 2; ///< of NoConsumer: nobody reads it, for it does not exist
const std::string connectionSubject = "connection";
const std::string sourcePrefix = "counts/"; ///< and the source's name

/// Third part of `processor--workspace--variant--spec`, "" where the name has none.
std::string variantOf(const std::string &queue)
{
    std::string_view rest(queue);
    rest.remove_prefix(std::min(rest.size(), rest.rfind('.') + 1));
    std::vector<std::string_view> parts;
    for (std::size_t at = rest.find("--"); at != std::string_view::npos; at = rest.find("--")) {
        parts.push_back(rest.substr(0, at));
        rest.remove_prefix(at + 2);
    }
    return parts.size() == 3 ? std::string(parts[2]) : std::string();
}

/// A service of the platform itself, which flows and people ask.
bool ofPlatform(const schema::QueueRow &row)
{
    return row.scope == "system" || row.scope == "global";
}

/// The lowest value at which any rule sees something: below it, readings are left out.
double lowest(const std::vector<rules::AlertRule> &rules, AlertKind kind)
{
    const auto floorOf = [](const rules::AlertLimit &limit) {
        return limit.limit * std::min(1.0, limit.clearShare);
    };
    double floor = floorOf(rules::defaultLimit(kind));
    for (const auto &rule : rules)
        if (rule.kind == kind)
            floor = std::min(floor, floorOf(rule.limit));
    return floor;
}

/// Queues that may call: of those that did not before the fullest, in a heap, the least on top.
struct FullestQueues {
    struct One {
        std::int64_t ready = 0;
        std::vector<AlertReading> readings;
    };
    std::vector<One> fresh;
    int held = 0; ///< that are told in any case

    static bool fuller(const One &a, const One &b) { return a.ready > b.ready; }
    [[nodiscard]] bool takes(std::int64_t ready) const
    {
        return fresh.size() < std::size_t(mostAlertingQueues) || ready > fresh.front().ready;
    }
    void push(One one)
    {
        fresh.push_back(std::move(one));
        std::push_heap(fresh.begin(), fresh.end(), fuller);
    }
    int shrinkTo(int most) ///< how many went
    {
        int gone = 0;
        for (; int(fresh.size()) > std::max(0, most); ++gone) {
            std::pop_heap(fresh.begin(), fresh.end(), fuller);
            fresh.pop_back();
        }
        return gone;
    }
};

class Gathering {
public:
    Gathering(const Session &session, const std::vector<rules::AlertRule> &rules,
        const rules::AlertBook &book)
        : m_session(session)
        , m_rules(rules)
        , m_backlogFloor(lowest(rules, AlertKind::Backlog))
        , m_ageFloor(lowest(rules, AlertKind::Age))
        , m_drainFloor(lowest(rules, AlertKind::DrainTime))
    {
        for (const auto &[id, alert] : book.alerts()) {
            m_held.push_back(alert.reading);
            m_heldSubjects.insert(alert.reading.subject);
        }
    }
    bool next(int most)
    {
        if (m_next == 0) {
            lookAtConnection();
            lookAtSources();
            for (const FlowRow &flow : m_session.flows()->rows())
                look(flow);
        }
        const auto &queues = m_session.queues()->rows();
        const int last = int(std::min(queues.size(), std::size_t(m_next) + std::size_t(most)));
        for (; m_next < last; ++m_next)
            look(queues[std::size_t(m_next)], m_next);
        return m_next < int(queues.size());
    }
    [[nodiscard]] bool tells(const AlertReading &held) const;
    AlertReadings take()
    {
        takeFullest(m_grave);
        takeFullest(m_slow);
        holdUnknown();
        return { std::exchange(m_readings, {}), m_beyond };
    }

private:
    void add(AlertKind kind, std::string subject, std::string workspace, std::string flow,
        std::optional<double> value, std::vector<std::string> causes = {})
    {
        m_readings.push_back({ kind, std::move(subject), std::move(workspace), std::move(flow),
            value, std::move(causes) });
    }
    void lookAtConnection();
    void lookAtSources();
    void takeFullest(FullestQueues &queues);
    void holdUnknown();
    bool tellsWorker(const AlertReading &held) const;
    bool tellsQueue(const AlertReading &held) const;
    std::string workerSubject(const std::string &workspace, const std::string &processor,
        const std::string &variant) const;
    std::string variantIn(const FlowRow &flow, const std::string &processor) const;
    void alsoWaits(AlertReading &worker, const FlowRow &flow) const;
    void look(const FlowRow &flow);
    void look(const QueueState &queue, int row);
    bool allStopping(const std::string &workspace, const QStringList &flows) const;
    std::vector<std::string> lookAtWorkers(const FlowRow &flow);
    void lookForQueue(const FlowRow &flow);

    const Session &m_session;
    const std::vector<rules::AlertRule> m_rules;
    const double m_backlogFloor;
    const double m_ageFloor;
    const double m_drainFloor;
    std::vector<AlertReading> m_held; ///< over a limit at the last look, or raised
    std::unordered_set<std::string> m_heldSubjects;
    std::map<std::string, std::size_t> m_workers; ///< by subject, their readings
    std::unordered_set<std::string> m_notThere; ///< queues that flows miss
    int m_next = 0; ///< queue
    FullestQueues m_grave; ///< that nobody reads
    FullestQueues m_slow;
    int m_beyond = 0;
    std::vector<AlertReading> m_readings;
};

/// While we ask nothing ourselves, that nothing comes says nothing; and after such a pause only the
/// time since we asked again counts.
void Gathering::lookAtConnection()
{
    const auto tell = [this](std::optional<double> value) {
        add(AlertKind::SourceStale, connectionSubject, {}, {}, value);
    };
    if (m_session.state() == Session::Polling && !m_session.asks())
        return tell({});
    if (!m_session.stale())
        return;
    const double age = m_session.ageMs() / 1000.0;
    const double unanswered = double(m_session.unansweredMs()) / 1000;
    const bool judged = unanswered >= age
        || unanswered >= rules::limitFor(m_rules, AlertKind::SourceStale, {}, {}).limit;
    tell(judged ? std::optional(unanswered) : std::nullopt);
}

void Gathering::takeFullest(FullestQueues &queues)
{
    m_beyond += queues.shrinkTo(mostAlertingQueues - queues.held);
    for (auto &one : std::exchange(queues.fresh, {}))
        std::move(one.readings.begin(), one.readings.end(), std::back_inserter(m_readings));
}

/// What is held and was not met is well or gone, unless nobody tells now how it is.
void Gathering::holdUnknown()
{
    if (m_held.empty())
        return;
    std::unordered_set<std::string> told;
    for (const AlertReading &reading : m_readings)
        told.insert(rules::alertId(reading.kind, reading.subject));
    for (const AlertReading &held : std::exchange(m_held, {})) {
        if (!told.contains(rules::alertId(held.kind, held.subject)) && !tells(held))
            add(held.kind, held.subject, held.workspace, held.flow, {});
    }
}

bool Gathering::tells(const AlertReading &held) const
{
    switch (held.kind) {
    case AlertKind::SourceStale:
    case AlertKind::Stopping:
        return true;
    case AlertKind::ErrorRate: {
        const FlowRow *flow = m_session.flows()->find(
            QString::fromStdString(held.workspace), QString::fromStdString(held.flow));
        return !flow || flow->stopping || flow->errorPercent;
    }
    case AlertKind::WorkerDead:
        return tellsWorker(held);
    default:
        return tellsQueue(held);
    }
}

/// The flow that waits for it is gone, or somebody says that it runs.
bool Gathering::tellsWorker(const AlertReading &held) const
{
    const auto *flows = m_session.flows();
    const QString workspace = QString::fromStdString(held.workspace);
    const QString id = QString::fromStdString(held.flow);
    const FlowRow *flow = flows->find(workspace, id);
    if (!flow || flow->stopping)
        return true;
    const std::string processor = alertTitle(held).toStdString();
    if (!m_session.hasFabric()) {
        const auto runs = flows->processRuns(processor);
        if (!runs || *runs)
            return runs.has_value();
    }
    for (const auto &worker : flows->processorsOf(workspace, id))
        if (worker.processor == processor)
            return worker.state != "dead";
    return flow->processorsUp && flow->processors >= 0 && *flow->processorsUp >= flow->processors;
}

bool Gathering::tellsQueue(const AlertReading &held) const
{
    const auto *queues = m_session.queues();
    const int row = queues->rowOf(held.subject);
    if (row < 0)
        return queues->loaded();
    const QueueState &queue = queues->rows()[std::size_t(row)];
    if (!queues->consumed(row) && ofPlatform(queue.row))
        return queue.countsNow();
    if (!queues->consumed(row) || allStopping(queue.row.workspace, queues->flowsOf(queue.row.name)))
        return true;
    if (!queue.countsNow())
        return queues->missing(queue); // then nothing waits there
    switch (held.kind) {
    case AlertKind::Age:
        return queue.row.ready == 0 || queues->oldestMs(queue);
    case AlertKind::Stuck:
        return queue.row.ready == 0 || queue.row.consumers == 0 || queue.outRate;
    case AlertKind::DrainTime:
        return queue.row.ready < drainFloor || (queue.inRate && queue.outRate);
    default:
        return true;
    }
}

/// Each source of queue counts by itself: one that fell silent leaves the others as they are. What
/// is asked through the gateway is silent with it.
void Gathering::lookAtSources()
{
    const bool asked = m_session.asks();
    for (const auto &mute : m_session.queues()->sources()->mute()) {
        std::vector<std::string> causes;
        if (mute.source != rules::QueueSource::RabbitMq
            && mute.source != rules::QueueSource::Pulsar) // they have addresses of their own
            causes.push_back(rules::alertId(AlertKind::SourceStale, connectionSubject));
        add(AlertKind::SourceStale, sourcePrefix + std::string(rules::name(mute.source)), {}, {},
            asked ? std::optional(double(mute.forMs) / 1000) : std::nullopt, std::move(causes));
    }
}

/// Without a fabric service a process is one for all flows (TG §4.5): it is known by its name.
std::string Gathering::workerSubject(
    const std::string &workspace, const std::string &processor, const std::string &variant) const
{
    return m_session.hasFabric() ? workspace + '/' + processor + ':' + variant : processor;
}

/// An entry that several flows share has the variant that its queues are named by.
std::string Gathering::variantIn(const FlowRow &flow, const std::string &processor) const
{
    for (const QueueState *queue : m_session.queues()->ofFlow(flow.workspace, flow.id))
        if (queue->row.processor == processor)
            if (auto variant = variantOf(queue->row.name); !variant.empty())
                return variant;
    return flow.id.toStdString();
}

/// Of the flows that wait for it, one counts whose rule is on.
void Gathering::alsoWaits(AlertReading &worker, const FlowRow &flow) const
{
    if (worker.value)
        ++*worker.value;
    if (rules::limitFor(m_rules, AlertKind::WorkerDead, worker.workspace, worker.flow).on)
        return;
    worker.workspace = flow.workspace.toStdString();
    worker.flow = flow.id.toStdString();
}

std::vector<std::string> Gathering::lookAtWorkers(const FlowRow &flow)
{
    std::vector<std::string> subjects;
    const std::string workspace = flow.workspace.toStdString();
    const bool hasFabric = m_session.hasFabric();
    if (flow.finding.reason == HealthReason::Dead)
        for (const auto &worker : m_session.flows()->processorsOf(flow.workspace, flow.id))
            if (worker.state == "dead")
                subjects.push_back(workerSubject(workspace, worker.processor, worker.variant));
    if (flow.finding.reason == HealthReason::Absent)
        for (const std::string &processor : flow.finding.processors)
            subjects.push_back(workerSubject(
                workspace, processor, hasFabric ? variantIn(flow, processor) : std::string()));
    std::vector<std::string> ids;
    for (const std::string &subject : subjects) {
        ids.push_back(rules::alertId(AlertKind::WorkerDead, subject));
        const auto [at, fresh] = m_workers.try_emplace(subject, m_readings.size());
        if (fresh) // what was last known of a silent back end raises nothing
            add(AlertKind::WorkerDead, subject, workspace, flow.id.toStdString(),
                m_session.silent() ? std::nullopt : std::optional(1.0));
        else
            alsoWaits(m_readings[at->second], flow);
    }
    return ids;
}

/// What is sent to a queue that is not there is lost. One of several is told, as the flow does.
void Gathering::lookForQueue(const FlowRow &flow)
{
    const auto &finding = flow.finding;
    if (finding.reason != HealthReason::Missing || finding.signal != rules::Signal::Danger
        || !m_notThere.insert(finding.queue).second)
        return;
    add(AlertKind::NoConsumer, finding.queue, flow.workspace.toStdString(), flow.id.toStdString(),
        m_session.silent() ? std::nullopt : std::optional(notThere));
}

void Gathering::look(const FlowRow &flow)
{
    const std::string key = FlowStore::key(flow.workspace, flow.id).toStdString();
    const std::string workspace = flow.workspace.toStdString();
    const std::string id = flow.id.toStdString();
    if (flow.stopping) {
        const bool judged = flow.finding.reason == HealthReason::Stopping
            || flow.finding.reason == HealthReason::StoppingTooLong; // else it is no time
        add(AlertKind::Stopping, key, workspace, id,
            judged ? std::optional(double(flow.finding.number) / 1000) : std::nullopt);
        return;
    }
    lookForQueue(flow);
    const auto workers = lookAtWorkers(flow);
    if (!flow.errorPercent || *flow.errorPercent > 0)
        add(AlertKind::ErrorRate, key, workspace, id, flow.errorPercent, workers);
}

/// Nobody reads the queues of a flow that is being stopped: that is how a stop goes, and one that
/// gets nowhere is told of as such.
bool Gathering::allStopping(const std::string &workspace, const QStringList &flows) const
{
    const QString place = QString::fromStdString(workspace);
    return !flows.isEmpty() && std::all_of(flows.begin(), flows.end(), [&](const QString &id) {
        const FlowRow *flow = m_session.flows()->find(place, id);
        return flow && flow->stopping;
    });
}

void Gathering::look(const QueueState &queue, int row)
{
    const auto &counts = queue.row;
    if (!queue.countsKnown || (counts.ready == 0 && counts.consumers > 0)
        || (counts.topicClass != "flow" && counts.topicClass != "request"))
        return;
    if (!m_session.queues()->consumed(row) && (counts.ready == 0 || !ofPlatform(counts)))
        return; // an orphan, or one of the platform that nobody has asked anything
    const bool now = queue.countsNow(); // old counts neither raise nor end anything
    const double ready = double(counts.ready);
    const auto oldest = m_session.queues()->oldestMs(queue);
    const double age = double(oldest.value_or(0)) / 1000;
    const bool still =
        counts.ready > 0 && counts.consumers > 0 && queue.outRate && *queue.outRate <= 0;
    double drain = 0;
    if (counts.ready >= drainFloor && queue.inRate && queue.outRate)
        drain = *queue.outRate > *queue.inRate ? ready / (*queue.outRate - *queue.inRate) : never;
    if (counts.consumers > 0 && !still && ready < m_backlogFloor && age < m_ageFloor
        && drain < m_drainFloor)
        return;
    FullestQueues &fullest = counts.consumers == 0 ? m_grave : m_slow;
    const bool held = m_heldSubjects.contains(counts.name);
    if (!held && !fullest.takes(counts.ready)) {
        ++m_beyond;
        return;
    }
    const auto flows = m_session.queues()->flowsOf(counts.name);
    if (allStopping(counts.workspace, flows))
        return;
    const std::string flow = flows.isEmpty() ? std::string() : flows.front().toStdString();
    const std::string variant = variantOf(counts.name);
    std::vector<std::string> causes { rules::alertId(
        AlertKind::WorkerDead, workerSubject(counts.workspace, counts.processor, variant)) };
    FullestQueues::One one { counts.ready, {} };
    const auto tell = [&](AlertKind kind, double value, bool counted) {
        if (counted)
            one.readings.push_back({ kind, counts.name, counts.workspace, flow,
                now ? std::optional(value) : std::nullopt, causes });
        causes.push_back(rules::alertId(kind, counts.name));
    };
    tell(AlertKind::NoConsumer, 1, counts.consumers == 0);
    tell(AlertKind::Stuck, 1, still);
    tell(AlertKind::Backlog, ready, ready >= m_backlogFloor);
    tell(AlertKind::DrainTime, drain, drain >= m_drainFloor);
    tell(AlertKind::Age, age, oldest && age >= m_ageFloor);
    if (held) {
        ++fullest.held;
        std::move(one.readings.begin(), one.readings.end(), std::back_inserter(m_readings));
        return;
    }
    fullest.push(std::move(one));
    m_beyond += fullest.shrinkTo(mostAlertingQueues);
}

QString alertWords(const char *text)
{
    return QCoreApplication::translate("Alerts", text);
}

QString seconds(double value)
{
    return format::age(qint64(value * 1000));
}

QString flowKeyOf(const AlertReading &reading)
{
    return FlowStore::key(
        QString::fromStdString(reading.workspace), QString::fromStdString(reading.flow));
}

bool isConnection(const AlertReading &reading)
{
    return reading.subject == connectionSubject;
}

QString sourceTitle(const AlertReading &reading)
{
    const std::string_view source =
        std::string_view(reading.subject)
            .substr(std::min(reading.subject.size(), sourcePrefix.size()));
    for (const auto &[name, title] :
        { std::pair("rabbitmq", "RabbitMQ"), std::pair("prometheus", "Prometheus"),
            std::pair("pulsar", "Pulsar"), std::pair("fabric", "Fabric service") })
        if (source == name)
            return alertWords(title);
    return QString::fromUtf8(source.data(), qsizetype(source.size()));
}

} // namespace

class AlertGathering::Pass {
public:
    Gathering gathering;
};

AlertGathering::AlertGathering(const Session &session, const std::vector<rules::AlertRule> &rules,
    const rules::AlertBook &book)
    : d(new Pass { Gathering(session, rules, book) })
{
}

AlertGathering::~AlertGathering() = default;

bool AlertGathering::next(int queues)
{
    return d->gathering.next(queues);
}

AlertReadings AlertGathering::take()
{
    return d->gathering.take();
}

bool alertsKnown(const Session &session)
{
    return session.online() && !session.silent() && session.flows()->loaded();
}

bool alertTells(const Session &session, const AlertReading &reading)
{
    return Gathering(session, {}, {}).tells(reading);
}

QString alertTitle(const AlertReading &reading)
{
    const QString subject = QString::fromStdString(reading.subject);
    switch (reading.kind) {
    case AlertKind::WorkerDead: {
        const QString name = subject.mid(subject.indexOf(u'/') + 1);
        return name.left(name.lastIndexOf(u':'));
    }
    case AlertKind::ErrorRate:
    case AlertKind::Stopping:
        return QString::fromStdString(reading.flow);
    case AlertKind::SourceStale:
        return isConnection(reading) ? alertWords("Connection") : sourceTitle(reading);
    default:
        return subject;
    }
}

QString alertSentence(const AlertReading &reading, const rules::AlertLimit &limit)
{
    const QString flow = QString::fromStdString(reading.flow);
    const double value = reading.value.value_or(0);
    switch (reading.kind) {
    case AlertKind::WorkerDead:
        return value < 2 ? alertWords("No process runs it; %1 waits for it.").arg(flow)
                         : alertWords("No process runs it; %1 flows wait for it, %2 among them.")
                               .arg(format::count(qint64(value)), flow);
    case AlertKind::NoConsumer:
        return value >= notThere
            ? alertWords("This queue of %1 is not there: what is sent to it is lost.").arg(flow)
            : flow.isEmpty() ? alertWords("Messages wait in it, and nobody reads them.")
                             : alertWords("Nobody reads this queue of %1.").arg(flow);
    case AlertKind::Stuck:
        return flow.isEmpty()
            ? alertWords("Messages wait, somebody reads, and none is handled.")
            : alertWords("Messages wait for %1, somebody reads, and none is handled.").arg(flow);
    case AlertKind::ErrorRate:
        return alertWords("%1 % of its messages fail, limit %2 %.")
            .arg(format::percent(value), format::percent(limit.limit));
    case AlertKind::Backlog:
        return alertWords("%1 messages wait, limit %2.")
            .arg(format::count(qint64(value)), format::count(qint64(limit.limit)));
    case AlertKind::Age:
        return alertWords("The oldest message waits for %1, limit %2.")
            .arg(seconds(value), seconds(limit.limit));
    case AlertKind::DrainTime:
        return value >= never ? alertWords("It does not get shorter.")
                              : alertWords("It takes %1 to drain at the rates of now, limit %2.")
                                    .arg(seconds(value), seconds(limit.limit));
    case AlertKind::Stopping:
        return alertWords("It has been stopping for %1.").arg(seconds(value));
    default: // SourceStale
        return isConnection(reading)
            ? alertWords("Nothing came for %1.").arg(seconds(value))
            : alertWords("Asked for queue counts, it has told none for %1; what only it knows is "
                         "shown as old.")
                  .arg(seconds(value));
    }
}

QString alertKindText(AlertKind kind)
{
    switch (kind) {
    case AlertKind::WorkerDead:
        return alertWords("a processor of a flow is dead");
    case AlertKind::NoConsumer:
        return alertWords("nobody reads a queue of a flow or of the platform");
    case AlertKind::Stuck:
        return alertWords("a queue that is read stands still");
    case AlertKind::ErrorRate:
        return alertWords("messages of a flow that fail");
    case AlertKind::Backlog:
        return alertWords("messages waiting in a queue");
    case AlertKind::Age:
        return alertWords("the oldest message of a queue");
    case AlertKind::DrainTime:
        return alertWords("time until a queue is empty");
    case AlertKind::Stopping:
        return alertWords("a flow that is being stopped");
    default: // SourceStale
        return alertWords("nothing comes from the back end, or from a source of counts");
    }
}

QString alertUnit(AlertKind kind)
{
    switch (kind) {
    case AlertKind::ErrorRate:
        return QStringLiteral("%");
    case AlertKind::Backlog:
        return alertWords("messages");
    case AlertKind::Age:
    case AlertKind::DrainTime:
    case AlertKind::Stopping:
    case AlertKind::SourceStale:
        return QStringLiteral("s");
    default:
        return {};
    }
}

std::pair<QString, QString> alertPlace(const AlertReading &reading)
{
    switch (reading.kind) {
    case AlertKind::WorkerDead:
    case AlertKind::ErrorRate:
    case AlertKind::Stopping:
        return { QStringLiteral("flows"), flowKeyOf(reading) };
    case AlertKind::NoConsumer:
        if (reading.value.value_or(0) >= notThere)
            return { QStringLiteral("flows"), flowKeyOf(reading) };
        return { QStringLiteral("queues"), QString::fromStdString(reading.subject) };
    case AlertKind::SourceStale:
        return { isConnection(reading) ? QStringLiteral("wire") : QStringLiteral("queues"), {} };
    default:
        return { QStringLiteral("queues"), QString::fromStdString(reading.subject) };
    }
}

} // namespace signalbox
