// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/queueexporter.h"

#include "models/rules/queuerates.h"
#include "models/schema/queueexport.h"
#include "models/stores/format.h"
#include "models/stores/queuereplay.h"
#include "models/stores/queuestore.h"
#include "models/stores/session.h"

namespace signalbox {
namespace {

std::string backlogName(rules::Drain::Kind kind)
{
    switch (kind) {
    case rules::Drain::Kind::Unknown:
        break;
    case rules::Drain::Kind::Empty:
        return "empty";
    case rules::Drain::Kind::Draining:
        return "draining";
    case rules::Drain::Kind::Standing:
        return "standing";
    case rules::Drain::Kind::Growing:
        return "growing";
    }
    return {};
}

/// What only our gateway tells is as old as the connection.
bool isOld(const Session &session, const QueueState &queue, const QueueFigures &shown)
{
    if (!shown.known || session.replaying())
        return false; // of an instant they are as they were
    return shown.old || (queue.readings.empty() && session.stale());
}

schema::ExportedQueue exported(const Session &session, const QueueState &queue)
{
    const QueueStore &store = *session.queues();
    const auto &row = queue.row;
    schema::ExportedQueue out;
    out.name = row.name;
    out.topic = row.topic;
    out.topicClass = row.topicClass;
    out.scope = row.scope;
    out.workspace = row.workspace;
    const QStringList flows = store.flowsOf(row.name);
    for (const QString &flow : flows)
        out.flows.push_back(flow.toStdString());
    out.blueprint = row.blueprint;
    out.processor = row.processor;
    out.source = queue.source.toStdString();
    const QueueFigures now = store.shown(queue);
    if (!now.known)
        return out;
    using rules::QueueFigure;
    const bool past = store.replay()->active(); // what is kept tells only the three counts
    const auto told = [&](QueueFigure figure, std::int64_t value) {
        return queue.tells(figure) ? std::optional(value) : std::nullopt;
    };
    out.stale = isOld(session, queue, now);
    if (!past)
        out.ageMs = store.ageOf(queue, QueueFigure::Ready);
    out.ready = now.ready;
    out.unacked = told(QueueFigure::Unacked, now.unacked);
    out.consumers = now.consumers;
    out.oldestMs = now.oldestMs;
    out.inRate = now.inRate;
    out.outRate = now.outRate;
    if (!past) {
        out.redelivered = told(QueueFigure::Redelivered, row.redelivered);
        out.bytes = told(QueueFigure::Bytes, row.bytes);
    }
    const rules::Drain drain = rules::timeToDrain(now.ready, now.inRate, now.outRate);
    out.backlog = backlogName(drain.kind);
    if (drain.kind == rules::Drain::Kind::Draining || drain.kind == rules::Drain::Kind::Empty)
        out.drainSeconds = drain.seconds;
    return out;
}

} // namespace

QString exportQueues(const Session &session, const TableModel &table, QueueExportFormat format)
{
    const QueueStore &store = *session.queues();
    schema::QueueExport out;
    const qint64 instant =
        store.replay()->active() ? store.replay()->instantMs() : session.serverNowMs();
    out.taken = format::dateTime(instant, session.zone()).toStdString();
    out.workspace = table.workspace().toStdString();
    out.filter = table.compiledFilter().text();
    out.known = table.total();
    out.queues.reserve(std::size_t(table.count()));
    for (int row = 0; row < table.count(); ++row)
        if (const QueueState *queue = store.find(table.keyAt(row).toStdString())) {
            out.queues.push_back(exported(session, *queue));
            out.uncounted += out.queues.back().ready ? 0 : 1;
            out.stale += out.queues.back().stale ? 1 : 0;
        }
    out.shown = std::int64_t(out.queues.size());
    out.hidden = out.known - out.shown;
    return QString::fromStdString(format == QueueExportFormat::Csv
            ? schema::csvOf(out)
            : schema::pretty(schema::encode(out)));
}

} // namespace signalbox
