// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/stopflow.h"

#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/queuestore.h"
#include "views/pages/flowtext.h"

#include <algorithm>
#include <numeric>

namespace signalbox {

using flowtext::qs;
using rules::Fate;

namespace {

std::vector<Column> topicColumns()
{
    const auto tr = [](const char *text) { return StopFlow::tr(text); };
    return {
        { QStringLiteral("signal"), QString(), Cell::Signal, 32, false, tr("What happens") },
        { QStringLiteral("topic"), tr("Topic or queue"), Cell::Mono, 346, false, {} },
        { QStringLiteral("scope"), tr("Scope"), Cell::Text, 100, false, {} },
        { QStringLiteral("happens"), tr("What happens"), Cell::Number, 260, false, {} },
    };
}

std::vector<Column> resultColumns()
{
    const auto tr = [](const char *text) { return StopFlow::tr(text); };
    return {
        { QStringLiteral("signal"), QString(), Cell::Signal, 32, false, tr("Result") },
        { QStringLiteral("flow"), tr("Flow"), Cell::Strong, 200, false, {} },
        { QStringLiteral("workspace"), tr("Workspace"), Cell::Text, 140, false, {} },
        { QStringLiteral("result"), tr("Result"), Cell::Text, 360, false, {} },
    };
}

QString keepers(const std::vector<rules::FlowRef> &by, const std::string &home)
{
    if (by.empty())
        return {};
    const rules::FlowRef &first = by.front();
    const QString name =
        first.workspace == home ? qs(first.id) : qs(first.workspace + "/" + first.id);
    return by.size() == 1 ? StopFlow::tr("kept by %1").arg(name)
                          : StopFlow::tr("kept by %1 and %2 more").arg(name).arg(by.size() - 1);
}

QString allKeepers(const std::vector<rules::FlowRef> &by)
{
    QStringList names;
    for (std::size_t i = 0; i < by.size() && i < 40; ++i)
        names.append(qs(by[i].workspace + "/" + by[i].id));
    if (by.size() > 40)
        names.append(StopFlow::tr("%1 more").arg(by.size() - 40));
    return names.join(QStringLiteral("\n"));
}

QString waitingText(const std::optional<qint64> &waiting)
{
    return waiting ? StopFlow::tr("%1 waiting").arg(format::count(*waiting))
                   : StopFlow::tr("waiting unknown");
}

struct Words {
    QString text;
    Cell::Tone tone = Cell::Normal;
    Cell::Aspect aspect = Cell::Unknown;
    QString tip;
};

Words wordsOf(const StopPreview::Line &line, bool deletesQueues, const std::string &home)
{
    const bool loses = line.waiting.value_or(1) > 0;
    const auto tr = [](const char *text) { return StopFlow::tr(text); };
    switch (line.fate.fate) {
    case Fate::Deleted:
        if (line.queues == 0)
            return { tr("deleted · no queue"), Cell::Normal, Cell::Stop, qs(line.fate.why) };
        if (deletesQueues)
            return { tr("deleted · %1").arg(waitingText(line.waiting)),
                loses ? Cell::Danger : Cell::Normal, Cell::Stop, qs(line.fate.why) };
        return { tr("left behind as orphan · %1").arg(waitingText(line.waiting)),
            loses ? Cell::Caution : Cell::Normal, Cell::Warning, qs(line.fate.why) };
    case Fate::Broken:
        return { tr("deleted under a system service"), Cell::Danger, Cell::Stop,
            qs(line.fate.why) };
    case Fate::LeftBehind:
        return { tr("left behind as orphan · %1").arg(waitingText(line.waiting)), Cell::Caution,
            Cell::Warning, qs(line.fate.why) };
    case Fate::Kept:
        return { keepers(line.fate.keptBy, home), Cell::Normal, Cell::Clear,
            allKeepers(line.fate.keptBy) };
    case Fate::NeverTouched:
        return { tr("never touched"), Cell::Muted, Cell::Unknown, qs(line.fate.why) };
    }
    return {};
}

} // namespace

StopFlow::StopFlow(QObject *parent)
    : QObject(parent)
    , m_topics(new PartTable(topicColumns(), this))
    , m_results(new PartTable(resultColumns(), this))
{
    m_wait.setSingleShot(true);
    m_wait.setInterval(100);
    connect(&m_wait, &QTimer::timeout, this, &StopFlow::recompute);
    m_count.setSingleShot(true);
    m_count.setInterval(500);
    connect(&m_count, &QTimer::timeout, this, [this] {
        if (m_step != Preview || !m_session)
            return;
        m_preview.count(*m_session->queues(), m_session->hasFabric());
        fillTopics();
        emit changed();
    });
}

StopFlow::~StopFlow() = default;

void StopFlow::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    if (m_session) {
        const auto flowsChanged = [this] {
            if (m_step == Preview || m_step == Computing)
                m_wait.start();
        };
        FlowStore *flows = m_session->flows();
        connect(flows, &FlowStore::flowAppeared, this, flowsChanged);
        connect(flows, &FlowStore::flowChanged, this, flowsChanged);
        connect(flows, &FlowStore::flowGone, this, flowsChanged);
        connect(m_session, &Session::changed, this, &StopFlow::changed);
        connect(m_session->queues(), &QueueStore::changed, this, [this] {
            if (m_step == Preview && !m_count.isActive())
                m_count.start();
        });
    }
    emit changed();
}

void StopFlow::open(const QStringList &keys)
{
    m_flows.clear();
    for (const QString &key : keys) {
        const auto [workspace, id] = flowtext::parseKey(key);
        const FlowRow *row = m_session ? m_session->flows()->find(workspace, id) : nullptr;
        // one that stops already needs no second request
        if (row && !row->stopping)
            m_flows.push_back(
                { { workspace.toStdString(), id.toStdString() }, Outcome::Waiting, {} });
    }
    m_step = Computing;
    m_error.clear();
    m_recomputed.clear();
    m_recomputes = 0;
    m_computed = false;
    m_showAll = false;
    m_typed.clear();
    m_preview = {};
    m_order.clear();
    m_topics->setParts({});
    fillResults();
    recompute();
}

void StopFlow::recompute()
{
    if (!m_session || m_flows.empty()) {
        m_error = tr("None of these flows runs any more.");
        m_step = Preview;
        emit changed();
        return;
    }
    if (m_asking) {
        m_again = true;
        return;
    }
    m_asking = true;
    emit changed();
    m_session->flows()->liveFlows().then(
        this, [this](const Answer<std::vector<rules::LiveFlow>> &live) {
            m_asking = false;
            if (m_step != Computing && m_step != Preview)
                return;
            if (!live) {
                m_error = flowtext::failure(tr("Computing the consequences"), live.error());
                m_step = Preview;
                m_computed = false;
                emit changed();
                return;
            }
            m_error.clear();
            std::vector<rules::FlowRef> flows;
            for (const Target &target : m_flows)
                flows.push_back(target.flow);
            take(StopPreview::make(flows, *live, flowtext::stopBehaviour(m_session->capabilities()),
                *m_session->queues(), m_session->hasFabric()));
            if (std::exchange(m_again, false))
                m_wait.start();
        });
}

void StopFlow::take(StopPreview preview)
{
    if (m_computed && !preview.sameConsequences(m_preview)) {
        ++m_recomputes;
        m_recomputed = flowtext::counted(m_recomputes,
            tr("Flows changed while this was open: the consequences were computed anew. Look "
               "again."),
            tr("Flows changed while this was open: the consequences were computed anew %1 times. "
               "Look again."));
    }
    m_preview = std::move(preview);
    m_computed = true;
    m_step = Preview;
    m_order.resize(m_preview.lines.size());
    std::iota(m_order.begin(), m_order.end(), std::size_t(0));
    std::stable_sort(m_order.begin(), m_order.end(), [this](std::size_t a, std::size_t b) {
        const StopPreview::Line &left = m_preview.lines[a];
        const StopPreview::Line &right = m_preview.lines[b];
        if (left.fate.fate != right.fate.fate)
            return a < b; // make() has grouped them
        return left.waiting.value_or(0) > right.waiting.value_or(0);
    });
    fillTopics();
    emit changed();
}

void StopFlow::fillTopics()
{
    const std::string home = m_flows.empty() ? std::string() : m_flows.front().flow.workspace;
    std::vector<PartTable::Part> parts;
    int deleted = 0;
    int kept = 0;
    for (const std::size_t at : m_order) {
        const StopPreview::Line &line = m_preview.lines[at];
        // by default a few of each kind, the fullest first: what is deleted, what is kept, what is
        // never touched
        const bool gone = line.fate.fate == Fate::Deleted || line.fate.fate == Fate::Broken
            || line.fate.fate == Fate::LeftBehind;
        int &shown = gone ? deleted : kept;
        if (!m_showAll && line.fate.fate != Fate::Broken && shown >= linesShown)
            continue;
        ++shown;
        const Words words = wordsOf(line, m_preview.deletesQueues, home);
        const QString topic = qs(line.fate.topic);
        PartTable::Part part;
        part.key = topic;
        part.cells = { { QString(), words.tone, words.aspect, words.text, {}, {} },
            { topic, Cell::Normal, {}, topic, topic, {} },
            { flowtext::scopeName(line.fate.scope), Cell::Muted, {}, {}, {}, {} },
            { words.text, words.tone, {}, words.tip, words.text, {} } };
        parts.push_back(std::move(part));
    }
    m_topics->setParts(std::move(parts));
}

void StopFlow::setShowAll(bool all)
{
    if (m_showAll == all)
        return;
    m_showAll = all;
    fillTopics();
    emit changed();
}

QString StopFlow::moreText() const
{
    const int shown = int(m_topics->parts().size());
    if (m_showAll || shown >= int(m_preview.lines.size()))
        return {};
    int deleted = 0;
    int kept = 0;
    for (const StopPreview::Line &line : m_preview.lines) {
        if (m_topics->part(qs(line.fate.topic)))
            continue;
        const bool stays = line.fate.fate == Fate::Kept || line.fate.fate == Fate::NeverTouched;
        (stays ? kept : deleted) += 1;
    }
    QStringList words;
    if (deleted > 0)
        words.append(m_preview.deletesQueues ? tr("%1 more deleted").arg(deleted)
                                             : tr("%1 more left behind").arg(deleted));
    if (kept > 0)
        words.append(tr("%1 more kept").arg(kept));
    return words.join(QStringLiteral(" · "));
}

QString StopFlow::title() const
{
    if (m_flows.size() == 1)
        return tr("Stop flow %1").arg(qs(m_flows.front().flow.id));
    return tr("Stop %1 flows").arg(count());
}

QString StopFlow::scopeText() const
{
    if (!m_computed)
        return m_asking ? tr("computing over all live flows…") : QString();
    QStringList workspaces;
    for (const Target &target : m_flows) {
        if (!workspaces.contains(qs(target.flow.workspace)))
            workspaces.append(qs(target.flow.workspace));
    }
    const QString where = workspaces.size() <= 2 ? workspaces.join(tr(" and "))
                                                 : tr("%1 workspaces").arg(workspaces.size());
    return tr("in %1 · computed over %2 in %3")
        .arg(where, flowtext::counted(m_preview.liveFlows, tr("1 live flow"), tr("%1 live flows")),
            flowtext::counted(m_preview.workspaces, tr("1 workspace"), tr("%1 workspaces")));
}

QString StopFlow::queuesDeleted() const
{
    return m_computed ? format::count(m_preview.queuesDeleted) : format::unknown();
}

QString StopFlow::messagesLost() const
{
    return m_computed
        ? (m_preview.messagesLost ? format::count(*m_preview.messagesLost) : tr("unknown"))
        : format::unknown();
}

QString StopFlow::queuesLeft() const
{
    return m_computed ? format::count(m_preview.queuesLeft) : format::unknown();
}

QString StopFlow::messagesLeft() const
{
    return m_computed
        ? (m_preview.messagesLeft ? format::count(*m_preview.messagesLeft) : tr("unknown"))
        : format::unknown();
}

QString StopFlow::queuesKept() const
{
    return m_computed ? format::count(m_preview.queuesKept) : format::unknown();
}

QString StopFlow::entriesRemoved() const
{
    return m_computed ? format::count(m_preview.entriesRemoved) : format::unknown();
}

bool StopFlow::losesMessages() const
{
    return m_preview.messagesLost.value_or(1) > 0;
}

bool StopFlow::typingNeeded() const
{
    return m_session && m_session->protectedConnection();
}

QString StopFlow::typeThis() const
{
    // a number cannot be typed by reflex either, and nobody types forty names
    return m_flows.size() == 1 ? qs(m_flows.front().flow.id)
                               : tr("stop %1 flows").arg(m_flows.size());
}

void StopFlow::setTyped(const QString &typed)
{
    if (m_typed == typed)
        return;
    m_typed = typed;
    emit changed();
}

QString StopFlow::whyNot() const
{
    if (!m_session || !m_session->gateway())
        return tr("Not connected.");
    for (const Target &target : m_flows) {
        const QString denied = m_session->denied(
            QStringLiteral("flow"), QStringLiteral("stop-flow"), qs(target.flow.workspace));
        if (!denied.isEmpty())
            return flowtext::whyDenied(denied);
    }
    if (m_step == Stopping)
        return tr("Stopping…");
    if (!m_computed)
        return m_error.isEmpty() ? tr("The consequences are being computed.") : m_error;
    if (!m_preview.problems.isEmpty())
        return m_preview.problems.constFirst();
    if (typingNeeded() && m_typed != typeThis())
        return tr("Type %1 first.").arg(typeThis());
    return {};
}

void StopFlow::stop()
{
    if (m_step != Preview || !whyNot().isEmpty())
        return;
    m_step = Stopping;
    m_wait.stop();
    fillResults();
    emit changed();
    next();
}

void StopFlow::next()
{
    auto running = std::count_if(m_flows.begin(), m_flows.end(),
        [](const Target &target) { return target.outcome == Outcome::Running; });
    for (Target &target : m_flows) {
        if (running >= inFlight)
            break;
        if (target.outcome != Outcome::Waiting)
            continue;
        target.outcome = Outcome::Running;
        target.text = tr("stopping…");
        ++running;
        m_session->flows()
            ->stop(qs(target.flow.workspace), qs(target.flow.id))
            .then(this,
                [this, flow = target.flow](const Answer<Done> &answer) { settle(flow, answer); });
    }
    fillResults();
    if (running == 0 && m_step == Stopping) {
        m_step = Finished;
        emit changed();
        emit finished(failed() == 0);
        return;
    }
    emit changed();
}

void StopFlow::settle(const rules::FlowRef &flow, const Answer<Done> &answer)
{
    for (Target &target : m_flows) {
        if (target.flow != flow || target.outcome != Outcome::Running)
            continue;
        target.outcome = answer ? Outcome::Stopped : Outcome::Failed;
        target.text = answer
            ? tr("stopped")
            : flowtext::failure(tr("Stopping %1").arg(qs(flow.id)), answer.error());
    }
    if (!m_session) {
        m_step = Finished;
        emit changed();
        return;
    }
    next();
}

void StopFlow::fillResults()
{
    std::vector<PartTable::Part> parts;
    for (const Target &target : m_flows) {
        const Cell::Aspect aspect = target.outcome == Outcome::Stopped ? Cell::Clear
            : target.outcome == Outcome::Failed                        ? Cell::Stop
            : target.outcome == Outcome::Running                       ? Cell::Warning
                                                                       : Cell::Unknown;
        const QString text = target.text.isEmpty() ? tr("waiting for its turn") : target.text;
        PartTable::Part part;
        part.key = FlowStore::key(qs(target.flow.workspace), qs(target.flow.id));
        part.cells = { { QString(), Cell::Normal, aspect, text, {}, {} },
            { qs(target.flow.id), Cell::Normal, {}, {}, {}, {} },
            { qs(target.flow.workspace), Cell::Muted, {}, {}, {}, {} },
            { text, target.outcome == Outcome::Failed ? Cell::Danger : Cell::Normal, {}, text, {},
                {} } };
        parts.push_back(std::move(part));
    }
    m_results->setParts(std::move(parts));
}

int StopFlow::stopped() const
{
    return int(std::count_if(m_flows.begin(), m_flows.end(),
        [](const Target &target) { return target.outcome == Outcome::Stopped; }));
}

int StopFlow::failed() const
{
    return int(std::count_if(m_flows.begin(), m_flows.end(),
        [](const Target &target) { return target.outcome == Outcome::Failed; }));
}

QString StopFlow::summary() const
{
    if (m_step == Stopping)
        return tr("%1 of %2 answered").arg(stopped() + failed()).arg(count());
    if (m_step != Finished)
        return {};
    if (failed() == 0)
        return count() == 1 ? tr("%1 is stopped.").arg(qs(m_flows.front().flow.id))
                            : tr("All %1 flows are stopped.").arg(count());
    return tr("%1 stopped, %2 failed.").arg(stopped()).arg(failed());
}

void StopFlow::retryFailed()
{
    QStringList keys;
    for (const Target &target : m_flows) {
        if (target.outcome == Outcome::Failed)
            keys.append(FlowStore::key(qs(target.flow.workspace), qs(target.flow.id)));
    }
    open(keys);
}

QString StopFlow::report() const
{
    QStringList lines { summary() };
    for (const Target &target : m_flows)
        lines.append(
            qs(target.flow.workspace + "/" + target.flow.id) + QStringLiteral(": ") + target.text);
    return lines.join(QLatin1Char('\n'));
}

} // namespace signalbox
