// SPDX-License-Identifier: GPL-3.0-only
// Blueprint expansion, contract TG §4.1 and §4.3, signalbox-gateway §1.
#pragma once

#include "models/schema/blueprint.h"

#include <functional>
#include <memory>

namespace signalbox::rules {

/// Values for the placeholders. Replacement order: {workspace} {blueprint} {id}, then each
/// parameter in its order.
struct Bindings {
    std::string workspace;
    std::string blueprint;
    std::string id;
    schema::Members<std::string> parameters;
};

/// Plain text replacement; unknown placeholders stay verbatim.
std::string substitute(std::string_view text, const Bindings &bindings);

enum class Scope { Flow, Blueprint, Workspace, Global, System, Subscriber, Orphan, Unknown };
std::string_view name(Scope scope);
std::optional<Scope> parseScope(std::string_view text);

/// Scope of a template by its narrowest placeholder: {id} → Flow, {blueprint} → Blueprint,
/// {workspace} → Workspace, any other placeholder → Workspace (it is owned, and only the closure
/// may delete it), none → Global (a literal).
Scope templateScope(std::string_view text);
/// Owned by the flow service = has a placeholder.
bool ownedTemplate(std::string_view text);
/// Ensured by a system service for itself, never deleted by a stop:
/// request|response:tg:{config,flow,librarian,knowledge,collection,iam,fabric}[:<workspace>],
/// notify:tg:*.
bool systemOwnedTopic(std::string_view topic);

struct ExpandedTopic {
    std::string topic;
    std::string from; ///< template
    Scope scope = Scope::Global; ///< System when a system service owns it
    bool operator==(const ExpandedTopic &) const = default;
};

struct ExpandedEntry {
    std::string processor; ///< config type is `processor:<processor>`
    std::string variant;
    Scope scope = Scope::Flow; ///< of the variant template
    std::string section; ///< blueprint or flow
    schema::ProcessorEntry entry; ///< topics and parameters substituted
    bool operator==(const ExpandedEntry &) const = default;
};

struct Expansion {
    std::vector<ExpandedEntry> entries; ///< `blueprint` section first, then `flow` (TG §4.4)
    std::vector<ExpandedTopic> topics; ///< of both sections, first occurrence order, no duplicates
    schema::Members<schema::Interface> interfaces;
    std::vector<std::string> faults; ///< keys without ':', empty topics, …: each with its place
    bool operator==(const Expansion &) const = default;
};

Expansion expand(const schema::Blueprint &blueprint, const Bindings &bindings);

/// Subscription queues that the consumers of an entry will have:
/// one per consumed `flow`/`request` topic, named
/// `<topic>.<processor>--<workspace>--<variant>--<spec>`.
struct ExpectedQueue {
    std::string queue;
    std::string topic;
    std::string processor;
    std::string variant;
    std::string spec;
    Scope scope = Scope::Flow;
    bool operator==(const ExpectedQueue &) const = default;
};
std::vector<ExpectedQueue> expectedQueues(const Expansion &expansion, std::string_view workspace);

using TypeLookup = std::function<std::optional<schema::ParameterType>(const std::string &type)>;

struct Resolution {
    schema::Members<std::string> values; ///< blueprint order, then the caller's own extra ones
    std::vector<std::string> missing; ///< required without value and default
    std::vector<std::string> unresolved; ///< stay verbatim as {name}
    bool operator==(const Resolution &) const = default;
};
/// `mended` (ours, trap 14): a type default applies only where no resolved parameter controls.
/// false: as the real one (TG §4.3).
Resolution resolveParameters(const schema::Blueprint &blueprint,
    const schema::Members<std::string> &given, const TypeLookup &types, bool mended);

/// Problems of one value against its type: "" when fine. Used by forms; no back end checks it (TG
/// §4.3).
std::string checkParameter(const schema::ParameterType &type, std::string_view value);

} // namespace signalbox::rules
