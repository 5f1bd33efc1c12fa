// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/keepers.h"

#include <algorithm>

namespace signalbox::rules {

namespace {

bool hasBrace(std::string_view text)
{
    return text.find_first_of("{}") != std::string_view::npos;
}

std::uint64_t hashOf(std::string_view prefix, std::string_view name)
{
    const std::uint64_t left = std::hash<std::string_view> {}(prefix);
    return std::hash<std::string_view> {}(name) ^ (left * 0x9e3779b97f4a7c15ULL);
}

bool sameEntries(const schema::Members<schema::ProcessorEntry> &left,
    const schema::Members<schema::ProcessorEntry> &right)
{
    return std::equal(
        left.begin(), left.end(), right.begin(), right.end(), [](const auto &a, const auto &b) {
            return a.first == b.first && a.second.topics == b.second.topics;
        });
}

} // namespace

BlueprintTemplates::BlueprintTemplates(const schema::Blueprint &blueprint)
    : m_blueprint(blueprint)
{
    const auto section = [this](const auto &entries, bool isFlow) {
        for (const auto &[key, entry] : entries) {
            const std::size_t colon = key.find(':');
            if (colon == std::string::npos)
                continue; // a fault of the expansion; it creates nothing
            // ids cannot hold a line break, so the first one parts processor and variant
            add(m_entries, key.substr(0, colon) + '\n' + key.substr(colon + 1), Produced);
            for (const auto &[name, topic] : entry.topics)
                add(m_topics, topic,
                    isFlow && topic.find('{') != std::string::npos ? Produced | OwnedByFlowSection
                                                                   : Produced);
        }
    };
    section(blueprint.blueprint, false);
    section(blueprint.flow, true);
}

bool BlueprintTemplates::matches(const schema::Blueprint &other) const
{
    return sameEntries(m_blueprint.flow, other.flow)
        && sameEntries(m_blueprint.blueprint, other.blueprint);
}

void BlueprintTemplates::add(std::vector<Template> &to, const std::string &text, std::uint8_t flags)
{
    const auto held = std::find_if(
        to.begin(), to.end(), [&](const Template &known) { return known.text == text; });
    if (held != to.end()) {
        held->flags |= flags;
        return;
    }
    Template &fresh = to.emplace_back();
    fresh.text = text;
    fresh.flags = flags;
    std::size_t at = 0;
    while (true) {
        const std::size_t open = text.find('{', at);
        const std::size_t close = open == std::string::npos ? open : text.find('}', open);
        if (close == std::string::npos)
            break;
        std::string name = text.substr(open + 1, close - open - 1);
        fresh.simple = fresh.simple && !hasBrace(name);
        auto known = std::find(m_names.begin(), m_names.end(), name);
        if (known == m_names.end())
            known = m_names.insert(m_names.end(), std::move(name));
        fresh.pieces.emplace_back(text.substr(at, open - at), int(known - m_names.begin()));
        at = close + 1;
    }
    fresh.pieces.emplace_back(text.substr(at), -1);
}

BlueprintTemplates::Filling BlueprintTemplates::filling(const Bindings &bindings) const
{
    Filling result;
    result.simple = !hasBrace(bindings.workspace) && !hasBrace(bindings.blueprint)
        && !hasBrace(bindings.id)
        && std::none_of(bindings.parameters.begin(), bindings.parameters.end(),
            [](const auto &member) { return hasBrace(member.first) || hasBrace(member.second); });
    result.values.reserve(m_names.size());
    for (const std::string &name : m_names) {
        if (name == "workspace")
            result.values.push_back(bindings.workspace);
        else if (name == "blueprint")
            result.values.push_back(bindings.blueprint);
        else if (name == "id")
            result.values.push_back(bindings.id);
        else if (const std::string *value = schema::find(bindings.parameters, name))
            result.values.push_back(*value);
        else
            result.values.push_back('{' + name + '}');
    }
    return result;
}

void BlueprintTemplates::fillOne(
    const Template &from, const Filling &filling, const Bindings &bindings, std::string &out)
{
    if (!from.simple || !filling.simple) {
        out = substitute(from.text, bindings);
        return;
    }
    out.clear();
    for (const auto &[text, name] : from.pieces) {
        out += text;
        if (name >= 0)
            out += filling.values[std::size_t(name)];
    }
}

std::size_t KeeperTable::slotFor(
    std::uint64_t hash, std::string_view prefix, std::string_view name) const
{
    const std::size_t mask = m_slots.size() - 1;
    const std::size_t length = prefix.size() + name.size();
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
        const Slot &slot = m_slots[at];
        if (!slot.head)
            return at;
        if (slot.hash != hash || slot.length != length)
            continue;
        const std::string_view held(m_names.data() + slot.offset, slot.length);
        if (held.substr(0, prefix.size()) == prefix && held.substr(prefix.size()) == name)
            return at;
    }
}

void KeeperTable::add(
    std::string_view prefix, std::string_view name, std::uint32_t flow, std::uint8_t flags)
{
    const std::uint64_t hash = hashOf(prefix, name);
    Slot *slot = &m_slots[slotFor(hash, prefix, name)];
    if (slot->head) {
        Keeper &last = m_keepers[slot->head - 1];
        if (last.flow == flow) {
            last.flags |= flags;
            return;
        }
    } else {
        *slot = { hash, m_names.size(), std::uint32_t(prefix.size() + name.size()), 0 };
        m_names.append(prefix).append(name);
        ++m_used;
    }
    m_keepers.push_back({ flow, flags, slot->head });
    slot->head = std::uint32_t(m_keepers.size());
    if (m_used * 2 > m_slots.size())
        grow();
}

std::vector<KeeperTable::Keeper> KeeperTable::of(
    std::string_view prefix, std::string_view name) const
{
    std::vector<Keeper> result;
    std::uint32_t at = m_slots[slotFor(hashOf(prefix, name), prefix, name)].head;
    for (; at; at = m_keepers[at - 1].next)
        result.push_back(m_keepers[at - 1]);
    return result;
}

void KeeperTable::grow()
{
    std::vector<Slot> old(m_slots.size() * 4);
    old.swap(m_slots);
    const std::size_t mask = m_slots.size() - 1;
    for (const Slot &slot : old) {
        if (!slot.head)
            continue;
        std::size_t at = slot.hash & mask;
        while (m_slots[at].head)
            at = (at + 1) & mask;
        m_slots[at] = slot;
    }
}

} // namespace signalbox::rules
