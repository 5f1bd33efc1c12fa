// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/api.h"

#include "app/gateway/metrics/apitext.h"
#include "app/gateway/metrics/promql/parser.h"

#include <algorithm>
#include <limits>
#include <set>

namespace signalbox::gateway::metrics {

namespace {

using promql::QueryFault;
using promql::ValueType;

constexpr std::int64_t always = std::numeric_limits<std::int64_t>::max() / 2;

/// Thrown within this file only.
struct Refusal {
    ApiAnswer answer;
};

[[noreturn]] void refuse(std::string_view text)
{
    throw Refusal { apiError(400, "bad_data", text) };
}

[[noreturn]] void refuse(std::string_view parameter, std::string_view text)
{
    refuse("invalid parameter " + jsonText(parameter) + ": " + std::string(text));
}

const std::string *find(const Parameters &parameters, std::string_view name)
{
    for (const auto &[key, value] : parameters)
        if (key == name && !value.empty())
            return &value;
    return nullptr;
}

std::int64_t timeParameter(const Parameters &parameters, const char *name, std::int64_t fallback)
{
    const std::string *text = find(parameters, name);
    if (!text)
        return fallback;
    const auto time = timeOf(*text);
    if (!time)
        refuse(name, "cannot parse " + jsonText(*text) + " to a valid timestamp");
    return *time;
}

promql::EvaluationLimits limitsOf(const Parameters &parameters)
{
    promql::EvaluationLimits limits;
    const std::string *text = find(parameters, "timeout");
    if (!text)
        return limits;
    const auto time = stepOf(*text);
    if (!time || *time < 0)
        refuse("timeout", "cannot parse " + jsonText(*text) + " to a valid duration");
    limits.time = std::min(limits.time, std::chrono::milliseconds(*time));
    return limits;
}

promql::NodePtr queryParameter(const Parameters &parameters)
{
    const std::string *text = find(parameters, "query");
    auto query = promql::parseQuery(text ? *text : std::string());
    if (!query)
        refuse("query", query.error().text);
    return std::move(*query);
}

ApiAnswer failed(const promql::EvaluationFault &fault)
{
    using Kind = promql::EvaluationFault::Kind;
    switch (fault.kind) {
    case Kind::BadData:
        return apiError(400, "bad_data", fault.text);
    case Kind::Execution:
        return apiError(422, "execution", fault.text);
    case Kind::Timeout:
        return apiError(503, "timeout", fault.text);
    }
    return apiError(500, "internal", fault.text);
}

ApiAnswer success(const std::string &data)
{
    return { 200, "{\"status\":\"success\",\"data\":" + data + "}" };
}

template <class List, class Write> std::string listJson(const List &list, Write write)
{
    std::string text = "[";
    for (const auto &one : list) {
        if (text.size() > 1)
            text += ',';
        text += write(one);
    }
    return text + ']';
}

std::string resultJson(const char *type, const std::string &result)
{
    return "{\"resultType\":\"" + std::string(type) + "\",\"result\":" + result + "}";
}

ApiAnswer query(const History &history, const Parameters &parameters, std::int64_t nowMs)
{
    const std::int64_t time = timeParameter(parameters, "time", nowMs);
    const promql::EvaluationLimits limits = limitsOf(parameters);
    const promql::NodePtr node = queryParameter(parameters);
    const auto result = promql::evaluateAt(*node, history, time, limits);
    if (!result)
        return failed(result.error());
    if (result->type == ValueType::Scalar)
        return success(resultJson("scalar", pointJson(time, result->scalar)));
    if (result->type == ValueType::Range)
        return success(resultJson("matrix", listJson(result->range, seriesJson)));
    return success(
        resultJson("vector", listJson(result->vector, [time](const promql::Sample &sample) {
            return "{\"metric\":" + labelsJson(sample.labels)
                + ",\"value\":" + pointJson(time, sample.value) + "}";
        })));
}

ApiAnswer queryRange(const History &history, const Parameters &parameters)
{
    for (const char *name : { "start", "end", "step" })
        if (!find(parameters, name))
            refuse(name, "cannot parse \"\" to a valid value");
    const std::int64_t start = timeParameter(parameters, "start", 0);
    const std::int64_t end = timeParameter(parameters, "end", 0);
    if (end < start)
        refuse("end", "end timestamp must not be before start time");
    const std::string &text = *find(parameters, "step");
    const auto step = stepOf(text);
    if (!step)
        refuse("step", "cannot parse " + jsonText(text) + " to a valid duration");
    if (*step <= 0)
        refuse("step",
            "zero or negative query resolution step widths are not accepted. Try a "
            "positive integer");
    const promql::EvaluationLimits limits = limitsOf(parameters);
    const promql::NodePtr node = queryParameter(parameters);
    if (node->type == ValueType::Range)
        refuse("query",
            "invalid expression type \"range vector\" for range query, must be Scalar or instant "
            "Vector");
    const auto result = promql::evaluateRange(*node, history, start, end, *step, limits);
    if (!result)
        return failed(result.error());
    return success(resultJson("matrix", listJson(*result, seriesJson)));
}

/// The label sets that any `match[]` accepts; all of them without one, if that is allowed.
std::vector<Labels> matched(const History &history, const Parameters &parameters, bool required)
{
    const std::int64_t start = timeParameter(parameters, "start", -always);
    const std::int64_t end = timeParameter(parameters, "end", always);
    if (end < start)
        refuse("end", "end timestamp must not be before start time");
    std::vector<std::vector<promql::Matcher>> selectors;
    for (const auto &[name, value] : parameters) {
        if (name != "match[]")
            continue;
        auto selector = promql::parseSelector(value);
        if (!selector)
            refuse("match[]", selector.error().text);
        selectors.push_back(std::move(*selector));
    }
    if (selectors.empty() && required)
        refuse("no match[] parameter provided");
    if (selectors.empty())
        selectors.emplace_back();
    std::set<Labels> found;
    for (const auto &selector : selectors)
        for (Labels &labels : history.labelsOf(selector, start, end))
            found.insert(std::move(labels));
    return { found.begin(), found.end() };
}

ApiAnswer labelNames(const History &history, const Parameters &parameters)
{
    std::set<std::string> names;
    for (const Labels &labels : matched(history, parameters, false))
        for (const auto &[name, value] : labels)
            names.insert(name);
    return success(listJson(names, jsonText));
}

ApiAnswer labelValues(
    const History &history, const Parameters &parameters, const std::string &label)
{
    const bool good = !label.empty() && !(label.front() >= '0' && label.front() <= '9')
        && std::all_of(label.begin(), label.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                   || c == '_';
           });
    if (!good)
        refuse("invalid label name: " + jsonText(label));
    std::set<std::string> values;
    for (const Labels &labels : matched(history, parameters, false))
        if (const std::string_view value = labelValue(labels, label); !value.empty())
            values.emplace(value);
    return success(listJson(values, jsonText));
}

ApiAnswer targets(const TargetState &target)
{
    const std::string labels =
        labelsJson({ { "instance", target.instance }, { "job", target.job } });
    const std::string url = jsonText("http://" + target.instance + "/metrics");
    const std::string seconds = valueText(static_cast<double>(target.intervalMs) / 1000) + "s";
    std::string text = R"({"activeTargets":[{"discoveredLabels":)"
        + labelsJson({ { "__address__", target.instance }, { "__metrics_path__", "/metrics" },
            { "__scheme__", "http" }, { "job", target.job } })
        + ",\"labels\":" + labels + ",\"scrapePool\":" + jsonText(target.job)
        + ",\"scrapeUrl\":" + url + ",\"globalUrl\":" + url + R"(,"lastError":"","lastScrape":)"
        + jsonText(isoText(target.lastMs))
        + ",\"lastScrapeDuration\":" + valueText(target.lastSeconds) + R"(,"health":")"
        + (target.lastMs ? "up" : "unknown") + R"(","scrapeInterval":)" + jsonText(seconds)
        + ",\"scrapeTimeout\":" + jsonText(seconds) + R"(}],"droppedTargets":[]})";
    return success(text);
}

ApiAnswer routed(const History &history, const TargetState &target, std::string_view path,
    const Parameters &parameters, std::int64_t nowMs)
{
    constexpr std::string_view before = "label/";
    constexpr std::string_view after = "/values";
    if (path == "query")
        return query(history, parameters, nowMs);
    if (path == "query_range")
        return queryRange(history, parameters);
    if (path == "labels")
        return labelNames(history, parameters);
    if (path == "targets")
        return targets(target);
    if (path == "series")
        return success(listJson(matched(history, parameters, true), labelsJson));
    if (path.starts_with(before) && path.ends_with(after)
        && path.size() >= before.size() + after.size())
        return labelValues(history, parameters,
            std::string(path.substr(before.size(), path.size() - before.size() - after.size())));
    refuse("the path " + std::string(path)
        + " is not supported; this gateway has query, query_range, series, labels, "
          "label/<name>/values, targets");
}

} // namespace

ApiAnswer apiError(int status, std::string_view type, std::string_view text)
{
    return { status,
        "{\"status\":\"error\",\"errorType\":" + jsonText(type) + ",\"error\":" + jsonText(text)
            + "}" };
}

ApiAnswer answerApi(const History &history, const TargetState &target, std::string_view path,
    const Parameters &parameters, std::int64_t nowMs)
{
    try {
        return routed(history, target, path, parameters, nowMs);
    } catch (Refusal &refusal) {
        return std::move(refusal.answer);
    }
}

} // namespace signalbox::gateway::metrics
