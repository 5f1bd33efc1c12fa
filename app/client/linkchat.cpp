// SPDX-License-Identifier: GPL-3.0-only
// Web chats of a link: each has a socket of its own (models/schema/chatline.h).
#include "app/client/chatsocket.h"
#include "app/client/errors.h"
#include "app/client/link.h"
#include "models/rules/resource.h"

#include <algorithm>

namespace signalbox {

static constexpr std::size_t chatLimit = 16; // sockets at once

void Link::openChat(const Request &request, std::unique_ptr<Call> call)
{
    const auto wish = schema::decode<schema::ChatLineRequest>(request.body);
    if (!wish || wish->conversation.empty() || wish->operation != "open")
        return call->failed({ ErrorKind::Protocol, {}, tr("no conversation is named"), false });
    if (m_chats.size() >= chatLimit || m_chats.contains(request.id))
        return call->failed({ ErrorKind::Service, QStringLiteral("limit"),
            tr("at most %1 chats are open at once").arg(chatLimit), false });
    const std::string id = request.id;
    auto *socket = new ChatSocket(m_timing, m_target.tls, *wish, this);
    m_chats[id] = { socket, std::shared_ptr<Call>(std::move(call)) };
    connect(socket, &ChatSocket::frame, this, [this, id](const std::string &text, qint64 atMs) {
        if (const auto at = m_chats.find(id); at != m_chats.end())
            at->second.call->part(schema::encode(schema::ChatPart { text, atMs }), false);
    });
    connect(socket, &ChatSocket::lost, this, [this, id](const QString &why) {
        const GatewayError error = networkError(why);
        endChat(id, &error);
    });
    connect(socket, &ChatSocket::sent, this, [this](const std::string &frame) {
        note(QStringLiteral("chat"), QStringLiteral("frame"), frame, true);
    });
    connect(socket, &ChatSocket::traffic, this, [this](qint64 bytes) { emit traffic(0, bytes); });
    emit traffic(1, 0);
    socket->open(m_rest->socketUrl(QStringLiteral("/chat/ws/")
                     + QString::fromStdString(rules::percentEncoded(wish->conversation))),
        m_target.apiKey);
}

/// A message is answered as soon as it is on its way: what becomes of it, the frames tell.
void Link::askChat(const Request &request, std::unique_ptr<Call> call)
{
    const auto wish = schema::decode<schema::ChatLineRequest>(request.body);
    const auto at = std::find_if(m_chats.begin(), m_chats.end(), [&wish](const auto &one) {
        return wish && one.second.socket->conversation() == wish->conversation;
    });
    if (at == m_chats.end())
        return call->failed(networkError(tr("the chat is not open")));
    if (wish->operation == "drop")
        at->second.socket->drop();
    else
        at->second.socket->send(wish->text, wish->id);
    call->part("{}", true);
}

/// False: there is no such chat. With an error its stream fails, without it simply ends.
bool Link::endChat(const std::string &id, const GatewayError *error)
{
    const auto at = m_chats.find(id);
    if (at == m_chats.end())
        return false;
    const Chat chat = at->second;
    m_chats.erase(at);
    chat.socket->disconnect(this);
    chat.socket->deleteLater();
    if (error)
        chat.call->failed(*error);
    return true;
}

} // namespace signalbox
