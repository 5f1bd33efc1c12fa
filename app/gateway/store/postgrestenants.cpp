// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/store/sqlconnection.h"
#include "app/gateway/store/tenantstore.h"

#include <spdlog/spdlog.h>

#include <condition_variable>
#include <dlfcn.h>
#include <mutex>
#include <soci/soci.h>
#include <soci/version.h>

namespace signalbox::gateway {

namespace {

constexpr auto connectionPatience = std::chrono::seconds(5);
constexpr std::int64_t migrationLock = 0x5369676E616C; // any number that others do not take

using Session = std::unique_ptr<soci::session>;

/// libpq brings two dozen libraries: only who asks for PostgreSQL loads them.
const soci::backend_factory &postgresFactory()
{
    using Factory = const soci::backend_factory *();
    static Factory *const factory = [] {
        const std::string name = "libsoci_postgresql.so." + std::to_string(SOCI_VERSION / 100000)
            + '.' + std::to_string(SOCI_VERSION / 100 % 1000);
        void *library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
        void *symbol = library ? dlsym(library, "factory_postgresql") : nullptr;
        if (!symbol)
            spdlog::error("store: {}", dlerror());
        return reinterpret_cast<Factory *>(symbol);
    }();
    if (!factory)
        throw std::runtime_error(
            "SOCI's PostgreSQL part is not installed (package libsoci-postgresql4.0)");
    return *factory();
}

Session connect(const std::string &url)
{
    const std::string patience =
        "connect_timeout=" + std::to_string(std::chrono::seconds(connectionPatience).count());
    auto session = std::make_unique<soci::session>(
        postgresFactory(), url + (url.find('?') == std::string::npos ? '?' : '&') + patience);
    *session << "SET client_min_messages TO warning";
    return session;
}

class PostgresSource final : public SqlSource {
public:
    explicit PostgresSource(const PostgresOptions &options)
        : m_url(options.url)
        , m_free(std::max(options.connections, 1))
    {
    }

    StoreResult<Done> transact(
        bool write, const char *purpose, const rules::TenantId *tenant, const Body &body) override
    {
        if (!enter())
            return unexpected(StoreError { StoreError::Kind::Busy,
                std::string(purpose) + ": all connections to PostgreSQL are busy", 0 });
        Session session;
        auto result = run(session, write, purpose, tenant, body);
        leave(std::move(session));
        return result;
    }

private:
    StoreResult<Done> run(Session &session, bool write, const char *purpose,
        const rules::TenantId *tenant, const Body &body)
    {
        try {
            begin(session, write, tenant);
            SqlConnection connection(*session, SqlDialect::Postgres);
            auto result = body(connection);
            *session << (result ? "COMMIT" : "ROLLBACK");
            return result;
        } catch (const std::exception &error) {
            rollBack(session);
            return unexpected(sqlError(purpose, error));
        }
    }

    /// A connection that has lain idle may be gone without our knowing. Nothing has been asked of
    /// it in this transaction, so a new one takes its place.
    void begin(Session &session, bool write, const rules::TenantId *tenant)
    {
        session = takeIdle();
        const char *const words = write ? "BEGIN" : "BEGIN READ ONLY";
        if (session) {
            try {
                *session << words;
            } catch (const std::exception &) {
                session.reset();
            }
        }
        if (!session) {
            session = connect(m_url);
            *session << words;
        }
        if (!tenant)
            return;
        std::string set;
        *session << "SELECT set_config('app.current_tenant', :tenant, true)",
            soci::use(tenant->text(), "tenant"), soci::into(set);
    }

    static void rollBack(Session &session)
    {
        if (!session)
            return;
        try {
            *session << "ROLLBACK";
        } catch (const std::exception &) {
            session.reset(); // the server rolls back what it lost
        }
    }

    bool enter()
    {
        std::unique_lock lock(m_mutex);
        if (!m_freed.wait_for(lock, connectionPatience, [this] { return m_free > 0; }))
            return false;
        --m_free;
        return true;
    }

    Session takeIdle()
    {
        const std::scoped_lock lock(m_mutex);
        if (m_idle.empty())
            return {};
        Session session = std::move(m_idle.back());
        m_idle.pop_back();
        return session;
    }

    void leave(Session session)
    {
        {
            const std::scoped_lock lock(m_mutex);
            if (session)
                m_idle.push_back(std::move(session));
            ++m_free;
        }
        m_freed.notify_one();
    }

    const std::string m_url;
    std::mutex m_mutex;
    std::condition_variable m_freed;
    int m_free; ///< connections that may still be used at once
    std::vector<Session> m_idle;
};

} // namespace

std::unique_ptr<SqlSource> postgresSource(const PostgresOptions &options)
{
    return std::make_unique<PostgresSource>(options);
}

StoreResult<Done> migratePostgres(const std::string &ownerUrl, const std::vector<Migration> &all)
{
    PostgresSource owner({ ownerUrl, {}, 1 });
    return owner.transact(
        true, "bring the database to the current version", nullptr, [&](SqlConnection &sql) {
            sql.rows("#locked", "SELECT 1 AS locked FROM pg_advisory_xact_lock(:lock)",
                { { "lock", migrationLock } });
            return applyMigrations(sql, all);
        });
}

StoreResult<std::unique_ptr<TenantStore>> openPostgresTenants(
    const PostgresOptions &options, const TenantLimits &limits, const SecretKeyFile &keys)
{
    if (!options.ownerUrl.empty()) {
        const auto migrated =
            migratePostgres(options.ownerUrl, migrationsFor(SqlDialect::Postgres));
        if (!migrated)
            return unexpected(migrated.error());
    }
    auto source = postgresSource(options);
    const auto checked = source->transact(false, "look at PostgreSQL", nullptr,
        [](SqlConnection &sql) { return checkPostgresRole(sql); });
    if (!checked)
        return unexpected(checked.error());
    return std::make_unique<TenantStore>(std::move(source), limits, keys);
}

} // namespace signalbox::gateway
