// SPDX-License-Identifier: GPL-3.0-only
// What the closure of a stop is computed from: made for 3 000 flows in one pass, internal to
// models/rules.
#pragma once

#include "models/rules/expand.h"

#include <cstdint>

namespace signalbox::rules {

/// The topic and entry templates of one blueprint without repetitions, cut at their placeholders.
class BlueprintTemplates {
public:
    enum Flag : std::uint8_t {
        Produced = 1, ///< by either section, literal or not
        OwnedByFlowSection = 2, ///< what the real flow service closes over (TG §4.5)
    };
    struct Template {
        std::string text;
        std::uint8_t flags = 0;
        bool simple = true; ///< no brace within braces: one pass replaces all
        std::vector<std::pair<std::string, int>>
            pieces; ///< text, then the placeholder (-1: none) after it
    };

    explicit BlueprintTemplates(const schema::Blueprint &blueprint);
    [[nodiscard]] const schema::Blueprint &blueprint() const { return m_blueprint; }
    /// Whether both blueprints produce the same; looks at the two sections only.
    [[nodiscard]] bool matches(const schema::Blueprint &other) const;

    /// Calls `topic(text, flags)` and `entry(processor + '\n' + variant)` for each, with the
    /// placeholders filled.
    template <class Topic, class Entry>
    void fill(const Bindings &bindings, Topic &&topic, Entry &&entry) const;

private:
    struct Filling {
        std::vector<std::string> values; ///< of m_names
        bool simple = true; ///< no value or parameter name holds a brace
    };
    void add(std::vector<Template> &to, const std::string &text, std::uint8_t flags);
    [[nodiscard]] Filling filling(const Bindings &bindings) const;
    static void fillOne(
        const Template &from, const Filling &filling, const Bindings &bindings, std::string &out);

    schema::Blueprint m_blueprint;
    std::vector<std::string> m_names; ///< of all placeholders
    std::vector<Template> m_topics;
    std::vector<Template> m_entries;
};

template <class Topic, class Entry>
void BlueprintTemplates::fill(const Bindings &bindings, Topic &&topic, Entry &&entry) const
{
    const Filling filled = filling(bindings);
    std::string text;
    for (const Template &from : m_topics) {
        fillOne(from, filled, bindings, text);
        topic(std::string_view(text), from.flags);
    }
    for (const Template &from : m_entries) {
        fillOne(from, filled, bindings, text);
        entry(std::string_view(text));
    }
}

/// Name → flows that produce it, each once, with the flags of all its templates. An arena and open
/// addressing: hundreds of thousands of short names would otherwise cost an allocation each.
class KeeperTable {
public:
    struct Keeper {
        std::uint32_t flow = 0;
        std::uint8_t flags = 0;
        std::uint32_t next = 0; ///< index + 1; 0 ends
    };

    /// Flows must come one after the other.
    void add(
        std::string_view prefix, std::string_view name, std::uint32_t flow, std::uint8_t flags);
    [[nodiscard]] std::vector<Keeper> of(std::string_view prefix, std::string_view name) const;

private:
    struct Slot {
        std::uint64_t hash = 0;
        std::size_t offset = 0;
        std::uint32_t length = 0;
        std::uint32_t head = 0; ///< into m_keepers, index + 1; 0: the slot is free
    };
    [[nodiscard]] std::size_t slotFor(
        std::uint64_t hash, std::string_view prefix, std::string_view name) const;
    void grow();

    std::string m_names;
    std::vector<Slot> m_slots = std::vector<Slot>(1024);
    std::size_t m_used = 0;
    std::vector<Keeper> m_keepers;
};

} // namespace signalbox::rules
