// SPDX-License-Identifier: GPL-3.0-only
// The messages of the queue looked at.
#include "views/pages/queuedetailview.h"

#include "models/stores/format.h"
#include "models/stores/plaintext.h"
#include "models/stores/queuestore.h"
#include "views/pages/flowtext.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;

namespace {

QString hexDump(std::string_view bytes)
{
    constexpr std::size_t limit = 64 * 1024;
    QString text;
    for (std::size_t at = 0; at < std::min(bytes.size(), limit); at += 16) {
        const std::string_view line = bytes.substr(at, 16);
        QString hex;
        QString letters;
        for (const char c : line) {
            const auto byte = static_cast<unsigned char>(c);
            hex += QStringLiteral("%1 ").arg(byte, 2, 16, QLatin1Char('0'));
            letters += byte >= 32 && byte < 127 ? QLatin1Char(c) : QLatin1Char('.');
        }
        text += QStringLiteral("%1  %2 %3\n")
                    .arg(at, 8, 16, QLatin1Char('0'))
                    .arg(hex, -48)
                    .arg(letters);
    }
    if (bytes.size() > limit)
        text += QueueDetailView::tr("… %1 more bytes").arg(bytes.size() - limit);
    return text;
}

bool isText(const std::string &bytes)
{
    return qs(bytes).toStdString() == bytes;
}

/// Goes through an editor of "name: value" lines and is the same.
bool isLine(const std::string &bytes)
{
    const QString text = qs(bytes);
    return isText(bytes) && text.trimmed() == text
        && std::none_of(text.begin(), text.end(), [](QChar letter) {
               const char16_t code = letter.unicode();
               return code < 0x20 || code == 0xA0 || code == 0x2028 || code == 0x2029;
           });
}

} // namespace

void QueueDetailView::startTail()
{
    if (tailDenied().isEmpty())
        m_tail->open(m_session->gateway(), m_name.toStdString(),
            m_withAnswers ? answersTopic().toStdString() : std::string());
}

void QueueDetailView::peek(int count)
{
    if (denied("peek").isEmpty())
        m_tail->peek(m_session->gateway(), m_name.toStdString(), count);
}

void QueueDetailView::stopTail()
{
    m_tail->close();
}

QString QueueDetailView::payload(int row, PayloadView as) const
{
    const schema::FabricMessage *message = m_tail->message(row);
    if (!message)
        return {};
    if (as == Json)
        return qs(schema::pretty(message->payload));
    return as == Hex ? hexDump(message->payload) : qs(message->payload);
}

QString QueueDetailView::messageFacts(int row) const
{
    const schema::FabricMessage *message = m_tail->message(row);
    if (!message || !m_session)
        return {};
    QStringList lines { tr("number %1 · %2 · %3%4")
                            .arg(QString::number(message->seq),
                                format::dateTime(message->atMs, m_session->zone()),
                                format::bytes(message->size),
                                message->redelivered ? tr(" · redelivered") : QString()) };
    if (const QString pair = m_tail->pairText(row); !pair.isEmpty())
        lines.first() += QStringLiteral(" · ") + pair;
    for (const auto &[name, value] : message->properties)
        lines.append(qs(name) + QStringLiteral(": ") + qs(value));
    return plainName(lines.join(QLatin1Char('\n')), true);
}

QString QueueDetailView::propertyLines(int row) const
{
    QStringList lines;
    if (const schema::FabricMessage *message = m_tail->message(row))
        for (const auto &[name, value] : message->properties)
            lines.append(qs(name) + QStringLiteral(": ") + qs(value));
    return lines.join(QLatin1Char('\n'));
}

QString QueueDetailView::resendDenied(int row) const
{
    if (const QString why = publishDenied(); !why.isEmpty())
        return why;
    const schema::FabricMessage *message = m_tail->message(row);
    if (!message)
        return tr("No message is chosen.");
    if (m_tail->isAnswer(row))
        return tr("It is an answer: the queue did not get it.");
    if (message->truncated)
        return tr("Only its beginning is here: fetch the whole first.");
    if (!isText(message->payload))
        return tr("It is no text: it could not be sent as it is.");
    for (const auto &[name, value] : message->properties)
        if (!isLine(name) || !isLine(value) || name.find(':') != std::string::npos)
            return tr("Its property %1 does not fit into a line: it could not be sent as it is.")
                .arg(plainName(qs(name)));
    return {};
}

void QueueDetailView::fetchWhole(int row)
{
    const schema::FabricMessage *message = m_tail->message(row);
    if (!message || !message->truncated || !m_session || !m_session->gateway())
        return;
    schema::FabricRequest body;
    body.operation = "get-payload";
    const bool answer = m_tail->isAnswer(row);
    if (answer)
        body.topic = m_tail->answersTopic();
    else
        body.queue = m_name.toStdString();
    body.seq = message->seq;
    Request request;
    request.service = "fabric";
    request.operation = "get-payload";
    request.body = schema::encode(body);
    ask<schema::FabricResponse>(*m_session->gateway(), std::move(request))
        .then(this, [this, answer, seq = message->seq](const Answer<schema::FabricResponse> &got) {
            if (!got || got->messages.empty())
                m_error = got
                    ? tr("The far end no longer holds this message.")
                    : flowtext::readFailure(tr("Fetching the whole message"), got.error());
            else
                m_tail->replacePayload(seq, got->messages.front().payload, answer);
            emit changed();
            emit payloadChanged();
        });
}

} // namespace signalbox
