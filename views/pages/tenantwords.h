// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/format.h"
#include "models/stores/tenantstore.h"
#include "views/pages/parttable.h"

/// Words, cells and columns of the Tenants page.
namespace signalbox::tenantwords {

QString money(std::optional<double> usd); ///< "$ 18.42"; a dash when unknown
QString channelName(const std::string &type); ///< "Slack"; an unknown one as it is
QString roleName(const std::string &role);
QString stateName(const std::string &subscription);

std::vector<Column> tenantColumns();
std::vector<PartTable::Part> tenantParts(const TenantStore &store);
std::vector<Column> columns(TenantStore::Area area);
/// Rows of what the selected tenant has. Users: invitations too, under the key "invitation/<id>".
std::vector<PartTable::Part> parts(
    const TenantStore &store, TenantStore::Area area, format::Zone zone);

} // namespace signalbox::tenantwords
