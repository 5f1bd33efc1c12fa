// SPDX-License-Identifier: GPL-3.0-only
// Any blueprint: expansion agrees with a plain reading of the contract, and a stop of the only flow
// deletes just what the flow service owns.
#include "models/rules/plan.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>

namespace schema = signalbox::schema;
namespace rules = signalbox::rules;

namespace {

void fail(const char *what, const std::string &detail)
{
    std::fprintf(stderr, "fuzz: expansion: %s: %s\n", what, detail.c_str());
    std::abort();
}

std::string replaced(std::string text, const std::string &what, const std::string &with)
{
    std::string result;
    for (std::size_t at = 0;;) {
        const std::size_t found = text.find(what, at);
        result += text.substr(at, found - at);
        if (found == std::string::npos)
            return result;
        result += with;
        at = found + what.size();
    }
}

std::set<std::string> topicsOf(
    const schema::Blueprint &blueprint, const rules::Bindings &bindings, bool ownedOnly)
{
    std::set<std::string> result;
    for (const auto *section : { &blueprint.blueprint, &blueprint.flow })
        for (const auto &[key, entry] : *section) {
            if (key.find(':') == std::string::npos)
                continue;
            for (const auto &[name, from] : entry.topics) {
                std::string topic = replaced(from, "{workspace}", bindings.workspace);
                topic = replaced(topic, "{blueprint}", bindings.blueprint);
                topic = replaced(topic, "{id}", bindings.id);
                for (const auto &[parameter, value] : bindings.parameters)
                    topic = replaced(topic, "{" + parameter + "}", value);
                const bool owned = from.find('{') != std::string::npos
                    && from.find('}', from.find('{')) != std::string::npos;
                if (!topic.empty() && (!ownedOnly || owned))
                    result.insert(topic);
            }
        }
    return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto blueprint =
        schema::decode<schema::Blueprint>({ reinterpret_cast<const char *>(data), size });
    if (!blueprint)
        return 0;
    rules::LiveFlow flow { "acme", "f1", {}, *blueprint };
    flow.record.blueprintName = "plan";
    for (const auto &[name, about] : blueprint->parameters)
        flow.record.parameters.emplace_back(name, "v" + std::to_string(name.size()));
    const rules::Bindings bindings { "acme", "plan", "f1", flow.record.parameters };

    const rules::Expansion expansion = rules::expand(*blueprint, bindings);
    std::set<std::string> topics;
    for (const auto &topic : expansion.topics)
        if (!topics.insert(topic.topic).second)
            fail("a topic twice", topic.topic);
    const std::set<std::string> naive = topicsOf(*blueprint, bindings, false);
    if (topics != naive)
        fail("other topics than a plain reading gives",
            std::to_string(topics.size()) + " and " + std::to_string(naive.size()));

    const auto plan = rules::planStop({ "acme", "f1" }, { flow }, rules::StopBehaviour::ours());
    if (!plan)
        fail("no plan", "");
    const std::set<std::string> owned = topicsOf(*blueprint, bindings, true);
    for (const std::string &topic : plan->deletedTopics())
        if (!owned.contains(topic) || rules::systemOwnedTopic(topic))
            fail("deletes what is not the flow's", topic);
    for (const auto &fate : plan->topics)
        if (fate.fate == rules::Fate::Kept)
            fail("kept, although no other flow lives", fate.topic);
    return 0;
}
