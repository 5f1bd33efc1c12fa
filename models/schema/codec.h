// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/expected.h"

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox::schema {

using Json = nlohmann::ordered_json;

/// Where a JSON text does not have the expected shape, e.g. path `interfaces.agent.request`,
/// message `expected string, found array`. The path is empty when the text is no JSON at all.
struct SchemaError {
    std::string path;
    std::string message;
    [[nodiscard]] std::string text() const; ///< "path: message"
    bool operator==(const SchemaError &) const = default;
};

template <class T> using Decoded = Expected<T, SchemaError>;

/// Text of one wire value → typed value. Never throws; tolerant in reading (absent, null, all eras
/// of a field), exact in what it keeps. Defined for every wire type declared in models/schema/*.h.
template <class T> Decoded<T> decode(std::string_view text);
/// Typed value → JSON text, strict, invalid UTF-8 replaced, unknown members written back in their
/// place.
template <class T> std::string encode(const T &value);

/// JSON object members in wire order.
template <class V> using Members = std::vector<std::pair<std::string, V>>;

template <class V> const V *find(const Members<V> &members, std::string_view name)
{
    for (const auto &[key, value] : members)
        if (key == name)
            return &value;
    return nullptr;
}

template <class V> void set(Members<V> &members, std::string_view name, V value)
{
    for (auto &[key, held] : members)
        if (key == name) {
            held = std::move(value);
            return;
        }
    members.emplace_back(std::string(name), std::move(value));
}

/// Members that a type does not know, and the order of all of them, kept so that decode → edit →
/// encode loses nothing. Empty (no allocation) when the type knew everything in its own order.
class Rest {
public:
    [[nodiscard]] bool empty() const { return !m_members; }
    /// The text that was read had no member of this name (e.g. a blueprint without `flow`, TG
    /// §4.1).
    [[nodiscard]] bool lacks(std::string_view member) const;
    bool operator==(const Rest &other) const;

    std::shared_ptr<const Json> m_members; ///< for the codec only
};

/// Any JSON value, kept verbatim as text: parameters, payloads, prompts.
struct JsonText {
    std::string text = "null";
    bool operator==(const JsonText &) const = default;
};

/// `text` indented for people, member order kept; the text itself when it is not JSON.
std::string pretty(std::string_view text);
/// `text` as a JSON string, quotes included; invalid UTF-8 replaced.
std::string jsonString(std::string_view text);
/// True when `text` is one complete JSON value.
bool isJson(std::string_view text);

} // namespace signalbox::schema
