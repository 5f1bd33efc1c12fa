// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/flowtext.h"

#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/session.h"
#include "models/stores/workspacestore.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QUrl>

#include <algorithm>

namespace signalbox::flowtext {

namespace {
struct FlowWords {
    Q_DECLARE_TR_FUNCTIONS(FlowText)
};

QString encoded(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

QString advice(const GatewayError &error)
{
    switch (error.kind) {
    case ErrorKind::Network:
        return FlowWords::tr(
            "Whether it arrived is not known. Look at the live list before trying again.");
    case ErrorKind::Timeout:
        return FlowWords::tr(
            "The back end may still be working on it. Look at the live list before trying again.");
    case ErrorKind::Auth:
        return FlowWords::tr("Sign in again with a valid key.");
    case ErrorKind::Denied:
        return FlowWords::tr("Ask an administrator for the right, or use another key.");
    case ErrorKind::NotFound:
        return FlowWords::tr("It may have gone meanwhile. Refresh with F5.");
    case ErrorKind::Conflict:
        return FlowWords::tr("Somebody else changed it meanwhile. Look at it again, then decide.");
    case ErrorKind::ReadOnly:
        return FlowWords::tr("Nothing was sent.");
    case ErrorKind::Service:
        if (error.text.contains(QLatin1String("already exists")))
            return FlowWords::tr("Choose another id.");
        return {};
    case ErrorKind::Protocol:
        return FlowWords::tr("The Wire page shows the answer as it came.");
    case ErrorKind::Cancelled:
        return {};
    }
    return {};
}
} // namespace

FlowKey parseKey(const QString &key)
{
    const auto [workspace, id] = FlowStore::parseKey(key);
    return { workspace, id };
}

QString scopeName(rules::Scope scope)
{
    switch (scope) {
    case rules::Scope::Flow:
        return FlowWords::tr("flow");
    case rules::Scope::Blueprint:
        return FlowWords::tr("blueprint");
    case rules::Scope::Workspace:
        return FlowWords::tr("workspace");
    case rules::Scope::Global:
        return FlowWords::tr("global");
    case rules::Scope::System:
        return FlowWords::tr("system");
    case rules::Scope::Subscriber:
        return FlowWords::tr("subscriber");
    case rules::Scope::Orphan:
        return FlowWords::tr("orphan");
    case rules::Scope::Unknown:
        return FlowWords::tr("unknown");
    }
    return {};
}

QString whyDenied(const QString &denied)
{
    if (denied.isEmpty())
        return {};
    if (denied == QLatin1String("read-only"))
        return FlowWords::tr("This connection is read-only.");
    if (denied == QLatin1String("replay"))
        return FlowWords::tr(
            "A past instant is shown: nothing is written before you are back to now (Ctrl+T).");
    if (denied == QLatin1String("lease-over"))
        return FlowWords::tr(
            "The lease has ended: nothing is written until another is taken. What is typed "
            "stays.");
    if (denied == QLatin1String("lease"))
        return FlowWords::tr(
            "Writing needs a lease that covers this: see the lock at the top right.");
    return FlowWords::tr("Needs the right %1, which your role does not have.").arg(denied);
}

QString whyQueuesStay()
{
    return FlowWords::tr(
        "This back end cannot do it: it has no fabric service, and the connection has no "
        "address of its RabbitMQ.");
}

QString whyNotNow(const Session *session)
{
    if (!session)
        return FlowWords::tr("Not connected.");
    if (!session->online())
        return FlowWords::tr("Not connected: %1.").arg(session->stateText());
    if (session->stale())
        return FlowWords::tr("What is shown is old, nothing new comes in. Refresh first (F5).");
    return {};
}

QString whyNoStart(const Session *session, QStringList workspaces)
{
    if (const QString why = whyNotNow(session); !why.isEmpty())
        return why;
    if (workspaces.isEmpty())
        workspaces = session->workspaces()->ids();
    if (workspaces.isEmpty())
        workspaces.append(QString());
    QString first;
    for (const QString &workspace : std::as_const(workspaces)) {
        const QString denied =
            session->denied(QStringLiteral("flow"), QStringLiteral("start-flow"), workspace);
        if (denied.isEmpty())
            return {};
        if (first.isEmpty())
            first = denied;
    }
    return whyDenied(first);
}

namespace {
QString told(const QString &what, const GatewayError &error, const QString &next)
{
    QString text = error.text;
    if (text.isEmpty())
        text = error.kind == ErrorKind::Timeout ? FlowWords::tr("no answer in time")
                                                : FlowWords::tr("no reason was given");
    const QString why = FlowWords::tr("%1 failed: %2").arg(what, text);
    const QString end = why.endsWith(QLatin1Char('.')) ? QString() : QStringLiteral(".");
    return next.isEmpty() ? why + end : why + end + QLatin1Char(' ') + next;
}
} // namespace

QString failure(const QString &what, const GatewayError &error)
{
    return told(what, error, advice(error));
}

QString readFailure(const QString &what, const GatewayError &error)
{
    const bool unanswered = error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout;
    return told(what, error, unanswered ? QString() : advice(error));
}

QString flowLink(const QString &workspace, const QString &id)
{
    return QStringLiteral("signalbox://flow/%1/%2").arg(encoded(workspace), encoded(id));
}

QString queueLink(const QString &name)
{
    return QStringLiteral("signalbox://queue/%1").arg(encoded(name));
}

QString filterValue(const QString &text)
{
    const bool simple = !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) {
        return c.isLetterOrNumber() || c == u'-' || c == u'_' || c == u'.';
    });
    if (simple)
        return text;
    return u'"'
        + QString(text).replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""))
        + u'"';
}

rules::StopBehaviour stopBehaviour(const Capabilities &capabilities)
{
    if (!capabilities.own)
        return rules::StopBehaviour::real();
    rules::StopBehaviour behaviour = rules::StopBehaviour::ours();
    behaviour.deletesQueues = capabilities.stopDeletesQueues;
    return behaviour;
}

QString counted(qint64 number, const QString &one, const QString &many)
{
    return number == 1 ? one : many.arg(number < 0 ? format::unknown() : format::count(number));
}

QString notYet(const Session &session, const QString &reading)
{
    switch (session.state()) {
    case Session::Live:
    case Session::Polling:
        return reading;
    case Session::Connecting: // a reason follows the state once a try has failed
        return session.stateText().contains(QLatin1String(": "))
            ? FlowWords::tr("Not connected, trying again")
            : FlowWords::tr("Connecting…");
    case Session::Stale:
        return FlowWords::tr("Connection lost %1 ago, trying again")
            .arg(format::age(qint64(session.ageMs())));
    default:
        return FlowWords::tr("Not connected");
    }
}

QString joined(const std::vector<std::string> &words)
{
    QStringList list;
    for (const std::string &word : words)
        list.append(qs(word));
    if (list.size() < 2)
        return list.join(QString());
    const QString last = list.takeLast();
    return FlowWords::tr("%1 and %2").arg(list.join(QStringLiteral(", ")), last);
}

QString copyToClipboard(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
    return text;
}

} // namespace signalbox::flowtext
