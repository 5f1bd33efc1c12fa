// SPDX-License-Identifier: GPL-3.0-only
// Five lines (workspace, blueprint name, flow id, two parameters as name=value), then a blueprint.
// Expansion and the stop plan of two flows are compared with what plain replacement gives.
#include "models/rules/plan.h"

#include <cstdio>
#include <cstdlib>
#include <set>

using namespace signalbox;
using namespace signalbox::rules;

namespace {

void wrong(const char *what, const std::string &text)
{
    std::fprintf(stderr, "wrong %s: %s\n", what, text.c_str());
    std::abort();
}

std::string replaced(std::string text, const Bindings &bindings)
{
    const auto all = [&text](const std::string &what, const std::string &with) {
        std::string result;
        for (std::size_t at = 0; at < text.size();)
            if (text.compare(at, what.size(), what) == 0) {
                result += with;
                at += what.size();
            } else {
                result += text[at++];
            }
        text = std::move(result);
    };
    all("{workspace}", bindings.workspace);
    all("{blueprint}", bindings.blueprint);
    all("{id}", bindings.id);
    for (const auto &[name, value] : bindings.parameters)
        all("{" + name + "}", value);
    return text;
}

struct Topics {
    std::set<std::string> owned;
    std::set<std::string> literal;
};

Topics topicsOf(const schema::Blueprint &blueprint, const Bindings &bindings)
{
    Topics result;
    for (const auto *section : { &blueprint.blueprint, &blueprint.flow })
        for (const auto &[key, entry] : *section) {
            if (key.find(':') == key.npos)
                continue;
            for (const auto &[name, topic] : entry.topics)
                if (const std::string text = replaced(topic, bindings); !text.empty())
                    (ownedTemplate(topic) ? result.owned : result.literal).insert(text);
        }
    return result;
}

void checkExpansion(const schema::Blueprint &blueprint, const Bindings &bindings)
{
    const Expansion expansion = expand(blueprint, bindings);
    const Topics expected = topicsOf(blueprint, bindings);
    std::set<std::string> found;
    for (const ExpandedTopic &topic : expansion.topics) {
        if (!found.insert(topic.topic).second)
            wrong("repetition", topic.topic);
        if (ownedTemplate(topic.from) == expected.literal.contains(topic.topic))
            wrong("owner", topic.topic);
    }
    std::set<std::string> all = expected.owned;
    all.insert(expected.literal.begin(), expected.literal.end());
    if (found != all)
        wrong("topics", std::to_string(found.size()));
}

void checkStop(const std::vector<LiveFlow> &flows)
{
    const ClosureIndex index(flows);
    for (std::size_t i = 0; i < flows.size(); ++i) {
        const LiveFlow &flow = flows[i];
        const LiveFlow &other = flows[1 - i];
        const auto bindings = [](const LiveFlow &of) {
            return Bindings { of.workspace, of.record.blueprintName, of.id, of.record.parameters };
        };
        const Topics own = topicsOf(*flow.blueprint, bindings(flow));
        const Topics others = topicsOf(*other.blueprint, bindings(other));
        const auto plan = index.planStop({ flow.workspace, flow.id }, StopBehaviour::ours());
        if (!plan)
            wrong("plan", flow.id);
        std::set<std::string> expected;
        for (const std::string &topic : own.owned)
            if (!own.literal.contains(topic) && !others.owned.contains(topic)
                && !others.literal.contains(topic) && !systemOwnedTopic(topic))
                expected.insert(topic);
        const auto deleted = plan->deletedTopics();
        if (std::set(deleted.begin(), deleted.end()) != expected)
            wrong("deletions", std::to_string(deleted.size()));
        index.planStop({ flow.workspace, flow.id }, StopBehaviour::real());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    std::string_view rest(reinterpret_cast<const char *>(data), size);
    std::string lines[5];
    for (std::string &line : lines) {
        const std::size_t end = rest.find('\n');
        if (end == rest.npos || end > 24) // short values: plain replacement has no bound
            return 0;
        line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
    }
    const auto blueprint = schema::decode<schema::Blueprint>(rest);
    if (!blueprint)
        return 0;
    LiveFlow flow;
    flow.workspace = lines[0];
    flow.record.blueprintName = lines[1];
    flow.id = lines[2];
    for (const std::string &parameter : { lines[3], lines[4] })
        if (const std::size_t equals = parameter.find('='); equals != parameter.npos)
            schema::set(
                flow.record.parameters, parameter.substr(0, equals), parameter.substr(equals + 1));
    flow.blueprint = *blueprint;
    checkExpansion(
        *blueprint, { flow.workspace, flow.record.blueprintName, flow.id, flow.record.parameters });
    LiveFlow second = flow;
    second.id += "2";
    checkStop({ flow, second });
    const StartPlan start = planStart(flow.workspace, flow.id, flow.record.blueprintName,
        *blueprint, flow.record.parameters, { second });
    if (start.newTopics.size() + start.sharedTopics.size() + start.literalTopics.size()
        != start.expansion.topics.size())
        wrong("start", flow.id);
    return 0;
}
