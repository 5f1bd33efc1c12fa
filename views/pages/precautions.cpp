// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/precautions.h"

#include "models/stores/session.h"

#include <QCoreApplication>

namespace signalbox::precautions {
namespace {
QString said(const char *text)
{
    return QCoreApplication::translate("Precautions", text);
}
} // namespace

bool namesAreTyped(const Session *session)
{
    return session && (session->protectedConnection() || session->leaseNeeded());
}

QStringList unservedText(const QStringList &workspaces)
{
    if (workspaces.isEmpty())
        return {};
    constexpr qsizetype named = 3;
    const QString names = workspaces.mid(0, named).join(said(", "));
    const QString all = workspaces.size() > named
        ? said("%1 and %2 more").arg(names).arg(workspaces.size() - named)
        : names;
    return {
        workspaces.size() == 1
            ? said("%1 is not served by the gateway: what its flows keep is not known.").arg(all)
            : said("%1 are not served by the gateway: what their flows keep is not known.").arg(all)
    };
}

QStringList unreadText(const QStringList &workspaces)
{
    if (workspaces.isEmpty())
        return {};
    return { said("Not every flow of %1 could be read: what the rest keep is not known.")
                 .arg(workspaces.join(said(", "))) };
}

} // namespace signalbox::precautions
