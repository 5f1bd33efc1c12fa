// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QQuickItem>
#include <QtQml/qqmlregistration.h>

QT_BEGIN_NAMESPACE
class QPainter;
QT_END_NAMESPACE

namespace signalbox {

/// A small item drawn with QPainter into one texture: works alike with the OpenGL and the software
/// scene graph (which draws no geometry nodes). Redrawn only after repaint() or when its size or
/// the pixel ratio changes.
class PaintedItem : public QQuickItem {
    Q_OBJECT
    QML_ANONYMOUS
public:
    explicit PaintedItem(QQuickItem *parent = nullptr);

protected:
    /// Called on the scene graph thread while the GUI thread is blocked; coordinates are those of
    /// the item.
    virtual void draw(QPainter &painter, const QSizeF &size) const = 0;
    void repaint();

    QSGNode *updatePaintNode(QSGNode *old, UpdatePaintNodeData *data) override;
    void geometryChange(const QRectF &now, const QRectF &before) override;
    void itemChange(ItemChange change, const ItemChangeData &value) override;

private:
    bool m_dirty = true;
};

} // namespace signalbox
