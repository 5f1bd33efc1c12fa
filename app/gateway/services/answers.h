// SPDX-License-Identifier: GPL-3.0-only
// Small pieces of JSON that the services share. Internal to this folder.
#pragma once

#include "app/gateway/services/lineaccess.h"
#include "app/gateway/wallclock.h"

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::gateway {

using schema::Json;

/// {"error":{"type","message"}}
std::string errorAnswer(const ServiceFault &fault);
/// Invalid UTF-8 replaced, never throws.
std::string dump(const Json &value);
/// A string member, nullopt when absent, null or of another type.
std::optional<std::string> text(const Json &object, const char *name);
std::optional<std::int64_t> integer(const Json &object, const char *name);

/// What a Python back end calls the type of a value, for error texts that clients know (TG §3.1).
std::string pythonType(const Json &value);
/// str(value) of a Python back end: True, None, 3, text itself (TG §4.3).
std::string pythonText(const Json &value);
/// The text of a Python JSON parser for what is wrong with `text`, e.g.
/// "Expecting value: line 1 column 1 (char 0)"; "" when it is JSON (TG §4.2: clients see Python's
/// own texts).
std::string pythonJsonError(std::string_view text);

/// 2026-08-05T16:00:00.123456+00:00; without the fraction when `micros` is false.
std::string isoTime(std::int64_t unixMicros, bool micros = true);
/// Microseconds since 1970; a time without zone is UTC. nullopt when it is no ISO 8601 time.
std::optional<std::int64_t> parseIsoTime(std::string_view text);

} // namespace signalbox::gateway
