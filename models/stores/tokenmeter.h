// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/tokencost.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <optional>

namespace signalbox {

class Session;

/// Token and cost rates through the metrics proxy, with the prices of one workspace's
/// configuration. Asks every 15 s while somebody looks, two requests a time. GUI thread.
class TokenMeter : public QObject {
    Q_OBJECT
public:
    static constexpr int everyMs = 15000; ///< the scrape interval (TG §11)

    explicit TokenMeter(Session *session, QObject *parent = nullptr);

    void setActive(bool active);
    void look();
    std::optional<rules::TokenBill> bill() const; ///< nullopt: not known, see why()
    QString why() const { return m_why; }
    QString pricesOf() const { return m_pricesOf; } ///< workspace whose prices count

signals:
    void changed();

private:
    void askPrices();
    void fail(const QString &why);

    QPointer<Session> m_session;
    QTimer m_timer;
    std::optional<std::vector<rules::TokenRate>> m_rates;
    std::map<std::string, rules::TokenPrice> m_prices;
    QString m_pricesOf;
    QString m_why;
};

} // namespace signalbox
