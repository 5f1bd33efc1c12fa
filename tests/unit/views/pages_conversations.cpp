// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "models/stores/configstore.h"
#include "models/stores/plaintext.h"
#include "tests/support/faketalks.h"
#include "views/pages/conversationspage.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

namespace {

/// A page with a far end inside the process.
struct Desk {
    FakeGateway gateway;
    FakeTalks talks { gateway };
    QTemporaryDir folder;
    Session session;
    ConversationsPage page;
    /// They look at every row with every change: not where there are ten thousand.
    std::unique_ptr<QAbstractItemModelTester> listTester;
    QAbstractItemModelTester linesTester { page.thread()->transcript() };

    ~Desk() { gateway.dropConnection(); } // nothing is answered to what is gone
    explicit Desk(bool readOnly = false, bool large = false)
    {
        if (!large)
            listTester = std::make_unique<QAbstractItemModelTester>(page.list());
        gateway.setReadOnly(readOnly);
        gateway.addWorkspace("acme");
        schema::User mira;
        mira.id = mira.username = "mira";
        mira.defaultWorkspace = "acme";
        mira.roles = { "admin" };
        gateway.setUser(mira);
        session.config()->setFolder(folder.path());
    }
    void open()
    {
        gateway.connectTo(session);
        page.setSession(&session);
        page.watch(true);
    }
    ConversationThread &thread() { return *page.thread(); }
    QStringList titles() const
    {
        QStringList out;
        for (int row = 0; row < page.list()->count(); ++row)
            out.append(
                page.list()->data(page.list()->index(row), ConversationList::TitleRole).toString());
        return out;
    }
    QStringList words() const
    {
        QStringList out;
        auto *lines = page.thread()->transcript();
        for (int row = 0; row < lines->count(); ++row)
            out.append(lines->data(lines->index(row), TranscriptModel::TextRole).toString());
        return out;
    }
    int askedTo(const std::string &line) const
    {
        int count = 0;
        for (const auto &request : gateway.asked())
            count += request.operation.find(line) == 0 ? 1 : 0;
        return count;
    }
};

const auto slackKey = QStringLiteral("acme/C04-8841");

} // namespace

class ConversationsTest : public QObject {
    Q_OBJECT
private slots:
    void whatWaitsForAPersonComesFirstAndKeepsItsPlaceWhileOthersMove();
    void theFilterLanguageNarrowsTheList();
    void aListLongerThanOnePageIsReadWhole();
    void whatWentMeanwhileGoesFromTheList();
    void aConversationIsReadAndGrowsWhileItStreams();
    void anOpenThreadShowsWhatItsAgentDoes();
    void olderMessagesAreReadOnTheWayBack();
    void aConfirmationIsApprovedAndItsOutcomeStays();
    void whoAnswersSecondLearnsWhoWasFirst();
    void aConfirmationSurvivesARestartOfTheConsole();
    void allThatAConfirmationAsksForIsShown();
    void twoPeopleTakeTheSameConversation();
    void takingOverLetsWriteAndGivingBackEndsIt();
    void aTenantThatIsHaltedSaysWhyNothingCanBeSaid();
    void aNoteToTheAgentIsToldAsOne();
    void aDraftIsThereAgain();
    void readOnlyRefusesEveryActWithAReason();
    void whatWasNotSentIsSentAgainWhenAPersonSaysYes();
    void whoSendsAgainSecondLearnsThatItIsUnderWay();
    void aPageThatOutlivesItsSessionStandsStill();
    void typingEndsByItself();
    void theLensTellsTheNextPromptAndTheKeysOfThisThreadOnly();
    void aConfirmationThatIsOverLeavesTheLensAtOnce();
    void aKeyThatRanOutIsNotShown();
    void theSearchFindsWhatWasSaid();
    void aLostConnectionLosesNoMessage();
    void whatIsOldHasNoColours();
    void aForeignMessageStopsTheView();
    void whateverIsForeignStopsTheConversation_data();
    void whateverIsForeignStopsTheConversation();
    void aForeignEventStopsTheList();
    void hostileTextStaysPlain();
    void aFarEndWithoutConversationsIsSaid();
    void twentyThousandMessagesAndTenThousandConversations();
};

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

void ConversationsTest::aConfirmationIsApprovedAndItsOutcomeStays()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    desk.page.setCurrentKey(slackKey);
    QTRY_VERIFY(desk.thread().confirming());
    QCOMPARE(desk.thread().confirmTool(), QStringLiteral("refund_order"));
    QCOMPARE(desk.thread().confirmValues().value(1), QStringLiteral("49.90 EUR"));
    QVERIFY(desk.thread().confirmLeft().startsWith(QStringLiteral("0:4")));
    desk.thread().approve();
    QVERIFY(desk.thread().busy());
    QTRY_VERIFY(!desk.thread().confirming());
    QCOMPARE(desk.words().constLast(), QStringLiteral("mira approved refund_order"));
    QCOMPARE(desk.askedTo("POST /confirmations/acme/C04-8841"), 1);
}

void ConversationsTest::whoAnswersSecondLearnsWhoWasFirst()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    desk.page.setCurrentKey(slackKey);
    QTRY_VERIFY(desk.thread().confirming());
    desk.talks.decideBy("lena", "acme", "C04-8841", "approve");
    desk.thread().deny(QStringLiteral("no"));
    QTRY_COMPARE(desk.thread().fault(), QStringLiteral("lena was first and approved it."));
    QTRY_VERIFY(!desk.thread().confirming());
}

void ConversationsTest::aConfirmationSurvivesARestartOfTheConsole()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    desk.page.setCurrentKey(slackKey);
    QTRY_VERIFY(desk.thread().confirming());
    ConversationsPage again;
    again.setSession(&desk.session);
    again.setCurrentKey(slackKey);
    QTRY_VERIFY(again.thread()->confirming());
}

void ConversationsTest::allThatAConfirmationAsksForIsShown()
{
    Desk desk;
    desk.talks.fillDemo();
    const std::string letter(9000, 'x');
    for (auto &each : desk.talks.confirmations)
        each.arguments.text = R"({"to":"everybody","text":")" + letter + R"(","note":")"
            + std::string(70000, 'y') + "\"}";
    desk.open();
    QTRY_VERIFY(desk.page.list()->count() > 0);
    desk.page.setCurrentKey(slackKey);
    QTRY_VERIFY(desk.thread().confirming());
    QCOMPARE(desk.thread().confirmNames().size(), 3);
    const QStringList values = desk.thread().confirmValues();
    for (int i = 0; i < values.size(); ++i)
        if (desk.thread().confirmNames()[i] == QStringLiteral("text"))
            QCOMPARE(values[i].size(), letter.size());
        else if (desk.thread().confirmNames()[i] == QStringLiteral("note"))
            QVERIFY(values[i].endsWith(QStringLiteral("more, not shown"))); // and its size
}

void ConversationsTest::twoPeopleTakeTheSameConversation()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    desk.page.setCurrentKey(QStringLiteral("acme/c-8840"));
    QTRY_VERIFY(desk.thread().waits());
    desk.talks.takeBy("lena", "acme", "c-8840");
    desk.thread().takeOver();
    QTRY_COMPARE(desk.thread().fault(), QStringLiteral("lena was first and has it."));
    QVERIFY(!desk.thread().mine());
    // Nothing else was told: what the refusal said is enough to offer it no more.
    QVERIFY(!desk.thread().waits());
    QCOMPARE(desk.thread().takeDenied(), QStringLiteral("lena has it."));
    QCOMPARE(desk.page.list()
                 ->data(desk.page.list()->index(desk.page.list()->rowOf(desk.page.currentKey())),
                     ConversationList::StateRole)
                 .toString()
                 .section(u' ', 0, 1),
        QStringLiteral("With lena"));
}

void ConversationsTest::takingOverLetsWriteAndGivingBackEndsIt()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    desk.page.setCurrentKey(QStringLiteral("acme/c-8840"));
    QTRY_VERIFY(desk.thread().waits());
    QTRY_COMPARE(desk.thread().reason(), QStringLiteral("billing dispute, 3rd attempt"));
    QCOMPARE(desk.thread().writeDenied(), QStringLiteral("Take over to write as a person."));
    desk.thread().takeOver();
    QTRY_VERIFY(desk.thread().mine());
    desk.thread().setDraft(QStringLiteral("Hello Nora, I am a person."));
    desk.thread().send();
    QTRY_COMPARE(desk.words().constLast(), QStringLiteral("Hello Nora, I am a person."));
    QCOMPARE(desk.thread().draft(), QString());
    desk.thread().giveBack(QStringLiteral("refund was promised"));
    QTRY_VERIFY(!desk.thread().mine());
    QCOMPARE(desk.gateway.asked().back().operation.empty(), false);
    QVERIFY(!desk.thread().writeDenied().isEmpty());
}

void ConversationsTest::aTenantThatIsHaltedSaysWhyNothingCanBeSaid()
{
    Desk desk;
    auto &row = desk.talks.add("acme", "c-9", "Uma", "human");
    row.holder = "mira";
    row.tenantState = "suspended";
    desk.talks.say("acme", "c-9", "user", "hello?", false);
    desk.open();
    desk.page.setCurrentKey(QStringLiteral("acme/c-9"));
    QTRY_COMPARE(desk.words(), QStringList { QStringLiteral("hello?") }); // reading goes on
    QTRY_COMPARE(desk.thread().writeDenied(),
        QStringLiteral("The tenant is suspended: nothing can be said in its conversations."));
    // Somebody lets it go on: the list is read anew.
    desk.talks.rows[0].tenantState = "active";
    schema::TenantEvent event;
    event.audit.emplace();
    event.audit->tenantId = "acme";
    event.audit->actionType = "tenant_changed";
    desk.talks.tell("acme", event);
    QTRY_COMPARE(desk.thread().writeDenied(), QString());
}

void ConversationsTest::aNoteToTheAgentIsToldAsOne()
{
    Desk desk;
    desk.talks.add("acme", "c-9", "Uma");
    desk.talks.say("acme", "c-9", "note", "credited 5", false);
    desk.talks.messages["acme/c-9"].back().author = "mira";
    desk.open();
    desk.page.setCurrentKey(QStringLiteral("acme/c-9"));
    QTRY_COMPARE(desk.words(), QStringList { QStringLiteral("mira to the agent: credited 5") });
    QCOMPARE(
        desk.thread().transcript()->transcript().entries()[0].record.kind, rules::ChatKind::Notice);
}

void ConversationsTest::aDraftIsThereAgain()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    desk.page.setCurrentKey(slackKey);
    desk.thread().setDraft(QStringLiteral("half a sen"));
    desk.page.setCurrentKey(QStringLiteral("acme/c-2"));
    QCOMPARE(desk.thread().draft(), QString());
    ConversationsPage again;
    again.setSession(&desk.session);
    again.setCurrentKey(slackKey);
    QCOMPARE(again.thread()->draft(), QStringLiteral("half a sen"));
    QVERIFY(!again.thread()->draftRestored().isEmpty());
}

void ConversationsTest::readOnlyRefusesEveryActWithAReason()
{
    Desk desk(true);
    desk.talks.fillDemo();
    desk.open();
    desk.page.setCurrentKey(slackKey);
    QTRY_VERIFY(desk.thread().confirming());
    QVERIFY(!desk.thread().confirmDenied().isEmpty());
    QVERIFY(!desk.thread().takeDenied().isEmpty());
    QVERIFY(!desk.thread().writeDenied().isEmpty());
    desk.thread().setDraft(QStringLiteral("x"));
    desk.thread().send();
    desk.page.setCurrentKey("acme/wa-4670");
    QTRY_COMPARE(desk.words().size(), 2);
    QVERIFY(!desk.thread().againDenied().isEmpty());
    desk.thread().askAgain(1);
    QCOMPARE(desk.thread().againQuestion(), QString());
    desk.thread().sendAgain();
    QCOMPARE(desk.askedTo("POST"), 0);
}

void ConversationsTest::whatWasNotSentIsSentAgainWhenAPersonSaysYes()
{
    Desk desk;
    desk.talks.fillDemo();
    auto &answer = desk.talks.messages["acme/C04-8790"].emplace_back();
    answer.id = "gone";
    answer.tenantId = "acme";
    answer.threadId = "C04-8790";
    answer.role = "assistant";
    answer.content = "It is on its way.";
    answer.createdAt = fakeTime(-800);
    answer.delivery = schema::Delivery { "failed", 6, "status 503", fakeTime(-100) };
    desk.open();
    desk.page.setCurrentKey("acme/C04-8790");
    QTRY_COMPARE(desk.words().size(), 1);
    QTRY_COMPARE(desk.page.list()->count(), 6); // who it is, only the list tells
    auto *lines = desk.thread().transcript();
    const auto told = [lines](int role) { return lines->data(lines->index(0), role); };
    QVERIFY(told(TranscriptModel::UnsentRole).toBool());
    QVERIFY(desk.thread().againOffered());
    QCOMPARE(desk.thread().againQuestion(), QString());
    desk.thread().sendAgain(); // nobody was asked
    desk.thread().askAgain(0);
    QVERIFY2(
        desk.thread().againQuestion().contains("“It is on its way.” to t_8790 (Slack) over slack"),
        qPrintable(desk.thread().againQuestion()));
    desk.thread().leaveAgain();
    QCOMPARE(desk.askedTo("POST /threads"), 0);
    desk.thread().askAgain(0);
    desk.thread().sendAgain();
    QCOMPARE(desk.thread().againQuestion(), QString());
    QTRY_VERIFY(!desk.thread().busy());
    QCOMPARE(desk.askedTo("POST /threads/acme/C04-8790/messages/gone/send"), 1);
    QVERIFY(!told(TranscriptModel::UnsentRole).toBool());
    QCOMPARE(lines->count(), 1);
    QCOMPARE(desk.thread().fault(), QString());
    const QString note = told(TranscriptModel::NoteRole).toString();
    QVERIFY2(note.startsWith("Not sent after 6 tries: status 503. Again at"), qPrintable(note));
}

void ConversationsTest::whoSendsAgainSecondLearnsThatItIsUnderWay()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    desk.page.setCurrentKey("acme/wa-4670");
    QTRY_COMPARE(desk.words().size(), 2);
    desk.thread().askAgain(1);
    QVERIFY(desk.thread().againQuestion().endsWith("now?"));
    auto &stored = desk.talks.messages["acme/wa-4670"].back(); // another console was faster
    stored.delivery = schema::Delivery { "sent", 1, {}, fakeTime() };
    desk.thread().sendAgain();
    QTRY_COMPARE(desk.thread().fault(), QStringLiteral("It was sent meanwhile."));
    auto *lines = desk.thread().transcript();
    QTRY_VERIFY(!lines->data(lines->index(1), TranscriptModel::UnsentRole).toBool());
    // A far end that cannot offers nothing.
    desk.gateway.capabilities().raw.clear();
    desk.gateway.reconnect();
    QTRY_VERIFY(!desk.thread().againOffered());
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

void ConversationsTest::aForeignMessageStopsTheView()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.talks.messages["acme/C04-8841"].back().tenantId = "globex";
    desk.open();
    desk.page.setCurrentKey(slackKey);
    QTRY_VERIFY(!desk.thread().error().isEmpty());
    QCOMPARE(desk.words().size(), 0);
}

void ConversationsTest::whateverIsForeignStopsTheConversation_data()
{
    QTest::addColumn<QByteArray>("line");
    for (const char *line : { "/messages", "/prompt", "/keys", "/confirmations?", "/escalations?",
             "POST /confirmations", "POST /escalations" })
        QTest::newRow(line) << QByteArray(line);
}

void ConversationsTest::whateverIsForeignStopsTheConversation()
{
    QFETCH(QByteArray, line);
    Desk desk;
    desk.talks.fillDemo();
    desk.talks.hostile = line.toStdString();
    desk.open();
    desk.page.setCurrentKey(slackKey);
    if (line.startsWith("POST")) {
        QTRY_VERIFY(desk.thread().confirming());
        if (line.contains("confirm"))
            desk.thread().approve();
        else
            desk.thread().takeOver();
    }
    QTRY_VERIFY(desk.thread().error().contains(QStringLiteral("intruder")));
    QVERIFY(desk.thread().scope()->stopped());
    // Nothing goes out for it until a person has seen it.
    desk.gateway.forgetAsked();
    desk.thread().giveBack(QString());
    QTRY_VERIFY(!desk.thread().busy());
    QCOMPARE(desk.askedTo("POST"), 0);
}

void ConversationsTest::aForeignEventStopsTheList()
{
    Desk desk;
    desk.talks.fillDemo();
    desk.open();
    QTRY_COMPARE(desk.page.list()->count(), 6);
    schema::TenantEvent event;
    event.threadId = "c-2";
    event.conversation.emplace().thread.id = "c-2";
    event.conversation->thread.tenantId = "intruder";
    desk.talks.tell("acme", event);
    QTRY_VERIFY(desk.page.error().contains(QStringLiteral("intruder")));
    QCOMPARE(desk.page.list()->count(), 6);
    desk.page.tryAgain();
    QTRY_COMPARE(desk.page.error(), QString());
}

void ConversationsTest::hostileTextStaysPlain()
{
    QCOMPARE(plainText("<img src=x>"), QStringLiteral("<img src=x>"));
    QCOMPARE(plainText("a\x01"
                       "b\x7f"),
        QStringLiteral("a␁b␡"));
    QCOMPARE(plainText("invoice\u202e"
                       "fdp.exe"),
        QStringLiteral("invoice⟦RLO⟧fdp.exe"));
    QCOMPARE(plainText("\xff\xfe!"), QStringLiteral("\uFFFD\uFFFD!"));
    QCOMPARE(plainText("two\nlines\ttab\r\n"), QStringLiteral("two\nlines\ttab\n"));
    const std::string large(10 * 1024 * 1024, 'x');
    qint64 more = 0;
    QCOMPARE(plainText(large, 16 * 1024, &more).size(), 16 * 1024);
    QCOMPARE(more, qint64(large.size()) - 16 * 1024);
    const std::string torn = std::string(16 * 1024 - 1, 'x') + "é";
    QCOMPARE(plainText(torn).size(), 16 * 1024 - 1);
    const std::string deep(10000, '[');
    QVERIFY(callText("t", deep).size() < 420);
    QVERIFY(callText("t", deep).endsWith(QStringLiteral("more"))); // a cut is said

    Desk desk;
    desk.talks.fillDemo();
    desk.talks.find("acme", "C04-8841")->agentName = "Ops\u202eagent";
    desk.talks.say("acme", "C04-8841", "user", large, false);
    desk.talks.say(
        "acme", "C04-8841", "user", "<b>bold</b><img src='http://127.0.0.1:1/x'>", false);
    desk.open();
    desk.page.setCurrentKey(slackKey);
    QTRY_COMPARE(desk.words().size(), 4);
    const auto *list = desk.page.list();
    QTRY_VERIFY(list->rowOf(slackKey) >= 0);
    const auto row = list->index(list->rowOf(slackKey));
    const QString state = row.data(ConversationList::StateRole).toString();
    QVERIFY2(state.contains(QString::fromUtf8("Ops⟦RLO⟧agent")), qPrintable(state));
    QCOMPARE(desk.words()[3], QStringLiteral("<b>bold</b><img src='http://127.0.0.1:1/x'>"));
    auto *lines = desk.thread().transcript();
    QVERIFY(lines->data(lines->index(2), TranscriptModel::MoreRole)
                .toString()
                .startsWith(QStringLiteral("10")));
    QCOMPARE(lines->wholeText(2).size(), qsizetype(large.size()));
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
#include "pages_conversations.moc"
