// SPDX-License-Identifier: GPL-3.0-only
// What the stations of the line put into messages on `flow` topics. The kind of a cargo is the
// first part of the topic's name: `chunk-load` of `flow:tg:chunk-load:acme:plant`.
#pragma once

#include "app/gateway/demo/words.h"

#include <span>

namespace signalbox::gateway::demo {

/// What a station works with besides the message.
struct Workbench {
    const Words &words;
    Random &random;
    const schema::Members<std::string> &parameters; ///< of the entry
    std::string_view workspace;
    std::string_view flow;
};

/// A new paper that arrives at a flow: `document-load`, `claim-load` or any other kind.
std::string newDocument(std::string_view kind, const Workbench &bench);

/// One message → what goes to an output of kind `outputKind`: one message, or for `chunk-load` one
/// per chunk (parameters chunk-size and chunk-overlap). `answers` are the last parts of the calls
/// made for it, by client. Input that is no JSON object is taken as plain text. Never empty.
std::vector<std::string> forward(std::string_view input, std::string_view outputKind,
    const schema::Members<std::string> &answers, const Workbench &bench);

/// Pieces of `size` characters (bytes cut at UTF-8 boundaries), each beginning `overlap` before the
/// end of the one before.
std::vector<std::string> chunks(std::string_view text, std::size_t size, std::size_t overlap);

std::string base64(std::string_view bytes);
std::string fromBase64(std::string_view text); ///< "" when it is none

} // namespace signalbox::gateway::demo
