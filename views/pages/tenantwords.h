// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/format.h"
#include "models/stores/tenantstore.h"
#include "views/pages/parttable.h"

#include <algorithm>

/// Words, cells and columns of the Tenants page.
namespace signalbox::tenantwords {

/// The row of that id, nullptr when it is not held.
template <class T> const T *held(const std::vector<T> &rows, const QString &id)
{
    const std::string wanted = id.toStdString();
    const auto at =
        std::find_if(rows.begin(), rows.end(), [&](const T &row) { return row.id == wanted; });
    return at == rows.end() ? nullptr : &*at;
}

QString money(std::optional<double> usd); ///< "$ 18.42", "$ 0.0042"; a dash when unknown
/// Of a sum some of whose turns have no price: "$ 18.42 and 3 turns without a price".
QString money(std::optional<double> usd, qint64 unpricedTurns);
QString channelName(const std::string &type); ///< "Slack"; an unknown one as it is
QString roleName(const std::string &role); ///< one word, where the tenant is plain
QString fullRoleName(const std::string &role); ///< "customer administrator"
QString stateName(const std::string &subscription);

/// Every day of the summary's range, also those on which nothing was used.
std::vector<schema::UsageDay> daysOf(const schema::UsageSummary &summary);

std::vector<Column> tenantColumns();
std::vector<PartTable::Part> tenantParts(const TenantStore &store);
std::vector<Column> columns(TenantStore::Area area);
/// Rows of what the selected tenant has. Users: invitations too, under the key "invitation/<id>".
std::vector<PartTable::Part> parts(
    const TenantStore &store, TenantStore::Area area, format::Zone zone);

} // namespace signalbox::tenantwords
