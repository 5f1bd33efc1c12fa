// SPDX-License-Identifier: GPL-3.0-only
#undef QT_NO_CAST_FROM_ASCII
#include "models/stores/chattalk.h"
#include "models/stores/conversationlist.h"
#include "models/stores/conversationstore.h"
#include "tests/support/fakechat.h"
#include "tests/support/faketalks.h"

#include <QTest>

using namespace signalbox;
using rules::TurnState;

namespace {

/// One web chat with a far end inside the process.
struct Line {
    FakeGateway gateway;
    FakeChat chat { gateway };
    Session session;
    std::unique_ptr<TenantScope> scope;
    rules::Transcript transcript;
    std::unique_ptr<ChatTalk> talk;

    ~Line() { gateway.dropConnection(); }
    bool open()
    {
        gateway.connectTo(session);
        scope = std::make_unique<TenantScope>(&session, "test");
        talk = std::make_unique<ChatTalk>(&session, *scope, transcript, nullptr);
        talk->start("acme", "acme-Support agent");
        return QTest::qWaitFor([this] { return talk->state() == ChatTalk::Open; });
    }
    bool done() const { return transcript.turn() && !transcript.turn()->open(); }
    QStringList words() const
    {
        QStringList out;
        for (const auto &entry : transcript.entries())
            out.append(QString::fromStdString(entry.record.text));
        return out;
    }
};

/// The list of conversations with a far end inside the process.
struct Talks {
    FakeGateway gateway;
    FakeTalks talks { gateway };
    Session session;
    ConversationStore *store = nullptr;
    ConversationList list;

    ~Talks() { gateway.dropConnection(); }
    void open()
    {
        gateway.connectTo(session);
        store = ConversationStore::of(&session);
        list.setStore(store);
    }
    QStringList titles() const
    {
        QStringList out;
        for (int row = 0; row < list.count(); ++row)
            out.append(list.index(row).data(ConversationList::TitleRole).toString());
        return out;
    }
};

} // namespace

class TestChatTalk : public QObject {
    Q_OBJECT
private slots:
    void whatWaitsForAPersonStaysWhileSomethingElseIsAsked();
    void aSecondTimeIsDroppedAndTheTurnGoesOn();
    void whoWaitsIsNeverLeftOutForTheLimit();
    void aConfirmationIsAStateThatTheFilterFinds();
    void theNameOfAnAgentTurnsNoWordsAroundIt();
};

void TestChatTalk::whatWaitsForAPersonStaysWhileSomethingElseIsAsked()
{
    for (const bool ids : { true, false }) {
        Line line;
        line.chat.ids = ids;
        QVERIFY(line.open());
        line.talk->say("confirm");
        QTRY_VERIFY(line.talk->pending());
        line.talk->say("and something else");
        QTRY_VERIFY(line.done());
        QVERIFY(line.talk->pending());
        QCOMPARE(line.words(),
            (QStringList { "confirm", "", "and something else", "You said: and something else" }));
        QCOMPARE(line.transcript.turns()[0].state, TurnState::Waiting);
        QVERIFY(line.transcript.entries()[3].record.tools.empty());
        line.chat.resolve("approve", "jo");
        QTRY_COMPARE(line.transcript.turns()[0].state, TurnState::Done);
        QVERIFY(!line.talk->pending());
        QStringList words = line.words();
        QVERIFY(words.takeLast().contains("jo")); // what was decided
        QCOMPARE(words,
            (QStringList {
                "confirm", "Booked.", "and something else", "You said: and something else" }));
        QCOMPARE(line.transcript.turns().size(), 2U);
        QCOMPARE(
            QString::fromStdString(line.transcript.entries()[1].record.tools[0].state), "done");
    }
}

void TestChatTalk::aSecondTimeIsDroppedAndTheTurnGoesOn()
{
    Line line;
    QVERIFY(line.open());
    line.talk->say("once", true);
    QTRY_VERIFY(line.done());
    const QStringList words = line.words();
    QCOMPARE(words.size(), 3);
    QVERIFY(words[1].contains("dropped, as it must be"));
    QCOMPARE(words[2], "You said: once");
    QCOMPARE(line.transcript.turns().size(), 1U); // and its figures are those of the first
    QCOMPARE(line.transcript.turn()->state, TurnState::Done);
}

void TestChatTalk::whoWaitsIsNeverLeftOutForTheLimit()
{
    Talks desk;
    desk.talks.fillDemo(ConversationStore::limit);
    auto &rows = desk.talks.rows; // who waits was changed last of all long ago
    std::rotate(rows.begin(), rows.begin() + 6, rows.end());
    desk.open();
    QTRY_VERIFY(desk.store->loaded());
    const int waiting = desk.store->waiting();
    QVERIFY(waiting > 1);
    desk.store->watch(true);
    QTRY_COMPARE_WITH_TIMEOUT(desk.store->total(), ConversationStore::limit, 60000);
    QTRY_VERIFY_WITH_TIMEOUT(!desk.store->loading(), 60000);
    QCOMPARE(desk.store->waiting(), waiting);
    QCOMPARE(desk.titles().value(0), "Nora Lindqvist");
    QVERIFY(desk.store->more() > 0);
    auto late = rows.back();
    late.thread.id = "late";
    late.thread.state = "escalated";
    late.thread.needs = "person";
    desk.talks.announce(late);
    QTRY_COMPARE(desk.store->waiting(), waiting + 1);
    QVERIFY(desk.store->find(late.thread.tenantId + "/late"));
    QCOMPARE(desk.store->total(), ConversationStore::limit);
    QCOMPARE(desk.list.count(), ConversationStore::limit);
    // What the search finds is held too, though it was left out.
    const auto out = std::find_if(rows.begin(), rows.end(), [&desk](const auto &row) {
        return !desk.store->find(ConversationStore::keyOf(row.thread));
    });
    QVERIFY(out != rows.end());
    const std::string key = ConversationStore::keyOf(out->thread);
    desk.talks.messages[key].emplace_back().content = "marmalade";
    bool found = false;
    desk.store->search(
        "marmalade", [&found](const auto &hits) { found = hits && hits->keys.size() == 1; });
    QTRY_VERIFY(found);
    QVERIFY(desk.store->find(key));
    QCOMPARE(desk.store->total(), ConversationStore::limit);
    QCOMPARE(desk.store->waiting(), waiting + 1);
}

void TestChatTalk::aConfirmationIsAStateThatTheFilterFinds()
{
    Talks desk;
    desk.talks.fillDemo();
    desk.open();
    desk.store->watch(true);
    QTRY_COMPARE(desk.list.count(), 6);
    desk.list.setFilter("needs:confirmation");
    const QStringList waiting = desk.titles();
    QVERIFY(!waiting.isEmpty());
    desk.list.setFilter("state:confirmation");
    QCOMPARE(desk.titles(), waiting);
}

void TestChatTalk::theNameOfAnAgentTurnsNoWordsAroundIt()
{
    Talks desk;
    desk.talks.fillDemo();
    desk.talks.find("acme", "C04-8841")->agentName = "Ops\u202eagent";
    desk.open();
    desk.store->watch(true);
    QTRY_COMPARE(desk.list.count(), 6);
    const auto row = desk.list.index(desk.list.rowOf("acme/C04-8841"));
    QVERIFY(row.data(ConversationList::StateRole).toString().contains("Ops⟦RLO⟧agent"));
}

QTEST_GUILESS_MAIN(TestChatTalk)
#include "tst_chattalk.moc"
