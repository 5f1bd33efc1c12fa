// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/chatrouter.h"

#include "app/gateway/fabric/requester.h"
#include "models/schema/channel.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

constexpr std::chrono::hours sameMessage { 24 };
constexpr std::chrono::minutes engagedFor { 30 };

std::string metadataText(const schema::KonstructMessage &message, std::string_view name)
{
    const auto *value = schema::find(message.channelMetadata, name);
    const Json parsed = value ? Json::parse(value->text, nullptr, false) : Json();
    return parsed.is_string() ? parsed.get<std::string>() : std::string();
}

} // namespace

ChatRouter::ChatRouter(TenantCore &core, TokenBucket bucket)
    : RequestServer(core.fabric(), "chat-router", "chat-router-svc")
    , m_core(core)
    , m_bucket(bucket)
{
}

ChatRouter::~ChatRouter()
{
    stop();
}

Expected<Done, std::string> ChatRouter::prepare()
{
    ProducerOptions options;
    options.processor = "chat-router-svc";
    auto onward = m_fabric.createProducer("request:tg:orchestrator", {}, options);
    if (!onward)
        return unexpected(onward.error().text);
    m_onward = *onward;
    if (const auto opened = open({}); !opened)
        return unexpected(opened.error().text);
    return Done {};
}

void ChatRouter::refuse(const rules::TenantId &tenant, const std::string &conversation,
    const char *code, const std::string &message)
{
    spdlog::info("chat-router: {} {}: {}", tenant.text(), conversation, message);
    if (!conversation.empty())
        m_core.errorFrame(tenant, conversation, code, message);
}

void ChatRouter::refuseStored(const rules::TenantId &tenant, const std::string &conversation,
    const std::string &thread, const ServiceFault &why, Tell tell)
{
    schema::ChannelThreadMessage notice;
    notice.id = newUuid();
    notice.threadId = thread;
    notice.role = "notice";
    notice.content = "No answer: " + why.message;
    if (tell == Tell::AlsoOtherChannels)
        notice.delivery.emplace();
    if (const auto stored = m_core.addMessage(tenant, notice); !stored)
        spdlog::warn("chat-router: notice: {}", stored.error().text);
    refuse(tenant, conversation, why.type.c_str(), why.message);
}

std::optional<ServiceFault> ChatRouter::closed(
    const rules::TenantId &tenant, const std::string &thread)
{
    const auto owner = m_core.tenant(tenant);
    if (owner && !schema::mayTalk(*owner))
        return ServiceFault { "tenant-inactive", whyHalted(*owner) };
    const auto held = m_core.store().thread(tenant, thread);
    if (!held || held->state == "human" || held->state == "escalated")
        return std::nullopt; // it is told later, or a person answers
    const auto row = m_core.store().agent(tenant, held->agentId);
    if (!row || row->active)
        return std::nullopt;
    return ServiceFault { "agent-inactive", whySwitchedOff(agentOf(tenant.text(), *row)) };
}

std::string ChatRouter::handle(const Request &request)
{
    const std::string dispatch = dump(request.body);
    const auto popped = schema::popExtras(dispatch);
    const auto message = popped
        ? schema::decode<schema::KonstructMessage>(popped->message)
        : Expected<schema::KonstructMessage, schema::SchemaError>(unexpected(popped.error()));
    const auto tenant = rules::TenantId::of(message ? message->tenantId : std::string());
    if (!message || !tenant) {
        spdlog::error("chat-router: a dispatch is refused: {}",
            message ? tenant.error() : message.error().text());
        return {};
    }
    const std::string &conversation = popped->conversationId;
    const std::string thread = message->threadId.value_or(conversation);
    Cache &cache = m_core.cache();
    const bool test = schema::find(message->context, "test") != nullptr;
    const std::string bucket = message->channel + (test ? "-test" : "");
    const auto grant = cache.takeToken(rules::rateLimitKey(*tenant, bucket), m_bucket);
    if (!grant) // a cache that is away must not stop the conversation, but is told
        spdlog::warn("chat-router: rate limit: {}", grant.error().text);
    if (grant && !grant->granted) {
        refuseStored(*tenant, conversation, thread,
            { "rate-limit",
                "too many messages: the next one in "
                    + std::to_string((grant->retryAfter.count() + 999) / 1000) + " s" },
            Tell::Here);
        return {};
    }
    const auto first =
        cache.setIfAbsent(rules::idempotencyKey(*tenant, message->id), "1", sameMessage);
    if (first && !*first) {
        refuse(*tenant, conversation, "duplicate", "this message was taken before");
        return {};
    }
    if (const auto why = closed(*tenant, thread)) {
        refuseStored(*tenant, conversation, thread, *why, Tell::AlsoOtherChannels);
        return {};
    }
    const auto engaged = cache.set(
        rules::engagedThreadKey(*tenant, thread), metadataText(*message, "agent_id"), engagedFor);
    if (!first || !engaged)
        spdlog::warn("chat-router: {}", (!first ? first.error() : engaged.error()).text);
    const auto counted =
        m_core.store().addVolume(*tenant, { dayOf(unixMs()), message->channel, 1, 0 });
    if (!counted)
        spdlog::warn("chat-router: volume: {}", counted.error().text);
    Message onward;
    onward.value = dispatch;
    onward.properties.emplace_back("id", message->id);
    if (const auto sent = m_onward->send(std::move(onward)); !sent)
        refuseStored(
            *tenant, conversation, thread, { "busy", sent.error().text }, Tell::AlsoOtherChannels);
    return {};
}

} // namespace signalbox::gateway
