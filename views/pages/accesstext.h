// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/iam.h"
#include "models/stores/format.h"
#include "models/stores/table.h"

#include <QString>

/// Words and small conversions of the Access page and its dialogs.
namespace signalbox::accesstext {

/// Milliseconds since 1970 of an ISO 8601 time, one without zone being UTC (contract TG §2.1);
/// 0 when there is none.
qint64 timeOf(const std::string &iso);
/// "3 d ago", the exact time as a tip.
CellData since(const std::string &iso, format::Zone zone);
/// "never", "in 29 d", "2 h ago".
CellData expiry(const std::string &iso, format::Zone zone);
bool expired(const std::string &iso);

QString userName(const schema::User &user); ///< never empty
QString userState(const schema::User &user); ///< "enabled", "disabled", "must change password"
QString roles(const schema::User &user); ///< "reader, emperor"; a dash when there are none
QStringList unknownRoles(const schema::User &user); ///< that give no right in the open edition
/// "41 rights, in every workspace", "24 rights, in acme", "nothing".
QString reach(const schema::User &user);
/// Whether the user is enabled and may administer users everywhere.
bool isAdmin(const schema::User &user);

} // namespace signalbox::accesstext
