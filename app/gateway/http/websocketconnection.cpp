// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/chatsession.h"
#include "app/gateway/http/connections.h"
#include "app/gateway/http/eventsession.h"
#include "app/gateway/http/flowsocket.h"
#include "app/gateway/http/muxsession.h"

#include <spdlog/spdlog.h>

#include <deque>

namespace signalbox::gateway {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using Request = beast::http::request<beast::http::string_body>;

namespace {
constexpr std::size_t keptBufferBytes = 1 << 20;
constexpr int closeTryAgain = 1013;
constexpr auto closeTime = std::chrono::seconds(5);
} // namespace

/// The Beast side of a socket. Everything but post() runs on the stream's strand.
class WebSocketConnection : public SocketPeer,
                            public std::enable_shared_from_this<WebSocketConnection> {
public:
    WebSocketConnection(Stream stream, Edge &edge)
        : m_socket(std::move(stream))
        , m_edge(edge)
        , m_resume(m_socket.get_executor())
        , m_ticker(m_socket.get_executor())
        , m_lastCall(m_socket.get_executor())
    {
    }

    asio::awaitable<void> run(Request upgrade, RestRequest rest);
    void post(std::function<void()> work) override;
    void send(std::string frame) override;
    [[nodiscard]] std::size_t unsent() const override { return m_unsent; }
    void close(int code, std::string reason) override;
    void resume() override { m_resume.cancel(); }
    void sayGoodbye();

private:
    asio::awaitable<bool> accept(const Request &upgrade);
    asio::awaitable<void> readFrames();
    asio::awaitable<void> waitUntilWanted();
    asio::awaitable<void> writeFrames();
    asio::awaitable<void> tickSession();
    void startWriting();
    void abort();

    websocket::stream<Stream, false>
        m_socket; ///< never compresses: what it carries is small or in a hurry
    Edge &m_edge;
    asio::steady_timer m_resume;
    asio::steady_timer m_ticker;
    asio::steady_timer m_lastCall; ///< of a close that the peer does not take part in
    std::shared_ptr<SocketSession> m_session;
    std::deque<std::string> m_outgoing;
    std::size_t m_unsent = 0;
    bool m_writing = false;
    bool m_open = false;
    std::optional<websocket::close_reason> m_closing;
};

void WebSocketConnection::post(std::function<void()> work)
{
    asio::post(m_socket.get_executor(), [self = weak_from_this(), work = std::move(work)] {
        if (const auto alive = self.lock())
            work();
    });
}

void WebSocketConnection::send(std::string frame)
{
    if (!m_open || m_closing)
        return;
    if (m_unsent > 0 && m_unsent + frame.size() > m_edge.limits.outgoingBytes) {
        spdlog::warn("socket closed: {} bytes unsent, the peer reads too slowly", m_unsent);
        m_outgoing.resize(m_writing ? 1 : 0); // the one being written cannot be taken back
        close(closeTryAgain, "reads too slowly");
        return;
    }
    m_unsent += frame.size();
    m_outgoing.push_back(std::move(frame));
    startWriting();
}

void WebSocketConnection::close(int code, std::string reason)
{
    if (m_closing || !m_open)
        return;
    reason.resize(std::min<std::size_t>(reason.size(), 120));
    m_closing = websocket::close_reason(static_cast<websocket::close_code>(code), reason);
    startWriting();
    m_resume.cancel();
    m_lastCall.expires_after(closeTime);
    m_lastCall.async_wait([self = shared_from_this()](const beast::error_code &error) {
        if (!error)
            self->abort();
    });
}

void WebSocketConnection::sayGoodbye()
{
    post([this] {
        if (m_session)
            m_session->stopping();
    });
}

void WebSocketConnection::startWriting()
{
    if (std::exchange(m_writing, true))
        return;
    asio::co_spawn(
        m_socket.get_executor(),
        [self = shared_from_this()]() -> asio::awaitable<void> { co_await self->writeFrames(); },
        asio::detached);
}

asio::awaitable<void> WebSocketConnection::writeFrames()
{
    beast::error_code error;
    while (m_open && !error && !m_outgoing.empty()) {
        co_await m_socket.async_write(asio::buffer(m_outgoing.front()), into(error));
        const std::size_t before = m_unsent;
        m_unsent -= std::min(m_unsent, m_outgoing.front().size());
        m_outgoing.pop_front();
        if (before >= m_edge.limits.readPauseBytes && m_unsent < m_edge.limits.readPauseBytes) {
            m_resume.cancel();
            if (m_session && m_open)
                m_session->drained();
        }
    }
    m_writing = false;
    if (error)
        abort();
    else if (m_open && m_closing && m_outgoing.empty()) {
        m_writing = true; // nothing more after the close frame
        co_await m_socket.async_close(*m_closing, into(error));
        abort();
    }
}

void WebSocketConnection::abort()
{
    m_open = false;
    m_resume.cancel();
    m_ticker.cancel();
    m_lastCall.cancel();
    beast::error_code ignored;
    beast::get_lowest_layer(m_socket).socket().close(ignored);
}

asio::awaitable<bool> WebSocketConnection::accept(const Request &upgrade)
{
    beast::error_code error;
    websocket::stream_base::timeout timeout;
    timeout.handshake_timeout = m_edge.limits.headerTime;
    timeout.idle_timeout =
        m_edge.limits.halfOpen; // pings at half of it, closes when nothing comes back
    timeout.keep_alive_pings = true;
    m_socket.set_option(timeout);
    m_socket.set_option(websocket::stream_base::decorator([](websocket::response_type &response) {
        response.set(beast::http::field::server, "signalbox-gateway");
    }));
    m_socket.read_message_max(m_edge.limits.frameBytes);
    m_socket.auto_fragment(false);
    co_await m_socket.async_accept(upgrade, into(error));
    co_return !error;
}

asio::awaitable<void> WebSocketConnection::waitUntilWanted()
{
    while (m_open && !m_closing && !m_session->wantsFrame()) {
        beast::error_code ignored;
        m_resume.expires_at(asio::steady_timer::time_point::max());
        co_await m_resume.async_wait(into(ignored));
    }
}

asio::awaitable<void> WebSocketConnection::readFrames()
{
    beast::flat_buffer buffer;
    while (m_open) {
        co_await waitUntilWanted();
        beast::error_code error;
        co_await m_socket.async_read(buffer, into(error));
        if (error)
            break;
        if (m_closing || !m_open) {
            buffer.clear(); // waiting for the peer's close frame
            continue;
        }
        std::string text = beast::buffers_to_string(buffer.data());
        buffer.clear();
        if (buffer.capacity() > keptBufferBytes)
            buffer = beast::flat_buffer();
        m_session->frame(std::move(text));
    }
}

asio::awaitable<void> WebSocketConnection::tickSession()
{
    while (m_open && m_session) {
        const auto interval = m_session->tickInterval();
        if (interval.count() == 0)
            co_return;
        beast::error_code ignored;
        m_ticker.expires_after(interval);
        co_await m_ticker.async_wait(into(ignored));
        if (m_open && m_session)
            m_session->tick(std::chrono::steady_clock::now());
    }
}

asio::awaitable<void> WebSocketConnection::run(Request upgrade, RestRequest rest)
{
    const auto self = shared_from_this();
    if (!co_await accept(upgrade))
        co_return;
    m_open = true;
    if (rest.route.kind == Route::Kind::Events)
        m_session = std::make_shared<EventSession>(m_edge, self);
    else if (rest.route.kind == Route::Kind::Chat)
        m_session = std::make_shared<ChatSession>(m_edge, self, rest);
    else if (rest.route.kind == Route::Kind::Socket)
        m_session = std::make_shared<MuxSession>(m_edge, self);
    else
        m_session = openFlowSocket(m_edge, self, rest);
    asio::co_spawn(
        m_socket.get_executor(),
        [self]() -> asio::awaitable<void> { co_await self->tickSession(); }, asio::detached);
    co_await readFrames();
    abort(); // a write that a silent peer holds up ends here too
    const auto session = std::exchange(m_session, nullptr);
    session->closed();
}

void OpenSockets::add(const std::shared_ptr<WebSocketConnection> &connection)
{
    const std::lock_guard lock(m_mutex);
    m_open[connection.get()] = connection;
}

void OpenSockets::remove(WebSocketConnection *connection)
{
    const std::lock_guard lock(m_mutex);
    m_open.erase(connection);
    m_closed.notify_all();
}

void OpenSockets::waitUntilEmpty(std::chrono::milliseconds time) const
{
    std::unique_lock lock(m_mutex);
    m_closed.wait_for(lock, time, [this] { return m_open.empty(); });
}

std::vector<std::shared_ptr<WebSocketConnection>> OpenSockets::all() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::shared_ptr<WebSocketConnection>> connections;
    for (const auto &[key, weak] : m_open)
        if (auto connection = weak.lock())
            connections.push_back(std::move(connection));
    return connections;
}

asio::awaitable<void> serveWebSocket(
    Stream stream, Request upgrade, RestRequest rest, Edge &edge, OpenSockets &open)
{
    const auto connection = std::make_shared<WebSocketConnection>(std::move(stream), edge);
    open.add(connection);
    co_await connection->run(std::move(upgrade), std::move(rest));
    open.remove(connection.get());
}

void stopWebSocket(const std::shared_ptr<WebSocketConnection> &connection)
{
    connection->sayGoodbye();
}

} // namespace signalbox::gateway
