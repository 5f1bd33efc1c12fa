// SPDX-License-Identifier: GPL-3.0-only
// How wire types become JSON and back. Included by models/schema/*.cpp only.
//
// A type says its members once:
//     template <class V> void members(V &v, const Workspace *) { v("id", &Workspace::id, Always); …
//     }
// and reading, writing and the bookkeeping of unknown members follow from that.
#pragma once

#include "models/schema/codec.h"

#include <array>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <unordered_map>

namespace signalbox::schema {

/// Deeper text is refused: neither dump() nor our readers may run out of stack on it.
inline constexpr std::size_t maxDepth = 256;

/// Text → tree. Linear in its length, keeps member order, the last of equal names wins (as
/// everywhere on the wire).
Decoded<Json> parseTree(std::string_view text);
/// Invalid UTF-8 is replaced, never refused.
std::string dumpTree(const Json &tree, int indent = -1);

/// One JSON value on its way into a typed one, and where it stands. Lives on the stack of the read
/// functions.
class Reader {
public:
    Reader(const Json &value, SchemaError &error)
        : m_value(value)
        , m_error(error)
    {
    }
    Reader(const Reader &up, std::string_view key, const Json &value)
        : m_value(value)
        , m_error(up.m_error)
        , m_up(&up)
        , m_key(key)
    {
    }
    Reader(const Reader &up, std::size_t index, const Json &value)
        : m_value(value)
        , m_error(up.m_error)
        , m_up(&up)
        , m_index(index)
    {
    }

    [[nodiscard]] const Json &value() const { return m_value; }
    [[nodiscard]] bool failed() const { return !m_error.message.empty(); }
    [[nodiscard]] std::string path() const;
    void fail(std::string message) const; ///< the first fault stays
    void expected(std::string_view what) const; ///< `expected WHAT, found …`
    void missing(std::string_view key) const;
    [[nodiscard]] bool isObject() const; ///< false: has failed

private:
    const Json &m_value;
    SchemaError &m_error;
    const Reader *m_up = nullptr;
    std::string_view m_key;
    std::size_t m_index = 0;
};

// Values. null reads as the empty value of the type; the member itself remembers it (see Rest).
void read(const Reader &in, std::string &out);
void read(const Reader &in, bool &out);
void read(const Reader &in, std::int64_t &out);
void read(const Reader &in, double &out);
void read(const Reader &in, JsonText &out);
template <class V> void read(const Reader &in, std::optional<V> &out);
template <class V> void read(const Reader &in, std::vector<V> &out);
template <class V> void read(const Reader &in, Members<V> &out);

/// String, number or boolean as text; `pythonic`: True and False, as the flow service's str() makes
/// them (TG §4.3).
void readScalar(const Reader &in, std::string &out, bool pythonic = false);
void readScalars(const Reader &in, Members<std::string> &out);

Json write(const std::string &value);
Json write(bool value);
Json write(std::int64_t value);
Json write(double value); ///< whole numbers without ".0"
Json write(const JsonText &value); ///< text that is no JSON is written as a string
template <class V> Json write(const std::optional<V> &value);
template <class V> Json write(const std::vector<V> &value);
template <class V> Json write(const Members<V> &value);

enum Rule : unsigned {
    Sparse = 0, ///< written when it differs from a new value's
    Always = 1, ///< written although it is empty
    Required = 2, ///< reading fails without it
    Original = 4, ///< what was read is written back while it still means the same (numbers in
                  ///< string fields)
    AbsentIsNull = 8, ///< absent empties it, whatever a new value holds
};

template <class T> const T &blank()
{
    static const T value {};
    return value;
}

template <class T>
concept HasRest = requires(T &value)
{
    value.rest;
};

/// What restOf() needs to know of a member.
struct KnownMember {
    std::string_view key;
    std::string_view alias; ///< older name, read when `key` is absent
    bool written = false; ///< encode would write it without a Rest
    bool fresh = false; ///< differs from a new value's
    bool original = false; ///< what was read must be kept
};

/// What assemble() needs to know of a member.
struct MemberValue {
    std::string_view key;
    bool present = false; ///< false: an optional without value
    bool fresh = false;
    Json value;
    std::function<bool(const Json &kept)> same; ///< Original: does the kept value still mean this?
};

/// The template for `object`: placeholders for known members (null stays null), all others whole.
/// Null when encode would give the same members in the same order without it.
std::shared_ptr<const Json> restOf(const Json &object, std::span<const KnownMember> known);
Json assemble(const std::vector<MemberValue> &known, const Json &rest);

/// Sets a member. A typed list may hold a name twice; on the wire the last one counts, at the place
/// of the first. `names` belongs to the object, and all members of it must come through here.
using NameIndex = std::unordered_map<std::string, std::size_t>;
void put(Json &object, const std::string &key, Json value, NameIndex &names);

template <class F> bool hasValue(const F &)
{
    return true;
}
template <class V> bool hasValue(const std::optional<V> &field)
{
    return field.has_value();
}
/// Would a value without Rest write this member?
template <class F> bool isWritten(const F &field, const F &fresh, unsigned rule)
{
    return (rule & Always) || !(field == fresh);
}
template <class V>
bool isWritten(const std::optional<V> &field, const std::optional<V> &, unsigned rule)
{
    return (rule & Always) || field.has_value();
}

inline const Json *findMember(const Json &object, std::string_view key, std::size_t &hint)
{
    const auto &held = object.get_ref<const Json::object_t &>();
    const std::size_t count = held.size();
    for (std::size_t step = 0; step < count; ++step) {
        const std::size_t at = hint + step < count ? hint + step : hint + step - count;
        if (held.data()[at].first == key) {
            hint = at + 1 < count ? at + 1 : 0;
            return &held.data()[at].second;
        }
    }
    return nullptr;
}

template <class T> class MemberReader {
public:
    MemberReader(const Reader &in, T &out)
        : m_in(in)
        , m_out(out)
    {
    }

    template <class F>
    void operator()(
        std::string_view key, F T::*field, unsigned rule = Sparse, std::string_view alias = {})
    {
        custom(
            key, field, rule, [](const Reader &in, F &out) { read(in, out); }, nullptr, alias);
    }
    template <class F, class In, class Out>
    void custom(std::string_view key, F T::*field, unsigned rule, In &&readField, Out &&,
        std::string_view alias = {})
    {
        if (m_in.failed())
            return;
        const Json *value = findMember(m_in.value(), key, m_hint);
        if (!value && !alias.empty()) {
            value = findMember(m_in.value(), alias, m_hint);
            if (value)
                key = alias;
        }
        if (value)
            readField(Reader(m_in, key, *value), m_out.*field);
        else if (rule & Required)
            m_in.missing(key);
        else if (rule & AbsentIsNull)
            m_out.*field = F {};
    }

private:
    const Reader &m_in;
    T &m_out;
    std::size_t m_hint = 0;
};

/// Lists the members of a value just read, for restOf().
template <class T> class MemberLister {
public:
    MemberLister(const T &self, const Json &source)
        : m_self(self)
        , m_source(source)
    {
    }
    template <class F>
    void operator()(
        std::string_view key, F T::*field, unsigned rule = Sparse, std::string_view alias = {})
    {
        custom(
            key, field, rule, nullptr, [field](const T &self) { return write(self.*field); },
            alias);
    }
    template <class F, class In, class Out>
    void custom(std::string_view key, F T::*field, unsigned rule, In &&, Out &&writeField,
        std::string_view alias = {})
    {
        KnownMember &member = m_list.at(m_count++);
        member = { key, alias, isWritten(m_self.*field, blank<T>().*field, rule),
            !(m_self.*field == blank<T>().*field) };
        if (!(rule & Original))
            return;
        std::size_t hint = 0;
        const Json *held = findMember(m_source, key, hint);
        if (!held && !alias.empty())
            held = findMember(m_source, alias, hint);
        if (!held)
            return;
        const Json written = writeField(m_self);
        member.original = !(*held == written)
            || held->is_number_float() != written.is_number_float(); // 2.0 stays 2.0
    }
    [[nodiscard]] std::span<const KnownMember> list() const { return { m_list.data(), m_count }; }

private:
    const T &m_self;
    const Json &m_source;
    std::array<KnownMember, 24> m_list {};
    std::size_t m_count = 0;
};

/// Collects the members of a value with a Rest, for assemble().
template <class T> class MemberCollector {
public:
    explicit MemberCollector(const T &self)
        : m_self(self)
    {
    }
    template <class F>
    void operator()(
        std::string_view key, F T::*field, unsigned rule = Sparse, std::string_view alias = {})
    {
        custom(
            key, field, rule, [](const Reader &in, F &out) { read(in, out); },
            [field](const T &self) { return write(self.*field); }, alias);
    }
    template <class F, class In, class Out>
    void custom(std::string_view key, F T::*field, unsigned rule, In readField, Out &&writeField,
        std::string_view = {})
    {
        MemberValue &member = list.emplace_back();
        member.key = key;
        member.present = hasValue(m_self.*field);
        member.fresh = !(m_self.*field == blank<T>().*field);
        if (member.present)
            member.value = writeField(m_self);
        if (rule & Original)
            member.same = [self = &m_self, field, readField](const Json &kept) {
                SchemaError error;
                F value {};
                readField(Reader(kept, error), value);
                return error.message.empty() && value == self->*field;
            };
    }

    std::vector<MemberValue> list;

private:
    const T &m_self;
};

/// Writes the members of a value without Rest straight into an object.
template <class T> class MemberWriter {
public:
    explicit MemberWriter(const T &self)
        : m_self(self)
    {
    }
    template <class F>
    void operator()(
        std::string_view key, F T::*field, unsigned rule = Sparse, std::string_view = {})
    {
        if (isWritten(m_self.*field, blank<T>().*field, rule))
            put(key, write(m_self.*field));
    }
    template <class F, class In, class Out>
    void custom(std::string_view key, F T::*field, unsigned rule, In &&, Out &&writeField,
        std::string_view = {})
    {
        if (isWritten(m_self.*field, blank<T>().*field, rule))
            put(key, writeField(m_self));
    }

    Json object = Json::object();

private:
    void put(std::string_view key, Json value)
    {
        object.get_ref<Json::object_t &>().emplace_back(std::string(key), std::move(value));
    }
    const T &m_self;
};

template <class T>
concept Described = std::is_class_v<T> && requires(MemberWriter<T> &v, const T *tag)
{
    members(v, tag);
};

template <Described T> void read(const Reader &in, T &out)
{
    if (!in.isObject())
        return;
    MemberReader<T> reader(in, out);
    members(reader, static_cast<const T *>(nullptr));
    if constexpr (HasRest<T>)
        if (!in.failed()) {
            MemberLister<T> lister(out, in.value());
            members(lister, static_cast<const T *>(nullptr));
            out.rest.m_members = restOf(in.value(), lister.list());
        }
}

template <Described T> Json write(const T &value)
{
    const T *tag = nullptr;
    if constexpr (HasRest<T>)
        if (value.rest.m_members) {
            MemberCollector<T> collector(value);
            members(collector, tag);
            return assemble(collector.list, *value.rest.m_members);
        }
    MemberWriter<T> writer(value);
    members(writer, tag);
    return std::move(writer.object);
}

template <class V> void read(const Reader &in, std::optional<V> &out)
{
    out.reset();
    if (in.value().is_null())
        return;
    V value {};
    read(in, value);
    out = std::move(value);
}

template <class V> void read(const Reader &in, std::vector<V> &out)
{
    out.clear();
    if (in.value().is_null())
        return;
    if (!in.value().is_array())
        return in.expected("array");
    out.reserve(in.value().size());
    std::size_t index = 0;
    for (const Json &item : in.value()) {
        read(Reader(in, index++, item), out.emplace_back());
        if (in.failed())
            return;
    }
}

template <class V> void read(const Reader &in, Members<V> &out)
{
    out.clear();
    if (in.value().is_null() || !in.isObject())
        return;
    out.reserve(in.value().size());
    for (const auto &[key, item] : in.value().get_ref<const Json::object_t &>()) {
        read(Reader(in, key, item), out.emplace_back(key, V {}).second);
        if (in.failed())
            return;
    }
}

template <class V> Json write(const std::optional<V> &value)
{
    return value ? write(*value) : Json(nullptr);
}

template <class V> Json write(const std::vector<V> &value)
{
    Json out = Json::array();
    for (const V &item : value)
        out.push_back(write(item));
    return out;
}

template <class V> Json write(const Members<V> &value)
{
    Json out = Json::object();
    NameIndex names;
    for (const auto &[key, item] : value)
        put(out, key, write(item), names);
    return out;
}

/// One member by hand, where a type cannot list its members; absent: `out` stays as it is.
template <class V> void readMember(const Reader &in, std::string_view key, V &out)
{
    std::size_t hint = 0;
    if (const Json *value = findMember(in.value(), key, hint); value && !in.failed())
        read(Reader(in, key, *value), out);
}

template <class T> Decoded<T> decodeTree(std::string_view text)
{
    auto tree = parseTree(text);
    if (!tree)
        return unexpected(tree.error());
    SchemaError error;
    T out {};
    read(Reader(*tree, error), out);
    if (!error.message.empty())
        return unexpected(std::move(error));
    return out;
}
template <class T> Decoded<T> decode(std::string_view text)
{
    return decodeTree<T>(text);
}

template <class T> std::string encode(const T &value)
{
    return dumpTree(write(value));
}

} // namespace signalbox::schema

/// decode and encode of a type, made once, in the file that knows its members.
#define SIGNALBOX_WIRE(Type)                                                                       \
    template Decoded<Type> decode<Type>(std::string_view);                                         \
    template std::string encode<Type>(const Type &);
