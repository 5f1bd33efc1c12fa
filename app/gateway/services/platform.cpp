// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/platform.h"

#include "app/gateway/metrics/meteredbackend.h"
#include "app/gateway/services/answers.h"
#include "app/gateway/services/configservice.h"
#include "app/gateway/services/fabricservice.h"
#include "app/gateway/services/flowservice.h"
#include "app/gateway/services/iamservice.h"
#include "app/gateway/store/secretbox.h"
#include "models/rules/access.h"
#include "models/schema/envelope.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace signalbox::gateway {

namespace {

constexpr const char *lostFact = "lost-at-last-stop";
constexpr const char *instanceFact = "instance";
constexpr const char *runningFact = "running"; ///< "yes" from start to graceful stop
constexpr std::chrono::milliseconds drainPoll { 20 };

std::string encodeLost(const std::vector<LostMessages> &lost)
{
    Json list = Json::array();
    for (const LostMessages &entry : lost)
        list.push_back({ { "queue", entry.queue }, { "workspace", entry.workspace },
            { "count", entry.count } });
    return dump(list);
}

std::vector<LostMessages> decodeLost(const std::string &stored)
{
    std::vector<LostMessages> lost;
    const Json list = Json::parse(stored, nullptr, false);
    if (!list.is_array())
        return lost;
    for (const Json &entry : list)
        if (entry.is_object())
            lost.push_back({ text(entry, "queue").value_or(""),
                text(entry, "workspace").value_or(""), integer(entry, "count").value_or(0) });
    return lost;
}

Expected<Done, std::string> writePrivate(const std::string &path, const std::string &content)
{
    const int file =
        ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0)
        return unexpected("cannot write " + path + ": " + std::strerror(errno));
    bool worked = ::fchmod(file, S_IRUSR | S_IWUSR) == 0;
    worked = worked
        && ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
    worked = worked && ::fsync(file) == 0;
    const int reason = errno;
    ::close(file);
    if (!worked)
        return unexpected("cannot write " + path + ": " + std::strerror(reason));
    return Done {};
}

std::unique_ptr<Backend> makeFabric(const PlatformOptions &options)
{
    auto fabric = makeMemoryBackend(options.limits);
    return options.meters ? metrics::metered(std::move(fabric), *options.meters)
                          : std::move(fabric);
}

/// Only names that the service knows become a label: anybody may ask for anything.
std::string knownOperation(const std::string &operation)
{
    const bool known = rules::findOperation("iam", operation) || operation == "resolve-api-key"
        || operation == "resolve-token" || operation == "authenticate-anonymous";
    return known ? operation : "other";
}

RequestServer::Observer iamObserver(metrics::Meters &meters)
{
    return [&meters](const std::string &operation, const std::string &answer, bool threw,
               std::chrono::nanoseconds took) {
        const char *outcome = threw ? "exception" : schema::errorOf(answer) ? "error" : "ok";
        meters.iamRequest(knownOperation(operation), outcome, took);
    };
}

} // namespace

struct Platform::Data {
    explicit Data(PlatformOptions o)
        : options(std::move(o))
        , fabric(makeFabric(options))
    {
    }

    const PlatformOptions options;
    std::unique_ptr<Backend> fabric;
    std::optional<Store> store;
    std::unique_ptr<TenantStore> tenants;
    std::unique_ptr<Cache> cache;
    std::unique_ptr<ConfigService> config;
    std::unique_ptr<IamService> iam;
    std::unique_ptr<FlowService> flow;
    std::unique_ptr<FabricService> views;
    std::vector<LostMessages> lostBefore;
    std::string adminKey;
    std::string instance;
    std::vector<LostMessages> lostNow;
    bool running = false;

    [[nodiscard]] std::string keyFile() const
    {
        return (std::filesystem::path(options.dataDirectory) / "admin.key").string();
    }
    Expected<Done, std::string> openStore();
    Expected<Done, std::string> openTenants();
    Expected<Done, std::string> startServices();
    void meter();
    Expected<std::string, std::string> firstKey() const;
    std::string keptKey() const;
    std::vector<LostMessages> waiting() const;
    void stopServices();
    void remember(const char *fact, const std::string &value)
    {
        if (const auto kept = store->facts->setFact(fact, value); !kept)
            spdlog::error("platform: {}", kept.error().text);
    }
};

Platform::Platform(PlatformOptions options)
    : m_data(std::make_unique<Data>(std::move(options)))
{
    const PlatformOptions &o = m_data->options;
    FabricService::Options views;
    views.tailInterval = o.tailInterval;
    views.tailHeartbeat = o.tailHeartbeat;
    views.ringBytes = o.limits.tailRingBytes;
    m_data->views = std::make_unique<FabricService>(*m_data->fabric, views);
}

Platform::~Platform()
{
    m_data->stopServices();
    m_data->fabric->close();
}

Expected<Done, std::string> Platform::Data::openStore()
{
    auto opened = openSqliteStore(options.dataDirectory, options.storeLimits);
    if (!opened)
        return unexpected(opened.error().text);
    store = std::move(*opened);
    if (auto opened = openTenants(); !opened)
        return opened;
    const auto known = store->facts->fact(instanceFact);
    if (!known)
        return unexpected(known.error().text);
    instance = known->value_or("");
    if (instance.empty())
        remember(instanceFact, instance = newUuid());
    const auto lost = store->facts->fact(lostFact);
    if (!lost)
        return unexpected(lost.error().text);
    lostBefore = decodeLost(lost->value_or("[]"));
    for (const LostMessages &entry : lostBefore)
        spdlog::warn("platform: the last stop lost {} messages of {}", entry.count, entry.queue);
    const auto ran = store->facts->fact(runningFact);
    if (ran && *ran == "yes")
        spdlog::warn("platform: the last run was not stopped; how many messages were lost with it "
                     "is not known");
    remember(lostFact, "[]");
    remember(runningFact, "yes");
    return Done {};
}

Expected<Done, std::string> Platform::Data::openTenants()
{
    SecretKeyFile keys { options.secretKeyFile, false };
    if (!keys.path.empty()) {
        if (const auto box = SecretBox::read(keys.path); !box)
            return unexpected("tenant store: " + box.error().text);
    } else if (!options.dataDirectory.empty()) {
        keys = { options.dataDirectory + "/tenants.key", true };
    }
    if (options.tenantStore.url.empty()) {
        tenants = openSqliteTenants(options.dataDirectory, {}, keys);
    } else {
        auto opened = openPostgresTenants(options.tenantStore, {}, keys);
        if (!opened)
            return unexpected("tenant store: " + opened.error().text);
        tenants = std::move(*opened);
    }
    if (options.cacheUrl.empty()) {
        cache = makeInProcessCache();
        return Done {};
    }
    auto opened = openRedisCache(options.cacheUrl);
    if (!opened)
        return unexpected("cache: " + opened.error().text);
    cache = std::move(*opened);
    return Done {};
}

Expected<Done, std::string> Platform::Data::startServices()
{
    config = std::make_unique<ConfigService>(*fabric, *store->config);
    if (auto begun = config->begin(); !begun)
        return unexpected("config service: " + begun.error());

    IamService::Options identity;
    identity.configTimeout = options.configTimeout;
    identity.bootstrap = options.bootstrap;
    const auto key = firstKey();
    if (!key)
        return unexpected(key.error());
    identity.adminKey = *key;
    identity.adminPassword = options.adminPassword;
    identity.passwordIterations = options.passwordIterations;
    identity.tokenLifetime = options.tokenLifetime;
    identity.anonymous = options.anonymous;
    identity.oidc = options.oidc;
    iam = std::make_unique<IamService>(*fabric, *store->iam, identity);
    if (options.meters)
        iam->observe(iamObserver(*options.meters));
    if (auto begun = iam->begin(); !begun)
        return unexpected("identity service: " + begun.error());

    FlowService::Options flows;
    flows.configTimeout = options.configTimeout;
    flows.fetchRetry = options.fetchRetry;
    flows.deleteTries = options.deleteTries;
    flows.deleteInterval = options.deleteInterval;
    flows.lost = lostBefore;
    flows.step = options.flowStep;
    flow = std::make_unique<FlowService>(*fabric, flows);
    if (auto begun = flow->begin(); !begun)
        return unexpected("flow service: " + begun.error());

    if (auto begun = views->begin(); !begun)
        return unexpected("fabric service: " + begun.error());
    meter();
    return Done {};
}

/// What only the store knows (TG §5.8). Asked at each sampling.
void Platform::Data::meter()
{
    if (!options.meters)
        return;
    const auto gauge = [this](const char *name, const char *help, auto count) {
        options.meters->addGauge(name, help, [this, count] {
            const auto rows = count(*store);
            return rows ? static_cast<double>(rows->size()) : 0.0;
        });
    };
    gauge("tg_iam_user_count", "Users", [](Store &from) { return from.iam->users(); });
    gauge(
        "tg_iam_workspace_count", "Workspaces", [](Store &from) { return from.iam->workspaces(); });
    gauge("tg_gateway_active_flow_count", "Flows that have a record",
        [](Store &from) { return from.config->valuesOfAllWorkspaces("flow"); });
}

/// Before there is a first user: the key is on disk before the store knows its hash, so that a
/// crash in between loses nothing.
Expected<std::string, std::string> Platform::Data::firstKey() const
{
    const auto users = store->iam->users();
    if (!users)
        return unexpected(users.error().text);
    if (!users->empty() || options.bootstrap != PlatformOptions::Bootstrap::Token)
        return std::string();
    std::string key = options.adminKey.empty() ? keptKey() : options.adminKey;
    if (key.empty())
        key = newApiKey();
    if (!options.dataDirectory.empty())
        if (const auto written = writePrivate(keyFile(), key + '\n'); !written)
            return unexpected(written.error());
    return key;
}

/// "" when there is no file: somebody has put it away.
std::string Platform::Data::keptKey() const
{
    std::string key;
    if (options.dataDirectory.empty())
        return key;
    std::ifstream file(keyFile());
    std::getline(file, key);
    return key;
}

Expected<Done, std::string> Platform::start()
{
    if (m_data->running)
        return Done {};
    m_data->running = true;
    if (auto opened = m_data->openStore(); !opened)
        return opened;
    if (auto started = m_data->startServices(); !started)
        return started;
    m_data->adminKey =
        m_data->iam->seededKey().empty() ? m_data->keptKey() : m_data->iam->seededKey();
    return Done {};
}

std::vector<LostMessages> Platform::Data::waiting() const
{
    std::vector<LostMessages> lost;
    for (const auto &[queue, count] : fabric->pending()) {
        const auto detail = fabric->queue(queue);
        lost.push_back({ queue, detail ? detail->row.workspace : "", count });
    }
    return lost;
}

void Platform::Data::stopServices()
{
    if (options.meters)
        options.meters->removeGauges();
    if (views)
        views->stop();
    if (flow)
        flow->stop();
    if (iam)
        iam->stop();
    if (config)
        config->stop();
}

std::vector<LostMessages> Platform::drain(const std::function<void()> &beforeClose)
{
    Data &d = *m_data;
    if (!std::exchange(d.running, false))
        return d.lostNow;
    const auto deadline = std::chrono::steady_clock::now() + d.options.drain;
    while (!d.fabric->pending().empty() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(drainPoll);
    if (beforeClose)
        beforeClose();
    d.stopServices();
    d.lostNow = d.waiting();
    for (const LostMessages &entry : d.lostNow)
        spdlog::warn("platform: {} messages of {} are lost by this stop", entry.count, entry.queue);
    if (d.store) {
        d.remember(lostFact, encodeLost(d.lostNow));
        d.remember(runningFact, "no");
    }
    return d.lostNow;
}

std::vector<LostMessages> Platform::stop(const std::function<void()> &beforeClose)
{
    auto lost = drain(beforeClose);
    m_data->fabric->close();
    return lost;
}

TenantStore &Platform::tenants()
{
    return *m_data->tenants;
}

Cache &Platform::cache()
{
    return *m_data->cache;
}

std::string Platform::instance() const
{
    return m_data->instance;
}

Backend &Platform::fabric()
{
    return *m_data->fabric;
}

Service &Platform::service(const std::string &name)
{
    if (name == "config" && m_data->config)
        return *m_data->config;
    if (name == "iam" && m_data->iam)
        return *m_data->iam;
    if (name == "flow" && m_data->flow)
        return *m_data->flow;
    if (name == "fabric")
        return *m_data->views;
    throw std::out_of_range("no service '" + name + "'");
}

std::string Platform::adminKey() const
{
    return m_data->adminKey;
}

std::vector<LostMessages> Platform::lostAtLastStop() const
{
    return m_data->lostBefore;
}

void Platform::setLine(const ProcessorRegistry *processors, LineControl *control)
{
    m_data->views->setLine(processors, control);
}

void Platform::setEventSequence(std::function<std::int64_t()> sequence)
{
    m_data->views->setEventSequence(std::move(sequence));
}

const PlatformOptions &Platform::options() const
{
    return m_data->options;
}

} // namespace signalbox::gateway
