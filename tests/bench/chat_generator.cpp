// SPDX-License-Identifier: GPL-3.0-only
// A far end that plays ten thousand conversations through a real socket. Prints one line with
// address and key; what comes on standard input: `play`, and `stop`, which is answered with one
// line: how many messages the first conversation has, and the last words said in it. Ends with its
// input.
#include "models/schema/event.h"
#include "models/schema/ops.h"
#include "models/schema/page.h"
#include "tests/bench/generatormain.h"
#include "tests/bench/playedchats.h"
#include "tests/support/fakeserver.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QTimer>

#include <cstdio>

namespace signalbox::bench {
namespace {

constexpr int tickMs = 10;
constexpr int messagesPerPage = 100;
constexpr int rowsPerPage = 1000;

std::string timeAt(qint64 ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString(Qt::ISODateWithMs).toStdString();
}

/// One answer that is coming.
struct Stream {
    int conversation = 0;
    int turn = 0;
    int chunks = 0;
    std::string text;
};

class Generator : public QObject {
public:
    Generator()
        : m_start(QDateTime::currentMSecsSinceEpoch())
        , m_counts(chatConversations, 2)
    {
        m_counts[0] = chatMessages;
        m_server.beOwn();
        m_server.setRest(QStringLiteral("/api/v1/version"),
            { 200,
                R"({"product":"signalbox-gateway","version":"9.9","api":"trustgraph-2.8","capabilities":["events","fabric","cancel","flow-stop:queues","tenants","ops"]})" });
        for (const char *what : { "confirmations", "escalations", "keys" })
            m_server.setRest(
                QLatin1String("/ops/") + QLatin1String(what), { 200, R"({"items":[]})" });
        for (int first = 0; first < chatConversations; first += rowsPerPage)
            addListPage(first);
        for (int end = chatMessages; end > 0; end -= messagesPerPage)
            addMessagePage(end);
        for (int i = 0; i < chatStreams; ++i)
            m_streams.push_back({ i, 0, 0, {} });
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_timer, &QTimer::timeout, this, &Generator::tick);
    }
    QUrl url() const { return m_server.url(); }
    QString key() const { return m_server.token; }
    void play()
    {
        m_playedUs = nowUs();
        m_timer.start(tickMs);
    }
    /// The answers that are coming come to their end.
    void stop()
    {
        m_timer.stop();
        for (Stream &stream : m_streams)
            while (stream.chunks > 0)
                step(stream);
        std::printf("%d %s\n", m_counts[0], m_lastWords.c_str());
        std::fflush(stdout);
    }

private:
    schema::ConversationRow row(int conversation, const std::string &state) const
    {
        schema::ConversationRow row;
        row.thread.tenantId = chatTenant(conversation);
        row.thread.id = chatThread(conversation);
        row.thread.channelType = conversation % 3 == 0 ? "web" : "telegram";
        row.thread.agentId = "agent-1";
        row.thread.userId = "user-" + std::to_string(conversation);
        row.thread.state = state;
        row.thread.since = row.thread.createdAt = timeAt(m_start - conversation * 1000LL);
        row.thread.updatedAt = timeAt(QDateTime::currentMSecsSinceEpoch());
        row.tenantName = "Tenant of a long name " + std::to_string(conversation % chatTenants);
        row.agentName = "Support agent";
        row.userName = "Visitor " + std::to_string(conversation);
        row.lastMessage = "What was said last in conversation " + std::to_string(conversation);
        row.lastRole = "user";
        row.messages = m_counts[std::size_t(conversation)];
        row.workspace = "default";
        return row;
    }
    static schema::ChannelThreadMessage message(int conversation, int number, std::string text)
    {
        schema::ChannelThreadMessage message;
        message.id = "m" + padded(conversation, 5) + '-' + padded(number, 6);
        message.tenantId = chatTenant(conversation);
        message.threadId = chatThread(conversation);
        message.role = number % 2 == 0 ? "user" : "assistant";
        message.author = number % 2 == 0 ? "Visitor" : "Support agent";
        message.content = std::move(text);
        message.createdAt = timeAt(1'700'000'000'000LL + number * 1000LL);
        return message;
    }
    void addListPage(int first)
    {
        schema::Page<schema::ConversationRow> page;
        const int end = std::min(first + rowsPerPage, chatConversations);
        for (int i = first; i < end; ++i)
            page.items.push_back(row(i, "idle"));
        page.total = chatConversations;
        if (end < chatConversations)
            page.cursor = std::to_string(end);
        const QString query = first == 0 ? QString() : QStringLiteral("?cursor=%1&").arg(first);
        m_server.setRest(QStringLiteral("/ops/conversations") + query,
            { 200, QByteArray::fromStdString(schema::encode(page)) });
    }
    /// Those before number `end`.
    void addMessagePage(int end)
    {
        schema::Page<schema::ChannelThreadMessage> page;
        for (int i = std::max(0, end - messagesPerPage); i < end; ++i)
            page.items.push_back(message(0, i,
                "Message " + std::to_string(i)
                    + (i % 7 == 0 ? ": a longer one, with words enough for a second line and "
                                    "perhaps a third where the window is narrow; and so on."
                                  : ".")));
        if (end > messagesPerPage)
            page.cursor = page.items.front().id;
        const QString query = end == chatMessages
            ? QString()
            : QStringLiteral("?before=%1&").arg(QString::fromStdString(message(0, end, {}).id));
        m_server.setRest(QString::fromStdString(
                             "/ops/threads/" + chatTenant(0) + '/' + chatThread(0) + "/messages")
                + query,
            { 200, QByteArray::fromStdString(schema::encode(page)) });
    }

    void tell(int conversation, schema::Event::Kind kind, schema::TenantEvent about)
    {
        schema::Event event;
        event.kind = kind;
        event.seq = ++m_server.seq;
        event.tsMs = QDateTime::currentMSecsSinceEpoch();
        event.tenant = chatTenant(conversation);
        about.threadId = chatThread(conversation);
        event.about.push_back(std::move(about));
        m_server.pushText(QByteArray::fromStdString(schema::encode(event)));
    }
    void tellMessage(int conversation, std::string text)
    {
        schema::TenantEvent about;
        about.message =
            message(conversation, m_counts[std::size_t(conversation)]++, std::move(text));
        tell(conversation, schema::Event::Kind::Message, std::move(about));
    }
    void tellRow(int conversation, const char *state)
    {
        schema::TenantEvent about;
        about.conversation = row(conversation, state);
        tell(conversation, schema::Event::Kind::Conversation, std::move(about));
    }

    /// The next piece of an answer; with the first the question, with the last its end.
    void step(Stream &stream)
    {
        if (stream.chunks == 0) {
            tellMessage(stream.conversation, "Question of turn " + std::to_string(stream.turn));
            tellRow(stream.conversation, "streaming");
        }
        const std::string words = "word " + std::to_string(stream.chunks) + " of the answer, ";
        schema::TenantEvent about;
        about.chunk = schema::TurnChunk {
            message(stream.conversation, m_counts[std::size_t(stream.conversation)], {}).id,
            std::int64_t(stream.text.size()), words
        };
        tell(stream.conversation, schema::Event::Kind::Chunk, std::move(about));
        stream.text += words;
        if (++stream.chunks < chatTurnChunks)
            return;
        if (stream.conversation == 0)
            m_lastWords = stream.text;
        tellMessage(stream.conversation, stream.text);
        tellRow(stream.conversation, "idle");
        // The first is looked at and always answers; the others take turns.
        const int next = stream.conversation == 0
            ? 0
            : 1 + (stream.conversation - 1 + chatStreams) % (chatConversations - 1);
        stream = { next, stream.turn + 1, 0, {} };
    }

    void tick()
    {
        const std::int64_t now = nowUs();
        m_owed += double(now - m_playedUs) * chatChunks / 1e6;
        m_playedUs = now;
        for (; m_owed >= 1 && m_server.subscribed(); m_owed -= 1)
            step(m_streams[m_next++ % m_streams.size()]);
    }

    FakeServer m_server;
    const qint64 m_start;
    std::vector<int> m_counts; ///< messages of each conversation
    std::vector<Stream> m_streams;
    std::string m_lastWords;
    QTimer m_timer;
    std::size_t m_next = 0;
    std::int64_t m_playedUs = 0;
    double m_owed = 0;
};

} // namespace
} // namespace signalbox::bench

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    signalbox::bench::Generator generator;
    return signalbox::bench::runGenerator(
        application, generator.url(), generator.key(), [&](const QByteArray &word) {
            if (word == "play")
                generator.play();
            else if (word == "stop")
                generator.stop();
        });
}
