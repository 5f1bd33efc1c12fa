// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/items/painteditem.h"

#include <QColor>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// The icons, drawn by path on a 16 × 16 grid so that they are crisp at every scale and take any
/// colour.
class Glyph : public signalbox::PaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(Shape shape READ shape WRITE setShape NOTIFY shapeChanged FINAL)
    Q_PROPERTY(QColor color READ color WRITE setColor NOTIFY colorChanged FINAL)
public:
    enum Shape {
        None,
        // rail
        Overview,
        Flows,
        Blueprints,
        Queues,
        Configuration,
        Tenants,
        Conversations,
        ChatTest,
        Access,
        Wire,
        // environments: told apart by shape
        Development,
        Staging,
        Production,
        // actions and marks
        ChevronDown,
        ChevronRight,
        ChevronUp,
        Back,
        Forward,
        Close,
        Search,
        Refresh,
        Plus,
        Check,
        More,
        Copy,
        Lock,
        Pencil,
        Pause,
        Play,
        Info,
        Alert,
        Export,
        Trash,
        Settings,
        Plug,
        Filter,
        Columns,
        Minus,
        Fit,
        Bell,
        Clock,
    };
    Q_ENUM(Shape)

    explicit Glyph(QQuickItem *parent = nullptr);
    Shape shape() const { return m_shape; }
    void setShape(Shape shape);
    QColor color() const { return m_color; }
    void setColor(const QColor &color);

signals:
    void shapeChanged();
    void colorChanged();

protected:
    void draw(QPainter &painter, const QSizeF &size) const override;

private:
    Shape m_shape = None;
    QColor m_color = Qt::gray;
};

} // namespace signalbox
