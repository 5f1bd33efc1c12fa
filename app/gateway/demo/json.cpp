// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/json.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway::demo {

schema::Json parsed(std::string_view text)
{
    return schema::Json::parse(text, nullptr, false);
}

std::string written(const schema::Json &json)
{
    return json.dump(-1, ' ', false, schema::Json::error_handler_t::replace);
}

} // namespace signalbox::gateway::demo
