// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/conversationlens.h"

#include "models/resource.h"
#include "models/schema/arguments.h"
#include "models/stores/plaintext.h"
#include "models/stores/whendone.h"
#include "views/pages/flowtext.h"

namespace signalbox {

using flowtext::qs;

static constexpr int lensKeyLimit = 5000; // keys of a tenant looked through

ConversationLens::ConversationLens(ConversationThread *thread)
    : QObject(thread)
    , m_thread(thread)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(readEveryMs);
    connect(&m_soon, &QTimer::timeout, this, &ConversationLens::read);
    connect(thread, &ConversationThread::settled, this, [this] {
        if (m_thread->key() != m_key)
            read();
        else if (!m_soon.isActive())
            m_soon.start();
    });
    connect(thread, &ConversationThread::changed, this, [this] {
        if (m_thread->key() == m_key)
            return noteAnswered();
        m_confirming = false;
        ++m_round;
        m_prompt.reset();
        m_keys.clear();
        m_error.clear();
        m_keysError.clear();
        emit changed();
    });
}

ConversationLens::~ConversationLens() = default;

void ConversationLens::setSession(Session *session)
{
    m_session = session;
}

void ConversationLens::watch(bool watching)
{
    m_watching = watching;
    if (watching)
        read();
}

void ConversationLens::read()
{
    m_soon.stop();
    if (!m_watching || m_thread->key().isEmpty() || !m_session || !m_session->gateway())
        return;
    m_key = m_thread->key();
    ++m_round;
    const std::string path =
        rules::resourcePath({ "threads", m_thread->tenant(), m_thread->thread(), "prompt" });
    whenDone(this,
        ask<schema::PromptView>(*m_thread->scope(),
            resourceRequest(rules::opsService, "GET", path, {}, m_thread->workspace())),
        [this, round = m_round](Answer<schema::PromptView> answer) {
            if (round != m_round)
                return;
            m_error = answer ? QString() : answer.error().text;
            if (answer)
                m_prompt = std::move(*answer);
            emit changed();
        });
    readKeys({}, {});
}

void ConversationLens::readKeys(const std::string &cursor, std::vector<schema::KeyRow> held)
{
    // Our gateway tells the thread's own; another one all of the tenant.
    const std::string path = "/keys"
        + resourceQuery({ { "tenant", m_thread->tenant() }, { "thread", m_thread->thread() },
            { "cursor", cursor } });
    whenDone(this,
        ask<schema::Page<schema::KeyRow>>(*m_thread->scope(),
            resourceRequest(rules::opsService, "GET", path, {}, m_thread->workspace())),
        [this, round = m_round, held = std::move(held)](
            Answer<schema::Page<schema::KeyRow>> answer) mutable {
            if (round != m_round)
                return;
            m_keysError = answer ? QString() : answer.error().text;
            if (answer) {
                for (auto &row : answer->items)
                    held.push_back(std::move(row));
                if (answer->cursor && int(held.size()) < lensKeyLimit && m_session->gateway())
                    return readKeys(*answer->cursor, std::move(held));
                m_keysWhole = !answer->cursor;
                std::erase_if(held, [this](const auto &row) { return !ofThread(row); });
                m_keys = std::move(held);
                m_keysAtMs = m_session->serverNowMs();
            }
            emit changed();
        });
}

bool ConversationLens::ofThread(const schema::KeyRow &row) const
{
    if (row.tenantId != m_thread->tenant())
        return false;
    const auto *item = m_thread->item();
    if (row.type.starts_with("memory") || row.type == "ratelimit") {
        if (!item)
            return false;
        const auto &thread = item->row.thread;
        return row.subject
            == (row.type == "ratelimit" ? thread.channelType + (item->row.test ? "-test" : "")
                                        : thread.agentId + ":" + thread.userId);
    }
    return row.type != "dedup" && row.subject == m_thread->thread();
}

/// A confirmation that was answered, or that nobody answered, waits no longer: its key goes at
/// once, and what is there now is read.
void ConversationLens::noteAnswered()
{
    const bool confirming = m_thread->confirming();
    if (!std::exchange(m_confirming, confirming) || confirming)
        return;
    std::erase_if(m_keys, [](const auto &row) { return row.type == "tool_confirm"; });
    emit changed();
    read();
}

bool ConversationLens::ranOut(const schema::KeyRow &row) const
{
    return row.ttlMs && m_session && m_session->serverNowMs() - m_keysAtMs >= *row.ttlMs;
}

QString ConversationLens::left(const schema::KeyRow &row) const
{
    if (!row.ttlMs)
        return tr("stays");
    const qint64 gone = m_session ? m_session->serverNowMs() - m_keysAtMs : 0;
    return tr("%1 left").arg(format::age(*row.ttlMs - gone));
}

std::int64_t ConversationLens::tokensOf(const std::vector<schema::PromptPart> &parts) const
{
    std::int64_t sum = 0;
    for (const auto &part : parts)
        sum += part.tokens;
    return sum;
}

QString ConversationLens::summary() const
{
    if (!m_prompt)
        return {};
    QStringList words {
        tr("%1 of %2 messages").arg(m_prompt->memory.size()).arg(m_prompt->memoryLimit)
    };
    if (!m_prompt->recalled.empty())
        words.append(tr("%1 recalled").arg(m_prompt->recalled.size()));
    words.append((m_prompt->estimated ? tr("about %1 tokens") : tr("%1 tokens"))
                     .arg(format::count(m_prompt->tokens)));
    return words.join(QStringLiteral(" · "));
}

double ConversationLens::systemShare() const
{
    return m_prompt && m_prompt->tokens > 0
        ? double(m_prompt->system.tokens) / double(m_prompt->tokens)
        : 0;
}
double ConversationLens::memoryShare() const
{
    return m_prompt && m_prompt->tokens > 0
        ? double(tokensOf(m_prompt->memory)) / double(m_prompt->tokens)
        : 0;
}
double ConversationLens::recalledShare() const
{
    return m_prompt && m_prompt->tokens > 0
        ? double(tokensOf(m_prompt->recalled)) / double(m_prompt->tokens)
        : 0;
}

QString ConversationLens::shares() const
{
    if (!m_prompt)
        return {};
    return tr("system %1 % · memory %2 % · recalled %3 %")
        .arg(qRound(systemShare() * 100))
        .arg(qRound(memoryShare() * 100))
        .arg(qRound(recalledShare() * 100));
}

QVariantList ConversationLens::parts() const
{
    QVariantList rows;
    if (!m_prompt)
        return rows;
    const auto add = [&rows](const schema::PromptPart &part) {
        LensRow row;
        row.name = part.role == "system" ? tr("system")
            : part.role == "user"        ? tr("user")
            : part.role == "assistant"   ? tr("agent")
            : part.role == "recalled"    ? tr("recalled")
                                         : qs(part.role);
        row.value = plainLine(part.content, 300);
        row.detail = part.fallsOut
            ? tr("%1 tokens. The next message pushes it out.").arg(format::count(part.tokens))
            : tr("%1 tokens").arg(format::count(part.tokens));
        row.marked = part.fallsOut;
        rows.append(QVariant::fromValue(row));
    };
    add(m_prompt->system);
    for (const auto &part : m_prompt->recalled)
        add(part);
    for (const auto &part : m_prompt->memory)
        add(part);
    return rows;
}

/// What people want to know of a key's value: how much is left of a bucket, which tool waits.
static QString wordOf(const schema::KeyRow &key)
{
    bool number = false;
    const int rest = QString::fromStdString(key.value).toInt(&number);
    if (key.type == "ratelimit" && number)
        return ConversationLens::tr("%1 left").arg(rest);
    for (const auto &row : schema::argumentRows(key.value))
        if (row.name == "tool")
            return plainLine(row.plain, 60);
    return plainLine(key.value, 60);
}

QVariantList ConversationLens::state() const
{
    struct Line {
        const char *type;
        QString name;
        QString none;
    };
    const Line lines[] = { { "engaged", tr("engaged"), tr("no") },
        { "ratelimit", tr("rate limit"), tr("untouched") },
        { "escalation", tr("escalation"), tr("none") },
        { "tool_confirm", tr("pending tool"), tr("none") } };
    QVariantList rows;
    for (const Line &line : lines) {
        LensRow row;
        row.name = line.name;
        const bool told = m_keysError.isEmpty() && m_keysAtMs > 0 && m_keysWhole;
        row.value = told ? line.none : format::unknown();
        for (const auto &key : m_keys)
            if (key.type == line.type && !ranOut(key)) {
                const bool flag = key.type == "engaged";
                row.value = flag ? tr("yes · %1").arg(left(key)) : wordOf(key);
                row.detail = plainLine(key.key + "\n" + key.value, 500);
                row.marked = key.type == "escalation" || key.type == "tool_confirm";
            }
        rows.append(QVariant::fromValue(row));
    }
    if (m_prompt) {
        LensRow model;
        model.name = tr("model");
        model.value = m_prompt->model.empty() ? format::unknown() : plainLine(m_prompt->model, 80);
        rows.append(QVariant::fromValue(model));
    }
    return rows;
}

QVariantList ConversationLens::keys() const
{
    QVariantList rows;
    for (const auto &key : m_keys) {
        if (ranOut(key))
            continue;
        LensRow row;
        row.name = plainLine(key.key, 300);
        row.value = left(key);
        row.detail = plainText(key.value, 500);
        rows.append(QVariant::fromValue(row));
    }
    return rows;
}

} // namespace signalbox
