// SPDX-License-Identifier: GPL-3.0-only
#include "tests/unit/views/pages_chattest.h"

#include "models/stores/journalstore.h"

#include <algorithm>
#include <random>

using namespace signalbox;

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

QTEST_GUILESS_MAIN(ChatTestTest)
#include "moc_pages_chattest.cpp"
