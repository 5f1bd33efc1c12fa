// SPDX-License-Identifier: GPL-3.0-only
// `/api/portal/…`, `/ops/…` and signed webhooks: the caller is made known, the service `portal`
// decides (app/gateway/services/portalservice.h).
#pragma once

#include "app/gateway/http/restexchange.h"

namespace signalbox::gateway {

void answerPortal(Edge &edge, RestRequest request, std::function<void(Answer)> reply);
/// {"error":{"code","message"}}, tenant-platform §5.
Answer portalError(int status, const char *code, const std::string &message);

} // namespace signalbox::gateway
