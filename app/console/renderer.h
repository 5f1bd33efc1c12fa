// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QString>

namespace signalbox {

/// How the window is drawn.
enum class Renderer {
    Auto, ///< Software where no graphics processor is, OpenGL else
    OpenGl,
    Software, ///< redraws only what changed; on a processor alone a fraction of OpenGL's cost
};

/// `devices` is the folder of the kernel's graphics devices; without a render node in it OpenGL
/// would be emulated.
Renderer settled(Renderer wanted, const QString &devices = QStringLiteral("/dev/dri"));
/// Before the first window. An own choice by Qt's QT_QUICK_BACKEND or QSG_RHI_BACKEND stands.
void applyRenderer(Renderer wanted);

} // namespace signalbox
