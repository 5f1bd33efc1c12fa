// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/chattestreplay.h"

#include "models/resource.h"
#include "models/stores/plaintext.h"
#include "models/stores/whendone.h"

namespace signalbox {

ChatTestReplay::ChatTestReplay(QObject *parent)
    : QObject(parent)
{
}

ChatTestReplay::~ChatTestReplay() = default;

void ChatTestReplay::setAgent(const schema::Agent &agent)
{
    m_agent = agent;
    setDraft(QString::fromStdString(schema::pretty(schema::encode(agent))));
}

void ChatTestReplay::setDraft(const QString &text)
{
    if (text == m_draft)
        return;
    m_draft = text;
    const auto agent = schema::decode<schema::Agent>(text.toStdString());
    m_draftFault = agent ? QString() : QString::fromStdString(agent.error().text());
    emit draftChanged();
}

void ChatTestReplay::begin(const rules::Transcript &recorded)
{
    if (m_running || !m_draftFault.isEmpty() || m_agent.id.empty())
        return;
    ++m_round;
    m_questions.clear();
    m_rows.clear();
    m_at = 0;
    std::vector<schema::PromptMessage> history;
    for (const auto &entry : recorded.entries()) {
        const auto &record = entry.record;
        if (record.kind == rules::ChatKind::User) {
            m_questions.push_back({ record.text, {}, history });
            history.push_back({ "user", record.text });
        } else if (record.kind == rules::ChatKind::Assistant) {
            if (!m_questions.empty()) {
                std::string &answer = m_questions.back().answer;
                answer += (answer.empty() ? "" : "\n") + record.text;
            }
            history.push_back({ "assistant", record.text });
        }
    }
    m_running = true;
    next();
}

void ChatTestReplay::stop()
{
    ++m_round;
    m_running = false;
    emit changed();
}

QString ChatTestReplay::progress() const
{
    return m_running ? tr("question %1 of %2").arg(m_at + 1).arg(m_questions.size()) : QString();
}

void ChatTestReplay::next()
{
    const auto draft = schema::decode<schema::Agent>(m_draft.toStdString());
    if (m_at >= m_questions.size() || !draft || !m_session || !m_session->gateway())
        return stop();
    emit changed();
    const Question &question = m_questions[m_at];
    schema::AgentTry wish;
    wish.text = question.text;
    wish.history = question.history;
    wish.draft = *draft;
    Request request = resourceRequest(rules::portalService, "POST",
        rules::resourcePath({ "tenants", m_agent.tenantId, "agents", m_agent.id, "test" }),
        schema::encode(wish));
    request.timeout = std::chrono::minutes(2);
    whenDone(this, ask<schema::AgentTryResult>(*m_session->gateway(), std::move(request)),
        [this, round = m_round](const Answer<schema::AgentTryResult> &answer) {
            if (round != m_round)
                return;
            take(m_questions[m_at], answer);
            ++m_at;
            next();
        });
}

void ChatTestReplay::take(const Question &question, const Answer<schema::AgentTryResult> &answer)
{
    ReplayRow row;
    row.said = plainText(question.text, 4000);
    row.before = plainText(question.answer);
    if (!answer) {
        row.error = answer.error().text;
    } else {
        row.after = plainText(answer->text);
        QStringList facts;
        for (const auto &call : answer->tools)
            facts.append(plainLine(call.tool, 80));
        if (answer->escalated)
            facts.append(tr("handed to a person"));
        facts.append(format::latency(answer->turn.latencyMs * 1000));
        row.facts = facts.join(QStringLiteral(" · "));
        row.same = answer->text == question.answer;
        for (const auto &piece : rules::diffWords(question.answer, answer->text)) {
            ReplayPiece shown;
            shown.text = plainText(piece.text);
            shown.kind = int(piece.kind);
            row.pieces.append(QVariant::fromValue(shown));
        }
    }
    m_rows.append(QVariant::fromValue(row));
    emit changed();
}

} // namespace signalbox
