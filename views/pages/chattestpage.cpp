// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/chattestpage.h"

#include "models/resource.h"
#include "models/schema/chattest.h"
#include "models/stores/plaintext.h"
#include "models/stores/whendone.h"
#include "views/pages/flowtext.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;
using rules::TurnState;

static constexpr std::size_t frameTextLimit = 64 * 1024;

// ---- frames ----

ChatFrames::ChatFrames(QObject *parent)
    : QAbstractListModel(parent)
{
}

void ChatFrames::add(bool sent, const std::string &text, qint64 atMs)
{
    if (int(m_frames.size()) >= capacity) {
        beginRemoveRows({}, 0, 0);
        m_frames.pop_front();
        endRemoveRows();
    }
    const int row = int(m_frames.size());
    beginInsertRows({}, row, row);
    m_frames.push_back({ sent, text.substr(0, frameTextLimit), qint64(text.size()), atMs });
    endInsertRows();
}

void ChatFrames::clear()
{
    beginResetModel();
    m_frames.clear();
    endResetModel();
}

QString ChatFrames::whole(int row) const
{
    if (row < 0 || row >= int(m_frames.size()))
        return {};
    return plainText(schema::pretty(m_frames[std::size_t(row)].text), 4 * frameTextLimit);
}

int ChatFrames::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_frames.size());
}

QVariant ChatFrames::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Frame &frame = m_frames[std::size_t(index.row())];
    switch (role) {
    case SentRole:
        return frame.sent;
    case TimeRole:
        return format::clock(frame.atMs, format::Zone::Local);
    case Qt::DisplayRole:
    case TextRole:
        return plainLine(frame.text, 600);
    case SizeRole:
        return format::bytes(frame.size);
    default:
        return {};
    }
}

QHash<int, QByteArray> ChatFrames::roleNames() const
{
    return { { SentRole, "sent" }, { TimeRole, "time" }, { TextRole, "words" },
        { SizeRole, "size" } };
}

// ---- page ----

ChatTestPage::ChatTestPage(QObject *parent)
    : QObject(parent)
    , m_transcript(new TranscriptModel(this))
    , m_frames(new ChatFrames(this))
    , m_runs(new ChatTestRuns(this))
    , m_replay(new ChatTestReplay(this))
{
}

ChatTestPage::~ChatTestPage() = default;

void ChatTestPage::setSession(Session *session)
{
    if (m_session == session)
        return;
    m_session = session;
    delete std::exchange(m_talk, nullptr);
    m_runs->setSession(session);
    m_replay->setSession(session);
    if (session) {
        m_talk = new ChatTalk(session, m_transcript->transcript(), this);
        connect(m_talk, &ChatTalk::changed, this, [this] {
            m_transcript->told();
            emit changed();
        });
        connect(m_talk, &ChatTalk::framed, m_frames, &ChatFrames::add);
        connect(session, &Session::changed, this, &ChatTestPage::changed);
        connect(session, &Session::emptied, this, [this] {
            stop();
            m_transcript->transcript().clear();
            m_frames->clear();
            m_tenants.clear();
            m_agents.clear();
            m_tenant = m_agent = -1;
            m_known = false;
            emit changed();
        });
    }
    emit sessionChanged();
    emit changed();
}

bool ChatTestPage::offered() const
{
    return m_session && m_session->capabilities().tenants;
}

void ChatTestPage::watch(bool watching)
{
    if (watching && !m_known && offered() && m_session->online())
        readTenants();
}

void ChatTestPage::readTenants()
{
    m_known = true;
    whenDone(this,
        ask<schema::Page<schema::Tenant>>(
            *m_session->gateway(), resourceRequest(rules::portalService, "GET", "/tenants")),
        [this](Answer<schema::Page<schema::Tenant>> answer) {
            m_error = answer ? QString() : answer.error().text;
            m_known = bool(answer);
            if (answer) {
                m_tenants = std::move(answer->items);
                m_tenant = -1;
                setTenant(m_tenants.empty() ? -1 : 0);
            }
            emit changed();
        });
}

void ChatTestPage::setTenant(int tenant)
{
    if (tenant == m_tenant || tenant >= int(m_tenants.size()))
        return;
    m_tenant = tenant;
    m_agents.clear();
    m_agent = -1;
    if (tenant >= 0)
        readAgents();
    emit changed();
}

void ChatTestPage::readAgents()
{
    const std::string id = m_tenants[std::size_t(m_tenant)].id;
    whenDone(this,
        ask<schema::Page<schema::Agent>>(*m_session->gateway(),
            resourceRequest(
                rules::portalService, "GET", rules::resourcePath({ "tenants", id, "agents" }))),
        [this, id, round = ++m_round](Answer<schema::Page<schema::Agent>> answer) {
            if (round != m_round)
                return;
            m_error = answer ? QString() : answer.error().text;
            if (answer) {
                // A row of another tenant is shown to nobody.
                std::erase_if(answer->items, [&id](const auto &agent) {
                    return !agent.tenantId.empty() && agent.tenantId != id;
                });
                m_agents = std::move(answer->items);
                setAgent(m_agents.empty() ? -1 : 0);
            }
            emit changed();
        });
}

void ChatTestPage::setAgent(int agent)
{
    if (agent == m_agent || agent >= int(m_agents.size()))
        return;
    m_agent = agent;
    if (agent >= 0)
        m_replay->setAgent(m_agents[std::size_t(agent)]);
    emit changed();
}

QStringList ChatTestPage::tenants() const
{
    QStringList names;
    for (const auto &tenant : m_tenants)
        names.append(plainLine(tenant.name.empty() ? tenant.slug : tenant.name, 120));
    return names;
}

QStringList ChatTestPage::agents() const
{
    QStringList names;
    for (const auto &agent : m_agents)
        names.append(agent.isActive ? plainLine(agent.name, 120)
                                    : tr("%1 (not active)").arg(plainLine(agent.name, 120)));
    return names;
}

QString ChatTestPage::denied(const char *service, const char *operation) const
{
    if (!m_session || !m_session->online())
        return tr("Not connected.");
    const QString missing =
        m_session->denied(QString::fromLatin1(service), QString::fromLatin1(operation));
    return missing.isEmpty() ? QString() : flowtext::whyDenied(missing);
}

QString ChatTestPage::startDenied() const
{
    if (m_agent < 0)
        return m_tenants.empty() ? tr("There is no tenant to talk to.")
                                 : tr("The tenant has no agent.");
    return denied("portal", "POST /chat/conversations");
}

QString ChatTestPage::sayDenied() const
{
    if (!m_talk || m_talk->state() != ChatTalk::Open)
        return tr("The chat is not open.");
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
    m_talk->start(m_tenants[std::size_t(m_tenant)].id, m_agents[std::size_t(m_agent)].id);
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
        ? callText(m_talk->pending()->tool, m_talk->pending()->arguments.text)
        : QString();
}

void ChatTestPage::decide(bool approve)
{
    if (m_talk)
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
