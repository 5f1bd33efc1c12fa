// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/diagramscene.h"

#include "views/pages/flowtext.h"

#include <QCoreApplication>

namespace signalbox {

using flowtext::qs;

namespace {

QString words(const char *text)
{
    return QCoreApplication::translate("signalbox::Diagram", text);
}

QPolygonF polygon(const rules::DiagramLine &line)
{
    QPolygonF points;
    points.reserve(qsizetype(line.size()));
    for (const rules::DiagramPoint &point : line)
        points.append({ point.x, point.y });
    return points;
}

TrackLine::Kind kindOf(rules::DiagramTrack::Kind kind)
{
    switch (kind) {
    case rules::DiagramTrack::Kind::Queue:
        return TrackLine::Queue;
    case rules::DiagramTrack::Kind::Subscription:
        return TrackLine::Subscription;
    case rules::DiagramTrack::Kind::Exit:
        return TrackLine::Exit;
    case rules::DiagramTrack::Kind::Undirected:
        return TrackLine::Undirected;
    }
    return TrackLine::Queue;
}

QStringList names(const rules::Diagram &diagram, const std::vector<std::size_t> &stations)
{
    QStringList result;
    for (const std::size_t station : stations)
        result.append(qs(diagram.stations[station].processor));
    return result;
}

QString doors(const rules::DiagramTrack &track)
{
    QStringList result;
    for (const std::string &door : track.doors)
        result.append(qs(door));
    return result.join(QStringLiteral(", "));
}

} // namespace

QString stationKey(const rules::Diagram &diagram, std::size_t station)
{
    return QStringLiteral("s:") + qs(diagram.stations[station].key);
}

QString trackKey(const rules::Diagram &diagram, std::size_t track)
{
    const rules::DiagramTrack &one = diagram.tracks[track];
    const std::size_t station = one.to ? *one.to : one.from.front();
    return QStringLiteral("t:") + qs(diagram.stations[station].key) + QLatin1Char(':')
        + qs(one.spec);
}

QString trackName(const rules::Diagram &diagram, std::size_t track)
{
    const rules::DiagramTrack &one = diagram.tracks[track];
    QStringList from = names(diagram, one.from);
    if (!one.doors.empty())
        from.append(doors(one));
    const QString senders = from.isEmpty() ? words("outside") : from.join(QStringLiteral(", "));
    if (!one.to)
        return words("%1 → outside, %2").arg(senders, qs(one.topic));
    const QString target = qs(diagram.stations[*one.to].processor);
    return (one.kind == rules::DiagramTrack::Kind::Undirected ? words("%1 — %2") : words("%1 → %2"))
        .arg(senders, target);
}

TrackScene trackSceneOf(const rules::Diagram &diagram, const rules::DiagramLayout &layout)
{
    TrackSceneData scene;
    scene.size = { layout.width, layout.height };
    for (std::size_t i = 0; i < diagram.stations.size(); ++i) {
        const rules::DiagramBox &box = layout.stations[i];
        scene.stations.append({ stationKey(diagram, i), qs(diagram.stations[i].processor),
            { box.x, box.y, box.width, box.height } });
    }
    for (std::size_t i = 0; i < diagram.tracks.size(); ++i) {
        const rules::DiagramTrack &track = diagram.tracks[i];
        TrackLine line;
        line.key = trackKey(diagram, i);
        line.name = trackName(diagram, i);
        line.door = doors(track);
        line.kind = kindOf(track.kind);
        line.approach = polygon(layout.tracks[i].approach);
        for (const rules::DiagramLine &way : layout.tracks[i].ways)
            line.ways.append(polygon(way));
        line.to = track.to ? int(*track.to) : -1;
        for (const std::size_t from : track.from)
            line.from.append(int(from));
        scene.tracks.append(std::move(line));
    }
    return TrackScene(std::move(scene));
}

} // namespace signalbox
