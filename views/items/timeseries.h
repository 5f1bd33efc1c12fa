// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/items/painteditem.h"

#include <QColor>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// One or two lines over time on a common scale from zero. Each is given by the lowest and highest
/// value of evenly spaced slots of time, oldest first; NaN breaks the line. More slots than pixels
/// are reduced to the lowest and highest of each pixel, so a spike never vanishes. Works with both
/// scene graphs.
class TimeSeries : public signalbox::PaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QList<qreal> firstLow MEMBER m_firstLow WRITE setFirstLow NOTIFY changed FINAL)
    Q_PROPERTY(QList<qreal> firstHigh MEMBER m_firstHigh WRITE setFirstHigh NOTIFY changed FINAL)
    Q_PROPERTY(QList<qreal> secondLow MEMBER m_secondLow WRITE setSecondLow NOTIFY changed FINAL)
    Q_PROPERTY(QList<qreal> secondHigh MEMBER m_secondHigh WRITE setSecondHigh NOTIFY changed FINAL)
    Q_PROPERTY(QColor firstColor MEMBER m_firstColor WRITE setFirstColor NOTIFY changed FINAL)
    Q_PROPERTY(QColor secondColor MEMBER m_secondColor WRITE setSecondColor NOTIFY changed FINAL)
    Q_PROPERTY(QColor gridColor MEMBER m_gridColor WRITE setGridColor NOTIFY changed FINAL)
    /// Where somebody points, from 0 (left) to 1; negative: nowhere.
    Q_PROPERTY(qreal cursor MEMBER m_cursor WRITE setCursor NOTIFY changed FINAL)
    /// What is marked whether somebody points or not; likewise.
    Q_PROPERTY(qreal mark MEMBER m_mark WRITE setMark NOTIFY changed FINAL)
    Q_PROPERTY(QColor markColor MEMBER m_markColor WRITE setMarkColor NOTIFY changed FINAL)
    Q_PROPERTY(qreal ceiling READ ceiling NOTIFY changed FINAL) ///< value of the upper edge
public:
    /// What one pixel shows; NaN: nothing.
    struct Column {
        qreal low;
        qreal high;
    };

    explicit TimeSeries(QQuickItem *parent = nullptr);

    void setFirstLow(const QList<qreal> &values) { set(m_firstLow, values); }
    void setFirstHigh(const QList<qreal> &values) { set(m_firstHigh, values); }
    void setSecondLow(const QList<qreal> &values) { set(m_secondLow, values); }
    void setSecondHigh(const QList<qreal> &values) { set(m_secondHigh, values); }
    void setFirstColor(const QColor &color) { set(m_firstColor, color); }
    void setSecondColor(const QColor &color) { set(m_secondColor, color); }
    void setGridColor(const QColor &color) { set(m_gridColor, color); }
    void setCursor(qreal cursor) { set(m_cursor, cursor); }
    void setMark(qreal mark) { set(m_mark, mark); }
    void setMarkColor(const QColor &color) { set(m_markColor, color); }
    qreal ceiling() const;

    /// The next 1, 2 or 5 with zeros behind that nothing exceeds; at least 1. Pure.
    static qreal niceCeiling(qreal highest);
    /// One column per pixel, or one per slot when there are fewer. Pure.
    static QList<Column> columns(const QList<qreal> &low, const QList<qreal> &high, int pixels);

signals:
    void changed();

protected:
    void draw(QPainter &painter, const QSizeF &size) const override;

private:
    template <class T> void set(T &held, const T &value)
    {
        if (held == value)
            return;
        held = value;
        repaint();
        emit changed();
    }
    void drawLine(QPainter &painter, const QSizeF &size, const QList<Column> &columns,
        const QColor &color, bool filled) const;

    QList<qreal> m_firstLow;
    QList<qreal> m_firstHigh;
    QList<qreal> m_secondLow;
    QList<qreal> m_secondHigh;
    QColor m_firstColor = Qt::gray;
    QColor m_secondColor = Qt::darkGray;
    QColor m_gridColor = Qt::lightGray;
    qreal m_cursor = -1;
    qreal m_mark = -1;
    QColor m_markColor = Qt::darkYellow;
};

} // namespace signalbox
