// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/muxsession.h"
#include "app/gateway/http/jsonbody.h"

#include "models/rules/access.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace signalbox::gateway {

using Json = nlohmann::json;
using Frame = schema::ServerFrame;

namespace {

constexpr std::size_t waitingFrames = 16;

std::string operationOf(const Json &body)
{
    const auto member = body.is_object() ? body.find("operation") : body.end();
    return body.is_object() && member != body.end() && member->is_string()
        ? member->get<std::string>()
        : std::string();
}

} // namespace

MuxSession::MuxSession(Edge &edge, std::shared_ptr<SocketPeer> peer)
    : m_edge(edge)
    , m_peer(std::move(peer))
    , m_opened(std::chrono::steady_clock::now())
    , m_flawedSince(m_opened)
{
}

template <class Work> auto MuxSession::later(Work work)
{
    return [self = weak_from_this(), peer = m_peer, work](auto... arguments) {
        peer->post([self, work, ... arguments = std::move(arguments)]() mutable {
            const auto session = self.lock();
            if (session && session->m_peer)
                work(*session, std::move(arguments)...);
        });
    };
}

bool MuxSession::wantsFrame() const
{
    return m_peer && m_frames.size() < waitingFrames
        && m_peer->unsent() < m_edge.limits.readPauseBytes;
}

void MuxSession::frame(std::string text)
{
    m_frames.push_back(std::move(text));
    next();
}

void MuxSession::next()
{
    while (!m_busy && m_peer && !m_frames.empty()) {
        const std::string text = std::move(m_frames.front());
        m_frames.pop_front();
        handle(text);
    }
    if (m_peer)
        m_peer->resume();
}

void MuxSession::proceed()
{
    m_busy = false;
    next();
}

void MuxSession::handle(const std::string &text)
{
    const auto frame = schema::decode<schema::ClientFrame>(text);
    if (!frame)
        return flawed(text, frame.error());
    switch (frame->kind) {
    case schema::ClientFrame::Kind::Auth:
        return signIn(frame->token);
    case schema::ClientFrame::Kind::Cancel:
        if (!frame->request.hasId)
            return sendError(std::nullopt, "error", "Bad message");
        return cancel(frame->request.id);
    case schema::ClientFrame::Kind::Request:
        return request(frame->request);
    }
}

void MuxSession::flawed(const std::string &text, const schema::SchemaError &fault)
{
    const auto now = std::chrono::steady_clock::now();
    if (now - m_flawedSince > std::chrono::minutes(1)) {
        m_flawedSince = now;
        m_flawed = 0;
    }
    // A frame that can be told from others gets its answer, so that nobody waits for it.
    std::optional<schema::JsonText> id;
    const Json body = parseBody(text);
    if (body.is_object() && body.contains("id"))
        id = schema::JsonText { body["id"].dump(-1, ' ', false, Json::error_handler_t::replace) };
    sendError(id, "error", fault.text());
    if (++m_flawed > m_edge.limits.flawedFramesPerMinute)
        m_peer->close(closePolicy, "too many unreadable frames");
}

void MuxSession::signIn(const std::string &token)
{
    if (m_edge.draining)
        return m_peer->close(closeGoingAway, "the gateway is stopping");
    m_busy = true;
    m_edge.gatekeeper.authenticate(
        token, later([token](MuxSession &self, const std::optional<Identity> &who) {
            self.signedIn(token, who);
            self.proceed();
        }));
}

void MuxSession::signedIn(const std::string &token, std::optional<Identity> who)
{
    Frame frame;
    frame.kind = Frame::Kind::AuthFailed;
    frame.error.shape = schema::ServiceError::Shape::Text;
    frame.error.message = "auth failure";
    if (!who)
        m_edge.countAuthFailure();
    const bool sameUser = who && m_who && who->userId == m_who->userId;
    if (who && !sameUser && !m_edge.sockets.enter(who->userId)) {
        frame.error.message = "too many sockets of this user: the limit is "
            + std::to_string(m_edge.limits.socketsPerUser);
        who.reset();
    }
    if (!who) { // the identity held so far stays in force (TG §1.6.1)
        m_peer->send(schema::encode(frame));
        return;
    }
    if (m_who && !sameUser)
        m_edge.sockets.leave(m_who->userId);
    frame.kind = Frame::Kind::AuthOk;
    frame.defaultWorkspace = who->defaultWorkspace;
    m_who = std::move(who);
    m_token = token;
    m_peer->send(schema::encode(frame));
}

void MuxSession::enterUnasked(const schema::SocketRequest &request)
{
    m_busy = true;
    m_edge.gatekeeper.authenticate(
        "", later([request](MuxSession &self, const std::optional<Identity> &who) {
            self.m_busy = false;
            if (who && self.m_edge.sockets.enter(who->userId)) {
                self.m_who = who;
                self.m_token.clear();
                self.request(request);
            } else {
                self.sendError(request.id, "auth-required", "auth failure");
            }
            self.next();
        }));
}

void MuxSession::request(const schema::SocketRequest &request)
{
    if (!request.hasId || !request.request)
        return sendError(
            request.hasId ? std::optional(request.id) : std::nullopt, "error", "Bad message");
    if (!m_who)
        return m_edge.gatekeeper.anonymous()
            ? enterUnasked(request)
            : sendError(request.id, "auth-required", "auth failure");
    if (m_edge.draining)
        return sendError(request.id, "error", "the gateway is stopping");
    const Json body = parseBody(request.request->text);
    const std::string service = request.service.value_or("");
    const std::string flow = request.flow.value_or("");
    const std::string operation = operationOf(body);
    const rules::Operation *known = flow.empty()
        ? (rules::findFlowService(service) ? nullptr : rules::findOperation(service, operation))
        : rules::findFlowService(service);
    if (!known || (!flow.empty() && !body.is_object()))
        return sendError(request.id, "unknown-service", "unknown service");
    if (static_cast<int>(m_inFlight.size()) >= m_edge.limits.inFlightPerSocket)
        return sendError(request.id, "limit",
            "too many requests in flight on this socket: the limit is "
                + std::to_string(m_edge.limits.inFlightPerSocket));
    const std::string asked = request.workspace.value_or("");
    ServiceCall call { service, flow.empty() ? operation : std::string(),
        asked.empty() ? m_who->defaultWorkspace : asked, flow, request.request->text, {} };
    authorise(std::move(call), std::string(known->capability), request.id);
}

void MuxSession::authorise(ServiceCall call, std::string capability, schema::JsonText id)
{
    m_busy = true;
    m_edge.gatekeeper.reassure(m_token, *m_who,
        later([call = std::move(call), capability = std::move(capability), id](
                  MuxSession &self, const std::optional<Identity> &who) mutable {
            if (!who) { // revoked: signed out, TG §1.6.4
                self.sendError(id, "auth-required", "auth failure");
                return self.proceed();
            }
            self.m_who = who;
            call.who = *who;
            self.checkWorkspace(std::move(call), std::move(capability), std::move(id));
        }));
}

void MuxSession::checkWorkspace(ServiceCall call, std::string capability, schema::JsonText id)
{
    const std::string workspace = call.workspace;
    // iam answers without a live workspace, so that a fresh platform can be set up (trap 40,
    // mended).
    const bool needed = call.service != "iam" || workspace != call.who.defaultWorkspace;
    auto decide = later([call = std::move(call), capability = std::move(capability),
                            id = std::move(id), needed](MuxSession &self, bool live) mutable {
        std::string target = call.workspace;
        bool told = true; // which workspace it is about
        if (call.service == "iam" && call.flow.empty()) {
            const auto asked = askedOfIam(parseBody(call.request));
            told = asked.has_value();
            target = asked.value_or("").empty() ? call.who.defaultWorkspace : *asked;
        }
        if (needed && !live)
            self.sendError(id, "workspace-not-found", "workspace not found");
        else if (!told && !capability.empty() && capability != "public")
            self.sendError(id, "error", "bad request");
        else if (!capability.empty() && capability != "public"
            && !self.m_edge.allows(call.who, capability, target))
            self.sendError(id, "access-denied", "access denied");
        else if (const std::string refusal = self.m_edge.gatekeeper.leaseRefusal(call.who,
                     { call.service, call.operation, !call.flow.empty(), call.workspace });
                 !refusal.empty())
            self.sendError(id, "lease-required", refusal);
        else {
            call.leasedHereOnly = call.flow.empty()
                && self.m_edge.gatekeeper.leasedOneOnly(call.who, call.service, call.operation);
            self.dispatch(std::move(call), std::move(capability), std::move(target), std::move(id));
        }
        self.proceed();
    });
    if (needed)
        m_edge.workspaces.whenChecked(workspace, std::move(decide));
    else
        decide(true);
}

void MuxSession::dispatch(
    ServiceCall call, std::string capability, std::string target, schema::JsonText id)
{
    const std::uint64_t number = ++m_number;
    const bool changesIdentity = call.service == "iam"
        && rules::operationClass("iam", call.operation) != rules::OperationClass::Read;
    m_inFlight[number] = { id, nullptr, std::move(capability), std::move(target),
        call.service != "iam" || !call.flow.empty() };
    auto part = later([number, id](MuxSession &self, std::string payload) {
        if (self.m_inFlight.contains(number))
            self.sendResponse(id, std::move(payload), false);
    });
    auto done = later([number, changesIdentity](MuxSession &self, const CallOutcome &outcome) {
        if (changesIdentity)
            self.m_edge.gatekeeper.forgetAll();
        self.ended(number, outcome);
    });
    m_inFlight[number].running =
        m_edge.dispatcher.start(std::move(call), std::move(part), std::move(done));
}

void MuxSession::recheck()
{
    if (m_inFlight.empty() || std::exchange(m_checking, true))
        return;
    m_edge.gatekeeper.reassure(
        m_token, *m_who, later([](MuxSession &self, const std::optional<Identity> &who) {
            self.m_checking = false;
            self.rechecked(who);
        }));
}

void MuxSession::rechecked(const std::optional<Identity> &who)
{
    for (auto entry = m_inFlight.begin(); entry != m_inFlight.end();) {
        const InFlight &call = entry->second;
        const bool right = who
            && (call.capability.empty() || call.capability == "public"
                || Gatekeeper::may(*who, call.capability, call.workspace));
        if (right || !call.ends) {
            ++entry;
            continue;
        }
        m_edge.dispatcher.cancel(call.running);
        const schema::JsonText id = call.id;
        entry = m_inFlight.erase(entry);
        if (who)
            sendError(id, "access-denied", "access denied");
        else
            sendError(id, "auth-required", "auth failure");
    }
}

void MuxSession::ended(std::uint64_t number, const CallOutcome &outcome)
{
    const auto entry = m_inFlight.find(number);
    if (entry == m_inFlight.end())
        return;
    const schema::JsonText id = std::move(entry->second.id);
    m_inFlight.erase(entry); // the slot is free at once, wherever it stood (trap 5, mended)
    if (!outcome.edgeError.empty())
        sendError(id, "error", outcome.edgeError);
    else
        sendResponse(id, outcome.payload, true);
}

void MuxSession::cancel(const schema::JsonText &id)
{
    for (auto entry = m_inFlight.begin(); entry != m_inFlight.end();) {
        if (entry->second.id != id) {
            ++entry;
            continue;
        }
        m_edge.dispatcher.cancel(entry->second.running);
        entry = m_inFlight.erase(entry);
        sendError(id, "cancelled", "cancelled");
    }
}

void MuxSession::sendError(
    const std::optional<schema::JsonText> &id, std::string type, std::string message)
{
    Frame frame;
    frame.kind = Frame::Kind::Error;
    frame.hasId = id.has_value();
    if (id)
        frame.id = *id;
    frame.error.type = std::move(type);
    frame.error.message = std::move(message);
    m_peer->send(schema::encode(frame));
}

void MuxSession::sendResponse(const schema::JsonText &id, std::string payload, bool complete)
{
    Frame frame;
    frame.id = id;
    frame.hasId = true;
    frame.response.text = std::move(payload);
    frame.complete = complete;
    m_peer->send(schema::encode(frame));
}

void MuxSession::tick(std::chrono::steady_clock::time_point now)
{
    if (m_who)
        recheck();
    else if (now - m_opened > m_edge.limits.unauthenticatedIdle)
        m_peer->close(closePolicy, "no sign-in in time");
}

std::chrono::milliseconds MuxSession::tickInterval() const
{
    return std::chrono::milliseconds(200); // before the sign-in too: it is in force when that ends
}

void MuxSession::stopping()
{
    m_peer->close(closeGoingAway, "the gateway is stopping");
}

void MuxSession::closed()
{
    for (const auto &[number, call] : m_inFlight)
        m_edge.dispatcher.cancel(call.running);
    m_inFlight.clear();
    m_frames.clear();
    if (m_who)
        m_edge.sockets.leave(m_who->userId);
    m_who.reset();
    m_peer.reset();
}

} // namespace signalbox::gateway
