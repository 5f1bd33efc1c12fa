// SPDX-License-Identifier: GPL-3.0-only
// Real PostgreSQL and Redis servers as child processes, on loopback, with data of their own, which
// go with them.
#pragma once

#include "tests/support/gatewayprocess.h"

#include <string>
#include <sys/types.h>
#include <vector>

namespace signalbox::support {

/// A program that runs until it is ended; its output goes to a file.
class ServerProcess {
public:
    ServerProcess() = default;
    ~ServerProcess() { stop(9); }
    ServerProcess(const ServerProcess &) = delete;
    ServerProcess &operator=(const ServerProcess &) = delete;

    void start(const std::vector<std::string> &command, const std::string &log);
    void stop(int signal); ///< and waits for its end
    [[nodiscard]] bool ended();

private:
    pid_t m_pid = -1;
};

/// PostgreSQL with the roles and the database of installer/postgres/signalbox-roles.sql.
class PostgresServer {
public:
    PostgresServer();
    ~PostgresServer();
    PostgresServer(const PostgresServer &) = delete;
    PostgresServer &operator=(const PostgresServer &) = delete;

    [[nodiscard]] std::string appUrl() const { return url("konstruct_app", "konstruct"); }
    [[nodiscard]] std::string ownerUrl() const { return url("konstruct_owner", "konstruct"); }
    [[nodiscard]] std::string superUrl() const { return url("postgres", "konstruct"); }
    /// Empties the database: no tables.
    void reset();
    void psql(const std::string &statement); ///< as superuser, in that database
    void restart();

private:
    [[nodiscard]] std::string url(const std::string &user, const std::string &database) const;
    [[nodiscard]] std::vector<std::string> asUser(std::vector<std::string> command) const;
    void serve();

    TemporaryFolder m_folder;
    std::string m_programs;
    std::vector<std::string> m_as; ///< what runs a program as user postgres
    int m_port = 0;
    ServerProcess m_server;
};

class RedisServer {
public:
    RedisServer();
    ~RedisServer();
    RedisServer(const RedisServer &) = delete;
    RedisServer &operator=(const RedisServer &) = delete;

    [[nodiscard]] std::string url() const;
    void start(); ///< again, empty, at the same port
    void stop();

private:
    TemporaryFolder m_folder;
    int m_port = 0;
    ServerProcess m_server;
};

} // namespace signalbox::support
