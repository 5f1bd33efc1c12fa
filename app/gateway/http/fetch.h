// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/channeldelivery.h"
#include "app/gateway/services/chattools.h"
#include "app/gateway/services/llm.h"
#include "app/gateway/services/oidcoptions.h"

#include <memory>

namespace signalbox::gateway {

struct FetchLimits {
    std::chrono::milliseconds time { 4000 }; ///< in all; less than a caller waits for its sign-in
    std::size_t bodyBytes = std::size_t(1) << 20;
    int atOnce = 32; ///< of one Fetcher
};

/// What the far end said, whatever the status.
struct FetchedPage {
    int status = 0;
    std::string body;
    std::int64_t retryAfterSeconds = 0; ///< 0 = it did not say
};

struct FetchFault {
    enum class Kind {
        Unreachable, ///< no name, no connection, no TLS, or silence
        Refused, ///< an address that may not be asked; nothing was
        Answer, ///< it answered, but not what can be used: too large, not HTTP
        Busy, ///< more at once than FetchLimits::atOnce; nothing was asked
        Stopped
    };
    Kind kind = Kind::Unreachable;
    std::string text;
};

/// GET over http or https. The server's certificate is checked against the system's authorities, or
/// against those of the PEM file `authorities` alone. Redirects are not followed: a document lies
/// where its owner said. The error says why the file cannot be used.
Expected<Fetch, std::string> makeFetch(
    const std::string &authorities, const FetchLimits &limits = {});

/// As makeFetch(), but asks on a thread of its own, several at once, and tells any status.
class Fetcher {
public:
    using Reply = std::function<void(Expected<FetchedPage, FetchFault>)>;
    static Expected<std::unique_ptr<Fetcher>, std::string> make(
        const std::string &authorities, const FetchLimits &limits);
    ~Fetcher(); ///< stops
    Fetcher(const Fetcher &) = delete;
    Fetcher &operator=(const Fetcher &) = delete;

    void start();
    /// Ends the thread; what was not answered yet is answered with Kind::Stopped.
    void stop();
    /// `reply` is called exactly once, inline or on that thread. Thread-safe.
    void get(const std::string &url, Reply reply);

private:
    struct Data;
    explicit Fetcher(std::unique_ptr<Data> data);
    const std::unique_ptr<Data> m_data;
};

/// POST whose answer is read line by line as it comes; `limits.time` is that of one silence.
Expected<LlmFetch, std::string> makeLlmFetch(const FetchLimits &limits);
/// As makeFetch(), but whatever the name resolves to, an address of this machine or of a private
/// network is not asked.
Expected<ToolFetch, std::string> makeToolFetch(const FetchLimits &limits = {});

/// POST of JSON to where a channel's answers go; any status is an answer. Plain http and addresses
/// of this machine or of a private network only where the host is one of `hosts`.
Expected<ChannelPost, std::string> makeChannelPost(
    std::vector<std::string> hosts, const FetchLimits &limits = { std::chrono::seconds(10) });

/// Is it an address that anybody on the internet may ask: not loopback, private, link-local,
/// multicast, carrier-grade or otherwise special, in IPv4 or IPv6 (mapped ones too)?
bool isPublicAddress(std::string_view address);

} // namespace signalbox::gateway
