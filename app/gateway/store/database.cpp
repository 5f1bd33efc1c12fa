// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/store/database.h"

#include "app/gateway/store/sqlconnection.h"

#include <spdlog/spdlog.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <soci/sqlite3/soci-sqlite3.h>

namespace signalbox::gateway {

namespace {

constexpr int busyTimeoutMs = 5000;
constexpr int sqliteBusy = 5; // SQLITE_BUSY
constexpr int sqliteLocked = 6; // SQLITE_LOCKED
constexpr int sqliteConstraint = 19; // SQLITE_CONSTRAINT

const char *beginning(Transaction::Kind kind)
{
    switch (kind) {
    case Transaction::Kind::Read:
        return "BEGIN DEFERRED";
    case Transaction::Kind::Write:
        return "BEGIN IMMEDIATE";
    case Transaction::Kind::Exclusive:
        return "BEGIN EXCLUSIVE";
    }
    return "BEGIN";
}

/// So that nobody else on the machine can read keys and hashes: SQLite gives its side files the
/// same mode.
StoreResult<Done> createPrivate(const std::string &path)
{
    const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0)
        return unexpected(StoreError {
            StoreError::Kind::Io, "cannot open " + path + ": " + std::strerror(errno) });
    const int changed = ::fchmod(file, S_IRUSR | S_IWUSR);
    const int reason = errno;
    ::close(file);
    if (changed != 0)
        return unexpected(StoreError {
            StoreError::Kind::Io, "cannot protect " + path + ": " + std::strerror(reason) });
    return Done {};
}

/// Two programs that open a new database at the same moment both read it and both want it alone:
/// SQLite calls that busy at once, whatever time it was given to wait.
void writeAhead(soci::session &sql)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(busyTimeoutMs);
    for (;;) {
        try {
            sql << "PRAGMA journal_mode = WAL";
            return;
        } catch (const soci::sqlite3_soci_error &error) {
            if ((error.result() & 0xFF) != sqliteBusy || std::chrono::steady_clock::now() >= until)
                throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

} // namespace

Transaction::Transaction(soci::session &sql, std::mutex &mutex, Kind kind)
    : m_lock(mutex)
    , m_sql(sql)
{
    m_sql << beginning(kind);
}

Transaction::~Transaction()
{
    if (!m_open)
        return;
    try {
        m_sql << "ROLLBACK";
    } catch (const std::exception &error) {
        spdlog::error("store: rollback failed: {}", error.what());
    }
}

void Transaction::commit()
{
    m_sql << "COMMIT";
    m_open = false;
}

StoreError Database::limitError(const std::string &what, std::int64_t limit)
{
    return { StoreError::Kind::Limit,
        "too many " + what + ": the limit is " + std::to_string(limit) };
}

StoreError Database::storeError(const std::string &purpose, const std::exception &error)
{
    // what() adds the statement with all of its values: they belong to nobody who reads an error.
    const auto *soci = dynamic_cast<const soci::soci_error *>(&error);
    StoreError result { StoreError::Kind::Io,
        purpose + ": " + (soci ? soci->get_error_message() : std::string(error.what())) };
    if (const auto *sqlite = dynamic_cast<const soci::sqlite3_soci_error *>(&error)) {
        const int code = sqlite->result() & 0xFF;
        if (code == sqliteBusy || code == sqliteLocked)
            result.kind = StoreError::Kind::Busy;
        else if (code == sqliteConstraint)
            result.kind = StoreError::Kind::Duplicate;
    }
    return result;
}

StoreResult<Done> migrate(Database &database, const std::vector<Migration> &all)
{
    return database.run<Done>(Transaction::Kind::Exclusive,
        "bring the database to the current version",
        [&](soci::session &session) -> StoreResult<Done> {
            SqlConnection sql(session, SqlDialect::Sqlite);
            return applyMigrations(sql, all);
        });
}

StoreResult<std::shared_ptr<Database>> openDatabase(
    const std::string &path, const std::vector<Migration> &all)
{
    const bool inMemory = path == ":memory:";
    if (!inMemory)
        if (const auto made = createPrivate(path); !made)
            return unexpected(made.error());
    auto database = std::make_shared<Database>();
    try {
        // Parameters are separated by blanks, so a path goes in quotes.
        database->sql.open(soci::sqlite3,
            "dbname=\"" + path + "\" timeout=" + std::to_string(busyTimeoutMs / 1000));
        if (!inMemory)
            writeAhead(database->sql);
        database->sql << "PRAGMA synchronous = FULL";
        database->sql << "PRAGMA secure_delete = ON"; // what goes is overwritten
        database->sql << "PRAGMA foreign_keys = ON";
        database->sql << "PRAGMA busy_timeout = " + std::to_string(busyTimeoutMs);
    } catch (const std::exception &error) {
        return unexpected(Database::storeError("open " + path, error));
    }
    if (const auto migrated = migrate(*database, all); !migrated)
        return unexpected(migrated.error());
    return database;
}

StoreResult<Store> openSqliteStore(const std::string &directory, const StoreLimits &limits)
{
    std::string path = ":memory:";
    if (!directory.empty()) {
        std::error_code failed;
        if (std::filesystem::create_directories(directory, failed))
            std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failed);
        if (failed)
            return unexpected(StoreError {
                StoreError::Kind::Io, "cannot make " + directory + ": " + failed.message() });
        path = (std::filesystem::path(directory) / "gateway.db").string();
    }
    auto database = openDatabase(path, migrations());
    if (!database)
        return unexpected(database.error());
    (*database)->limits = limits;
    return Store { makeConfigStore(*database), makeIamStore(*database), makeFactStore(*database) };
}

} // namespace signalbox::gateway
