// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/resource.h"

#include "models/rules/lease.h"
#include "models/schema/hex.h"

#include <algorithm>
#include <array>

namespace signalbox::rules {
namespace {

constexpr std::array resourceMethods { std::string_view("GET"), std::string_view("POST"),
    std::string_view("PUT"), std::string_view("DELETE") };
constexpr std::size_t longestTarget = 8192; ///< bytes

bool unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
        || c == '.' || c == '_' || c == '~';
}

/// What RFC 3986 lets stand in a segment; a '%' must begin an escape.
bool fitsSegment(std::string_view segment)
{
    constexpr std::string_view others = "!$&'()*+,;=:@%";
    return !segment.empty() && percentDecoded(segment)
        && std::all_of(segment.begin(), segment.end(),
            [&](char c) { return unreserved(c) || others.find(c) != others.npos; });
}

bool climbs(std::string_view segment)
{
    const auto plain = percentDecoded(segment);
    return !plain || *plain == "." || *plain == "..";
}

std::vector<std::string_view> segmentsOf(std::string_view path)
{
    std::vector<std::string_view> parts;
    while (path.starts_with('/')) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        parts.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return parts;
}

std::string_view portalScope(const std::vector<std::string_view> &at)
{
    if (at.front() == "chat")
        return leaseMessages;
    if (at.front() == "invitations")
        return leaseAccess;
    if (at.front() != "tenants")
        return {};
    if (at.size() < 3)
        return leaseAccess;
    if (at.back() == "test" && at.size() == 5)
        return leaseMessages;
    if (at[2] == "agents" || at[2] == "channels" || at[2] == "kb")
        return leaseConfig;
    return at[2] == "users" || at[2] == "invitations" ? leaseAccess : std::string_view();
}

} // namespace

std::vector<std::string_view> ResourceCall::segments() const
{
    return segmentsOf(path);
}

bool isResource(std::string_view service)
{
    return service == portalService || service == opsService;
}

std::string_view resourceBase(std::string_view service)
{
    if (service == portalService)
        return "/api/portal";
    return service == opsService ? std::string_view("/ops") : std::string_view();
}

std::optional<ResourceCall> resourceCall(std::string_view operation)
{
    const auto blank = operation.find(' ');
    if (blank == operation.npos || operation.size() > longestTarget)
        return std::nullopt;
    ResourceCall call;
    call.method = operation.substr(0, blank);
    std::string_view target = operation.substr(blank + 1);
    const auto question = std::min(target.find('?'), target.size());
    call.path = target.substr(0, question);
    call.query = target.substr(std::min(question + 1, target.size()));
    const auto segments = call.segments();
    if (std::find(resourceMethods.begin(), resourceMethods.end(), call.method)
            == resourceMethods.end()
        || segments.empty() || !call.path.starts_with('/'))
        return std::nullopt;
    for (const std::string_view segment : segments)
        if (!fitsSegment(segment) || climbs(segment))
            return std::nullopt;
    const bool fits = std::all_of(call.query.begin(), call.query.end(), [](char c) {
        constexpr std::string_view others = "!$&'()*+,;=:@%/?";
        return unreserved(c) || others.find(c) != others.npos;
    });
    return fits ? std::optional(call) : std::nullopt;
}

OperationClass resourceClass(std::string_view operation)
{
    const auto call = resourceCall(operation);
    if (!call)
        return OperationClass::Write;
    if (call->method == "GET")
        return OperationClass::Read;
    return call->method == "DELETE" ? OperationClass::Destroy : OperationClass::Write;
}

std::string_view resourceScope(std::string_view service, std::string_view operation)
{
    const auto call = resourceCall(operation);
    if (!call)
        return {};
    const auto segments = call->segments();
    if (service == portalService)
        return portalScope(segments);
    const bool known = segments.front() == "confirmations" || segments.front() == "escalations"
        || segments.front() == "conversations" || segments.front() == "threads";
    return service == opsService && known ? leaseMessages : std::string_view();
}

std::string_view resourceRole(std::string_view service, std::string_view operation)
{
    const auto call = resourceCall(operation);
    if (service != portalService || !call || call->method == "GET")
        return {};
    const auto at = call->segments();
    if (at.front() != "tenants" || (at.size() == 5 && at.back() == "test"))
        return {};
    return at.size() < 3 ? "platform_admin" : "customer_admin";
}

std::string resourceTenant(std::string_view service, std::string_view operation)
{
    const auto call = resourceCall(operation);
    if (!call)
        return {};
    const auto at = call->segments();
    if (at.size() < 2)
        return {};
    const bool names = service == portalService ? at[0] == "tenants" || at[0] == "usage"
                                                : service == opsService
            && (at[0] == "confirmations" || at[0] == "escalations" || at[0] == "threads");
    return names ? percentDecoded(at[1]).value_or("") : std::string();
}

std::string resourcePath(std::initializer_list<std::string_view> segments)
{
    std::string path;
    for (const std::string_view segment : segments)
        path += "/" + percentEncoded(segment);
    return path;
}

std::string percentEncoded(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (unreserved(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

std::optional<std::string> percentDecoded(std::string_view text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            out += text[at];
            continue;
        }
        const int high = at + 2 < text.size() ? schema::hexValue(text[at + 1]) : -1;
        const int low = at + 2 < text.size() ? schema::hexValue(text[at + 2]) : -1;
        if (high < 0 || low < 0)
            return std::nullopt;
        out += char(high * 16 + low);
        at += 2;
    }
    return out;
}

} // namespace signalbox::rules
