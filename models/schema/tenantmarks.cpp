// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/tenantmarks.h"

#include "models/schema/jsontree.h"

#include <algorithm>
#include <array>

namespace signalbox::schema {
namespace {

constexpr std::array foreignMatter { std::string_view("arguments"), std::string_view("result"),
    std::string_view("settings"), std::string_view("config"), std::string_view("metadata"),
    std::string_view("channel_metadata"), std::string_view("context"), std::string_view("content"),
    std::string_view("value"), std::string_view("parameters"), std::string_view("payload") };
constexpr int deepestMark = 64;

class MarkFinder {
public:
    explicit MarkFinder(const JsonTree &tree)
        : m_tree(tree)
    {
    }
    void look(int node, const JsonPath &path, int depth)
    {
        if (depth > deepestMark)
            return;
        const bool object = m_tree.isObject(node);
        if (object)
            own(node, path);
        if (!object && !m_tree.isArray(node))
            return;
        int index = 0;
        for (int child = m_tree.first(node); child != JsonTree::none; child = m_tree.next(child)) {
            if (!object) {
                look(child, path / index++, depth + 1);
                continue;
            }
            const std::string name = m_tree.key(child);
            if (std::find(foreignMatter.begin(), foreignMatter.end(), name) == foreignMatter.end())
                member(child, name, path, depth);
        }
    }
    std::vector<TenantMark> found;

private:
    void member(int child, const std::string &name, const JsonPath &path, int depth)
    {
        const auto kind = m_tree.kind(child);
        const bool text = kind == JsonTree::Kind::String;
        if (((name == "tenant_id" || name == "tenantId") && kind != JsonTree::Kind::Null)
            || (name == "tenant" && text))
            found.push_back({ pathText(path / name), m_tree.string(child) });
        else
            look(child, path / name, depth + 1);
    }
    void own(int node, const JsonPath &path)
    {
        const int id = m_tree.child(node, "id");
        if (id != JsonTree::none && m_tree.child(node, "slug") != JsonTree::none)
            found.push_back({ pathText(path / "id"), m_tree.string(id) });
        const int key = m_tree.child(node, "key");
        if (key == JsonTree::none || m_tree.child(node, "subject") == JsonTree::none)
            return;
        const std::string stored = m_tree.string(key);
        found.push_back({ pathText(path / "key"), stored.substr(0, stored.find(':')) });
    }

    const JsonTree &m_tree;
};

} // namespace

std::vector<TenantMark> tenantMarks(std::string_view text)
{
    const auto tree = JsonTree::parse(std::string(text));
    if (!tree)
        return {};
    MarkFinder finder(*tree);
    finder.look(0, {}, 0);
    return std::move(finder.found);
}

} // namespace signalbox::schema
