// SPDX-License-Identifier: GPL-3.0-only
// Flow records and the flow service, contract TG §3.5 and §4.2.
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

/// `{"flow": topic}` or `{"request": topic, "response": topic}`. Up to 2.3.12 a plain string stood
/// for the former.
struct Interface {
    std::optional<std::string> flow;
    std::optional<std::string> request;
    std::optional<std::string> response;
    Rest rest;
    bool operator==(const Interface &) const = default;
};

/// Value of config `flow/<flow id>`. `status` exists only while stopping, `started` only on our own
/// gateway (ARCHITECTURE.md, annex).
struct FlowRecord {
    std::string description;
    std::string blueprintName;
    Members<Interface> interfaces;
    Members<std::string> parameters;
    std::optional<std::string> status;
    std::optional<std::int64_t> startedMs; ///< ours only: Unix time of the start, wire `started`
    Rest rest;
    [[nodiscard]] bool stopping() const { return status == "stopping"; }
    bool operator==(const FlowRecord &) const = default;
};

struct FlowRequest {
    std::string operation;
    std::optional<std::string> blueprintName;
    std::optional<std::string> blueprintDefinition; ///< JSON text
    std::optional<std::string> flowId;
    std::optional<std::string> description;
    Members<std::string> parameters; ///< numbers and booleans are read into strings
    bool operator==(const FlowRequest &) const = default;
};

/// All members are always present on the wire; null (nullopt) ones are omitted (TG §4.2).
struct FlowResponse {
    std::vector<std::string> blueprintNames;
    std::vector<std::string> flowIds;
    std::optional<std::string> blueprintDefinition = std::string();
    std::optional<std::string> flow = std::string();
    std::optional<std::string> description = std::string();
    Members<std::string> parameters;
    std::optional<bool> ready; ///< ours only (signalbox-gateway §9, trap 19)
    Members<std::int64_t>
        lost; ///< ours only: messages lost per queue at the last graceful stop (§1)
    bool operator==(const FlowResponse &) const = default;
};

} // namespace signalbox::schema
