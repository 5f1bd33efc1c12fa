// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace signalbox::contract {

/// One `rest/NNN-name.txt`.
struct Recording {
    std::string name;
    std::string use; ///< replay client narrative use
    std::string method;
    std::string target;
    std::string authorization; ///< header value, "" = none
    std::string body;
    int status = 0;
    std::string contentType;
    std::string allow;
    std::string answer;
};

/// In the order of the manifest; throws std::runtime_error when a file is missing or unreadable.
std::vector<Recording> readRecordings(const std::string &folder);
Recording readRecording(const std::string &folder, const std::string &name);

/// "" when `ours` has the member names and types of `recorded`, recursively, through JSON in
/// strings; otherwise the path and what differs. Texts and numbers may differ.
std::string shapeDifference(
    const nlohmann::json &recorded, const nlohmann::json &ours, const std::string &path = "$");

} // namespace signalbox::contract
