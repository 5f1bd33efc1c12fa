// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/answer.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway {

std::string jsonString(std::string_view text)
{
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string serviceErrorBody(std::string_view type, std::string_view message)
{
    return "{\"error\":{\"type\":" + jsonString(type) + ",\"message\":" + jsonString(message)
        + "}}";
}

Answer jsonAnswer(std::string body)
{
    Answer answer;
    answer.body = std::move(body);
    return answer;
}

Answer edgeError(int status, std::string_view text)
{
    Answer answer = jsonAnswer("{\"error\":" + jsonString(text) + "}");
    answer.status = status;
    return answer;
}

Answer unauthorized()
{
    return edgeError(401, "auth failure");
}

Answer serviceError(std::string_view type, std::string_view message)
{
    return jsonAnswer(serviceErrorBody(type, message));
}

Answer plainAnswer(int status, std::string body)
{
    return { status, std::move(body), "text/plain; charset=utf-8", {} };
}

Answer methodNotAllowed(std::string_view allow)
{
    Answer answer = plainAnswer(405, "405: Method Not Allowed");
    answer.allow = allow;
    return answer;
}

Answer notFound()
{
    return plainAnswer(404, "404: Not Found");
}

} // namespace signalbox::gateway
