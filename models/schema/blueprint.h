// SPDX-License-Identifier: GPL-3.0-only
// Blueprints, processor entries and parameter types, contract TG §4.1 and §3.5.
#pragma once

#include "models/schema/flow.h"

namespace signalbox::schema {

/// `processor:<id>` / variant. Also the template of one in a blueprint. Every topic and parameter
/// is a string.
struct ProcessorEntry {
    Members<std::string> topics; ///< topic name in the entry → topic address
    Members<std::string> parameters;
    Rest rest;
    bool operator==(const ProcessorEntry &) const = default;
};

struct BlueprintParameter {
    std::string type; ///< key of a `parameter-type`
    std::string description;
    std::optional<std::int64_t> order;
    bool advanced = false;
    std::optional<std::string> controlledBy;
    Rest rest;
    bool operator==(const BlueprintParameter &) const = default;
};

struct Blueprint {
    std::string description;
    std::vector<std::string> tags;
    Members<BlueprintParameter> parameters;
    Members<ProcessorEntry> blueprint; ///< `<processor id>:<variant template>` → entry
    Members<ProcessorEntry> flow;
    Members<Interface> interfaces;
    Rest rest;
    bool operator==(const Blueprint &) const = default;
};

struct EnumChoice {
    std::string id;
    std::string description;
    bool operator==(const EnumChoice &) const = default;
};

/// `minimum`/`maximum` of the tech specs are read into min/max; written as `min`/`max`.
struct ParameterType {
    std::string type = "string"; ///< string integer float number boolean
    std::string description;
    std::optional<std::string>
        defaultValue; ///< as the text that a start would use (true/false for booleans)
    bool required = false;
    std::vector<EnumChoice> choices;
    std::optional<double> min;
    std::optional<double> max;
    std::optional<std::string> placeholder;
    std::optional<std::string> helper;
    std::optional<std::string> pattern;
    Rest rest;
    bool operator==(const ParameterType &) const = default;
};

} // namespace signalbox::schema
