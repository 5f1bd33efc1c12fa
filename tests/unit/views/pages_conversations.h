// SPDX-License-Identifier: GPL-3.0-only
#pragma once

// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII

#include "models/stores/configstore.h"
#include "tests/support/faketalks.h"
#include "views/pages/conversationspage.h"

#include <QAbstractItemModelTester>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <string>

namespace signalbox {

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

inline const auto slackKey = QStringLiteral("acme/C04-8841");

} // namespace signalbox

class ConversationsTest : public QObject {
    Q_OBJECT
private slots:
    void whatWaitsForAPersonComesFirstAndKeepsItsPlaceWhileOthersMove();
    void theOverviewTellsWhoWaitsForAPerson();
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
    void aCallThatWasNotLookedAtIsNotApproved();
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
