// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/brokersettings.h"

#include <QCoreApplication>
#include <QUrl>

namespace signalbox {

namespace {

struct BrokerEntry {
    QString name;
    QString BrokerSettings::*text;
};

const QList<BrokerEntry> &brokerEntries()
{
    static const QList<BrokerEntry> all {
        { QStringLiteral("broker"), &BrokerSettings::kind },
        { QStringLiteral("broker-url"), &BrokerSettings::url },
        { QStringLiteral("broker-user"), &BrokerSettings::user },
        { QStringLiteral("broker-vhost"), &BrokerSettings::vhost },
        { QStringLiteral("broker-amqp"), &BrokerSettings::amqpUrl },
        { QStringLiteral("broker-ca"), &BrokerSettings::caFile },
        { QStringLiteral("broker-certificate"), &BrokerSettings::certificateFile },
        { QStringLiteral("broker-key-file"), &BrokerSettings::keyFile },
    };
    return all;
}

class BrokerWords {
    Q_DECLARE_TR_FUNCTIONS(signalbox::BrokerSettings)
};

bool isAddress(const QString &text, const QStringList &schemes)
{
    const QUrl url(text, QUrl::StrictMode);
    return url.isValid() && schemes.contains(url.scheme()) && !url.host().isEmpty()
        && url.userInfo().isEmpty() && !url.hasQuery() && !url.hasFragment();
}

} // namespace

QString BrokerSettings::urlFault() const
{
    if (!wanted() || isAddress(url.trimmed(), { QStringLiteral("http"), QStringLiteral("https") }))
        return {};
    return kind == QLatin1String("pulsar")
        ? BrokerWords::tr("An address like http://127.0.0.1:8080, without a password in it.")
        : BrokerWords::tr("An address like http://127.0.0.1:15672, without a password in it.");
}

QString BrokerSettings::amqpFault() const
{
    const bool fine = !wanted() || amqpUrl.trimmed().isEmpty()
        || isAddress(amqpUrl.trimmed(), { QStringLiteral("amqp"), QStringLiteral("amqps") });
    return fine ? QString() : BrokerWords::tr("An address like amqp://127.0.0.1:5672, or nothing.");
}

QString BrokerSettings::secretKey(const QString &connection) const
{
    const QUrl address(url);
    return QStringList { QStringLiteral("broker"), connection, kind,
        address.scheme() + QStringLiteral("://") + address.authority(QUrl::FullyEncoded),
        QUrl(amqpUrl).authority(QUrl::FullyEncoded), user }
        .join(u' ');
}

BrokerSettings BrokerSettings::of(const SavedConnection &connection)
{
    BrokerSettings settings;
    for (const BrokerEntry &entry : brokerEntries())
        settings.*entry.text = connection.more.value(entry.name);
    return settings;
}

void BrokerSettings::putInto(SavedConnection &connection) const
{
    for (const BrokerEntry &entry : brokerEntries()) {
        const QString text = wanted() ? (this->*entry.text).trimmed() : QString();
        if (text.isEmpty())
            connection.more.remove(entry.name);
        else
            connection.more.insert(entry.name, text);
    }
}

} // namespace signalbox
