// SPDX-License-Identifier: GPL-3.0-only
#pragma once

namespace signalbox {

/// The other half of tst_secrets, in a process of its own: the whole console with its window,
/// driven over standard input, until it is told to end. Returns the exit code.
int driveConsole(int argc, char **argv);

} // namespace signalbox
