// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/muxsocket.h"

#include <QUrlQuery>

#include <algorithm>

namespace signalbox {
namespace {

constexpr int deadlineTickMs = 50;

std::string quoted(const std::string &id)
{
    return '"' + id + '"';
} // ids are our own, without special characters

std::string bare(const std::string &json)
{
    return json.size() >= 2 && json.front() == '"' ? json.substr(1, json.size() - 2) : json;
}

} // namespace

MuxSocket::MuxSocket(const LinkTiming &timing, QObject *parent)
    : QObject(parent)
    , m_timing(timing)
    , m_socket(timing, timing.ping, this)
{
    m_clock.setInterval(deadlineTickMs);
    connect(&m_clock, &QTimer::timeout, this, &MuxSocket::checkDeadlines);
    connect(&m_socket, &LiveSocket::frame, this, &MuxSocket::takeFrame);
    connect(
        &m_socket, &LiveSocket::traffic, this, [this](qint64 bytes) { emit traffic(0, bytes); });
    connect(&m_socket, &LiveSocket::opened, this, &MuxSocket::signIn);
    connect(&m_socket, &LiveSocket::lost, this, [this](const QString &why) {
        m_ready = false;
        m_handshakeStatus = m_socket.handshakeStatus();
        failAll(networkError(why));
        emit lost(why);
    });
}

MuxSocket::~MuxSocket()
{
    failAll({ ErrorKind::Cancelled, {}, tr("the connection was closed"), true });
}

qint64 MuxSocket::now() const
{
    return std::chrono::duration_cast<milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

void MuxSocket::open(const QUrl &url, const std::string &token, bool tokenInUrl)
{
    m_token = token;
    m_tokenInUrl = tokenInUrl;
    QUrl target = url;
    if (tokenInUrl) {
        QUrlQuery query;
        query.addQueryItem(QStringLiteral("token"),
            QString::fromLatin1(QUrl::toPercentEncoding(QString::fromStdString(token))));
        target.setQuery(query);
    }
    m_socket.open(target);
}

void MuxSocket::signIn()
{
    schema::ClientFrame auth;
    auth.kind = schema::ClientFrame::Kind::Auth;
    auth.token = m_token;
    m_socket.send(schema::encode(auth));
}

void MuxSocket::renew(const std::string &token)
{
    m_token = token;
    // Before 2.4.5 a socket is signed in by its handshake, for good.
    if (m_ready && !m_preIam && !m_tokenInUrl)
        signIn();
}

void MuxSocket::close(const GatewayError &error)
{
    m_ready = false;
    m_socket.close();
    failAll(error);
}

void MuxSocket::ask(Request request, std::unique_ptr<Call> call)
{
    if (!m_ready)
        return call->failed(networkError(tr("not connected")));
    if (const std::size_t others = waiting(); others >= m_timing.waiting)
        return call->failed(
            { ErrorKind::Service, {}, tr("%1 requests wait already").arg(others), true });
    if (request.id.empty() || m_flying.contains(request.id))
        request.id = "c" + std::to_string(m_nextId++);
    auto &line = m_waiting[request.service];
    line.push_back({ std::move(request), std::move(call), now() + m_timing.queued.count() });
    pump();
}

std::size_t MuxSocket::waiting() const
{
    std::size_t count = 0;
    for (const auto &[service, line] : m_waiting)
        count += line.size();
    return count;
}

/// Of the services for which something waits, the one with the least in flight; the longest wait
/// decides between equals. Null: nothing waits.
std::deque<MuxSocket::Flight> *MuxSocket::nextWaiting()
{
    std::deque<Flight> *next = nullptr;
    std::ptrdiff_t least = 0;
    for (auto &[service, line] : m_waiting) {
        if (line.empty())
            continue;
        const auto flying = std::count_if(m_flying.begin(), m_flying.end(),
            [&name = service](const auto &one) { return one.second.request.service == name; });
        if (next
            && (flying > least
                || (flying == least && line.front().deadline >= next->front().deadline)))
            continue;
        next = &line;
        least = flying;
    }
    return next;
}

void MuxSocket::pump()
{
    while (m_flying.size() < m_timing.inFlight) {
        auto *line = nextWaiting();
        if (!line)
            break;
        Flight flight = std::move(line->front());
        line->pop_front();
        flight.deadline = now() + flight.request.timeout.count();
        const std::string id = flight.request.id;
        sendRequest(m_flying.insert_or_assign(id, std::move(flight)).first->second.request);
    }
    if (!m_flying.empty() && !m_clock.isActive())
        m_clock.start();
}

void MuxSocket::sendRequest(const Request &request)
{
    schema::ClientFrame frame;
    frame.kind = schema::ClientFrame::Kind::Request;
    frame.request.hasId = true;
    frame.request.id.text = quoted(request.id);
    frame.request.service = request.service;
    if (!request.workspace.empty())
        frame.request.workspace = request.workspace;
    if (!request.flow.empty())
        frame.request.flow = request.flow;
    frame.request.request = schema::JsonText { request.body };
    emit traffic(1, 0);
    m_socket.send(schema::encode(frame));
}

void MuxSocket::cancel(const std::string &id)
{
    for (auto &[service, line] : m_waiting)
        std::erase_if(line, [&](const Flight &flight) { return flight.request.id == id; });
    const auto at = m_flying.find(id);
    if (at == m_flying.end())
        return;
    if (m_cancels && m_ready) {
        schema::ClientFrame frame;
        frame.kind = schema::ClientFrame::Kind::Cancel;
        frame.request.hasId = true;
        frame.request.id.text = quoted(id);
        m_socket.send(schema::encode(frame));
    }
    m_flying.erase(at); // settles as cancelled
    pump();
}

void MuxSocket::takeFrame(const std::string &text)
{
    const auto frame = schema::decode<schema::ServerFrame>(text);
    if (!frame)
        return takeFlawed(text, frame.error());
    using Kind = schema::ServerFrame::Kind;
    if (frame->kind == Kind::AuthOk || frame->kind == Kind::AuthFailed) {
        m_oldField = text.find("default_workspace") == std::string::npos;
        return takeAuth(*frame);
    }
    const auto at = frame->hasId ? m_flying.find(bare(frame->id.text)) : m_flying.end();
    if (at == m_flying.end())
        return takeStray(*frame, text);
    if (frame->kind == Kind::Error) {
        const auto call = std::move(at->second.call);
        m_flying.erase(at);
        call->failed(gatewayError(frame->error));
    } else if (frame->complete) {
        const auto call = std::move(at->second.call);
        m_flying.erase(at);
        call->part(frame->response.text, true);
    } else {
        at->second.deadline = now() + at->second.request.timeout.count();
        at->second.call->part(frame->response.text, false);
    }
    pump();
}

/// Whoever waits for what cannot be read is told at once. What is no JSON at all may be the answer
/// to any request in flight, so all of them end; JSON without an id of ours is an answer to none.
void MuxSocket::takeFlawed(const std::string &text, const schema::SchemaError &fault)
{
    ++m_stray;
    emit strayFrame(text, QString::fromStdString(fault.text()));
    const auto error = protocolError(fault);
    if (!m_ready) { // the answer to the sign-in
        m_socket.close();
        emit lost(error.text);
        return;
    }
    const auto id = schema::idOf(text);
    if (const auto at = id ? m_flying.find(bare(id->text)) : m_flying.end(); at != m_flying.end()) {
        const auto call = std::move(at->second.call);
        m_flying.erase(at);
        call->failed(error);
    } else if (!schema::isJson(text)) {
        for (auto &[key, flight] : std::exchange(m_flying, {}))
            flight.call->failed(error);
    }
    pump();
}

void MuxSocket::takeAuth(const schema::ServerFrame &frame)
{
    m_socket.signedIn();
    if (frame.kind == schema::ServerFrame::Kind::AuthOk) {
        if (!std::exchange(m_ready, true))
            emit signedIn(QString::fromStdString(frame.defaultWorkspace));
    } else {
        emit refused(QString::fromStdString(frame.error.explained()));
    }
}

/// An error frame without id: eras A and B say "Bad message" to the auth frame; otherwise it can
/// only be meant for the one request that is in flight, or for nobody who could be told.
void MuxSocket::takeStray(const schema::ServerFrame &frame, const std::string &text)
{
    const bool error = frame.kind == schema::ServerFrame::Kind::Error && !frame.hasId;
    if (error && !m_ready && frame.error.message != "Bad message") {
        emit refused(QString::fromStdString(frame.error.explained()));
        return;
    }
    if (error && !m_ready) {
        m_preIam = true;
        m_ready = true;
        m_socket.signedIn();
        emit signedIn(QString());
        return;
    }
    if (error && m_flying.size() == 1) {
        const auto call = std::move(m_flying.begin()->second.call);
        m_flying.clear();
        call->failed(gatewayError(frame.error));
        pump();
        return;
    }
    ++m_stray; // an answer that came too late, or an error for nobody
    emit strayFrame(text, tr("for no request in flight"));
}

void MuxSocket::checkDeadlines()
{
    const qint64 at = now();
    std::vector<std::string> late;
    for (const auto &[id, flight] : m_flying)
        if (flight.deadline <= at)
            late.push_back(id);
    for (const auto &id : late) {
        const auto error = timeoutError(m_flying.at(id).request.timeout);
        const auto call = std::move(m_flying.at(id).call);
        call->failed(error);
        cancel(id);
    }
    std::vector<std::unique_ptr<Call>> tooLong;
    for (auto &[service, line] : m_waiting)
        while (!line.empty() && line.front().deadline <= at) {
            tooLong.push_back(std::move(line.front().call));
            line.pop_front();
        }
    for (const auto &call : tooLong)
        call->failed(timeoutError(m_timing.queued));
    pump();
    if (m_flying.empty() && waiting() == 0)
        m_clock.stop();
}

void MuxSocket::failAll(const GatewayError &error)
{
    m_clock.stop();
    auto flying = std::exchange(m_flying, {});
    auto waiting = std::exchange(m_waiting, {});
    for (auto &[id, flight] : flying)
        flight.call->failed(error);
    for (auto &[service, line] : waiting)
        for (auto &flight : line)
            flight.call->failed(error);
}

} // namespace signalbox
