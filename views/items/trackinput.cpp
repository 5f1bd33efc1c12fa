// SPDX-License-Identifier: GPL-3.0-only
// Mouse, wheel and keyboard of the track diagram.
#include "views/items/trackdiagram.h"

#include "views/items/trackaccess.h"

#include <QCursor>
#include <QGuiApplication>
#include <QStyleHints>

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

/// Reading order: column by column, each from the top.
QList<int> inOrder(const TrackDiagram &diagram, bool tracks)
{
    const auto &scene = *diagram.scene();
    const int stations = int(scene.stations.size());
    QList<int> order;
    for (int element = tracks ? stations : 0; element < (tracks ? diagram.elements() : stations);
         ++element)
        order.append(element);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        const QRectF left = trackdrawing::boxOf(scene, a);
        const QRectF right = trackdrawing::boxOf(scene, b);
        return std::abs(left.right() - right.right()) > 1 ? left.right() < right.right()
                                                          : left.top() < right.top();
    });
    return order;
}

int uppermost(const TrackSceneData &scene, const QList<int> &elements)
{
    int best = -1;
    qreal top = 0;
    for (const int element : elements) {
        const qreal y = trackdrawing::boxOf(scene, element).center().y();
        if (best < 0 || y < top) {
            best = element;
            top = y;
        }
    }
    return best;
}

} // namespace

int TrackDiagram::neighbour(int element, int key) const
{
    const TrackSceneData &scene = *m_scene;
    const int stations = int(scene.stations.size());
    if (element < 0 || element >= elements())
        return elements() > 0 ? inOrder(*this, stations == 0).constFirst() : -1;
    const bool station = element < stations;
    if (key == Qt::Key_Up || key == Qt::Key_Down) {
        const QList<int> order = inOrder(*this, !station);
        const qsizetype next = order.indexOf(element) + (key == Qt::Key_Up ? -1 : 1);
        return next >= 0 && next < order.size() ? order[next] : -1;
    }
    const bool right = key == Qt::Key_Right;
    if (!station) {
        const TrackLine &track = scene.tracks[element - stations];
        return right ? track.to : uppermost(scene, track.from);
    }
    QList<int> tracks;
    for (qsizetype i = 0; i < scene.tracks.size(); ++i) {
        const TrackLine &track = scene.tracks[i];
        if (right ? track.from.contains(element) : track.to == element)
            tracks.append(stations + int(i));
    }
    return uppermost(scene, tracks);
}

/// The next element in reading order, stations before tracks; false at either end.
bool TrackDiagram::step(bool forward)
{
    const QList<int> order = inOrder(*this, false) + inOrder(*this, true);
    qsizetype at = order.indexOf(m_focus.current);
    if (at < 0)
        at = forward ? -1 : order.size();
    at += forward ? 1 : -1;
    if (at < 0 || at >= order.size())
        return false;
    setCurrent(order[at]);
    return true;
}

void TrackDiagram::keyPressEvent(QKeyEvent *event)
{
    constexpr qreal far = 60;
    const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
    event->accept();
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        if (event->modifiers().testFlag(Qt::ControlModifier)) {
            const int key = event->key();
            panBy(key == Qt::Key_Left      ? far
                    : key == Qt::Key_Right ? -far
                                           : 0,
                key == Qt::Key_Up         ? far
                    : key == Qt::Key_Down ? -far
                                          : 0);
        } else if (const int next = neighbour(m_focus.current, event->key()); next >= 0) {
            setCurrent(next);
        }
        return;
    case Qt::Key_Tab:
    case Qt::Key_Backtab:
        if (!step(event->key() == Qt::Key_Tab && !shift))
            event->ignore(); // on to the next control
        return;
    case Qt::Key_Home:
    case Qt::Key_End:
        m_focus.current = -1;
        step(event->key() == Qt::Key_Home);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        activate(m_focus.current);
        return;
    case Qt::Key_Menu:
        break;
    case Qt::Key_F10:
        if (shift)
            break;
        event->ignore();
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomStep(1);
        return;
    case Qt::Key_Minus:
        zoomStep(-1);
        return;
    case Qt::Key_0:
        fit();
        return;
    case Qt::Key_Escape:
        emit leaving();
        return;
    default:
        event->ignore();
        return;
    }
    if (m_focus.current >= 0) {
        const QPointF at = place(m_focus.current).center();
        emit menuWanted(at.x(), at.y());
    }
}

void TrackDiagram::focusInEvent(QFocusEvent *event)
{
    QQuickItem::focusInEvent(event);
    const Qt::FocusReason reason = event->reason();
    m_focus.ring = reason != Qt::MouseFocusReason;
    if (m_focus.current < 0 && reason == Qt::TabFocusReason)
        step(true);
    else if (m_focus.current < 0 && reason == Qt::BacktabFocusReason)
        step(false);
    redrawLines();
    trackaccess::focusMoved(this, m_focus.current);
}

void TrackDiagram::focusOutEvent(QFocusEvent *event)
{
    QQuickItem::focusOutEvent(event);
    m_focus.ring = false;
    redrawLines();
}

int TrackDiagram::elementAt(QPointF at) const
{
    constexpr qreal reach = 6; // px on the screen
    return trackdrawing::elementAt(*m_scene, toScene(at), reach / m_zoom);
}

void TrackDiagram::mousePressEvent(QMouseEvent *event)
{
    forceActiveFocus(Qt::MouseFocusReason);
    m_pressedAt = event->position();
    m_offsetAtPress = m_offset;
    m_dragging = false;
    const int element = elementAt(event->position());
    if (event->button() == Qt::RightButton) {
        setCurrent(element);
        if (element >= 0)
            emit menuWanted(event->position().x(), event->position().y());
    } else if (event->button() == Qt::LeftButton && element >= 0) {
        setCurrent(element);
    }
}

void TrackDiagram::mouseMoveEvent(QMouseEvent *event)
{
    const QPointF moved = event->position() - m_pressedAt;
    if (!m_dragging && moved.manhattanLength() < QGuiApplication::styleHints()->startDragDistance())
        return;
    if (!m_dragging)
        setCursor(Qt::ClosedHandCursor);
    m_dragging = true;
    setKeepMouseGrab(true);
    setView(m_zoom, m_offsetAtPress + moved, false);
}

void TrackDiagram::mouseReleaseEvent(QMouseEvent *event)
{
    setKeepMouseGrab(false);
    unsetCursor();
    if (!m_dragging && event->button() == Qt::LeftButton && elementAt(event->position()) < 0)
        setCurrent(-1);
    m_dragging = false;
}

void TrackDiagram::mouseDoubleClickEvent(QMouseEvent *event)
{
    const int element = elementAt(event->position());
    if (element >= 0)
        activate(element);
    else
        fit();
}

void TrackDiagram::hoverMoveEvent(QHoverEvent *event)
{
    setHovered(elementAt(event->position()), event->position());
}

void TrackDiagram::hoverLeaveEvent(QHoverEvent *)
{
    setHovered(-1, {});
}

void TrackDiagram::wheelEvent(QWheelEvent *event)
{
    constexpr qreal notch = 120;
    if (event->modifiers().testFlag(Qt::ShiftModifier) || event->angleDelta().y() == 0) {
        const QPoint delta =
            event->pixelDelta().isNull() ? event->angleDelta() / 2 : event->pixelDelta();
        panBy(delta.x() != 0 ? delta.x() : delta.y(), 0);
    } else {
        zoomBy(std::pow(1.15, event->angleDelta().y() / notch), event->position());
    }
    event->accept();
}

} // namespace signalbox
