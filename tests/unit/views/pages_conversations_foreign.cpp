// SPDX-License-Identifier: GPL-3.0-only
// What is of another tenant stops the view, and text from outside stays text.
#include "tests/unit/views/pages_conversations.h"

#include "models/stores/plaintext.h"

using namespace signalbox;

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
    // A name has one line, and nothing in it that is not seen.
    QCOMPARE(plainName(QString::fromUtf8("flow ünd 流 👩‍👩‍👧 –")),
        QString::fromUtf8("flow ünd 流 👩‍👩‍👧 –"));
    QCOMPARE(plainName(QString::fromUtf8("a\nb\tc")), QString::fromUtf8("a␊b␉c"));
    QCOMPARE(plainName(QString::fromUtf8("a\nb\tc"), true), QString::fromUtf8("a\nb␉c"));
    QCOMPARE(plainName(QString::fromUtf8("a\u200eb\u200fc\u061cd\u200be\ufefff\u2066g")),
        QString::fromUtf8("a⟦LRM⟧b⟦RLM⟧c⟦ALM⟧d⟦ZWSP⟧e⟦BOM⟧f⟦LRI⟧g"));
    QCOMPARE(
        plainName(QString::fromUtf8("a\u0085b\u2028c\x7f")), QString::fromUtf8("a\uFFFDb\uFFFDc␡"));
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
