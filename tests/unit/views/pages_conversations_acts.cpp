// SPDX-License-Identifier: GPL-3.0-only
// What people do in a conversation, and who may.
#include "tests/unit/views/pages_conversations.h"

using namespace signalbox;

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
