// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/config.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

template <class V> void members(V &v, const ConfigKey *)
{
    v("type", &ConfigKey::type, Always | Required);
    v("key", &ConfigKey::key, Always | Required);
}

template <class V> void members(V &v, const ConfigValue *)
{
    v("type", &ConfigValue::type, Always | Required);
    v("key", &ConfigValue::key, Always | Required);
    v("value", &ConfigValue::value, Always);
    v("workspace", &ConfigValue::workspace);
}

template <class V> void members(V &v, const ConfigRequest *)
{
    v("operation", &ConfigRequest::operation, Always);
    v("workspace", &ConfigRequest::workspace);
    v("type", &ConfigRequest::type);
    v("keys", &ConfigRequest::keys);
    v("values", &ConfigRequest::values);
}

template <class V> void members(V &v, const ConfigResponse *)
{
    v("version", &ConfigResponse::version, Always);
    v("values", &ConfigResponse::values, Always);
    v("directory", &ConfigResponse::directory, Always);
    v("config", &ConfigResponse::config, Always);
}

namespace {
struct WorkspaceChanges {
    std::vector<std::string> created;
    std::vector<std::string> deleted;
    bool operator==(const WorkspaceChanges &) const = default;
};
template <class V> void members(V &v, const WorkspaceChanges *)
{
    v("created", &WorkspaceChanges::created, Always);
    v("deleted", &WorkspaceChanges::deleted, Always);
}
} // namespace

void read(const Reader &in, ConfigNotice &out)
{
    if (!in.isObject())
        return;
    std::size_t hint = 0;
    const Json &object = in.value();
    if (const Json *version = findMember(object, "version", hint))
        read(Reader(in, "version", *version), out.version);
    if (const Json *changes = findMember(object, "changes", hint)) {
        read(Reader(in, "changes", *changes), out.changes);
    } else if (const Json *types = findMember(object, "types", hint)) {
        // Before 2.4.0: types only, every workspace may have changed (TG §3.4).
        std::vector<std::string> names;
        read(Reader(in, "types", *types), names);
        for (std::string &name : names)
            out.changes.emplace_back(std::move(name), std::vector<std::string>());
    }
    if (const Json *workspaces = findMember(object, "workspace_changes", hint);
        workspaces && !workspaces->is_null()) {
        WorkspaceChanges both;
        read(Reader(in, "workspace_changes", *workspaces), both);
        out.created = std::move(both.created);
        out.deleted = std::move(both.deleted);
    }
}

Json write(const ConfigNotice &notice)
{
    Json object = Json::object();
    object["version"] = notice.version;
    object["changes"] = write(notice.changes);
    object["workspace_changes"] = write(WorkspaceChanges { notice.created, notice.deleted });
    return object;
}

SIGNALBOX_WIRE(ConfigRequest)
SIGNALBOX_WIRE(ConfigResponse)
SIGNALBOX_WIRE(ConfigNotice)
SIGNALBOX_WIRE(ConfigValue)
SIGNALBOX_WIRE(ConfigKey)

} // namespace signalbox::schema
