// SPDX-License-Identifier: GPL-3.0-only
#include "views/items/timeseries.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace signalbox {

namespace {

constexpr qreal halfPen = 1; // so that extremes are not cut
constexpr int gridLines = 4;
constexpr int fillAlpha = 38;

qreal highestOf(const QList<qreal> &values)
{
    qreal highest = 0;
    for (const qreal value : values)
        if (std::isfinite(value))
            highest = std::max(highest, value);
    return highest;
}

} // namespace

TimeSeries::TimeSeries(QQuickItem *parent)
    : PaintedItem(parent)
{
    setImplicitSize(320, 96);
}

qreal TimeSeries::ceiling() const
{
    return niceCeiling(std::max(highestOf(m_firstHigh), highestOf(m_secondHigh)));
}

qreal TimeSeries::niceCeiling(qreal highest)
{
    if (!(highest > 1))
        return 1;
    const qreal power = std::pow(10.0, std::floor(std::log10(highest)));
    for (const qreal step : { 1.0, 2.0, 5.0 })
        if (highest <= step * power)
            return step * power;
    return 10 * power;
}

QList<TimeSeries::Column> TimeSeries::columns(
    const QList<qreal> &low, const QList<qreal> &high, int pixels)
{
    QList<Column> columns;
    const qsizetype given = std::min(low.size(), high.size());
    const qsizetype count = std::min<qsizetype>(given, std::max(1, pixels));
    columns.reserve(count);
    for (qsizetype column = 0; column < count; ++column) {
        Column one { std::numeric_limits<qreal>::quiet_NaN(),
            std::numeric_limits<qreal>::quiet_NaN() };
        for (qsizetype i = column * given / count; i < (column + 1) * given / count; ++i) {
            one.low = std::fmin(one.low, low[i]); // ignores NaN
            one.high = std::fmax(one.high, high[i]);
        }
        columns.append(one);
    }
    return columns;
}

void TimeSeries::drawLine(QPainter &painter, const QSizeF &size, const QList<Column> &columns,
    const QColor &color, bool filled) const
{
    const qreal top = ceiling();
    const qreal bottom = size.height() - halfPen;
    const qreal step = columns.size() > 1 ? size.width() / qreal(columns.size() - 1) : 0;
    const auto y = [&](qreal value) {
        return bottom - std::clamp(value / top, 0.0, 1.0) * (size.height() - 2 * halfPen);
    };
    QList<QPointF> run;
    const auto flush = [&] {
        if (run.isEmpty())
            return;
        if (filled) {
            QColor ground = color;
            ground.setAlpha(fillAlpha);
            QPolygonF area(run);
            area.append(QPointF(run.constLast().x(), bottom));
            area.append(QPointF(run.constFirst().x(), bottom));
            painter.setPen(Qt::NoPen);
            painter.setBrush(ground);
            painter.drawPolygon(area);
        }
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        if (run.size() > 1)
            painter.drawPolyline(run.constData(), int(run.size()));
        else
            painter.drawPoint(run.constFirst());
        run.clear();
    };
    for (qsizetype i = 0; i < columns.size(); ++i) {
        const Column &column = columns[i];
        if (std::isnan(column.high) || std::isnan(column.low)) {
            flush();
            continue;
        }
        run.append({ qreal(i) * step, y(column.high) });
        if (column.low != column.high)
            run.append({ qreal(i) * step, y(column.low) });
    }
    flush();
}

void TimeSeries::draw(QPainter &painter, const QSizeF &size) const
{
    painter.setPen(QPen(m_gridColor, 1));
    for (int line = 0; line <= gridLines; ++line) {
        const qreal y = halfPen + (size.height() - 2 * halfPen) * line / gridLines;
        painter.drawLine(QPointF(0, y), QPointF(size.width(), y));
    }
    const int pixels = int(std::ceil(size.width()));
    drawLine(painter, size, columns(m_firstLow, m_firstHigh, pixels), m_firstColor, true);
    drawLine(painter, size, columns(m_secondLow, m_secondHigh, pixels), m_secondColor, false);
    const auto upright = [&](qreal place, const QPen &pen) {
        if (place < 0 || place > 1)
            return;
        const qreal x = std::clamp(place * size.width(), halfPen, size.width() - halfPen);
        painter.setPen(pen);
        painter.drawLine(QPointF(x, 0), QPointF(x, size.height()));
    };
    upright(m_mark, QPen(m_markColor, 2));
    upright(m_cursor, QPen(m_firstColor, 1, Qt::DotLine));
}

} // namespace signalbox
