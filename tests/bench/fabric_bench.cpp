// SPDX-License-Identifier: GPL-3.0-only
// Messages per second through the memory back end: one producer and one consumer on their own
// threads, each message published, received and acknowledged.
#include "app/gateway/fabric/fabric.h"

#include <cstdio>
#include <thread>

using namespace signalbox::gateway;

int main()
{
    constexpr int count = 1000000;
    const auto fabric = makeMemoryBackend();
    if (!fabric->ensureTopic("flow:tg:bench", {}) || !fabric->ensureQueue("flow:tg:bench", "s"))
        return 1;
    ConsumerOptions options;
    options.prefetch = 100;
    const auto consumer = fabric->createConsumer(
        "flow:tg:bench", "s", InitialPosition::Latest, ConsumerType::Shared, options);
    const auto producer = fabric->createProducer("flow:tg:bench");
    if (!consumer || !producer)
        return 1;
    bool failed = false;
    const auto begin = std::chrono::steady_clock::now();
    std::thread sender([&] {
        Message message;
        message.value = std::string(200, 'x');
        message.properties.emplace_back("id", "00000000-0000-4000-8000-000000000000");
        for (int i = 0; i < count && !failed; ++i)
            failed = !(*producer)->send(message);
    });
    for (int i = 0; i < count; ++i) {
        const auto message = (*consumer)->receive(std::chrono::seconds(10));
        if (!message) {
            std::fprintf(stderr, "%s\n", message.error().text.c_str());
            failed = true;
            break;
        }
        (*consumer)->acknowledge(*message);
    }
    sender.join();
    if (failed)
        return 1;
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("bench fabric-messages %.0f msg/s limit 200000\n", count / seconds);
    return 0;
}
