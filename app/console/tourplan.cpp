// SPDX-License-Identifier: GPL-3.0-only
// What the tour shows, in order.
#include "app/console/console.h"
#include "app/console/tour.h"
#include "models/stores/configstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"
#include "models/stores/workspacestore.h"
#include "views/pages/pagelist.h"
#include "views/pages/statusline.h"

#include <QDir>
#include <QGuiApplication>

#include <csignal>

namespace signalbox {

std::function<void()> Tour::at(const char *page, const QString &filter)
{
    return [this, page, filter] {
        call("closeAll");
        m_console->app()->open(QString::fromLatin1(page), {}, filter);
    };
}

void Tour::themed(const QString &theme)
{
    call("closeAll");
    m_console->settings()->setTheme(theme);
}

bool Tour::filled() const
{
    const auto *session = m_console->session();
    return m_begun.elapsed() > warmMs && session->flows()->loaded() && session->queues()->loaded()
        && session->flows()->count() > 0;
}

QObject *Tour::page() const
{
    return m_console->window()->property("currentPage").value<QObject *>();
}

QString Tour::busiestFlow() const
{
    const FlowRow *busiest = nullptr;
    for (const FlowRow &row : m_console->session()->flows()->rows())
        if (!busiest || row.backlog.value_or(0) > busiest->backlog.value_or(0))
            busiest = &row;
    return busiest ? FlowStore::key(busiest->workspace, busiest->id) : QString();
}

QString Tour::sharingFlow() const
{
    const auto &rows = m_console->session()->flows()->rows();
    for (const FlowRow &row : rows)
        for (const FlowRow &other : rows)
            if (&row != &other && row.workspace == other.workspace
                && row.blueprint == other.blueprint && !row.stopping && !other.stopping
                && row.blueprint.contains(QLatin1String("shared")))
                return FlowStore::key(row.workspace, row.id);
    return busiestFlow();
}

QString Tour::busiestQueue() const
{
    const QueueState *busiest = nullptr;
    for (const QueueState &queue : m_console->session()->queues()->rows())
        if (queue.row.consumers > 0 && (!busiest || queue.row.ready > busiest->row.ready))
            busiest = &queue;
    return busiest ? QString::fromStdString(busiest->row.name) : QString();
}

bool Tour::previewStart()
{
    const QObject *dialog = page() ? page()->property("startDialog").value<QObject *>() : nullptr;
    QObject *start = dialog ? dialog->property("start").value<QObject *>() : nullptr;
    if (!start)
        return false;
    if (start->property("planned").toBool())
        return true;
    const auto [workspace, id] = FlowStore::parseKey(busiestFlow());
    const auto *row = m_console->session()->flows()->find(workspace, id);
    if (!row)
        return false;
    start->setProperty("workspace", row->workspace);
    start->setProperty("id", QStringLiteral("ingest-south"));
    if (start->property("blueprints").toStringList().contains(row->blueprint))
        start->setProperty("blueprint", row->blueprint);
    return false;
}

void Tour::holdGateway(bool still)
{
    const pid_t pid = m_console->gateway()->pid();
    if (still == m_still || pid <= 0)
        return;
    m_still = still;
    kill(pid, still ? SIGSTOP : SIGCONT);
}

void Tour::connectTo(const SavedConnection &where, const std::string &key)
{
    call("closeAll");
    m_console->openConnection(
        m_console->connections()->addTransient(where, QString::fromStdString(key)));
}

void Tour::planPages()
{
    auto *app = m_console->app();
    for (int page = 0; page < int(pageList.size()); ++page) {
        const char *id = pageList[size_t(page)].id;
        add(QString::fromLatin1(id), pageName(page), at(id), [this] { return filled(); });
    }
    add(QStringLiteral("flow"), tr("A flow looked at"),
        [this, app] { app->open(QStringLiteral("flows"), busiestFlow()); });
    add(
        QStringLiteral("start-flow"), tr("A start, previewed"), [this] { call("startFlow"); },
        [this] { return previewStart(); });
    add(QStringLiteral("stop-flow"), tr("A stop and its consequences"), [this] {
        call("closeAll");
        call("stopFlow", busiestFlow());
    });
    add(QStringLiteral("stop-kept"), tr("A stop that leaves what another flow needs"), [this] {
        call("closeAll");
        call("stopFlow", sharingFlow());
    });
    add(QStringLiteral("queue"), tr("A queue listened to"), [this, app] {
        call("closeAll");
        app->open(QStringLiteral("queues"), busiestQueue());
        if (page())
            QMetaObject::invokeMethod(page(), "listen");
    });
    add(QStringLiteral("purge"), tr("A purge and what it deletes"), [this] {
        if (page())
            QMetaObject::invokeMethod(page(), "act", Q_ARG(int, 0));
    });
    const auto blueprint = [this, app](int part) {
        return [this, app, part] {
            call("closeAll");
            const auto [workspace, id] = FlowStore::parseKey(busiestFlow());
            const auto *row = m_console->session()->flows()->find(workspace, id);
            if (row)
                app->open(QStringLiteral("blueprints"),
                    ConfigStore::idOf(
                        row->workspace, QStringLiteral("flow-blueprint"), row->blueprint));
            QObject *pane = page() ? page()->property("detailPane").value<QObject *>() : nullptr;
            if (pane)
                pane->setProperty("part", part);
        };
    };
    add(QStringLiteral("blueprint"), tr("A blueprint, its structure beside its text"),
        blueprint(0));
    add(QStringLiteral("blueprint-tracks"), tr("The tracks that a blueprint makes"), blueprint(1));
    add(QStringLiteral("blueprint-start"), tr("What a start of it would create"), blueprint(2));
    add(QStringLiteral("blueprint-users"), tr("Who runs a blueprint, and what that means"),
        blueprint(3));
    add(QStringLiteral("no-match"), tr("Flows with a filter that nothing fits"),
        at("flows", QStringLiteral("nothing-is-called-this")));
    add(QStringLiteral("filter-fault"), tr("A filter that cannot be read"),
        at("flows", QStringLiteral("flow:")));
}

void Tour::planDialogs()
{
    for (const char *dialog :
        { "CommandPaletteDialog", "ConnectionDialog", "SettingsDialog", "ShortcutsDialog",
            "AboutDialog", "ConnectionStateDialog", "AlertsDialog", "ReconcilerDialog" })
        add(QString::fromLatin1(dialog), QString::fromLatin1(dialog), [this, dialog] {
            call("closeAll");
            m_console->app()->open(QStringLiteral("flows"), {}, QStringLiteral("state:running"));
            call("showDialog", QString::fromLatin1(dialog));
        });
    add(QStringLiteral("new-connection"), tr("A new connection"),
        [this] { call("newConnection"); });
    add(QStringLiteral("workspaces"), tr("Workspace switcher"), [this] {
        call("closeAll");
        call("dropWorkspaces");
    });
}

void Tour::planThemes()
{
    auto *app = m_console->app();
    for (const char *theme : { "light", "contrast" }) {
        const QString name = QString::fromLatin1(theme);
        add(name + QStringLiteral("-overview"), name, [this, app, name] {
            themed(name);
            app->open(QStringLiteral("overview"));
        });
        for (const char *page : { "queues", "blueprints", "configuration", "access", "tenants",
                 "conversations", "chat-test" })
            add(name + QLatin1Char('-') + QString::fromLatin1(page), name, at(page));
        add(name + QStringLiteral("-flow"), name, [this, app] {
            app->open(QStringLiteral("flows"), busiestFlow(), QStringLiteral("-flow:nothing"));
        });
        add(name + QStringLiteral("-stop"), name, [this] { call("stopFlow", busiestFlow()); });
    }
    add(QStringLiteral("right-to-left-overview"), tr("Right to left"), [this, app] {
        themed(QStringLiteral("dark"));
        QGuiApplication::setLayoutDirection(Qt::RightToLeft);
        app->open(QStringLiteral("overview"));
    });
    add(QStringLiteral("right-to-left-flow"), tr("Right to left, a flow"),
        [this, app] { app->open(QStringLiteral("flows"), busiestFlow()); });
    add(QStringLiteral("right-to-left-stop"), tr("Right to left, a stop"),
        [this] { call("stopFlow", busiestFlow()); });
    add(QStringLiteral("right-to-left-conversations"), tr("Right to left, a conversation"),
        at("conversations"));
    add(QStringLiteral("right-to-left-settings"), tr("Right to left, settings"), [this] {
        call("closeAll");
        call("showDialog", QStringLiteral("SettingsDialog"));
    });
}

void Tour::planTrouble()
{
    auto *session = m_console->session();
    const auto live = [this, session] { return session->state() == Session::Live && filled(); };
    add(
        QStringLiteral("read-only"), tr("Read-only"),
        [this] {
            QGuiApplication::setLayoutDirection(Qt::LeftToRight);
            call("closeAll");
            m_console->toggleReadOnly();
            m_console->app()->open(QStringLiteral("flows"), {}, QStringLiteral("state:running"));
        },
        [session, live] { return session->readOnly() && live(); });
    for (const char *page :
        { "blueprints", "configuration", "access", "tenants", "conversations", "chat-test" })
        add(QStringLiteral("read-only-") + QString::fromLatin1(page), tr("Read-only"), at(page));
    add(
        QStringLiteral("protected"), tr("Production, protected"),
        [this] {
            connectTo({ tr("rail-eu production"), m_console->gateway()->url().toString(),
                          QStringLiteral("production"), true, false },
                m_console->gateway()->apiKey());
            at("flows")();
        },
        [session, live] { return session->protectedConnection() && live(); });
    add(QStringLiteral("protected-stop"), tr("A stop that wants the name typed"),
        [this] { call("stopFlow", busiestFlow()); });
    for (const char *dialog : { "WritingDialog", "JournalDialog" })
        add(QStringLiteral("protected-") + QString::fromLatin1(dialog), QString::fromLatin1(dialog),
            [this, dialog] {
                call("closeAll");
                call("showDialog", QString::fromLatin1(dialog));
            });
    add(
        QStringLiteral("stale-flows"), tr("The gateway stands still: values with their age"),
        [this] {
            at("flows")();
            holdGateway(true);
        },
        [session] { return session->stale(); });
    add(QStringLiteral("stale-overview"), tr("Stale, overview"), at("overview"));
    add(QStringLiteral("stale-queues"), tr("Stale, queues"), at("queues"));
    add(QStringLiteral("stale-conversations"), tr("Stale, conversations"), at("conversations"));
    add(
        QStringLiteral("refused"), tr("Nobody answers, on a connection called production"),
        [this] {
            holdGateway(false);
            connectTo({ tr("rail-eu production with a rather long name that does not end soon"),
                QStringLiteral("http://127.0.0.1:1"), QStringLiteral("production"), true, true });
            m_console->app()->open(QStringLiteral("overview"));
        },
        [session] {
            return session->state() != Session::Live && session->state() != Session::Polling;
        });
    for (const char *page : { "flows", "blueprints", "configuration", "access", "tenants",
             "conversations", "chat-test" })
        add(QStringLiteral("refused-") + QString::fromLatin1(page), tr("Without a connection"),
            at(page));
}

void Tour::planEmpty()
{
    auto *session = m_console->session();
    add(
        QStringLiteral("empty-overview"), tr("A platform without anything"),
        [this] {
            GatewayProcess::Options options;
            options.demo = false;
            options.dataDir = QDir(m_console->settings()->folder())
                                  .filePath(QStringLiteral("empty"))
                                  .toStdString();
            m_empty = std::make_unique<EmbeddedGateway>(options);
            connect(m_empty.get(), &EmbeddedGateway::ready, this,
                [this](const QUrl &url, const std::string &key) {
                    connectTo({ tr("a fresh platform"), url.toString(), QStringLiteral("staging"),
                                  false, false },
                        key);
                });
            m_empty->start();
            m_console->app()->open(QStringLiteral("overview"));
        },
        [session] { return session->state() == Session::Live && session->flows()->loaded(); });
    add(QStringLiteral("empty-flows"), tr("No flow yet"), at("flows"));
    for (const char *page : { "queues", "blueprints", "configuration", "access", "tenants",
             "conversations", "chat-test" })
        add(QStringLiteral("empty-") + QString::fromLatin1(page), tr("On a fresh platform"),
            at(page));
    add(QStringLiteral("empty-start"), tr("A start without any blueprint"), [this] {
        at("flows")();
        call("startFlow");
    });
}

} // namespace signalbox
