// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/latestwork.h"

#include <QCoreApplication>
#include <QSemaphore>
#include <QTest>

using namespace signalbox;

namespace {

struct Asker : QObject {
    LatestWork work { this };
    QStringList answers;

    /// Asked for on a thread; it ends when `gate` lets it.
    void ask(const QString &what, const std::shared_ptr<QSemaphore> &gate)
    {
        work.ask(
            false,
            [what, gate] {
                gate->acquire();
                return what;
            },
            [this](const QString &answer) { answers.append(answer); });
    }
};

/// Whatever is under way has ended, and was told to whoever is still there.
void comeToRest()
{
    QThreadPool::globalInstance()->waitForDone();
    QCoreApplication::processEvents();
}

} // namespace

class TestLatestWork : public QObject {
    Q_OBJECT
private slots:
    void whatIsSmallIsDoneAtOnce();
    void onlyTheNewestIsAnswered();
    void whatIsDoneAtOnceVoidsWhatRuns();
    void whatIsForgottenIsNotAnswered();
    void nobodyIsAnsweredWhoIsGone();
};

void TestLatestWork::whatIsSmallIsDoneAtOnce()
{
    Asker asker;
    asker.work.ask(
        true, [] { return QStringLiteral("a"); },
        [&](const QString &answer) { asker.answers.append(answer); });
    QCOMPARE(asker.answers, QStringList { QStringLiteral("a") });
    QVERIFY(!asker.work.busy());
}

void TestLatestWork::onlyTheNewestIsAnswered()
{
    Asker asker;
    const auto gate = std::make_shared<QSemaphore>();
    for (const char *what : { "a", "b", "c" })
        asker.ask(QString::fromLatin1(what), gate);
    QVERIFY(asker.work.busy());
    gate->release(3); // "b" never begins
    QTRY_VERIFY(!asker.work.busy());
    QCOMPARE(asker.answers, QStringList { QStringLiteral("c") });
    QCOMPARE(gate->available(), 1);
    asker.ask(QStringLiteral("d"), gate);
    QTRY_COMPARE(asker.answers.size(), 2);
    QCOMPARE(asker.answers.last(), QStringLiteral("d"));
}

void TestLatestWork::whatIsDoneAtOnceVoidsWhatRuns()
{
    Asker asker;
    const auto gate = std::make_shared<QSemaphore>();
    asker.ask(QStringLiteral("old"), gate);
    asker.work.ask(
        true, [] { return QStringLiteral("new"); },
        [&](const QString &answer) { asker.answers.append(answer); });
    QVERIFY(!asker.work.busy());
    gate->release();
    comeToRest();
    QCOMPARE(asker.answers, QStringList { QStringLiteral("new") });
}

void TestLatestWork::whatIsForgottenIsNotAnswered()
{
    Asker asker;
    const auto gate = std::make_shared<QSemaphore>();
    asker.ask(QStringLiteral("a"), gate);
    asker.work.forget();
    QVERIFY(!asker.work.busy());
    asker.ask(QStringLiteral("b"), gate);
    asker.work.forget();
    gate->release();
    comeToRest();
    QVERIFY(asker.answers.isEmpty());
}

void TestLatestWork::nobodyIsAnsweredWhoIsGone()
{
    const auto gate = std::make_shared<QSemaphore>();
    const auto answered = std::make_shared<bool>(false);
    {
        Asker asker;
        asker.work.ask(
            false,
            [gate] {
                gate->acquire();
                return 1;
            },
            [answered](int) { *answered = true; });
    }
    gate->release();
    comeToRest();
    QVERIFY(!*answered);
}

QTEST_GUILESS_MAIN(TestLatestWork)

#include "pages_latestwork.moc"
