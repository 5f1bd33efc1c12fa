// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/prometheusproxy.h"

#include "app/gateway/http/fetch.h"
#include "app/gateway/http/webaddress.h"

namespace signalbox::gateway {

using metrics::ApiAnswer;

namespace {

constexpr auto prometheusTime = std::chrono::seconds(60);
constexpr std::size_t prometheusBytes = std::size_t(64) << 20;

std::string percentEncoded(std::string_view text, std::string_view kept)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string result;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9') || kept.find(c) != std::string_view::npos;
        if (plain) {
            result += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            result += { '%', digits[byte >> 4], digits[byte & 15] };
        }
    }
    return result;
}

/// TG §1.4: what the proxy says when Prometheus says nothing that could be passed on.
ApiAnswer answerOf(const FetchFault &fault)
{
    switch (fault.kind) {
    case FetchFault::Kind::Unreachable:
    case FetchFault::Kind::Refused:
        return { 502, "Bad Gateway: metrics upstream unreachable: " + fault.text };
    case FetchFault::Kind::Answer:
        return { 500, "Internal Server Error: " + fault.text };
    case FetchFault::Kind::Busy:
        return { 503, "503: " + fault.text };
    case FetchFault::Kind::Stopped:
        break;
    }
    return { 503, "the gateway is stopping" };
}

} // namespace

std::string prometheusFault(const std::string &url)
{
    if (url.empty() || (webAddressOf(url) && url.find_first_of("?#") == std::string::npos))
        return {};
    return "not an address of the form http://host:port or https://host:port";
}

Expected<std::unique_ptr<PrometheusProxy>, std::string> PrometheusProxy::make(
    std::string url, const std::string &authorities)
{
    auto fetcher = Fetcher::make(authorities, { prometheusTime, prometheusBytes });
    if (!fetcher)
        return unexpected(fetcher.error());
    while (url.ends_with('/'))
        url.pop_back();
    return std::unique_ptr<PrometheusProxy>(
        new PrometheusProxy(std::move(url), std::move(*fetcher)));
}

PrometheusProxy::PrometheusProxy(std::string base, std::unique_ptr<Fetcher> fetcher)
    : m_base(std::move(base))
    , m_fetcher(std::move(fetcher))
{
}

PrometheusProxy::~PrometheusProxy() = default;

void PrometheusProxy::start()
{
    m_fetcher->start();
}

void PrometheusProxy::stop()
{
    m_fetcher->stop();
}

void PrometheusProxy::ask(std::string path, metrics::Parameters parameters, Reply reply)
{
    constexpr std::string_view unreserved = "-._~";
    std::string url = m_base + "/api/v1/" + percentEncoded(path, "-._~/");
    char mark = '?';
    for (const auto &[name, value] : parameters) {
        url += mark + percentEncoded(name, unreserved) + '=' + percentEncoded(value, unreserved);
        mark = '&';
    }
    m_fetcher->get(url, [reply = std::move(reply)](Expected<FetchedPage, FetchFault> page) {
        reply(page ? ApiAnswer { page->status, std::move(page->body) } : answerOf(page.error()));
    });
}

} // namespace signalbox::gateway
