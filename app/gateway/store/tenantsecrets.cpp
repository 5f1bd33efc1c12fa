// SPDX-License-Identifier: GPL-3.0-only
// Secrets of a tenant's channel connections: sealed before they reach the database.
#include "app/gateway/store/secretbox.h"
#include "app/gateway/store/tenantcalls.h"
#include "app/gateway/wallclock.h"

namespace signalbox::gateway {

namespace {

constexpr int tenantPage = 500;

/// The row that a secret belongs to; the length keeps two parts apart.
std::string aboutSecret(const rules::TenantId &tenant, const std::string &id)
{
    return std::to_string(tenant.text().size()) + ':' + tenant.text() + id;
}

} // namespace

StoreResult<std::shared_ptr<const SecretBox>> TenantStore::box()
{
    const std::scoped_lock lock(m_boxMutex);
    if (m_box)
        return m_box;
    auto read = readBox(); // again with each call while it is not there: who puts it back is served
    if (read)
        m_box = *read;
    return read;
}

/// No key is made where one was used and is only missing: what it has sealed would be forgotten
/// about.
StoreResult<std::shared_ptr<const SecretBox>> TenantStore::readBox()
{
    if (m_keyFile.path.empty())
        return std::make_shared<const SecretBox>(SecretBox::forgotten());
    auto known =
        shared<std::vector<std::string>>(reads, "list the keys of secrets", [](SqlConnection &sql) {
            std::vector<std::string> ids;
            for (SqlRow &row : sql.select("id", "FROM secret_keys ORDER BY created_at, id"))
                row >> ids.emplace_back();
            return ids;
        });
    if (!known)
        return unexpected(known.error());
    auto read = SecretBox::read(m_keyFile.path);
    if (!read && read.error().kind == StoreError::Kind::NotFound) {
        if (!known->empty())
            return unexpected(storeFault(StoreError::Kind::Io,
                "the key file " + m_keyFile.path + " is missing; secrets are sealed with the key "
                    + known->back()));
        if (!m_keyFile.made)
            return unexpected(storeFault(StoreError::Kind::Io, read.error().text));
        if (const auto made = SecretBox::make(m_keyFile.path); !made)
            return unexpected(made.error());
        read = SecretBox::read(m_keyFile.path);
    }
    if (!read)
        return unexpected(read.error());
    if (std::find(known->begin(), known->end(), read->key()) == known->end()) {
        const auto noted = shared<Done>(writes, "note the key of secrets", [&](SqlConnection &sql) {
            sql.execute("INSERT INTO secret_keys (id, created_at) VALUES (:id, :now) "
                        "ON CONFLICT (id) DO NOTHING",
                { { "id", read->key() }, { "now", unixMs() } });
            return Done {};
        });
        if (!noted)
            return unexpected(noted.error());
    }
    return std::make_shared<const SecretBox>(std::move(*read));
}

StoreResult<std::string> TenantStore::sealed(
    const Tenant &tenant, const std::string &id, const std::string &plain)
{
    const auto with = box();
    if (!with)
        return unexpected(with.error());
    return (*with)->seal(plain, aboutSecret(tenant, id));
}

StoreResult<std::string> TenantStore::connectionSecrets(const Tenant &tenant, const std::string &id)
{
    const auto kept = scoped<std::string>(reads, "read a connection's secrets", tenant,
        [&](TenantSql &sql) -> StoreResult<std::string> {
            auto rows = sql.select("channel_connections", "secrets", "id = :id", { { "id", id } });
            if (rows.empty())
                return unexpected(notThere("channel connection"));
            std::string secrets;
            rows.front() >> secrets;
            return secrets;
        });
    if (!kept)
        return kept;
    const auto with = box();
    if (!with)
        return unexpected(with.error());
    return (*with)->open(*kept, aboutSecret(tenant, id));
}

StoreResult<Done> TenantStore::sealSecretsOf(
    const Tenant &tenant, const SecretBox &box, SealReport &report)
{
    return scoped<Done>(writes, "seal secrets", tenant, [&](TenantSql &sql) -> StoreResult<Done> {
        for (SqlRow &row : sql.select("channel_connections", "id, secrets", {})) {
            std::string id;
            std::string kept;
            row >> id >> kept;
            if (SecretBox::keyOf(kept) == box.key())
                continue;
            const std::string about = aboutSecret(tenant, id);
            const auto plain =
                SecretBox::isSealed(kept) ? box.open(kept, about) : StoreResult<std::string>(kept);
            if (!plain) {
                report.unreadable.push_back(tenant.text() + '/' + id + ": " + plain.error().text);
                continue;
            }
            const auto now = box.seal(*plain, about);
            if (!now)
                return unexpected(now.error());
            report.sealed +=
                sql.update("channel_connections", "secrets = :now", "id = :id AND secrets = :kept",
                    { { "now", *now }, { "id", id }, { "kept", kept } });
        }
        return Done {};
    });
}

StoreResult<SealReport> TenantStore::sealSecrets()
{
    const auto with = box();
    if (!with)
        return unexpected(with.error());
    SealReport report;
    for (std::string after;;) {
        const auto page = tenants(after, tenantPage);
        if (!page)
            return unexpected(page.error());
        for (const TenantRow &row : *page) {
            const auto tenant = Tenant::of(row.id);
            if (!tenant)
                continue;
            if (const auto done = sealSecretsOf(*tenant, **with, report); !done)
                return unexpected(done.error());
        }
        if (page->size() < tenantPage)
            break;
        after = page->back().slug;
    }
    if (report.sealed > 0)
        if (const auto done = m_source->forgetOverwritten(); !done)
            return unexpected(done.error());
    return report;
}

} // namespace signalbox::gateway
