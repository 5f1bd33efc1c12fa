// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/seeder.h"

#include "app/gateway/demo/json.h"
#include "models/schema/config.h"
#include "models/schema/envelope.h"
#include "models/schema/flow.h"
#include "models/schema/iam.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

namespace signalbox::gateway::demo {

using schema::Json;
using Text = Expected<std::string, std::string>;

namespace {
constexpr auto seedTimeout = std::chrono::seconds(10);
constexpr auto topicPatience = std::chrono::seconds(10); ///< for the queues of a new workspace
constexpr auto topicRetry = std::chrono::milliseconds(20);
constexpr auto doneFlag = "demo-platform";
constexpr auto home = "default";
constexpr auto templates = "__template__";

bool contains(const std::vector<std::string> &list, const std::string &name)
{
    return std::find(list.begin(), list.end(), name) != list.end();
}
} // namespace

ServiceCalls::ServiceCalls(Backend &fabric, const std::atomic<bool> &stopping)
    : m_fabric(fabric)
    , m_stopping(stopping)
{
}

Text ServiceCalls::call(const std::string &topicName, const std::string &body) const
{
    const RequestTopics topics { "request:tg:" + topicName, "response:tg:" + topicName };
    const auto deadline = std::chrono::steady_clock::now() + topicPatience;
    for (;;) {
        if (m_stopping)
            return unexpected(std::string("the gateway is stopping"));
        const auto answer = request(m_fabric, topics, "demo", body, seedTimeout);
        if (answer) {
            if (const auto error = schema::errorOf(answer->value))
                return unexpected(topicName + ": " + error->explained());
            return answer->value;
        }
        if (answer.error().kind != FabricError::Kind::NoTopic
            || std::chrono::steady_clock::now() >= deadline)
            return unexpected(topicName + ": " + answer.error().text);
        std::this_thread::sleep_for(topicRetry);
    }
}

Text ServiceCalls::config(const std::string &workspace, const Json &request) const
{
    Json body = request;
    body["workspace"] = workspace;
    return call("config", written(body));
}

Text ServiceCalls::flow(const std::string &workspace, const Json &request) const
{
    return call("flow:" + workspace, written(request));
}

Expected<std::vector<std::string>, std::string> ServiceCalls::flows(
    const std::string &workspace) const
{
    const auto answer = flow(workspace, { { "operation", "list-flows" } });
    if (!answer)
        return unexpected(answer.error());
    const auto decoded = schema::decode<schema::FlowResponse>(*answer);
    if (!decoded)
        return unexpected(decoded.error().text());
    return decoded->flowIds;
}

Text ServiceCalls::flag(const std::string &name) const
{
    const auto answer = config("__system__",
        { { "operation", "get" },
            { "keys", Json::array({ { { "type", "init-state" }, { "key", name } } }) } });
    if (!answer)
        return unexpected(answer.error());
    const auto decoded = schema::decode<schema::ConfigResponse>(*answer);
    if (!decoded)
        return unexpected(decoded.error().text());
    return decoded->values.empty() ? std::string() : decoded->values.front().value.value_or("");
}

Expected<Done, std::string> ServiceCalls::setFlag(
    const std::string &name, const std::string &value) const
{
    const auto answer = config("__system__",
        { { "operation", "put" },
            { "values",
                Json::array(
                    { { { "type", "init-state" }, { "key", name }, { "value", value } } }) } });
    if (!answer)
        return unexpected(answer.error());
    return Done {};
}

Expected<Done, std::string> ServiceCalls::startFlow(const SeedFlow &seed) const
{
    Json parameters = Json::object();
    for (const auto &[name, value] : seed.parameters)
        parameters[name] = value;
    const auto answer = flow(seed.workspace,
        { { "operation", "start-flow" }, { "flow-id", seed.id },
            { "blueprint-name", seed.blueprint }, { "description", seed.description },
            { "parameters", std::move(parameters) } });
    if (!answer)
        return unexpected(seed.id + ": " + answer.error());
    return Done {};
}

Seeder::Seeder(const ServiceCalls &calls, std::string adminKey)
    : m_calls(calls)
    , m_adminKey(std::move(adminKey))
    , m_plan(seedPlan())
{
}

Expected<bool, std::string> Seeder::run()
{
    const auto done = m_calls.flag(doneFlag);
    if (!done)
        return unexpected(done.error());
    if (!done->empty())
        return false;
    std::vector<std::string> workspaces { home };
    for (const SeedWorkspace &workspace : m_plan.workspaces)
        workspaces.push_back(workspace.id);
    if (auto step = putTemplate(); !step)
        return unexpected(step.error());
    if (auto step = createWorkspaces(); !step)
        return unexpected(step.error());
    for (const std::string &workspace : workspaces) {
        if (auto step = putConfig(workspace); !step)
            return unexpected(step.error());
        if (auto step = putBlueprints(workspace); !step)
            return unexpected(step.error());
    }
    if (auto step = startFlows(); !step)
        return unexpected(step.error());
    if (auto step = m_calls.setFlag(doneFlag, R"({"seeded":true})"); !step)
        return unexpected(step.error());
    return true;
}

/// What a workspace that an operator creates begins with (TG §3.3).
Expected<Done, std::string> Seeder::putTemplate()
{
    const auto kept =
        m_calls.config(templates, { { "operation", "list" }, { "type", "flow-blueprint" } });
    if (!kept)
        return unexpected(kept.error());
    const auto held = schema::decode<schema::ConfigResponse>(*kept);
    if (!held)
        return unexpected(held.error().text());
    Json values = Json::array();
    for (const std::string &name : m_plan.blueprints)
        if (!contains(held->directory, name))
            values.push_back({ { "type", "flow-blueprint" }, { "key", name },
                { "value", blueprintText(name) } });
    if (!values.empty()) {
        const auto put =
            m_calls.config(templates, { { "operation", "put" }, { "values", std::move(values) } });
        if (!put)
            return unexpected(put.error());
    }
    return putConfig(templates);
}

Expected<Done, std::string> Seeder::putConfig(const std::string &workspace)
{
    schema::Members<schema::Members<std::string>> wanted = configEntries();
    wanted.emplace_back("parameter-type", parameterTypes());
    Json values = Json::array();
    for (const auto &[type, entries] : wanted) {
        const auto answer =
            m_calls.config(workspace, { { "operation", "list" }, { "type", type } });
        if (!answer)
            return unexpected(answer.error());
        const auto held = schema::decode<schema::ConfigResponse>(*answer);
        if (!held)
            return unexpected(held.error().text());
        for (const auto &[key, text] : entries)
            if (!contains(held->directory, key))
                values.push_back({ { "type", type }, { "key", key }, { "value", text } });
    }
    if (values.empty())
        return Done {};
    const auto put =
        m_calls.config(workspace, { { "operation", "put" }, { "values", std::move(values) } });
    if (!put)
        return unexpected(put.error());
    return Done {};
}

Expected<Done, std::string> Seeder::createWorkspaces()
{
    const auto who = m_calls.call(
        "iam", written({ { "operation", "resolve-api-key" }, { "token", m_adminKey } }));
    if (!who)
        return unexpected("no administrator to create workspaces: " + who.error());
    const auto admin = schema::decode<schema::IamResponse>(*who);
    if (!admin || !admin->user)
        return unexpected(std::string("the administrator's key is not known any more"));
    for (const SeedWorkspace &workspace : m_plan.workspaces) {
        // Creating one that is there succeeds and changes nothing (TG §2.3).
        const auto made = m_calls.call("iam",
            written({ { "operation", "create-workspace" }, { "actor", admin->user->id },
                { "workspace_record",
                    { { "id", workspace.id }, { "name", workspace.name },
                        { "enabled", true } } } }));
        if (!made)
            return unexpected(workspace.id + ": " + made.error());
    }
    return Done {};
}

Expected<Done, std::string> Seeder::putBlueprints(const std::string &workspace)
{
    const auto answer = m_calls.flow(workspace, { { "operation", "list-blueprints" } });
    if (!answer)
        return unexpected(answer.error());
    const auto held = schema::decode<schema::FlowResponse>(*answer);
    if (!held)
        return unexpected(held.error().text());
    for (const std::string &name : m_plan.blueprints) {
        if (contains(held->blueprintNames, name))
            continue;
        const auto put = m_calls.flow(workspace,
            { { "operation", "put-blueprint" }, { "blueprint-name", name },
                { "blueprint-definition", blueprintText(name) } });
        if (!put)
            return unexpected(name + ": " + put.error());
    }
    return Done {};
}

Expected<Done, std::string> Seeder::startFlows()
{
    std::vector<SeedFlow> flows = m_plan.flows;
    flows.push_back(m_plan.shuttle.flow);
    for (const SeedFlow &flow : flows) {
        const auto running = m_calls.flows(flow.workspace);
        if (!running)
            return unexpected(running.error());
        if (contains(*running, flow.id))
            continue;
        if (auto started = m_calls.startFlow(flow); !started)
            return started;
    }
    return Done {};
}

} // namespace signalbox::gateway::demo
