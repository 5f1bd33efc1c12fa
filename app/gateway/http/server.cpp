// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/server.h"

#include "app/gateway/http/connections.h"

#include <spdlog/spdlog.h>

#include <condition_variable>
#include <thread>

namespace signalbox::gateway {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;

namespace {
constexpr auto goodbyeTime = std::chrono::seconds(1);
constexpr auto tickInterval = std::chrono::milliseconds(100);
constexpr std::string_view fullAnswer =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json; charset=utf-8\r\n"
    "Connection: close\r\nContent-Length: 32\r\n\r\n{\"error\":\"too many connections\"}\n";
} // namespace

struct Server::Data {
    ServerOptions options;
    asio::io_context io;
    Edge edge;
    OpenSockets open;
    std::atomic<int> connections { 0 };
    asio::strand<asio::io_context::executor_type> strand;
    Tcp::acceptor acceptor;
    std::vector<std::thread> threads;
    std::thread ticker;
    std::mutex tickMutex;
    std::condition_variable tickWake;
    bool tickEnds = false;
    bool started = false;

    Data(Backend &fabric, ServerOptions given)
        : options(std::move(given))
        , edge(fabric, options.limits, options.version, options.capabilities)
        , strand(asio::make_strand(io))
        , acceptor(strand)
    {
        edge.meters = options.meters;
        edge.metricsSource = options.metricsSource;
        edge.sampled = options.sampled;
        edge.dispatcher.setMeters(options.meters);
    }

    Expected<std::uint16_t, std::string> listen();
    asio::awaitable<void> accept();
    asio::awaitable<void> refuse(Tcp::socket socket);
    asio::awaitable<void> serve(Stream stream);
    void tick();
    [[nodiscard]] std::size_t inFlight() const
    {
        return edge.calls.inFlight() + static_cast<std::size_t>(edge.restInFlight.load());
    }
};

Expected<std::uint16_t, std::string> Server::Data::listen()
{
    beast::error_code error;
    const auto address = asio::ip::make_address(options.bind, error);
    if (error)
        return unexpected("not an address to listen on: " + options.bind);
    const Tcp::endpoint endpoint(address, options.port);
    const auto failed = [&](const char *what) {
        return unexpected(std::string(what) + " " + options.bind + " port "
            + std::to_string(options.port) + ": " + error.message());
    };
    acceptor.open(endpoint.protocol(), error);
    if (error)
        return failed("cannot open");
    acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
    acceptor.bind(endpoint, error);
    if (error)
        return failed("cannot listen on");
    acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return failed("cannot listen on");
    return acceptor.local_endpoint().port();
}

asio::awaitable<void> Server::Data::accept()
{
    for (;;) {
        beast::error_code error;
        auto connectionStrand = asio::make_strand(io);
        Tcp::socket socket(io);
        co_await acceptor.async_accept(socket, into(error));
        if (error == asio::error::operation_aborted || !acceptor.is_open())
            co_return;
        if (error) { // out of descriptors, most likely: wait, then try again
            spdlog::warn("accept: {}", error.message());
            asio::steady_timer pause(strand, tickInterval);
            co_await pause.async_wait(into(error));
            continue;
        }
        socket.set_option(Tcp::no_delay(true), error);
        if (connections.load() >= edge.limits.connections) {
            asio::co_spawn(io, refuse(std::move(socket)), asio::detached);
            continue;
        }
        ++connections;
        const auto protocol = socket.local_endpoint(error).protocol();
        const auto handle = error ? -1 : socket.release(error);
        if (error || handle < 0) {
            --connections;
            continue;
        }
        Stream stream(connectionStrand);
        stream.socket().assign(protocol, handle, error);
        asio::co_spawn(connectionStrand, serve(std::move(stream)), asio::detached);
    }
}

asio::awaitable<void> Server::Data::refuse(Tcp::socket socket)
{
    beast::error_code error;
    spdlog::warn("connection refused: {} are open, the limit", connections.load());
    socket.write_some(asio::buffer(fullAnswer), error); // a fresh socket's buffer has room
    socket.shutdown(Tcp::socket::shutdown_send, error);
    co_return;
}

asio::awaitable<void> Server::Data::serve(Stream stream)
{
    co_await serveConnection(std::move(stream), edge, open);
    --connections;
}

void Server::Data::tick()
{
    std::unique_lock lock(tickMutex);
    while (!tickWake.wait_for(lock, tickInterval, [this] { return tickEnds; })) {
        lock.unlock();
        const auto now = std::chrono::steady_clock::now();
        edge.calls.tick(now);
        edge.events.tick(now);
        lock.lock();
    }
}

Server::Server(Backend &fabric, ServerOptions options)
    : m_data(std::make_unique<Data>(fabric, std::move(options)))
{
}

Server::~Server()
{
    stop();
}

void Server::setProcessors(std::function<std::vector<schema::ProcessorRow>()> processors)
{
    m_data->edge.events.setProcessors(std::move(processors));
}

Expected<std::uint16_t, std::string> Server::start()
{
    Data &data = *m_data;
    if (const auto followed = data.edge.feed.start(); !followed)
        return unexpected("cannot follow config notices: " + followed.error().text);
    if (const auto followed = data.edge.events.start(); !followed)
        return unexpected("cannot follow flow notices: " + followed.error().text);
    auto port = data.listen();
    if (!port)
        return port;
    data.started = true;
    if (data.options.meters)
        data.options.meters->addGauge("tg_gateway_known_workspaces", "Workspaces in use",
            [&data] { return static_cast<double>(data.edge.workspaces.count()); });
    data.edge.workspaces.refresh();
    asio::co_spawn(data.strand, data.accept(), asio::detached);
    data.ticker = std::thread([&data] { data.tick(); });
    for (int i = 0; i < std::max(1, data.options.threads); ++i)
        data.threads.emplace_back([&data] { data.io.run(); });
    return port;
}

std::int64_t Server::eventSequence() const
{
    return m_data->edge.events.sequence();
}

std::size_t Server::drain()
{
    Data &data = *m_data;
    data.edge.draining = true;
    const auto deadline = std::chrono::steady_clock::now() + data.options.limits.drain;
    std::unique_lock lock(data.tickMutex);
    while (data.inFlight() > 0 && std::chrono::steady_clock::now() < deadline)
        data.tickWake.wait_for(lock, std::chrono::milliseconds(20));
    return data.inFlight();
}

void Server::tellLost(const std::string &workspace, const schema::Members<std::int64_t> &queues)
{
    m_data->edge.events.publishLost(workspace, queues);
}

void Server::stop()
{
    Data &data = *m_data;
    if (!std::exchange(data.started, false))
        return;
    data.edge.draining = true;
    if (data.options.meters)
        data.options.meters->removeGauges();
    asio::post(data.strand, [&data] {
        beast::error_code ignored;
        data.acceptor.close(ignored);
    });
    for (const auto &connection : data.open.all())
        stopWebSocket(connection);
    data.open.waitUntilEmpty(goodbyeTime);
    {
        const std::lock_guard lock(data.tickMutex);
        data.tickEnds = true;
    }
    data.tickWake.notify_all();
    data.ticker.join();
    data.io.stop();
    for (std::thread &thread : data.threads)
        thread.join();
    data.threads.clear();
    data.edge.feed.stop();
    data.edge.events.stop();
}

} // namespace signalbox::gateway
