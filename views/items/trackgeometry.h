// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/items/trackdrawing.h"

QT_BEGIN_NAMESPACE
class QSGGeometry;
class QSGGeometryNode;
QT_END_NAMESPACE

/// Triangles for the drawing of a scene, with soft edges (the window has no multisampling).
namespace signalbox::trackgeometry {

struct Mesh {
    struct Vertex {
        float x, y;
        uchar r, g, b, a; ///< premultiplied
    };
    std::vector<Vertex> vertices;
    std::vector<quint32> indices;
};

/// `pixel` is the length of a device pixel in scene coordinates: the width of a soft edge.
Mesh meshOf(const trackdrawing::Drawing &drawing, qreal pixel);
QSGGeometryNode *newNode();
void fill(QSGGeometryNode *node, const Mesh &mesh);

} // namespace signalbox::trackgeometry
