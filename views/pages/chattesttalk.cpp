// SPDX-License-Identifier: GPL-3.0-only
// The chat of the page: what may be said, how it goes, its turns, and the test made of it.
#include "views/pages/chattestpage.h"

#include "models/schema/chattest.h"
#include "models/stores/plaintext.h"
#include "views/pages/flowtext.h"
#include "views/pages/tenantwords.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;
using rules::TurnState;

QString ChatTestPage::denied(const char *service, const char *operation) const
{
    if (!m_session || !m_session->online())
        return tr("Not connected.");
    const QString missing =
        m_session->denied(QString::fromLatin1(service), QString::fromLatin1(operation));
    return missing.isEmpty() ? QString() : flowtext::whyDenied(missing);
}

/// As it was read; what changed since then the far end says.
QString ChatTestPage::halted() const
{
    if (m_tenant < 0 || m_agent < 0)
        return {};
    const std::string &state = m_tenants[std::size_t(m_tenant)].subscriptionState;
    if (!schema::mayTalk(state))
        return tr("The tenant is %1: its agents do not answer.").arg(tenantwords::stateName(state));
    return m_agents[std::size_t(m_agent)].isActive
        ? QString()
        : tr("The agent is not active: it does not answer.");
}

QString ChatTestPage::startDenied() const
{
    const QString why = runDenied();
    return why.isEmpty() ? halted() : why;
}

QString ChatTestPage::runDenied() const
{
    if (const QString why = evidence(); !why.isEmpty())
        return why;
    if (m_agent < 0)
        return m_tenants.empty() ? tr("There is no tenant to talk to.")
                                 : tr("The tenant has no agent.");
    return denied("portal", "POST /chat/conversations");
}

QString ChatTestPage::sayDenied() const
{
    if (!m_talk || m_talk->state() != ChatTalk::Open)
        return tr("The chat is not open.");
    if (const QString why = halted(); !why.isEmpty())
        return why;
    return denied("chat", "send");
}

QString ChatTestPage::stateText() const
{
    if (!m_talk)
        return {};
    switch (m_talk->state()) {
    case ChatTalk::Opening:
        return tr("opening…");
    case ChatTalk::Open:
        return m_talk->slow() ? tr("open · reads slowly") : tr("open");
    case ChatTalk::Lost:
        return tr("lost, opening again: %1").arg(m_talk->error());
    case ChatTalk::Closed:
        break;
    }
    return m_talk->error();
}

QString ChatTestPage::typingText() const
{
    return m_transcript->typing() ? tr("The agent is typing…") : QString();
}

void ChatTestPage::setSlow(bool slow)
{
    if (m_talk)
        m_talk->setSlow(slow);
}

void ChatTestPage::start()
{
    if (!startDenied().isEmpty())
        return;
    stop();
    m_frames->clear();
    m_talk->start(tenantId(), m_agents[std::size_t(m_agent)].id, claimedRole());
}

void ChatTestPage::stop()
{
    if (m_talk)
        m_talk->finish();
}

bool ChatTestPage::say(const QString &text)
{
    if (text.trimmed().isEmpty() || !sayDenied().isEmpty())
        return false;
    m_talk->say(text.toStdString());
    return true;
}

bool ChatTestPage::sayTwice(const QString &text)
{
    if (text.trimmed().isEmpty() || !sayDenied().isEmpty())
        return false;
    m_talk->say(text.toStdString(), true);
    return true;
}

void ChatTestPage::dropSocket()
{
    if (m_talk)
        m_talk->drop();
}

QString ChatTestPage::pending() const
{
    return m_talk && m_talk->pending()
        ? callText(m_talk->pending()->tool, m_talk->pending()->arguments.text, 64 * 1024)
        : QString();
}

QString ChatTestPage::decideDenied() const
{
    return denied("ops", "POST /confirmations/t/t");
}

void ChatTestPage::decide(bool approve)
{
    if (m_talk && decideDenied().isEmpty())
        m_talk->decide(approve, approve ? std::string() : std::string("denied in a test"));
}

// ---- time line ----

namespace {

QString wordOf(const rules::ChatTurn &turn)
{
    switch (turn.state) {
    case TurnState::Idle:
    case TurnState::Sent:
        return ChatTestPage::tr("sent");
    case TurnState::Typing:
        return ChatTestPage::tr("typing");
    case TurnState::Streaming:
        return ChatTestPage::tr("streaming");
    case TurnState::Waiting:
        return ChatTestPage::tr("waits for a person");
    case TurnState::Done:
        return turn.escalated ? ChatTestPage::tr("handed to a person")
            : turn.cut        ? ChatTestPage::tr("done, after a cut")
                              : ChatTestPage::tr("done");
    case TurnState::TimedOut:
        return ChatTestPage::tr("timed out");
    case TurnState::Failed:
        break;
    }
    return ChatTestPage::tr("failed: %1").arg(plainLine(turn.error, 400));
}

ChatTurnRow lineOf(const rules::ChatTurn &turn)
{
    ChatTurnRow row;
    row.said = plainLine(turn.said, 200);
    row.state = wordOf(turn);
    row.failed = turn.state == TurnState::Failed || turn.state == TurnState::TimedOut;
    row.open = turn.open();
    std::int64_t whole = std::max<std::int64_t>(1, turn.doneMs - turn.sentMs);
    const auto add = [&row, &whole](const QString &name, std::int64_t ms) {
        row.names.append(name);
        row.times.append(format::latency(ms * 1000));
        whole = std::max(whole, ms);
        row.shares.append(double(ms));
    };
    if (turn.typingMs > 0)
        add(ChatTestPage::tr("accepted, typing"), turn.typingMs - turn.sentMs);
    if (turn.firstChunkMs > 0)
        add(ChatTestPage::tr("first chunk (of %1)").arg(turn.chunks),
            turn.firstChunkMs - turn.sentMs);
    for (std::size_t i = 0; i < turn.tools.size(); ++i) {
        const auto &call = turn.tools[i];
        add(call.durationMs > 0
                ? ChatTestPage::tr("%1, took %2")
                      .arg(plainLine(call.tool, 80), format::latency(call.durationMs * 1000))
                : plainLine(call.tool, 80),
            turn.toolStartMs[i] - turn.sentMs);
    }
    if (turn.doneMs > 0)
        add(ChatTestPage::tr("done"), turn.doneMs - turn.sentMs);
    for (double &share : row.shares)
        share = std::clamp(share / double(whole), 0.0, 1.0);
    return row;
}

} // namespace

QVariantList ChatTestPage::turns() const
{
    constexpr std::size_t shown = 50;
    QVariantList rows;
    const auto &all = m_transcript->transcript().turns();
    for (std::size_t i = all.size(); i > 0 && all.size() - i < shown; --i)
        rows.append(QVariant::fromValue(lineOf(all[i - 1])));
    return rows;
}

// ---- as a test ----

QString ChatTestPage::asTest(const QString &name) const
{
    if (m_tenant < 0 || m_agent < 0)
        return {};
    constexpr std::size_t wordsKept = 60; // bytes of an answer that are expected again
    schema::ChatTest test;
    test.name = name.toStdString();
    test.tenant = m_tenants[std::size_t(m_tenant)].slug;
    if (test.tenant.empty())
        test.tenant = m_tenants[std::size_t(m_tenant)].id;
    test.agent = m_agents[std::size_t(m_agent)].name;
    test.role = claimedRole();
    for (const auto &entry : m_transcript->transcript().entries()) {
        const auto &record = entry.record;
        if (record.kind == rules::ChatKind::User) {
            test.steps.push_back({ record.text, {} });
        } else if (record.kind == rules::ChatKind::Assistant && !test.steps.empty()) {
            auto &expect = test.steps.back().expect;
            for (const auto &call : record.tools) {
                schema::ChatExpectation tool;
                tool.tool = call.tool;
                expect.push_back(tool);
            }
            const QString words = qs(record.text).left(int(wordsKept)).section(u'\n', 0, 0);
            if (!words.trimmed().isEmpty()) {
                schema::ChatExpectation contains;
                contains.contains = words.trimmed().toStdString();
                expect.push_back(contains);
            }
        }
    }
    return QString::fromStdString(schema::encode(test));
}

} // namespace signalbox
