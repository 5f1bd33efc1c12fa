// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/schema/journal.h"

#include <optional>
#include <vector>

namespace signalbox {

/// What a write changes, as far as its request tells it. Passwords and payloads are never taken.
std::vector<schema::JournalPart> journalParts(const Request &write);

/// The one read that tells how it was before; nullopt: nothing can tell, or nothing was there.
std::optional<Request> journalQuestion(const Request &write);

/// Puts the answer to journalQuestion() into the parts: what was, and where the request only names
/// what it changes, what will be.
void takeBefore(std::vector<schema::JournalPart> &parts, const Request &write, const Reply &answer);

/// Body of the config request that tells a flow's record.
std::string flowQuestion(const std::string &flow);

/// A copy of `user` (JSON) with what update-user, enable-user or disable-user changes.
std::string userAfter(const std::string &user, const Request &write);

} // namespace signalbox
