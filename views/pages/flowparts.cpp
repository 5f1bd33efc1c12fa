// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/flowparts.h"

#include "models/rules/topic.h"
#include "models/stores/aspect.h"
#include "models/stores/format.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuestore.h"
#include "views/pages/flowtext.h"
#include "views/pages/partcells.h"

#include <QCoreApplication>
#include <QSet>

namespace signalbox::flowparts {

using flowtext::qs;
using partcells::number;
using partcells::rate;
using partcells::signal;
using partcells::text;

namespace {

struct FlowPartWords {
    Q_DECLARE_TR_FUNCTIONS(FlowDetail)
};

double orUnknown(std::optional<double> value)
{
    return value.value_or(PartTable::unknown);
}

CellData scopeCell(
    const QueueStore &store, const QString &flow, rules::Scope scope, const QueueState *live)
{
    auto cell = text(flowtext::scopeName(scope), Cell::Muted);
    QStringList others = live ? store.flowsOf(live->row.name) : QStringList();
    others.removeAll(flow);
    if (!others.isEmpty())
        cell.tip = FlowPartWords::tr("Shared with %1: its messages are of all of them.")
                       .arg(others.join(QStringLiteral(", ")));
    return cell;
}

PartTable::Part queuePart(const QueueStore &store, const QString &flow,
    const rules::ExpectedQueue &expected, const QueueState *live)
{
    const QueueFigures now = live ? store.shown(*live) : QueueFigures();
    const bool counts = now.current();
    const bool old = now.known && now.old;
    const bool lacking = !store.replay()->active() && store.lacks(expected);
    const QString unknownWhy = lacking ? FlowPartWords::tr("it is not there")
        : !live                        ? FlowPartWords::tr("not seen at the broker")
        : store.replay()->active()     ? FlowPartWords::tr("of that instant nothing is known of it")
        : old                          ? store.whyOf(*live)
              : FlowPartWords::tr("no source tells counts: %1").arg(store.sourceText());
    Cell::Aspect aspect = lacking ? Cell::Warning : Cell::Unknown;
    QString tip = lacking ? FlowPartWords::tr("not there: what is sent to it is lost until %1 "
                                              "makes it")
                                .arg(qs(expected.processor))
        : old  ? unknownWhy
        : live ? FlowPartWords::tr("not known whether anybody consumes it")
               : FlowPartWords::tr("expected, but not seen at the broker");
    if (counts) {
        const bool consumed = now.consumers > 0;
        aspect = consumed ? Cell::Clear : (now.ready > 0 ? Cell::Stop : Cell::Warning);
        tip = consumed ? flowtext::counted(
                  now.consumers, FlowPartWords::tr("1 consumer"), FlowPartWords::tr("%1 consumers"))
                       : FlowPartWords::tr("no consumer");
    }
    const auto known = [&](qint64 value) {
        return counts ? std::optional<qint64>(value) : std::nullopt;
    };
    const auto ready = known(now.ready);
    const auto unacked = known(now.unacked);
    const auto consumers = known(now.consumers);
    const auto in = counts ? now.inRate : std::nullopt;
    const auto out = counts ? now.outRate : std::nullopt;
    const std::optional<qint64> oldest = counts ? now.oldestMs : std::nullopt;
    const Cell::Tone backlogTone = ready.value_or(0) > 0
        ? aspectTone(aspect == Cell::Clear ? Cell::Warning : aspect)
        : Cell::Normal;
    const auto order = [](const auto &value) {
        return value ? double(*value) : PartTable::unknown;
    };
    PartTable::Part part;
    part.key = qs(expected.queue);
    part.cells = { signal(aspect, tip), text(qs(expected.processor)), text(qs(expected.topic)),
        scopeCell(store, flow, expected.scope, live),
        number(ready,
            ready.value_or(0) >= 1000 || aspect == Cell::Stop ? backlogTone : Cell::Normal,
            unknownWhy),
        number(unacked, Cell::Normal, unknownWhy),
        number(consumers, consumers == 0 ? Cell::Danger : Cell::Normal, unknownWhy), rate(in),
        rate(out),
        { format::age(oldest), oldest ? Cell::Normal : Cell::Muted, Cell::Unknown,
            oldest ? FlowPartWords::tr("%1 ms").arg(*oldest)
                   : (counts && ready == 0 ? FlowPartWords::tr("nothing waits") : unknownWhy),
            oldest ? QString::number(*oldest) : QString(), {} },
        text(qs(expected.queue)) };
    part.order = { double(aspect), PartTable::unknown, PartTable::unknown, PartTable::unknown,
        order(ready), order(unacked), order(consumers), orUnknown(in), orUnknown(out),
        order(oldest), PartTable::unknown };
    return part;
}

/// How far the queues of one processor entry are consumed.
struct Served {
    int queues = 0;
    int consumed = 0;
    int known = 0;
    qint64 ready = 0;

    Served(const QueueStore &store, const rules::ExpandedEntry &entry,
        const std::vector<rules::ExpectedQueue> &expected)
    {
        for (const rules::ExpectedQueue &queue : expected) {
            if (queue.processor != entry.processor || queue.variant != entry.variant)
                continue;
            ++queues;
            const QueueState *live = store.find(queue);
            const QueueFigures now = live ? store.shown(*live) : QueueFigures();
            if (!now.current())
                continue;
            ++known;
            consumed += now.consumers > 0 ? 1 : 0;
            ready += now.ready;
        }
    }
    bool all() const { return queues > 0 && known == queues; }
    Cell::Aspect aspect() const
    {
        return !all()            ? Cell::Unknown
            : consumed == queues ? Cell::Clear
            : consumed == 0      ? Cell::Stop
                                 : Cell::Warning;
    }
    QString tip() const
    {
        if (queues == 0)
            return FlowPartWords::tr("It reads no named queue, so nothing tells whether it is up");
        return all() ? FlowPartWords::tr("consumes %1 of %2 queues").arg(consumed).arg(queues)
                     : FlowPartWords::tr("unknown: counts of %1 of %2 queues are known")
                           .arg(known)
                           .arg(queues);
    }
};

} // namespace

std::vector<Column> queueColumns()
{
    return {
        { QStringLiteral("signal"), QString(), Cell::Signal, 36, false,
            FlowPartWords::tr("Whether somebody consumes it") },
        { QStringLiteral("processor"), FlowPartWords::tr("Processor"), Cell::Strong, 190, false,
            {} },
        { QStringLiteral("topic"), FlowPartWords::tr("Topic"), Cell::Mono, 320, false, {} },
        { QStringLiteral("scope"), FlowPartWords::tr("Scope"), Cell::Text, 90, false, {} },
        { QStringLiteral("ready"), FlowPartWords::tr("Ready"), Cell::Number, 90, false,
            FlowPartWords::tr("Messages that wait") },
        { QStringLiteral("unacked"), FlowPartWords::tr("Unacked"), Cell::Number, 90, false,
            FlowPartWords::tr("Handed out, not yet acknowledged") },
        { QStringLiteral("consumers"), FlowPartWords::tr("Consumers"), Cell::Number, 90, false,
            {} },
        { QStringLiteral("in"), FlowPartWords::tr("In /s"), Cell::Number, 80, false,
            FlowPartWords::tr("Published per second, last 5 s") },
        { QStringLiteral("out"), FlowPartWords::tr("Out /s"), Cell::Number, 80, false,
            FlowPartWords::tr("Acknowledged per second, last 5 s") },
        { QStringLiteral("oldest"), FlowPartWords::tr("Oldest"), Cell::Number, 90, false,
            FlowPartWords::tr("Age of the oldest message that waits") },
        { QStringLiteral("queue"), FlowPartWords::tr("Queue"), Cell::Mono, 420, true, {} },
    };
}

std::vector<Column> interfaceColumns()
{
    return {
        { QStringLiteral("interface"), FlowPartWords::tr("Interface"), Cell::Strong, 220, false,
            {} },
        { QStringLiteral("kind"), FlowPartWords::tr("Kind"), Cell::Text, 150, false, {} },
        { QStringLiteral("send"), FlowPartWords::tr("Takes messages on"), Cell::Mono, 360, false,
            {} },
        { QStringLiteral("answer"), FlowPartWords::tr("Answers on"), Cell::Mono, 360, false, {} },
    };
}

std::vector<Column> parameterColumns()
{
    return {
        { QStringLiteral("parameter"), FlowPartWords::tr("Parameter"), Cell::Strong, 220, false,
            {} },
        { QStringLiteral("value"), FlowPartWords::tr("Value"), Cell::Mono, 260, false, {} },
        { QStringLiteral("description"), FlowPartWords::tr("Description"), Cell::Text, 360, false,
            {} },
        { QStringLiteral("controlled"), FlowPartWords::tr("Follows"), Cell::Text, 160, false,
            FlowPartWords::tr("The parameter whose value it takes over") },
    };
}

std::vector<Column> processorColumns()
{
    return {
        { QStringLiteral("signal"), QString(), Cell::Signal, 36, false,
            FlowPartWords::tr("Whether it consumes all its queues") },
        { QStringLiteral("processor"), FlowPartWords::tr("Processor"), Cell::Strong, 220, false,
            {} },
        { QStringLiteral("variant"), FlowPartWords::tr("Variant"), Cell::Mono, 180, false, {} },
        { QStringLiteral("scope"), FlowPartWords::tr("Scope"), Cell::Text, 100, false, {} },
        { QStringLiteral("reads"), FlowPartWords::tr("Reads"), Cell::Number, 80, false,
            FlowPartWords::tr("Topics that it consumes") },
        { QStringLiteral("writes"), FlowPartWords::tr("Writes"), Cell::Number, 80, false,
            FlowPartWords::tr("Topics that it produces") },
        { QStringLiteral("ready"), FlowPartWords::tr("Waiting"), Cell::Number, 100, false,
            FlowPartWords::tr("Messages that wait for it") },
        { QStringLiteral("parameters"), FlowPartWords::tr("Parameters"), Cell::Mono, 320, false,
            {} },
    };
}

std::vector<PartTable::Part> queues(const QueueStore &store, const QString &workspace,
    const QString &flow, const std::vector<rules::ExpectedQueue> &expected)
{
    std::vector<PartTable::Part> parts;
    QSet<QString> seen;
    const auto add = [&](const rules::ExpectedQueue &queue, const QueueState *live) {
        const QString name = live ? live->name : qs(queue.queue);
        if (seen.contains(name))
            return;
        seen.insert(name);
        parts.push_back(queuePart(store, flow, queue, live));
        parts.back().key = name;
    };
    for (const rules::ExpectedQueue &queue : expected)
        add(queue, store.find(queue));
    for (const QueueState *live : store.ofFlow(workspace, flow))
        add({ live->row.name, live->row.topic, live->row.processor, {}, {},
                rules::parseScope(live->row.scope).value_or(rules::Scope::Unknown) },
            live);
    return parts;
}

std::vector<PartTable::Part> interfaces(const schema::FlowRecord &record)
{
    std::vector<PartTable::Part> parts;
    for (const auto &[name, interface] : record.interfaces) {
        const bool oneWay = interface.flow.has_value();
        PartTable::Part part;
        part.key = qs(name);
        part.cells = { text(qs(name)),
            text(oneWay ? FlowPartWords::tr("one way") : FlowPartWords::tr("request, response"),
                Cell::Muted),
            text(qs(oneWay ? *interface.flow : interface.request.value_or(std::string()))),
            text(qs(interface.response.value_or(std::string()))) };
        part.json = qs(schema::encode(interface));
        parts.push_back(std::move(part));
    }
    return parts;
}

std::vector<PartTable::Part> parameters(
    const schema::FlowRecord &record, const schema::Blueprint *blueprint)
{
    std::vector<PartTable::Part> parts;
    for (const auto &[name, value] : record.parameters) {
        const schema::BlueprintParameter *known =
            blueprint ? schema::find(blueprint->parameters, name) : nullptr;
        const QString about = known
            ? qs(known->description)
            : (blueprint ? FlowPartWords::tr("not a parameter of the blueprint") : QString());
        PartTable::Part part;
        part.key = qs(name);
        part.cells = {
            text(qs(name)), text(partcells::shownValue(name, value)), text(about, Cell::Muted),
            text(known && known->controlledBy ? qs(*known->controlledBy) : QString(), Cell::Muted)
        };
        parts.push_back(std::move(part));
    }
    return parts;
}

std::vector<PartTable::Part> processors(const QueueStore &store, const rules::Expansion &expansion,
    const std::vector<rules::ExpectedQueue> &expected)
{
    std::vector<PartTable::Part> parts;
    for (const rules::ExpandedEntry &entry : expansion.entries) {
        int reads = 0;
        for (const auto &[name, topic] : entry.entry.topics) {
            if (rules::direction(rules::topicRole(name)) == rules::Direction::Consumes)
                ++reads;
        }
        const Served served(store, entry, expected);
        const auto waiting = served.all() ? std::optional<qint64>(served.ready) : std::nullopt;
        PartTable::Part part;
        part.key = qs(entry.processor) + QLatin1Char(':') + qs(entry.variant) + QLatin1Char(':')
            + qs(entry.section);
        part.cells = { signal(served.aspect(), served.tip()), text(qs(entry.processor)),
            text(qs(entry.variant), Cell::Muted),
            text(flowtext::scopeName(entry.scope), Cell::Muted), number(reads),
            number(qint64(entry.entry.topics.size()) - reads),
            number(waiting, served.ready > 0 ? aspectTone(served.aspect()) : Cell::Normal,
                served.tip()),
            partcells::parameters(entry) };
        part.order = { double(served.aspect()), PartTable::unknown, PartTable::unknown,
            PartTable::unknown, double(reads), double(entry.entry.topics.size()) - reads,
            waiting ? double(served.ready) : PartTable::unknown, PartTable::unknown };
        auto shown = entry.entry; // what is copied is seen by others
        for (auto &[name, value] : shown.parameters)
            value = partcells::shownValue(name, value).toStdString();
        part.json = qs(schema::encode(shown));
        parts.push_back(std::move(part));
    }
    return parts;
}

} // namespace signalbox::flowparts
