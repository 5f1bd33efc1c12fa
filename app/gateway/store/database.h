// SPDX-License-Identifier: GPL-3.0-only
// One SQLite connection, shared by the stores. Internal to this folder.
#pragma once

#include "app/gateway/store/migrations.h"
#include "app/gateway/store/store.h"

#include <mutex>
#include <soci/soci.h>

namespace signalbox::gateway {

/// Locks the connection and, for a write, makes one transaction of everything until commit(); rolls
/// back otherwise.
class Transaction {
public:
    enum class Kind { Read, Write, Exclusive };
    Transaction(soci::session &sql, std::mutex &mutex, Kind kind);
    ~Transaction();
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;
    void commit();

private:
    std::unique_lock<std::mutex> m_lock;
    soci::session &m_sql;
    bool m_open = true;
};

struct Database {
    soci::session sql;
    std::mutex mutex;
    StoreLimits limits;

    /// Runs `body(sql)` in one transaction; SOCI's exceptions become errors that say `purpose`.
    template <class T, class Body>
    StoreResult<T> run(Transaction::Kind kind, const char *purpose, Body &&body)
    {
        try {
            Transaction transaction(sql, mutex, kind);
            StoreResult<T> result = body(sql);
            if (result)
                transaction.commit();
            return result;
        } catch (const std::exception &error) {
            return unexpected(storeError(purpose, error));
        }
    }
    template <class T, class Body> StoreResult<T> read(const char *purpose, Body &&body)
    {
        return run<T>(Transaction::Kind::Read, purpose, std::forward<Body>(body));
    }
    template <class T, class Body> StoreResult<T> write(const char *purpose, Body &&body)
    {
        return run<T>(Transaction::Kind::Write, purpose, std::forward<Body>(body));
    }

    /// Of one bound that a write has passed.
    static StoreError limitError(const std::string &what, std::int64_t limit);
    static StoreError storeError(const std::string &purpose, const std::exception &error);
};

/// Applies what `all` has beyond the database's version, each once, all in one exclusive
/// transaction.
StoreResult<Done> migrate(Database &database, const std::vector<Migration> &all);

/// `path` may be ":memory:".
StoreResult<std::shared_ptr<Database>> openDatabase(
    const std::string &path, const std::vector<Migration> &all);

std::unique_ptr<ConfigStore> makeConfigStore(std::shared_ptr<Database> database);
std::unique_ptr<IamStore> makeIamStore(std::shared_ptr<Database> database);
std::unique_ptr<FactStore> makeFactStore(std::shared_ptr<Database> database);

} // namespace signalbox::gateway
