// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <string>
#include <string_view>

namespace signalbox::gateway {

/// One HTTP answer. Statuses and bodies are those of TG §1.4.
struct Answer {
    int status = 200;
    std::string body;
    std::string contentType = "application/json; charset=utf-8";
    std::string allow; ///< with 405
    bool operator==(const Answer &) const = default;
};

Answer jsonAnswer(std::string body);
/// `{"error":"text"}`
Answer edgeError(int status, std::string_view text);
Answer unauthorized(); ///< 401, whatever was wrong with the credential
/// HTTP 200 with `{"error":{"type":…,"message":…}}`
Answer serviceError(std::string_view type, std::string_view message);
Answer plainAnswer(int status, std::string body);
Answer methodNotAllowed(std::string_view allow);
Answer notFound();

std::string serviceErrorBody(std::string_view type, std::string_view message);
/// A JSON string literal with quotes; invalid UTF-8 is replaced.
std::string jsonString(std::string_view text);

} // namespace signalbox::gateway
