// SPDX-License-Identifier: GPL-3.0-only
#include "tests/integration/metrics/comparison.h"

#include <cmath>
#include <cstdlib>
#include <map>

namespace signalbox::integration {

namespace {

constexpr double tolerance = 1e-9;

std::string encoded(const std::string &text)
{
    std::string result;
    char code[4];
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c))) {
            result += c;
        } else {
            std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned char>(c));
            result += code;
        }
    }
    return result;
}

bool same(const std::string &ours, const std::string &theirs)
{
    const double a = std::strtod(ours.c_str(), nullptr);
    const double b = std::strtod(theirs.c_str(), nullptr);
    if (std::isnan(a) || std::isnan(b))
        return std::isnan(a) && std::isnan(b);
    return a == b || std::abs(a - b) <= tolerance * std::max(std::abs(a), std::abs(b));
}

/// `[time,"value"]`
std::string pointDifference(const Json &ours, const Json &theirs)
{
    if (std::abs(ours.at(0).get<double>() - theirs.at(0).get<double>()) > 0.0005
        || !same(ours.at(1), theirs.at(1)))
        return ours.dump() + " instead of " + theirs.dump();
    return {};
}

std::map<std::string, Json> byMetric(const Json &result)
{
    std::map<std::string, Json> series;
    for (const Json &one : result)
        series[one.at("metric").dump()] =
            one.contains("value") ? Json { one["value"] } : one.at("values");
    return series;
}

} // namespace

std::string target(const std::string &path, const Parameters &parameters)
{
    std::string text = path;
    char mark = '?';
    for (const auto &[name, value] : parameters) {
        text += mark + encoded(name) + "=" + encoded(value);
        mark = '&';
    }
    return text;
}

std::string difference(const Json &ours, const Json &theirs)
{
    if (ours.value("status", "") != theirs.value("status", ""))
        return ours.dump() + " instead of " + theirs.dump();
    if (ours["status"] == "error")
        return ours.at("errorType") == theirs.at("errorType")
            ? ""
            : ours.dump() + " instead of " + theirs.dump();
    const Json &mine = ours.at("data");
    const Json &other = theirs.at("data");
    if (!mine.is_object() || !mine.contains("resultType"))
        return mine == other ? "" : mine.dump() + " instead of " + other.dump();
    if (mine["resultType"] != other["resultType"])
        return mine["resultType"].dump() + " instead of " + other["resultType"].dump();
    if (mine["resultType"] == "scalar")
        return pointDifference(mine["result"], other["result"]);
    const auto all = byMetric(mine["result"]);
    const auto wanted = byMetric(other["result"]);
    for (const auto &[metric, points] : wanted) {
        const auto found = all.find(metric);
        if (found == all.end())
            return "lacks " + metric;
        if (found->second.size() != points.size())
            return metric + " has " + found->second.dump() + " instead of " + points.dump();
        for (std::size_t i = 0; i < points.size(); ++i)
            if (std::string fault = pointDifference(found->second[i], points[i]); !fault.empty())
                return metric + " has " + fault;
    }
    for (const auto &[metric, points] : all)
        if (!wanted.contains(metric))
            return "has besides " + metric;
    return {};
}

} // namespace signalbox::integration
