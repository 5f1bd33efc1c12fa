// SPDX-License-Identifier: GPL-3.0-only
#include "resources/fonts.h"

#include <QFont>
#include <QFontDatabase>
#include <QGuiApplication>

namespace signalbox {

QStringList loadFonts()
{
    QStringList failed;
    for (const auto *name :
        { "InterTabular-Regular.otf", "InterTabular-SemiBold.otf", "JetBrainsMono-Regular.ttf" }) {
        const QString path = QStringLiteral(":/signalbox/fonts/") + QLatin1String(name);
        if (QFontDatabase::addApplicationFont(path) < 0)
            failed.append(path);
    }
    QFont font(QStringLiteral("Inter Tabular"));
    font.setPixelSize(13);
    QGuiApplication::setFont(font);
    return failed;
}

} // namespace signalbox
