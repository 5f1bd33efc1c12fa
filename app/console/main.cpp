// SPDX-License-Identifier: GPL-3.0-only
#include "app/console/commandline.h"
#include "app/console/console.h"
#include "app/console/heap.h"
#include "app/console/marks.h"
#include "app/console/singleinstance.h"
#include "app/console/testchats.h"
#include "app/console/tour.h"
#include "resources/fonts.h"

#include <QDir>
#include <QGuiApplication>
#include <QLockFile>
#include <QSocketNotifier>

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

using namespace signalbox;

namespace {

int signalPipe[2] = { -1, -1 };

void onSignal(int)
{
    const char byte = 1;
    [[maybe_unused]] const auto written = write(signalPipe[1], &byte, 1);
}

/// SIGTERM and SIGINT end the program as closing its window does.
void quitOnSignals(QCoreApplication &application)
{
    if (pipe2(signalPipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    auto *notifier = new QSocketNotifier(signalPipe[0], QSocketNotifier::Read, &application);
    QObject::connect(notifier, &QSocketNotifier::activated, &application, &QCoreApplication::quit);
    struct sigaction action { };
    action.sa_handler = onSignal;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
}

/// On top of the screen's own scale; has to be known before the first window.
void applyScale(const QString &profile)
{
    if (qEnvironmentVariableIsSet("QT_SCALE_FACTOR"))
        return;
    const SettingsStore settings(profile);
    if (settings.scale() != 100)
        qputenv("QT_SCALE_FACTOR", QByteArray::number(settings.scale() / 100.0));
}

int handOver(int argc, char **argv, const CommandLine &line)
{
    QCoreApplication application(argc, argv);
    if (!line.tour.isEmpty()) {
        std::fprintf(stderr,
            "signalbox: a window uses %s; pictures need a --profile of their own\n",
            qPrintable(line.profile));
        return 1;
    }
    const QString text = handOverText(line);
    if (text.size() >= SingleInstance::messageLimit) {
        std::fprintf(stderr, "signalbox: the open window cannot take so long a command line\n");
        return 1;
    }
    const SingleInstance instance;
    if (instance.handOverOnly(line.profile, text, 5000)) {
        std::printf("signalbox: a window is open on %s and does this\n", qPrintable(line.profile));
        return 0;
    }
    std::fprintf(
        stderr, "signalbox: another one uses %s and does not answer\n", qPrintable(line.profile));
    return 1;
}

int run(int argc, char **argv, const CommandLine &line, std::unique_ptr<GatewayProcess> early,
    bool *restart)
{
    QGuiApplication application(argc, argv);
    const QStringList missing = loadFonts();
    for (const QString &font : missing)
        std::fprintf(stderr, "signalbox: %s cannot be loaded\n", qPrintable(font));
    quitOnSignals(application);

    Console console(line);
    if (!console.start(std::move(early))) {
        std::fprintf(stderr, "signalbox: the window cannot be made\n");
        return 1;
    }
    std::unique_ptr<Marks> marks;
    if (qEnvironmentVariable("SIGNALBOX_MARKS") == QLatin1String("1"))
        marks = std::make_unique<Marks>(console.window(), console.session());
    SingleInstance instance;
    QObject::connect(&instance, &SingleInstance::received, &console,
        [&console](const QString &text) { console.follow(handedOver(text)); });
    if (instance.claim(line.profile, {}) == SingleInstance::Unavailable)
        console.app()->say(QCoreApplication::translate(
            "main", "A second start will not find this window: its socket cannot be made."));
    std::unique_ptr<Tour> tour;
    if (!line.tour.isEmpty()) {
        tour = std::make_unique<Tour>(&console, line.tour);
        QMetaObject::invokeMethod(tour.get(), &Tour::begin, Qt::QueuedConnection);
    }
    const int code = QGuiApplication::exec();
    console.remember();
    *restart = console.restartWanted();
    return code;
}

} // namespace

int main(int argc, char **argv)
{
    sinceProcessStart();
    settleHeap();
    QCoreApplication::setApplicationName(QStringLiteral("signalbox"));
    QCoreApplication::setApplicationVersion(QStringLiteral(SIGNALBOX_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("signalbox"));
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    if (!arguments.isEmpty() && arguments.constFirst() == QLatin1String("test-chats")) {
        const QCoreApplication application(argc, argv);
        return testChats(arguments.mid(1), stdout, stderr);
    }
    const auto line = parseCommandLine(arguments);
    if (!line) {
        std::fprintf(stderr, "signalbox: %s\nTry “signalbox --help”.\n", qPrintable(line.error()));
        return 2;
    }
    if (line->help || line->version) {
        std::printf(
            "%s", line->help ? qPrintable(commandLineHelp()) : "signalbox " SIGNALBOX_VERSION "\n");
        return 0;
    }
    if (!QDir().mkpath(line->profile)) {
        std::fprintf(
            stderr, "signalbox: the profile folder %s cannot be made\n", qPrintable(line->profile));
        return 1;
    }

    bool restart = false;
    int code = 0;
    {
        QLockFile lock(QDir(line->profile).filePath(QStringLiteral("lock")));
        lock.setStaleLockTime(0); // held for as long as the process lives, however long that is
        if (!lock.tryLock(0) && lock.error() == QLockFile::LockFailedError)
            return handOver(argc, argv, *line);
        // The gateway comes up while the window does.
        std::unique_ptr<GatewayProcess> early;
        std::string error;
        if (Console::wantsBuiltIn(*line))
            early = GatewayProcess::start(Console::gatewayOptions(line->profile), &error);
        applyScale(line->profile);
        applyRenderer(line->renderer);
        code = run(argc, argv, *line, std::move(early), &restart);
    }
    if (restart) {
        unsetenv("QT_SCALE_FACTOR");
        execv("/proc/self/exe", argv);
        std::perror("signalbox: restart");
        return 1;
    }
    return code;
}
