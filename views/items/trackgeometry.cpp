// SPDX-License-Identifier: GPL-3.0-only
#include "views/items/trackgeometry.h"

#include <QSGGeometryNode>
#include <QSGVertexColorMaterial>

#include <cmath>
#include <cstring>

namespace signalbox::trackgeometry {

namespace {

using trackdrawing::Shape;
using trackdrawing::Stroke;

qreal length(QPointF v)
{
    return std::hypot(v.x(), v.y());
}

QPointF normal(QPointF from, QPointF to)
{
    const QPointF along = to - from;
    const qreal size = length(along);
    return size > 0 ? QPointF(-along.y() / size, along.x() / size) : QPointF();
}

class Builder {
public:
    Builder(Mesh &mesh, qreal pixel)
        : m_mesh(mesh)
        , m_pixel(pixel)
    {
    }
    void line(const QPolygonF &points, qreal width, const QColor &color);
    void dashes(const Stroke &stroke);
    void shape(const Shape &shape);

private:
    quint32 add(QPointF at, const QColor &color, bool clear = false)
    {
        const auto part = [&](int value) {
            return clear ? uchar(0) : uchar(value * color.alpha() / 255);
        };
        m_mesh.vertices.push_back({ float(at.x()), float(at.y()), part(color.red()),
            part(color.green()), part(color.blue()), part(255) });
        return quint32(m_mesh.vertices.size() - 1);
    }
    void quad(quint32 a, quint32 b, quint32 c, quint32 d)
    {
        m_mesh.indices.insert(m_mesh.indices.end(), { a, b, c, b, d, c });
    }

    Mesh &m_mesh;
    qreal m_pixel;
};

/// Four rows of vertices along the line: soft, hard, hard, soft.
void Builder::line(const QPolygonF &points, qreal width, const QColor &color)
{
    if (points.size() < 2)
        return;
    const qreal soft = m_pixel;
    const qreal hard = std::max(0.0, width / 2 - soft / 2);
    quint32 before = 0;
    for (qsizetype i = 0; i < points.size(); ++i) {
        const QPointF in = i > 0 ? normal(points[i - 1], points[i]) : QPointF();
        const QPointF out = i + 1 < points.size() ? normal(points[i], points[i + 1]) : QPointF();
        QPointF across = in + out;
        const qreal size = length(across);
        if (size <= 0.01) // turns back on itself
            across = in.isNull() ? out : in;
        else
            across *=
                in.isNull() || out.isNull() ? 1 / size : std::min(2 / (size * size), 1.5 / size);
        const quint32 row = add(points[i] + across * (hard + soft), color, true);
        add(points[i] + across * hard, color);
        add(points[i] - across * hard, color);
        add(points[i] - across * (hard + soft), color, true);
        for (quint32 strip = 0; i > 0 && strip < 3; ++strip)
            quad(before + strip, before + strip + 1, row + strip, row + strip + 1);
        before = row;
    }
}

void Builder::dashes(const Stroke &stroke)
{
    const qreal on = stroke.width * 1.5;
    const qreal off = stroke.width * 1.2;
    qreal phase = 0;
    for (qsizetype i = 1; i < stroke.points.size(); ++i) {
        const QPointF from = stroke.points[i - 1];
        const qreal size = length(stroke.points[i] - from);
        if (size <= 0)
            continue;
        const QPointF along = (stroke.points[i] - from) / size;
        qreal at = -phase;
        while (at < size) {
            const qreal start = std::max(0.0, at);
            const qreal end = std::min(size, at + on);
            if (end > start)
                line({ from + along * start, from + along * end }, stroke.width, stroke.color);
            at += on + off;
        }
        phase = (on + off) - (at - size);
    }
}

void Builder::shape(const Shape &shape)
{
    if (shape.points.size() < 3)
        return;
    QPointF middle;
    for (const QPointF &point : shape.points)
        middle += point / qreal(shape.points.size());
    std::vector<quint32> inner;
    std::vector<quint32> outer;
    for (const QPointF &point : shape.points) {
        const QPointF away = point - middle;
        const qreal size = std::max(length(away), 0.001);
        inner.push_back(add(point, shape.color));
        outer.push_back(add(point + away / size * m_pixel, shape.color, true));
    }
    for (std::size_t i = 0; i < inner.size(); ++i) {
        const std::size_t next = (i + 1) % inner.size();
        if (i > 0 && i + 1 < inner.size())
            m_mesh.indices.insert(m_mesh.indices.end(), { inner[0], inner[i], inner[i + 1] });
        quad(inner[i], inner[next], outer[i], outer[next]);
    }
}

} // namespace

Mesh meshOf(const trackdrawing::Drawing &drawing, qreal pixel)
{
    Mesh mesh;
    Builder builder(mesh, pixel);
    for (const Stroke &stroke : drawing.strokes) {
        if (stroke.dashed)
            builder.dashes(stroke);
        else
            builder.line(stroke.points, stroke.width, stroke.color);
    }
    for (const Shape &shape : drawing.shapes)
        builder.shape(shape);
    return mesh;
}

QSGGeometryNode *newNode()
{
    auto *node = new QSGGeometryNode;
    auto *geometry = new QSGGeometry(
        QSGGeometry::defaultAttributes_ColoredPoint2D(), 0, 0, QSGGeometry::UnsignedIntType);
    geometry->setDrawingMode(QSGGeometry::DrawTriangles);
    node->setGeometry(geometry);
    auto *material = new QSGVertexColorMaterial;
    material->setFlag(QSGMaterial::Blending);
    node->setMaterial(material);
    node->setFlags(QSGNode::OwnsGeometry | QSGNode::OwnsMaterial);
    return node;
}

void fill(QSGGeometryNode *node, const Mesh &mesh)
{
    static_assert(sizeof(Mesh::Vertex) == sizeof(QSGGeometry::ColoredPoint2D));
    QSGGeometry *geometry = node->geometry();
    geometry->allocate(int(mesh.vertices.size()), int(mesh.indices.size()));
    if (!mesh.vertices.empty())
        std::memcpy(geometry->vertexData(), mesh.vertices.data(),
            mesh.vertices.size() * sizeof(Mesh::Vertex));
    if (!mesh.indices.empty())
        std::memcpy(geometry->indexData(), mesh.indices.data(), mesh.indices.size() * 4);
    node->markDirty(QSGNode::DirtyGeometry);
}

} // namespace signalbox::trackgeometry
