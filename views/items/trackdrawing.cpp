// SPDX-License-Identifier: GPL-3.0-only
#include "views/items/trackdrawing.h"

#include "views/items/aspecticon.h"

#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace signalbox::trackdrawing {

namespace {

constexpr qreal lineWidth = 3;
constexpr qreal occupiedWidth = 5;
constexpr qreal radius = 5;
constexpr int nameSize = 12; // px at zoom 1
constexpr int smallSize = 10;
constexpr qreal labelWidth = 78;
constexpr qreal labelHeight = 13;
constexpr qreal lineFactor = 1.05; // of the size of a name's letters

bool touches(const TrackLine &track, int station)
{
    return track.to == station || track.from.contains(station);
}

/// The tracks of what is looked at are lit.
bool lit(const TrackSceneData &scene, const TrackLine &track, int index, int element)
{
    if (element < 0)
        return false;
    const int stations = int(scene.stations.size());
    return element < stations ? touches(track, element) : element - stations == index;
}

void addOccupancy(Drawing &drawing, const TrackLine &track, const TrackValue &value, QColor color)
{
    if (value.fill < 0 || track.approach.size() < 2)
        return;
    constexpr qreal least = 5; // an empty track shows its signal at the station
    const QPointF end = track.approach.last();
    const QPointF start = track.approach.first();
    const qreal length = std::hypot(end.x() - start.x(), end.y() - start.y());
    if (length <= 0)
        return;
    const qreal part = std::clamp(std::max(value.fill, least / length), 0.0, 1.0);
    drawing.strokes.append({ { end + (start - end) * part, end }, occupiedWidth, color, false });
}

QPolygonF arrow(const QPolygonF &approach)
{
    const QPointF tip = approach.last();
    return { tip, tip + QPointF(-7, -4), tip + QPointF(-7, 4) };
}

void addEnds(Drawing &drawing, const TrackLine &track, QColor color)
{
    if (track.kind != TrackLine::Undirected)
        drawing.shapes.append({ arrow(track.approach), color });
    if (track.kind != TrackLine::Exit && track.ways.isEmpty()) { // comes from outside
        const QPointF start = track.approach.first();
        drawing.strokes.append({ { start - QPointF(0, 6), start + QPointF(0, 6) }, 2, color });
    }
}

QFont font(const TrackLook &look, int size, bool strong)
{
    QFont result(look.family);
    result.setPixelSize(size);
    result.setWeight(strong ? QFont::DemiBold : QFont::Normal);
    result.setHintingPreference(QFont::PreferNoHinting); // one layout at every zoom
    return result;
}

qreal distance(const QPolygonF &line, QPointF at)
{
    qreal best = std::numeric_limits<qreal>::max();
    for (qsizetype i = 1; i < line.size(); ++i) {
        const QPointF a = line[i - 1];
        const QPointF d = line[i] - a;
        const qreal square = QPointF::dotProduct(d, d);
        const qreal part =
            square > 0 ? std::clamp(QPointF::dotProduct(at - a, d) / square, 0.0, 1.0) : 0;
        const QPointF off = at - (a + d * part);
        best = std::min(best, std::hypot(off.x(), off.y()));
    }
    return best;
}

} // namespace

Drawing drawingOf(const TrackSceneData &scene, const TrackValues &values, const TrackLook &look,
    const TrackFocus &focus)
{
    Drawing drawing;
    QList<Stroke> above;
    for (qsizetype i = 0; i < scene.tracks.size(); ++i) {
        const TrackLine &track = scene.tracks[i];
        const TrackValue value = values.track(i);
        const bool isLit =
            lit(scene, track, int(i), focus.current) || lit(scene, track, int(i), focus.hovered);
        const bool dashed = track.kind == TrackLine::Undirected;
        QList<Stroke> &strokes = isLit ? above : drawing.strokes;
        const QColor color = isLit ? look.accent : look.track;
        for (const QPolygonF &way : track.ways)
            strokes.append({ way, lineWidth, color, dashed });
        const bool unknown = value.fill < 0 && track.kind != TrackLine::Exit;
        strokes.append({ track.approach, lineWidth, color, dashed || unknown });
    }
    drawing.strokes += above;
    for (qsizetype i = 0; i < scene.tracks.size(); ++i) {
        const TrackLine &track = scene.tracks[i];
        const TrackValue value = values.track(i);
        const bool isLit =
            lit(scene, track, int(i), focus.current) || lit(scene, track, int(i), focus.hovered);
        const QColor color = value.fill >= 0 ? look.aspect(value.aspect)
            : isLit                          ? look.accent
                                             : look.track;
        addOccupancy(drawing, track, value, color);
        addEnds(drawing, track, color);
    }
    return drawing;
}

namespace {

/// Only what waits, where a figure can be read at all; none over another.
QList<Label> fewLabels(
    const TrackSceneData &scene, const TrackValues &values, const TrackLook &look, qreal zoom)
{
    constexpr qreal least = 0.35; // zoom: below, figures would cover the stations
    QList<Label> labels;
    if (zoom < least)
        return labels;
    for (qsizetype i = 0; i < scene.tracks.size(); ++i) {
        const TrackLine &track = scene.tracks[i];
        const TrackValue value = values.track(i);
        if (track.kind == TrackLine::Exit || track.approach.isEmpty() || value.waiting.isEmpty())
            continue;
        const QPointF end = track.approach.last();
        const QSizeF size(labelWidth, labelHeight / zoom);
        const QRectF box(end - QPointF(size.width() + 3, size.height() + 3), size);
        const bool free = std::none_of(labels.begin(), labels.end(),
            [&](const Label &other) { return other.box.intersects(box); });
        if (free)
            labels.append({ box, int(i), value.waiting, {}, look.aspect(value.aspect), {} });
    }
    return labels;
}

/// The side of a station's signal and the room beside it.
constexpr qreal smallInset = 3;
qreal smallIcon(const QRectF &box, qreal zoom)
{
    return std::min(box.height() - 4 * smallInset, 8 / zoom);
}
QRectF nameRoom(const QRectF &box, qreal zoom)
{
    const qreal left = smallInset + smallIcon(box, zoom) + 2.5 / zoom;
    return box.adjusted(left, 1, -1.5 / zoom, -1);
}

qsizetype breakOf(const QString &name)
{
    const qsizetype middle = name.size() / 2;
    qsizetype best = -1;
    for (qsizetype i = 1; i + 1 < name.size(); ++i)
        if (QStringView(u"-_.: /").contains(name[i])
            && (best < 0 || std::abs(i + 1 - middle) < std::abs(best - middle)))
            best = i + 1;
    return best;
}

void paintSmallStation(QPainter &painter, const TrackStation &station, const StationValue &value,
    const TrackLook &look, qreal zoom)
{
    const QRectF &box = station.box;
    const StationName name = nameAt(station, look, zoom);
    const qreal side = smallIcon(box, zoom);
    const qreal x = name.lines.isEmpty() ? box.center().x() - side / 2 : box.x() + smallInset;
    AspectIcon::paint(painter, QRectF(x, box.center().y() - side / 2, side, side), value.aspect,
        look.aspect(value.aspect));
    painter.setFont(font(look, std::max(1, name.pixels), true));
    painter.setPen(look.text);
    QRectF line = nameRoom(box, zoom);
    const qreal height = name.lines.size() > 1 ? name.pixels * lineFactor : line.height();
    line.setTop(line.center().y() - height * qreal(name.lines.size()) / 2);
    line.setHeight(height);
    for (const QString &text : name.lines) {
        painter.drawText(
            line, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine | Qt::TextDontClip, text);
        line.translate(0, height);
    }
}

} // namespace

StationName nameAt(const TrackStation &station, const TrackLook &look, qreal zoom)
{
    const QSizeF room = nameRoom(station.box, zoom).size();
    const auto wide = [&](const QString &text, int pixels) {
        return QFontMetricsF(font(look, pixels, true)).horizontalAdvance(text);
    };
    constexpr int largest = 11; // on the screen
    constexpr int smallest = 8;
    for (int size = largest; size > smallest + 1; --size) {
        const int pixels = int(size / zoom);
        if (pixels <= room.height() && wide(station.name, pixels) <= room.width())
            return { { station.name }, pixels };
    }
    const qsizetype cut = breakOf(station.name);
    for (int size = largest - 1; cut > 0 && size >= smallest; --size) {
        const int pixels = int(size / zoom);
        const QString first = station.name.left(cut);
        const QString second = station.name.mid(cut);
        if (2 * pixels * lineFactor <= room.height() && wide(first, pixels) <= room.width()
            && wide(second, pixels) <= room.width())
            return { { first, second }, pixels };
    }
    const int pixels = int((smallest + 1) / zoom);
    if (pixels > room.height() || room.width() < 4 * pixels)
        return {};
    const QFontMetricsF metrics(font(look, pixels, true));
    return { { metrics.elidedText(station.name, Qt::ElideMiddle, room.width()) }, pixels };
}

QList<Label> labelsOf(
    const TrackSceneData &scene, const TrackValues &values, const TrackLook &look, qreal zoom)
{
    if (zoom < wholeFrom)
        return fewLabels(scene, values, look, zoom);
    constexpr qreal width = labelWidth;
    constexpr qreal height = labelHeight;
    QList<Label> labels;
    for (qsizetype i = 0; i < scene.tracks.size(); ++i) {
        const TrackLine &track = scene.tracks[i];
        const TrackValue value = values.track(i);
        if (track.kind == TrackLine::Exit || track.approach.isEmpty())
            continue;
        const QPointF end = track.approach.last();
        if (!value.waiting.isEmpty() || !value.rate.isEmpty()) {
            labels.append({ QRectF(end.x() - width - 3, end.y() - height - 3, width, height),
                int(i), value.waiting, value.rate, look.aspect(value.aspect), {} });
        }
        if (track.ways.isEmpty() && !track.door.isEmpty()) {
            labels.append({ QRectF(end.x() - width - 3, end.y() + 3, width, height), int(i), {}, {},
                {}, track.door });
        }
    }
    return labels;
}

void paint(QPainter &painter, const Drawing &drawing)
{
    painter.setBrush(Qt::NoBrush);
    for (const Stroke &stroke : drawing.strokes) {
        QPen pen(stroke.color, stroke.width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
        if (stroke.dashed)
            pen.setDashPattern({ 1.5, 1.2 });
        painter.setPen(pen);
        painter.drawPolyline(stroke.points);
    }
    painter.setPen(Qt::NoPen);
    for (const Shape &shape : drawing.shapes) {
        painter.setBrush(shape.color);
        painter.drawConvexPolygon(shape.points);
    }
    painter.setBrush(Qt::NoBrush);
}

void paintStation(QPainter &painter, const TrackStation &station, const StationValue &value,
    const TrackLook &look, bool current, bool hovered, bool ring, qreal zoom)
{
    const QRectF &box = station.box;
    painter.setPen(QPen(current || hovered ? look.accent : look.line, 1));
    painter.setBrush(look.station);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    if (ring) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(look.accent, 2));
        painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), radius + 1, radius + 1);
    }
    if (zoom < wholeFrom)
        return paintSmallStation(painter, station, value, look, zoom);
    AspectIcon::paint(painter, QRectF(box.x() + 9, box.center().y() - 5, 10, 10), value.aspect,
        look.aspect(value.aspect));
    const QRectF inside(box.x() + 25, box.center().y() - 17, box.width() - 30, 34);
    const auto line = [&](const QRectF &where, const QString &text, int size, bool strong,
                          QColor color) {
        // a long name is first set smaller, then cut
        constexpr int smallest = 10;
        QFont face = font(look, size, strong);
        while (strong && size > smallest
            && QFontMetricsF(face).horizontalAdvance(text) > where.width()) {
            face = font(look, --size, strong);
        }
        painter.setFont(face);
        painter.setPen(color);
        painter.drawText(where, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
            QFontMetricsF(face).elidedText(
                text, strong ? Qt::ElideMiddle : Qt::ElideRight, where.width()));
    };
    const bool twoLines = !value.detail.isEmpty();
    line(
        twoLines ? inside.adjusted(0, 1, 0, -16) : inside, station.name, nameSize, true, look.text);
    if (twoLines)
        line(inside.adjusted(0, 17, 0, -2), value.detail, smallSize, false, look.muted);
}

void paintLabel(QPainter &painter, const Label &label, const TrackLook &look, qreal zoom)
{
    const int size = zoom < wholeFrom ? int(smallSize / zoom) : smallSize;
    const QFont face = font(look, size, false);
    const QFont strong = font(look, size, true);
    const QFontMetricsF metrics(face);
    const QString rate = label.door.isEmpty()
        ? label.rate
        : metrics.elidedText(label.door, Qt::ElideRight, label.box.width() - 6);
    const qreal gap = label.waiting.isEmpty() || rate.isEmpty() ? 0 : 5;
    const qreal rateWidth = metrics.horizontalAdvance(rate);
    const qreal width = rateWidth + gap + QFontMetricsF(strong).horizontalAdvance(label.waiting);
    QColor halo = look.ground;
    halo.setAlphaF(0.82F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(halo);
    painter.drawRoundedRect(label.box.adjusted(label.box.width() - width - 6, 0, 0, 0), 3, 3);
    painter.setFont(face);
    painter.setPen(look.muted);
    const QRectF text = label.box.adjusted(0, 0, -3, 0);
    painter.drawText(text, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, rate);
    painter.setFont(strong);
    painter.setPen(label.waitingColor);
    painter.drawText(text.adjusted(-40, 0, -rateWidth - gap, 0),
        Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, label.waiting);
}

void paintAll(QPainter &painter, const TrackSceneData &scene, const TrackValues &values,
    const TrackLook &look, const TrackFocus &focus)
{
    painter.setRenderHint(QPainter::Antialiasing);
    paint(painter, drawingOf(scene, values, look, focus));
    for (const Label &label : labelsOf(scene, values, look))
        paintLabel(painter, label, look);
    for (qsizetype i = 0; i < scene.stations.size(); ++i)
        paintStation(painter, scene.stations[i], values.station(i), look, focus.current == i,
            focus.hovered == i, focus.ring && focus.current == i);
}

int elementAt(const TrackSceneData &scene, QPointF at, qreal reach)
{
    for (qsizetype i = 0; i < scene.stations.size(); ++i) {
        if (scene.stations[i].box.contains(at))
            return int(i);
    }
    int best = -1;
    for (qsizetype i = 0; i < scene.tracks.size(); ++i) {
        const TrackLine &track = scene.tracks[i];
        // where lines run together the approach, which is nobody else's, wins
        qreal away = distance(track.approach, at) - 0.5;
        for (const QPolygonF &way : track.ways) {
            if (way.boundingRect().adjusted(-reach, -reach, reach, reach).contains(at))
                away = std::min(away, distance(way, at));
        }
        if (away < reach) {
            reach = away;
            best = int(scene.stations.size() + i);
        }
    }
    return best;
}

QRectF boxOf(const TrackSceneData &scene, int element)
{
    const int stations = int(scene.stations.size());
    if (element >= 0 && element < stations)
        return scene.stations[element].box;
    if (element < 0 || element - stations >= scene.tracks.size())
        return {};
    return scene.tracks[element - stations].approach.boundingRect().adjusted(0, -5, 0, 5);
}

} // namespace signalbox::trackdrawing
