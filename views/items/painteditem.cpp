// SPDX-License-Identifier: GPL-3.0-only
#include "views/items/painteditem.h"

#include <QPainter>
#include <QQuickWindow>
#include <QSGImageNode>

#include <cmath>
#include <memory>

namespace signalbox {

PaintedItem::PaintedItem(QQuickItem *parent)
    : QQuickItem(parent)
{
    setFlag(ItemHasContents);
}

void PaintedItem::repaint()
{
    m_dirty = true;
    update();
}

QSGNode *PaintedItem::updatePaintNode(QSGNode *old, UpdatePaintNodeData *)
{
    const QSizeF size(width(), height());
    // A texture of absurd size helps nobody and can exhaust memory.
    if (size.width() < 1 || size.height() < 1 || size.width() > 8192 || size.height() > 8192) {
        delete old;
        return nullptr;
    }
    auto *node = static_cast<QSGImageNode *>(old);
    if (node && !m_dirty)
        return node;

    const qreal ratio = window()->effectiveDevicePixelRatio();
    QImage image(int(std::ceil(size.width() * ratio)), int(std::ceil(size.height() * ratio)),
        QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    {
        QPainter painter(&image);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.scale(ratio, ratio);
        draw(painter, size);
    }
    std::unique_ptr<QSGTexture> texture(window()->createTextureFromImage(
        image, { QQuickWindow::TextureHasAlphaChannel, QQuickWindow::TextureCanUseAtlas }));
    if (!texture) {
        delete old;
        return nullptr;
    }
    if (!node)
        node = window()->createImageNode();
    node->setOwnsTexture(false);
    std::unique_ptr<QSGTexture> previous(node->texture());
    node->setTexture(texture.release());
    node->setOwnsTexture(true);
    node->setRect(QRectF(0, 0, image.width() / ratio, image.height() / ratio));
    node->setFiltering(QSGTexture::Linear);
    m_dirty = false;
    return node;
}

void PaintedItem::geometryChange(const QRectF &now, const QRectF &before)
{
    QQuickItem::geometryChange(now, before);
    if (now.size() != before.size())
        repaint();
}

void PaintedItem::itemChange(ItemChange change, const ItemChangeData &value)
{
    QQuickItem::itemChange(change, value);
    if (change == ItemDevicePixelRatioHasChanged || change == ItemSceneChange)
        repaint();
}

} // namespace signalbox
