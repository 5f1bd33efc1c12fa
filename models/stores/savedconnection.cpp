// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/savedconnection.h"

#include <QUrl>

namespace signalbox {
namespace {

/// The last word decides: 127.x.x.x, [::1] and localhost never leave this machine.
bool isLoopback(const QString &host)
{
    return host.compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0
        || host == QLatin1String("::1")
        || (host.startsWith(QLatin1String("127.")) && host.count(u'.') == 3
            && host.back().isDigit());
}

} // namespace

QString insecurityOf(const QString &url, const QString &acceptedCertificate)
{
    const QUrl address(url);
    if (address.scheme() == QLatin1String("https"))
        return acceptedCertificate.isEmpty() ? QString() : QStringLiteral("unverified");
    return address.host().isEmpty() || isLoopback(address.host()) ? QString()
                                                                  : QStringLiteral("unencrypted");
}

} // namespace signalbox
