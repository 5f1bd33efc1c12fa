// SPDX-License-Identifier: GPL-3.0-only
// What is wrong with the text of a blueprint, and where. Contract TG §4.1 and §4.3,
// signalbox-gateway §1. Pure, any thread.
#pragma once

#include "models/rules/expand.h"
#include "models/schema/jsontree.h"

#include <set>

namespace signalbox::rules {

struct BlueprintIssue {
    enum class Severity {
        Note, ///< worth knowing, nothing breaks
        Caution, ///< a flow starts, but something in it hardly does what was meant
        Fault ///< no flow can be started from it, or a part of it can never work
    };
    enum class Kind {
        NotJson, ///< `subject`: the parser's words
        WrongKind, ///< `subject`: "text", "object", "list", "number" or "boolean" is wanted
        SectionMissing, ///< `subject`: the section
        TwiceNamed, ///< only the last of equal names counts
        NoVariant, ///< the key of an entry has no `:`
        NoProcessor, ///< the key begins with `:`
        EntryWithoutTopics, ///< the form of old versions: it comes into being empty
        NarrowerTopic, ///< shared entry with a topic of one flow: the last start wins
        EmptyTopic,
        UnknownAddress, ///< not class:space:name
        NoDirection, ///< a blank topic name
        UnknownPlaceholder, ///< `subject`: its name; stays verbatim
        UnusedParameter,
        ReservedParameter, ///< named as a placeholder that is always replaced first
        NoParameterType,
        UnknownParameterType, ///< `subject`: the type
        UnknownController, ///< `subject`: the parameter that is not there
        ControlCircle,
        NobodyProduces, ///< `subject`: the topic
        NobodyConsumes, ///< `subject`: the topic
        NobodyAnswers, ///< `subject`: the topic of the answers
        InterfaceWithoutTopic,
        HalfInterface, ///< `subject`: request or response, which is missing
        OldInterface, ///< a plain text instead of an object
        InterfaceLeadsNowhere, ///< `subject`: the topic
        NothingToRun ///< neither section has an entry
    };
    Kind kind = Kind::NotJson;
    Severity severity = Severity::Fault;
    schema::JsonPath path; ///< of the value; empty = the whole
    std::size_t begin = 0; ///< bytes of the text to mark
    std::size_t end = 0;
    std::string subject;
    bool operator==(const BlueprintIssue &) const = default;
};

/// Types that the parameters may name; nothing = not known, nothing is said about them.
using KnownTypes = std::optional<std::set<std::string, std::less<>>>;

/// In the order of the text. Without a Fault the text decodes, expands without faults and a start
/// can be planned. Topics are only judged where both sides must be in the blueprint: those of one
/// flow or of one blueprint; interfaces count for both sides.
std::vector<BlueprintIssue> checkBlueprint(const std::string &text, const KnownTypes &types);

/// Entries of both sections that `after` does not make any more: `<section>.<key>`, in order.
std::vector<std::string> entriesGone(
    const schema::Blueprint &before, const schema::Blueprint &after);

} // namespace signalbox::rules
