// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "models/stores/chatrun.h"
#include "models/stores/conversationstore.h"
#include "models/stores/journalstore.h"
#include "tests/support/fakechat.h"
#include "tests/support/faketalks.h"
#include "views/pages/chattestpage.h"

#include <QAbstractItemModelTester>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <random>

using namespace signalbox;

namespace {

struct Bench {
    FakeGateway gateway;
    FakeChat chat { gateway };
    FakeTalks talks { gateway };
    Session session;
    ChatTestPage page;
    QAbstractItemModelTester linesTester { page.transcript() };
    QAbstractItemModelTester framesTester { page.frames() };

    ~Bench() { gateway.dropConnection(); } // nothing is answered to what is gone
    explicit Bench(bool readOnly = false)
    {
        gateway.setReadOnly(readOnly);
        gateway.addWorkspace("acme");
        schema::User mira;
        mira.id = mira.username = "mira";
        mira.defaultWorkspace = "acme";
        mira.roles = { "admin" };
        gateway.setUser(mira);
        gateway.connectTo(session);
        page.setSession(&session);
        page.watch(true);
    }
    bool begin()
    {
        if (!QTest::qWaitFor([this] { return page.agent() >= 0; }))
            return false;
        page.start();
        return QTest::qWaitFor([this] { return page.sayDenied().isEmpty(); });
    }
    bool done() const
    {
        const auto *turn = page.transcript()->transcript().turn();
        return turn && !turn->open();
    }
    QStringList words() const
    {
        QStringList out;
        auto *lines = page.transcript();
        for (int row = 0; row < lines->count(); ++row)
            out.append(lines->data(lines->index(row), TranscriptModel::TextRole).toString());
        return out;
    }
    /// Runs texts of tests as one run.
    std::vector<ChatTestResult> run(const std::vector<std::string> &tests)
    {
        std::vector<ChatTestFile> files;
        for (const auto &text : tests) {
            ChatTestFile file;
            auto read = schema::decode<schema::ChatTest>(text);
            if (read)
                file.test = *read;
            else
                file.fault = QString::fromStdString(read.error().text());
            files.push_back(file);
        }
        ChatRun run(&session);
        bool over = false;
        QObject::connect(&run, &ChatRun::finished, &run, [&over] { over = true; });
        run.run(files);
        if (!QTest::qWaitFor([&over] { return over; }, 20000))
            return {};
        return run.results();
    }
};

std::string testWith(const std::string &say, const std::string &expect)
{
    return R"({"name":"t","tenant":"acme","agent":"Support agent","steps":[{"say":")" + say
        + R"(","expect":[)" + expect + "]}]}";
}

} // namespace

class ChatTestTest : public QObject {
    Q_OBJECT
private slots:
    void aTurnShowsItsTimesAndItsFrames();
    void aToolIsPartOfTheTurn();
    void aDuplicateIsSentTwiceUnderOneId();
    void aLostSocketIsOpenedAgainAndNothingIsLostOrTwice();
    void aQuestionToAPersonShowsWhatIsAsked();
    void whatWaitsForAPersonStaysWhileSomethingElseIsAsked();
    void whoMayNotTalkLearnsWhy();
    void readOnlyRefusesToBegin();
    void whereNothingIsAnsweredThePageSaysWhy();
    void aChatBecomesATestThatPasses();
    void testsPassAndFailForWhatTheyExpect();
    void aFileThatCannotBeReadIsAFailure();
    void junitNamesStepExpectationAndActualText();
    void theExampleFoldersAreReadable();
    void aDraftAnswersBesideWhatWasSaid();
    void theConversationOfATestIsRemoved();
    void whatIsOfAnotherTenantStopsThePage_data();
    void whatIsOfAnotherTenantStopsThePage();
    void aForeignFrameFailsTheTestThatRuns();
    void aChatClaimsTheRoleThatWasChosen();
    void aConversationOfAnyChannelIsAskedAgain();
    void aLateAnswerStaysBesideItsQuestion();
    void aConversationOfATenantThatIsNotThereIsRefused();
    void theFormAndItsJsonAreTheSameTest();
    void theFormSaysWhatIsMissing();
    void stepsAndExpectationsKeepTheirPlaceInTheForm();
    void whatIsHalfWrittenCanBeKeptAndComesBack();
    void whoKeepsDraftsKnowsWhoseTheyAreFirst();
};

void ChatTestTest::aTurnShowsItsTimesAndItsFrames()
{
    Bench bench;
    QVERIFY(bench.begin());
    QVERIFY(bench.page.say(QStringLiteral("hello")));
    QTRY_VERIFY(bench.done());
    QCOMPARE(bench.words(), (QStringList { "hello", "You said: hello" }));
    const auto turn = bench.page.turns().constFirst().value<ChatTurnRow>();
    QCOMPARE(turn.state, QStringLiteral("done"));
    QCOMPARE(turn.names.constFirst(), QStringLiteral("accepted, typing"));
    QCOMPARE(turn.names.constLast(), QStringLiteral("done"));
    QCOMPARE(turn.times.size(), turn.names.size());
    // ready, sent, typing, three pieces, done
    QCOMPARE(bench.page.frames()->rowCount(), 7);
    QVERIFY(bench.page.frames()->whole(1).contains(QStringLiteral("hello")));
}

void ChatTestTest::aToolIsPartOfTheTurn()
{
    Bench bench;
    QVERIFY(bench.begin());
    bench.page.say(QStringLiteral("tool"));
    QTRY_VERIFY(bench.done());
    const auto turn = bench.page.turns().constFirst().value<ChatTurnRow>();
    QVERIFY(turn.names.join(QLatin1Char(' ')).contains(QStringLiteral("lookup_order, took 86 ms")));
}

void ChatTestTest::aDuplicateIsSentTwiceUnderOneId()
{
    Bench bench;
    QVERIFY(bench.begin());
    bench.page.sayTwice(QStringLiteral("once"));
    QTRY_VERIFY(bench.done());
    QCOMPARE(bench.chat.sentIds.size(), 2U);
    QCOMPARE(bench.chat.sentIds[0], bench.chat.sentIds[1]);
    const auto words = bench.words();
    QCOMPARE(words.size(), 3);
    QVERIFY(words[1].contains(QStringLiteral("dropped, as it must be")));
    QCOMPARE(words[2], QStringLiteral("You said: once"));
    const auto turns = bench.page.turns(); // and its figures are those of the first
    QCOMPARE(turns.size(), 1);
    QVERIFY(!turns.constFirst().value<ChatTurnRow>().failed);
    QCOMPARE(turns.constFirst().value<ChatTurnRow>().state, QStringLiteral("done"));
}

void ChatTestTest::aLostSocketIsOpenedAgainAndNothingIsLostOrTwice()
{
    Bench bench;
    QVERIFY(bench.begin());
    std::minstd_rand random(7);
    QStringList expected;
    for (int turn = 0; turn < 8; ++turn) {
        bench.chat.ids = turn % 2 == 0;
        const QString text = QStringLiteral("question %1").arg(turn);
        bench.chat.hold(true);
        QVERIFY(bench.page.say(text));
        QTRY_COMPARE(int(bench.chat.sentIds.size()), turn + 1);
        for (unsigned n = random() % 5; n > 0; --n)
            bench.chat.step();
        bench.chat.cut();
        for (unsigned n = random() % 6; n > 0; --n)
            bench.chat.step(); // nobody hears it
        bench.chat.hold(false);
        expected << text << QStringLiteral("You said: %1").arg(text);
        QTRY_VERIFY_WITH_TIMEOUT(
            bench.page.sayDenied().isEmpty() && bench.done() && bench.words() == expected, 8000);
    }
}

void ChatTestTest::aQuestionToAPersonShowsWhatIsAsked()
{
    Bench bench;
    QVERIFY(bench.begin());
    bench.page.say(QStringLiteral("confirm"));
    QTRY_COMPARE(bench.page.pending(), QStringLiteral("lookup_order(order=\"7731\")"));
    const auto decided = [&bench] {
        const auto &asked = bench.gateway.asked();
        return std::count_if(asked.begin(), asked.end(), [](const Request &request) {
            return request.operation.starts_with("POST /confirmations/");
        });
    };
    QCOMPARE(bench.page.decideDenied(), QString());
    bench.session.setForcedReadOnly(true);
    QVERIFY2(bench.page.decideDenied().contains(QLatin1String("read-only")),
        qPrintable(bench.page.decideDenied()));
    bench.page.decide(true);
    QCOMPARE(decided(), 0);
    QVERIFY(!bench.page.pending().isEmpty()); // it goes on waiting
    bench.session.setForcedReadOnly(false);
    bench.page.decide(true);
    QCOMPARE(decided(), 1);
}

void ChatTestTest::whatWaitsForAPersonStaysWhileSomethingElseIsAsked()
{
    for (const bool ids : { true, false }) {
        Bench bench;
        bench.chat.ids = ids;
        QVERIFY(bench.begin());
        bench.page.say(QStringLiteral("confirm"));
        QTRY_VERIFY(!bench.page.pending().isEmpty());
        bench.page.say(QStringLiteral("and something else"));
        QTRY_VERIFY(bench.done());
        QVERIFY(!bench.page.pending().isEmpty());
        QCOMPARE(bench.words(),
            (QStringList { "confirm", "", "and something else", "You said: and something else" }));
        auto *lines = bench.page.transcript();
        const auto at = [lines](int row, int role) { return lines->index(row).data(role); };
        QVERIFY(!at(1, TranscriptModel::GrowingRole).toBool());
        QVERIFY(at(1, TranscriptModel::NoteRole).toString().contains(QStringLiteral("Waits")));
        QVERIFY(at(3, TranscriptModel::ToolsRole).toList().isEmpty());
        QCOMPARE(bench.page.turns().at(1).value<ChatTurnRow>().state,
            QStringLiteral("waits for a person"));
        bench.chat.resolve("approve", "jo");
        QTRY_COMPARE(bench.page.turns().at(1).value<ChatTurnRow>().state, QStringLiteral("done"));
        QVERIFY(bench.page.pending().isEmpty());
        QStringList words = bench.words();
        QVERIFY(words.takeLast().contains(QStringLiteral("jo"))); // what was decided
        QCOMPARE(words,
            (QStringList {
                "confirm", "Booked.", "and something else", "You said: and something else" }));
        bench.page.replayRecorded();
        QTRY_COMPARE(bench.page.replay()->rows().size(), 2);
        QTRY_VERIFY(!bench.page.replay()->running());
        const auto first = bench.page.replay()->rows().constFirst().value<ReplayRow>();
        QCOMPARE(first.said, QStringLiteral("confirm"));
        QCOMPARE(first.before, QStringLiteral("Booked."));
    }
}

void ChatTestTest::whoMayNotTalkLearnsWhy()
{
    Bench bench;
    bench.chat.refusesChat = true;
    QTRY_VERIFY(bench.page.agent() >= 0);
    bench.page.start();
    QTRY_COMPARE(bench.page.stateText(), QStringLiteral("you are no member of that tenant"));
    QVERIFY(!bench.page.talking());
}

void ChatTestTest::whereNothingIsAnsweredThePageSaysWhy()
{
    Bench bench;
    bench.chat.states["globex"] = "suspended";
    bench.chat.resting = "Ops agent";
    QTRY_VERIFY(bench.page.agent() >= 0);
    QCOMPARE(bench.page.startDenied(), QString());
    bench.page.setAgent(1);
    QCOMPARE(
        bench.page.startDenied(), QStringLiteral("The agent is not active: it does not answer."));
    QCOMPARE(bench.page.runDenied(), QString()); // a draft of it can be asked
    bench.page.start();
    QVERIFY(!bench.page.talking());
    bench.page.setTenant(1);
    QTRY_VERIFY(bench.page.agent() >= 0);
    QCOMPARE(bench.page.startDenied(),
        QStringLiteral("The tenant is suspended: its agents do not answer."));
    bench.page.start();
    QVERIFY(!bench.page.talking());
}

void ChatTestTest::readOnlyRefusesToBegin()
{
    Bench bench(true);
    QTRY_VERIFY(bench.page.agent() >= 0);
    QVERIFY(!bench.page.startDenied().isEmpty());
    bench.page.start();
    QVERIFY(!bench.page.talking());
}

void ChatTestTest::aChatBecomesATestThatPasses()
{
    Bench bench;
    QVERIFY(bench.begin());
    bench.page.say(QStringLiteral("tool"));
    QTRY_VERIFY(bench.done());
    const QString text = bench.page.asTest(QStringLiteral("orders"));
    const auto test = schema::decode<schema::ChatTest>(text.toStdString());
    QVERIFY(test);
    QCOMPARE(test->steps.size(), 1U);
    QCOMPARE(test->steps[0].expect.size(), 2U);
    bench.page.stop();
    const auto results = bench.run({ text.toStdString() });
    QCOMPARE(results.size(), 1U);
    QVERIFY2(results[0].passed(), qPrintable(results[0].error));
}

void ChatTestTest::testsPassAndFailForWhatTheyExpect()
{
    Bench bench;
    const auto results = bench.run({ testWith("hi", R"({"contains":"you said"},{"regex":"^You"})"),
        testWith("hi", R"({"contains":"goodbye"})"), testWith("tool", R"({"tool":"lookup_order"})"),
        testWith("hi", R"({"tool":"lookup_order"})"), testWith("person", R"({"escalated":true})"),
        testWith("hi", R"({"escalated":true})"), testWith("fault", ""),
        R"({"tenant":"nowhere","agent":"x","steps":[{"say":"x"}]})",
        testWith("confirm", R"({"tool":"lookup_order"})") });
    QCOMPARE(results.size(), 9U);
    const bool passed[] = { true, false, true, false, true, false, false, false, true };
    for (std::size_t i = 0; i < results.size(); ++i)
        QVERIFY2(results[i].passed() == passed[i],
            qPrintable(QStringLiteral("test %1: %2").arg(i).arg(results[i].error)));
    QCOMPARE(results[1].faults[0].actual, std::string("You said: hi"));
    QCOMPARE(results[6].faults[0].actual, std::string("llm: no model answers"));
    QCOMPARE(results[7].error, QStringLiteral("there is no tenant “nowhere”"));
}

void ChatTestTest::aFileThatCannotBeReadIsAFailure()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("broken.chat.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"tenant":"a","agent":"b","steps":[{"say":"x","expct":[]}]})");
    file.close();
    const auto tests = readChatTests(folder.path());
    QCOMPARE(tests.size(), 1U);
    QCOMPARE(tests[0].fault, QStringLiteral("steps[0].expct: unknown member"));
    QCOMPARE(tests[0].test.name, std::string("broken"));
    Bench bench;
    ChatTestRuns runs(nullptr);
    runs.setSession(&bench.session);
    runs.run(folder.path());
    QTRY_COMPARE(runs.results().size(), 1);
    QCOMPARE(runs.summary(), QStringLiteral("0 of 1 passed"));
}

void ChatTestTest::junitNamesStepExpectationAndActualText()
{
    Bench bench;
    bench.chat.answer = "<b>no</b>\x01 “%1”";
    const auto results =
        bench.run({ testWith("hi", R"({"contains":"refund"})"), testWith("hi", "") });
    QCOMPARE(results.size(), 2U);
    const QByteArray junit = junitOf(results);
    QXmlStreamReader xml(junit);
    QString message;
    QString body;
    int cases = 0;
    while (!xml.atEnd()) {
        xml.readNext();
        if (xml.isStartElement() && xml.name() == QLatin1String("testcase"))
            ++cases;
        if (xml.isStartElement() && xml.name() == QLatin1String("failure")) {
            message = xml.attributes().value(QLatin1String("message")).toString();
            body = xml.readElementText();
        }
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QCOMPARE(cases, 2);
    QCOMPARE(message, QStringLiteral("step 1: contains “refund”"));
    QVERIFY(body.contains(QStringLiteral("actual: <b>no</b>␁ “hi”")));
}

void ChatTestTest::theExampleFoldersAreReadable()
{
    const QString root = QStringLiteral(SIGNALBOX_SOURCE_DIR "/resources/chat-tests/");
    for (const char *name : { "passing", "failing" }) {
        const auto tests = readChatTests(root + QLatin1String(name));
        QVERIFY(tests.size() >= 2);
        for (const auto &test : tests)
            QVERIFY2(test.fault.isEmpty(), qPrintable(test.path + test.fault));
    }
}

void ChatTestTest::aDraftAnswersBesideWhatWasSaid()
{
    Bench bench;
    QVERIFY(bench.begin());
    bench.page.say(QStringLiteral("hello there"));
    QTRY_VERIFY(bench.done());
    auto *replay = bench.page.replay();
    QVERIFY(replay->draft().contains(QStringLiteral("railway shop")));
    QCOMPARE(replay->stored(), replay->draft());
    QVERIFY(replay->agentKey().contains(u'/'));
    bench.page.replayRecorded();
    QTRY_VERIFY(!replay->running());
    QCOMPARE(replay->rows().size(), 1);
    const auto row = replay->rows().constFirst().value<ReplayRow>();
    QCOMPARE(row.before, QStringLiteral("You said: hello there"));
    QCOMPARE(row.after, QStringLiteral("Now: hello there"));
    QCOMPARE(row.pieces.constLast().value<ReplayPiece>().text, QStringLiteral("hello there"));
    QCOMPARE(row.pieces.constLast().value<ReplayPiece>().kind, 0);
    replay->setDraft(QStringLiteral("{"));
    QVERIFY(!replay->draftFault().isEmpty());
    QVERIFY(replay->stored() != replay->draft()); // which is how a draft is told from none
}

void ChatTestTest::theConversationOfATestIsRemoved()
{
    Bench bench;
    const auto results = bench.run({ testWith("hi", ""), testWith("hi", "") });
    QCOMPARE(results.size(), 2U);
    QTRY_COMPARE(bench.chat.removed.size(), 2U);
}

void ChatTestTest::whatIsOfAnotherTenantStopsThePage_data()
{
    QTest::addColumn<QString>("place");
    for (const char *place : { "agents", "made", "history", "frame", "try", "thread" })
        QTest::newRow(place) << QString::fromLatin1(place);
}

void ChatTestTest::whatIsOfAnotherTenantStopsThePage()
{
    QFETCH(QString, place);
    Bench bench;
    FakeTalks &talks = bench.talks;
    talks.add("acme", "t-1", "Nora");
    talks.say("acme", "t-1", "user", "where is it?").tenantId = "acme";
    if (place == "thread")
        talks.messages["acme/t-1"].back().tenantId = "intruder";
    bench.chat.hostile = place.toStdString();
    if (place == "agents") {
        bench.page.watch(true);
    } else {
        QTRY_VERIFY(bench.page.agent() >= 0);
        if (place == "thread") {
            bench.page.replayThread(QStringLiteral("acme/t-1"));
        } else {
            bench.page.start();
            if (place == "frame" || place == "try") {
                QTRY_VERIFY(bench.page.sayDenied().isEmpty());
                bench.page.say(QStringLiteral("hello"));
                QTRY_VERIFY(bench.done() || !bench.page.evidence().isEmpty());
            }
            if (place == "try")
                bench.page.replayRecorded();
        }
    }
    QTRY_VERIFY(bench.page.evidence().contains(QStringLiteral("intruder")));
    QVERIFY(!bench.page.talking());
    QCOMPARE(bench.page.transcript()->count(), 0);
    QCOMPARE(bench.page.frames()->rowCount(), 0);
    QCOMPARE(bench.page.replay()->rows().size(), 0);
    QVERIFY(!bench.page.startDenied().isEmpty());
    const auto &line = bench.session.journal()->rows().back();
    QCOMPARE(line.write.service, std::string("isolation"));
    // A person has seen it, and the far end is mended.
    bench.chat.hostile.clear();
    bench.page.resume();
    QVERIFY(bench.page.evidence().isEmpty());
    QTRY_VERIFY(bench.page.agent() >= 0 && bench.page.startDenied().isEmpty());
}

void ChatTestTest::aForeignFrameFailsTheTestThatRuns()
{
    Bench bench;
    bench.chat.hostile = "frame";
    const auto results = bench.run({ testWith("hi", "") });
    QCOMPARE(results.size(), 1U);
    QVERIFY(!results[0].passed());
}

void ChatTestTest::aChatClaimsTheRoleThatWasChosen()
{
    Bench bench;
    bench.chat.role = "customer_admin";
    QVERIFY(bench.begin());
    QCOMPARE(bench.chat.claimed, std::string("customer_admin"));
    QCOMPARE(bench.page.roles().size(), 3);
    QCOMPARE(bench.page.roles().constFirst(), QStringLiteral("as customer administrator"));
    bench.page.stop();
    bench.page.setRole(2);
    bench.page.start();
    QTRY_COMPARE(bench.chat.claimed, std::string("customer_operator"));
    QTRY_VERIFY(bench.page.stateText().contains(QStringLiteral("do not fit")));
    QVERIFY(!bench.page.talking());
    const auto refused = bench.run(
        { R"({"tenant":"acme","agent":"Support agent","role":"platform_admin","steps":[{"say":"x"}]})",
            R"({"tenant":"acme","agent":"Support agent","role":"customer_admin","steps":[{"say":"x"}]})" });
    QCOMPARE(refused.size(), 2U);
    QVERIFY(!refused[0].passed());
    QVERIFY2(refused[1].passed(), qPrintable(refused[1].error));
}

void ChatTestTest::aConversationOfAnyChannelIsAskedAgain()
{
    Bench bench;
    FakeTalks &talks = bench.talks;
    auto &row = talks.add("globex", "t-9", "Nora Lindqvist");
    row.thread.agentId = "globex-Ops agent";
    for (int turn = 0; turn < 120; ++turn) { // more than one page
        talks.say("globex", "t-9", "user", "question " + std::to_string(turn), false);
        talks.say("globex", "t-9", turn == 1 ? "human" : "assistant",
            "answer " + std::to_string(turn), false);
    }
    talks.say("globex", "t-9", "notice", "handed over", false);
    auto *store = ConversationStore::of(&bench.session);
    store->watch(true);
    store->tryAgain();
    QTRY_VERIFY(store->find("globex/t-9"));
    QTRY_VERIFY(bench.page.agent() >= 0);
    bench.page.replayThread(QStringLiteral("globex/t-9"));
    auto *replay = bench.page.replay();
    QVERIFY(QTest::qWaitFor([replay] { return replay->recorded() && !replay->reading(); }));
    QCOMPARE(replay->error(), QString());
    QCOMPARE(bench.page.tenants().at(bench.page.tenant()), QStringLiteral("Globex"));
    QCOMPARE(bench.page.agents().at(bench.page.agent()), QStringLiteral("Ops agent"));
    QVERIFY(replay->source().endsWith(QStringLiteral("120 questions")));
    bench.page.replayRecorded();
    QTRY_VERIFY(!replay->running());
    QCOMPARE(replay->rows().size(), 120);
    const auto first = replay->rows().constFirst().value<ReplayRow>();
    QCOMPARE(first.before, QStringLiteral("answer 0"));
    QCOMPARE(first.after, QStringLiteral("Now: question 0"));
    QCOMPARE(replay->rows().at(1).value<ReplayRow>().before, QStringLiteral("answer 1"));
    replay->release();
    QVERIFY(!replay->recorded());
    QCOMPARE(replay->rows().size(), 0);
}

void ChatTestTest::aLateAnswerStaysBesideItsQuestion()
{
    Bench bench;
    auto &row = bench.talks.add("globex", "t-8", "Nora Lindqvist");
    row.thread.agentId = "globex-Ops agent";
    // The second question came while the first was being answered.
    const auto say = [&bench](const char *role, const char *text, const char *at, int latency) {
        bench.talks.say("globex", "t-8", role, text, false);
        auto &said = bench.talks.messages["globex/t-8"].back();
        said.createdAt = at;
        if (latency > 0)
            said.turn.emplace().latencyMs = latency;
    };
    say("user", "one?", "2026-11-20T08:00:00.000Z", 0);
    say("user", "two?", "2026-11-20T08:00:01.000Z", 0);
    say("assistant", "to one", "2026-11-20T08:00:04.000Z", 3990);
    say("assistant", "to two", "2026-11-20T08:00:06.000Z", 1990);
    auto *store = ConversationStore::of(&bench.session);
    store->watch(true);
    store->tryAgain();
    QTRY_VERIFY(store->find("globex/t-8"));
    QTRY_VERIFY(bench.page.agent() >= 0);
    bench.page.replayThread(QStringLiteral("globex/t-8"));
    auto *replay = bench.page.replay();
    QTRY_VERIFY(replay->recorded() && !replay->reading());
    bench.page.replayRecorded();
    QTRY_VERIFY(!replay->running());
    QCOMPARE(replay->rows().size(), 2);
    for (const auto &[at, said, before] :
        { std::tuple(0, "one?", "to one"), std::tuple(1, "two?", "to two") }) {
        const auto shown = replay->rows().at(at).value<ReplayRow>();
        QCOMPARE(shown.said, QString::fromLatin1(said));
        QCOMPARE(shown.before, QString::fromLatin1(before));
    }
}

void ChatTestTest::aConversationOfATenantThatIsNotThereIsRefused()
{
    Bench bench;
    QTRY_VERIFY(bench.page.agent() >= 0);
    bench.page.replayThread(QStringLiteral("nowhere/t-9"));
    QVERIFY(!bench.page.replay()->error().isEmpty());
    bench.page.replayRecorded();
    QVERIFY(!bench.page.replay()->running() || bench.page.replay()->rows().isEmpty());
}

void ChatTestTest::theFormAndItsJsonAreTheSameTest()
{
    ChatTestRuns runs(nullptr);
    QAbstractItemModelTester tester(runs.form());
    const QString text = QStringLiteral(
        R"({"name":"t","tenant":"acme","agent":"a","steps":[{"say":"hi","expect":[)"
        R"({"contains":"x"},{"lacks":"y"},{"regex":"^z"},{"tool":"kb"},{"escalated":false},)"
        R"({"latency-ms":900}]},{"say":"bye"}]})");
    runs.setText(text);
    QCOMPARE(runs.textFault(), QString());
    QCOMPARE(runs.form()->count(), 8);
    const auto before = schema::decode<schema::ChatTest>(text.toStdString());
    runs.form()->setName(QStringLiteral("renamed"));
    auto after = schema::decode<schema::ChatTest>(runs.text().toStdString());
    QVERIFY(after);
    QCOMPARE(after->name, std::string("renamed"));
    after->name = before->name;
    QVERIFY(*after == *before);
    runs.setText(QStringLiteral("{"));
    QVERIFY(!runs.readable());
    QVERIFY(!runs.textFault().isEmpty());
    runs.setText({});
    QCOMPARE(runs.form()->count(), 0);
}

void ChatTestTest::theFormSaysWhatIsMissing()
{
    ChatTestRuns runs(nullptr);
    ChatTestForm &form = *runs.form();
    runs.beginTest(QStringLiteral("acme"), QStringLiteral("Support agent"));
    QCOMPARE(runs.textFault(), QStringLiteral("Step 1: Say something."));
    QCOMPARE(runs.text(), QString());
    form.setValue(0, QStringLiteral("hello"));
    QCOMPARE(runs.textFault(), QString());
    const int row = form.addExpectation(0);
    QCOMPARE(row, 1);
    QVERIFY(!runs.textFault().isEmpty());
    form.setKind(row, ChatTestForm::Matches);
    form.setValue(row, QStringLiteral("(oops"));
    QVERIFY(form.data(form.index(row), ChatTestForm::FaultRole).toString().startsWith("At "));
    form.setKind(row, ChatTestForm::Within);
    form.setValue(row, QStringLiteral("soon"));
    QVERIFY(!form.fault().isEmpty());
    form.setValue(row, QStringLiteral("2500"));
    QCOMPARE(form.fault(), QString());
    form.setKind(row, ChatTestForm::HandedOver);
    form.setValue(row, QStringLiteral("no"));
    const auto test = schema::decode<schema::ChatTest>(runs.text().toStdString());
    QVERIFY(test);
    QCOMPARE(test->steps[0].expect[0].escalated, std::optional(false));
    form.setTenant({});
    QCOMPARE(runs.textFault(), QStringLiteral("Name the tenant."));
}

void ChatTestTest::stepsAndExpectationsKeepTheirPlaceInTheForm()
{
    ChatTestRuns runs(nullptr);
    ChatTestForm &form = *runs.form();
    QAbstractItemModelTester tester(&form);
    runs.setText(QStringLiteral(
        R"({"tenant":"a","agent":"b","steps":[{"say":"1","expect":[{"contains":"x"},)"
        R"({"contains":"y"}]},{"say":"2"},{"say":"3","expect":[{"contains":"z"}]}]})"));
    const auto words = [&form] {
        QString all;
        for (int row = 0; row < form.count(); ++row)
            all += form.data(form.index(row), ChatTestForm::ValueRole).toString();
        return all;
    };
    QCOMPARE(words(), QStringLiteral("1xy23z"));
    QCOMPARE(form.move(0, 1), 1); // the first step with its two, behind the second
    QCOMPARE(words(), QStringLiteral("21xy3z"));
    QCOMPARE(form.move(4, -1), 1);
    QCOMPARE(words(), QStringLiteral("23z1xy"));
    QCOMPARE(form.move(4, 1), 5);
    QCOMPARE(words(), QStringLiteral("23z1yx"));
    QCOMPARE(form.move(5, 1), 5); // not out of its step
    QCOMPARE(form.move(0, -1), 0);
    form.remove(3);
    QCOMPARE(words(), QStringLiteral("23z"));
    form.addStep();
    QCOMPARE(form.data(form.index(3), ChatTestForm::NumberRole).toInt(), 3);
    form.remove(3);
    const auto test = schema::decode<schema::ChatTest>(runs.text().toStdString());
    QCOMPARE(test->steps.size(), 2U);
}

void ChatTestTest::whatIsHalfWrittenCanBeKeptAndComesBack()
{
    ChatTestRuns written(nullptr);
    ChatTestForm &form = *written.form();
    written.beginTest(QStringLiteral("acme"), QStringLiteral("Support agent"));
    form.setValue(0, QStringLiteral("hello\nthere"));
    QCOMPARE(form.half(), QString()); // it is whole: the text has it
    form.addExpectation(0);
    form.setKind(1, ChatTestForm::Matches);
    form.setValue(1, QStringLiteral("(half \x1e a pattern"));
    form.addStep();
    const QString half = form.half();
    QVERIFY(!half.isEmpty());

    ChatTestRuns again(nullptr);
    QAbstractItemModelTester tester(again.form());
    again.setText(written.text());
    again.form()->setHalf(half);
    QCOMPARE(again.form()->count(), 3);
    QCOMPARE(again.form()->tenant(), QStringLiteral("acme"));
    QCOMPARE(again.form()->name(), form.name());
    const auto at = [&](int row, int role) {
        return again.form()->data(again.form()->index(row), role);
    };
    QCOMPARE(at(0, ChatTestForm::ValueRole).toString(), QStringLiteral("hello\nthere"));
    QCOMPARE(at(1, ChatTestForm::KindRole).toInt(), int(ChatTestForm::Matches));
    QCOMPARE(at(1, ChatTestForm::ValueRole).toString(), QStringLiteral("(half  a pattern"));
    QVERIFY(at(2, ChatTestForm::StepRole).toBool());
    QCOMPARE(again.form()->half(), half);
    // What no form wrote changes nothing.
    for (const char *other : { "", "x",
             "a\x1f"
             "b\x1f"
             "c\x1f"
             "d",
             "a\x1f"
             "b\x1f"
             "c\x1f"
             "d\x1e"
             "0\x1fx",
             "a\x1f"
             "b\x1f"
             "c\x1f"
             "d\x1e"
             "step\x1fx\x1e"
             "9\x1fx" })
        again.form()->setHalf(QString::fromLatin1(other));
    QCOMPARE(again.form()->half(), half);
}

/// Read anew while somebody writes, an agent does not pass for the draft of itself.
void ChatTestTest::whoKeepsDraftsKnowsWhoseTheyAreFirst()
{
    ChatTestReplay replay(nullptr);
    QString whose;
    QStringList told;
    connect(&replay, &ChatTestReplay::agentChanged, this, [&] {
        whose.clear();
        told.append(replay.agentKey());
        if (told.size() > 1)
            replay.setDraft(QStringLiteral("{ half"));
        whose = replay.agentKey();
    });
    connect(&replay, &ChatTestReplay::draftChanged, this, [&] {
        if (!whose.isEmpty())
            told.append(
                replay.draft() == replay.stored() ? QStringLiteral("stored") : replay.draft());
    });
    schema::Agent agent;
    agent.tenantId = "acme";
    agent.id = "a1";
    replay.setAgent(agent);
    replay.setDraft(QStringLiteral("{ half"));
    replay.setAgent(agent);
    QCOMPARE(told,
        QStringList({ QStringLiteral("acme/a1"), QStringLiteral("stored"), QStringLiteral("{ half"),
            QStringLiteral("acme/a1"), QStringLiteral("{ half") }));
    QVERIFY(!replay.draftFault().isEmpty());
}

QTEST_GUILESS_MAIN(ChatTestTest)
#include "pages_chattest.moc"
