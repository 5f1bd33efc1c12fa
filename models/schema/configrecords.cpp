// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/configrecords.h"

#include "models/schema/reader.h"

#include <algorithm>

namespace signalbox::schema {

template <class V> void members(V &v, const ConfigDraft *)
{
    v("workspace", &ConfigDraft::workspace, Always);
    v("type", &ConfigDraft::type, Always | Required);
    v("key", &ConfigDraft::key, Always | Required);
    v("base", &ConfigDraft::base);
    v("text", &ConfigDraft::text);
    v("saved", &ConfigDraft::savedMs, Always);
}

template <class V> void members(V &v, const ConfigVersion *)
{
    v("connection", &ConfigVersion::connection, Always);
    v("workspace", &ConfigVersion::workspace, Always);
    v("type", &ConfigVersion::type, Always | Required);
    v("key", &ConfigVersion::key, Always | Required);
    v("at", &ConfigVersion::atMs, Always);
    v("origin", &ConfigVersion::origin, Always);
    v("who", &ConfigVersion::who);
    v("value", &ConfigVersion::value);
}

namespace {

Members<std::string> valuesOf(const Members<JsonText> &held)
{
    Members<std::string> values;
    for (const auto &[key, value] : held) {
        auto text = decode<std::string>(value.text);
        values.emplace_back(key, text ? *text : value.text);
    }
    return values;
}

} // namespace

std::string configFileText(const ConfigFile &file)
{
    Json object = Json::object();
    object["source_workspace"] = file.sourceWorkspace;
    object["source_version"] = file.sourceVersion;
    object["config"] = write(file.config);
    return object.dump(2, ' ', true, Json::error_handler_t::replace);
}

Decoded<ConfigFile> readConfigFile(std::string_view text)
{
    auto tree = parseTree(text);
    if (!tree)
        return unexpected(tree.error());
    SchemaError error;
    const Reader in(*tree, error);
    ConfigFile file;
    if (in.isObject()) {
        std::size_t hint = 0;
        const Json *config = findMember(*tree, "config", hint);
        const bool wrapped = config && config->is_object();
        Members<Members<JsonText>> held;
        if (wrapped) {
            read(Reader(in, "config", *config), held);
            if (const Json *from = findMember(*tree, "source_workspace", hint))
                read(Reader(in, "source_workspace", *from), file.sourceWorkspace);
            if (const Json *version = findMember(*tree, "source_version", hint))
                read(Reader(in, "source_version", *version), file.sourceVersion);
        } else {
            read(in, held);
        }
        for (const auto &[type, values] : held)
            file.config.emplace_back(type, valuesOf(values));
    }
    if (!error.message.empty())
        return unexpected(std::move(error));
    return file;
}

bool travelsWithTool(std::string_view type)
{
    static constexpr std::array<std::string_view, 9> types { "mcp-tool", "tool", "flow-blueprint",
        "token-cost", "agent-pattern", "agent-task-type", "parameter-type", "interface-description",
        "prompt" };
    return std::find(types.begin(), types.end(), type) != types.end();
}

SIGNALBOX_WIRE(ConfigDraft)
SIGNALBOX_WIRE(ConfigVersion)

} // namespace signalbox::schema
