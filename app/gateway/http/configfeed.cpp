// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/configfeed.h"

#include "app/gateway/fabric/requester.h"

#include <atomic>
#include <mutex>

namespace signalbox::gateway {

struct ConfigFeed::Data {
    std::recursive_mutex mutex; ///< a handler may publish
    std::vector<Handler> handlers;
    std::shared_ptr<Consumer> consumer;
    std::atomic<std::int64_t> undecodable { 0 };

    void drain()
    {
        const std::lock_guard lock(mutex);
        while (consumer) {
            const auto message = consumer->tryReceive();
            if (!message)
                return;
            consumer->acknowledge(*message);
            const auto notice = schema::decode<schema::ConfigNotice>(message->value);
            if (!notice) {
                ++undecodable;
                continue;
            }
            for (const Handler &handler : handlers)
                handler(*notice);
        }
    }
};

ConfigFeed::ConfigFeed(Backend &fabric)
    : m_fabric(fabric)
    , m_data(std::make_shared<Data>())
{
}

ConfigFeed::~ConfigFeed()
{
    stop();
}

void ConfigFeed::onNotice(Handler handler)
{
    m_data->handlers.push_back(std::move(handler));
}

FabricResult<Done> ConfigFeed::start()
{
    ConsumerOptions options;
    options.processor = "gateway";
    options.prefetch = 64;
    auto consumer = m_fabric.createConsumer("notify:tg:config", "gateway--config--" + newUuid(),
        InitialPosition::Latest, ConsumerType::Exclusive, options);
    if (!consumer)
        return unexpected(consumer.error());
    {
        const std::lock_guard lock(m_data->mutex);
        m_data->consumer = *consumer;
    }
    (*consumer)->onReadable([weak = std::weak_ptr(m_data)] {
        if (const auto data = weak.lock())
            data->drain();
    });
    m_data->drain();
    return Done {};
}

void ConfigFeed::stop()
{
    std::shared_ptr<Consumer> consumer;
    {
        const std::lock_guard lock(m_data->mutex);
        consumer.swap(m_data->consumer);
    }
    if (consumer)
        consumer->unsubscribe();
}

std::int64_t ConfigFeed::undecodable() const
{
    return m_data->undecodable;
}

} // namespace signalbox::gateway
