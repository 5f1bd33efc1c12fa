// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/fetch.h"

#include "app/gateway/http/net.h"
#include "app/gateway/http/webaddress.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <charconv>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace signalbox::gateway {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;

namespace {

constexpr auto stopPoll = std::chrono::milliseconds(50);
constexpr auto longestConnect = std::chrono::milliseconds(10000);

using Body = Expected<std::string, std::string>;
using Page = Expected<FetchedPage, FetchFault>;

/// Of who wants the body of a success and nothing else.
Body bodyOf(Page page)
{
    if (!page)
        return unexpected(page.error().text);
    if (page->status != 200)
        return unexpected("status " + std::to_string(page->status));
    return std::move(page->body);
}

struct Wish {
    http::verb verb = http::verb::get;
    std::string body;
    std::string bearer;
    std::function<bool(std::string_view line)> line; ///< empty: the whole body is the result
    bool publicOnly = false;
    std::vector<std::pair<std::string, std::string>> headers;
};

bool publicV4(const asio::ip::address_v4 &address)
{
    const std::uint32_t bits = address.to_uint();
    const auto within = [bits](std::uint32_t net, int length) {
        return (bits >> (32 - length)) == (net >> (32 - length));
    };
    constexpr std::pair<std::uint32_t, int> special[] = { { 0x00000000, 8 }, { 0x0A000000, 8 },
        { 0x64400000, 10 }, { 0x7F000000, 8 }, { 0xA9FE0000, 16 }, { 0xAC100000, 12 },
        { 0xC0000000, 24 }, { 0xC0000200, 24 }, { 0xC0586300, 24 }, { 0xC0A80000, 16 },
        { 0xC6120000, 15 }, { 0xC6336400, 24 }, { 0xCB007100, 24 }, { 0xE0000000, 3 } };
    return std::none_of(std::begin(special), std::end(special),
        [&](const auto &net) { return within(net.first, net.second); });
}

bool publicAddress(const asio::ip::address &address)
{
    if (address.is_v4())
        return publicV4(address.to_v4());
    const asio::ip::address_v6 v6 = address.to_v6();
    if (v6.is_v4_mapped())
        return publicV4(asio::ip::make_address_v4(asio::ip::v4_mapped, v6));
    const auto bytes = v6.to_bytes();
    const bool global = (bytes[0] & 0xE0U) == 0x20U; // 2000::/3
    const bool tunnel = bytes[0] == 0x20 && (bytes[1] == 0x02 || bytes[1] == 0x01)
        && (bytes[1] == 0x02 || (bytes[2] == 0 && bytes[3] == 0)); // 6to4, Teredo
    return global && !tunnel;
}

/// One fetch.
class Errand {
public:
    Errand(asio::io_context &io, WebAddress place, std::shared_ptr<ssl::context> trust,
        const FetchLimits &limits, Wish wish = {})
        : m_io(io)
        , m_place(std::move(place))
        , m_trust(std::move(trust))
        , m_limits(limits)
        , m_wish(std::move(wish))
    {
    }

    asio::awaitable<void> fetch();
    [[nodiscard]] bool lasting() const { return bool(m_wish.line); }
    /// Once it has ended; else `why`.
    Page result(FetchFault why)
    {
        return m_result ? std::move(*m_result) : Page(unexpected(std::move(why)));
    }
    [[nodiscard]] bool done() const { return m_result.has_value(); }
    [[nodiscard]] std::string late() const
    {
        return "no answer within " + std::to_string(m_limits.time.count()) + " ms";
    }

private:
    asio::awaitable<void> fetchSecurely(beast::tcp_stream tcp);
    template <class Stream> asio::awaitable<void> ask(Stream &stream);
    template <class Stream> asio::awaitable<void> readLines(Stream &stream);
    bool pass(std::string_view piece); ///< false: enough
    void fail(const char *what, const beast::error_code &error)
    {
        static const auto &ofHttp = make_error_code(http::error::body_limit).category();
        FetchFault fault;
        if (error.category() == ofHttp && error != http::error::end_of_stream)
            fault.kind = FetchFault::Kind::Answer;
        fault.text =
            error == beast::error::timeout ? late() : std::string(what) + ": " + error.message();
        m_result = unexpected(std::move(fault));
    }

    asio::io_context &m_io;
    const WebAddress m_place;
    const std::shared_ptr<ssl::context> m_trust;
    const FetchLimits m_limits;
    const Wish m_wish;
    std::string m_line; ///< that is not whole yet
    std::optional<Page> m_result;
};

/// On an io_context of its own: nothing is shared, so giving up is throwing it away.
Page runErrand(WebAddress place, const std::shared_ptr<ssl::context> &trust,
    const FetchLimits &limits, const std::stop_token &stop, Wish wish = {})
{
    // Before the context: what the coroutines hold goes before what they write to.
    std::optional<Errand> errand;
    asio::io_context io { 1 };
    errand.emplace(io, std::move(place), trust, limits, std::move(wish));
    const auto end = std::chrono::steady_clock::now() + limits.time;
    asio::co_spawn(io, errand->fetch(), asio::detached);
    // Lines may come for as long as they like: the stream ends each silence by itself.
    while (!errand->done() && !stop.stop_requested()
        && (errand->lasting() || std::chrono::steady_clock::now() < end))
        io.run_for(stopPoll);
    if (stop.stop_requested())
        return errand->result({ FetchFault::Kind::Stopped, "stopped" });
    return errand->result({ FetchFault::Kind::Unreachable, errand->late() });
}

asio::awaitable<void> Errand::fetch()
{
    beast::error_code error;
    asio::ip::tcp::resolver resolver(m_io);
    const auto all = co_await resolver.async_resolve(m_place.host, m_place.port, into(error));
    if (error)
        co_return fail("its name cannot be resolved", error);
    std::vector<asio::ip::tcp::endpoint> found;
    for (const auto &entry : all)
        if (!m_wish.publicOnly || publicAddress(entry.endpoint().address()))
            found.push_back(entry.endpoint());
    if (found.empty()) {
        m_result =
            unexpected(FetchFault { FetchFault::Kind::Refused, "it is in a private network" });
        co_return;
    }
    beast::tcp_stream tcp(m_io);
    tcp.expires_after(std::min(m_limits.time, longestConnect));
    co_await tcp.async_connect(found, into(error));
    if (error)
        co_return fail("no connection", error);
    tcp.expires_after(m_limits.time);
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
    http::request<http::string_body> request(m_wish.verb, m_place.target, 11);
    request.set(http::field::host, m_place.authority());
    request.set(http::field::user_agent, "signalbox-gateway");
    request.set(http::field::accept, "application/json");
    request.set(http::field::connection, "close");
    if (!m_wish.bearer.empty())
        request.set(http::field::authorization, "Bearer " + m_wish.bearer);
    for (const auto &[name, value] : m_wish.headers)
        request.set(name, value);
    if (m_wish.verb == http::verb::post) {
        request.set(http::field::content_type, "application/json");
        request.body() = m_wish.body;
        request.prepare_payload();
    }
    co_await http::async_write(stream, request, into(error));
    if (error)
        co_return fail("asking", error);
    if (m_wish.line)
        co_return co_await readLines(stream);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(m_limits.bodyBytes);
    co_await http::async_read(stream, buffer, parser, into(error));
    if (error)
        co_return fail("reading", error);
    FetchedPage page;
    page.status = static_cast<int>(parser.get().result_int());
    page.body = std::move(parser.get().body());
    const auto after = parser.get()[http::field::retry_after];
    std::from_chars(after.data(), after.data() + after.size(), page.retryAfterSeconds);
    m_result = std::move(page);
}

bool Errand::pass(std::string_view piece)
{
    m_line += piece;
    std::size_t end = m_line.find('\n');
    while (end != std::string::npos) {
        std::string line = m_line.substr(0, end);
        m_line.erase(0, end + 1);
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        if (!line.empty() && !m_wish.line(line))
            return false;
        end = m_line.find('\n');
    }
    return m_line.size() <= m_limits.bodyBytes;
}

template <class Stream> asio::awaitable<void> Errand::readLines(Stream &stream)
{
    beast::error_code error;
    beast::flat_buffer buffer;
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(boost::none); // a line has one
    co_await http::async_read_header(stream, buffer, parser, into(error));
    if (error)
        co_return fail("reading", error);
    const unsigned status = parser.get().result_int();
    std::string fault;
    std::array<char, 8192> piece;
    while (!parser.is_done()) {
        parser.get().body().data = piece.data();
        parser.get().body().size = piece.size();
        beast::get_lowest_layer(stream).expires_after(m_limits.time);
        co_await http::async_read_some(stream, buffer, parser, into(error));
        if (error && error != http::error::need_buffer)
            co_return fail("reading", error);
        const std::string_view got(piece.data(), piece.size() - parser.get().body().size);
        if (status != 200)
            fault += got.substr(0, 500 - std::min<std::size_t>(500, fault.size()));
        else if (!pass(got)) {
            m_result = FetchedPage { 200, {} };
            co_return;
        }
    }
    if (status == 200 && !m_line.empty())
        m_wish.line(m_line);
    if (status == 200)
        m_result = FetchedPage { 200, {} };
    else
        m_result = unexpected(FetchFault {
            FetchFault::Kind::Answer, "status " + std::to_string(status) + " " + fault });
}

Expected<std::shared_ptr<ssl::context>, std::string> trustOf(const std::string &authorities)
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
    return trust;
}

} // namespace

bool isPublicAddress(std::string_view address)
{
    beast::error_code error;
    const auto parsed = asio::ip::make_address(std::string(address), error);
    return !error && publicAddress(parsed);
}

Expected<LlmFetch, std::string> makeLlmFetch(const FetchLimits &limits)
{
    const auto trust = trustOf({});
    if (!trust)
        return unexpected(trust.error());
    return LlmFetch([trust = *trust, limits](const LlmPost &post, const auto &line,
                        const std::stop_token &stop) -> Expected<Done, std::string> {
        auto place = webAddressOf(post.url);
        if (!place)
            return unexpected("'" + post.url + "' is no address");
        Wish wish { http::verb::post, post.body, post.bearer, line, false, {} };
        const Body body =
            bodyOf(runErrand(std::move(*place), trust, limits, stop, std::move(wish)));
        if (!body)
            return unexpected(post.url + ": " + body.error());
        return Done {};
    });
}

Expected<ToolFetch, std::string> makeToolFetch(const FetchLimits &limits)
{
    const auto trust = trustOf({});
    if (!trust)
        return unexpected(trust.error());
    return ToolFetch(
        [trust = *trust, limits](const std::string &url, const std::stop_token &stop) -> Body {
            auto place = webAddressOf(url);
            if (!place)
                return unexpected("'" + url + "' is no address");
            Wish wish;
            wish.publicOnly = true;
            return bodyOf(runErrand(std::move(*place), trust, limits, stop, std::move(wish)));
        });
}

Expected<ChannelPost, std::string> makeChannelPost(
    std::vector<std::string> hosts, const FetchLimits &limits)
{
    const auto trust = trustOf({});
    if (!trust)
        return unexpected(trust.error());
    return ChannelPost(
        [trust = *trust, limits, hosts = std::move(hosts)](const ChannelLetter &letter,
            const std::stop_token &stop) -> Expected<ChannelReply, ChannelFault> {
            auto place = webAddressOf(letter.url);
            if (!place)
                return unexpected(ChannelFault { "its address is none", true });
            const bool named = std::find(hosts.begin(), hosts.end(), place->host) != hosts.end();
            if (!place->secure && !named)
                return unexpected(ChannelFault { "its address is not https", true });
            Wish wish { http::verb::post, letter.body, letter.bearer, {}, !named, letter.headers };
            Page page = runErrand(std::move(*place), trust, limits, stop, std::move(wish));
            if (!page)
                return unexpected(ChannelFault {
                    page.error().text, page.error().kind == FetchFault::Kind::Refused });
            return ChannelReply { page->status, std::move(page->body), page->retryAfterSeconds };
        });
}

Expected<Fetch, std::string> makeFetch(const std::string &authorities, const FetchLimits &limits)
{
    const auto trusted = trustOf(authorities);
    if (!trusted)
        return unexpected(trusted.error());
    return Fetch(
        [trust = *trusted, limits](const std::string &url, const std::stop_token &stop) -> Body {
            auto place = webAddressOf(url);
            if (!place)
                return unexpected("'" + url + "' is no address");
            Body body = bodyOf(runErrand(std::move(*place), trust, limits, stop));
            if (!body)
                return unexpected(url + ": " + body.error());
            return body;
        });
}

namespace {

/// Answers even when its question is thrown away.
class OnceAnswered {
public:
    OnceAnswered(Fetcher::Reply reply, std::atomic<int> &asked)
        : m_reply(std::move(reply))
        , m_asked(asked)
    {
    }
    ~OnceAnswered() { (*this)(unexpected(FetchFault { FetchFault::Kind::Stopped, "stopped" })); }
    OnceAnswered(const OnceAnswered &) = delete;
    OnceAnswered &operator=(const OnceAnswered &) = delete;
    void operator()(Page page)
    {
        if (const auto reply = std::exchange(m_reply, nullptr)) {
            --m_asked;
            reply(std::move(page));
        }
    }

private:
    Fetcher::Reply m_reply;
    std::atomic<int> &m_asked;
};

asio::awaitable<void> answerPage(
    std::shared_ptr<Errand> errand, std::shared_ptr<OnceAnswered> reply)
{
    FetchFault fault { FetchFault::Kind::Answer, "failed" };
    try {
        co_await errand->fetch();
    } catch (const std::exception &error) {
        fault.text = error.what();
    }
    (*reply)(errand->result(std::move(fault)));
}

} // namespace

struct Fetcher::Data {
    std::shared_ptr<ssl::context> trust;
    FetchLimits limits;
    std::atomic<int> asked { 0 };
    std::mutex mutex;
    std::unique_ptr<asio::io_context> io; ///< while started
    std::thread thread;
};

Fetcher::Fetcher(std::unique_ptr<Data> data)
    : m_data(std::move(data))
{
}

Fetcher::~Fetcher()
{
    stop();
}

Expected<std::unique_ptr<Fetcher>, std::string> Fetcher::make(
    const std::string &authorities, const FetchLimits &limits)
{
    auto trust = trustOf(authorities);
    if (!trust)
        return unexpected(trust.error());
    auto data = std::make_unique<Data>();
    data->trust = std::move(*trust);
    data->limits = limits;
    return std::unique_ptr<Fetcher>(new Fetcher(std::move(data)));
}

void Fetcher::start()
{
    Data &data = *m_data;
    const std::lock_guard lock(data.mutex);
    if (data.io)
        return;
    data.io = std::make_unique<asio::io_context>();
    data.thread = std::thread([&io = *data.io] {
        const auto work = asio::make_work_guard(io);
        io.run();
    });
}

void Fetcher::stop()
{
    Data &data = *m_data;
    std::unique_ptr<asio::io_context> io;
    {
        const std::lock_guard lock(data.mutex);
        io.swap(data.io);
    }
    if (!io)
        return;
    io->stop();
    data.thread.join();
    io.reset(); // what is still under way is answered by its OnceAnswered
}

void Fetcher::get(const std::string &url, Reply reply)
{
    Data &data = *m_data;
    ++data.asked;
    auto once = std::make_shared<OnceAnswered>(std::move(reply), data.asked);
    auto place = webAddressOf(url);
    if (!place)
        return (*once)(
            unexpected(FetchFault { FetchFault::Kind::Answer, "'" + url + "' is no address" }));
    if (data.asked > data.limits.atOnce)
        return (*once)(unexpected(FetchFault { FetchFault::Kind::Busy,
            "too many questions at once: the limit is " + std::to_string(data.limits.atOnce) }));
    const std::lock_guard lock(data.mutex);
    if (!data.io)
        return;
    auto errand =
        std::make_shared<Errand>(*data.io, std::move(*place), data.trust, data.limits, Wish());
    asio::co_spawn(*data.io, answerPage(std::move(errand), std::move(once)), asio::detached);
}

} // namespace signalbox::gateway
