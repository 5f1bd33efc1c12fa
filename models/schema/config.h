// SPDX-License-Identifier: GPL-3.0-only
// Config service, contract TG §3.
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

struct ConfigKey {
    std::string type;
    std::string key;
    bool operator==(const ConfigKey &) const = default;
};

/// One entry. `value` is JSON text in a string (TG §3); absent when the key does not exist (wire:
/// null). `workspace` is used only on the internal system queue; clients never send it.
struct ConfigValue {
    std::string type;
    std::string key;
    std::optional<std::string> value;
    std::string workspace;
    bool operator==(const ConfigValue &) const = default;
};

struct ConfigRequest {
    std::string operation; ///< get list getvalues config put delete (+ internal getvalues-all-ws
                           ///< getkeys-all-ws)
    std::string workspace; ///< internal system queue only
    std::optional<std::string> type;
    std::optional<std::vector<ConfigKey>> keys;
    std::optional<std::vector<ConfigValue>> values;
    bool operator==(const ConfigRequest &) const = default;
};

/// Always carries all four members on the wire; only the one of the operation means something.
struct ConfigResponse {
    std::int64_t version = 0;
    std::vector<ConfigValue> values;
    std::vector<std::string> directory;
    Members<Members<std::string>> config; ///< type → key → value
    bool operator==(const ConfigResponse &) const = default;
};

/// Message on `notify:tg:config` (TG §3.4): what changed, never the values.
struct ConfigNotice {
    std::int64_t version = 0;
    Members<std::vector<std::string>> changes; ///< type → workspaces
    std::vector<std::string> created; ///< workspace_changes
    std::vector<std::string> deleted;
    bool operator==(const ConfigNotice &) const = default;
};

} // namespace signalbox::schema
