// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/flowsocket.h"

#include "app/gateway/http/jsonbody.h"
#include "models/schema/config.h"
#include "models/schema/flow.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

using Json = nlohmann::json;
using std::chrono::milliseconds;

template <class Work> auto FlowSocket::later(Work work)
{
    return [self = weak_from_this(), peer = m_peer, work](auto... arguments) {
        peer->post([self, work, ... arguments = std::move(arguments)]() mutable {
            const auto session = self.lock();
            if (session && session->m_peer)
                work(*session, std::move(arguments)...);
        });
    };
}

namespace {

constexpr int closeNormal = 1000;
constexpr milliseconds beatTime { 100 };
constexpr milliseconds lookTime { 500 };
constexpr int messagesAtOnce = 100;
constexpr const char *flowStopped = "the flow has stopped";

/// TG §1.7: `<kind>-store`, but entity contexts are loaded.
std::string interfaceOf(const std::string &kind)
{
    return kind == "entity-contexts" ? "entity-contexts-load" : kind + "-store";
}

/// One object per frame goes to the topic, nothing comes back.
class ImportSession final : public FlowSocket {
public:
    using FlowSocket::FlowSocket;
    void frame(std::string text) override
    {
        if (const std::string fault = importFault(m_place.kind, text); !fault.empty())
            return end(fault);
        m_held = std::move(text);
        deliver();
    }
    [[nodiscard]] bool wantsFrame() const override { return m_open && !m_held; }
    void drained() override { }

protected:
    void opened(const std::string &topic) override
    {
        ProducerOptions options;
        options.processor = "gateway";
        options.blockFor = milliseconds(0); // back-pressure goes to the client instead
        auto producer = m_edge.fabric.createProducer(topic, {}, options);
        if (!producer)
            return end(producer.error().text);
        m_producer = *producer;
        m_topic = topic;
        m_peer->resume();
    }
    void beat() override
    {
        if (!m_edge.fabric.topicExists(m_topic))
            return end(flowStopped);
        deliver();
    }
    void closed() override
    {
        m_producer.reset();
        FlowSocket::closed();
    }

private:
    /// What a full queue refused is tried again; until then no frame is read.
    void deliver()
    {
        if (!m_held || !m_producer)
            return;
        const auto sent = m_producer->send({ *m_held, {} });
        if (!sent && sent.error().kind == FabricError::Kind::Full)
            return;
        m_held.reset();
        if (!sent)
            return end(sent.error().text);
        m_peer->resume();
    }

    std::string m_topic;
    std::shared_ptr<Producer> m_producer;
    std::optional<std::string> m_held;
};

/// What passes on the topic from now on. Its queue goes with the socket (trap 11, mended).
class ExportSession final : public FlowSocket {
public:
    using FlowSocket::FlowSocket;
    void frame(std::string) override { } // ignored, TG §1.8
    [[nodiscard]] bool wantsFrame() const override { return true; }
    void drained() override { }
    void closed() override
    {
        if (m_consumer)
            m_consumer->close();
        if (!m_queue.empty())
            if (const auto gone = m_edge.fabric.deleteQueue(m_queue, false, std::nullopt);
                !gone && m_edge.fabric.queueExists(m_queue))
                spdlog::warn("export: {} stays behind: {}", m_queue, gone.error().text);
        m_consumer.reset();
        FlowSocket::closed();
    }

protected:
    void opened(const std::string &topic) override
    {
        const std::string subscription = "gateway-" + newUuid();
        if (const auto made = m_edge.fabric.createQueue(topic, subscription); !made)
            return end(made.error().text);
        m_queue = topic + "." + subscription;
        ConsumerOptions options;
        options.processor = "gateway";
        options.workspace = m_place.workspace;
        options.flow = m_place.flow;
        options.prefetch = messagesAtOnce;
        auto consumer = m_edge.fabric.createConsumer(
            topic, subscription, InitialPosition::Latest, ConsumerType::Exclusive, options);
        if (!consumer)
            return end(consumer.error().text);
        m_consumer = *consumer;
        m_consumer->onReadable(
            later([](FlowSocket &self) { static_cast<ExportSession &>(self).pass(); }));
        pass();
    }
    void beat() override
    {
        if (!m_queue.empty() && !m_edge.fabric.queueExists(m_queue))
            end(flowStopped);
    }

private:
    /// Never waits for the client: one that reads too slowly is closed by the connection's bound.
    void pass()
    {
        for (int i = 0; i < messagesAtOnce && m_consumer && m_peer; ++i) {
            const auto message = m_consumer->tryReceive();
            if (!message)
                return;
            m_peer->send(whole(message->value));
            m_consumer->acknowledge(*message);
        }
        if (m_consumer) // there may be more, after what else waits for its turn
            later([](FlowSocket &self) { static_cast<ExportSession &>(self).pass(); })();
    }
    /// `metadata` always has id, root and collection.
    static std::string whole(const std::string &value)
    {
        Json object = parseBody(value);
        const auto metadata = object.is_object() ? object.find("metadata") : object.end();
        if (!object.is_object() || metadata == object.end() || !metadata->is_object())
            return value;
        for (const char *name : { "id", "root", "collection" })
            if (!metadata->contains(name))
                (*metadata)[name] = "";
        return object.dump(-1, ' ', false, Json::error_handler_t::replace);
    }

    std::string m_queue;
    std::shared_ptr<Consumer> m_consumer;
};

} // namespace

FlowSocket::FlowSocket(Edge &edge, std::shared_ptr<SocketPeer> peer, Place place)
    : m_edge(edge)
    , m_peer(std::move(peer))
    , m_place(std::move(place))
    , m_lookedAt(std::chrono::steady_clock::now())
{
}

void FlowSocket::begin()
{
    reassure();
}

/// The bearer was good at the upgrade; now the socket counts among its user's.
void FlowSocket::enter(const Identity &who)
{
    if (!m_edge.sockets.enter(who.userId)) {
        m_peer->close(closePolicy,
            "too many sockets of this user: the limit is "
                + std::to_string(m_edge.limits.socketsPerUser));
        return;
    }
    m_who = who;
    m_edge.calls.ask(FabricCalls::flowRecord(m_place.workspace, m_place.flow),
        later([](FlowSocket &self, const FabricResult<Message> &result) { self.found(result); }));
}

/// Unknown flow, no such interface: the upgraded socket is closed at once (TG §1.7).
void FlowSocket::found(const FabricResult<Message> &result)
{
    if (!result)
        return end(result.error().text);
    const std::string flow = m_place.workspace + "/" + m_place.flow;
    const auto response = schema::decode<schema::ConfigResponse>(result->value);
    if (!response || response->values.empty() || !response->values.front().value)
        return end("Invalid flow " + flow);
    const auto record = schema::decode<schema::FlowRecord>(*response->values.front().value);
    const auto *interface =
        record ? schema::find(record->interfaces, interfaceOf(m_place.kind)) : nullptr;
    if (!interface || !interface->flow)
        return end("This kind not supported by flow");
    m_open = true;
    opened(*interface->flow);
}

void FlowSocket::end(const std::string &reason)
{
    m_open = false;
    if (m_peer)
        m_peer->close(closeNormal, reason);
}

void FlowSocket::tick(std::chrono::steady_clock::time_point now)
{
    if (m_open)
        beat();
    if (m_peer && !m_looking && now - m_lookedAt >= lookTime) {
        m_lookedAt = now;
        reassure();
    }
}

/// A key that was revoked ends its open sockets too.
void FlowSocket::reassure()
{
    m_looking = true;
    auto looked = later([](FlowSocket &self, const std::optional<Identity> &who) {
        self.m_looking = false;
        const FlowSocket::Place &place = self.m_place;
        if (!who || !Gatekeeper::may(*who, place.capability, place.workspace))
            self.m_peer->close(closePolicy, "signed out");
        else if (!self.m_edge.gatekeeper.socketRefusal(*who, place.capability, place.workspace)
                      .empty())
            self.m_peer->close(closePolicy, "the lease has ended");
        else if (self.m_who)
            self.m_who = who;
        else
            self.enter(*who);
    });
    if (m_who)
        m_edge.gatekeeper.reassure(m_place.token, *m_who, std::move(looked));
    else
        m_edge.gatekeeper.authenticate(m_place.token, std::move(looked));
}

milliseconds FlowSocket::tickInterval() const
{
    return beatTime;
}

void FlowSocket::stopping()
{
    m_peer->close(closeGoingAway, "the gateway is stopping");
}

void FlowSocket::closed()
{
    m_open = false;
    m_peer.reset();
    if (m_who)
        m_edge.sockets.leave(m_who->userId);
    m_who.reset();
}

std::string flowSocketCapability(const Route &route)
{
    return route.name + (route.kind == Route::Kind::Import ? ":write" : ":read");
}

std::shared_ptr<SocketSession> openFlowSocket(
    Edge &edge, std::shared_ptr<SocketPeer> peer, const RestRequest &rest)
{
    FlowSocket::Place place { rest.target.queryValue("workspace").value_or("default"),
        rest.route.flow, rest.route.name, rest.target.queryValue("token").value_or(""),
        flowSocketCapability(rest.route) };
    std::shared_ptr<FlowSocket> session;
    if (rest.route.kind == Route::Kind::Import)
        session = std::make_shared<ImportSession>(edge, std::move(peer), std::move(place));
    else
        session = std::make_shared<ExportSession>(edge, std::move(peer), std::move(place));
    session->begin();
    return session;
}

} // namespace signalbox::gateway
