// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/session.h"
#include "tests/support/fakegateway.h"
#include "views/pages/appstate.h"
#include "views/pages/connectionlist.h"

#include <QAccessible>
#include <QQmlApplicationEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>

#include <memory>

/// The real window on a far end inside the process. Any QML warning fails the test that caused it.
class Frame : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void everyPageLoadsWithoutAWarning();
    void everyDialogOpensAndClosesWithEscape_data();
    void everyDialogOpensAndClosesWithEscape();
    void theRailHasTheTenPagesByName();
    void numbersBackAndForwardWorkByKey();
    void thePaletteOpensAPageByKeys();
    void aPageThatIsOpenedHasTheKeys();
    void aClosedDialogGivesTheKeysBack();
    void writingOnAProtectedConnectionWantsALease();
    void theJournalShowsWhatWasWrittenAndTakesItBack();
    void aDeadProcessorRingsTheBell();
    void theReconcilerShowsItsPlanBeforeItActs();
    void aMissingKeyIsToldAndAskedFor();
    void nothingLeavesTheTopBar_data();
    void nothingLeavesTheTopBar();
    void noWordOfTheTopBarIsCutWhereThereIsRoom();
    void thePastIsShownByOneKeyAndNowByTheSame();
    void theChartTellsTheFiguresOfTheInstant();
    void aLinkToLogsIsAskedAbout();
    void theConnectionSaysHowEachSourceIs();
    void theThemeFollowsTheSettings();
    void aBrokenConnectionIsTold();
    void aLostConnectionIsToldOnTheOverview();
    void whatTheKeyboardReachesHasANameAndARole_data();
    void whatTheKeyboardReachesHasANameAndARole();
    void aScreenReaderCanPressTheFrame();
    void theLayoutTurnsRound();

private:
    struct Desk {
        signalbox::SettingsStore settings { QString() };
        signalbox::Session session;
        signalbox::FakeGateway gateway;
        signalbox::AppState app { &session, &settings };
        signalbox::ConnectionList connections { &settings };
        QQmlApplicationEngine engine;
        QQuickWindow *window = nullptr;
    };
    void fill();
    void picture(const QString &name) const;
    QAccessibleInterface *find(QAccessible::Role role, const QString &name) const;
    static QAccessibleInterface *findBelow(
        QAccessibleInterface *from, QAccessible::Role role, const QString &name);
    QQuickItem *page() const;
    QStringList nameless(QQuickItem *from) const;
    static void pillsBelow(QQuickItem *from, QList<QQuickItem *> &pills);
    void keepAnHour();
    std::unique_ptr<Desk> d;
};
