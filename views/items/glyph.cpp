// SPDX-License-Identifier: GPL-3.0-only
#include "views/items/glyph.h"

#include <QPainter>
#include <QPainterPath>

namespace signalbox {

namespace {

/// Outline strokes and filled parts of one glyph on the 16 × 16 grid.
struct Drawing {
    QPainterPath lines;
    QPainterPath solid;

    void line(qreal x1, qreal y1, qreal x2, qreal y2)
    {
        lines.moveTo(x1, y1);
        lines.lineTo(x2, y2);
    }
    void run(std::initializer_list<QPointF> points, bool close = false)
    {
        auto it = points.begin();
        lines.moveTo(*it);
        while (++it != points.end())
            lines.lineTo(*it);
        if (close)
            lines.closeSubpath();
    }
    void box(qreal x, qreal y, qreal w, qreal h, qreal r = 1.5)
    {
        lines.addRoundedRect(QRectF(x, y, w, h), r, r);
    }
    void ring(qreal x, qreal y, qreal r) { lines.addEllipse(QPointF(x, y), r, r); }
    void dot(qreal x, qreal y, qreal r) { solid.addEllipse(QPointF(x, y), r, r); }
    void bar(qreal x, qreal y, qreal w, qreal h)
    {
        solid.addRoundedRect(QRectF(x, y, w, h), h / 2, h / 2);
    }
};

void drawRail(Drawing &d, Glyph::Shape shape)
{
    switch (shape) {
    case Glyph::Overview:
        d.box(2, 2, 5, 7);
        d.box(9.5, 2, 4.5, 4);
        d.box(9.5, 8.5, 4.5, 5.5);
        d.box(2, 11.5, 5, 2.5, 1.2);
        break;
    case Glyph::Flows: // a junction
        d.ring(3.2, 4, 1.7);
        d.ring(12.8, 4, 1.7);
        d.ring(12.8, 12, 1.7);
        d.line(4.9, 4, 11.1, 4);
        d.lines.moveTo(6.5, 4);
        d.lines.cubicTo(9, 4, 7.5, 12, 11.1, 12);
        break;
    case Glyph::Blueprints:
        d.run({ { 9.5, 1.8 }, { 3.2, 1.8 }, { 3.2, 14.2 }, { 12.8, 14.2 }, { 12.8, 5 },
            { 9.5, 1.8 } });
        d.run({ { 9.3, 2 }, { 9.3, 5.2 }, { 12.6, 5.2 } });
        d.line(5.6, 8.4, 10.4, 8.4);
        d.line(5.6, 11.2, 8.8, 11.2);
        break;
    case Glyph::Queues:
        d.box(1.8, 2.4, 12.4, 3);
        d.box(1.8, 6.6, 9.4, 3);
        d.box(1.8, 10.8, 6, 3);
        break;
    case Glyph::Configuration: // sliders
        d.line(1.8, 4.2, 8, 4.2);
        d.line(12, 4.2, 14.2, 4.2);
        d.ring(10, 4.2, 1.9);
        d.line(1.8, 11.6, 4, 11.6);
        d.line(8, 11.6, 14.2, 11.6);
        d.ring(6, 11.6, 1.9);
        break;
    case Glyph::Tenants: // a building
        d.box(3, 1.8, 7, 12.4, 1);
        d.run({ { 10, 6.6 }, { 13.4, 6.6 }, { 13.4, 14.2 }, { 10, 14.2 } });
        d.line(5.4, 5, 7.6, 5);
        d.line(5.4, 8, 7.6, 8);
        d.line(5.4, 11, 7.6, 11);
        break;
    case Glyph::Conversations:
        d.run({ { 4, 10 }, { 2, 12 }, { 2, 3.4 }, { 10.6, 3.4 }, { 10.6, 10 }, { 4, 10 } });
        d.run({ { 13, 6.4 }, { 14.2, 6.4 }, { 14.2, 14.4 }, { 12.2, 12.6 }, { 6.6, 12.6 } });
        break;
    case Glyph::ChatTest: // a bubble that passed
        d.run({ { 5.4, 11.8 }, { 3, 14 }, { 2.2, 11.8 }, { 2.2, 2.8 }, { 13.8, 2.8 },
            { 13.8, 11.8 }, { 5.4, 11.8 } });
        d.run({ { 5.2, 7.4 }, { 7.2, 9.3 }, { 10.9, 5.4 } });
        break;
    case Glyph::Access: // a key
        d.ring(5.2, 10.8, 3.1);
        d.line(7.4, 8.6, 13.8, 2.2);
        d.line(11.4, 4.6, 13.4, 6.6);
        break;
    default: // Wire: a pulse
        d.run({ { 1.4, 8.6 }, { 4.4, 8.6 }, { 6.4, 3 }, { 9.4, 13.4 }, { 11.3, 8.6 },
            { 14.6, 8.6 } });
    }
}

void drawEnvironment(Drawing &d, Glyph::Shape shape)
{
    if (shape == Glyph::Development)
        d.dot(8, 8, 5);
    else if (shape == Glyph::Staging)
        d.solid.addPolygon(
            QPolygonF({ { 8, 1.6 }, { 14.4, 8 }, { 8, 14.4 }, { 1.6, 8 }, { 8, 1.6 } }));
    else
        d.solid.addPolygon(QPolygonF({ { 8, 1.8 }, { 14.8, 13.8 }, { 1.2, 13.8 }, { 8, 1.8 } }));
}

void drawArrow(Drawing &d, Glyph::Shape shape)
{
    switch (shape) {
    case Glyph::ChevronDown:
        d.run({ { 4, 6 }, { 8, 10 }, { 12, 6 } });
        break;
    case Glyph::ChevronRight:
        d.run({ { 6, 4 }, { 10, 8 }, { 6, 12 } });
        break;
    case Glyph::ChevronUp:
        d.run({ { 4, 10 }, { 8, 6 }, { 12, 10 } });
        break;
    case Glyph::Back:
        d.run({ { 7, 3.5 }, { 2.5, 8 }, { 7, 12.5 } });
        d.line(2.8, 8, 13.5, 8);
        break;
    default: // Forward
        d.run({ { 9, 3.5 }, { 13.5, 8 }, { 9, 12.5 } });
        d.line(2.5, 8, 13.2, 8);
    }
}

void drawMark(Drawing &d, Glyph::Shape shape)
{
    switch (shape) {
    case Glyph::Close:
        d.line(4, 4, 12, 12);
        d.line(12, 4, 4, 12);
        break;
    case Glyph::Plus:
        d.line(8, 3, 8, 13);
        d.line(3, 8, 13, 8);
        break;
    case Glyph::Check:
        d.run({ { 3, 8.4 }, { 6.4, 11.8 }, { 13, 4.6 } });
        break;
    case Glyph::More:
        d.dot(3.4, 8, 1.3);
        d.dot(8, 8, 1.3);
        d.dot(12.6, 8, 1.3);
        break;
    case Glyph::Pause:
        d.bar(4.2, 3, 2.4, 10);
        d.bar(9.4, 3, 2.4, 10);
        break;
    case Glyph::Play:
        d.run({ { 4.8, 3 }, { 12.6, 8 }, { 4.8, 13 } }, true);
        break;
    case Glyph::Info:
        d.ring(8, 8, 6);
        d.line(8, 7.4, 8, 11);
        d.dot(8, 5, 0.9);
        break;
    default: // Alert
        d.run({ { 8, 2 }, { 14.4, 13.4 }, { 1.6, 13.4 } }, true);
        d.line(8, 6.4, 8, 9.4);
        d.dot(8, 11.4, 0.9);
    }
}

void drawAction(Drawing &d, Glyph::Shape shape)
{
    switch (shape) {
    case Glyph::Search:
        d.ring(7, 7, 4.4);
        d.line(10.3, 10.3, 13.8, 13.8);
        break;
    case Glyph::Refresh:
        d.lines.arcMoveTo(QRectF(2.6, 2.6, 10.8, 10.8), 40);
        d.lines.arcTo(QRectF(2.6, 2.6, 10.8, 10.8), 40, 290);
        d.run({ { 12.6, 1.6 }, { 12.6, 4.9 }, { 9.3, 4.9 } });
        break;
    case Glyph::Copy:
        d.box(5.4, 5.4, 8.2, 8.2);
        d.run({ { 3.6, 10.6 }, { 2.4, 10.6 }, { 2.4, 2.4 }, { 10.6, 2.4 }, { 10.6, 3.6 } });
        break;
    case Glyph::Lock:
        d.box(3.2, 7, 9.6, 6.8);
        d.lines.moveTo(5.2, 7);
        d.lines.lineTo(5.2, 5);
        d.lines.cubicTo(5.2, 1.2, 10.8, 1.2, 10.8, 5);
        d.lines.lineTo(10.8, 7);
        break;
    case Glyph::Pencil:
        d.run({ { 2.6, 13.4 }, { 3.2, 10.2 }, { 10.8, 2.6 }, { 13.4, 5.2 }, { 5.8, 12.8 } }, true);
        break;
    case Glyph::Export:
        d.line(8, 2, 8, 9.6);
        d.run({ { 4.8, 6.6 }, { 8, 9.8 }, { 11.2, 6.6 } });
        d.run({ { 2.4, 10.4 }, { 2.4, 13.6 }, { 13.6, 13.6 }, { 13.6, 10.4 } });
        break;
    case Glyph::Trash:
        d.line(2.6, 4.2, 13.4, 4.2);
        d.run({ { 4, 4.2 }, { 4.8, 13.8 }, { 11.2, 13.8 }, { 12, 4.2 } });
        d.run({ { 6.2, 4 }, { 6.2, 2.2 }, { 9.8, 2.2 }, { 9.8, 4 } });
        break;
    case Glyph::Settings:
        d.ring(8, 8, 2.2);
        d.ring(8, 8, 4.8);
        for (int i = 0; i < 8; ++i) {
            const QLineF spoke = QLineF::fromPolar(6.6, i * 45.0);
            d.line(8 + spoke.dx() * 0.74, 8 + spoke.dy() * 0.74, 8 + spoke.dx(), 8 + spoke.dy());
        }
        break;
    case Glyph::Plug:
        d.line(5.6, 1.8, 5.6, 5);
        d.line(10.4, 1.8, 10.4, 5);
        d.run({ { 3.4, 5 }, { 12.6, 5 }, { 12.6, 7.4 }, { 10, 10.4 }, { 6, 10.4 }, { 3.4, 7.4 } },
            true);
        d.line(8, 10.4, 8, 14.4);
        break;
    case Glyph::Filter:
        d.line(2, 4, 14, 4);
        d.line(4.4, 8, 11.6, 8);
        d.line(6.6, 12, 9.4, 12);
        break;
    case Glyph::Minus:
        d.line(3, 8, 13, 8);
        break;
    case Glyph::Bell:
        d.lines.moveTo(2.6, 11.6);
        d.lines.cubicTo(4.6, 9.6, 3.6, 3, 8, 3);
        d.lines.cubicTo(12.4, 3, 11.4, 9.6, 13.4, 11.6);
        d.lines.closeSubpath();
        d.line(8, 1.6, 8, 2.8);
        d.dot(8, 13.6, 1.3);
        break;
    case Glyph::Clock:
        d.lines.addEllipse(QPointF(8, 8), 5.8, 5.8);
        d.line(8, 4.6, 8, 8.2);
        d.line(8, 8.2, 10.4, 9.6);
        break;
    case Glyph::Fit:
        d.line(2.6, 6, 2.6, 2.6);
        d.line(2.6, 2.6, 6, 2.6);
        d.line(10, 2.6, 13.4, 2.6);
        d.line(13.4, 2.6, 13.4, 6);
        d.line(13.4, 10, 13.4, 13.4);
        d.line(13.4, 13.4, 10, 13.4);
        d.line(6, 13.4, 2.6, 13.4);
        d.line(2.6, 13.4, 2.6, 10);
        break;
    default: // Columns
        d.box(2, 2.6, 12, 10.8);
        d.line(6, 2.6, 6, 13.4);
        d.line(10, 2.6, 10, 13.4);
    }
}

Drawing drawing(Glyph::Shape shape)
{
    Drawing d;
    if (shape == Glyph::None)
        return d;
    if (shape <= Glyph::Wire)
        drawRail(d, shape);
    else if (shape <= Glyph::Production)
        drawEnvironment(d, shape);
    else if (shape <= Glyph::Forward)
        drawArrow(d, shape);
    else if (shape == Glyph::Close || shape == Glyph::Plus || shape == Glyph::Check
        || shape == Glyph::More || shape == Glyph::Pause || shape == Glyph::Play
        || shape == Glyph::Info || shape == Glyph::Alert)
        drawMark(d, shape);
    else
        drawAction(d, shape);
    return d;
}

} // namespace

Glyph::Glyph(QQuickItem *parent)
    : PaintedItem(parent)
{
    setImplicitSize(16, 16);
}

void Glyph::setShape(Shape shape)
{
    if (m_shape == shape)
        return;
    m_shape = shape;
    repaint();
    emit shapeChanged();
}

void Glyph::setColor(const QColor &color)
{
    if (m_color == color)
        return;
    m_color = color;
    repaint();
    emit colorChanged();
}

void Glyph::draw(QPainter &painter, const QSizeF &size) const
{
    const qreal side = qMin(size.width(), size.height());
    painter.translate((size.width() - side) / 2, (size.height() - side) / 2);
    painter.scale(side / 16, side / 16);
    const Drawing d = drawing(m_shape);
    painter.setPen(QPen(m_color, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(d.lines);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_color);
    painter.drawPath(d.solid);
}

} // namespace signalbox
