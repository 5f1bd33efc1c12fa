// SPDX-License-Identifier: GPL-3.0-only
// What TG §1.7 asks of an imported object, and no more: members that are not named there pass.
#include "app/gateway/http/flowsocket.h"
#include "app/gateway/http/jsonbody.h"

#include <nlohmann/json.hpp>

#include <array>

namespace signalbox::gateway {

using Json = nlohmann::json;

namespace {

using Check = std::string (*)(const Json &, const std::string &path);

std::string expected(const char *what, const std::string &path)
{
    return path + ": " + what + " expected";
}

std::string isText(const Json &value, const std::string &path)
{
    return value.is_string() ? "" : expected("a text", path);
}

/// A term of TG §6.1 has its kind in `t`.
std::string term(const Json &value, const std::string &path)
{
    if (!value.is_object())
        return expected("a term", path);
    const auto kind = value.find("t");
    return kind != value.end() && kind->is_string() ? "" : expected("a text", path + ".t");
}

std::string vector(const Json &value, const std::string &path)
{
    if (!value.is_array())
        return expected("a list of numbers", path);
    for (const Json &number : value)
        if (!number.is_number())
            return expected("a list of numbers", path);
    return {};
}

struct Member {
    const char *name;
    Check check;
};

std::string members(const Json &object, const std::vector<Member> &wanted, const std::string &path)
{
    if (!object.is_object())
        return expected("an object", path);
    for (const Member &member : wanted) {
        const auto found = object.find(member.name);
        const std::string place = path + "." + member.name;
        if (found == object.end())
            return place + ": missing";
        if (std::string fault = member.check(*found, place); !fault.empty())
            return fault;
    }
    return {};
}

struct Shape {
    std::string_view kind;
    const char *list; ///< nullptr: rows, which have no list of objects
    std::vector<Member> element;
};

const std::vector<Shape> &shapes()
{
    static const std::vector<Shape> all {
        { "triples", "triples", {} }, // a triple may lack parts, TG §6.1
        { "graph-embeddings", "entities", { { "entity", term }, { "vector", vector } } },
        { "document-embeddings", "chunks", { { "chunk_id", isText }, { "vector", vector } } },
        { "entity-contexts", "entities", { { "entity", term }, { "context", isText } } },
        { "rows", nullptr, {} },
    };
    return all;
}

std::string rowsFault(const Json &object)
{
    const auto schema = object.find("schema_name");
    if (schema == object.end() || !schema->is_string())
        return "schema_name: a text expected";
    const auto values = object.find("values");
    const bool good = values != object.end() && (values->is_object() || values->is_array());
    return good ? "" : "values: an object or a list expected";
}

std::string tripleFault(const Json &triple, const std::string &path)
{
    if (!triple.is_object())
        return expected("an object", path);
    for (const char *part : { "s", "p", "o" })
        if (triple.contains(part))
            if (std::string fault = term(triple[part], path + "." + part); !fault.empty())
                return fault;
    return {};
}

} // namespace

std::string importFault(std::string_view kind, std::string_view text)
{
    const Json object = parseBody(text);
    if (object.is_discarded())
        return "not JSON";
    if (!object.is_object())
        return "not an object";
    const auto metadata = object.find("metadata");
    if (metadata == object.end())
        return "metadata: missing";
    if (std::string fault = members(*metadata, { { "id", isText } }, "metadata"); !fault.empty())
        return fault;
    for (const Shape &shape : shapes()) {
        if (shape.kind != kind)
            continue;
        if (!shape.list)
            return rowsFault(object);
        const auto list = object.find(shape.list);
        if (list == object.end() || !list->is_array())
            return std::string(shape.list) + ": a list expected";
        for (std::size_t i = 0; i < list->size(); ++i) {
            const std::string path = std::string(shape.list) + "[" + std::to_string(i) + "]";
            std::string fault = shape.element.empty() ? tripleFault((*list)[i], path)
                                                      : members((*list)[i], shape.element, path);
            if (!fault.empty())
                return fault;
        }
    }
    return {};
}

} // namespace signalbox::gateway
