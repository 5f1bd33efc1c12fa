// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/items/trackdrawing.h"
#include "views/items/tracksource.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QQuickItem>
#include <QTimer>

namespace signalbox {

/// The track diagram: stations and tracks with live figures; pan, zoom, hover, keyboard, one
/// accessible child per element. Plain data in; knows no store. GUI thread.
///
/// Lines are geometry nodes (an image with the software renderer, which draws none); stations and
/// labels are small images, each redrawn only when it changed, at most `spritesPerFrame` a frame.
/// Pulses run along tracks that move while the window shows them, `pulseMs` apart; nothing runs
/// when nothing moves, or with reduced motion.
class TrackDiagram : public QQuickItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(
        signalbox::TrackSource *source READ source WRITE setSource NOTIFY sourceChanged FINAL)
    Q_PROPERTY(int revision READ revision NOTIFY valuesChanged
            FINAL) ///< grows with every change: what nameOf() and tipOf() say is another
    Q_PROPERTY(QString title READ title WRITE setTitle NOTIFY titleChanged
            FINAL) ///< accessible name; give it to Accessible.name too
    Q_PROPERTY(
        bool reducedMotion READ reducedMotion WRITE setReducedMotion NOTIFY lookChanged FINAL)
    Q_PROPERTY(
        int current READ current WRITE setCurrent NOTIFY currentChanged FINAL) ///< element, -1 none
    Q_PROPERTY(QString currentKey READ currentKey NOTIFY currentChanged FINAL)
    Q_PROPERTY(bool currentIsTrack READ currentIsTrack NOTIFY currentChanged FINAL)
    Q_PROPERTY(int hovered READ hovered NOTIFY hoveredChanged FINAL)
    Q_PROPERTY(QPointF hoverPoint READ hoverPoint NOTIFY hoveredChanged FINAL)
    Q_PROPERTY(qreal zoom READ zoom NOTIFY viewChanged FINAL)
    Q_PROPERTY(bool fitted READ fitted NOTIFY viewChanged FINAL) ///< nobody moved the view
    Q_PROPERTY(bool moving READ moving NOTIFY movingChanged FINAL) ///< pulses run
    Q_PROPERTY(QColor ground MEMBER m_ground NOTIFY lookChanged FINAL)
    Q_PROPERTY(QColor stationColor MEMBER m_station NOTIFY lookChanged FINAL)
    Q_PROPERTY(QColor lineColor MEMBER m_line NOTIFY lookChanged FINAL)
    Q_PROPERTY(QColor textColor MEMBER m_text NOTIFY lookChanged FINAL)
    Q_PROPERTY(QColor mutedColor MEMBER m_muted NOTIFY lookChanged FINAL)
    Q_PROPERTY(QColor trackColor MEMBER m_track NOTIFY lookChanged FINAL)
    Q_PROPERTY(QColor accentColor MEMBER m_accent NOTIFY lookChanged FINAL)
    Q_PROPERTY(QColor clearColor MEMBER m_clear NOTIFY lookChanged FINAL)
    Q_PROPERTY(QColor warningColor MEMBER m_warning NOTIFY lookChanged FINAL)
    Q_PROPERTY(QColor stopColor MEMBER m_stop NOTIFY lookChanged FINAL)
    Q_PROPERTY(QColor unknownColor MEMBER m_unknown NOTIFY lookChanged FINAL)
    Q_PROPERTY(QString fontFamily MEMBER m_family NOTIFY lookChanged FINAL)
public:
    static constexpr int spritesPerFrame = 120;
    static constexpr int pulseMs = 80;
    static constexpr int mostPulses = 240;
    static constexpr qreal smallestZoom = 0.04;
    static constexpr qreal largestZoom = 4;

    explicit TrackDiagram(QQuickItem *parent = nullptr);
    ~TrackDiagram() override;

    TrackSource *source() const { return m_source; }
    void setSource(TrackSource *source); ///< not owned; the diagram follows it
    int revision() const { return m_revision; }
    const TrackScene &scene() const { return m_scene; }
    void setScene(const TrackScene &scene);
    const TrackValues &values() const { return m_values; }
    void setValues(const TrackValues &values);
    QString title() const { return m_title; }
    void setTitle(const QString &title);
    bool reducedMotion() const { return m_reducedMotion; }
    void setReducedMotion(bool reduced);
    int current() const { return m_focus.current; }
    void setCurrent(int element); ///< comes into view
    QString currentKey() const { return keyOf(m_focus.current); }
    bool currentIsTrack() const { return m_focus.current >= int(m_scene->stations.size()); }
    int hovered() const { return m_focus.hovered; }
    QPointF hoverPoint() const { return m_hoverPoint; }
    qreal zoom() const { return m_zoom; }
    bool fitted() const { return m_fitted; }
    bool moving() const { return m_pulse.isActive(); }
    TrackLook look() const;

    /// Images drawn so far, for tests and measurements: an unchanged element draws none.
    int spritesDrawn() const { return m_spritesDrawn; }
    int elements() const { return int(m_scene->stations.size() + m_scene->tracks.size()); }
    Q_INVOKABLE QString keyOf(int element) const; ///< "" when there is none
    Q_INVOKABLE QString nameOf(int element) const;
    Q_INVOKABLE QString tipOf(int element) const;
    Q_INVOKABLE bool isTrack(int element) const;
    Q_INVOKABLE QRectF place(int element) const; ///< in item coordinates
    Q_INVOKABLE void fit(); ///< everything in view, at most life size
    Q_INVOKABLE void zoomBy(qreal factor, const QPointF &around);
    Q_INVOKABLE void zoomStep(int steps); ///< around the middle
    Q_INVOKABLE void panBy(qreal dx, qreal dy);
    Q_INVOKABLE bool select(const QString &key); ///< false: there is none
    Q_INVOKABLE void activate(int element); ///< as Enter does
    Q_INVOKABLE QByteArray svg() const; ///< the whole diagram as it looks now
    Q_INVOKABLE QByteArray png(qreal scale) const; ///< at most 64 megapixels

    /// The element that an arrow key leads to: left and right follow tracks, up and down go to the
    /// neighbour. -1: stays. Pure but for the scene; public for tests.
    int neighbour(int element, int key) const;

signals:
    void sourceChanged();
    void sceneChanged();
    void valuesChanged();
    void titleChanged();
    void lookChanged();
    void currentChanged();
    void hoveredChanged();
    void viewChanged();
    void movingChanged();
    void activated(int element);
    void menuWanted(qreal x, qreal y); ///< for `current`
    void leaving(); ///< Escape

protected:
    QSGNode *updatePaintNode(QSGNode *old, UpdatePaintNodeData *data) override;
    void geometryChange(const QRectF &now, const QRectF &before) override;
    void itemChange(ItemChange change, const ItemChangeData &value) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void hoverMoveEvent(QHoverEvent *event) override;
    void hoverLeaveEvent(QHoverEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    struct Nodes;
    struct Sprite;
    QPointF toScene(QPointF at) const { return (at - m_offset) / m_zoom; }
    QPointF toItem(QPointF at) const { return at * m_zoom + m_offset; }
    QRectF visibleScene() const { return { toScene({}), toScene({ width(), height() }) }; }
    void setView(qreal zoom, QPointF offset, bool fitted);
    void bringIntoView(const QRectF &box);
    void setHovered(int element, QPointF at);
    int elementAt(QPointF at) const;
    bool step(bool forward);
    void startOrStopPulses();
    void tick();
    void redrawLines();
    void paintLines(Nodes &nodes, bool software);
    void paintSprites(Nodes &nodes);
    void paintPulses(Nodes &nodes);

    QPointer<TrackSource> m_source;
    int m_revision = 0;
    TrackScene m_scene;
    TrackValues m_values;
    TrackFocus m_focus;
    QList<trackdrawing::Label> m_labels;
    QPointF m_hoverPoint;
    qreal m_zoom = 1;
    QPointF m_offset;
    bool m_fitted = true;
    bool m_linesDirty = true;
    bool m_allDirty = true; ///< the look changed: every sprite anew
    bool m_reducedMotion = false;
    QPointF m_pressedAt;
    QPointF m_offsetAtPress;
    bool m_dragging = false;
    QTimer m_pulse;
    QElapsedTimer m_clock;
    QColor m_ground, m_station, m_line, m_text, m_muted, m_track, m_accent, m_clear, m_warning,
        m_stop, m_unknown;
    QString m_family;
    QString m_title;
    int m_spritesDrawn = 0; ///< written while the GUI thread waits
};

} // namespace signalbox
