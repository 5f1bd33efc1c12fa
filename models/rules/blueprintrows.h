// SPDX-License-Identifier: GPL-3.0-only
// A blueprint's text as the rows of a tree that people read: sections, entries, their topics.
// Contract TG §4.1. Pure, any thread.
#pragma once

#include "models/rules/expand.h"
#include "models/rules/topic.h"
#include "models/schema/jsontree.h"

namespace signalbox::rules {

struct BlueprintRow {
    enum class Kind {
        About, ///< description, tags
        Section, ///< parameters, blueprint, flow, interfaces
        Parameter,
        Entry,
        Topic,
        Setting, ///< parameter of an entry
        Interface,
        Door, ///< flow, request or response of an interface
        Other ///< a member that no version of the contract knows; kept as it is
    };
    Kind kind = Kind::Other;
    int depth = 0; ///< 0…2
    std::string name;
    std::string value; ///< text without quotes; JSON of what is no text
    schema::JsonPath path;
    std::size_t begin = 0; ///< bytes: where its name, or the value, begins
    int count = -1; ///< children of a section, entry or interface
    Scope scope = Scope::Unknown; ///< of an entry, topic or door
    TopicRole role = TopicRole::Unknown; ///< of a topic
    bool operator==(const BlueprintRow &) const = default;
};

/// In the order in which people read: what it is, parameters, entries of both sections, interfaces,
/// then what is unknown. Empty when the whole is no object.
std::vector<BlueprintRow> blueprintRows(const schema::JsonTree &tree);

/// What a list says of a blueprint.
struct BlueprintSummary {
    std::string description;
    int parameters = 0;
    int entries = 0; ///< of both sections
    int ofFlow = 0; ///< entries that each flow has for itself
    int ofBlueprint = 0; ///< entries that flows of the blueprint share
    int ofWorkspace = 0; ///< entries that a workspace or everybody shares
    int interfaces = 0;
    bool operator==(const BlueprintSummary &) const = default;
};
BlueprintSummary summaryOf(const schema::JsonTree &tree);

} // namespace signalbox::rules
