// SPDX-License-Identifier: GPL-3.0-only
#include "resources/fonts.h"

#include <QFont>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QResource>

namespace signalbox {

QStringList loadFonts()
{
    QStringList failed;
    for (const auto *name :
        { "InterTabular-Regular.otf", "InterTabular-SemiBold.otf", "JetBrainsMono-Regular.ttf" }) {
        const QString path = QStringLiteral(":/signalbox/fonts/") + QLatin1String(name);
        const QResource font(path); // not compressed and always there: no copy
        const auto data = QByteArray::fromRawData(
            reinterpret_cast<const char *>(font.data()), qsizetype(font.size()));
        if (QFontDatabase::addApplicationFontFromData(data) < 0)
            failed.append(path);
    }
    QFont font(QStringLiteral("Inter Tabular"));
    font.setPixelSize(13);
    QGuiApplication::setFont(font);
    return failed;
}

} // namespace signalbox
