// SPDX-License-Identifier: GPL-3.0-only
// AppState: links that lead out of the window.
#include "views/pages/appstate.h"

#include "models/stores/session.h"

#include <QDesktopServices>
#include <QUrl>

namespace signalbox {
namespace {

rules::LogLink logsOf(const Session &session, const QString &of, const rules::LogPlace &place)
{
    const LogTemplates &logs = session.logs();
    const QString &pattern = of == QLatin1String("flow") ? logs.flow
        : of == QLatin1String("processor")               ? logs.processor
                                                         : logs.queue;
    return rules::logLink(pattern.toStdString(), place);
}

} // namespace

QString AppState::whyNoLogs(const QString &of, const QString &workspace, const QString &flow,
    const QString &processor, const QString &queue) const
{
    if (!m_session)
        return tr("Not connected.");
    const auto link = logsOf(*m_session, of,
        { workspace.toStdString(), flow.toStdString(), processor.toStdString(),
            queue.toStdString() });
    if (link.fault)
        return LogTemplates::words(*link.fault);
    return link.address.empty()
        ? tr("This connection says nowhere where logs are: see Connections.")
        : QString();
}

void AppState::askForLogs(const QString &of, const QString &workspace, const QString &flow,
    const QString &processor, const QString &queue)
{
    if (const QString why = whyNoLogs(of, workspace, flow, processor, queue); !why.isEmpty())
        return say(why);
    const auto link = logsOf(*m_session, of,
        { workspace.toStdString(), flow.toStdString(), processor.toStdString(),
            queue.toStdString() });
    m_address = QString::fromStdString(link.address);
    emit addressChanged();
    emit commandRequested(QStringLiteral("open-address"));
}

void AppState::openAddress()
{
    const QUrl url(m_address, QUrl::StrictMode);
    if (!url.isValid()
        || (url.scheme() != QLatin1String("https") && url.scheme() != QLatin1String("http")))
        return say(tr("This is no address that a browser opens."));
    say(QDesktopServices::openUrl(url) ? tr("Handed to the browser.")
                                       : tr("No browser could be started."));
}

} // namespace signalbox
