// SPDX-License-Identifier: GPL-3.0-only
// The multiplexed socket, contract TG §1.6, and errors in all shapes, §1.4.
#pragma once

#include "models/schema/codec.h"

namespace signalbox::schema {

/// An error as any back end may send it. Shapes (TG §1.4, TP §5): a string, `{type,message}`,
/// `{code,message}`, plain text of the HTTP library.
struct ServiceError {
    enum class Shape { Text, Object, Plain };
    Shape shape = Shape::Object;
    std::string type; ///< "" for Text and Plain
    std::string message; ///< may be empty: a Python timeout prints as "" (trap 3)
    bool operator==(const ServiceError &) const = default;
    /// What to show: an empty message is said to be a time-out, a bare quoted word a missing field
    /// (trap 3).
    [[nodiscard]] std::string explained() const;
};

/// The `error` of an answer body, if it has one. `httpStatus` 0 on a socket. A non-JSON body
/// becomes Plain.
std::optional<ServiceError> errorOf(std::string_view body, int httpStatus = 0);

/// Where a list goes on that has more than this page; "" = nowhere. The rows are not decoded.
std::string cursorOf(std::string_view body);

struct SocketRequest {
    JsonText id; ///< any JSON value, echoed verbatim
    bool hasId = false;
    std::optional<std::string> workspace;
    std::optional<std::string> flow;
    std::optional<std::string> service;
    std::optional<JsonText> request;
    bool operator==(const SocketRequest &) const = default;
};

/// `{"type":"auth","token"}`, `{"type":"cancel","id"}` (ours) or a request.
struct ClientFrame {
    enum class Kind { Auth, Cancel, Request };
    Kind kind = Kind::Request;
    std::string token;
    SocketRequest request; ///< id also for Cancel
    bool operator==(const ClientFrame &) const = default;
};

struct ServerFrame {
    enum class Kind { AuthOk, AuthFailed, Response, Error };
    Kind kind = Kind::Response;
    std::string defaultWorkspace; ///< AuthOk; `workspace` in 2.4.5–2.6.1
    JsonText id;
    bool hasId = false;
    JsonText response; ///< Response: the payload's text
    ServiceError error; ///< Error and AuthFailed
    bool complete = true;
    bool operator==(const ServerFrame &) const = default;
};

/// The `id` of a frame that is JSON but has another shape than it should, so that whoever waits for
/// it can be told; nullopt when it is no JSON object or has none.
std::optional<JsonText> idOf(std::string_view frame);

/// The line that `signalbox-gateway --print-endpoint` says when it is ready.
struct Endpoint {
    std::string url;
    std::string apiKey; ///< wire `api_key`
    bool operator==(const Endpoint &) const = default;
};

/// `GET /api/v1/version` (ours; real ones answer 405).
struct VersionInfo {
    std::string product;
    std::string version;
    std::string api;
    std::vector<std::string> capabilities;
    Rest rest;
    bool operator==(const VersionInfo &) const = default;
};

} // namespace signalbox::schema
