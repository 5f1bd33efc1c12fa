// SPDX-License-Identifier: GPL-3.0-only
#include "views/items/aspecticon.h"

#include <QPainter>
#include <QPainterPath>

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
    paint(painter, QRectF((size.width() - side) / 2, (size.height() - side) / 2, side, side),
        m_aspect, m_color);
}

void AspectIcon::paint(QPainter &painter, const QRectF &box, int aspect, const QColor &color)
{
    const qreal side = box.width();
    const qreal stroke = side / 5;
    switch (aspect) {
    case 0: // clear: ring
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, stroke));
        painter.drawEllipse(box.adjusted(stroke / 2, stroke / 2, -stroke / 2, -stroke / 2));
        break;
    case 1: // caution: half
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, stroke * 0.7));
        painter.drawEllipse(
            box.adjusted(stroke * 0.35, stroke * 0.35, -stroke * 0.35, -stroke * 0.35));
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawPie(box, -90 * 16, 180 * 16);
        break;
    case 2: { // danger: disc with a bar
        QPainterPath disc;
        disc.addEllipse(box);
        QPainterPath bar;
        bar.addRect(
            QRectF(box.left() + side * 0.2, box.center().y() - side * 0.1, side * 0.6, side * 0.2));
        painter.fillPath(disc - bar, color);
        break;
    }
    default: // unknown: dash
        painter.fillRect(QRectF(box.left() + side * 0.1, box.center().y() - side * 0.08, side * 0.8,
                             side * 0.16),
            color);
    }
}

} // namespace signalbox
