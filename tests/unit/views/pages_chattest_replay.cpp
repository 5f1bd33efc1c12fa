// SPDX-License-Identifier: GPL-3.0-only
// What was said is asked again of a draft.
#include "tests/unit/views/pages_chattest.h"

#include "models/stores/conversationstore.h"

using namespace signalbox;

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
