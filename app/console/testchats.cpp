// SPDX-License-Identifier: GPL-3.0-only
#include "app/console/testchats.h"

#include "app/client/connection.h"
#include "app/console/commandline.h"
#include "models/stores/chatrun.h"
#include "models/stores/plaintext.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QSaveFile>

namespace signalbox {
namespace {

constexpr int connectWithinMs = 30000;

struct Wish {
    QString folder;
    QString junit;
    CommandLine line;
};

Expected<Wish, QString> wishOf(const QStringList &arguments)
{
    Wish wish;
    QStringList rest { QStringLiteral("--profile"), QStringLiteral(".") };
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &argument = arguments[i];
        if (argument.startsWith(QLatin1String("--junit="))) {
            wish.junit = argument.section(QLatin1Char('='), 1);
        } else if (argument == QLatin1String("--junit")) {
            if (++i >= arguments.size())
                return unexpected(QStringLiteral("--junit needs a value"));
            wish.junit = arguments[i];
        } else if (argument.startsWith(QLatin1String("--"))) {
            rest.append(argument);
            if (!argument.contains(QLatin1Char('=')) && i + 1 < arguments.size())
                rest.append(arguments[++i]);
        } else if (wish.folder.isEmpty()) {
            wish.folder = argument;
        } else {
            return unexpected(QStringLiteral("one folder, not also “%1”").arg(argument));
        }
    }
    auto line = parseCommandLine(rest);
    if (!line)
        return unexpected(line.error());
    wish.line = std::move(*line);
    if (wish.folder.isEmpty())
        return unexpected(QStringLiteral("which folder?"));
    if (wish.line.url.isEmpty())
        return unexpected(QStringLiteral("--url is needed"));
    return wish;
}

/// "" when it is online and has tenants, else why not.
QString connectTo(Session &session, Connection &connection, const CommandLine &line)
{
    Connection::Target target;
    target.name = QStringLiteral("test-chats");
    target.url = QUrl(line.url);
    target.apiKey = line.apiKey.toStdString();
    QEventLoop loop;
    QTimer limit;
    limit.setSingleShot(true);
    QObject::connect(&limit, &QTimer::timeout, &loop, &QEventLoop::quit);
    QObject::connect(&session, &Session::changed, &loop, [&] {
        if (session.online() || session.state() == Session::Refused)
            loop.quit();
    });
    connection.open(target);
    limit.start(connectWithinMs);
    if (!session.online() && session.state() != Session::Refused)
        loop.exec();
    if (!session.online())
        return session.stateText();
    if (!session.capabilities().tenants)
        return QStringLiteral("this gateway has no tenants, so nobody to talk to");
    return {};
}

void tell(std::FILE *out, const ChatTestResult &result)
{
    std::fprintf(out, "%s  %s  (%.1f s)\n", result.passed() ? "pass" : "FAIL",
        qPrintable(plainLine(result.file.test.name)), double(result.elapsedMs) / 1000);
    for (const auto &fault : result.faults)
        std::fprintf(out, "      step %zu “%s”: expected %s; actual: %s\n", fault.step,
            qPrintable(plainLine(fault.say)), qPrintable(plainLine(fault.expectation)),
            qPrintable(plainLine(fault.actual)));
    if (!result.error.isEmpty())
        std::fprintf(out, "      %s\n", qPrintable(plainLine(result.error.toStdString(), 2000)));
    std::fflush(out);
}

} // namespace

int testChats(const QStringList &arguments, std::FILE *out, std::FILE *errors)
{
    const auto refuse = [errors](const QString &why) {
        std::fprintf(errors, "signalbox: test-chats: %s\n", qPrintable(why));
        return 2;
    };
    const auto wish = wishOf(arguments);
    if (!wish)
        return refuse(wish.error()
            + QStringLiteral("\nUsage: signalbox test-chats DIR --url URL [--api-key-file FILE] "
                             "[--junit FILE]"));
    auto tests = readChatTests(wish->folder);
    if (tests.empty())
        return refuse(QStringLiteral("%1 has no *.chat.json").arg(wish->folder));

    Session session;
    Connection connection(&session);
    if (const QString why = connectTo(session, connection, wish->line); !why.isEmpty())
        return refuse(why);
    ChatRun run(&session);
    QEventLoop loop;
    std::size_t told = 0;
    QObject::connect(&run, &ChatRun::changed, &loop, [&] {
        for (; told < run.results().size(); ++told)
            tell(out, run.results()[told]);
    });
    QObject::connect(&run, &ChatRun::finished, &loop, &QEventLoop::quit, Qt::QueuedConnection);
    run.run(std::move(tests));
    loop.exec();

    std::fprintf(out, "%d of %d passed\n", run.total() - run.failed(), run.total());
    if (!wish->junit.isEmpty()) {
        QSaveFile file(wish->junit);
        const bool written = file.open(QIODevice::WriteOnly)
            && file.write(junitOf(run.results())) >= 0 && file.commit();
        if (!written)
            return refuse(QStringLiteral("%1: %2").arg(wish->junit, file.errorString()));
    }
    return run.failed() > 0 ? 1 : 0;
}

} // namespace signalbox
