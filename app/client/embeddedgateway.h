// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/gatewayprocess.h"

#include <QObject>
#include <QSocketNotifier>
#include <QTimer>
#include <QUrl>

namespace signalbox {

/// Keeps the built-in gateway running: reads where it listens, starts it again with back-off when
/// it dies, ends it on quit. GUI thread.
class EmbeddedGateway : public QObject {
    Q_OBJECT
public:
    explicit EmbeddedGateway(GatewayProcess::Options options, QObject *parent = nullptr);
    ~EmbeddedGateway() override; ///< ends the child

    /// `early` is one that main() has started already.
    void start(std::unique_ptr<GatewayProcess> early = {});
    void stop();
    bool isReady() const { return m_url.isValid(); }
    const QUrl &url() const { return m_url; }
    const std::string &apiKey() const { return m_apiKey; }
    pid_t pid() const { return m_process ? m_process->pid() : -1; }
    int restarts() const { return m_restarts; }

signals:
    void ready(const QUrl &url,
        const std::string &apiKey); ///< it serves; again after each restart, then with another URL
    void failed(const QString &text); ///< it died or cannot be started: what the operator should
                                      ///< read, with when it is tried again

private:
    void launch();
    void adopt(std::unique_ptr<GatewayProcess> process);
    void readOutput();
    void takeLine(const QByteArray &line);
    void died(const QString &why);

    GatewayProcess::Options m_options;
    std::unique_ptr<GatewayProcess> m_process;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QByteArray m_output;
    QUrl m_url;
    std::string m_apiKey;
    QTimer m_retry;
    QTimer m_startLimit;
    int m_restarts = 0;
    int m_failures = 0;
    bool m_wanted = false;
};

} // namespace signalbox
