// SPDX-License-Identifier: GPL-3.0-only
#include "tests/unit/views/pages_conversations.h"

#include "views/pages/overviewpage.h"

#include <QElapsedTimer>

#include <algorithm>

using namespace signalbox;

void ConversationsTest::whatWaitsForAPersonComesFirstAndKeepsItsPlaceWhileOthersMove()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    QTRY_COMPARE(desk.page.list()->count(), 6);
    const auto before = desk.titles();
    QCOMPARE(before[0], QStringLiteral("Nora Lindqvist"));
    QCOMPARE(before[1], QStringLiteral("t_8841 (Slack)"));
    QCOMPARE(before[2], QStringLiteral("+46 70 …12"));
    QVERIFY(desk.page.waiting().startsWith(QStringLiteral("3 wait for a person · oldest 6 m")));
    // Lena is handed to a person just now: after Nora, who waits longer.
    auto *lena = desk.talks.find("acme", "c-2");
    lena->thread.state = "escalated";
    lena->thread.needs = "person";
    lena->thread.since = fakeTime();
    desk.talks.announce(*lena);
    QTRY_COMPARE(desk.titles().value(1), QStringLiteral("Lena K."));
    QCOMPARE(desk.titles()[0], QStringLiteral("Nora Lindqvist"));
    QCOMPARE(desk.page.list()->count(), 6);
}

void ConversationsTest::theOverviewTellsWhoWaitsForAPerson()
{
    Desk desk;
    desk.talks.fillDemo();
    OverviewPage overview;
    overview.setSession(&desk.session);
    desk.open();
    const auto told = [&overview] {
        QStringList out;
        for (const OverviewLine &line : overview.attention()->lines())
            if (line.page == QLatin1String("conversations"))
                out.append(line.title);
        return out;
    };
    QTRY_COMPARE(told().size(), 3);
    // Who waits for a person comes before what waits for a yes or no.
    const QString nora = QStringLiteral("Nora Lindqvist");
    QCOMPARE(told().at(0), nora);
    QVERIFY(told().contains(QStringLiteral("+46 70 …12")));
    const auto &lines = overview.attention()->lines();
    const auto at = std::find_if(lines.begin(), lines.end(),
        [&nora](const OverviewLine &line) { return line.title == nora; });
    QVERIFY(at != lines.end());
    QCOMPARE(at->aspect, Cell::Stop);
    QCOMPARE(at->target, QStringLiteral("acme/c-8840"));
    QVERIFY(!at->value.isEmpty());
    // What waits no longer goes.
    auto *row = desk.talks.find("acme", "c-8840");
    QVERIFY(row);
    row->thread.state = "idle";
    row->thread.needs.clear();
    desk.talks.announce(*row);
    QTRY_COMPARE(told().size(), 2);
    QVERIFY(!told().contains(nora));
}

void ConversationsTest::theFilterLanguageNarrowsTheList()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    QTRY_COMPARE(desk.page.list()->count(), 6);
    desk.page.list()->setFilter(QStringLiteral("needs:person tenant:acme"));
    QCOMPARE(desk.titles(), QStringList { QStringLiteral("Nora Lindqvist") });
    desk.page.list()->setFilter(QStringLiteral("channel:slack"));
    QCOMPARE(desk.page.list()->count(), 2);
    desk.page.list()->setFilter(QStringLiteral("parcel"));
    QCOMPARE(desk.titles(), QStringList { QStringLiteral("Lena K.") });
    desk.page.list()->setFilter(QStringLiteral("needs:nobody\""));
    QVERIFY(!desk.page.list()->filterError().isEmpty());
    QCOMPARE(desk.page.list()->count(), 1);
}

void ConversationsTest::aListLongerThanOnePageIsReadWhole()
{
    Desk desk;
    desk.talks.pageLimit = 7;
    desk.talks.fillDemo(30);
    desk.open();
    QTRY_COMPARE(desk.page.list()->count(), 36);
    QTRY_VERIFY(!desk.page.loading());
    QVERIFY(desk.page.truncated().isEmpty());
}

void ConversationsTest::whatWentMeanwhileGoesFromTheList()
{
    Desk desk;
    desk.talks.fillDemo(3);
    desk.open();
    QTRY_COMPARE(desk.page.list()->count(), 9);
    desk.talks.rows.erase(desk.talks.rows.begin() + 6, desk.talks.rows.end());
    desk.gateway.emitGap();
    QTRY_COMPARE(desk.page.list()->count(), 6);
}

void ConversationsTest::aConversationIsReadAndGrowsWhileItStreams()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    desk.page.setCurrentKey(slackKey);
    QTRY_COMPARE(desk.words().size(), 2);
    QCOMPARE(desk.words()[0], QStringLiteral("Please refund order 7731, it arrived broken."));
    desk.talks.typing("acme", "C04-8841", "assistant", true);
    QVERIFY(!desk.thread().typingText().isEmpty());
    desk.talks.chunk("acme", "C04-8841", "m900", 0, "Your money ");
    desk.talks.chunk("acme", "C04-8841", "m900", 11, "is on its way");
    QCOMPARE(desk.words().value(2), QStringLiteral("Your money is on its way"));
    QVERIFY(desk.thread().typingText().isEmpty());
    // Somebody else's conversation does not show here.
    desk.talks.chunk("globex", "C04-8841", "m901", 0, "not yours");
    desk.talks.chunk("acme", "c-2", "m902", 0, "not here");
    QCOMPARE(desk.words().size(), 3);
}

void ConversationsTest::anOpenThreadShowsWhatItsAgentDoes()
{
    Desk desk;
    auto &row = desk.talks.add("acme", "c-9", "Uma", "open");
    row.thread.since = fakeTime(-60);
    desk.open();
    QTRY_COMPARE(desk.page.list()->count(), 1);
    const auto state = [&desk] {
        return desk.page.list()
            ->data(desk.page.list()->index(0), ConversationList::StateRole)
            .toString()
            .section(u' ', 0, 0);
    };
    QCOMPARE(state(), QStringLiteral("Idle"));
    desk.page.list()->setFilter(QStringLiteral("state:idle"));
    QCOMPARE(desk.page.list()->count(), 1);
    desk.page.list()->setFilter({});
    desk.talks.typing("acme", "c-9", "assistant", true);
    QTRY_COMPARE(state(), QStringLiteral("Typing"));
    QVERIFY(desk.page.summary().startsWith(QStringLiteral("1 live of 1")));
    desk.talks.chunk("acme", "c-9", "a-1", 0, "well");
    QTRY_COMPARE(state(), QStringLiteral("Streaming"));
    desk.talks.say("acme", "c-9", "assistant", "well, yes");
    QTRY_COMPARE(state(), QStringLiteral("Idle"));
}

void ConversationsTest::olderMessagesAreReadOnTheWayBack()
{
    Desk desk;
    desk.talks.add("acme", "long", "Ada");
    for (int i = 0; i < 250; ++i)
        desk.talks.say(
            "acme", "long", i % 2 ? "assistant" : "user", "n" + std::to_string(i), false);
    desk.open();
    desk.page.setCurrentKey(QStringLiteral("acme/long"));
    QTRY_COMPARE(desk.words().size(), 100);
    QCOMPARE(desk.words().constLast(), QStringLiteral("n249"));
    desk.thread().loadOlder();
    desk.thread().loadOlder(); // one at a time
    QTRY_COMPARE(desk.words().size(), 200);
    desk.thread().loadOlder();
    QTRY_COMPARE(desk.words().size(), 250);
    QCOMPARE(desk.words().constFirst(), QStringLiteral("n0"));
    QVERIFY(!desk.thread().transcript()->hasOlder());
}

void ConversationsTest::aPageThatOutlivesItsSessionStandsStill()
{
    FakeGateway gateway;
    FakeTalks talks(gateway);
    talks.fillDemo();
    gateway.addWorkspace("acme");
    auto session = std::make_unique<Session>();
    ConversationsPage page;
    gateway.connectTo(*session);
    page.setSession(session.get());
    page.watch(true);
    page.setCurrentKey(slackKey);
    QTRY_VERIFY(page.thread()->confirming());
    QVERIFY(!page.thread()->confirmLeft().isEmpty());
    gateway.dropConnection();
    session.reset();
    page.thread()->tick();
    page.lens()->tick();
    QCOMPARE(page.thread()->confirmLeft(), QString());
    QVERIFY(!page.thread()->confirmExpired());
    QVERIFY(!page.thread()->mine());
    QCOMPARE(page.lens()->state().isEmpty(), false);
}

void ConversationsTest::typingEndsByItself()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    desk.page.setCurrentKey(slackKey);
    desk.talks.typing("acme", "C04-8841", "Lena", true);
    QCOMPARE(desk.thread().typingText(), QStringLiteral("Lena is typing…"));
    desk.talks.say("acme", "C04-8841", "human", "here I am");
    QVERIFY(desk.thread().typingText().isEmpty());
    desk.talks.typing("acme", "C04-8841", "Lena", true);
    desk.talks.typing("acme", "C04-8841", "Lena", false);
    QVERIFY(desk.thread().typingText().isEmpty());
}

void ConversationsTest::theLensTellsTheNextPromptAndTheKeysOfThisThreadOnly()
{
    Desk desk;
    desk.talks.fillDemo();
    schema::KeyRow other;
    other.tenantId = "acme";
    other.type = "engaged";
    other.key = "acme:engaged:c-2";
    other.subject = "c-2";
    desk.talks.keys.push_back(other);
    // Ids that begin alike are others.
    for (const auto &[type, subject] : { std::pair("memory:short", "agent-1:t_8841 (Slack) 2"),
             std::pair("ratelimit", "slack-test"), std::pair("escalation", "C04-88412") }) {
        other.type = type;
        other.subject = subject;
        other.key = std::string("acme:") + type + ":" + subject;
        desk.talks.keys.push_back(other);
    }
    desk.open();
    desk.page.setCurrentKey(slackKey);
    auto *lens = desk.page.lens();
    QTRY_VERIFY(lens->known());
    QCOMPARE(lens->summary(),
        QStringLiteral("2 of 20 messages · 1 recalled · about 1 438 tokens")
            .replace(QLatin1String("1 438"), format::count(qint64(1438))));
    QCOMPARE(lens->parts().size(), 4);
    QTRY_VERIFY(lens->keys().size() >= 3);
    QStringList names;
    for (const auto &row : lens->keys())
        names.append(row.value<LensRow>().name);
    QVERIFY(!names.contains(QStringLiteral("acme:engaged:c-2")));
    QCOMPARE(names.size(), 4);
    QCOMPARE(lens->state().value(2).value<LensRow>().value, QStringLiteral("none"));
    QVERIFY(names.contains(QStringLiteral("acme:memory:short:agent-1:t_8841 (Slack)")));
    const QString engaged = lens->state().constFirst().value<LensRow>().value;
    QVERIFY2(engaged.startsWith("yes · 2") && engaged.endsWith("left"), qPrintable(engaged));
}

void ConversationsTest::aConfirmationThatIsOverLeavesTheLensAtOnce()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    desk.page.setCurrentKey(slackKey);
    QTRY_VERIFY(desk.thread().confirming());
    const auto pending = [&desk] {
        return desk.page.lens()->state().value(3).value<LensRow>().value;
    };
    QTRY_COMPARE(pending(), QStringLiteral("refund_order"));
    // It has run out at the far end, which tells so; its keys were read before that.
    auto &asked = desk.talks.confirmations.back();
    asked.state = "expired";
    schema::TenantEvent event;
    event.threadId = "C04-8841";
    event.confirmation = asked;
    std::erase_if(desk.talks.keys, [](const auto &key) { return key.type == "tool_confirm"; });
    const int before = desk.askedTo("GET /keys");
    desk.talks.tell("acme", event);
    QTRY_VERIFY(!desk.thread().confirming());
    QCOMPARE(pending(), QStringLiteral("none"));
    for (const auto &row : desk.page.lens()->keys())
        QVERIFY(!row.value<LensRow>().name.contains("tool_confirm"));
    QCOMPARE(desk.askedTo("GET /keys"), before + 1);
    QTRY_VERIFY(!desk.page.lens()->keys().isEmpty());
    QCOMPARE(pending(), QStringLiteral("none"));
}

void ConversationsTest::aCallThatWasNotLookedAtIsNotApproved()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    desk.page.setCurrentKey(slackKey);
    QTRY_VERIFY(desk.thread().confirming());
    const QString looked = desk.thread().confirmId();
    auto &waiting = desk.talks.confirmations.back();
    waiting.callId = "call-of-later"; // the first is over, which was not told yet
    desk.thread().approve();
    QTRY_VERIFY2(desk.thread().fault().contains(QStringLiteral("Another call")),
        qPrintable(desk.thread().fault()));
    QCOMPARE(waiting.state, std::string("pending"));
    QTRY_VERIFY(desk.thread().confirming() && desk.thread().confirmId() != looked);
    desk.thread().approve(); // it is the one that is shown now
    QTRY_COMPARE(waiting.state, std::string("approved"));
}

void ConversationsTest::aKeyThatRanOutIsNotShown()
{
    Desk desk;
    desk.talks.fillDemo();
    for (auto &key : desk.talks.keys)
        if (key.type == "tool_confirm")
            key.ttlMs = 1000;
    desk.open();
    desk.page.setCurrentKey(slackKey);
    const auto pending = [&desk] {
        return desk.page.lens()->state().value(3).value<LensRow>().value;
    };
    QTRY_COMPARE(pending(), QStringLiteral("refund_order"));
    const auto count = desk.page.lens()->keys().size();
    QTRY_COMPARE(pending(), QStringLiteral("none"));
    QCOMPARE(desk.page.lens()->keys().size(), count - 1);
}

void ConversationsTest::theSearchFindsWhatWasSaid()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    QTRY_COMPARE(desk.page.list()->count(), 6);
    desk.page.search(QStringLiteral("arrived broken"));
    QTRY_VERIFY(!desk.page.searching());
    QCOMPARE(desk.titles(), QStringList { QStringLiteral("t_8841 (Slack)") });
    QVERIFY2(desk.page.summary().endsWith(QStringLiteral("of 6 · 1 found · 1 shown")),
        qPrintable(desk.page.summary()));
    for (const auto &[total, said] : { std::pair(std::int64_t(10000), QStringLiteral(" found · ")),
             std::pair(std::int64_t(10001), QStringLiteral("+ found · ")) }) {
        desk.talks.total = total;
        desk.page.search(QStringLiteral("arrived broken"));
        QTRY_VERIFY(!desk.page.searching());
        const QString number = format::count(qint64(10000));
        QVERIFY2(desk.page.summary().contains(QStringLiteral(" · ") + number + said),
            qPrintable(desk.page.summary()));
    }
    desk.page.search({});
    QCOMPARE(desk.page.list()->count(), 6);
    QVERIFY(!desk.page.summary().contains(QStringLiteral("found")));
}

void ConversationsTest::aLostConnectionLosesNoMessage()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    desk.page.setCurrentKey(slackKey);
    QTRY_COMPARE(desk.words().size(), 2);
    desk.talks.chunk("acme", "C04-8841", "m1000", 0, "It is ");
    desk.gateway.dropConnection();
    auto message = desk.talks.say("acme", "C04-8841", "assistant", "It is done.", false);
    desk.talks.messages["acme/C04-8841"].back().id = "m1000";
    desk.gateway.reconnect();
    QTRY_COMPARE(desk.words().constLast(), QStringLiteral("It is done."));
    QCOMPARE(desk.words().size(), 3);
}

void ConversationsTest::whatIsOldHasNoColours()
{
    QList<int> roles; // outlives what tells them
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    QTRY_COMPARE(desk.page.list()->count(), 6);
    const auto *list = desk.page.list();
    const auto told = [list](int role) {
        QList<int> all;
        for (int row = 0; row < list->count(); ++row)
            all.append(list->data(list->index(row), role).toInt());
        return all;
    };
    const auto aspects = told(ConversationList::AspectRole);
    const auto tones = told(ConversationList::ToneRole);
    QCOMPARE(aspects.constFirst(), int(Cell::Stop));
    QCOMPARE(tones.constFirst(), int(Cell::Danger));
    QCOMPARE(desk.page.staleness(), QString());
    connect(list, &QAbstractItemModel::dataChanged, this,
        [&](const QModelIndex &, const QModelIndex &, const QList<int> &changed) {
            roles += changed;
        });
    desk.session.noteFresh(0);
    desk.gateway.dropConnection();
    QTRY_COMPARE(told(ConversationList::AspectRole), QList<int>(6, Cell::Unknown));
    QCOMPARE(told(ConversationList::ToneRole), QList<int>(6, Cell::Muted));
    QVERIFY(desk.page.staleness().startsWith("shown as of"));
    QVERIFY(roles.contains(ConversationList::AspectRole));
    QVERIFY(roles.contains(ConversationList::ToneRole));
    QVERIFY(desk.titles().contains("Nora Lindqvist")); // it is still known who waited
    desk.gateway.reconnect();
    QTRY_COMPARE(told(ConversationList::AspectRole), aspects);
    QCOMPARE(told(ConversationList::ToneRole), tones);
    QTRY_COMPARE(desk.page.staleness(), QString());
}

void ConversationsTest::aFarEndWithoutConversationsIsSaid()
{
    Desk desk;
    desk.gateway.capabilities().ops = false;
    desk.open();
    QVERIFY(!desk.page.offered());
    QCOMPARE(desk.page.emptyTitle(), QStringLiteral("This gateway has no conversations"));
    QCOMPARE(desk.askedTo("GET"), 0);
}

void ConversationsTest::twentyThousandMessagesAndTenThousandConversations()
{
    Desk desk(false, true);
    desk.talks.fillDemo(10000);
    desk.open();
    QTRY_COMPARE_WITH_TIMEOUT(desk.page.list()->count(), 10006, 20000);
    // What streams does not reorder the list, and a change of one row moves one row.
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 100; ++i) {
        auto &row = desk.talks.rows[std::size_t(i + 6)];
        row.thread.state = "streaming";
        desk.talks.announce(row);
    }
    qInfo("100 rows changed and moved: %lld ms", timer.elapsed());
    rules::Transcript chat;
    std::vector<rules::ChatRecord> page(20000);
    for (std::size_t i = 0; i < page.size(); ++i) {
        page[i].id = std::to_string(i);
        page[i].text = "message " + page[i].id;
    }
    timer.restart();
    TranscriptModel lines;
    lines.transcript().older(page, false);
    QCOMPARE(lines.count(), 20000);
    qInfo("20 000 messages into the model: %lld ms", timer.elapsed());
    timer.restart();
    for (int i = 0; i < 2000; ++i)
        lines.transcript().piece("answer", i * 6, "chunk ", i);
    qInfo("2 000 chunks: %lld ms", timer.elapsed());
    QCOMPARE(lines.wholeText(20000).size(), 12000);
}

QTEST_GUILESS_MAIN(ConversationsTest)
#include "moc_pages_conversations.cpp"
