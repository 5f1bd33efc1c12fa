// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/line.h"

#include "app/gateway/demo/worker.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <spdlog/spdlog.h>

namespace signalbox::gateway::demo {

namespace {
constexpr std::string_view typePrefix = "processor:";
constexpr auto sweepEvery = std::chrono::seconds(1);
constexpr int lookEvery = 4; ///< sweeps between two looks at the depths of the queues
constexpr auto literalScope = "global";

using FlowName = std::pair<std::string, std::string>; // workspace, id

bool listed(const schema::Members<std::vector<std::string>> &changes, const std::string &type,
    const std::string &workspace)
{
    const auto *workspaces = schema::find(changes, type);
    return workspaces
        && std::find(workspaces->begin(), workspaces->end(), workspace) != workspaces->end();
}
} // namespace

struct Line::Data : std::enable_shared_from_this<Line::Data> {
    Yard yard;
    std::map<Worker::Name, std::shared_ptr<Worker>> workers; // guarded by yard.mutex
    std::set<FlowName> flows; // guarded by yard.mutex
    std::unique_ptr<ConfigReceiver> receiver;
    int sweeps = 0;
    bool running = false;

    Data(Backend &fabric, const LineOptions &options)
        : yard { fabric, lineBook(), Words(), Scheduler(options.tick), {}, options.seed,
            options.speed, Clock::now(), false,
            options.faults ? seedPlan().faults : std::vector<Fault>(), {},
            std::chrono::milliseconds(30000) }
    {
    }

    FabricResult<Done> openGlobals();
    void apply(const ConfigUpdate &update);
    void remember(const ConfigUpdate &update);
    void serve(const schema::ConfigValue &value, std::int64_t version);
    void sweep();
    void sweepLater();
    void look();
    bool act(Worker &worker, const LineCommand &command);
};

/// Literal topics belong to nobody (signalbox-gateway §1), so their consumer makes them.
FabricResult<Done> Line::Data::openGlobals()
{
    for (const GlobalStation &global : yard.book.globals) {
        if (auto made = yard.fabric.ensureTopic(global.topic, { literalScope, {}, {}, {} }); !made)
            return made;
        if (auto made = yard.fabric.ensureQueue(global.topic, global.processor); !made)
            return made;
        schema::ProcessorEntry entry;
        entry.topics.emplace_back("input", global.topic);
        const Worker::Name name { global.processor, {}, {} };
        const auto worker = std::make_shared<Worker>(yard, name, entry, global.processor);
        const std::lock_guard lock(yard.mutex);
        workers[name] = worker;
        worker->open();
    }
    return Done {};
}

void Line::Data::serve(const schema::ConfigValue &value, std::int64_t version)
{
    if (!value.type.starts_with(typePrefix) || !value.value)
        return;
    auto entry = schema::decode<schema::ProcessorEntry>(*value.value);
    if (!entry) {
        spdlog::error("demo: entry {}/{} in {} cannot be read: {}", value.type, value.key,
            value.workspace, entry.error().text());
        return;
    }
    const Worker::Name name { value.type.substr(typePrefix.size()), value.workspace, value.key };
    std::shared_ptr<Worker> &worker = workers[name];
    if (!worker) {
        worker = std::make_shared<Worker>(yard, name, std::move(*entry));
        worker->open();
    } else if (!(worker->entry() == *entry)) {
        worker->restart(std::move(*entry));
    }
    worker->setConfigVersion(version);
}

void Line::Data::apply(const ConfigUpdate &update)
{
    std::set<Worker::Name> known;
    for (const schema::ConfigValue &value : update.values)
        if (value.type.starts_with(typePrefix))
            known.insert({ value.type.substr(typePrefix.size()), value.workspace, value.key });
    const std::lock_guard lock(yard.mutex);
    if (!running)
        return;
    std::erase_if(workers, [&](const auto &item) {
        const Worker::Name &name = item.first;
        const bool told = !name.workspace.empty()
            && (update.everything
                || listed(
                    update.changes, std::string(typePrefix) + name.processor, name.workspace));
        if (!told || known.contains(name))
            return false;
        item.second->close();
        return true;
    });
    for (const schema::ConfigValue &value : update.values)
        serve(value, update.version);
}

void Line::Data::remember(const ConfigUpdate &update)
{
    const std::lock_guard lock(yard.mutex);
    std::erase_if(flows, [&](const FlowName &flow) {
        return update.everything || listed(update.changes, "flow", flow.first);
    });
    for (const schema::ConfigValue &value : update.values)
        if (value.type == "flow" && value.value)
            flows.emplace(value.workspace, value.key);
}

void Line::Data::sweepLater()
{
    yard.scheduler.at(Clock::now() + sweepEvery, [weak = weak_from_this()] {
        if (const auto data = weak.lock()) {
            data->sweep();
            data->sweepLater();
        }
    });
}

void Line::Data::sweep()
{
    if (++sweeps % lookEvery == 1)
        look();
    const std::lock_guard lock(yard.mutex);
    for (const auto &[name, worker] : workers)
        worker->sweep();
}

/// Intakes hold while a queue of their flow is too deep.
void Line::Data::look()
{
    std::map<FlowName, std::int64_t> deepest;
    for (const schema::QueueRow &row : yard.fabric.queues())
        if (!row.flow.empty()) {
            std::int64_t &depth = deepest[{ row.workspace, row.flow }];
            depth = std::max(depth, row.ready + row.unacked);
        }
    const std::lock_guard lock(yard.mutex);
    yard.deepest = std::move(deepest);
}

bool Line::Data::act(Worker &worker, const LineCommand &command)
{
    const Worker::State before = worker.state();
    if (command.action == "speed") {
        worker.setSpeed(command.factor);
        return true;
    }
    if (command.action == "pause")
        worker.pause();
    else if (command.action == "resume")
        worker.resume();
    else
        worker.fail("failed by an operator");
    return worker.state() != before;
}

Line::Line(Backend &fabric, LineOptions options)
    : m_data(std::make_shared<Data>(fabric, options))
{
}

Line::~Line()
{
    stop();
}

FabricResult<Done> Line::start()
{
    Data &data = *m_data;
    {
        const std::lock_guard lock(data.yard.mutex);
        data.running = true;
    }
    if (auto opened = data.openGlobals(); !opened)
        return opened;
    data.yard.scheduler.start();
    data.sweepLater();
    ConfigReceiver::Options options;
    options.name = "demo-line";
    data.receiver = std::make_unique<ConfigReceiver>(data.yard.fabric, options);
    data.receiver->addHandler(
        { "flow" }, [&data](const ConfigUpdate &update) { data.remember(update); });
    data.receiver->addHandler(
        { "processor:*" }, [&data](const ConfigUpdate &update) { data.apply(update); });
    return data.receiver->start();
}

void Line::quiesce()
{
    const std::lock_guard lock(m_data->yard.mutex);
    m_data->yard.closed = true;
}

void Line::stop()
{
    Data &data = *m_data;
    {
        const std::lock_guard lock(data.yard.mutex);
        if (!data.running)
            return;
        data.running = false;
    }
    if (data.receiver)
        data.receiver->stop();
    data.yard.scheduler.stop();
    std::map<Worker::Name, std::shared_ptr<Worker>> workers;
    const std::lock_guard lock(data.yard.mutex);
    workers.swap(data.workers);
    for (const auto &[name, worker] : workers)
        worker->close();
}

std::vector<schema::ProcessorRow> Line::processors() const
{
    std::vector<schema::ProcessorRow> rows;
    {
        const std::lock_guard lock(m_data->yard.mutex);
        rows.reserve(m_data->workers.size());
        for (const auto &[name, worker] : m_data->workers) {
            rows.push_back(worker->row());
            if (m_data->flows.contains({ name.workspace, name.variant }))
                rows.back().flow = name.variant;
        }
    }
    std::sort(
        rows.begin(), rows.end(), [](const schema::ProcessorRow &a, const schema::ProcessorRow &b) {
            return std::tie(a.workspace, a.processor, a.variant)
                < std::tie(b.workspace, b.processor, b.variant);
        });
    return rows;
}

bool Line::knowsFlow(const std::string &workspace, const std::string &id) const
{
    const std::lock_guard lock(m_data->yard.mutex);
    return m_data->flows.contains({ workspace, id });
}

Expected<std::int64_t, ServiceFault> Line::control(const LineCommand &command)
{
    const bool known = command.action == "pause" || command.action == "resume"
        || command.action == "speed" || command.action == "fail";
    if (!known)
        return unexpected(
            ServiceFault { "invalid-argument", "the action must be pause, resume, speed or fail" });
    if (command.processor.empty())
        return unexpected(ServiceFault { "invalid-argument", "no processor named" });
    if (command.action == "speed" && !(command.factor >= 0.01 && command.factor <= 100))
        return unexpected(
            ServiceFault { "invalid-argument", "the factor must be between 0.01 and 100" });
    std::int64_t matched = 0;
    std::int64_t affected = 0;
    const std::lock_guard lock(m_data->yard.mutex);
    for (const auto &[name, worker] : m_data->workers) {
        if (name.processor != command.processor
            || (!command.variant.empty() && name.variant != command.variant)
            || (command.workspace != "*" && command.workspace != name.workspace))
            continue;
        ++matched;
        affected += m_data->act(*worker, command) ? 1 : 0;
    }
    if (matched == 0)
        return unexpected(
            ServiceFault { "not-found", "no worker of '" + command.processor + "' there" });
    return affected;
}

bool Line::waitFor(std::int64_t version, std::chrono::milliseconds timeout) const
{
    return m_data->receiver && m_data->receiver->waitFor(version, timeout);
}

} // namespace signalbox::gateway::demo
