// SPDX-License-Identifier: GPL-3.0-only
// Web chats of the console against the real gateway process: as the window talks (ChatTalk), and as
// `signalbox test-chats` does.
#include "app/client/connection.h"
#include "models/resource.h"
#include "models/rules/transcript.h"
#include "models/stores/chattalk.h"
#include "models/stores/whendone.h"
#include "tests/integration/client/cutter.h"
#include "tests/support/gatewayprocess.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <memory>
#include <random>

using namespace signalbox;

namespace {

constexpr int patience = 30000;

std::unique_ptr<support::GatewayProcess> gatewayIn(
    const QTemporaryDir &folder, std::vector<std::string> options = {})
{
    return std::make_unique<support::GatewayProcess>(
        qEnvironmentVariable("SIGNALBOX_TEST_GATEWAY").toStdString(),
        folder.filePath(QStringLiteral("data")).toStdString(), std::move(options));
}

/// The demo platform is filled in while it already answers; this is the last that is filled in.
bool filled(const support::GatewayProcess &gateway)
{
    return QTest::qWaitFor(
        [&] {
            return support::http(gateway.port(), "GET", "/api/portal/tenants/oak-and-rye/kb", {},
                       gateway.key())
                       .body.find("Allergens")
                != std::string::npos;
        },
        patience);
}

struct Ran {
    int code = -1;
    QString said;
    QByteArray junit;
};

/// The program itself, on a folder that is shipped.
Ran testChats(
    const support::GatewayProcess &gateway, const QTemporaryDir &folder, const char *which)
{
    QFile key(folder.filePath(QStringLiteral("key")));
    if (!key.open(QIODevice::WriteOnly) || key.write(gateway.key().c_str()) < 0)
        return {};
    key.close();
    QFile junit(folder.filePath(QStringLiteral("junit.xml")));
    QProcess program;
    program.setProcessChannelMode(QProcess::MergedChannels);
    program.start(qEnvironmentVariable("SIGNALBOX_TEST_CONSOLE"),
        { QStringLiteral("test-chats"),
            QStringLiteral(SIGNALBOX_SOURCE_DIR "/resources/chat-tests/")
                + QString::fromLatin1(which),
            QStringLiteral("--url"), QStringLiteral("http://127.0.0.1:%1").arg(gateway.port()),
            QStringLiteral("--api-key-file"), key.fileName(), QStringLiteral("--junit"),
            junit.fileName() });
    Ran ran;
    if (program.waitForFinished(2 * patience) && program.exitStatus() == QProcess::NormalExit)
        ran.code = program.exitCode();
    ran.said = QString::fromUtf8(program.readAll());
    if (junit.open(QIODevice::ReadOnly))
        ran.junit = junit.readAll();
    return ran;
}

/// Texts of one element.
QStringList elements(const QByteArray &xml, QLatin1String name)
{
    QStringList out;
    QXmlStreamReader reader(xml);
    while (!reader.atEnd())
        if (reader.readNext() == QXmlStreamReader::StartElement && reader.name() == name)
            out.append(reader.readElementText(QXmlStreamReader::IncludeChildElements));
    return reader.hasError() ? QStringList { reader.errorString() } : out;
}

/// A console without its window, behind a line that can be cut.
struct Desk {
    QTemporaryDir folder;
    std::unique_ptr<support::GatewayProcess> gateway = gatewayIn(folder);
    Cutter cutter { quint16(gateway->port()), nullptr };
    Session session;
    Connection connection { &session };

    bool open()
    {
        Connection::Target target;
        target.name = QStringLiteral("desk");
        target.url = cutter.url();
        target.apiKey = gateway->key();
        connection.open(target);
        return QTest::qWaitFor([this] { return session.online(); }, patience);
    }
    std::string post(const std::string &path, const std::string &body) const
    {
        const auto reply =
            support::http(gateway->port(), "POST", "/api/portal" + path, body, gateway->key());
        return reply.status < 300 ? reply.body : std::string();
    }
    /// With one agent; returns its id.
    std::string makeTenant(const std::string &id) const
    {
        post("/tenants", R"({"id":")" + id + R"(","name":"T","slug":")" + id + R"("})");
        const auto agent = schema::decode<schema::Agent>(post("/tenants/" + id + "/agents",
            R"({"name":"Ada","tool_assignments":["calendar_lookup","calendar_book"]})"));
        return agent ? agent->id : std::string();
    }
    std::vector<schema::WebConversationMessage> history(const std::string &conversation) const
    {
        const auto reply = support::http(gateway->port(), "GET",
            "/api/portal/chat/conversations/" + conversation + "/messages?limit=1000", {},
            gateway->key());
        const auto page = schema::decode<schema::Page<schema::WebConversationMessage>>(reply.body);
        return page ? page->items : std::vector<schema::WebConversationMessage> {};
    }
};

/// One who talks over a line that is cut in every turn.
struct Talker {
    rules::Transcript transcript;
    std::unique_ptr<TenantScope> scope; ///< goes after the talk
    std::unique_ptr<ChatTalk> talk;
    std::vector<std::string> said;
    qint64 longest = 0; ///< bytes of a turn from the gateway

    void begin(Session &session, const std::string &tenant, const std::string &agent)
    {
        scope = std::make_unique<TenantScope>(&session, QStringLiteral("Chats"));
        scope->setTenant(QString::fromStdString(tenant));
        talk = std::make_unique<ChatTalk>(&session, *scope, transcript, nullptr);
        talk->start(tenant, agent);
    }
    [[nodiscard]] QString conversation() const
    {
        return QString::fromStdString(talk->conversation());
    }
    [[nodiscard]] bool rests() const
    {
        return talk->state() == ChatTalk::Open
            && (!transcript.turn() || !transcript.turn()->open());
    }
};

/// Who does not rest, and how it stands.
QString restless(const std::vector<std::unique_ptr<Talker>> &talkers)
{
    QStringList lines;
    for (const auto &talker : talkers) {
        if (talker->rests())
            continue;
        QStringList words { QStringLiteral("link %1").arg(int(talker->talk->state())) };
        if (const auto *turn = talker->transcript.turn())
            words.append(QStringLiteral("turn %1 of \"%2\", state %3, cut %4, answer %5 in row %6")
                             .arg(turn->number)
                             .arg(QString::fromStdString(turn->said))
                             .arg(int(turn->state))
                             .arg(turn->cut)
                             .arg(QString::fromStdString(turn->answer))
                             .arg(turn->row));
        const auto &entries = talker->transcript.entries();
        for (std::size_t row = entries.size() > 4 ? entries.size() - 4 : 0; row < entries.size();
             ++row)
            words.append(QStringLiteral("%1: kind %2, state %3, id %4, \"%5\"")
                             .arg(entries[row].number)
                             .arg(int(entries[row].record.kind))
                             .arg(int(entries[row].state))
                             .arg(QString::fromStdString(entries[row].record.id),
                                 QString::fromStdString(entries[row].record.text)));
        lines.append(words.join(QStringLiteral("\n  ")));
    }
    return lines.join(u'\n');
}

/// What is shown is what was stored, in its order and once; more is only what never arrived, which
/// is marked as such.
QString differs(const Talker &talker, const std::vector<schema::WebConversationMessage> &history)
{
    QStringList shown;
    std::vector<std::string> user;
    for (const auto &entry : talker.transcript.entries()) {
        const auto &record = entry.record;
        if (record.kind == rules::ChatKind::Notice)
            continue;
        if (record.kind == rules::ChatKind::User)
            user.push_back(record.text);
        if (entry.state == rules::ChatEntry::State::Unsure && record.kind == rules::ChatKind::User)
            continue;
        shown.append(QString::fromStdString(record.id + ' ' + record.text));
        if (entry.state != rules::ChatEntry::State::Settled)
            shown.last() += QStringLiteral(" (in state %1)").arg(int(entry.state));
    }
    QStringList stored;
    for (const auto &message : history)
        stored.append(QString::fromStdString(message.id + ' ' + message.content));
    if (shown != stored)
        return QStringLiteral("shown:\n%1\nstored:\n%2").arg(shown.join(u'\n'), stored.join(u'\n'));
    if (user != talker.said)
        return QStringLiteral("what was said is not there once, in its order");
    return {};
}

} // namespace

class ChatsTest : public QObject {
    Q_OBJECT
private slots:
    void theShippedPassingFolderPasses();
    void theShippedFailingFolderFailsAndSaysWhere();
    void withoutAGatewayTheProgramSaysSo();
    void aHundredCutsInEveryPhaseLoseNothingAndShowNothingTwice();
    void aGatewayThatStartsAgainIsFoundWithTheQuestionThatWaits();
};

void ChatsTest::theShippedPassingFolderPasses()
{
    const QTemporaryDir folder;
    const auto gateway = gatewayIn(folder, { "--demo" });
    QVERIFY(filled(*gateway));
    const Ran ran = testChats(*gateway, folder, "passing");
    QVERIFY2(ran.code == 0, qPrintable(ran.said));
    QVERIFY2(ran.said.contains(QStringLiteral("2 of 2 passed")), qPrintable(ran.said));
    QCOMPARE(elements(ran.junit, QLatin1String("testcase")).size(), 2);
    QCOMPARE(elements(ran.junit, QLatin1String("failure")), QStringList());
    QCOMPARE(elements(ran.junit, QLatin1String("error")), QStringList());
    // Each test was a test user of its own, and nothing of it stays.
    const auto rows =
        support::http(gateway->port(), "GET", "/ops/conversations?limit=1000", {}, gateway->key());
    QVERIFY(rows.body.find("test of") == std::string::npos);
}

void ChatsTest::theShippedFailingFolderFailsAndSaysWhere()
{
    const QTemporaryDir folder;
    const auto gateway = gatewayIn(folder, { "--demo" });
    QVERIFY(filled(*gateway));
    const Ran ran = testChats(*gateway, folder, "failing");
    QVERIFY2(ran.code == 1, qPrintable(ran.said));
    const QStringList failures = elements(ran.junit, QLatin1String("failure"));
    QVERIFY2(failures.size() == 2, ran.junit.constData());
    // Step, what was said, what was expected, and what the agent really said.
    const QString tool = failures[0];
    QVERIFY2(tool.startsWith(QStringLiteral("step 1: Hello.")), qPrintable(tool));
    QVERIFY2(tool.contains(QStringLiteral("polish_the_rails")), qPrintable(tool));
    const QString words = failures[1];
    QVERIFY2(words.startsWith(QStringLiteral("step 1: Hello.")), qPrintable(words));
    QVERIFY2(words.contains(QStringLiteral("The lighthouse keeper regrets.")), qPrintable(words));
    QVERIFY2(words.contains(QStringLiteral("actual: You wrote \"Hello.\".")), qPrintable(words));
    QCOMPARE(elements(ran.junit, QLatin1String("error")), QStringList());
}

void ChatsTest::withoutAGatewayTheProgramSaysSo()
{
    const QTemporaryDir folder;
    const int port = support::freePort();
    QFile test(folder.filePath(QStringLiteral("t.chat.json")));
    QVERIFY(test.open(QIODevice::WriteOnly));
    test.write(R"({"tenant":"t","agent":"a","steps":[{"say":"x","expect":[{"regex":"."}]}]})");
    test.close();
    QProcess program;
    program.start(qEnvironmentVariable("SIGNALBOX_TEST_CONSOLE"),
        { QStringLiteral("test-chats"), folder.path(), QStringLiteral("--url"),
            QStringLiteral("http://127.0.0.1:%1").arg(port) });
    QVERIFY(program.waitForFinished(2 * patience));
    QCOMPARE(program.exitCode(), 2);
    const QByteArray words = program.readAllStandardError();
    QVERIFY2(words.startsWith("signalbox: test-chats: ") && words.size() > 30, words.constData());
}

void ChatsTest::aHundredCutsInEveryPhaseLoseNothingAndShowNothingTwice()
{
    constexpr int tenants = 5; // a tenant may be told 30 messages a minute
    constexpr int rounds = 20;
    Desk desk;
    QVERIFY(desk.open());
    std::vector<std::unique_ptr<Talker>> talkers;
    for (int i = 0; i < tenants; ++i) {
        const std::string id = "cut-" + std::to_string(i);
        const std::string agent = desk.makeTenant(id);
        QVERIFY(!agent.empty());
        auto &talker = *talkers.emplace_back(std::make_unique<Talker>());
        talker.begin(desk.session, id, agent);
    }
    const auto allRest = [&] {
        return std::all_of(
            talkers.begin(), talkers.end(), [](const auto &talker) { return talker->rests(); });
    };
    QTRY_VERIFY_WITH_TIMEOUT(allRest(), patience);
    std::minstd_rand random(20261122);
    const auto below = [&random](qint64 bound) { return qint64(random() % quint64(bound)); };
    // How long a turn is, uncut.
    for (const auto &talker : talkers) {
        const qint64 before = desk.cutter.heard(talker->conversation());
        talker->said.push_back("which slot is free on the first day?");
        talker->talk->say(talker->said.back());
        QTRY_VERIFY_WITH_TIMEOUT(talker->rests(), patience);
        talker->longest = desk.cutter.heard(talker->conversation()) - before;
        QVERIFY(talker->longest > 500);
    }
    for (int round = 0; round < rounds; ++round) {
        for (const auto &talker : talkers) {
            Cutter::Cut cut;
            cut.up = random() % 4 == 0; // the message itself, whole or torn
            cut.after = cut.up ? below(160) : below(talker->longest);
            desk.cutter.arm(talker->conversation(), cut);
            talker->said.push_back(
                (round % 3 == 0 ? "which slot is free on day " : "and what of number ")
                + std::to_string(round));
            talker->talk->say(talker->said.back());
        }
        QVERIFY2(QTest::qWaitFor(allRest, patience), qPrintable(restless(talkers)));
        for (const auto &talker : talkers)
            desk.cutter.cutNow(talker->conversation()); // between two turns
        const auto noneIsArmed = [&] {
            return allRest()
                && std::none_of(talkers.begin(), talkers.end(),
                    [&](const auto &talker) { return desk.cutter.armed(talker->conversation()); });
        };
        QTRY_VERIFY_WITH_TIMEOUT(noneIsArmed(), patience);
        // Settled with the next history: an answer may be on its way to a message that was cut off.
        for (const auto &talker : talkers) {
            const auto same = [&] {
                return differs(*talker, desk.history(talker->talk->conversation())).isEmpty();
            };
            if (!QTest::qWaitFor(same, patience))
                QFAIL(qPrintable(
                    QStringLiteral("round %1: %2")
                        .arg(round)
                        .arg(differs(*talker, desk.history(talker->talk->conversation())))));
        }
    }
    QVERIFY2(
        desk.cutter.cuts() >= tenants * rounds, qPrintable(QString::number(desk.cutter.cuts())));
    int unsure = 0;
    for (const auto &talker : talkers) {
        for (const auto &entry : talker->transcript.entries())
            unsure += entry.state == rules::ChatEntry::State::Unsure;
        talker->talk->finish();
    }
    QVERIFY(unsure > 0 && unsure < tenants * rounds / 2); // both kinds of loss were seen
}

void ChatsTest::aGatewayThatStartsAgainIsFoundWithTheQuestionThatWaits()
{
    Desk desk;
    QVERIFY(desk.open());
    const std::string agent = desk.makeTenant("again");
    Talker talker;
    talker.begin(desk.session, "again", agent);
    QTRY_VERIFY_WITH_TIMEOUT(talker.rests(), patience);
    talker.said = { "please book the first day" };
    talker.talk->say(talker.said.back());
    QTRY_VERIFY_WITH_TIMEOUT(talker.talk->pending(), patience);

    desk.gateway->kill();
    QTRY_VERIFY_WITH_TIMEOUT(talker.talk->state() != ChatTalk::Open, patience);
    desk.gateway = gatewayIn(desk.folder);
    desk.cutter.setGateway(quint16(desk.gateway->port()));
    QTRY_VERIFY_WITH_TIMEOUT(
        talker.talk->state() == ChatTalk::Open && desk.session.online(), patience);
    QVERIFY(talker.talk->pending()); // the turn is not over, and neither is its question
    QVERIFY(talker.transcript.turn()->open());
    talker.talk->decide(true, "fine");
    QTRY_VERIFY_WITH_TIMEOUT(talker.rests(), patience);
    QCOMPARE(talker.transcript.turn()->state, rules::TurnState::Done);
    QCOMPARE(differs(talker, desk.history(talker.talk->conversation())), QString());
    const auto &entries = talker.transcript.entries();
    QVERIFY(std::any_of(entries.begin(), entries.end(), [](const auto &entry) {
        return entry.record.kind == rules::ChatKind::Assistant
            && entry.record.text.find("booked") != std::string::npos;
    }));
    talker.talk->finish();
}

QTEST_GUILESS_MAIN(ChatsTest)
#include "tst_chats.moc"
