// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/items/trackscene.h"

QT_BEGIN_NAMESPACE
class QPainter;
QT_END_NAMESPACE

/// How a scene looks, worked out once for every way of drawing: geometry nodes, QPainter, files.
/// Pure.
namespace signalbox::trackdrawing {

struct Stroke {
    QPolygonF points;
    qreal width = 1;
    QColor color;
    bool dashed = false;
};

struct Shape {
    QPolygonF points; ///< convex
    QColor color;
};

struct Drawing {
    QList<Stroke> strokes; ///< from the ground up
    QList<Shape> shapes; ///< above them
};

/// A small text beside a track: what waits, and the rate.
struct Label {
    QRectF box;
    int track = -1;
    QString waiting;
    QString rate;
    QColor waitingColor;
    QString door; ///< in its place: the name of an interface
    bool operator==(const Label &) const = default;
};

Drawing drawingOf(const TrackSceneData &scene, const TrackValues &values, const TrackLook &look,
    const TrackFocus &focus);
/// Below this zoom fewer things are shown, larger: a station its name alone, a track only what
/// waits.
constexpr qreal wholeFrom = 0.85;
/// Labels of a diagram that is shown at `zoom`.
QList<Label> labelsOf(
    const TrackSceneData &scene, const TrackValues &values, const TrackLook &look, qreal zoom = 1);

/// A station's name below `wholeFrom`: as large as its box lets it be, on two lines if need be, cut
/// where it must be. No line: nothing can be read there.
struct StationName {
    QStringList lines;
    int pixels = 0; ///< in the scene; times zoom on the screen
};
StationName nameAt(const TrackStation &station, const TrackLook &look, qreal zoom);

void paint(QPainter &painter, const Drawing &drawing);
/// The station with its frame, in scene coordinates. Its box is enlarged by `frame` for the ring.
constexpr qreal frame = 3;
void paintStation(QPainter &painter, const TrackStation &station, const StationValue &value,
    const TrackLook &look, bool current, bool hovered, bool ring, qreal zoom = 1);
void paintLabel(QPainter &painter, const Label &label, const TrackLook &look, qreal zoom = 1);
/// Everything: for files and pictures.
void paintAll(QPainter &painter, const TrackSceneData &scene, const TrackValues &values,
    const TrackLook &look, const TrackFocus &focus = {});

QByteArray svg(const TrackSceneData &scene, const TrackValues &values, const TrackLook &look);
/// `scale` is lowered where the picture would have more than 64 megapixels.
QByteArray png(
    const TrackSceneData &scene, const TrackValues &values, const TrackLook &look, qreal scale);

/// Nearest element within `reach`; stations before tracks. -1 none.
int elementAt(const TrackSceneData &scene, QPointF at, qreal reach);
/// Where an element can be shown to somebody: box of a station, approach of a track.
QRectF boxOf(const TrackSceneData &scene, int element);

} // namespace signalbox::trackdrawing
