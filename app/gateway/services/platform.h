// SPDX-License-Identifier: GPL-3.0-only
// The gateway without its edge: fabric, store and system services, started and stopped together.
//
// What travels on the fabric between the edge and the services is the edge's own JSON, unchanged
// (contract TG §3, §4, §2.3; signalbox-gateway §6), with these additions, always overwritten by the
// edge, never taken from a client:
//   request:tg:config:<ws>, request:tg:flow:<ws>   the workspace is the one of the topic; a
//   `workspace` in the body is ignored request:tg:iam      `actor`: id of the calling user. Without
//   an actor whoami & co. answer auth-failed. request:tg:fabric   `actor`:
//   {"user":"<id>","workspace":"*" or "<ws>","leased"?:"<ws>"}; "*" sees all workspaces; with
//   `leased` changes reach that one only. Refused without it.
// Answers come on the matching response: topic with the request's property `id`; errors as
// {"error":{"type","message"}}. Internal operations, which the edge must not let clients name:
//   request:tg:config   (system queue) all operations with `workspace` in the body or in each
//   element, reserved ones included,
//                       and `getvalues-all-ws`, `getkeys-all-ws`; there a `type` that ends in `*`
//                       means every type with that prefix
//   request:tg:iam      `resolve-api-key` {"token"} and `resolve-token` {"token"} (JWT) →
//                       {"user":{…},"default_workspace":"<of the token>"}; likewise
//                       `authenticate-anonymous` in the anonymous mode; refused credentials →
//                       error auth-failed. A JWT of a deleted user resolves to a user without roles
//                       (whoami then says not-found), one of a disabled user to enabled:false
//                       without roles.
//   request:tg:fabric   `tail` answers with several parts of the same id until `cancel` {"id":"<id
//   of the tail request>"}:
//                       the tail's last part is then {"error":{"type":"cancelled",…}}, as when its
//                       topic vanishes (not-found). At least one part comes every tailHeartbeat.
// Notices: notify:tg:config (schema::ConfigNotice), notify:tg:flow (schema::FlowEvent plus
// "workspace").
#pragma once

#include "app/gateway/cache/cache.h"
#include "app/gateway/services/lineaccess.h"
#include "app/gateway/services/oidcoptions.h"
#include "app/gateway/services/service.h"
#include "app/gateway/store/tenantstore.h"

#include <chrono>
#include <memory>
#include <string>

namespace signalbox::gateway {

namespace metrics {
class Meters;
}

struct LostMessages {
    std::string queue;
    std::string workspace; ///< "" when the queue belongs to none
    std::int64_t count = 0;
    bool operator==(const LostMessages &) const = default;
};

struct PlatformOptions {
    std::string dataDirectory; ///< made with mode 0700 when missing; "" = everything in memory, no
                               ///< admin.key file
    bool demo =
        false; ///< told by version and logs only; the demo line is started by its own folder
    Limits limits;
    StoreLimits storeLimits;
    /// Keys of the secrets of channels; "" = `tenants.key` in the data folder, made when needed.
    std::string secretKeyFile;
    PostgresOptions tenantStore; ///< without a url tenants are in the data folder, made when used
    std::string cacheUrl; ///< redis://[user:password@]host[:port][/number]; "" = in this process

    enum class Bootstrap {
        Token,
        OnRequest
    }; ///< TG §2.2: seed the admin at first start, or wait for `bootstrap`
    Bootstrap bootstrap = Bootstrap::Token;
    std::string
        adminKey; ///< first start only: the admin's API key, must begin with `tg_`; "" = random
    std::string adminPassword; ///< first start only; "" = random and unknown, must be reset

    std::chrono::milliseconds configTimeout {
        10000
    }; ///< of one call to the config service, per awaited part
    std::chrono::milliseconds drain { 10000 }; ///< longest wait for queues to run empty in stop()
    int deleteTries = 5; ///< of a topic in stop-flow
    std::chrono::milliseconds deleteInterval { 2000 };
    std::chrono::milliseconds fetchRetry { 2000 }; ///< of a ConfigReceiver
    std::chrono::milliseconds tailInterval {
        100
    }; ///< a tail sends what it has collected this often
    std::chrono::milliseconds tailHeartbeat { 15000 };
    int passwordIterations = 600000; ///< PBKDF2-SHA-256
    std::chrono::seconds tokenLifetime { 3600 };
    bool anonymous = false; ///< TG §2.5: everybody is an administrator, signed in or not
    OidcOptions oidc; ///< an OpenID provider whose tokens are accepted besides our own

    metrics::Meters *meters =
        nullptr; ///< counts the fabric and the services; outlives the platform

    /// Fault drills: called by the flow service between the steps of a start and a stop with the
    /// step's name
    /// (`start:planned` `start:topics` `start:written` `stop:marked` `stop:entries` `stop:topics`
    /// `stop:done`); false abandons the operation there, as a crash would.
    std::function<bool(const std::string &step)> flowStep;
};

/// Thread-safe after start(). start() and stop() are called from one thread.
class Platform {
public:
    explicit Platform(PlatformOptions options);
    ~Platform(); ///< stops without draining if stop() was not called

    Platform(const Platform &) = delete;
    Platform &operator=(const Platform &) = delete;

    /// Opens the store, ensures system topics, starts the services, seeds the first admin, ensures
    /// the topics and queues of all live flows, resumes interrupted stops. The error text says what
    /// failed and what to do.
    Expected<Done, std::string> start();

    /// Waits up to `drain` until flow and request queues are empty, stops the services, remembers
    /// what was lost for the next start and returns it. Whoever sends requests must have ended. The
    /// line's workers stop when `beforeClose` is called (queues are drained by then), not before.
    std::vector<LostMessages> drain(const std::function<void()> &beforeClose = {});
    /// drain(), unless that was done, and the end of the fabric.
    std::vector<LostMessages> stop(const std::function<void()> &beforeClose = {});

    [[nodiscard]] Backend &fabric();

    /// `config` `flow` `iam` `fabric`. Throws std::out_of_range for another name.
    [[nodiscard]] Service &service(const std::string &name);

    /// Of the tenant platform; from start() to the platform's end. Both block.
    [[nodiscard]] TenantStore &tenants();
    [[nodiscard]] Cache &cache();
    /// Tells this gateway from others on the same database: of its data folder, made once.
    [[nodiscard]] std::string instance() const;

    /// The admin's API key for --print-endpoint: made at the first start, read from DATA/admin.key
    /// later.
    /// "" when the platform waits for `bootstrap`, or the file was removed.
    [[nodiscard]] std::string adminKey() const;

    /// What the last graceful stop lost; the first start-flow of each workspace answers with its
    /// part (signalbox-gateway §1).
    [[nodiscard]] std::vector<LostMessages> lostAtLastStop() const;

    /// The demo line makes itself known; nullptr before it goes away. Without it line-control
    /// answers not-implemented.
    void setLine(const ProcessorRegistry *processors, LineControl *control);
    /// Where `seq` in list answers of the service `fabric` comes from: the edge's event hub.
    void setEventSequence(std::function<std::int64_t()> sequence);

    [[nodiscard]] const PlatformOptions &options() const;

private:
    struct Data;
    std::unique_ptr<Data> m_data;
};

} // namespace signalbox::gateway
