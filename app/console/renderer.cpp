// SPDX-License-Identifier: GPL-3.0-only
#include "app/console/renderer.h"

#include <QDir>
#include <QQuickWindow>

namespace signalbox {

Renderer settled(Renderer wanted, const QString &devices)
{
    if (wanted != Renderer::Auto)
        return wanted;
#ifdef Q_OS_LINUX
    if (QDir(devices)
            .entryList({ QStringLiteral("renderD*") }, QDir::System | QDir::Files)
            .isEmpty())
        return Renderer::Software;
#endif
    return Renderer::OpenGl;
}

void applyRenderer(Renderer wanted)
{
    // Nothing is turned and clipped at once and nothing lies deep: two buffers as large as the
    // window less.
    for (const char *buffer : { "QSG_NO_DEPTH_BUFFER", "QSG_NO_STENCIL_BUFFER" })
        if (!qEnvironmentVariableIsSet(buffer))
            qputenv(buffer, "1");
    // Icons and glyphs fit easily; Qt's default atlas is as large as the screen and mostly empty.
    for (const char *side : { "QSG_ATLAS_WIDTH", "QSG_ATLAS_HEIGHT" })
        if (!qEnvironmentVariableIsSet(side))
            qputenv(side, "512");
    if (qEnvironmentVariableIsSet("QT_QUICK_BACKEND")
        || qEnvironmentVariableIsSet("QSG_RHI_BACKEND"))
        return;
    if (settled(wanted) == Renderer::Software)
        QQuickWindow::setSceneGraphBackend(QStringLiteral("software"));
}

} // namespace signalbox
