// SPDX-License-Identifier: GPL-3.0-only
// Scene-graph side of the track diagram. Runs on the render thread while the GUI thread waits.
#include "views/items/trackdiagram.h"

#include "views/items/trackgeometry.h"

#include <QPainter>
#include <QQuickWindow>
#include <QSGImageNode>
#include <QSGRendererInterface>
#include <QSGTransformNode>

#include <cmath>
#include <memory>

namespace signalbox {

namespace {

QSGTexture *textureOf(QQuickWindow *window, const QImage &image)
{
    return window->createTextureFromImage(
        image, { QQuickWindow::TextureHasAlphaChannel, QQuickWindow::TextureCanUseAtlas });
}

/// The node shows another texture and owns it; the one before goes.
void exchange(QSGImageNode *node, QSGTexture *texture)
{
    const std::unique_ptr<QSGTexture> before(node->texture());
    node->setOwnsTexture(false);
    node->setTexture(texture);
    node->setOwnsTexture(true);
    node->setSourceRect(QRectF({}, texture->textureSize()));
}

/// A transparent picture of a part of the scene.
template <class Draw> QImage picture(const QRectF &part, qreal scale, const Draw &draw)
{
    QImage image(int(std::ceil(part.width() * scale)), int(std::ceil(part.height() * scale)),
        QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(scale, scale);
    painter.translate(-part.topLeft());
    draw(painter);
    return image;
}

QPointF pulseAt(const QPolygonF &line, qreal length)
{
    for (qsizetype i = 1; i < line.size(); ++i) {
        const QPointF along = line[i] - line[i - 1];
        const qreal size = std::hypot(along.x(), along.y());
        if (length <= size && size > 0)
            return line[i - 1] + along * (length / size);
        length -= size;
    }
    return line.isEmpty() ? QPointF() : line.last();
}

} // namespace

/// An image of one element, remembered with what it shows.
struct TrackDiagram::Sprite {
    QSGImageNode *node = nullptr;
    qreal scale = 0; ///< zoom × pixel ratio it was drawn for
    StationValue value;
    trackdrawing::Label label;
    int state = -1; ///< current, hovered, ring
};

struct TrackDiagram::Nodes : QSGNode {
    Nodes()
    {
        for (QSGTransformNode *layer : { &lines, &labels, &stations, &pulses }) {
            layer->setFlag(OwnedByParent, false);
            appendChildNode(layer);
        }
    }
    ~Nodes() override { delete dot; }

    void clear(QSGNode &layer)
    {
        while (QSGNode *child = layer.firstChild()) {
            layer.removeChildNode(child);
            delete child;
        }
    }
    /// Gives a sprite a new image.
    static void show(Sprite &sprite, QSGNode &layer, QQuickWindow *window, const QImage &image)
    {
        const bool isNew = !sprite.node;
        if (isNew) {
            sprite.node = window->createImageNode();
            sprite.node->setFiltering(QSGTexture::Linear);
        }
        exchange(sprite.node, textureOf(window, image));
        if (isNew) // only now: the software renderer takes no node without a texture
            layer.appendChildNode(sprite.node);
    }
    static void drop(Sprite &sprite, QSGNode &layer)
    {
        if (!sprite.node)
            return;
        layer.removeChildNode(sprite.node);
        delete sprite.node;
        sprite = {};
    }

    // Transforms that change nothing: below a plain node the software renderer would forget where
    // the item stands.
    QSGTransformNode lines;
    QSGTransformNode labels;
    QSGTransformNode stations;
    QSGTransformNode pulses;
    QSGTransformNode *view = nullptr; ///< below `lines`
    QSGGeometryNode *mesh = nullptr;
    QSGImageNode *image = nullptr; ///< below `lines`, software
    std::vector<Sprite> stationSprites;
    std::vector<Sprite> labelSprites;
    QSGTexture *dot = nullptr;
    qreal dotRatio = 0;
    bool complete = true;
};

QSGNode *TrackDiagram::updatePaintNode(QSGNode *old, UpdatePaintNodeData *)
{
    auto *nodes = static_cast<Nodes *>(old);
    if (width() < 1 || height() < 1 || !window()) {
        delete nodes;
        return nullptr;
    }
    if (!nodes)
        nodes = new Nodes;
    const bool software =
        window()->rendererInterface()->graphicsApi() == QSGRendererInterface::Software;
    if (m_allDirty) {
        nodes->clear(nodes->labels);
        nodes->clear(nodes->stations);
        nodes->clear(nodes->pulses);
        nodes->stationSprites.clear();
        nodes->labelSprites.clear();
        delete nodes->dot;
        nodes->dot = nullptr;
        m_allDirty = false;
        m_linesDirty = true;
    }
    if (m_linesDirty || !nodes->complete) {
        if (m_linesDirty)
            paintLines(*nodes, software);
        m_linesDirty = false;
        paintSprites(*nodes);
        if (!nodes->complete)
            QMetaObject::invokeMethod(this, &QQuickItem::update, Qt::QueuedConnection);
    }
    paintPulses(*nodes);
    return nodes;
}

void TrackDiagram::paintLines(Nodes &nodes, bool software)
{
    const qreal ratio = window()->effectiveDevicePixelRatio();
    const auto drawing = trackdrawing::drawingOf(*m_scene, m_values, look(), m_focus);
    if (!software) {
        if (!nodes.view) {
            nodes.view = new QSGTransformNode;
            nodes.mesh = trackgeometry::newNode();
            nodes.view->appendChildNode(nodes.mesh);
            nodes.lines.appendChildNode(nodes.view);
        }
        QMatrix4x4 matrix;
        matrix.translate(float(m_offset.x()), float(m_offset.y()));
        matrix.scale(float(m_zoom), float(m_zoom));
        nodes.view->setMatrix(matrix);
        trackgeometry::fill(nodes.mesh, trackgeometry::meshOf(drawing, 1 / (m_zoom * ratio)));
        return;
    }
    const QRectF part({}, size());
    const QImage image = picture(part, ratio, [&](QPainter &painter) {
        painter.translate(m_offset);
        painter.scale(m_zoom, m_zoom);
        trackdrawing::paint(painter, drawing);
    });
    const bool isNew = !nodes.image;
    if (isNew)
        nodes.image = window()->createImageNode();
    exchange(nodes.image, textureOf(window(), image));
    nodes.image->setRect(0, 0, image.width() / ratio, image.height() / ratio);
    if (isNew)
        nodes.lines.appendChildNode(nodes.image);
}

void TrackDiagram::paintSprites(Nodes &nodes)
{
    const qreal ratio = window()->effectiveDevicePixelRatio();
    const qreal scale = m_zoom * ratio;
    const QRectF visible = visibleScene();
    const TrackLook colors = look();
    int budget = spritesPerFrame;
    nodes.complete = true;
    const auto put = [&](Sprite &sprite, const QRectF &part) {
        const QPointF at = toItem(part.topLeft()) * ratio;
        sprite.node->setRect({ QPointF(std::round(at.x()), std::round(at.y())) / ratio,
            QSizeF(sprite.node->texture()->textureSize()) / ratio * (scale / sprite.scale) });
    };
    const auto spend = [&](bool stale) {
        if (stale && --budget < 0)
            nodes.complete = false; // the rest with the next frame
        return stale && budget >= 0;
    };
    nodes.stationSprites.resize(std::size_t(m_scene->stations.size()));
    for (qsizetype i = 0; i < m_scene->stations.size(); ++i) {
        const TrackStation &station = m_scene->stations[i];
        Sprite &sprite = nodes.stationSprites[std::size_t(i)];
        constexpr qreal frame = trackdrawing::frame;
        const QRectF part = station.box.adjusted(-frame, -frame, frame, frame);
        if (!visible.intersects(part)) {
            Nodes::drop(sprite, nodes.stations);
            continue;
        }
        const bool current = m_focus.current == i;
        const bool hovered = m_focus.hovered == i;
        const int state = (current ? 1 : 0) + (hovered ? 2 : 0) + (current && m_focus.ring ? 4 : 0);
        const StationValue value = m_values.station(i);
        const bool stale =
            !sprite.node || sprite.scale != scale || sprite.state != state || sprite.value != value;
        if (spend(stale)) {
            ++m_spritesDrawn;
            Nodes::show(
                sprite, nodes.stations, window(), picture(part, scale, [&](QPainter &painter) {
                    trackdrawing::paintStation(painter, station, value, colors, current, hovered,
                        current && m_focus.ring, m_zoom);
                }));
            sprite.scale = scale;
            sprite.state = state;
            sprite.value = value;
        }
        if (sprite.node)
            put(sprite, part);
    }
    for (std::size_t i = m_labels.size(); i < nodes.labelSprites.size(); ++i)
        Nodes::drop(nodes.labelSprites[i], nodes.labels);
    nodes.labelSprites.resize(std::size_t(m_labels.size()));
    for (qsizetype i = 0; i < m_labels.size(); ++i) {
        const trackdrawing::Label &label = m_labels[i];
        Sprite &sprite = nodes.labelSprites[std::size_t(i)];
        if (!visible.intersects(label.box)) {
            Nodes::drop(sprite, nodes.labels);
            continue;
        }
        const bool stale = !sprite.node || sprite.scale != scale || sprite.label != label;
        if (spend(stale)) {
            ++m_spritesDrawn;
            Nodes::show(
                sprite, nodes.labels, window(), picture(label.box, scale, [&](QPainter &painter) {
                    trackdrawing::paintLabel(painter, label, colors, m_zoom);
                }));
            sprite.scale = scale;
            sprite.label = label;
        }
        if (sprite.node)
            put(sprite, label.box);
    }
}

void TrackDiagram::paintPulses(Nodes &nodes)
{
    QList<QPointF> points;
    constexpr qreal speed = 70; // px a second at zoom 1
    constexpr qreal apart = 90; // between two pulses of a track
    constexpr qreal smallest = 0.3; // zoom
    if (m_pulse.isActive() && m_zoom >= smallest) {
        const QRectF visible = visibleScene();
        const qreal travelled = qreal(m_clock.elapsed()) / 1000 * speed;
        for (qsizetype i = 0; i < m_scene->tracks.size() && points.size() < mostPulses; ++i) {
            const TrackLine &track = m_scene->tracks[i];
            if (m_values.track(i).perSecond <= 0)
                continue;
            const auto run = [&](const QPolygonF &line) {
                qreal length = 0;
                for (qsizetype p = 1; p < line.size(); ++p)
                    length +=
                        std::hypot(line[p].x() - line[p - 1].x(), line[p].y() - line[p - 1].y());
                qreal at = std::fmod(travelled + qreal(i) * 37, apart);
                while (at < length) {
                    const QPointF point = pulseAt(line, at);
                    if (visible.contains(point) && points.size() < mostPulses)
                        points.append(point);
                    at += apart;
                }
            };
            // the rate is the queue's: which of several producers sends, nobody tells
            if (track.ways.size() == 1)
                run(track.ways.constFirst() + track.approach);
            else
                run(track.approach);
        }
    }
    const qreal ratio = window()->effectiveDevicePixelRatio();
    constexpr qreal size = 7;
    if (!points.isEmpty() && (!nodes.dot || nodes.dotRatio != ratio)) {
        nodes.clear(nodes.pulses);
        delete nodes.dot;
        nodes.dotRatio = ratio;
        nodes.dot =
            textureOf(window(), picture({ 0, 0, size, size }, ratio, [&](QPainter &painter) {
                painter.setPen(Qt::NoPen);
                painter.setBrush(m_accent);
                painter.drawEllipse(QRectF(1, 1, size - 2, size - 2));
            }));
    }
    QSGNode *child = nodes.pulses.firstChild();
    for (const QPointF &point : points) {
        auto *pulse = static_cast<QSGImageNode *>(child);
        if (!pulse) {
            pulse = window()->createImageNode();
            pulse->setOwnsTexture(false);
            pulse->setTexture(nodes.dot);
            pulse->setSourceRect(QRectF({}, nodes.dot->textureSize()));
            pulse->setFiltering(QSGTexture::Linear);
            nodes.pulses.appendChildNode(pulse);
        }
        pulse->setRect(QRectF(toItem(point) - QPointF(size, size) / 2, QSizeF(size, size)));
        child = pulse->nextSibling();
    }
    while (child) {
        QSGNode *next = child->nextSibling();
        nodes.pulses.removeChildNode(child);
        delete child;
        child = next;
    }
}

} // namespace signalbox
