// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/iamedit.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

template <class V> void members(V &v, const NewUser *)
{
    v("username", &NewUser::username, Always);
    v("password", &NewUser::password, Always);
    v("name", &NewUser::name);
    v("email", &NewUser::email);
    v("roles", &NewUser::roles, Always);
    v("enabled", &NewUser::enabled, Always);
    v("must_change_password", &NewUser::mustChangePassword, Always);
}

template <class V> void members(V &v, const UserChange *)
{
    v("name", &UserChange::name);
    v("email", &UserChange::email);
    v("roles", &UserChange::roles);
    v("enabled", &UserChange::enabled, Always);
    v("must_change_password", &UserChange::mustChangePassword, Always);
}

template <class V> void members(V &v, const NewApiKey *)
{
    v("user_id", &NewApiKey::userId, Always);
    v("name", &NewApiKey::name, Always);
    v("expires", &NewApiKey::expires);
}

template <class V> void members(V &v, const WorkspaceChange *)
{
    v("id", &WorkspaceChange::id, Always);
    v("name", &WorkspaceChange::name);
    v("enabled", &WorkspaceChange::enabled, Always);
}

SIGNALBOX_WIRE(NewUser)
SIGNALBOX_WIRE(UserChange)
SIGNALBOX_WIRE(NewApiKey)
SIGNALBOX_WIRE(WorkspaceChange)

} // namespace signalbox::schema
