// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <string_view>

namespace signalbox::schema {

/// Does a member of this name hold a secret: password, token, API key …? Facts about a secret
/// (`jwt_expires`, `api_key_id`, token counts) are none.
bool namesSecret(std::string_view name);

} // namespace signalbox::schema
