// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/items/painteditem.h"

#include <QColor>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// A line without axes. Scales to its own minimum and maximum (a flat series is drawn on the ground
/// line when zero, in the middle otherwise); NaN breaks the line. More points than pixels are
/// reduced to the minimum and maximum of each pixel, so a spike never vanishes.
class Sparkline : public signalbox::PaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QList<qreal> values READ values WRITE setValues NOTIFY valuesChanged FINAL)
    Q_PROPERTY(QColor color READ color WRITE setColor NOTIFY colorChanged FINAL)
public:
    explicit Sparkline(QQuickItem *parent = nullptr);
    QList<qreal> values() const { return m_values; }
    void setValues(const QList<qreal> &values);
    QColor color() const { return m_color; }
    void setColor(const QColor &color);
    /// The points to draw, in item coordinates. Pure; public for tests.
    static QList<QPointF> outline(const QList<qreal> &values, const QSizeF &size);

signals:
    void valuesChanged();
    void colorChanged();

protected:
    void draw(QPainter &painter, const QSizeF &size) const override;

private:
    QList<qreal> m_values;
    QColor m_color = Qt::gray;
};

} // namespace signalbox
