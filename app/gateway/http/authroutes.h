// SPDX-License-Identifier: GPL-3.0-only
// POST /api/v1/auth/…, contract TG §2.2.
#pragma once

#include "app/gateway/http/answer.h"
#include "app/gateway/http/edge.h"

#include <functional>
#include <string>

namespace signalbox::gateway {

void answerLogin(Edge &edge, const std::string &body, std::function<void(Answer)> reply);
void answerBootstrap(Edge &edge, bool statusOnly, std::function<void(Answer)> reply);
void answerChangePassword(Edge &edge, const std::string &authorization, const std::string &body,
    std::function<void(Answer)> reply);

/// A refused login through `iam` does not tell which part was wrong (trap 37, mended).
Answer maskedLogin(Answer answer);

} // namespace signalbox::gateway
