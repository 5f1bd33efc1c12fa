// SPDX-License-Identifier: GPL-3.0-only
#include "app/console/openidsignins.h"

#include <QDesktopServices>

namespace signalbox {

namespace {

/// Whether what was given for one is good for the other.
bool sameSignIn(const SavedConnection &one, const SavedConnection &other)
{
    return OpenIdSettings::of(one) == OpenIdSettings::of(other) && one.url == other.url
        && one.caFile == other.caFile;
}

} // namespace

OpenIdSignIns::OpenIdSignIns(QObject *parent)
    : QObject(parent)
    , m_browser([](const QUrl &url) { return QDesktopServices::openUrl(url); })
{
}

OpenIdSignIns::~OpenIdSignIns() = default;

std::shared_ptr<OidcCredential> OpenIdSignIns::of(const SavedConnection &connection)
{
    Held &held = m_held[connection.identity()];
    if (held.credential && sameSignIn(held.connection, connection))
        return held.credential;
    held.connection = connection;
    held.credential =
        std::make_shared<OidcCredential>(OidcCredential::configOf(OpenIdSettings::of(connection)),
            OidcCredential::tlsFor(connection.caFile), m_browser);
    connect(held.credential.get(), &OidcCredential::waitsForPersonChanged, this,
        [this, identity = connection.identity(), credential = held.credential.get()] {
            if (credential->waitsForPerson())
                emit waitsForPerson(identity);
        });
    connect(held.credential.get(), &OidcCredential::signedOut, this,
        [this, name = connection.name](const QString &problem) { emit signedOut(name, problem); });
    return held.credential;
}

void OpenIdSignIns::signOut(const QString &identity)
{
    const auto held = m_held.find(identity);
    if (held == m_held.end())
        return;
    if (held->second.credential->signedIn())
        held->second.credential->signOut();
    else
        held->second.credential->release();
}

} // namespace signalbox
