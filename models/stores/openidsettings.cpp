// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/openidsettings.h"

#include <QCoreApplication>
#include <QUrl>

namespace signalbox {

namespace {

struct Entry {
    QString name;
    QString OpenIdSettings::*text;
};

const QList<Entry> &entries()
{
    static const QList<Entry> all {
        { QStringLiteral("issuer"), &OpenIdSettings::issuer },
        { QStringLiteral("client-id"), &OpenIdSettings::clientId },
        { QStringLiteral("scopes"), &OpenIdSettings::scopes },
        { QStringLiteral("audience"), &OpenIdSettings::audience },
    };
    return all;
}

class Words {
    Q_DECLARE_TR_FUNCTIONS(signalbox::OpenIdSettings)
};

} // namespace

QString OpenIdSettings::issuerFault() const
{
    if (issuer.isEmpty())
        return Words::tr("Give the provider's address.");
    const QUrl url(issuer, QUrl::StrictMode);
    const bool web =
        url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http");
    if (!url.isValid() || !web || url.host().isEmpty() || url.hasQuery() || url.hasFragment()
        || !url.userInfo().isEmpty())
        return Words::tr("A provider's address looks like https://id.example.org.");
    return insecurityOf(issuer, {}).isEmpty()
        ? QString()
        : Words::tr("It must be https: passwords are typed there.");
}

QString OpenIdSettings::clientIdFault() const
{
    return clientId.isEmpty() ? Words::tr("Give the client ID that the provider knows.")
                              : QString();
}

OpenIdSettings OpenIdSettings::of(const SavedConnection &connection)
{
    OpenIdSettings settings;
    for (const Entry &entry : entries())
        settings.*entry.text = connection.more.value(entry.name);
    return settings;
}

void OpenIdSettings::putInto(SavedConnection &connection) const
{
    for (const Entry &entry : entries()) {
        const QString text = (this->*entry.text).simplified();
        if (text.isEmpty())
            connection.more.remove(entry.name);
        else
            connection.more.insert(entry.name, text);
    }
}

} // namespace signalbox
