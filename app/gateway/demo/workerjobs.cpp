// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/workertask.h"

#include <spdlog/spdlog.h>

namespace signalbox::gateway::demo {

namespace {
constexpr double coolDownMs =
    800; ///< of a lane after a failure, so that a poisoned message does not spin
constexpr double retryFullMs = 250;
constexpr double partGapMs = 45; ///< between the parts of a streamed answer
constexpr double burst = 2; ///< messages that a rate limit lets through at once
} // namespace

Workbench Worker::bench()
{
    return { m_yard.words, m_random, m_entry.parameters, m_name.workspace, m_name.variant };
}

double Worker::workMs()
{
    return m_random.logNormal(m_station.medianMs, m_station.sigma) / (m_speed * m_yard.speed);
}

void Worker::take()
{
    bool found = true;
    while (found && m_attached && m_state == State::Running) {
        found = false;
        for (Inlet &inlet : m_inlets) {
            if (m_busy >= m_station.lanes || !admitted())
                return;
            std::optional<Message> message = inlet.consumer->tryReceive();
            if (!message)
                continue;
            found = true;
            begin(inlet, std::move(*message));
            if (!m_attached) // it died of it
                return;
        }
    }
}

/// The rate limit: a token per message, refilled over time.
bool Worker::admitted()
{
    if (m_station.perSecond <= 0)
        return true;
    const double rate = m_station.perSecond * m_speed * m_yard.speed;
    const auto now = Clock::now();
    m_allowance += std::chrono::duration<double>(now - m_allowedAt).count() * rate;
    m_allowance = std::min(m_allowance, burst);
    m_allowedAt = now;
    if (m_allowance >= 1)
        return true;
    if (!m_waitsForToken) {
        m_waitsForToken = true;
        later((1 - m_allowance) * 1000 / rate + 1, [](Worker &worker) {
            worker.m_waitsForToken = false;
            worker.take();
        });
    }
    return false;
}

bool Worker::dies(const Job &)
{
    for (auto fault = m_yard.faults.begin(); fault != m_yard.faults.end(); ++fault) {
        if (fault->workspace != m_name.workspace || fault->flow != m_name.variant
            || fault->processor != m_name.processor || m_processed < fault->after)
            continue;
        const std::string why = fault->why;
        m_yard.faults.erase(fault);
        fail(why);
        return true;
    }
    return false;
}

void Worker::begin(Inlet &inlet, Message message)
{
    m_allowance -= 1;
    ++m_busy;
    const auto job = std::make_shared<Job>();
    job->inlet = &inlet;
    job->message = std::move(message);
    job->began = Clock::now();
    if (dies(*job))
        return;
    for (const CallSpec &call : m_station.calls)
        if (m_clients.contains(call.client) && m_random.chance(call.share))
            job->calls.push_back(call.client);
    later(workMs(), [job](Worker &worker) { worker.afterWork(job); });
}

void Worker::afterWork(const JobPtr &job)
{
    if (!m_random.chance(m_station.errorShare))
        return nextCall(job);
    ++m_errors;
    if (!job->inlet->serves)
        return giveBack(job);
    // A service answers that it failed; its caller decides what becomes of the message.
    job->failed = true;
    job->sendings.push_back({ m_answers,
        { failure(job->inlet->kind, "the model is overloaded"),
            { { "id", job->message.property("id") } } },
        0 });
    send(job);
}

void Worker::nextCall(const JobPtr &job)
{
    if (job->calls.empty())
        return load(job);
    const std::string client = job->calls.front();
    job->calls.erase(job->calls.begin());
    ask(job, client, m_clients.at(client));
}

void Worker::ask(const JobPtr &job, const std::string &client, Client &channel)
{
    Message message;
    message.value = question(channel.kind, job->message.value, bench());
    const std::string id = newUuid();
    message.properties.emplace_back("id", id);
    job->words.clear();
    channel.waiting[id] = { job, Clock::now() + m_yard.callTimeout };
    if (channel.producer->send(std::move(message)))
        return;
    // Full or gone: the same as no answer, only sooner.
    channel.waiting.erase(id);
    lost(job, client);
}

void Worker::drainReplies()
{
    for (auto &[name, client] : m_clients)
        for (;;) {
            const std::optional<Message> part = client.consumer->tryReceive();
            if (!part)
                break;
            client.consumer->acknowledge(*part);
            reply(client, name, *part);
            if (!m_attached) // the next message killed it: nothing of its past is left
                return;
        }
}

void Worker::reply(Client &client, const std::string &name, const Message &part)
{
    const auto found = client.waiting.find(part.property("id"));
    if (found == client.waiting.end())
        return; // an answer to somebody else
    const JobPtr job = found->second.first;
    if (!isLast(client.kind, part.value)) {
        found->second.second = Clock::now() + m_yard.callTimeout;
        job->words += wordsIn(part.value);
        return;
    }
    client.waiting.erase(found);
    if (job->inlet) {
        schema::set(job->answers, std::string_view(name), withWords(part.value, job->words));
        return nextCall(job);
    }
    --m_asked; // a source's question
    failureIn(part.value).empty() ? ++m_processed : ++m_errors;
    const double ms = std::chrono::duration<double, std::milli>(Clock::now() - job->began).count();
    m_meanMs = m_meanMs == 0 ? ms : m_meanMs + (ms - m_meanMs) * 0.1;
}

void Worker::lost(const JobPtr &job, const std::string &client)
{
    if (!job->inlet) {
        --m_asked;
        ++m_errors;
        return;
    }
    if (job->inlet->serves) {
        schema::set(job->answers, std::string_view(client),
            failure(
                client, "no answer within " + std::to_string(m_yard.callTimeout.count()) + " ms"));
        return load(job);
    }
    ++m_errors;
    giveBack(job);
}

void Worker::load(const JobPtr &job)
{
    if (job->inlet->serves)
        return loadAnswer(job);
    for (const auto &[client, part] : job->answers)
        if (!failureIn(part).empty()) {
            ++m_errors;
            return giveBack(job);
        }
    loadOutputs(job, false);
    send(job);
}

void Worker::loadAnswer(const JobPtr &job)
{
    const Parts parts = answer(job->inlet->kind, job->message.value, job->answers, bench());
    if (!failureIn(parts.back()).empty()) {
        job->failed = true;
        ++m_errors;
    }
    for (const std::string &part : parts) {
        Message message;
        message.value = part;
        message.properties.emplace_back("id", job->message.property("id"));
        job->sendings.push_back(
            { m_answers, std::move(message), job->sendings.empty() ? 0 : partGapMs });
    }
    loadOutputs(job, true);
    send(job);
}

/// `onlyNamed`: a service writes beside its answer only what the line's book says.
void Worker::loadOutputs(const JobPtr &job, bool onlyNamed)
{
    std::vector<const Outlet *> chosen;
    for (const Outlet &outlet : m_outlets) {
        const bool named = schema::find(m_station.outputs, outlet.name) != nullptr;
        if ((named || !onlyNamed) && (outlet.spec.share >= 1 || m_random.chance(outlet.spec.share)))
            chosen.push_back(&outlet);
    }
    for (const Outlet *outlet : chosen) {
        const bool replaced = std::any_of(chosen.begin(), chosen.end(),
            [outlet](const Outlet *other) { return other->spec.insteadOf == outlet->name; });
        if (replaced)
            continue;
        for (std::string &value :
            forward(job->message.value, outlet->kind, job->answers, bench())) {
            Message message;
            message.value = std::move(value);
            job->sendings.push_back({ outlet->producer, std::move(message), 0 });
        }
    }
}

void Worker::send(const JobPtr &job)
{
    while (job->sent < job->sendings.size()) {
        Sending &next = job->sendings[job->sent];
        if (next.gapMs > 0) {
            const double gap = next.gapMs / (m_speed * m_yard.speed);
            next.gapMs = 0;
            return later(gap, [job](Worker &worker) { worker.send(job); });
        }
        const auto result = next.producer
            ? next.producer->send(next.message)
            : FabricResult<Done>(unexpected(FabricError { FabricError::Kind::NoTopic, {} }));
        if (!result
            && result.error().kind
                == FabricError::Kind::Full) // back-pressure: the lane stays taken
            return later(retryFullMs, [job](Worker &worker) { worker.send(job); });
        if (!result) {
            ++m_errors;
            return giveBack(job);
        }
        next.message = {};
        ++job->sent;
    }
    done(job);
}

void Worker::done(const JobPtr &job)
{
    job->inlet->consumer->acknowledge(job->message);
    if (!job->failed)
        ++m_processed;
    const double ms = std::chrono::duration<double, std::milli>(Clock::now() - job->began).count();
    m_meanMs = m_meanMs == 0 ? ms : m_meanMs + (ms - m_meanMs) * 0.1;
    --m_busy;
    take();
}

void Worker::giveBack(const JobPtr &job)
{
    job->inlet->consumer->negativeAcknowledge(job->message);
    later(coolDownMs / (m_speed * m_yard.speed), [](Worker &worker) {
        --worker.m_busy;
        worker.take();
    });
}

} // namespace signalbox::gateway::demo
