// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QColor>
#include <QList>
#include <QObject>
#include <QPolygonF>
#include <QRectF>
#include <QString>
#include <QtQml/qqmlregistration.h>

#include <memory>

/// What a TrackDiagram shows: plain values, shared and never changed once made. Lengths in px at
/// zoom 1.
namespace signalbox {

struct TrackStation {
    QString key; ///< stable; tells what to open
    QString name;
    QRectF box;
    bool operator==(const TrackStation &) const = default;
};

struct TrackLine {
    enum Kind { Queue, Subscription, Exit, Undirected };
    QString key; ///< stable
    QString name; ///< "chunker → embedder"
    QString door; ///< interface that sends into it, "" none
    Kind kind = Queue;
    QList<QPolygonF> ways; ///< from each producer to the begin of the approach
    QPolygonF approach; ///< straight, ends at the station; an exit begins there
    int to = -1; ///< station, -1 for an exit
    QList<int> from; ///< stations
    bool operator==(const TrackLine &) const = default;
};

struct TrackSceneData {
    QSizeF size;
    QList<TrackStation> stations;
    QList<TrackLine> tracks;
};

/// Where everything lies. Equal only to its own copies.
class TrackScene {
public:
    TrackScene() = default;
    explicit TrackScene(TrackSceneData data)
        : m_data(std::make_shared<const TrackSceneData>(std::move(data)))
    {
    }
    const TrackSceneData &operator*() const { return m_data ? *m_data : none(); }
    const TrackSceneData *operator->() const { return &**this; }
    bool operator==(const TrackScene &) const = default;

private:
    static const TrackSceneData &none()
    {
        static const TrackSceneData empty;
        return empty;
    }
    std::shared_ptr<const TrackSceneData> m_data;
};

struct StationValue {
    int aspect = 3; ///< Cell.Aspect: clear, warning, stop, unknown
    QString detail; ///< short, below the name
    QString tip; ///< one sentence with every figure
    bool operator==(const StationValue &) const = default;
};

struct TrackValue {
    int aspect = 3;
    double fill = -1; ///< occupancy 0…1; negative: unknown
    QString waiting; ///< "2 104", "" when nothing waits
    QString rate; ///< "41/s", "" when nothing moves, "—" when unknown
    double perSecond = 0; ///< pulses run while above 0
    QString tip;
    bool operator==(const TrackValue &) const = default;
};

/// Live values beside a scene: one per station and track, in its order. Missing ones are unknown.
class TrackValues {
public:
    QList<StationValue> stations;
    QList<TrackValue> tracks;
    StationValue station(qsizetype i) const
    {
        return i < stations.size() ? stations[i] : StationValue();
    }
    TrackValue track(qsizetype i) const { return i < tracks.size() ? tracks[i] : TrackValue(); }
    bool operator==(const TrackValues &) const = default;
};

struct TrackLook {
    QColor ground, station, line, text, muted, track, accent, clear, warning, stop, unknown;
    QString family;
    QColor aspect(int value) const
    {
        return value == 0 ? clear : value == 1 ? warning : value == 2 ? stop : unknown;
    }
    bool operator==(const TrackLook &) const = default;
};

/// What is looked at: an element is a station, or a track counted on from the last station; -1
/// none.
struct TrackFocus {
    int current = -1;
    int hovered = -1;
    bool ring = false; ///< the current one has the keyboard
    bool operator==(const TrackFocus &) const = default;
};

} // namespace signalbox
