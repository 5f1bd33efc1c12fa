// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/event.h"

#include "models/schema/tenantparts.h"

#include <algorithm>

namespace signalbox::schema {

// config.cpp
void read(const Reader &in, ConfigNotice &out);
Json write(const ConfigNotice &notice);
// fabric.cpp
void readRows(const Reader &in, std::vector<QueueRow> &out);
void readRows(const Reader &in, std::vector<ProcessorRow> &out);
Json writeRows(const std::vector<QueueRow> &rows);
Json writeRows(const std::vector<ProcessorRow> &rows);

template <class V> void members(V &v, const FlowEvent *)
{
    v("flow", &FlowEvent::flow, Always);
    v("state", &FlowEvent::state, Always);
    v("blueprint", &FlowEvent::blueprint, Always);
}

namespace {

constexpr std::pair<Event::Kind, std::string_view> kindNames[] = {
    { Event::Kind::Config, "config" },
    { Event::Kind::Flow, "flow" },
    { Event::Kind::Queue, "queue" },
    { Event::Kind::Processor, "processor" },
    { Event::Kind::Lost, "lost" },
    { Event::Kind::Gap, "gap" },
    { Event::Kind::Subscribed, "subscribed" },
    { Event::Kind::Conversation, "conversation" },
    { Event::Kind::Message, "message" },
    { Event::Kind::Typing, "typing" },
    { Event::Kind::Chunk, "chunk" },
    { Event::Kind::Tool, "tool" },
    { Event::Kind::Confirmation, "confirmation" },
    { Event::Kind::Escalation, "escalation" },
    { Event::Kind::Audit, "audit" },
};

/// A list of names, or "*" for all.
void readNames(const Reader &in, std::string_view key, std::optional<std::vector<std::string>> &out)
{
    std::size_t hint = 0;
    const Json *value = findMember(in.value(), key, hint);
    if (!value || in.failed() || *value == "*")
        return;
    read(Reader(in, key, *value), out);
}

void readData(const Reader &in, Event &out)
{
    std::size_t hint = 0;
    const Json *list = nullptr;
    switch (out.kind) {
    case Event::Kind::Config:
        return read(in, out.config);
    case Event::Kind::Flow:
        return read(in, out.flow);
    case Event::Kind::Queue:
        if ((list = findMember(in.value(), "queues", hint)))
            readRows(Reader(in, "queues", *list), out.queues);
        readMember(in, "removed", out.removedQueues);
        return readMember(in, "dropped", out.dropped);
    case Event::Kind::Processor:
        if ((list = findMember(in.value(), "processors", hint)))
            readRows(Reader(in, "processors", *list), out.processors);
        return;
    case Event::Kind::Lost:
        return readMember(in, "lost", out.lost);
    case Event::Kind::Gap:
    case Event::Kind::Subscribed:
    case Event::Kind::Unknown:
        return;
    case Event::Kind::Conversation:
    case Event::Kind::Message:
    case Event::Kind::Typing:
    case Event::Kind::Chunk:
    case Event::Kind::Tool:
    case Event::Kind::Confirmation:
    case Event::Kind::Escalation:
    case Event::Kind::Audit:
        return read(in, out.about.emplace_back());
    }
}

Json writeData(const Event &event)
{
    Json data = Json::object();
    switch (event.kind) {
    case Event::Kind::Config:
        return write(event.config);
    case Event::Kind::Flow:
        return write(event.flow);
    case Event::Kind::Queue:
        data["queues"] = writeRows(event.queues);
        data["removed"] = write(event.removedQueues);
        data["dropped"] = event.dropped;
        return data;
    case Event::Kind::Processor:
        data["processors"] = writeRows(event.processors);
        return data;
    case Event::Kind::Lost:
        data["lost"] = write(event.lost);
        return data;
    case Event::Kind::Gap:
    case Event::Kind::Subscribed:
    case Event::Kind::Unknown:
        break;
    case Event::Kind::Conversation:
    case Event::Kind::Message:
    case Event::Kind::Typing:
    case Event::Kind::Chunk:
    case Event::Kind::Tool:
    case Event::Kind::Confirmation:
    case Event::Kind::Escalation:
    case Event::Kind::Audit:
        return event.about.empty() ? data : write(event.about.front());
    }
    return data;
}

} // namespace

void read(const Reader &in, Subscribe &out)
{
    if (!in.isObject())
        return;
    std::string type;
    readMember(in, "type", type);
    if (!in.failed() && type != "subscribe") {
        std::size_t hint = 0;
        if (const Json *found = findMember(in.value(), "type", hint))
            Reader(in, "type", *found).fail("expected \"subscribe\", found \"" + type + "\"");
        else
            in.missing("type");
        return;
    }
    readMember(in, "kinds", out.kinds);
    readNames(in, "workspaces", out.workspaces);
    readNames(in, "tenants", out.tenants);
    readMember(in, "since", out.since);
    readMember(in, "interval-ms", out.intervalMs);
}

Json write(const Subscribe &subscribe)
{
    Json object = Json::object();
    object["type"] = "subscribe";
    object["kinds"] = write(subscribe.kinds);
    object["workspaces"] = subscribe.workspaces ? write(*subscribe.workspaces) : Json("*");
    object["tenants"] = subscribe.tenants ? write(*subscribe.tenants) : Json("*");
    if (subscribe.since)
        object["since"] = *subscribe.since;
    if (subscribe.intervalMs)
        object["interval-ms"] = *subscribe.intervalMs;
    return object;
}

void read(const Reader &in, Event &out)
{
    if (!in.isObject())
        return;
    readMember(in, "kind", out.kindText);
    if (out.kindText.empty())
        readMember(in, "type", out.kindText); // gap and subscribed are no events
    for (const auto &[kind, name] : kindNames)
        if (name == out.kindText)
            out.kind = kind;
    readMember(in, "seq", out.seq);
    readMember(in, "ts", out.tsMs);
    readMember(in, "workspace", out.workspace);
    readMember(in, "tenant", out.tenant);
    readMember(in, "from", out.gapFrom);
    readMember(in, "to", out.gapTo);
    std::size_t hint = 0;
    const Json *data = findMember(in.value(), "data", hint);
    if (in.failed() || !data || out.kind == Event::Kind::Unknown)
        return;
    const Reader here(in, "data", *data);
    if (here.isObject())
        readData(here, out);
}

Json write(const Event &event)
{
    Json object = Json::object();
    std::string_view kind = event.kindText;
    for (const auto &[known, name] : kindNames)
        if (known == event.kind)
            kind = name;
    if (event.kind == Event::Kind::Gap || event.kind == Event::Kind::Subscribed) {
        object["type"] = kind;
        if (event.kind == Event::Kind::Gap) {
            object["from"] = event.gapFrom;
            object["to"] = event.gapTo;
        } else {
            object["seq"] = event.seq;
        }
        return object;
    }
    object["seq"] = event.seq;
    object["ts"] = event.tsMs;
    object["kind"] = kind;
    if (!event.workspace.empty())
        object["workspace"] = event.workspace;
    if (!event.tenant.empty())
        object["tenant"] = event.tenant;
    object["data"] = writeData(event);
    return object;
}

bool isTenantKind(std::string_view kind)
{
    return std::any_of(std::begin(kindNames), std::end(kindNames), [kind](const auto &known) {
        return known.first > Event::Kind::Unknown && known.second == kind;
    });
}

SIGNALBOX_WIRE(Subscribe)
SIGNALBOX_WIRE(Event)
SIGNALBOX_WIRE(FlowEvent)

} // namespace signalbox::schema
