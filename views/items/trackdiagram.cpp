// SPDX-License-Identifier: GPL-3.0-only
#include "views/items/trackdiagram.h"

#include "views/items/trackaccess.h"

#include <QQuickWindow>

#include <algorithm>
#include <cmath>
#include <utility>

namespace signalbox {

TrackDiagram::TrackDiagram(QQuickItem *parent)
    : QQuickItem(parent)
{
    setFlag(ItemHasContents);
    setFlag(ItemIsFocusScope, false);
    setAcceptedMouseButtons(Qt::LeftButton | Qt::RightButton | Qt::MiddleButton);
    setAcceptHoverEvents(true);
    setActiveFocusOnTab(true);
    setClip(true);
    trackaccess::install();
    m_pulse.setInterval(pulseMs);
    connect(&m_pulse, &QTimer::timeout, this, &TrackDiagram::tick);
    connect(this, &QQuickItem::visibleChanged, this, &TrackDiagram::startOrStopPulses);
    connect(this, &TrackDiagram::lookChanged, this, [this] {
        m_allDirty = true;
        redrawLines();
    });
}

TrackDiagram::~TrackDiagram() = default;

void TrackDiagram::setSource(TrackSource *source)
{
    if (m_source == source)
        return;
    if (m_source)
        m_source->disconnect(this);
    m_source = source;
    const auto takeScene = [this] { setScene(m_source->scene()); };
    const auto takeValues = [this] { setValues(m_source->values()); };
    if (m_source) {
        connect(m_source, &TrackSource::sceneChanged, this, takeScene);
        connect(m_source, &TrackSource::valuesChanged, this, takeValues);
        takeScene();
        takeValues();
    } else {
        setScene({});
    }
    emit sourceChanged();
}

void TrackDiagram::setScene(const TrackScene &scene)
{
    if (m_scene == scene)
        return;
    const QString key = currentKey();
    m_scene = scene;
    m_focus.hovered = -1;
    m_focus.current = -1;
    for (int element = 0; element < elements() && !key.isEmpty(); ++element) {
        if (keyOf(element) == key)
            m_focus.current = element;
    }
    m_allDirty = true;
    redrawLines();
    if (m_fitted)
        fit();
    trackaccess::reset(this);
    ++m_revision;
    emit sceneChanged();
    emit valuesChanged();
    emit currentChanged();
    emit hoveredChanged();
    startOrStopPulses();
}

void TrackDiagram::setValues(const TrackValues &values)
{
    if (m_values == values)
        return;
    m_values = values;
    redrawLines();
    ++m_revision;
    emit valuesChanged();
    if (m_focus.hovered >= 0)
        emit hoveredChanged(); // its figures
    startOrStopPulses();
}

void TrackDiagram::setTitle(const QString &title)
{
    if (m_title == title)
        return;
    m_title = title;
    emit titleChanged();
}

void TrackDiagram::setReducedMotion(bool reduced)
{
    if (m_reducedMotion == reduced)
        return;
    m_reducedMotion = reduced;
    emit lookChanged();
    startOrStopPulses();
}

TrackLook TrackDiagram::look() const
{
    return { m_ground, m_station, m_line, m_text, m_muted, m_track, m_accent, m_clear, m_warning,
        m_stop, m_unknown, m_family };
}

void TrackDiagram::redrawLines()
{
    m_labels = trackdrawing::labelsOf(*m_scene, m_values, look(), m_zoom);
    m_linesDirty = true;
    update();
}

bool TrackDiagram::isTrack(int element) const
{
    return element >= m_scene->stations.size() && element < elements();
}

QString TrackDiagram::keyOf(int element) const
{
    if (element < 0 || element >= elements())
        return {};
    const auto stations = m_scene->stations.size();
    return element < stations ? m_scene->stations[element].key
                              : m_scene->tracks[element - stations].key;
}

QString TrackDiagram::nameOf(int element) const
{
    if (element < 0 || element >= elements())
        return {};
    const auto stations = m_scene->stations.size();
    return element < stations ? tr("Station %1").arg(m_scene->stations[element].name)
                              : tr("Track %1").arg(m_scene->tracks[element - stations].name);
}

QString TrackDiagram::tipOf(int element) const
{
    if (element < 0 || element >= elements())
        return {};
    const auto stations = m_scene->stations.size();
    return element < stations ? m_values.station(element).tip
                              : m_values.track(element - stations).tip;
}

QRectF TrackDiagram::place(int element) const
{
    const QRectF box = trackdrawing::boxOf(*m_scene, element);
    return { toItem(box.topLeft()), box.size() * m_zoom };
}

// ---- view -------------------------------------------------------------------------------------

void TrackDiagram::setView(qreal zoom, QPointF offset, bool fitted)
{
    zoom = std::clamp(zoom, smallestZoom, largestZoom);
    // never quite out of sight
    const QSizeF size = m_scene->size * zoom;
    constexpr qreal rest = 40;
    offset.setX(
        std::clamp(offset.x(), std::min(rest - size.width(), 0.0), std::max(width() - rest, 0.0)));
    offset.setY(std::clamp(
        offset.y(), std::min(rest - size.height(), 0.0), std::max(height() - rest, 0.0)));
    if (zoom == m_zoom && offset == m_offset && fitted == m_fitted)
        return;
    m_linesDirty = true;
    if (std::exchange(m_zoom, zoom) != zoom)
        m_labels = trackdrawing::labelsOf(*m_scene, m_values, look(), m_zoom);
    m_offset = offset;
    m_fitted = fitted;
    update();
    emit viewChanged();
}

void TrackDiagram::fit()
{
    const QSizeF size = m_scene->size;
    if (size.isEmpty() || width() <= 0 || height() <= 0)
        return;
    constexpr qreal largestFit = 1.15;
    const qreal zoom = std::min({ width() / size.width(), height() / size.height(), largestFit });
    setView(zoom,
        { std::round((width() - size.width() * zoom) / 2),
            std::round((height() - size.height() * zoom) / 2) },
        true);
}

void TrackDiagram::zoomBy(qreal factor, const QPointF &around)
{
    const qreal zoom = std::clamp(m_zoom * factor, smallestZoom, largestZoom);
    const QPointF kept = toScene(around);
    setView(zoom, around - kept * zoom, false);
}

void TrackDiagram::zoomStep(int steps)
{
    zoomBy(std::pow(1.2, steps), { width() / 2, height() / 2 });
}

void TrackDiagram::panBy(qreal dx, qreal dy)
{
    setView(m_zoom, m_offset + QPointF(dx, dy), false);
}

void TrackDiagram::bringIntoView(const QRectF &box)
{
    constexpr qreal around = 12;
    const QRectF there = QRectF(toItem(box.topLeft()), box.size() * m_zoom)
                             .adjusted(-around, -around, around, around);
    QPointF move;
    if (there.left() < 0)
        move.setX(-there.left());
    else if (there.right() > width())
        move.setX(width() - there.right());
    if (there.top() < 0)
        move.setY(-there.top());
    else if (there.bottom() > height())
        move.setY(height() - there.bottom());
    if (!move.isNull())
        setView(m_zoom, m_offset + move, false);
}

void TrackDiagram::setCurrent(int element)
{
    if (element < -1 || element >= elements())
        return;
    if (element == m_focus.current)
        return;
    m_focus.current = element;
    redrawLines();
    if (element >= 0 && width() > 0)
        bringIntoView(trackdrawing::boxOf(*m_scene, element));
    emit currentChanged();
    if (hasActiveFocus())
        trackaccess::focusMoved(this, element);
}

bool TrackDiagram::select(const QString &key)
{
    for (int element = 0; element < elements(); ++element) {
        if (keyOf(element) == key) {
            setCurrent(element);
            return true;
        }
    }
    return false;
}

void TrackDiagram::activate(int element)
{
    setCurrent(element);
    if (m_focus.current >= 0)
        emit activated(m_focus.current);
}

void TrackDiagram::setHovered(int element, QPointF at)
{
    m_hoverPoint = at;
    if (element == m_focus.hovered)
        return;
    m_focus.hovered = element;
    redrawLines();
    emit hoveredChanged();
}

// ---- pulses -----------------------------------------------------------------------------------

void TrackDiagram::startOrStopPulses()
{
    const auto moves = [](const TrackValue &value) { return value.perSecond > 0; };
    const bool run = !m_reducedMotion && isVisible() && window()
        && std::any_of(m_values.tracks.begin(), m_values.tracks.end(), moves);
    if (run == m_pulse.isActive())
        return;
    if (run) {
        m_clock.start();
        m_pulse.start();
    } else {
        m_pulse.stop();
    }
    update();
    emit movingChanged();
}

void TrackDiagram::tick()
{
    if (window() && window()->isExposed())
        update();
}

void TrackDiagram::geometryChange(const QRectF &now, const QRectF &before)
{
    QQuickItem::geometryChange(now, before);
    if (now.size() == before.size())
        return;
    m_linesDirty = true;
    if (m_fitted)
        fit();
    update();
}

void TrackDiagram::itemChange(ItemChange change, const ItemChangeData &value)
{
    QQuickItem::itemChange(change, value);
    if (change == ItemDevicePixelRatioHasChanged || change == ItemSceneChange) {
        m_allDirty = true;
        m_linesDirty = true;
        startOrStopPulses();
    }
}

// ---- files ------------------------------------------------------------------------------------

QByteArray TrackDiagram::svg() const
{
    return trackdrawing::svg(*m_scene, m_values, look());
}

QByteArray TrackDiagram::png(qreal scale) const
{
    return trackdrawing::png(*m_scene, m_values, look(), scale);
}

} // namespace signalbox
