// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/embeddedgateway.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace signalbox;

class TestEmbedded : public QObject {
    Q_OBJECT
private:
    /// A program that behaves like the gateway at its edges: one line, then it lives until its
    /// input ends.
    std::string script(const QTemporaryDir &dir, const QByteArray &body)
    {
        const QString path = dir.filePath(QStringLiteral("gateway"));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly))
            return {};
        file.write("#!/bin/sh\n" + body);
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return path.toStdString();
    }
    const QByteArray serving =
        "echo '{\"url\":\"http://127.0.0.1:4711\",\"api_key\":\"tg_x1\"}'\nwhile read -r line; do "
        ":; done\n";

private slots:
    void tellsWhereItServes();
    void isStartedAgainWhenItDies();
    void saysWhyItCannotBeStarted();
    void strangeOutputIsNoEndpoint();
    void leavesNothingBehind();
    void canBeStartedBeforeTheApplication();
};

void TestEmbedded::tellsWhereItServes()
{
    QTemporaryDir dir;
    EmbeddedGateway gateway({ script(dir, serving), {}, true, {} });
    QSignalSpy ready(&gateway, &EmbeddedGateway::ready);
    gateway.start();
    QTRY_COMPARE(ready.size(), 1);
    QCOMPARE(gateway.url(), QUrl(QStringLiteral("http://127.0.0.1:4711")));
    QCOMPARE(gateway.apiKey(), std::string("tg_x1"));
}

void TestEmbedded::isStartedAgainWhenItDies()
{
    QTemporaryDir dir;
    EmbeddedGateway gateway({ script(dir, serving), {}, true, {} });
    QSignalSpy ready(&gateway, &EmbeddedGateway::ready);
    QSignalSpy failed(&gateway, &EmbeddedGateway::failed);
    gateway.start();
    QTRY_COMPARE(ready.size(), 1);
    const pid_t first = gateway.pid();
    QVERIFY(first > 1); // kill() takes 0 and -1 for whole groups of processes
    QCOMPARE(kill(first, SIGKILL), 0);
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(failed[0][0].toString().contains(QStringLiteral("signal 9")));
    QTRY_COMPARE(ready.size(), 2);
    QVERIFY(gateway.pid() != first);
    QCOMPARE(gateway.restarts(), 1);
}

void TestEmbedded::saysWhyItCannotBeStarted()
{
    EmbeddedGateway gateway({ "/nowhere/at/all", {}, true, {} });
    QSignalSpy failed(&gateway, &EmbeddedGateway::failed);
    gateway.start();
    QTRY_VERIFY(failed.size() >= 1);
    QVERIFY(failed[0][0].toString().contains(QStringLiteral("/nowhere/at/all")));
}

void TestEmbedded::strangeOutputIsNoEndpoint()
{
    QTemporaryDir dir;
    EmbeddedGateway gateway(
        { script(dir, "echo hello tg_Secret1\nwhile read -r line; do :; done\n"), {}, true, {} });
    QSignalSpy failed(&gateway, &EmbeddedGateway::failed);
    gateway.start();
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(!gateway.isReady());
    QVERIFY(!failed[0][0].toString().contains(QStringLiteral("Secret1")));
}

void TestEmbedded::leavesNothingBehind()
{
    QTemporaryDir dir;
    // Deaf to polite requests: it must go nevertheless.
    auto process = GatewayProcess::start(
        { script(dir, "trap '' TERM\necho '{}'\nwhile :; do sleep 0.05; done\n"), {}, true, {} },
        nullptr);
    QVERIFY(process);
    const pid_t pid = process->pid();
    QVERIFY(pid > 1);
    QVERIFY(process->running());
    process->stop(300);
    QCOMPARE(kill(pid, 0), -1);
    QVERIFY(!process->running());
}

void TestEmbedded::canBeStartedBeforeTheApplication()
{
    QTemporaryDir dir;
    std::string error;
    auto process = GatewayProcess::start({ script(dir, serving), dir.path().toStdString(), true,
                                             dir.filePath(QStringLiteral("log")).toStdString() },
        &error);
    QVERIFY2(process, error.c_str());
    const pid_t pid = process->pid();
    QVERIFY(pid > 1);
    EmbeddedGateway gateway({});
    QSignalSpy ready(&gateway, &EmbeddedGateway::ready);
    gateway.start(std::move(process));
    QTRY_COMPARE(ready.size(), 1);
    QCOMPARE(gateway.pid(), pid);
    gateway.stop();
    QCOMPARE(kill(pid, 0), -1);
}

QTEST_GUILESS_MAIN(TestEmbedded)
#include "tst_embedded.moc"
