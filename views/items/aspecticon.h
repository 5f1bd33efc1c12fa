// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/items/painteditem.h"

#include <QColor>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// A signal aspect, told apart by shape as well as by colour: ring, half, bar, dash.
class AspectIcon : public signalbox::PaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(int aspect READ aspect WRITE setAspect NOTIFY aspectChanged
            FINAL) ///< Cell.Aspect; anything else is unknown
    Q_PROPERTY(QColor color READ color WRITE setColor NOTIFY colorChanged FINAL)
public:
    explicit AspectIcon(QQuickItem *parent = nullptr);
    int aspect() const { return m_aspect; }
    void setAspect(int aspect);
    QColor color() const { return m_color; }
    void setColor(const QColor &color);
    /// The same picture for whoever paints: `box` is square.
    static void paint(QPainter &painter, const QRectF &box, int aspect, const QColor &color);

signals:
    void aspectChanged();
    void colorChanged();

protected:
    void draw(QPainter &painter, const QSizeF &size) const override;

private:
    int m_aspect = 3;
    QColor m_color = Qt::gray;
};

} // namespace signalbox
