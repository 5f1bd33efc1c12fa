// SPDX-License-Identifier: GPL-3.0-only
#include "app/console/tour.h"

#include "app/console/console.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "views/pages/pagelist.h"

#include <QDir>
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

void Tour::begin()
{
    if (!QDir().mkpath(m_folder)) {
        m_faults.append(QStringLiteral("the folder %1 cannot be made").arg(m_folder));
        return finish();
    }
    m_begun.start();
    plan();
    next();
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

void Tour::plan()
{
    auto *app = m_console->app();
    auto *session = m_console->session();
    const auto filled = [this, session] {
        return m_begun.elapsed() > warmMs && session->flows()->loaded()
            && session->queues()->loaded() && session->flows()->count() > 0;
    };
    const auto at = [app](const char *page) {
        return [app, page] { app->open(QString::fromLatin1(page)); };
    };

    for (int page = 0; page < int(pageList.size()); ++page) {
        const char *id = pageList[size_t(page)].id;
        add(QString::fromLatin1(id), pageName(page), at(id), filled);
    }
    add(QStringLiteral("flow"), tr("A flow looked at"), [app, session] {
        const auto &rows = session->flows()->rows();
        if (!rows.empty())
            app->open(
                QStringLiteral("flows"), FlowStore::key(rows.front().workspace, rows.front().id));
    });
    add(QStringLiteral("start-flow"), tr("A start, previewed"), [this] { call("startFlow"); });
    add(QStringLiteral("stop-flow"), tr("A stop and its consequences"), [this, session] {
        call("closeAll");
        const auto &rows = session->flows()->rows();
        if (!rows.empty())
            call("stopFlow", FlowStore::key(rows.front().workspace, rows.front().id));
    });
    for (const char *dialog : { "CommandPaletteDialog", "ConnectionDialog", "SettingsDialog",
             "ShortcutsDialog", "AboutDialog", "ConnectionStateDialog" })
        add(QString::fromLatin1(dialog), QString::fromLatin1(dialog),
            [this, dialog] { call("showDialog", QString::fromLatin1(dialog)); });
    add(QStringLiteral("workspaces"), tr("Workspace switcher"), [this] { call("dropWorkspaces"); });
    add(QStringLiteral("no-match"), tr("Flows with a filter that nothing fits"), [this, app] {
        call("closeAll");
        app->open(QStringLiteral("flows"), {}, QStringLiteral("nothing-is-called-this"));
    });
    add(QStringLiteral("filter-fault"), tr("A filter that cannot be read"),
        [app] { app->open(QStringLiteral("flows"), {}, QStringLiteral("flow:")); });
    add(QStringLiteral("light-overview"), tr("Light"), [this, app] {
        m_console->settings()->setTheme(QStringLiteral("light"));
        app->open(QStringLiteral("overview"));
    });
    add(QStringLiteral("light-queues"), tr("Light, queues"), at("queues"));
    add(QStringLiteral("light-flows"), tr("Light, flows"),
        [app] { app->open(QStringLiteral("flows"), {}, QStringLiteral("ws:default")); });
    add(QStringLiteral("contrast-overview"), tr("High contrast"), [this, app] {
        m_console->settings()->setTheme(QStringLiteral("contrast"));
        app->open(QStringLiteral("overview"));
    });
    add(
        QStringLiteral("read-only"), tr("Read-only"),
        [this, app] {
            m_console->settings()->setTheme(QStringLiteral("dark"));
            m_console->toggleReadOnly();
            app->open(QStringLiteral("flows"), {}, QStringLiteral("state:running"));
        },
        [session, filled] { return session->readOnly() && filled(); });
    add(
        QStringLiteral("refused"), tr("Nobody answers, on a connection called production"),
        [this, app] {
            const QString name = m_console->connections()->addTransient(
                { tr("rail-eu production with a rather long name that does not end soon"),
                    QStringLiteral("http://127.0.0.1:1"), QStringLiteral("production"), true,
                    true },
                {});
            m_console->openConnection(name);
            app->open(QStringLiteral("overview"));
        },
        [session] {
            return session->state() != Session::Live && session->state() != Session::Polling;
        });
    add(QStringLiteral("refused-flows"), tr("Flows without a connection"), at("flows"));
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
        m_faults.append(
            QStringLiteral("%1: not ready after %2 s").arg(step.name).arg(limitMs / 1000));
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
