// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QStringList>

namespace signalbox {

/// Makes the bundled fonts known and sets the application's font. Call once, after QGuiApplication
/// was made, on its thread. Returns the files that could not be loaded (the system's fonts are used
/// then).
QStringList loadFonts();

} // namespace signalbox
