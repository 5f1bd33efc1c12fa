// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/channeldelivery.h"

#include "app/gateway/services/answers.h"
#include "app/gateway/services/credentials.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

constexpr int outboxPage = 1000;
constexpr std::int64_t storePauseMs = 5000; ///< a store that is away is asked again
constexpr std::int64_t longestRetryAfter = 3600; ///< seconds
constexpr std::ptrdiff_t longestSlackText = 40000; ///< more is cut there, as Slack says
constexpr std::size_t errorBytes = 300;

const char *const slackTransient[] = { "ratelimited", "rate_limited", "internal_error",
    "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org" };

std::string slackText(const std::string &text)
{
    std::string escaped; // or `<!channel>` would call everybody
    for (const char c : text)
        escaped += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
    return escaped;
}

/// Slack's `channel:thread_ts`; anything else is a channel or a user as a whole.
Json slackBody(const std::string &place, const std::string &text)
{
    const std::size_t colon = place.rfind(':');
    Json body { { "channel", place.substr(0, colon) }, { "text", slackText(text) } };
    if (colon != std::string::npos && colon + 1 < place.size())
        body["thread_ts"] = place.substr(colon + 1);
    return body;
}

} // namespace

/// Where the answers of a thread go.
struct ChannelDelivery::Way {
    enum class Kind { None, Callback, Slack };
    Kind kind = Kind::None;
    std::string why; ///< there is none
    std::string url;
    std::string secret; ///< that signs, or Slack's token
};

struct ChannelDelivery::Outcome {
    bool sent = false;
    bool forGood = false;
    bool stopped = false; ///< nobody knows: the try is made again
    std::string to;
    std::string error;
    std::int64_t retryAfterMs = 0;
    std::int64_t latencyMs = 0;
};

ChannelDelivery::ChannelDelivery(TenantCore &core, DeliveryOptions options)
    : m_core(core)
    , m_options(std::move(options))
{
}

ChannelDelivery::~ChannelDelivery()
{
    stop();
}

Expected<Done, std::string> ChannelDelivery::begin()
{
    for (const schema::Tenant &each : m_core.tenants()) {
        const auto tenant = rules::TenantId::of(each.id);
        if (!tenant)
            continue;
        for (std::int64_t after = 0;;) {
            const auto rows = m_core.store().outbox(*tenant, after, outboxPage);
            if (!rows)
                return unexpected(rows.error().text);
            const std::lock_guard lock(m_mutex);
            for (const OutboxRow &row : *rows) // the first of each thread says when
                m_due.try_emplace({ each.id, row.threadId }, Due { row.dueMs, false, false });
            if (rows->size() < outboxPage)
                break;
            after = rows->back().seq;
        }
    }
    for (int i = 0; i < m_options.threads; ++i)
        m_threads.emplace_back([this](const std::stop_token &ends) { run(ends); });
    return Done {};
}

void ChannelDelivery::stop()
{
    for (std::jthread &thread : m_threads)
        thread.request_stop();
    m_threads.clear(); // joins
}

ChannelDelivery::Way ChannelDelivery::wayOf(
    const rules::TenantId &tenant, const ThreadRow &thread, const std::string &role)
{
    const auto none = [](std::string why) {
        return Way { Way::Kind::None, std::move(why), {}, {} };
    };
    const bool answer = role != "notice"; // which says that there is none
    if (const auto owner = m_core.tenant(tenant); answer && owner && !schema::mayTalk(*owner))
        return none(whyHalted(*owner));
    const ThreadFacts facts = factsOf(thread);
    const auto row = m_core.store().connection(tenant, facts.connectionId);
    const auto secrets = m_core.store().connectionSecrets(tenant, facts.connectionId);
    if (row && !secrets && secrets.error().kind != StoreError::Kind::NotFound)
        return none("its secrets cannot be read: " + secrets.error().text);
    if (!row || !secrets)
        return none(facts.connectionId.empty() ? "it is not known which connection it came by"
                                               : "its connection is gone");
    if (!row->active)
        return none("its connection is switched off");
    const Json kept = Json::parse(*secrets, nullptr, false);
    const auto secret = [&kept](const char *name) {
        return kept.is_object() ? text(kept, name).value_or("") : std::string();
    };
    if (!m_options.post)
        return none("this gateway sends nothing");
    if (const std::string url = secret("callback_url"); !url.empty()) {
        const std::string signing = secret("signing_secret");
        return signing.empty() ? none("there is no signing_secret to sign it with")
                               : Way { Way::Kind::Callback, {}, url, signing };
    }
    if (thread.channelType != "slack")
        return none("this gateway sends nothing to " + thread.channelType
            + ", and the connection has no callback_url");
    const std::string token = secret("bot_token");
    return token.empty()
        ? none("the connection has neither a bot_token nor a callback_url")
        : Way { Way::Kind::Slack, {}, m_options.slackApi + "/chat.postMessage", token };
}

std::optional<schema::Delivery> ChannelDelivery::plan(
    const rules::TenantId &tenant, const std::string &thread, const std::string &role)
{
    const auto row = m_core.store().thread(tenant, thread);
    if (!row || row->channelType == "web")
        return std::nullopt;
    const Way way = wayOf(tenant, *row, role);
    schema::Delivery delivery;
    delivery.state = way.kind == Way::Kind::None ? "unsent" : "waiting";
    delivery.error = way.why;
    return delivery;
}

void ChannelDelivery::wake(const rules::TenantId &tenant, const std::string &thread)
{
    {
        const std::lock_guard lock(m_mutex);
        const auto [at, fresh] = m_due.try_emplace({ tenant.text(), thread });
        if (!fresh)
            at->second.again = at->second.busy; // else it waits for the one before it
        ++m_changes;
    }
    m_wake.notify_one();
}

std::optional<ChannelDelivery::Place> ChannelDelivery::next(
    std::unique_lock<std::mutex> &lock, const std::stop_token &ends)
{
    while (!ends.stop_requested()) {
        const std::int64_t now = unixMs();
        auto first = m_due.end();
        for (auto each = m_due.begin(); each != m_due.end(); ++each)
            if (!each->second.busy
                && (first == m_due.end() || each->second.atMs < first->second.atMs))
                first = each;
        if (first != m_due.end() && first->second.atMs <= now) {
            first->second.busy = true;
            first->second.again = false;
            return first->first;
        }
        const auto changed = [this, seen = m_changes] { return m_changes != seen; };
        if (first == m_due.end())
            m_wake.wait(lock, ends, changed);
        else
            m_wake.wait_for(
                lock, ends, std::chrono::milliseconds(first->second.atMs - now), changed);
    }
    return std::nullopt;
}

void ChannelDelivery::run(const std::stop_token &ends)
{
    std::unique_lock lock(m_mutex);
    while (const auto place = next(lock, ends)) {
        lock.unlock();
        const std::int64_t again = [&] {
            try {
                return look(*place, ends);
            } catch (const std::exception &error) {
                spdlog::error("delivery: {}", error.what());
                return unixMs() + storePauseMs;
            }
        }();
        lock.lock();
        Due &due = m_due[*place];
        due.busy = false;
        if (again > 0)
            due.atMs = again;
        else if (due.again)
            due.atMs = 0;
        else
            m_due.erase(*place);
    }
}

std::int64_t ChannelDelivery::look(const Place &place, const std::stop_token &ends)
{
    const auto tenant = rules::TenantId::of(place.first);
    if (!tenant)
        return 0;
    const auto gone = [](const StoreError &error) {
        if (error.kind == StoreError::Kind::NotFound)
            return std::int64_t(0);
        spdlog::warn("delivery: {}", error.text);
        return unixMs() + storePauseMs;
    };
    TenantStore &store = m_core.store();
    const auto row = store.firstToSend(*tenant, place.second);
    if (!row)
        return gone(row.error());
    const std::int64_t now = unixMs();
    if (row->dueMs > now)
        return row->dueMs;
    const auto message = store.message(*tenant, row->id);
    const auto thread = store.thread(*tenant, place.second);
    if (!message || !thread)
        return gone(message ? thread.error() : message.error());
    const auto claimed = store.claimToSend(*tenant, *row, now, now + m_options.claim.count());
    if (!claimed)
        return claimed.error().kind == StoreError::Kind::Conflict ? now + 1000
                                                                  : gone(claimed.error());
    const Outcome outcome = tryToSend(*tenant, *thread, *message, ends);
    if (outcome.stopped)
        return now + m_options.claim.count();
    return settle(*tenant, *thread, *message, row->tries + 1, outcome);
}

ChannelDelivery::Outcome ChannelDelivery::tryToSend(const rules::TenantId &tenant,
    const ThreadRow &thread, const ThreadMessageRow &message, const std::stop_token &ends)
{
    Outcome outcome;
    const Way way = wayOf(tenant, thread, message.role);
    const auto givenUp = [&outcome](std::string why) {
        outcome.forGood = true;
        outcome.error = std::move(why);
        return outcome;
    };
    if (way.kind == Way::Kind::None)
        return givenUp(way.why); // it was switched off, changed or halted meanwhile
    const bool slack = way.kind == Way::Kind::Slack;
    outcome.to = slack ? "slack" : "callback";
    const ThreadFacts facts = factsOf(thread);
    const schema::ChannelThreadMessage said = messageOf(tenant.text(), message);
    ChannelLetter letter { way.url, slack ? way.secret : std::string(), {}, {} };
    if (slack) {
        const Json body = slackBody(facts.channelThread, said.content);
        const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
        if (std::count_if(said.content.begin(), said.content.end(), begins) > longestSlackText)
            return givenUp("it is longer than the 40000 characters that Slack takes");
        letter.body = dump(body);
    } else {
        letter.body = dump({ { "id", said.id }, { "channel", thread.channelType },
            { "thread_id", facts.channelThread }, { "user_id", thread.userId },
            { "role", said.role }, { "author", said.author }, { "text", said.content },
            { "created_at", said.createdAt } });
        const std::string stamp = std::to_string(unixMs() / 1000);
        letter.headers = { { "X-Signalbox-Timestamp", stamp },
            { "X-Signalbox-Signature",
                "v0=" + hmacSha256Hex(way.secret, "v0:" + stamp + ":" + letter.body) },
            { "X-Signalbox-Delivery", said.id } };
    }
    const std::int64_t began = unixMs();
    const auto reply = m_options.post(letter, ends);
    outcome.latencyMs = unixMs() - began;
    outcome.stopped = !reply && ends.stop_requested();
    if (!reply) {
        outcome.error = reply.error().text;
        outcome.forGood = reply.error().forGood;
        return outcome;
    }
    outcome.retryAfterMs = std::min(reply->retryAfterSeconds, longestRetryAfter) * 1000;
    const bool taken = reply->status >= 200 && reply->status < 300;
    if (!taken) {
        outcome.error = "status " + std::to_string(reply->status);
        outcome.forGood = reply->status < 500 && reply->status != 408 && reply->status != 425
            && reply->status != 429;
        return outcome;
    }
    const Json body = slack ? Json::parse(reply->body, nullptr, false) : Json();
    const auto good = body.is_object() ? body.find("ok") : body.end();
    outcome.sent = !slack || (good != body.end() && good->is_boolean() && good->get<bool>());
    if (outcome.sent)
        return outcome;
    outcome.error = body.is_object() ? text(body, "error").value_or("") : std::string();
    const bool known = !outcome.error.empty(); // else it was not Slack that answered
    outcome.forGood = known
        && std::find(std::begin(slackTransient), std::end(slackTransient), outcome.error)
            == std::end(slackTransient);
    outcome.error = known ? "Slack says " + outcome.error : "the answer is not Slack's";
    return outcome;
}

std::int64_t ChannelDelivery::settle(const rules::TenantId &tenant, const ThreadRow &thread,
    const ThreadMessageRow &message, std::int64_t tries, const Outcome &outcome)
{
    const std::int64_t now = unixMs();
    schema::ChannelThreadMessage told = messageOf(tenant.text(), message);
    const auto earlier = told.delivery ? told.delivery->earlier : std::nullopt;
    const auto used = static_cast<std::size_t>(std::max<std::int64_t>(
        tries - 1 - earlier.value_or(0), 0)); // who has it sent again has the pauses anew
    const bool over = outcome.sent || outcome.forGood || used >= m_options.pauses.size();
    const std::int64_t due = over
        ? 0
        : now + std::max<std::int64_t>(m_options.pauses[used].count(), outcome.retryAfterMs);
    told.delivery = schema::Delivery { outcome.sent ? "sent"
            : over                                  ? "failed"
                                                    : "waiting",
        tries, shortened(outcome.error, errorBytes), rfc3339(over ? now : due), earlier };
    const auto kept = m_core.store().settleToSend(tenant, rowOf(told, message.createdMs), due);
    if (!kept) {
        spdlog::warn("delivery: {}", kept.error().text);
        return now + m_options.claim.count();
    }
    schema::TenantEvent about;
    about.threadId = thread.id;
    about.message = std::move(told);
    m_core.tell(tenant, schema::Event::Kind::Message, std::move(about));
    if (!over)
        return due;
    schema::AuditEvent entry;
    entry.agentId = thread.agentId;
    entry.threadId = thread.id;
    entry.actionType = "delivery";
    entry.inputSummary = outcome.to + " " + message.id;
    entry.outputSummary = outcome.sent ? "sent" : "failed: " + outcome.error;
    entry.latencyMs = outcome.latencyMs;
    entry.metadata = { { "tries", { std::to_string(tries) } } };
    m_core.audit(tenant, std::move(entry));
    return now; // perhaps another one waited for this
}

} // namespace signalbox::gateway
