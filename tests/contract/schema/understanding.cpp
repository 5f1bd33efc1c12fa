// SPDX-License-Identifier: GPL-3.0-only
#include "tests/contract/schema/understanding.h"

#include "models/schema/blueprint.h"
#include "models/schema/config.h"
#include "models/schema/envelope.h"
#include "models/schema/iam.h"
#include "models/schema/metrics.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace signalbox::contract {

namespace {

using schema::Json;

/// Same members in the same order, numbers by value.
template <class T> std::string lossOf(const std::string &text, const std::string &where)
{
    const auto decoded = schema::decode<T>(text);
    if (!decoded)
        return where + ": " + decoded.error().text();
    const std::string again = schema::encode(*decoded);
    if (Json::parse(text).dump() != Json::parse(again).dump())
        return where + ": changed from " + text.substr(0, 400) + " to " + again.substr(0, 400);
    return {};
}

/// Same members, whatever their order: for answers, which nobody edits.
template <class T> std::string differenceOf(const std::string &text)
{
    const auto decoded = schema::decode<T>(text);
    if (!decoded)
        return decoded.error().text();
    const auto before = nlohmann::json::parse(text);
    const auto after = nlohmann::json::parse(schema::encode(*decoded));
    const auto patch = nlohmann::json::diff(before, after);
    return patch.empty() ? std::string() : "changed: " + patch.dump().substr(0, 400);
}

std::string configFault(const std::string &type, const std::string &key, const std::string &value)
{
    const std::string where = type + "/" + key;
    if (!schema::isJson(value))
        return {}; // values are texts; what is no JSON is shown as it is (TG §3)
    if (type == "flow")
        return lossOf<schema::FlowRecord>(value, where);
    if (type == "flow-blueprint")
        return lossOf<schema::Blueprint>(value, where);
    if (type == "parameter-type")
        return lossOf<schema::ParameterType>(value, where);
    if (type.starts_with("processor:"))
        return lossOf<schema::ProcessorEntry>(value, where);
    return {};
}

std::string configAnswerFault(const std::string &answer)
{
    if (std::string fault = differenceOf<schema::ConfigResponse>(answer); !fault.empty())
        return fault;
    const auto response = schema::decode<schema::ConfigResponse>(answer);
    for (const auto &[type, entries] : response->config)
        for (const auto &[key, value] : entries)
            if (std::string fault = configFault(type, key, value); !fault.empty())
                return fault;
    for (const schema::ConfigValue &value : response->values)
        if (value.value)
            if (std::string fault = configFault(value.type, value.key, *value.value);
                !fault.empty())
                return fault;
    return {};
}

std::string flowAnswerFault(const std::string &answer)
{
    if (std::string fault = differenceOf<schema::FlowResponse>(answer); !fault.empty())
        return fault;
    const auto response = schema::decode<schema::FlowResponse>(answer);
    if (const auto &text = response->blueprintDefinition; text && schema::isJson(*text))
        if (std::string fault = lossOf<schema::Blueprint>(*text, "blueprint-definition");
            !fault.empty())
            return fault;
    if (const auto &text = response->flow; text && !text->empty())
        return lossOf<schema::FlowRecord>(*text, "flow");
    return {};
}

std::string metricsFault(const std::string &answer)
{
    const auto vector = schema::decode<schema::InstantVector>(answer);
    if (!vector)
        return vector.error().text();
    if (vector->samples.size() != Json::parse(answer)["data"]["result"].size())
        return "samples are missing";
    const std::string kept = schema::encode(*vector);
    for (const char *secret : { "password", "secret", "token", "api_key" })
        if (kept.find(secret) != std::string::npos)
            return std::string("a label about a ") + secret + " came in";
    return {};
}

std::string line(std::istream &in)
{
    std::string text;
    std::getline(in, text);
    if (text.ends_with('\r'))
        text.pop_back();
    return text;
}

/// Request line `> METHOD path`, then `< HTTP/1.1 STATUS …`, headers, an empty `<`, the body.
Exchange readExchange(const std::string &path)
{
    Exchange exchange;
    std::istringstream in(readFile(path));
    std::istringstream first(line(in));
    std::string mark, method;
    first >> mark >> method >> exchange.path;
    exchange.path = exchange.path.substr(0, exchange.path.find('?'));
    std::string text;
    do
        text = line(in);
    while (in && !text.starts_with("< HTTP/"));
    if (in)
        exchange.status = std::stoi(text.substr(text.find(' ', 2) + 1));
    do
        text = line(in);
    while (in && text != "<" && text != "< ");
    std::ostringstream rest;
    rest << in.rdbuf();
    exchange.answer = rest.str();
    while (exchange.answer.ends_with('\n'))
        exchange.answer.pop_back();
    return exchange;
}

} // namespace

std::string readFile(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    if (!in)
        throw std::runtime_error("cannot read " + path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::vector<Exchange> readExchanges(const std::string &folder)
{
    std::vector<Exchange> exchanges;
    std::istringstream manifest(readFile(folder + "/MANIFEST.tsv"));
    line(manifest);
    for (std::string row = line(manifest); !row.empty(); row = line(manifest)) {
        std::istringstream columns(row);
        std::string name, status, use;
        std::getline(columns, name, '\t');
        std::getline(columns, status, '\t');
        std::getline(columns, use, '\t');
        if (use == "narrative")
            continue;
        Exchange exchange = readExchange(folder + "/rest/" + name + ".txt");
        exchange.name = name;
        exchange.use = use;
        exchanges.push_back(std::move(exchange));
    }
    return exchanges;
}

std::string faultOf(const Exchange &exchange)
{
    const auto error = schema::errorOf(exchange.answer, exchange.status);
    const bool json = schema::isJson(exchange.answer);
    const Json tree = json ? Json::parse(exchange.answer) : Json();
    const bool refused = exchange.status >= 400 || (tree.is_object() && tree.contains("error"));
    if (refused != error.has_value())
        return refused ? "the error is not seen" : "an error is seen: " + error->message;
    if (error) {
        using Shape = schema::ServiceError::Shape;
        const Shape shape = !json || !tree.contains("error") ? Shape::Plain
            : tree["error"].is_string()                      ? Shape::Text
                                                             : Shape::Object;
        if (error->shape != shape)
            return "the error has another shape";
        return error->explained().empty() ? "the error explains nothing" : "";
    }
    if (exchange.path == "/api/v1/config")
        return configAnswerFault(exchange.answer);
    if (exchange.path == "/api/v1/flow")
        return flowAnswerFault(exchange.answer);
    if (exchange.path == "/api/v1/iam" || exchange.path.starts_with("/api/v1/auth/"))
        return differenceOf<schema::IamResponse>(exchange.answer);
    if (exchange.path == "/api/metrics/query")
        return metricsFault(exchange.answer);
    return json ? "" : "no JSON";
}

std::vector<Frame> readFrames(const std::string &folder)
{
    std::vector<Frame> frames;
    std::vector<std::string> files;
    for (const auto &entry : std::filesystem::directory_iterator(folder + "/ws"))
        files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    for (const std::string &file : files) {
        std::istringstream in(readFile(file));
        while (in) {
            std::istringstream row(line(in));
            std::string time, mark, text;
            row >> time >> mark;
            std::getline(row >> std::ws, text);
            // what the recorder cut short or noted itself is no frame
            if ((mark == "<" || mark == ">") && text.starts_with("{") && schema::isJson(text))
                frames.push_back({ file, mark[0], text });
        }
    }
    return frames;
}

std::string faultOf(const Frame &frame)
{
    const Json tree = Json::parse(frame.text);
    if (frame.direction == '>') { // odd on purpose now and then: what we read of it must survive
        const auto sent = schema::decode<schema::ClientFrame>(frame.text);
        if (!sent)
            return sent.error().text();
        const auto again = schema::decode<schema::ClientFrame>(schema::encode(*sent));
        return again && *again == *sent ? "" : "the frame changed";
    }
    const bool enveloped = tree.contains("complete") || tree.contains("type");
    if (!enveloped) // bulk sockets send bare records (TG §1.8)
        return tree.contains("metadata") ? "" : "neither an envelope nor a record";
    if (std::string fault = differenceOf<schema::ServerFrame>(frame.text); !fault.empty())
        return fault;
    const auto decoded = schema::decode<schema::ServerFrame>(frame.text);
    if (decoded->hasId != tree.contains("id"))
        return "the id is lost";
    using Kind = schema::ServerFrame::Kind;
    if (decoded->kind == Kind::Response && tree["response"].is_object()
        && tree["response"].contains("error") && !schema::errorOf(decoded->response.text))
        return "the error inside the response is not seen";
    return {};
}

} // namespace signalbox::contract
