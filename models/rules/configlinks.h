// SPDX-License-Identifier: GPL-3.0-only
// How config entries hang together (TG §3.5): what a delete would leave dangling, and what a change
// of one entry asks of another.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::rules {

/// One entry of a workspace.
struct ConfigEntryView {
    std::string type;
    std::string key;
    std::string_view value; ///< into the store's row
};

struct ConfigDependent {
    std::string type; ///< tool, flow-blueprint, flow
    std::string key;
    std::string as; ///< how it uses the entry, e.g. "parameter model", "template"
    bool operator==(const ConfigDependent &) const = default;
};

/// Entries that use `type`/`key`, as far as values tell: tools by what they name, blueprints by the
/// types of their parameters, flows by their blueprint (and by those of its parameters).
std::vector<ConfigDependent> dependents(
    const std::vector<ConfigEntryView> &entries, std::string_view type, std::string_view key);

/// Types whose entries the flow service writes; a person's edit there does not start or stop
/// anything.
bool ownedByFlows(std::string_view type);

struct ConfigEdit {
    std::string type;
    std::string key;
    std::optional<std::string> value; ///< absent: deleted
};
/// The `template-index` that goes with these edits of prompts: only templates that it lists are
/// loaded. Nothing when there is none, when it is edited itself, or when it need not change.
std::optional<std::string> followingPromptIndex(
    std::string_view index, const std::vector<ConfigEdit> &edits);

struct ConfigIssue {
    std::string path; ///< within the value; "" = as a whole
    std::string message;
    bool operator==(const ConfigIssue &) const = default;
};
/// Whether issuesOf() a value of `type` looks at entries of the type `other`.
bool concerns(std::string_view type, std::string_view other);
/// What would keep the back end from using the value: one faulty tool aborts the reload of all, one
/// faulty prompt that of all prompts.
std::vector<ConfigIssue> issuesOf(const std::vector<ConfigEntryView> &entries,
    std::string_view type, std::string_view key, std::string_view value);

} // namespace signalbox::rules
