// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QStringList>

#include <cstdio>

namespace signalbox {

/// `signalbox test-chats DIR --url URL [--api-key-file FILE] [--junit FILE]`: runs the chat tests
/// of a folder (or one file) without a window. Needs a QCoreApplication. 0 all passed, 1 some
/// failed, 2 it could not be begun (arguments, no tests, no connection); why is written to
/// `errors`.
int testChats(const QStringList &arguments, std::FILE *out, std::FILE *errors);

} // namespace signalbox
