// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/configreceiver.h"

#include "app/gateway/services/answers.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <spdlog/spdlog.h>
#include <thread>

namespace signalbox::gateway {

namespace {

bool covers(const std::vector<std::string> &types, const std::string &type)
{
    return std::any_of(types.begin(), types.end(), [&](const std::string &own) {
        return own.ends_with('*') ? type.starts_with(own.substr(0, own.size() - 1)) : own == type;
    });
}

} // namespace

struct ConfigReceiver::Data {
    struct Registered {
        std::vector<std::string> types;
        Handler handler;
    };

    Backend &fabric;
    const Options options;
    std::vector<Registered> handlers;
    WorkspaceHandler workspaces;
    std::shared_ptr<Consumer> notices;
    std::thread thread;

    mutable std::mutex mutex;
    mutable std::condition_variable changed;
    bool readable = false;
    bool stopping = false;
    std::int64_t version = -1;
    std::int64_t failed = 0;

    Data(Backend &backend, Options o)
        : fabric(backend)
        , options(std::move(o))
    {
    }

    void run();
    void take(const schema::ConfigNotice &notice);
    bool everything();
    bool slices(const schema::ConfigNotice &notice);
    std::optional<schema::ConfigResponse> ask(const Json &body);
    /// Until it works or the receiver stops: a failed fetch loses nothing, notices wait in the
    /// queue (rule 8).
    bool persist(const std::function<bool()> &attempt);
    void setVersion(std::int64_t taken);
};

std::optional<schema::ConfigResponse> ConfigReceiver::Data::ask(const Json &body)
{
    static const RequestTopics topics { "request:tg:config", "response:tg:config" };
    const auto answered = request(fabric, topics, options.name, dump(body), options.timeout);
    std::string fault;
    if (!answered) {
        fault = answered.error().text;
    } else {
        const Json parsed = Json::parse(answered->value, nullptr, false);
        if (!parsed.is_object() || parsed.contains("error"))
            fault = answered->value;
        else if (auto response = schema::decode<schema::ConfigResponse>(answered->value))
            return std::move(*response);
        else
            fault = response.error().text();
    }
    spdlog::warn("{}: config fetch failed: {}", options.name, fault);
    std::lock_guard lock(mutex);
    ++failed;
    return std::nullopt;
}

bool ConfigReceiver::Data::persist(const std::function<bool()> &attempt)
{
    for (;;) {
        {
            std::lock_guard lock(mutex);
            if (stopping)
                return false;
        }
        if (attempt())
            return true;
        std::unique_lock lock(mutex);
        changed.wait_for(lock, options.retry, [this] { return stopping; });
    }
}

void ConfigReceiver::Data::setVersion(std::int64_t taken)
{
    {
        std::lock_guard lock(mutex);
        version = std::max(version, taken);
    }
    changed.notify_all();
}

bool ConfigReceiver::Data::everything()
{
    Json list;
    list["operation"] = "list";
    list["workspace"] = "__workspaces__";
    list["type"] = "workspace";
    const auto live = ask(list);
    if (!live)
        return false;
    // A notice newer than the first answer is applied afterwards, so nothing between the fetches is
    // missed.
    const std::int64_t taken = live->version;
    std::vector<ConfigUpdate> updates;
    for (const Registered &registered : handlers) {
        ConfigUpdate update;
        update.version = taken;
        update.everything = true;
        const std::vector<std::string> all { "*" };
        for (const std::string &type : registered.types.empty() ? all : registered.types)
            for (const std::string &workspace : live->directory) {
                Json fetch;
                fetch["operation"] = "getvalues";
                fetch["workspace"] = workspace;
                fetch["type"] = type;
                auto values = ask(fetch);
                if (!values)
                    return false;
                for (schema::ConfigValue &value : values->values) {
                    value.workspace = workspace;
                    update.values.push_back(std::move(value));
                }
            }
        updates.push_back(std::move(update));
    }
    if (workspaces)
        workspaces({ true, live->directory, {} });
    for (std::size_t i = 0; i < handlers.size(); ++i)
        handlers[i].handler(updates[i]);
    setVersion(taken);
    return true;
}

bool ConfigReceiver::Data::slices(const schema::ConfigNotice &notice)
{
    std::map<std::pair<std::string, std::string>, std::vector<schema::ConfigValue>> fetched;
    std::vector<std::pair<const Registered *, ConfigUpdate>> updates;
    for (const Registered &registered : handlers) {
        ConfigUpdate update;
        update.version = notice.version;
        for (const auto &[type, where] : notice.changes) {
            if (!registered.types.empty() && !covers(registered.types, type))
                continue;
            update.changes.emplace_back(type, where);
            for (const std::string &workspace : where) {
                const auto slice = std::make_pair(type, workspace);
                if (!fetched.contains(slice)) {
                    Json fetch;
                    fetch["operation"] = "getvalues";
                    fetch["workspace"] = workspace;
                    fetch["type"] = type;
                    auto values = ask(fetch);
                    if (!values)
                        return false;
                    for (schema::ConfigValue &value : values->values)
                        value.workspace = workspace;
                    fetched[slice] = std::move(values->values);
                }
                update.values.insert(
                    update.values.end(), fetched[slice].begin(), fetched[slice].end());
            }
        }
        if (!update.changes.empty())
            updates.emplace_back(&registered, std::move(update));
    }
    for (const auto &[registered, update] : updates)
        registered->handler(update);
    return true;
}

void ConfigReceiver::Data::take(const schema::ConfigNotice &notice)
{
    {
        std::lock_guard lock(mutex);
        if (notice.version <= version)
            return; // rule 2
    }
    if (notice.changes.empty() && notice.created.empty() && notice.deleted.empty()) {
        persist([this] { return everything(); }); // rule 7
    } else {
        if (workspaces && (!notice.created.empty() || !notice.deleted.empty()))
            workspaces({ false, notice.created, notice.deleted });
        if (!persist([&] { return slices(notice); }))
            return;
    }
    setVersion(notice.version);
}

void ConfigReceiver::Data::run()
{
    if (!persist([this] { return everything(); }))
        return;
    for (;;) {
        {
            std::unique_lock lock(mutex);
            changed.wait(lock, [this] { return stopping || readable; });
            if (stopping)
                return;
            readable = false;
        }
        while (auto message = notices->tryReceive()) {
            notices->acknowledge(*message);
            if (const auto notice = schema::decode<schema::ConfigNotice>(message->value))
                take(*notice);
            else
                spdlog::error(
                    "{}: a config notice cannot be read: {}", options.name, notice.error().text());
            std::lock_guard lock(mutex);
            if (stopping)
                return;
        }
    }
}

ConfigReceiver::ConfigReceiver(Backend &fabric, Options options)
    : m_data(std::make_unique<Data>(fabric, std::move(options)))
{
}

ConfigReceiver::~ConfigReceiver()
{
    stop();
}

void ConfigReceiver::addHandler(std::vector<std::string> types, Handler handler)
{
    m_data->handlers.push_back({ std::move(types), std::move(handler) });
}

void ConfigReceiver::onWorkspaces(WorkspaceHandler handler)
{
    m_data->workspaces = std::move(handler);
}

FabricResult<Done> ConfigReceiver::start()
{
    if (m_data->thread.joinable())
        return Done {};
    m_data->stopping = false;
    ConsumerOptions consuming;
    consuming.processor = m_data->options.name;
    auto notices = m_data->fabric.createConsumer("notify:tg:config", m_data->options.name,
        InitialPosition::Latest, ConsumerType::Exclusive, consuming);
    if (!notices)
        return unexpected(notices.error());
    m_data->notices = *notices;
    m_data->notices->onReadable([data = m_data.get()] {
        {
            std::lock_guard lock(data->mutex);
            data->readable = true;
        }
        data->changed.notify_all();
    });
    m_data->thread = std::thread([data = m_data.get()] { data->run(); });
    return Done {};
}

void ConfigReceiver::stop()
{
    {
        std::lock_guard lock(m_data->mutex);
        m_data->stopping = true;
    }
    m_data->changed.notify_all();
    if (m_data->thread.joinable())
        m_data->thread.join();
    if (m_data->notices)
        m_data->notices->close();
    m_data->notices.reset();
}

std::int64_t ConfigReceiver::version() const
{
    std::lock_guard lock(m_data->mutex);
    return m_data->version;
}

std::int64_t ConfigReceiver::failedFetches() const
{
    std::lock_guard lock(m_data->mutex);
    return m_data->failed;
}

bool ConfigReceiver::waitFor(std::int64_t version, std::chrono::milliseconds timeout) const
{
    std::unique_lock lock(m_data->mutex);
    return m_data->changed.wait_for(lock, timeout, [&] { return m_data->version >= version; });
}

} // namespace signalbox::gateway
