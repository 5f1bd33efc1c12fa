// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QObject>

#include <memory>

QT_BEGIN_NAMESPACE
class QLocalServer;
QT_END_NAMESPACE

namespace signalbox {

/// One window per profile: a second start hands its link over, the first window comes to the front.
/// GUI thread.
class SingleInstance : public QObject {
    Q_OBJECT
public:
    enum Outcome { First, HandedOver, Unavailable };
    static constexpr int handOverMs = 500;
    static constexpr int messageLimit = 8192; ///< bytes

    explicit SingleInstance(QObject *parent = nullptr);
    ~SingleInstance() override;
    /// `message` reaches the first one's received(). Unavailable (the socket cannot be made): go on
    /// alone.
    Outcome claim(const QString &profile, const QString &message);
    /// Only hands over, once; tries for `patienceMs`, because the first one may still be starting.
    bool handOverOnly(const QString &profile, const QString &message, int patienceMs) const;

signals:
    void received(const QString &message);

private:
    static QString address(const QString &profile);
    bool handOver(
        const QString &address, const QString &message, int answerMs, bool *delivered) const;
    void accept();

    std::unique_ptr<QLocalServer> m_server;
};

} // namespace signalbox
