// SPDX-License-Identifier: GPL-3.0-only
#include "views/items/aspecticon.h"

#include <QPainter>

namespace signalbox {

AspectIcon::AspectIcon(QQuickItem *parent)
    : PaintedItem(parent)
{
    setImplicitSize(10, 10);
}

void AspectIcon::setAspect(int aspect)
{
    if (m_aspect == aspect)
        return;
    m_aspect = aspect;
    repaint();
    emit aspectChanged();
}

void AspectIcon::setColor(const QColor &color)
{
    if (m_color == color)
        return;
    m_color = color;
    repaint();
    emit colorChanged();
}

void AspectIcon::draw(QPainter &painter, const QSizeF &size) const
{
    const qreal side = qMin(size.width(), size.height());
    const QRectF box((size.width() - side) / 2, (size.height() - side) / 2, side, side);
    const qreal stroke = side / 5;
    const QRectF ring = box.adjusted(stroke / 2, stroke / 2, -stroke / 2, -stroke / 2);
    switch (m_aspect) {
    case 0: // clear: ring
        painter.setPen(QPen(m_color, stroke));
        painter.drawEllipse(ring);
        break;
    case 1: // caution: half
        painter.setPen(QPen(m_color, stroke * 0.7));
        painter.drawEllipse(
            box.adjusted(stroke * 0.35, stroke * 0.35, -stroke * 0.35, -stroke * 0.35));
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_color);
        painter.drawPie(box, -90 * 16, 180 * 16);
        break;
    case 2: { // danger: disc with a bar
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_color);
        painter.drawEllipse(box);
        painter.setCompositionMode(QPainter::CompositionMode_Clear);
        painter.drawRect(
            QRectF(box.left() + side * 0.2, box.center().y() - side * 0.1, side * 0.6, side * 0.2));
        break;
    }
    default: // unknown: dash
        painter.fillRect(QRectF(box.left() + side * 0.1, box.center().y() - side * 0.08, side * 0.8,
                             side * 0.16),
            m_color);
    }
}

} // namespace signalbox
