// SPDX-License-Identifier: GPL-3.0-only
// Both kinds of tenant store, and two tenants that have everything under the same ids.
#pragma once

#include "app/gateway/store/sqlconnection.h"
#include "app/gateway/store/tenantstore.h"
#include "tests/support/serverprocess.h"

#include <gtest/gtest.h>

namespace signalbox::gateway::test {

enum class StoreKind { Sqlite, Postgres };

/// Started by the first who asks; ends with the program.
support::PostgresServer &postgres();
PostgresOptions postgresOptions();

/// An empty store. Of PostgreSQL there is one: what it held is gone.
std::unique_ptr<TenantStore> emptyStore(StoreKind kind, const TenantLimits &limits = {});

rules::TenantId tenantId(const std::string &text);
void addTenant(TenantStore &store, const std::string &id);

/// One of everything under ids that do not name the tenant; `mark` is in every row's content.
void fill(TenantStore &store, const rules::TenantId &tenant, const std::string &mark);
/// All that the store tells of a tenant, a line for each row; numbers that the store gives left
/// out.
std::vector<std::string> everythingOf(TenantStore &store, const rules::TenantId &tenant);

/// "" or which row of another's `tenant` is told.
std::string foreignRow(
    TenantStore &store, const rules::TenantId &tenant, const std::string &foreignMark);

template <class T> T must(StoreResult<T> result)
{
    if (!result)
        throw std::runtime_error(result.error().text);
    return std::move(*result);
}

} // namespace signalbox::gateway::test
