// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/chatrun.h"

#include "models/resource.h"
#include "models/stores/whendone.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>

namespace signalbox {

static constexpr qint64 chatFileLimit = 4 * 1024 * 1024;

std::vector<ChatTestFile> readChatTests(const QString &path)
{
    QStringList files;
    if (QFileInfo(path).isDir()) {
        const QDir folder(path);
        for (const QString &name :
            folder.entryList({ QStringLiteral("*.chat.json") }, QDir::Files, QDir::Name))
            files.append(folder.filePath(name));
    } else {
        files.append(path);
    }
    std::vector<ChatTestFile> tests;
    for (const QString &name : files) {
        ChatTestFile read;
        read.path = name;
        QFile file(name);
        if (!file.open(QIODevice::ReadOnly)) {
            read.fault = file.errorString();
        } else if (file.size() > chatFileLimit) {
            read.fault = ChatRun::tr("larger than 4 MB");
        } else if (auto test = schema::decode<schema::ChatTest>(file.readAll().toStdString())) {
            read.test = std::move(*test);
        } else {
            read.fault = QString::fromStdString(test.error().text());
        }
        if (read.test.name.empty())
            read.test.name =
                QFileInfo(name).fileName().section(QLatin1Char('.'), 0, 0).toStdString();
        tests.push_back(std::move(read));
    }
    return tests;
}

Expected<bool, std::string> matchesPattern(const std::string &pattern, const std::string &text)
{
    constexpr std::size_t most = std::size_t(1) << 20U;
    const QRegularExpression expression(QString::fromStdString(pattern),
        QRegularExpression::UseUnicodePropertiesOption | QRegularExpression::MultilineOption);
    if (!expression.isValid())
        return unexpected(expression.errorString().toStdString());
    const auto match = expression.match(QString::fromStdString(text.substr(0, most)));
    if (!match.isValid())
        return unexpected(std::string("it takes too long on this text"));
    return match.hasMatch();
}

rules::ChatOutcome outcomeOf(const rules::Transcript &transcript)
{
    rules::ChatOutcome outcome;
    const auto *turn = transcript.turn();
    if (!turn) {
        outcome.error = "nothing was said";
        return outcome;
    }
    const auto &entries = transcript.entries();
    std::size_t from = entries.size();
    while (from > 0 && entries[from - 1].record.kind != rules::ChatKind::User)
        --from;
    for (std::size_t i = from; i < entries.size(); ++i) {
        const auto kind = entries[i].record.kind;
        if (kind != rules::ChatKind::Assistant && kind != rules::ChatKind::Person)
            continue;
        outcome.text += (outcome.text.empty() ? "" : "\n") + entries[i].record.text;
    }
    for (const auto &call : turn->tools)
        outcome.tools.push_back(call.tool);
    outcome.escalated = turn->escalated;
    if (turn->state == rules::TurnState::Done)
        outcome.elapsedMs = turn->doneMs - turn->sentMs;
    else if (!turn->open()) // open: it asks a person
        outcome.error = turn->error.empty() ? "no answer" : turn->error;
    return outcome;
}

ChatRun::ChatRun(Session *session, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_scope(session, tr("Chat tests"))
{
    m_limit.setSingleShot(true);
    connect(&m_limit, &QTimer::timeout, this, [this] {
        end(m_asked ? tr("no answer within %1 s").arg(stepWithinMs / 1000)
                    : tr("the chat did not open within %1 s").arg(openWithinMs / 1000));
    });
}

ChatRun::~ChatRun() = default;

int ChatRun::failed() const
{
    return int(std::count_if(
        m_results.begin(), m_results.end(), [](const auto &result) { return !result.passed(); }));
}

QString ChatRun::now() const
{
    if (!m_running)
        return {};
    return tr("%1 of %2: %3")
        .arg(m_results.size() + 1)
        .arg(m_total)
        .arg(QString::fromStdString(m_result.file.test.name));
}

void ChatRun::run(std::vector<ChatTestFile> tests)
{
    if (m_running)
        return;
    m_results.clear();
    m_total = int(tests.size());
    m_waiting.assign(std::make_move_iterator(tests.begin()), std::make_move_iterator(tests.end()));
    m_running = true;
    next();
}

void ChatRun::stop()
{
    m_waiting.clear();
}

void ChatRun::next()
{
    if (m_waiting.empty()) {
        m_running = false;
        emit changed();
        emit finished();
        return;
    }
    ++m_round;
    m_result = {};
    m_result.file = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_step = 0;
    m_asked = false;
    m_since.start();
    emit changed();
    if (!m_result.file.fault.isEmpty())
        return end(m_result.file.fault);
    if (!m_session->gateway())
        return end(tr("not connected"));
    m_limit.start(openWithinMs);
    m_scope.setTenant({});
    m_scope.resume(); // one test's evidence is that test's fault
    findTenant();
}

/// By id, slug or name.
void ChatRun::findTenant(const std::string &cursor)
{
    const std::string path = "/tenants" + resourceQuery({ { "cursor", cursor } });
    whenDone(this,
        ask<schema::Page<schema::Tenant>>(
            m_scope, resourceRequest(rules::portalService, "GET", path)),
        [this, round = m_round](Answer<schema::Page<schema::Tenant>> answer) {
            if (round != m_round)
                return;
            if (!answer)
                return end(answer.error().text);
            const std::string &wanted = m_result.file.test.tenant;
            for (const auto &tenant : answer->items)
                if (tenant.id == wanted || tenant.slug == wanted || tenant.name == wanted)
                    return findAgent(tenant.id);
            if (answer->cursor && !answer->items.empty())
                return findTenant(*answer->cursor);
            end(tr("there is no tenant “%1”").arg(QString::fromStdString(wanted)));
        });
}

void ChatRun::findAgent(const std::string &tenant, const std::string &cursor)
{
    m_scope.setTenant(QString::fromStdString(tenant));
    const std::string path = rules::resourcePath({ "tenants", tenant, "agents" })
        + resourceQuery({ { "cursor", cursor } });
    whenDone(this,
        ask<schema::Page<schema::Agent>>(
            m_scope, resourceRequest(rules::portalService, "GET", path)),
        [this, tenant, round = m_round](Answer<schema::Page<schema::Agent>> answer) {
            if (round != m_round)
                return;
            if (!answer)
                return end(answer.error().text);
            const std::string &wanted = m_result.file.test.agent;
            for (const auto &agent : answer->items)
                if (agent.id == wanted || agent.name == wanted)
                    return talkTo(tenant, agent.id);
            if (answer->cursor && !answer->items.empty())
                return findAgent(tenant, *answer->cursor);
            end(tr("the tenant has no agent “%1”").arg(QString::fromStdString(wanted)));
        });
}

void ChatRun::talkTo(const std::string &tenant, const std::string &agent)
{
    m_talk = std::make_unique<ChatTalk>(m_session, m_scope, m_transcript, this);
    connect(m_talk.get(), &ChatTalk::turnEnded, this, &ChatRun::stepEnded, Qt::QueuedConnection);
    connect(m_talk.get(), &ChatTalk::changed, this, &ChatRun::step, Qt::QueuedConnection);
    m_talk->start(tenant, agent, m_result.file.test.role);
}

/// Says the step's words as soon as the chat is open.
void ChatRun::step()
{
    if (!m_talk || m_asked || !m_running)
        return;
    if (m_talk->state() == ChatTalk::Closed)
        return end(m_talk->error());
    if (m_talk->state() != ChatTalk::Open)
        return;
    m_asked = true;
    m_limit.start(stepWithinMs);
    m_talk->say(m_result.file.test.steps[m_step].say);
}

void ChatRun::stepEnded()
{
    if (!m_talk || !m_asked)
        return;
    const auto outcome = outcomeOf(m_transcript);
    const auto found =
        rules::judge(m_step + 1, m_result.file.test.steps[m_step], outcome, matchesPattern);
    m_result.faults.insert(m_result.faults.end(), found.begin(), found.end());
    m_result.outcomes.push_back(outcome);
    if (!outcome.error.empty() || ++m_step >= m_result.file.test.steps.size())
        return end();
    m_asked = false;
    emit changed();
    step();
}

/// `error` is a copy: the talk's own goes with its end.
void ChatRun::end(QString error)
{
    m_limit.stop();
    ++m_round;
    QFuture<Reply> gone = ready<Reply>(Response { "{}", {} });
    if (m_talk) {
        m_talk->disconnect(this);
        gone = m_talk->finish();
        m_talk.release()->deleteLater(); // it may be speaking
    }
    m_result.error = std::move(error);
    m_result.elapsedMs = m_since.elapsed();
    m_results.push_back(std::move(m_result));
    m_result = {};
    emit changed();
    // Whoever waits for the end may leave with it: the conversation goes first.
    auto *watcher = new QFutureWatcher<Reply>(this);
    connect(watcher, &QFutureWatcher<Reply>::finished, this, [this, watcher] {
        watcher->deleteLater();
        next();
    });
    watcher->setFuture(gone);
}

} // namespace signalbox
