// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/connections.h"

#include <array>

namespace signalbox::gateway {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

using Parser = http::request_parser<http::string_body>;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

constexpr std::size_t anonymousBodyBytes = 1 << 20; ///< sign-in forms are small

/// Waits for a callback that comes once, from any thread.
template <class Value, class Start> asio::awaitable<Value> called(Start start)
{
    return asio::async_initiate<const asio::use_awaitable_t<>, void(Value)>(
        [](auto handler, Start begin) {
            auto shared = std::make_shared<decltype(handler)>(std::move(handler));
            begin([shared](Value value) {
                const auto executor = asio::get_associated_executor(*shared);
                asio::post(executor,
                    [shared, value = std::move(value)]() mutable { (*shared)(std::move(value)); });
            });
        },
        asio::use_awaitable, std::move(start));
}

Response responseOf(const Answer &answer, unsigned version, bool keepAlive)
{
    Response response(static_cast<http::status>(answer.status), version);
    response.set(http::field::server, "signalbox-gateway");
    response.set(http::field::content_type, answer.contentType);
    response.set(http::field::cache_control, "no-store");
    if (!answer.allow.empty())
        response.set(http::field::allow, answer.allow);
    response.keep_alive(keepAlive);
    response.body() = answer.body;
    response.prepare_payload();
    return response;
}

asio::awaitable<bool> writeAnswer(Stream &stream, const Edge &edge, const Answer &answer,
    unsigned version, bool keepAlive, bool head = false)
{
    beast::error_code error;
    stream.expires_after(edge.limits.writeTime);
    Response response = responseOf(answer, version, keepAlive);
    if (head)
        response.body().clear(); // the length stays that of the answer
    co_await http::async_write(stream, response, into(error));
    co_return !error && keepAlive;
}

/// Lets the peer read the last answer before the connection goes: what it still sends is taken and
/// thrown away.
asio::awaitable<void> linger(Stream &stream)
{
    beast::error_code error;
    stream.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
    std::array<char, 16384> waste;
    std::size_t budget = std::size_t(64) << 20;
    stream.expires_after(std::chrono::seconds(5));
    while (!error && budget > 0) {
        const std::size_t taken = co_await stream.async_read_some(asio::buffer(waste), into(error));
        budget -= std::min(budget, taken);
    }
}

std::optional<Answer> readFault(const beast::error_code &error, const Edge &edge)
{
    if (error == http::error::header_limit)
        return plainAnswer(431,
            "431: the header is larger than " + std::to_string(edge.limits.headerBytes) + " bytes");
    if (error == http::error::body_limit)
        return plainAnswer(413,
            "413: the body is larger than " + std::to_string(edge.limits.bodyBytes)
                + " bytes, or than " + std::to_string(anonymousBodyBytes) + " without a bearer");
    if (error == beast::error::timeout)
        return std::nullopt; // a silent peer gets no lecture
    if (error.category() == make_error_code(http::error::bad_method).category()
        && error != http::error::end_of_stream && error != http::error::partial_message)
        return plainAnswer(400, "400: not HTTP: " + error.message());
    return std::nullopt;
}

asio::awaitable<beast::error_code> readBody(
    Stream &stream, beast::flat_buffer &buffer, Parser &parser, const Edge &edge)
{
    beast::error_code error;
    const auto &header = parser.get();
    const bool bearer =
        edge.gatekeeper.anonymous() || !bearerOf(header[http::field::authorization]).empty();
    const std::size_t limit =
        bearer ? edge.limits.bodyBytes : std::min(anonymousBodyBytes, edge.limits.bodyBytes);
    const auto length = parser.content_length();
    if (length && *length > limit)
        co_return make_error_code(http::error::body_limit);
    parser.body_limit(limit);
    if (beast::iequals(header[http::field::expect], "100-continue")) {
        http::response<http::empty_body> go(http::status::continue_, header.version());
        stream.expires_after(edge.limits.writeTime);
        co_await http::async_write(stream, go, into(error));
        if (error)
            co_return error;
    }
    stream.expires_after(edge.limits.bodyTime);
    co_await http::async_read(stream, buffer, parser, into(error));
    co_return error;
}

RestRequest restRequest(Request &request)
{
    RestRequest rest;
    const std::string_view text(request.target().data(), request.target().size());
    auto target = parseTarget(text);
    if (!target) {
        rest.route.refusal = plainAnswer(400, "400: not a request target");
        return rest;
    }
    rest.target = std::move(*target);
    rest.route =
        routeOf(std::string_view(request.method_string().data(), request.method_string().size()),
            rest.target);
    rest.authorization = std::string(request[http::field::authorization]);
    rest.method = std::string(request.method_string());
    for (const char *name : { "x-slack-request-timestamp", "x-slack-signature",
             "x-signalbox-timestamp", "x-signalbox-signature" })
        if (const auto value = request[name]; !value.empty())
            rest.headers.emplace_back(name, std::string(value));
    rest.body = std::move(request.body());
    return rest;
}

asio::awaitable<bool> answerOne(Stream &stream, Request request, Edge &edge)
{
    const unsigned version = request.version();
    const bool keepAlive = request.keep_alive();
    const bool head = request.method() == http::verb::head;
    const auto rest = std::make_shared<RestRequest>(restRequest(request));
    stream.expires_never(); // the service has its own time limit
    // Named, not a temporary of the co_await: gcc 12 destroys the captures of those twice.
    auto begin = [&edge, rest](std::function<void(Answer)> reply) {
        answerRest(edge, std::move(*rest), std::move(reply));
    };
    auto answered = called<Answer>(begin);
    const Answer answer = co_await std::move(answered);
    co_return co_await writeAnswer(stream, edge, answer, version, keepAlive, head);
}

} // namespace

asio::awaitable<void> serveConnection(Stream stream, Edge &edge, OpenSockets &open)
{
    beast::flat_buffer buffer;
    for (;;) {
        Parser parser;
        beast::error_code error;
        parser.header_limit(static_cast<std::uint32_t>(edge.limits.headerBytes));
        parser.body_limit(boost::none); // decided when the header is known
        stream.expires_after(edge.limits.headerTime);
        co_await http::async_read_header(stream, buffer, parser, into(error));
        const bool upgrade = !error && beast::websocket::is_upgrade(parser.get());
        if (!error && !upgrade)
            error = co_await readBody(stream, buffer, parser, edge);
        if (error) {
            if (const auto fault = readFault(error, edge)) {
                co_await writeAnswer(stream, edge, *fault, 11, false);
                co_await linger(stream);
            }
            co_return;
        }
        if (!upgrade) {
            if (!co_await answerOne(stream, parser.release(), edge)) {
                co_await linger(stream);
                co_return;
            }
            continue;
        }
        Request request = parser.release();
        RestRequest rest = restRequest(request);
        stream.expires_never();
        auto begin = [&edge, &rest](std::function<void(std::optional<Answer>)> decided) {
            checkUpgrade(edge, rest, std::move(decided));
        };
        auto decision = called<std::optional<Answer>>(begin);
        const std::optional<Answer> refusal = co_await std::move(decision);
        if (!refusal) {
            co_await serveWebSocket(
                std::move(stream), std::move(request), std::move(rest), edge, open);
            co_return;
        }
        if (!co_await writeAnswer(
                stream, edge, *refusal, request.version(), request.keep_alive())) {
            co_await linger(stream);
            co_return;
        }
    }
}

} // namespace signalbox::gateway
