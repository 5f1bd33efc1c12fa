// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/liveflows.h"

#include "models/stores/blueprintstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/session.h"
#include "models/stores/workspacestore.h"

#include <QCoreApplication>
#include <QHash>
#include <QPromise>

namespace signalbox {
namespace {

QString said(const char *text)
{
    return QCoreApplication::translate("LiveFlows", text);
}

using Faults = QHash<QString, GatewayError>; ///< by workspace: its blueprints could not be read

GatewayError notKnown(const QString &workspace, const QString &why)
{
    return { ErrorKind::Service, {},
        said("the flows of %1 are not known: %2")
            .arg(workspace, why.isEmpty() ? said("no answer yet") : why),
        true };
}

Answer<LiveFlows> gathered(Session *session, const Faults &faults)
{
    LiveFlows live;
    for (const WorkspaceRow &row : session->workspaces()->rows()) {
        const auto fault = faults.constFind(row.id);
        const bool failed = fault != faults.constEnd();
        if (!row.enabled || (failed && fault->kind == ErrorKind::NotFound))
            live.unserved.append(row.id);
        else if (failed)
            return unexpected(GatewayError { fault->kind, fault->code,
                said("workspace %1: %2").arg(row.id, fault->text), fault->retry });
        else if (!session->flows()->loadedIn(row.id))
            return unexpected(notKnown(row.id, session->flows()->error()));
        else if (!session->flows()->errorIn(row.id).isEmpty())
            live.unread.append(row.id);
    }
    for (const FlowRow &row : session->flows()->rows()) {
        const auto held = session->blueprints()->held(row.workspace);
        const std::string id = row.id.toStdString();
        const auto *blueprint = held ? held->of(id, row.record.blueprintName) : nullptr;
        live.flows.push_back({ row.workspace.toStdString(), id, row.record,
            blueprint ? std::optional(*blueprint) : std::nullopt,
            BlueprintStore::tellsEdited(*session) });
    }
    return live;
}

} // namespace

QFuture<Answer<LiveFlows>> liveFlows(Session *session)
{
    const auto ids = session->workspaces()->ids();
    struct Gathering {
        QPromise<Answer<LiveFlows>> promise;
        qsizetype waiting = 0;
        Faults faults;
    };
    auto all = std::make_shared<Gathering>();
    all->promise.start();
    all->waiting = ids.size();
    auto future = all->promise.future();
    auto finish = [session, all] {
        all->promise.addResult(gathered(session, all->faults));
        all->promise.finish();
    };
    if (ids.isEmpty())
        finish();
    for (const QString &workspace : ids)
        session->blueprints()->load(workspace).then(
            session->flows(), // which go before the blueprints when the session ends
            [workspace, all, finish](const Answer<BlueprintStore::LoadedPtr> &loaded) {
                if (!loaded)
                    all->faults.insert(workspace, loaded.error());
                if (--all->waiting == 0)
                    finish();
            });
    return future;
}

} // namespace signalbox
