// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/fetch.h"

#include "app/gateway/http/net.h"
#include "app/gateway/http/webaddress.h"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <optional>

namespace signalbox::gateway {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;

namespace {

constexpr auto stopPoll = std::chrono::milliseconds(50);

using Body = Expected<std::string, std::string>;

/// One fetch on its own io_context: nothing is shared, so giving up is throwing it away.
class Errand {
public:
    Errand(WebAddress place, std::shared_ptr<ssl::context> trust, const FetchLimits &limits)
        : m_place(std::move(place))
        , m_trust(std::move(trust))
        , m_limits(limits)
    {
    }

    Body run(const std::stop_token &stop)
    {
        const auto end = std::chrono::steady_clock::now() + m_limits.time;
        asio::co_spawn(m_io, fetch(), asio::detached);
        while (!m_result && !stop.stop_requested() && std::chrono::steady_clock::now() < end)
            m_io.run_for(stopPoll);
        if (m_result)
            return std::move(*m_result);
        return unexpected(stop.stop_requested() ? std::string("stopped") : late());
    }

private:
    asio::awaitable<void> fetch();
    asio::awaitable<void> fetchSecurely(beast::tcp_stream tcp);
    template <class Stream> asio::awaitable<void> ask(Stream &stream);
    void fail(const char *what, const beast::error_code &error)
    {
        const bool late = error == beast::error::timeout;
        m_result = unexpected(late ? this->late() : std::string(what) + ": " + error.message());
    }
    std::string late() const
    {
        return "no answer within " + std::to_string(m_limits.time.count()) + " ms";
    }

    const WebAddress m_place;
    const std::shared_ptr<ssl::context> m_trust;
    const FetchLimits m_limits;
    std::optional<Body> m_result; ///< outlives the coroutines of m_io
    asio::io_context m_io { 1 };
};

asio::awaitable<void> Errand::fetch()
{
    beast::error_code error;
    asio::ip::tcp::resolver resolver(m_io);
    const auto found = co_await resolver.async_resolve(m_place.host, m_place.port, into(error));
    if (error)
        co_return fail("its name cannot be resolved", error);
    beast::tcp_stream tcp(m_io);
    tcp.expires_after(m_limits.time);
    co_await tcp.async_connect(found, into(error));
    if (error)
        co_return fail("no connection", error);
    if (m_place.secure)
        co_await fetchSecurely(std::move(tcp));
    else
        co_await ask(tcp);
}

asio::awaitable<void> Errand::fetchSecurely(beast::tcp_stream tcp)
{
    beast::error_code error;
    ssl::stream<beast::tcp_stream> stream(std::move(tcp), *m_trust);
    SSL_set_tlsext_host_name(stream.native_handle(), m_place.host.c_str());
    stream.set_verify_callback(ssl::host_name_verification(m_place.host), error);
    co_await stream.async_handshake(ssl::stream_base::client, into(error));
    if (error)
        co_return fail("TLS", error);
    co_await ask(stream);
}

template <class Stream> asio::awaitable<void> Errand::ask(Stream &stream)
{
    beast::error_code error;
    http::request<http::empty_body> request(http::verb::get, m_place.target, 11);
    request.set(http::field::host, m_place.authority());
    request.set(http::field::user_agent, "signalbox-gateway");
    request.set(http::field::accept, "application/json");
    request.set(http::field::connection, "close");
    co_await http::async_write(stream, request, into(error));
    if (error)
        co_return fail("asking", error);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(m_limits.bodyBytes);
    co_await http::async_read(stream, buffer, parser, into(error));
    if (error)
        co_return fail("reading", error);
    if (parser.get().result() == http::status::ok)
        m_result = std::move(parser.get().body());
    else
        m_result = unexpected("status " + std::to_string(parser.get().result_int()));
}

} // namespace

Expected<Fetch, std::string> makeFetch(const std::string &authorities, const FetchLimits &limits)
{
    auto trust = std::make_shared<ssl::context>(ssl::context::tls_client);
    boost::system::error_code error;
    trust->set_verify_mode(ssl::verify_peer, error);
    if (authorities.empty())
        trust->set_default_verify_paths(error);
    else
        trust->load_verify_file(authorities, error);
    if (error)
        return unexpected("certificates of " + (authorities.empty() ? "the system" : authorities)
            + ": " + error.message());
    SSL_CTX_set_min_proto_version(trust->native_handle(), TLS1_2_VERSION);
    return Fetch([trust, limits](const std::string &url, const std::stop_token &stop) -> Body {
        auto place = webAddressOf(url);
        if (!place)
            return unexpected("'" + url + "' is no address");
        Body body = Errand(std::move(*place), trust, limits).run(stop);
        if (!body)
            return unexpected(url + ": " + body.error());
        return body;
    });
}

} // namespace signalbox::gateway
