// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

namespace signalbox::schema {

namespace {

/// Counts depth and builds nothing.
class Checker {
public:
    bool null() { return true; }
    bool boolean(bool) { return true; }
    bool number_integer(std::int64_t) { return true; }
    bool number_unsigned(std::uint64_t) { return true; }
    bool number_float(double, const std::string &) { return true; }
    bool string(std::string &) { return true; }
    bool binary(Json::binary_t &) { return false; }
    bool start_object(std::size_t) { return ++m_depth <= maxDepth; }
    bool key(std::string &) { return true; }
    bool end_object() { return m_depth-- > 0; }
    bool start_array(std::size_t) { return ++m_depth <= maxDepth; }
    bool end_array() { return m_depth-- > 0; }
    bool parse_error(std::size_t, const std::string &, const nlohmann::detail::exception &)
    {
        return false;
    }

private:
    std::size_t m_depth = 0;
};

/// Builds the tree. The library's own builder searches an object for each new member, which is
/// quadratic.
class TreeBuilder {
public:
    bool null() { return add(nullptr); }
    bool boolean(bool value) { return add(value); }
    bool number_integer(std::int64_t value) { return add(value); }
    bool number_unsigned(std::uint64_t value) { return add(value); }
    bool number_float(double value, const std::string &) { return add(value); }
    bool string(std::string &value) { return add(std::move(value)); }
    bool binary(Json::binary_t &) { return false; }
    bool start_object(std::size_t) { return open(Json::object()); }
    bool start_array(std::size_t) { return open(Json::array()); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string &name)
    {
        Level &level = m_levels.back();
        auto &object = level.container->get_ref<Json::object_t &>();
        if (Json *held = find(level, object, name)) {
            m_slot = held;
            return true;
        }
        if (level.index)
            level.index->emplace(name, object.size());
        if (object.empty())
            object.reserve(usual); // it copies its members when it grows
        object.emplace_back(std::move(name), Json());
        m_slot = &object.back().second;
        return true;
    }
    bool parse_error(std::size_t position, const std::string &, const nlohmann::detail::exception &)
    {
        error.message = "not valid JSON at byte " + std::to_string(position);
        return false;
    }

    Json root;
    SchemaError error;

private:
    static constexpr std::size_t usual = 20; ///< members of a row of a list
    static constexpr std::size_t linear = 24; ///< up to here looking is cheaper than hashing
    struct Level {
        Json *container = nullptr;
        std::unique_ptr<std::unordered_map<std::string, std::size_t>> index;
    };

    static Json *find(Level &level, Json::object_t &object, const std::string &name)
    {
        if (object.size() < linear) {
            for (auto &[key, value] : object)
                if (key == name)
                    return &value;
            return nullptr;
        }
        if (!level.index) {
            level.index = std::make_unique<std::unordered_map<std::string, std::size_t>>();
            for (std::size_t i = 0; i < object.size(); ++i)
                level.index->emplace(object.data()[i].first, i);
        }
        const auto found = level.index->find(name);
        return found == level.index->end() ? nullptr : &object.data()[found->second].second;
    }

    template <class V> Json *place(V &&value)
    {
        if (m_levels.empty()) {
            root = std::forward<V>(value);
            return &root;
        }
        Json &container = *m_levels.back().container;
        if (container.is_array()) {
            auto &array = container.get_ref<Json::array_t &>();
            array.emplace_back(std::forward<V>(value));
            return &array.back();
        }
        *m_slot = std::forward<V>(value);
        return m_slot;
    }
    template <class V> bool add(V &&value)
    {
        place(std::forward<V>(value));
        return true;
    }
    bool open(Json container)
    {
        if (m_levels.size() >= maxDepth) {
            error.message = "nested deeper than " + std::to_string(maxDepth) + " levels";
            return false;
        }
        m_levels.push_back({ place(std::move(container)), nullptr });
        return true;
    }
    bool close()
    {
        m_levels.pop_back();
        return true;
    }

    std::vector<Level> m_levels;
    Json *m_slot = nullptr;
};

std::string_view kindOf(const Json &value)
{
    switch (value.type()) {
    case Json::value_t::null:
        return "null";
    case Json::value_t::object:
        return "object";
    case Json::value_t::array:
        return "array";
    case Json::value_t::string:
        return "string";
    case Json::value_t::boolean:
        return "boolean";
    default:
        return "number";
    }
}

} // namespace

std::string SchemaError::text() const
{
    return path.empty() ? message : path + ": " + message;
}

bool Rest::operator==(const Rest &other) const
{
    if (m_members == other.m_members)
        return true;
    if (!m_members || !other.m_members)
        return false;
    const auto &mine = m_members->get_ref<const Json::object_t &>();
    const auto &theirs = other.m_members->get_ref<const Json::object_t &>();
    return std::equal(mine.begin(), mine.end(), theirs.begin(), theirs.end(),
        [](const auto &a, const auto &b) { return a.first == b.first && a.second == b.second; });
}

bool Rest::lacks(std::string_view member) const
{
    std::size_t hint = 0;
    return m_members && !findMember(*m_members, member, hint);
}

Decoded<Json> parseTree(std::string_view text)
{
    TreeBuilder builder;
    if (!Json::sax_parse(text.begin(), text.end(), &builder)) {
        if (builder.error.message.empty())
            builder.error.message = "not valid JSON";
        return unexpected(std::move(builder.error));
    }
    return std::move(builder.root);
}

std::string dumpTree(const Json &tree, int indent)
{
    return tree.dump(indent, ' ', false, Json::error_handler_t::replace);
}

bool isJson(std::string_view text)
{
    Checker checker;
    return Json::sax_parse(text.begin(), text.end(), &checker);
}

std::string jsonString(std::string_view text)
{
    return dumpTree(Json(text));
}

std::string pretty(std::string_view text)
{
    const auto tree = parseTree(text);
    return tree ? dumpTree(*tree, 2) : std::string(text);
}

std::string Reader::path() const
{
    if (!m_up)
        return {};
    std::string text = m_up->path();
    if (m_up->m_value.is_array())
        return text + "[" + std::to_string(m_index) + "]";
    if (!text.empty())
        text += '.';
    return text += m_key;
}

void Reader::fail(std::string message) const
{
    if (!failed())
        m_error = { path(), std::move(message) };
}

void Reader::expected(std::string_view what) const
{
    fail("expected " + std::string(what) + ", found " + std::string(kindOf(m_value)));
}

void Reader::missing(std::string_view key) const
{
    if (failed())
        return;
    std::string where = path();
    if (!where.empty())
        where += '.';
    m_error = { where + std::string(key), "missing" };
}

bool Reader::isObject() const
{
    if (!m_value.is_object())
        expected("object");
    return m_value.is_object();
}

void read(const Reader &in, std::string &out)
{
    out.clear();
    if (const auto *text = in.value().get_ptr<const std::string *>())
        out = *text;
    else if (!in.value().is_null())
        in.expected("string");
}

void read(const Reader &in, bool &out)
{
    if (in.value().is_boolean())
        out = in.value().get<bool>();
    else if (!in.value().is_null())
        in.expected("boolean");
}

void read(const Reader &in, std::int64_t &out)
{
    const Json &value = in.value();
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        if (number > std::uint64_t(INT64_MAX))
            return in.fail("number out of range");
        out = std::int64_t(number);
    } else if (value.is_number_integer()) {
        out = value.get<std::int64_t>();
    } else if (value.is_number_float()) {
        const double number = value.get<double>();
        if (std::abs(number) > 9007199254740992.0 || number != std::floor(number))
            return in.fail("expected whole number");
        out = std::int64_t(number);
    } else if (!value.is_null()) {
        in.expected("number");
    }
}

void read(const Reader &in, double &out)
{
    if (in.value().is_number())
        out = in.value().get<double>();
    else if (!in.value().is_null())
        in.expected("number");
}

void read(const Reader &in, JsonText &out)
{
    out.text = dumpTree(in.value());
}

void readScalar(const Reader &in, std::string &out, bool pythonic)
{
    if (in.value().is_boolean())
        out =
            in.value().get<bool>() ? (pythonic ? "True" : "true") : (pythonic ? "False" : "false");
    else if (in.value().is_number())
        out = in.value().dump();
    else if (in.value().is_structured())
        in.expected("string, number or boolean");
    else
        read(in, out);
}

void readScalars(const Reader &in, Members<std::string> &out)
{
    out.clear();
    if (in.value().is_null() || !in.isObject())
        return;
    for (const auto &[key, item] : in.value().get_ref<const Json::object_t &>())
        readScalar(Reader(in, key, item), out.emplace_back(key, std::string()).second);
}

Json write(const std::string &value)
{
    return value;
}
Json write(bool value)
{
    return value;
}
Json write(std::int64_t value)
{
    return value;
}

Json write(double value)
{
    if (value == std::floor(value) && std::abs(value) <= 9007199254740992.0)
        return std::int64_t(value);
    return value;
}

Json write(const JsonText &value)
{
    auto tree = parseTree(value.text);
    return tree ? std::move(*tree) : Json(value.text);
}

void put(Json &object, const std::string &key, Json value, NameIndex &names)
{
    auto &held = object.get_ref<Json::object_t &>();
    // Looking is cheaper than hashing while there are few.
    if (held.size() < 24) {
        for (auto &[name, old] : held)
            if (name == key) {
                old = std::move(value);
                return;
            }
    } else {
        for (std::size_t i = names.size(); names.size() < held.size() && i < held.size(); ++i)
            names.emplace(held.data()[i].first, i);
        if (const auto found = names.find(key); found != names.end()) {
            held.data()[found->second].second = std::move(value);
            return;
        }
        names.emplace(key, held.size());
    }
    held.emplace_back(key, std::move(value));
}

std::shared_ptr<const Json> restOf(const Json &object, std::span<const KnownMember> known)
{
    Json rest = Json::object();
    auto &slots = rest.get_ref<Json::object_t &>();
    bool needed = false;
    std::size_t next = 0; // the member that encode would write next
    const auto skipUnwritten = [&] {
        while (next < known.size() && !known[next].written)
            ++next;
    };
    std::size_t hint = 0;
    for (const auto &[key, value] : object.get_ref<const Json::object_t &>()) {
        const auto named =
            std::find_if(known.begin(), known.end(), [&, &key = key](const KnownMember &member) {
                return member.key == key
                    || (!member.alias.empty() && member.alias == key
                        && !findMember(object, member.key, hint));
            });
        if (named == known.end()) {
            needed = true;
            slots.emplace_back(key, value);
            continue;
        }
        skipUnwritten();
        const bool inPlace = next < known.size() && named->key == known[next].key;
        if (inPlace)
            ++next;
        needed = needed || !inPlace || named->original || (value.is_null() && !named->fresh);
        slots.emplace_back(
            std::string(named->key), named->original || value.is_null() ? value : Json::array());
    }
    skipUnwritten();
    if (!needed && next == known.size())
        return nullptr;
    return std::make_shared<const Json>(std::move(rest));
}

Json assemble(const std::vector<MemberValue> &known, const Json &rest)
{
    Json object = Json::object();
    auto &out = object.get_ref<Json::object_t &>();
    std::vector<bool> done(known.size());
    for (const auto &[key, slot] : rest.get_ref<const Json::object_t &>()) {
        std::size_t at = 0;
        while (at < known.size() && known[at].key != key)
            ++at;
        if (at == known.size()) {
#ifdef SIGNALBOX_PLANT_ROUNDTRIP
            if (key.size() > 8) // for the fuzz tests only: an unknown member gets lost
                continue;
#endif
            out.emplace_back(key, slot);
            continue;
        }
        const MemberValue &member = known[at];
        done[at] = true;
        if (member.same && member.same(slot))
            out.emplace_back(key, slot);
        else if (slot.is_null() && !member.fresh)
            out.emplace_back(key, nullptr);
        else if (member.present)
            out.emplace_back(key, member.value);
    }
    for (std::size_t at = 0; at < known.size(); ++at)
        if (!done[at] && known[at].fresh)
            out.emplace_back(std::string(known[at].key), known[at].value);
    return object;
}

} // namespace signalbox::schema
