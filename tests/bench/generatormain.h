// SPDX-License-Identifier: GPL-3.0-only
// What far ends of benches have in common: a process that is told what to do by lines of text.
#pragma once

#include <QCoreApplication>
#include <QSocketNotifier>
#include <QUrl>

#include <cstdio>
#include <functional>
#include <unistd.h>

namespace signalbox::bench {

/// Prints one line with address and key, then does `word` for each word that comes on standard
/// input; ends with its input.
inline int runGenerator(QCoreApplication &application, const QUrl &url, const QString &key,
    const std::function<void(const QByteArray &word)> &word)
{
    std::printf("%s %s\n", qPrintable(url.toString()), qPrintable(key));
    std::fflush(stdout);
    QSocketNotifier input(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&input, &QSocketNotifier::activated, &application, [&] {
        char text[256];
        const ssize_t length = read(STDIN_FILENO, text, sizeof text);
        if (length <= 0)
            return QCoreApplication::quit();
        const auto words = QByteArray(text, qsizetype(length)).split('\n');
        for (const QByteArray &each : words)
            word(each);
    });
    return QCoreApplication::exec();
}

} // namespace signalbox::bench
