// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/savedconnection.h"

namespace signalbox {

/// What a connection keeps about its second address, that of the broker itself. The password is not
/// among it.
struct BrokerSettings {
    QString kind {}; ///< "" none, "rabbitmq" (management API), "pulsar" (admin REST)
    QString url {}; ///< http(s)://host:port
    QString user {}; ///< RabbitMQ only; Pulsar takes a token in place of the password
    QString vhost {}; ///< RabbitMQ only; "" = "/"
    QString amqpUrl {}; ///< RabbitMQ only: amqp(s)://host:port; "" = as the broker says
    QString caFile {}; ///< as in SavedConnection
    QString certificateFile {};
    QString keyFile {};
    bool operator==(const BrokerSettings &) const = default;

    bool wanted() const { return !kind.isEmpty(); }
    QString urlFault() const; ///< one sentence, "" = none
    QString amqpFault() const;
    /// What its password is kept under: another address or user has another one.
    QString secretKey(const QString &connection) const;

    static BrokerSettings of(const SavedConnection &connection);
    /// Empty ones are not kept at all, and nothing of a broker that is not wanted.
    void putInto(SavedConnection &connection) const;
};

} // namespace signalbox
