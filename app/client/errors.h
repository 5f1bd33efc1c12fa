// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/schema/envelope.h"

namespace signalbox {

/// An error of the far end in any of its shapes (TG §1.4, §1.6.4) → ours. `httpStatus` 0 on a
/// socket.
GatewayError gatewayError(const schema::ServiceError &error, int httpStatus = 0);
/// An answer's payload: its text, or the error inside it (HTTP 200 is not success, trap 1).
Reply replyFrom(std::string body, int httpStatus, std::chrono::microseconds elapsed);

/// The same for the tenant platform: the status tells, an empty answer is `{}`, and what came with
/// an error comes along.
Reply resourceReply(std::string body, int httpStatus);

/// An answer that is not what it should be; says where.
GatewayError protocolError(const schema::SchemaError &fault);
GatewayError networkError(const QString &text);
GatewayError timeoutError(std::chrono::milliseconds after);

} // namespace signalbox
