// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/accesstext.h"

#include "models/rules/roles.h"
#include "models/stores/format.h"
#include "views/pages/flowtext.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>

namespace signalbox::accesstext {

using flowtext::qs;

namespace {
struct AccessWords {
    Q_DECLARE_TR_FUNCTIONS(AccessText)
};
} // namespace

qint64 timeOf(const std::string &iso)
{
    QDateTime time = QDateTime::fromString(qs(iso), Qt::ISODateWithMs);
    if (!time.isValid())
        return 0;
    if (time.timeSpec() == Qt::LocalTime)
        time.setTimeSpec(Qt::UTC);
    return time.toMSecsSinceEpoch();
}

CellData since(const std::string &iso, format::Zone zone)
{
    const qint64 at = timeOf(iso);
    if (at == 0)
        return { format::unknown(), Cell::Muted, {}, AccessWords::tr("not told"), {}, {} };
    const qint64 age = std::max<qint64>(0, QDateTime::currentMSecsSinceEpoch() - at);
    return { AccessWords::tr("%1 ago").arg(format::age(age)), Cell::Muted, {},
        format::dateTime(at, zone), qs(iso), {} };
}

bool expired(const std::string &iso)
{
    const qint64 at = timeOf(iso);
    return at != 0 && at <= QDateTime::currentMSecsSinceEpoch();
}

CellData expiry(const std::string &iso, format::Zone zone)
{
    constexpr qint64 soonMs = 7LL * 24 * 3600 * 1000;
    const qint64 at = timeOf(iso);
    if (at == 0)
        return { AccessWords::tr("never"), Cell::Muted, {}, {}, {}, {} };
    const qint64 left = at - QDateTime::currentMSecsSinceEpoch();
    if (left <= 0)
        return { AccessWords::tr("%1 ago").arg(format::age(-left)), Cell::Danger, {},
            format::dateTime(at, zone), qs(iso), {} };
    return { AccessWords::tr("in %1").arg(format::age(left)),
        left < soonMs ? Cell::Caution : Cell::Normal, {}, format::dateTime(at, zone), qs(iso), {} };
}

QString userName(const schema::User &user)
{
    return qs(user.username.empty() ? user.id : user.username);
}

QString userState(const schema::User &user)
{
    if (!user.enabled)
        return AccessWords::tr("disabled");
    return user.mustChangePassword ? AccessWords::tr("must change password")
                                   : AccessWords::tr("enabled");
}

QString roles(const schema::User &user)
{
    QStringList names;
    for (const std::string &role : user.roles)
        names.append(qs(role));
    return names.isEmpty() ? format::unknown() : names.join(QStringLiteral(", "));
}

QStringList unknownRoles(const schema::User &user)
{
    const auto known = rules::allRoles();
    QStringList unknown;
    for (const std::string &role : user.roles)
        if (std::find(known.begin(), known.end(), role) == known.end())
            unknown.append(qs(role));
    return unknown;
}

QString reach(const schema::User &user)
{
    const auto rights = qint64(rules::capabilitiesOf(user.roles).size());
    if (rights == 0)
        return AccessWords::tr("nothing");
    const bool everywhere =
        std::any_of(user.roles.begin(), user.roles.end(), rules::roleSpansWorkspaces);
    const QString counted =
        flowtext::counted(rights, AccessWords::tr("1 right"), AccessWords::tr("%1 rights"));
    return everywhere ? AccessWords::tr("%1, in every workspace").arg(counted)
                      : AccessWords::tr("%1, in %2").arg(counted, qs(user.defaultWorkspace));
}

bool isAdmin(const schema::User &user)
{
    return user.enabled
        && std::any_of(user.roles.begin(), user.roles.end(), [](const std::string &role) {
               return rules::roleHas(role, "users:admin") && rules::roleSpansWorkspaces(role);
           });
}

} // namespace signalbox::accesstext
