// SPDX-License-Identifier: GPL-3.0-only
// Tests that are kept: how they run, what they say, how they are written.
#include "tests/unit/views/pages_chattest.h"

#include <QFile>
#include <QTemporaryDir>
#include <QXmlStreamReader>

using namespace signalbox;

namespace {

std::string testWith(const std::string &say, const std::string &expect)
{
    return R"({"name":"t","tenant":"acme","agent":"Support agent","steps":[{"say":")" + say
        + R"(","expect":[)" + expect + "]}]}";
}

} // namespace

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

void ChatTestTest::theConversationOfATestIsRemoved()
{
    Bench bench;
    const auto results = bench.run({ testWith("hi", ""), testWith("hi", "") });
    QCOMPARE(results.size(), 2U);
    QTRY_COMPARE(bench.chat.removed.size(), 2U);
}

void ChatTestTest::aForeignFrameFailsTheTestThatRuns()
{
    Bench bench;
    bench.chat.hostile = "frame";
    const auto results = bench.run({ testWith("hi", "") });
    QCOMPARE(results.size(), 1U);
    QVERIFY(!results[0].passed());
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
