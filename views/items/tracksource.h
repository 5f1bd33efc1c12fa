// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/items/trackscene.h"

namespace signalbox {

/// Hands a scene and its values from a view model to a TrackDiagram. An object, so that QML passes
/// a pointer on and never copies the values through script. GUI thread.
class TrackSource : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by a view model")
public:
    using QObject::QObject;
    const TrackScene &scene() const { return m_scene; }
    void setScene(const TrackScene &scene)
    {
        m_scene = scene;
        emit sceneChanged();
    }
    const TrackValues &values() const { return m_values; }
    void setValues(const TrackValues &values)
    {
        m_values = values;
        emit valuesChanged();
    }

signals:
    void sceneChanged();
    void valuesChanged();

private:
    TrackScene m_scene;
    TrackValues m_values;
};

} // namespace signalbox
