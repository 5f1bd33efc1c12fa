// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/configservice.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

namespace {

using Values = std::vector<schema::ConfigValue>;

constexpr std::size_t maxNameBytes = 1024; // of a type, a key, a workspace
constexpr std::size_t maxBatch = 100000;

/// Faults leave the readers of a request by exception, inside this file only.
struct Refused {
    ServiceFault fault;
};

[[noreturn]] void refuse(std::string type, std::string message)
{
    throw Refused { { std::move(type), std::move(message) } };
}

const Json &elements(const Json &body, const char *name)
{
    const auto found = body.find(name);
    if (found == body.end() || found->is_null())
        refuse("config-error", "'NoneType' object is not iterable");
    if (!found->is_array())
        refuse("config-error", "'" + pythonType(*found) + "' object is not a list of entries");
    if (found->size() > maxBatch)
        refuse("config-error", "more than " + std::to_string(maxBatch) + " entries in one request");
    return *found;
}

std::string member(const Json &element, const char *name)
{
    const auto found = element.find(name);
    if (found == element.end())
        refuse("gateway-error", "'" + std::string(name) + "'");
    if (!found->is_string())
        refuse("config-error", std::string(name) + " must be a string, not " + pythonType(*found));
    auto value = found->get<std::string>();
    if (value.size() > maxNameBytes)
        refuse("config-error",
            std::string(name) + " is longer than " + std::to_string(maxNameBytes) + " bytes");
    return value;
}

/// On the system queue an element may name its own workspace, else the request's counts.
Values entries(
    const Json &body, const char *name, const std::string &topicWorkspace, bool withValue)
{
    Values values;
    for (const Json &element : elements(body, name)) {
        if (!element.is_object())
            refuse("config-error", "an entry must be an object, not " + pythonType(element));
        schema::ConfigValue value;
        value.workspace = topicWorkspace;
        if (topicWorkspace.empty())
            value.workspace =
                text(element, "workspace").value_or(text(body, "workspace").value_or(""));
        if (value.workspace.empty())
            refuse("config-error", "No workspace");
        value.type = member(element, "type");
        value.key = member(element, "key");
        if (withValue) {
            const auto found = element.find("value");
            if (found == element.end())
                refuse("gateway-error", "'value'");
            if (!found->is_string())
                refuse("config-error",
                    "Error binding parameter 4: type '" + pythonType(*found)
                        + "' is not supported");
            value.value = found->get<std::string>();
        }
        values.push_back(std::move(value));
    }
    return values;
}

std::string workspaceOf(const Json &body, const std::string &topicWorkspace)
{
    if (!topicWorkspace.empty())
        return topicWorkspace;
    const auto named = text(body, "workspace");
    if (!named || named->empty())
        refuse("config-error", "No workspace");
    return *named;
}

template <class T> T have(StoreResult<T> result)
{
    if (!result)
        refuse(result.error().kind == StoreError::Kind::Limit ? "limit" : "config-error",
            result.error().text);
    return std::move(*result);
}

/// Clients never see the workspace beside a value.
void hideWorkspace(Values &values, const std::string &topicWorkspace)
{
    if (!topicWorkspace.empty())
        for (schema::ConfigValue &value : values)
            value.workspace.clear();
}

std::string answer(const schema::ConfigResponse &response)
{
    return schema::encode(response);
}

} // namespace

ConfigService::ConfigService(Backend &fabric, ConfigStore &store)
    : RequestServer(fabric, "config", "config-svc")
    , m_store(store)
{
}

ConfigService::~ConfigService()
{
    stop();
}

Expected<Done, std::string> ConfigService::prepare()
{
    TopicInfo system;
    system.scope = "system";
    if (const auto ensured = m_fabric.ensureTopic("notify:tg:config", system); !ensured)
        return unexpected(ensured.error().text);
    ProducerOptions telling;
    telling.processor = m_subscription;
    telling.blockFor =
        std::chrono::milliseconds(1000); // one receiver that is stuck must not stop all writes
    auto notices = m_fabric.createProducer("notify:tg:config", {}, telling);
    if (!notices)
        return unexpected(notices.error().text);
    m_notices = *notices;
    if (const auto opened = open(""); !opened)
        return unexpected(opened.error().text);
    const auto workspaces = m_store.list(workspaceRegistry, "workspace");
    if (!workspaces)
        return unexpected(workspaces.error().text);
    for (const std::string &workspace : *workspaces)
        if (const auto opened = openWorkspace(workspace); !opened)
            return unexpected(opened.error().text);
    const auto version = m_store.version();
    if (!version)
        return unexpected(version.error().text);
    schema::ConfigNotice started;
    started.version = *version;
    announce(started);
    return Done {};
}

FabricResult<Done> ConfigService::openWorkspace(const std::string &workspace)
{
    // The flow service learns of the workspace by the notice; requests that come sooner wait in its
    // queue.
    if (auto ensured = ensureTopics(m_fabric, "flow", workspace, "flow-svc"); !ensured)
        return ensured;
    return open(workspace);
}

std::string ConfigService::handle(const Request &request)
{
    const std::string operation = text(request.body, "operation").value_or("");
    const bool system = request.workspace.empty();
    try {
        if (operation == "get")
            return get(request);
        if (operation == "list")
            return list(request);
        if (operation == "getvalues")
            return values(request);
        if (operation == "config")
            return whole(request);
        if (operation == "put")
            return put(request);
        if (operation == "delete")
            return drop(request);
        if (system && operation == "getvalues-all-ws")
            return ofAllWorkspaces(request, true);
        if (system && operation == "getkeys-all-ws")
            return ofAllWorkspaces(request, false);
    } catch (const Refused &refused) {
        return errorAnswer(refused.fault);
    }
    return errorAnswer({ "bad-operation", "Bad operation" });
}

std::string ConfigService::get(const Request &request)
{
    const Values wanted = entries(request.body, "keys", request.workspace, false);
    schema::ConfigResponse response;
    response.version = have(m_store.version());
    for (std::size_t from = 0; from < wanted.size();) {
        std::vector<schema::ConfigKey> keys;
        std::size_t to = from;
        for (; to < wanted.size() && wanted[to].workspace == wanted[from].workspace; ++to)
            keys.push_back({ wanted[to].type, wanted[to].key });
        Values found = have(m_store.get(wanted[from].workspace, keys));
        std::move(found.begin(), found.end(), std::back_inserter(response.values));
        from = to;
    }
    hideWorkspace(response.values, request.workspace);
    return answer(response);
}

std::string ConfigService::list(const Request &request)
{
    schema::ConfigResponse response;
    response.version = have(m_store.version());
    response.directory = have(m_store.list(
        workspaceOf(request.body, request.workspace), text(request.body, "type").value_or("")));
    return answer(response);
}

std::string ConfigService::values(const Request &request)
{
    schema::ConfigResponse response;
    response.version = have(m_store.version());
    const std::string workspace = workspaceOf(request.body, request.workspace);
    std::string type = text(request.body, "type").value_or("");
    if (request.workspace.empty() && type.ends_with('*')) {
        type.pop_back();
        response.values = have(m_store.valuesOfPrefix(workspace, type));
    } else {
        response.values = have(m_store.values(workspace, type));
    }
    hideWorkspace(response.values, request.workspace);
    return answer(response);
}

std::string ConfigService::whole(const Request &request)
{
    schema::ConfigResponse response;
    response.version = have(m_store.version());
    response.config = have(m_store.all(workspaceOf(request.body, request.workspace)));
    return answer(response);
}

std::string ConfigService::ofAllWorkspaces(const Request &request, bool withValues)
{
    schema::ConfigResponse response;
    response.version = have(m_store.version());
    response.values = have(m_store.valuesOfAllWorkspaces(text(request.body, "type").value_or("")));
    std::erase_if(response.values,
        [](const schema::ConfigValue &value) { return reservedWorkspace(value.workspace); });
    if (!withValues)
        for (schema::ConfigValue &value : response.values)
            value.value.reset();
    return answer(response);
}

std::string ConfigService::put(const Request &request)
{
    return write(entries(request.body, "values", request.workspace, true), {});
}

std::string ConfigService::drop(const Request &request)
{
    return write({}, entries(request.body, "keys", request.workspace, false));
}

StoreResult<ConfigService::Registry> ConfigService::registryChanges(
    const Values &puts, const Values &deletes)
{
    Registry registry;
    const auto concerns = [](const schema::ConfigValue &value) {
        return value.workspace == workspaceRegistry && value.type == "workspace";
    };
    if (std::none_of(puts.begin(), puts.end(), concerns)
        && std::none_of(deletes.begin(), deletes.end(), concerns))
        return registry;
    const auto known = m_store.list(workspaceRegistry, "workspace");
    if (!known)
        return unexpected(known.error());
    const std::set<std::string> live(known->begin(), known->end());
    for (const schema::ConfigValue &value : puts)
        if (concerns(value) && !live.contains(value.key))
            registry.created.push_back(value.key);
    for (const schema::ConfigValue &value : deletes)
        if (concerns(value) && live.contains(value.key))
            registry.deleted.push_back(value.key);
    return registry;
}

StoreResult<Done> ConfigService::addTemplate(const std::string &workspace, Values &puts)
{
    auto seed = m_store.valuesOfPrefix(workspaceTemplate, "");
    if (!seed)
        return unexpected(seed.error());
    std::vector<schema::ConfigKey> keys;
    for (const schema::ConfigValue &value : *seed)
        keys.push_back({ value.type, value.key });
    const auto present = m_store.get(workspace, keys);
    if (!present)
        return unexpected(present.error());
    std::set<std::pair<std::string, std::string>> taken;
    for (const schema::ConfigValue &value : *present)
        if (value.value)
            taken.emplace(value.type, value.key);
    for (const schema::ConfigValue &value : puts)
        if (value.workspace == workspace)
            taken.emplace(value.type, value.key);
    for (schema::ConfigValue &value : *seed) {
        if (taken.contains({ value.type, value.key }))
            continue;
        value.workspace = workspace;
        puts.push_back(std::move(value));
    }
    return Done {};
}

std::string ConfigService::write(Values puts, const Values &deletes)
{
    if (puts.empty() && deletes.empty())
        return answer({}); // nothing changes, so nothing is announced
    const Registry registry = have(registryChanges(puts, deletes));
    for (const std::string &workspace : registry.created)
        have(addTemplate(workspace, puts));
    schema::ConfigNotice notice;
    notice.version = have(m_store.write(puts, deletes));

    // One batch = one version = one notice. Reserved workspaces are not announced (TG §3.3).
    std::map<std::string, std::set<std::string>> changes;
    for (const Values *written : { &std::as_const(puts), &deletes })
        for (const schema::ConfigValue &value : *written)
            if (!reservedWorkspace(value.workspace))
                changes[value.type].insert(value.workspace);
    for (const auto &[type, workspaces] : changes)
        notice.changes.emplace_back(
            type, std::vector<std::string>(workspaces.begin(), workspaces.end()));
    notice.created = registry.created;
    notice.deleted = registry.deleted;
    for (const std::string &workspace : registry.created)
        if (const auto opened = openWorkspace(workspace); !opened)
            spdlog::error(
                "config-svc: workspace {} has no queues: {}", workspace, opened.error().text);
    if (!notice.changes.empty() || !notice.created.empty() || !notice.deleted.empty())
        announce(notice);
    return answer({});
}

void ConfigService::announce(const schema::ConfigNotice &notice)
{
    Message message;
    message.value = schema::encode(notice);
    if (const auto sent = m_notices->send(std::move(message)); !sent)
        spdlog::error(
            "config-svc: notice of version {} is lost: {}", notice.version, sent.error().text);
}

} // namespace signalbox::gateway
