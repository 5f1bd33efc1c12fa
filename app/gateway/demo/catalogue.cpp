// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/catalogue.h"

#include "app/gateway/demo/resources.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace signalbox::gateway::demo {

using schema::Json;

namespace {
Json read(const std::string &path)
{
    const auto text = resource(path);
    if (!text)
        throw std::out_of_range("no built-in text " + path);
    return Json::parse(*text);
}

schema::Members<std::string> textsOf(const Json &json)
{
    schema::Members<std::string> texts;
    for (const auto &[name, value] : json.items())
        texts.emplace_back(name, value.dump());
    return texts;
}

Station stationFrom(const Json &json)
{
    Station station;
    station.medianMs = json.value("median-ms", station.medianMs);
    station.sigma = json.value("sigma", station.sigma);
    station.lanes = json.value("lanes", station.lanes);
    station.errorShare = json.value("error-share", 0.0);
    station.perSecond = json.value("per-second", 0.0);
    for (const Json &call : json.value("calls", Json::array()))
        station.calls.push_back({ call.at("client"), call.value("share", 1.0) });
    const Json outputs = json.value("outputs", Json::object());
    for (const auto &[name, output] : outputs.items())
        station.outputs.emplace_back(
            name, OutputSpec { output.value("share", 1.0), output.value("instead-of", "") });
    return station;
}

SeedFlow flowFrom(const Json &json, const std::string &blueprint)
{
    SeedFlow flow;
    flow.workspace = json.at("workspace");
    flow.id = json.at("id");
    flow.blueprint = blueprint;
    flow.description = json.at("description");
    for (const auto &[name, value] : json.at("parameters").items())
        flow.parameters.emplace_back(name, value.get<std::string>());
    return flow;
}
} // namespace

const Station &LineBook::station(std::string_view processor) const
{
    const Station *station = schema::find(stations, processor);
    return station ? *station : fallback;
}

double LineBook::slowness(std::string_view model) const
{
    const double *factor = schema::find(models, model);
    return factor ? *factor : 1.0;
}

LineBook lineBook()
{
    const Json json = read("line.json");
    LineBook book;
    book.dayMs = json.at("day-ms");
    const Json &surge = json.at("surge");
    book.surge = { surge.at("flood-ms"), surge.at("pause-ms"), surge.at("flood-factor"),
        surge.at("pause-factor") };
    for (const auto &[name, factor] : json.at("models").items())
        book.models.emplace_back(name, factor.get<double>());
    book.fallback = stationFrom(json.at("default-station"));
    for (const auto &[name, station] : json.at("stations").items())
        book.stations.emplace_back(name, stationFrom(station));
    for (const Json &global : json.at("globals"))
        book.globals.push_back({ global.at("processor"), global.at("topic") });
    return book;
}

SeedPlan seedPlan()
{
    const Json json = read("seed.json");
    SeedPlan plan;
    for (const Json &workspace : json.at("workspaces"))
        plan.workspaces.push_back({ workspace.at("id"), workspace.at("name") });
    for (const Json &blueprint : json.at("blueprints"))
        plan.blueprints.push_back(blueprint);
    for (const Json &flow : json.at("flows"))
        plan.flows.push_back(flowFrom(flow, flow.at("blueprint")));
    for (const Json &fault : json.at("faults"))
        plan.faults.push_back({ fault.at("workspace"), fault.at("flow"), fault.at("processor"),
            fault.at("after"), fault.at("why") });
    const Json &shuttle = json.at("shuttle");
    plan.shuttle.flow = flowFrom(shuttle, shuttle.at("blueprint"));
    plan.shuttle.runs = std::chrono::milliseconds(shuttle.at("runs-ms").get<std::int64_t>());
    plan.shuttle.rests = std::chrono::milliseconds(shuttle.at("rests-ms").get<std::int64_t>());
    const Json &interrupted = json.at("interrupted");
    plan.interrupted = flowFrom(interrupted, interrupted.at("blueprint"));
    return plan;
}

std::string blueprintText(const std::string &name)
{
    return read("blueprints/" + name + ".json").dump();
}

schema::Members<std::string> parameterTypes()
{
    return textsOf(read("parameter-types.json"));
}

schema::Members<schema::Members<std::string>> configEntries()
{
    const Json json = read("config.json");
    schema::Members<schema::Members<std::string>> entries;
    for (const auto &[type, values] : json.items())
        entries.emplace_back(type, textsOf(values));
    return entries;
}

} // namespace signalbox::gateway::demo
