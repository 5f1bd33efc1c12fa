// SPDX-License-Identifier: GPL-3.0-only
#include "tests/contract/replay/recording.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace signalbox::contract {

using Json = nlohmann::json;

namespace {

void requestLine(const std::string &line, Recording &recording)
{
    const std::size_t space = line.find(' ');
    recording.method = line.substr(0, space);
    recording.target = line.substr(space + 1);
}

void headerLine(const std::string &line, const std::string &name, std::string &value)
{
    if (line.starts_with(name + ": "))
        value = line.substr(name.size() + 2);
}

std::string content(const std::string &line, std::size_t mark)
{
    return line.size() > mark ? line.substr(mark) : std::string();
}

bool isJsonText(const Json &value, Json &parsed)
{
    if (!value.is_string())
        return false;
    parsed = Json::parse(value.get_ref<const std::string &>(), nullptr, false);
    return parsed.is_object();
}

std::string listDifference(const Json &recorded, const Json &ours, const std::string &path)
{
    if (recorded.empty() != ours.empty())
        return path + (recorded.empty() ? ": expected no elements" : ": expected elements");
    for (std::size_t i = 0; i < ours.size(); ++i) {
        std::string first;
        bool matches = false;
        for (std::size_t j = 0; j < recorded.size() && !matches; ++j) {
            const std::string difference =
                shapeDifference(recorded[j], ours[i], path + "[" + std::to_string(i) + "]");
            matches = difference.empty();
            if (first.empty())
                first = difference;
        }
        if (!matches)
            return first;
    }
    return {};
}

} // namespace

Recording readRecording(const std::string &folder, const std::string &name)
{
    std::ifstream stream(folder + "/rest/" + name + ".txt");
    if (!stream)
        throw std::runtime_error("no recording " + name);
    Recording recording;
    recording.name = name;
    std::string line;
    enum { Request, RequestHeaders, RequestBody, Answer, AnswerHeaders, Body } part = Request;
    while (part != Body && std::getline(stream, line)) {
        if (part == Request && line.starts_with("> ")) {
            requestLine(line.substr(2), recording);
            part = RequestHeaders;
        } else if (part == RequestHeaders && line.starts_with(">")) {
            if (line == ">")
                part = RequestBody;
            headerLine(content(line, 2), "Authorization", recording.authorization);
        } else if (part == RequestBody && line.starts_with("> ")) {
            recording.body += line.substr(2);
        } else if (line.starts_with("< HTTP/1.1 ")) {
            recording.status = std::stoi(line.substr(11));
            part = AnswerHeaders;
        } else if (part == AnswerHeaders && line == "<") {
            part = Body;
        } else if (part == AnswerHeaders) {
            headerLine(content(line, 2), "Content-Type", recording.contentType);
            headerLine(content(line, 2), "Allow", recording.allow);
        }
    }
    std::ostringstream rest;
    rest << stream.rdbuf();
    recording.answer = rest.str();
    return recording;
}

std::vector<Recording> readRecordings(const std::string &folder)
{
    std::ifstream manifest(folder + "/MANIFEST.tsv");
    if (!manifest)
        throw std::runtime_error("no MANIFEST.tsv in " + folder);
    std::vector<Recording> recordings;
    std::string line;
    std::getline(manifest, line); // headings
    while (std::getline(manifest, line)) {
        std::istringstream columns(line);
        std::string name;
        std::string status;
        std::string use;
        columns >> name >> status >> use;
        Recording recording;
        recording.name = name;
        if (use == "replay")
            recording = readRecording(folder, name);
        recording.use = use;
        recordings.push_back(std::move(recording));
    }
    return recordings;
}

std::string shapeDifference(const Json &recorded, const Json &ours, const std::string &path)
{
    if (recorded.is_number() && ours.is_number())
        return {};
    if (recorded.type() != ours.type())
        return path + ": expected " + recorded.type_name() + ", found " + ours.type_name();
    if (recorded.is_array())
        return listDifference(recorded, ours, path);
    Json inner;
    Json ourInner;
    if (isJsonText(recorded, inner)) {
        if (!isJsonText(ours, ourInner))
            return path + ": expected JSON in a string";
        return shapeDifference(inner, ourInner, path + "{}");
    }
    if (!recorded.is_object())
        return {};
    for (const auto &[name, value] : recorded.items()) {
        if (!ours.contains(name))
            return path + ": lacks " + name;
        if (std::string difference = shapeDifference(value, ours[name], path + "." + name);
            !difference.empty())
            return difference;
    }
    for (const auto &[name, value] : ours.items())
        if (!recorded.contains(name))
            return path + ": has " + name + " that was not recorded";
    return {};
}

} // namespace signalbox::contract
