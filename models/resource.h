// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/rules/resource.h"

#include <initializer_list>

namespace signalbox {

/// A request of the REST shape (rules/resource.h), e.g. resourceRequest(rules::portalService,
/// "PUT", rules::resourcePath({ "tenants", id }), body).
/// `workspace` is the one the tenant names: a lease for one workspace covers its tenants only.
inline Request resourceRequest(std::string_view service, std::string_view method,
    const std::string &pathAndQuery, std::string body = {}, std::string workspace = {})
{
    Request request;
    request.service = service;
    request.operation = std::string(method) + " " + pathAndQuery;
    request.workspace = std::move(workspace);
    request.body = std::move(body);
    return request;
}

/// "?a=1&b=x%20y"; a value that is empty is left out. "" when all are.
inline std::string resourceQuery(
    std::initializer_list<std::pair<std::string_view, std::string_view>> values)
{
    std::string query;
    for (const auto &[name, value] : values)
        if (!value.empty())
            query += (query.empty() ? "?" : "&") + std::string(name) + "="
                + rules::percentEncoded(value);
    return query;
}

} // namespace signalbox
