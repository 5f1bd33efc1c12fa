// SPDX-License-Identifier: GPL-3.0-only
#pragma once

// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII

#include "models/stores/chatrun.h"
#include "tests/support/fakechat.h"
#include "tests/support/faketalks.h"
#include "views/pages/chattestpage.h"

#include <QAbstractItemModelTester>
#include <QTest>

#include <string>
#include <vector>

namespace signalbox {

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

} // namespace signalbox

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
