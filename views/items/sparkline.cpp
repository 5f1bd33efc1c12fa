// SPDX-License-Identifier: GPL-3.0-only
#include "views/items/sparkline.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace signalbox {

namespace {
constexpr qreal margin = 1.5; // half a pen, so that extremes are not cut

std::pair<qreal, qreal> range(const QList<qreal> &values)
{
    qreal low = std::numeric_limits<qreal>::max();
    qreal high = std::numeric_limits<qreal>::lowest();
    for (qreal value : values) {
        if (!std::isfinite(value))
            continue;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    return { low, high };
}
} // namespace

Sparkline::Sparkline(QQuickItem *parent)
    : PaintedItem(parent)
{
    setImplicitSize(84, 18);
}

void Sparkline::setValues(const QList<qreal> &values)
{
    if (m_values == values)
        return;
    m_values = values;
    repaint();
    emit valuesChanged();
}

void Sparkline::setColor(const QColor &color)
{
    if (m_color == color)
        return;
    m_color = color;
    repaint();
    emit colorChanged();
}

QList<QPointF> Sparkline::outline(const QList<qreal> &values, const QSizeF &size)
{
    QList<QPointF> points;
    const auto [low, high] = range(values);
    if (values.size() < 2 || low > high)
        return points;
    const qreal bottom = size.height() - margin;
    const qreal span = high - low;
    const auto y = [&, low = low, high = high](qreal value) {
        if (span <= 0)
            return high == 0 ? bottom : size.height() / 2;
        return bottom - (value - low) / span * (size.height() - 2 * margin);
    };
    const auto broken = QPointF(0, std::numeric_limits<qreal>::quiet_NaN());
    const qreal step = size.width() / qreal(values.size() - 1);
    const auto add = [&](qsizetype index) {
        points.append(
            std::isfinite(values[index]) ? QPointF(qreal(index) * step, y(values[index])) : broken);
    };
    const auto buckets = std::max<qsizetype>(2, qsizetype(size.width()));
    if (values.size() <= 2 * buckets) {
        for (qsizetype i = 0; i < values.size(); ++i)
            add(i);
        return points;
    }
    for (qsizetype bucket = 0; bucket < buckets; ++bucket) {
        const qsizetype first = bucket * values.size() / buckets;
        const qsizetype last = (bucket + 1) * values.size() / buckets;
        const auto [minimum, maximum] =
            std::minmax_element(values.begin() + first, values.begin() + last);
        const auto a = std::min(minimum, maximum) - values.begin();
        const auto b = std::max(minimum, maximum) - values.begin();
        add(a);
        if (b != a)
            add(b);
    }
    return points;
}

void Sparkline::draw(QPainter &painter, const QSizeF &size) const
{
    const QPen line(m_color, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    const QPen dot(m_color, 3, Qt::SolidLine, Qt::RoundCap); // one value alone is no speck of dust
    painter.setPen(line);
    QList<QPointF> run;
    const auto flush = [&] {
        if (run.size() > 1)
            painter.drawPolyline(run.constData(), int(run.size()));
        else if (run.size() == 1) {
            painter.setPen(dot);
            painter.drawPoint(run.first());
            painter.setPen(line);
        }
        run.clear();
    };
    for (const QPointF &point : outline(m_values, size)) {
        if (std::isnan(point.y()))
            flush();
        else
            run.append(point);
    }
    flush();
}

} // namespace signalbox
