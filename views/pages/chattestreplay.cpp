// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/chattestreplay.h"

#include "models/resource.h"
#include "models/stores/plaintext.h"
#include "models/stores/whendone.h"
#include "views/pages/transcriptmodel.h"

#include <algorithm>
#include <unordered_map>

namespace signalbox {

/// The far end's memory holds 20; more would only make each question of a long one larger.
static constexpr std::size_t historyKept = 60;

ChatTestReplay::ChatTestReplay(QObject *parent)
    : QObject(parent)
{
}

ChatTestReplay::~ChatTestReplay() = default;

void ChatTestReplay::setAgent(const schema::Agent &agent)
{
    m_agent = agent;
    m_stored = QString::fromStdString(schema::pretty(schema::encode(agent)));
    m_draft = m_stored;
    m_draftFault.clear();
    emit agentChanged(); // first: whoever keeps drafts must know whose the next one is
    emit draftChanged();
}

QString ChatTestReplay::agentKey() const
{
    return m_agent.id.empty() ? QString()
                              : QString::fromStdString(m_agent.tenantId + "/" + m_agent.id);
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

void ChatTestReplay::forgetAgent()
{
    stop();
    m_agent = {};
    m_stored.clear();
    m_rows.clear();
    setDraft({});
    emit agentChanged();
}

QString ChatTestReplay::source() const
{
    if (!m_recorded)
        return tr("the chat on this page");
    const auto asked = std::count_if(m_said.begin(), m_said.end(),
        [](const auto &record) { return record.kind == rules::ChatKind::User; });
    const QString counted = asked == 1 ? tr("%1 · 1 question").arg(m_name)
                                       : tr("%1 · %2 questions").arg(m_name).arg(asked);
    return m_reading ? tr("%1 · reading…").arg(m_name)
        : m_older    ? tr("%1 of the newest %2 messages").arg(counted, format::count(recordedLimit))
                     : counted;
}

void ChatTestReplay::release()
{
    stop();
    ++m_round;
    m_recorded = m_reading = m_older = false;
    m_said.clear();
    m_error.clear();
    m_rows.clear();
    emit changed();
}

void ChatTestReplay::refuse(const QString &name, const QString &why)
{
    release();
    m_recorded = true;
    m_name = name;
    m_error = why;
    emit changed();
}

void ChatTestReplay::read(const std::string &tenant, const std::string &thread, const QString &name)
{
    refuse(name, {});
    if (!m_scope)
        return;
    m_reading = true;
    readBefore(rules::resourcePath({ "threads", tenant, thread, "messages" }), {});
    emit changed();
}

/// Page by page towards the beginning.
void ChatTestReplay::readBefore(const std::string &path, const std::string &before)
{
    const std::string query = resourceQuery({ { "before", before }, { "limit", "200" } });
    whenDone(this,
        signalbox::ask<schema::Page<schema::ChannelThreadMessage>>(
            *m_scope, resourceRequest(rules::opsService, "GET", path + query)),
        [this, path, before, round = m_round](
            const Answer<schema::Page<schema::ChannelThreadMessage>> &answer) {
            if (round != m_round)
                return;
            if (!answer) {
                m_reading = false;
                m_error = answer.error().text;
                return emit changed();
            }
            auto page = recordsOf(answer->items);
            if (page.size() > 1 && page.front().atMs > page.back().atMs)
                std::reverse(page.begin(), page.end());
            m_said.insert(m_said.begin(), page.begin(), page.end());
            const bool older = answer->cursor && !page.empty() && *answer->cursor != before;
            if (older && m_scope && int(m_said.size()) < recordedLimit)
                return readBefore(path, *answer->cursor);
            m_older = older;
            m_reading = false;
            emit changed();
        });
}

void ChatTestReplay::begin(const std::vector<rules::ChatEntry> &page)
{
    if (m_running || m_reading || !m_draftFault.isEmpty() || m_agent.id.empty())
        return;
    if (m_recorded)
        return ask(m_said);
    std::vector<rules::ChatRecord> said;
    for (const auto &entry : page)
        said.push_back(entry.record);
    ask(said);
}

/// What a person wrote counts as the agent's word, as it does in the prompt.
void ChatTestReplay::ask(const std::vector<rules::ChatRecord> &said)
{
    ++m_round;
    m_questions.clear();
    m_rows.clear();
    m_at = 0;
    std::vector<schema::PromptMessage> history;
    std::unordered_map<std::size_t, std::size_t> asked; // the question that a line is
    for (const auto &heard : rules::heardOrder(said)) {
        const auto &record = said[heard.line];
        if (record.kind == rules::ChatKind::User) {
            asked.emplace(heard.line, m_questions.size());
            m_questions.push_back({ record.text, {}, history });
            history.push_back({ "user", record.text });
        } else if (record.kind != rules::ChatKind::Notice) {
            if (const auto at = asked.find(heard.question.value_or(said.size()));
                at != asked.end()) {
                std::string &answer = m_questions[at->second].answer;
                answer += (answer.empty() ? "" : "\n") + record.text;
            }
            history.push_back({ "assistant", record.text });
        }
        if (history.size() > historyKept)
            history.erase(history.begin());
    }
    m_running = true;
    next();
}

void ChatTestReplay::stop()
{
    if (std::exchange(m_running, false))
        ++m_round;
    emit changed();
}

QString ChatTestReplay::progress() const
{
    return m_running ? tr("question %1 of %2").arg(m_at + 1).arg(m_questions.size()) : QString();
}

void ChatTestReplay::next()
{
    const auto draft = schema::decode<schema::Agent>(m_draft.toStdString());
    if (m_at >= m_questions.size() || !draft || !m_scope)
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
    whenDone(this, signalbox::ask<schema::AgentTryResult>(*m_scope, std::move(request)),
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
