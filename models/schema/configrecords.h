// SPDX-License-Identifier: GPL-3.0-only
// What the console keeps about config entries in its profile, and the file in which a workspace's
// configuration travels.
#pragma once

#include "models/schema/codec.h"

#include <cstdint>

namespace signalbox::schema {

/// An edit that has not been applied. Without `text` the entry is to be deleted; without `base` it
/// was not there when the edit began.
struct ConfigDraft {
    std::string workspace;
    std::string type;
    std::string key;
    std::optional<std::string> base;
    std::optional<std::string> text;
    std::int64_t savedMs = 0; ///< Unix time
    bool operator==(const ConfigDraft &) const = default;
};

/// One value that an entry had.
struct ConfigVersion {
    std::string connection;
    std::string workspace;
    std::string type;
    std::string key;
    std::int64_t atMs = 0; ///< Unix time at which this console saw or wrote it
    std::string origin; ///< seen, wrote
    std::string who; ///< wrote: the user
    std::optional<std::string> value; ///< absent: the entry was deleted
    bool operator==(const ConfigVersion &) const = default;
};

/// The file of `tg-export-workspace-config` (TG §3.5): values are strings, as in the config
/// service.
struct ConfigFile {
    std::string sourceWorkspace;
    std::int64_t sourceVersion = 0;
    Members<Members<std::string>> config; ///< type → key → value
    bool operator==(const ConfigFile &) const = default;
};

/// As the command line tool writes it: indented by two, ASCII only.
std::string configFileText(const ConfigFile &file);
/// Reads that file, and as the tool does a bare `{type: {key: value}}`. A value that is no string
/// is taken as its JSON text.
Decoded<ConfigFile> readConfigFile(std::string_view text);
/// Is this one of the types that the tool itself imports? It ignores all others.
bool travelsWithTool(std::string_view type);

} // namespace signalbox::schema
