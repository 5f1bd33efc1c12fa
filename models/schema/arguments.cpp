// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/arguments.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

std::vector<ArgumentRow> argumentRows(std::string_view json)
{
    std::vector<ArgumentRow> rows;
    const auto tree = parseTree(json);
    if (!tree || !tree->is_object())
        return rows;
    for (const auto &[name, value] : tree->get_ref<const Json::object_t &>()) {
        const std::string text = dumpTree(value);
        rows.push_back({ name, text, value.is_string() ? value.get<std::string>() : text });
    }
    return rows;
}

} // namespace signalbox::schema
