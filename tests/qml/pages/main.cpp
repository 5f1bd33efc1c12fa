// SPDX-License-Identifier: GPL-3.0-only
#include "resources/fonts.h"
#include "tests/qml/pages/stage.h"

#include <QQmlEngine>
#include <QtQml/QQmlExtensionPlugin>
#include <QtQuickTest>

Q_IMPORT_QML_PLUGIN(SignalboxPlugin)
Q_IMPORT_QML_PLUGIN(Signalbox_ControlsPlugin)
Q_IMPORT_QML_PLUGIN(Signalbox_ItemsPlugin)
Q_IMPORT_QML_PLUGIN(Signalbox_ModelsPlugin)
Q_IMPORT_QML_PLUGIN(Signalbox_PagesPlugin)

/// Gives every test engine the stage.
class Setup : public QObject {
    Q_OBJECT
public slots:
    void applicationAvailable() { signalbox::loadFonts(); }
    void qmlEngineAvailable(QQmlEngine *engine)
    {
        engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
        qmlRegisterSingletonInstance("Signalbox.Test", 1, 0, "Stage", &m_stage);
    }

private:
    signalbox::Stage m_stage;
};

QUICK_TEST_MAIN_WITH_SETUP(signalbox_pages, Setup)

#include "main.moc"
