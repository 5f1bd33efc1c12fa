// SPDX-License-Identifier: GPL-3.0-only
// The diagram as a file.
#include "views/items/trackdrawing.h"

#include <QBuffer>
#include <QImage>
#include <QPainter>
#include <QSvgGenerator>

#include <cmath>

namespace signalbox::trackdrawing {

QByteArray svg(const TrackSceneData &scene, const TrackValues &values, const TrackLook &look)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(scene.size.toSize());
    generator.setViewBox(QRectF({}, scene.size));
    generator.setTitle(QStringLiteral("Signalbox"));
    QPainter painter(&generator);
    painter.fillRect(QRectF({}, scene.size), look.ground);
    paintAll(painter, scene, values, look);
    painter.end();
    return bytes;
}

QByteArray png(
    const TrackSceneData &scene, const TrackValues &values, const TrackLook &look, qreal scale)
{
    constexpr qreal mostPixels = 64e6;
    if (scene.size.isEmpty())
        return {};
    const qreal area = scene.size.width() * scene.size.height();
    scale = std::min(scale, std::sqrt(mostPixels / area));
    const QSize size(
        int(std::ceil(scene.size.width() * scale)), int(std::ceil(scene.size.height() * scale)));
    QImage image(size, QImage::Format_RGB32);
    if (image.isNull())
        return {};
    image.fill(look.ground);
    QPainter painter(&image);
    painter.scale(scale, scale);
    paintAll(painter, scene, values, look);
    painter.end();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

} // namespace signalbox::trackdrawing
