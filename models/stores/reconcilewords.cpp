// SPDX-License-Identifier: GPL-3.0-only
// What the reconciler found, for people.
#include "models/stores/format.h"
#include "models/stores/reconcilestore.h"

namespace signalbox {
namespace {

QString textOf(const std::string &bytes)
{
    return QString::fromStdString(bytes);
}

} // namespace

QString mismatchText(rules::Mismatch kind)
{
    using rules::Mismatch;
    switch (kind) {
    case Mismatch::StuckStopping:
        return ReconcileStore::tr("stop does not end");
    case Mismatch::Unreadable:
        return ReconcileStore::tr("flow cannot be read");
    case Mismatch::ServiceUnbound:
        return ReconcileStore::tr("service is cut off");
    case Mismatch::MissingEntry:
        return ReconcileStore::tr("entry is missing");
    case Mismatch::OrphanEntry:
        return ReconcileStore::tr("orphaned entry");
    case Mismatch::NoConsumer:
        return ReconcileStore::tr("nobody reads");
    case Mismatch::MissingQueue:
        return ReconcileStore::tr("queue is missing");
    case Mismatch::ForeignConsumer:
        return ReconcileStore::tr("reader without a flow");
    case Mismatch::OrphanQueue:
        return ReconcileStore::tr("orphaned queue");
    default:
        return ReconcileStore::tr("left by a gateway");
    }
}

QString mismatchWhy(const rules::Finding &finding)
{
    using rules::Mismatch;
    const QString flow = textOf(finding.flow);
    const QString ready = format::count(qint64(finding.ready.value_or(0)));
    switch (finding.kind) {
    case Mismatch::StuckStopping:
        return ReconcileStore::tr("It has been stopping for %1; a stop takes seconds.")
            .arg(format::age(qint64(finding.forMs)));
    case Mismatch::Unreadable:
        return ReconcileStore::tr("Its blueprint is gone or broken: it cannot be stopped, and what "
                                  "is its own cannot be told.");
    case Mismatch::ServiceUnbound:
        return ReconcileStore::tr("Its queue has no exchange: what is asked of it reaches nobody.");
    case Mismatch::MissingEntry:
        return ReconcileStore::tr("%1 expects it, the configuration does not have it: no process "
                                  "will serve it.")
            .arg(flow);
    case Mismatch::OrphanEntry:
        return ReconcileStore::tr("No flow expects it; its processor goes on serving nobody.");
    case Mismatch::NoConsumer:
        return ReconcileStore::tr("%1 needs %2 to read it; %3 wait.")
            .arg(flow, textOf(finding.processor), ready);
    case Mismatch::MissingQueue:
        return finding.shipsSo
            ? ReconcileStore::tr("No stock deployment has it: what is sent to %1 is lost.")
                  .arg(textOf(finding.processor))
            : ReconcileStore::tr("%1 expects it of %2: what is sent there is lost.")
                  .arg(flow, textOf(finding.processor));
    case Mismatch::ForeignConsumer:
        return ReconcileStore::tr("No flow expects it, yet %1 read it.")
            .arg(format::count(qint64(finding.consumers.value_or(0))));
    default:
        return ReconcileStore::tr("No flow expects it and nobody reads it; %1 wait.").arg(ready);
    }
}

QString repairText(rules::RepairStep::Kind kind)
{
    switch (kind) {
    case rules::RepairStep::StopFlow:
        return ReconcileStore::tr("stop the flow again");
    case rules::RepairStep::DeleteEntry:
        return ReconcileStore::tr("delete the entry");
    case rules::RepairStep::DeleteQueue:
        return ReconcileStore::tr("delete the queue");
    default:
        return ReconcileStore::tr("by hand");
    }
}

QString byHandText(const rules::Finding &finding)
{
    using rules::Mismatch;
    switch (finding.kind) {
    case Mismatch::StuckStopping:
        return ReconcileStore::tr("Stop it again.");
    case Mismatch::Unreadable:
        return ReconcileStore::tr("Put its blueprint back, then stop the flow.");
    case Mismatch::ServiceUnbound:
        return ReconcileStore::tr("Restart the service, then the gateway; keep one flow running in "
                                  "the workspace.");
    case Mismatch::MissingEntry:
        return ReconcileStore::tr("Restart the flow: its start writes the entry.");
    case Mismatch::NoConsumer:
    case Mismatch::MissingQueue:
        return ReconcileStore::tr("Start the process %1, or look into its log.")
            .arg(textOf(finding.processor));
    case Mismatch::ForeignConsumer:
        return ReconcileStore::tr("Restart the process %1: it serves an entry that is gone.")
            .arg(textOf(finding.processor));
    case Mismatch::OrphanEntry:
        return ReconcileStore::tr("Delete it on the Configuration page.");
    default:
        return finding.ready.value_or(0) > 0
            ? ReconcileStore::tr("It holds messages: look at them, then rabbitmqctl delete_queue "
                                 "--if-unused '%1'")
                  .arg(textOf(finding.subject))
            : ReconcileStore::tr("rabbitmqctl delete_queue --if-unused --if-empty '%1'")
                  .arg(textOf(finding.subject));
    }
}

} // namespace signalbox
