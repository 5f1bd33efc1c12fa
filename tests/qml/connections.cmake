# SPDX-License-Identifier: GPL-3.0-only
signalbox_test(tst_connections QML SOURCES tst_connections.cpp mainwindow.h
    LINK signalbox_qml signalbox_qmlplugin signalbox_resources signalbox_test_fake LABELS qml)
