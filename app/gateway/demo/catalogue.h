// SPDX-License-Identifier: GPL-3.0-only
// What the demo platform consists of and how its stations behave: resources/demo/{seed,line}.json.
#pragma once

#include "models/schema/codec.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace signalbox::gateway::demo {

struct CallSpec {
    std::string client; ///< `x` of `x-request`
    double share = 1; ///< of the messages that need it
};

struct OutputSpec {
    double share = 1; ///< of the messages that are forwarded there
    std::string insteadOf; ///< another output that then gets nothing
};

/// How a processor behaves. Times are those of one message without the calls it makes.
struct Station {
    double medianMs = 40;
    double sigma = 0.45; ///< of the logarithm
    int lanes = 1; ///< messages worked on at once
    double errorShare = 0; ///< handed back and delivered again
    double perSecond = 0; ///< rate limit, 0 = none
    std::vector<CallSpec> calls;
    schema::Members<OutputSpec> outputs;
};

struct SurgeSpec {
    double floodMs = 0;
    double pauseMs = 0;
    double floodFactor = 1;
    double pauseFactor = 1;
};

/// A consumer of a literal topic, which no flow owns.
struct GlobalStation {
    std::string processor;
    std::string topic;
};

struct LineBook {
    double dayMs = 0;
    SurgeSpec surge;
    schema::Members<double> models; ///< slowness of a model
    Station fallback;
    schema::Members<Station> stations;
    std::vector<GlobalStation> globals;
    [[nodiscard]] const Station &station(std::string_view processor) const;
    [[nodiscard]] double slowness(std::string_view model) const; ///< 1 when unknown
};

struct SeedFlow {
    std::string workspace;
    std::string id;
    std::string blueprint;
    std::string description;
    schema::Members<std::string> parameters;
};

/// A worker that dies by itself after some messages, once per run.
struct Fault {
    std::string workspace;
    std::string flow;
    std::string processor;
    std::int64_t after = 0;
    std::string why;
};

/// A flow that is started and stopped again and again.
struct ShuttlePlan {
    SeedFlow flow;
    std::chrono::milliseconds runs { 0 };
    std::chrono::milliseconds rests { 0 };
};

struct SeedWorkspace {
    std::string id;
    std::string name;
};

struct SeedPlan {
    std::vector<SeedWorkspace> workspaces; ///< to be created; `default` is there
    std::vector<std::string> blueprints;
    std::vector<SeedFlow> flows;
    std::vector<Fault> faults;
    ShuttlePlan shuttle;
    SeedFlow interrupted; ///< see Interruption
};

/// The texts are part of the program: a fault in them is a fault of the build, found by the tests;
/// these throw.
LineBook lineBook();
SeedPlan seedPlan();
/// Blueprint name → JSON text.
std::string blueprintText(const std::string &name);
/// Parameter type name → JSON text.
schema::Members<std::string> parameterTypes();
/// Config type → key → JSON text: prompts, tools, prices and the like of each workspace.
schema::Members<schema::Members<std::string>> configEntries();

} // namespace signalbox::gateway::demo
