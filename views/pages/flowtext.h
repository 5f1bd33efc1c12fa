// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/capabilities.h"
#include "models/gateway.h"
#include "models/rules/plan.h"

#include <QCoreApplication>
#include <QString>

/// Words and small conversions that the flow and queue pages share.
namespace signalbox {
class Session;
}

namespace signalbox::flowtext {

struct FlowKey {
    QString workspace;
    QString id;
};
FlowKey parseKey(const QString &key); ///< as FlowStore::key() made it

QString scopeName(rules::Scope scope); ///< translated
/// Why a button is disabled, from Session::denied(); "" when allowed.
QString whyDenied(const QString &denied);
/// Why no queue can be deleted or purged here (QueueStore::canDelete()).
QString whyQueuesStay();
/// Why nothing should be changed now, whatever the rights: not connected, or what is shown is old.
QString whyNotNow(const Session *session);
/// Why no flow can be started in any of these workspaces (all that are known where none is named).
QString whyNoStart(const Session *session, QStringList workspaces);
/// What happened and what to do about it, after a request that changes something. `what` names the
/// action, e.g. "Starting ingest-eu".
QString failure(const QString &what, const GatewayError &error);
/// The same after a request that only reads: nothing can have changed by it.
QString readFailure(const QString &what, const GatewayError &error);
/// `signalbox://flow/<workspace>/<id>`, percent-encoded.
QString flowLink(const QString &workspace, const QString &id);
QString queueLink(const QString &name);
QString filterValue(
    const QString &text); ///< as one value of the filter language, in quotes if need be
/// How this back end stops flows (contract TG §4.5, signalbox-gateway §1).
rules::StopBehaviour stopBehaviour(const Capabilities &capabilities);
/// "1 queue" or "18 204 queues": `one` as it is, `many` with its %1 filled in.
QString counted(qint64 number, const QString &one, const QString &many);
/// Over an empty table while nothing has come: `reading`, or that nothing will come like this.
QString notYet(const Session &session, const QString &reading);
QString joined(const std::vector<std::string> &words); ///< "a, b and c"
QString copyToClipboard(const QString &text); ///< what was copied, for the status line

inline QString qs(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

} // namespace signalbox::flowtext
