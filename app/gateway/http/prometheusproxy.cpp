// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/prometheusproxy.h"

#include "app/gateway/http/net.h"
#include "app/gateway/http/webaddress.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

namespace signalbox::gateway {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using metrics::ApiAnswer;
using Reply = metrics::MetricsSource::Reply;

namespace {

constexpr int mostAtOnce = 32;
constexpr auto connectTime = std::chrono::seconds(10);
constexpr auto answerTime = std::chrono::seconds(60);
constexpr std::size_t mostBytes = std::size_t(64) << 20;

/// Its target is a path without a slash at its end, "" or more.
std::optional<WebAddress> addressOf(std::string_view url)
{
    auto address = webAddressOf(url);
    if (!address || address->secure || url.find_first_of("?#") != std::string_view::npos)
        return std::nullopt;
    while (address->target.ends_with('/'))
        address->target.pop_back();
    return address;
}

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

/// Answers even when its question is thrown away.
struct Once {
    Reply reply;
    void operator()(ApiAnswer answer)
    {
        if (const Reply given = std::exchange(reply, nullptr))
            given(std::move(answer));
    }
    ~Once() { (*this)({ 503, "the gateway is stopping" }); }
    Once(Reply given)
        : reply(std::move(given))
    {
    }
    Once(const Once &) = delete;
    Once &operator=(const Once &) = delete;
};

} // namespace

struct PrometheusProxy::Data {
    WebAddress address;
    std::mutex mutex;
    std::unique_ptr<asio::io_context> io; ///< while started
    std::thread thread;
    std::atomic<int> asked { 0 };

    asio::awaitable<ApiAnswer> fetch(asio::io_context &context, std::string target);
    asio::awaitable<void> answer(
        asio::io_context &context, std::string target, std::shared_ptr<Once> reply);
};

asio::awaitable<ApiAnswer> PrometheusProxy::Data::fetch(
    asio::io_context &context, std::string target)
{
    const auto unreachable = [](const beast::error_code &why) {
        return ApiAnswer { 502, "Bad Gateway: metrics upstream unreachable: " + why.message() };
    };
    beast::error_code error;
    asio::ip::tcp::resolver resolver(context);
    const auto found = co_await resolver.async_resolve(address.host, address.port, into(error));
    if (error)
        co_return unreachable(error);
    beast::tcp_stream stream(context);
    stream.expires_after(connectTime);
    co_await stream.async_connect(found, into(error));
    if (error)
        co_return unreachable(error);
    http::request<http::empty_body> request(http::verb::get, target, 11);
    request.set(http::field::host, address.authority());
    request.set(http::field::user_agent, "signalbox-gateway");
    request.set(http::field::connection, "close");
    stream.expires_after(answerTime);
    co_await http::async_write(stream, request, into(error));
    if (error)
        co_return unreachable(error);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(mostBytes);
    co_await http::async_read(stream, buffer, parser, into(error));
    if (error && error.category() == http::make_error_code(http::error::body_limit).category())
        co_return ApiAnswer { 500, "Internal Server Error: " + error.message() };
    if (error)
        co_return unreachable(error);
    co_return ApiAnswer { static_cast<int>(parser.get().result_int()),
        std::move(parser.get().body()) };
}

asio::awaitable<void> PrometheusProxy::Data::answer(
    asio::io_context &context, std::string target, std::shared_ptr<Once> reply)
{
    ApiAnswer answer;
    try {
        answer = co_await fetch(context, std::move(target));
    } catch (const std::exception &error) {
        answer = { 500, std::string("Internal Server Error: ") + error.what() };
    }
    --asked;
    (*reply)(std::move(answer));
}

std::string prometheusFault(const std::string &url)
{
    if (url.empty() || addressOf(url))
        return {};
    return url.starts_with("https://")
        ? "https is not supported: let a proxy on this machine speak TLS"
        : "not an address of the form http://host:port";
}

PrometheusProxy::PrometheusProxy(const std::string &url)
    : m_data(std::make_unique<Data>())
{
    m_data->address = addressOf(url).value_or(WebAddress());
}

PrometheusProxy::~PrometheusProxy()
{
    stop();
}

void PrometheusProxy::start()
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

void PrometheusProxy::stop()
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
    io.reset(); // what is still under way is answered by its Once
}

void PrometheusProxy::ask(std::string path, metrics::Parameters parameters, Reply reply)
{
    Data &data = *m_data;
    constexpr std::string_view unreserved = "-._~";
    std::string target = data.address.target + "/api/v1/" + percentEncoded(path, "-._~/");
    char mark = '?';
    for (const auto &[name, value] : parameters) {
        target += mark + percentEncoded(name, unreserved) + '=' + percentEncoded(value, unreserved);
        mark = '&';
    }
    auto once = std::make_shared<Once>(std::move(reply));
    const std::lock_guard lock(data.mutex);
    if (!data.io)
        return;
    if (++data.asked > mostAtOnce) {
        --data.asked;
        (*once)(
            { 503, "503: too many questions at once: the limit is " + std::to_string(mostAtOnce) });
        return;
    }
    asio::co_spawn(
        *data.io, data.answer(*data.io, std::move(target), std::move(once)), asio::detached);
}

} // namespace signalbox::gateway
