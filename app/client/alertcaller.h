// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/alert.h"

#include <QNetworkAccessManager>
#include <QPointer>

#include <chrono>

namespace signalbox {

class AlertStore;

/// Calls people outside the window: a POST to their webhook, a notification of their desktop. Says
/// to the store how each went; nothing is tried twice. GUI thread, never blocks.
class AlertCaller : public QObject {
    Q_OBJECT
public:
    static constexpr std::chrono::milliseconds postTimeout { 10000 };

    explicit AlertCaller(AlertStore *alerts, QObject *parent = nullptr);

private:
    void call(const schema::AlertEvent &event);
    void post(const schema::AlertEvent &event);
    void notify(const schema::AlertEvent &event);

    QPointer<AlertStore> m_alerts;
    QNetworkAccessManager m_network;
};

} // namespace signalbox
