// SPDX-License-Identifier: GPL-3.0-only
#include "app/console/tour.h"

#include "app/console/console.h"
#include "models/stores/session.h"

#include <QDir>
#include <QEvent>
#include <QFile>
#include <QGuiApplication>

#include <cstdio>

namespace signalbox {

Tour::Tour(Console *console, const QString &folder, QObject *parent)
    : QObject(parent)
    , m_console(console)
    , m_folder(folder)
{
    m_poll.setInterval(50);
    connect(&m_poll, &QTimer::timeout, this, &Tour::poll);
}

Tour::~Tour()
{
    holdGateway(false);
}

void Tour::begin()
{
    if (!QDir().mkpath(m_folder)) {
        m_faults.append(QStringLiteral("the folder %1 cannot be made").arg(m_folder));
        return finish();
    }
    m_console->window()->installEventFilter(this);
    m_begun.start();
    planPages();
    planChats();
    planDialogs();
    planThemes();
    planTrouble();
    planEmpty();
    next();
}

/// Where the pointer happens to be must not show.
bool Tour::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::Enter:
    case QEvent::HoverEnter:
    case QEvent::HoverMove:
    case QEvent::MouseMove:
        return true;
    default:
        return QObject::eventFilter(watched, event);
    }
}

void Tour::add(const QString &name, const QString &words, std::function<void()> act,
    std::function<bool()> ready)
{
    m_steps.push_back(
        { QStringLiteral("%1-%2").arg(int(m_steps.size()) + 1, 2, 10, QLatin1Char('0')).arg(name),
            words, std::move(act), std::move(ready) });
}

void Tour::call(const char *method, const QString &argument)
{
    auto *window = m_console->window();
    const bool done = argument.isEmpty()
        ? QMetaObject::invokeMethod(window, method)
        : QMetaObject::invokeMethod(window, method, Q_ARG(QString, argument));
    if (!done)
        m_faults.append(QStringLiteral("the window has no %1").arg(QLatin1String(method)));
}

void Tour::next()
{
    if (m_at >= m_steps.size())
        return finish();
    m_steps[m_at].act();
    m_since.start();
    m_poll.start();
}

void Tour::poll()
{
    const auto &step = m_steps[m_at];
    if (step.ready && !step.ready()) {
        if (m_since.elapsed() < limitMs)
            return;
        const auto *session = m_console->session();
        m_faults.append(QStringLiteral("%1: not ready after %2 s (%3, last sign of life %4 ms ago, "
                                       "stale after %5 ms)")
                            .arg(step.name)
                            .arg(limitMs / 1000)
                            .arg(session->stateText())
                            .arg(session->ageMs())
                            .arg(session->staleAfterMs()));
    }
    m_poll.stop();
    QTimer::singleShot(settleMs, this, &Tour::take);
}

void Tour::take()
{
    const auto &step = m_steps[m_at];
    const QImage image = m_console->window()->grabWindow();
    const QString file = step.name + QStringLiteral(".png");
    if (image.isNull() || !image.save(QDir(m_folder).filePath(file)))
        m_faults.append(QStringLiteral("%1: no picture").arg(step.name));
    else
        m_index.append(QStringLiteral(
            "<figure><img src=\"%1\" width=\"720\"><figcaption>%2</figcaption></figure>")
                           .arg(file, step.words.toHtmlEscaped()));
    ++m_at;
    next();
}

void Tour::finish()
{
    holdGateway(false);
    QFile index(QDir(m_folder).filePath(QStringLiteral("index.html")));
    if (index.open(QIODevice::WriteOnly))
        index.write(
            QStringLiteral("<!doctype html><meta charset=\"utf-8\"><title>Signalbox</title>\n%1\n")
                .arg(m_index.join(QLatin1Char('\n')))
                .toUtf8());
    else
        m_faults.append(QStringLiteral("the index cannot be written"));
    for (const QString &fault : m_faults)
        std::fprintf(stderr, "tour: %s\n", qPrintable(fault));
    std::printf("tour: %d pictures in %s\n", int(m_index.size()), qPrintable(m_folder));
    QGuiApplication::exit(m_faults.isEmpty() ? 0 : 1);
}

} // namespace signalbox
