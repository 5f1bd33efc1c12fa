// SPDX-License-Identifier: GPL-3.0-only
// What the services of the line ask and answer, shapes of TG §4.7. The kind of a service is the
// first part of its topic's name: `graph-rag` of `request:tg:graph-rag:acme:plant`.
#pragma once

#include "app/gateway/demo/cargo.h"

namespace signalbox::gateway::demo {

/// The parts of an answer, at least one; the last one says that it is.
using Parts = std::vector<std::string>;

/// A streamed text: one part per word group, then an empty one with the token counts.
/// `answers` are the last parts of the calls made for it, by client; a failed one fails the answer.
Parts answer(std::string_view kind, std::string_view request,
    const schema::Members<std::string> &answers, const Workbench &bench);

/// The error answer of a service of this kind.
std::string failure(std::string_view kind, const std::string &why);
/// "" when the part is no error answer.
std::string failureIn(std::string_view part);

/// What a station asks a service of this kind, on account of `cause` (the message it works on).
std::string question(std::string_view kind, std::string_view cause, const Workbench &bench);

/// What a part of a streamed answer of `prompt` or `text-completion` says.
std::string wordsIn(std::string_view part);
/// The last part of a stream, with all that was said before it put in front.
std::string withWords(const std::string &last, const std::string &before);

/// Does this part of an answer end it?
bool isLast(std::string_view kind, std::string_view part);

} // namespace signalbox::gateway::demo
