// SPDX-License-Identifier: GPL-3.0-only
// Flow records of every workspace, and what their blueprints make of them.
#include "models/stores/flowdata.h"

#include "models/schema/config.h"
#include "models/stores/blueprintstore.h"
#include "models/stores/whendone.h"
#include "models/stores/workspacestore.h"

#include <QtConcurrent>

namespace signalbox {
namespace {

QString text(const std::string &bytes)
{
    return QString::fromStdString(bytes);
}

struct Records {
    schema::Members<schema::FlowRecord> flows;
    QStringList faults; ///< "id: why"
};

Records recordsOf(const schema::ConfigResponse &answer)
{
    Records records;
    for (const auto &entry : answer.values) {
        if (!entry.value)
            continue;
        auto record = schema::decode<schema::FlowRecord>(*entry.value);
        if (record)
            records.flows.emplace_back(entry.key, std::move(*record));
        else
            records.faults.append(text(entry.key + ": " + record.error().text()));
    }
    return records;
}

struct FlowInput {
    QString id;
    schema::FlowRecord record;
};

} // namespace

/// What the blueprint makes of one flow.
struct FlowExpansion {
    QString id;
    bool known = false;
    std::vector<FlowWorkers::Entry> entries;
    std::vector<rules::ExpectedQueue> queues; ///< each once
};

namespace {

std::vector<FlowExpansion> expandAll(const QString &workspace, const std::vector<FlowInput> &flows,
    const BlueprintStore::LoadedPtr &loaded)
{
    std::vector<FlowExpansion> all;
    for (const auto &flow : flows) {
        FlowExpansion one;
        one.id = flow.id;
        if (const auto *blueprint = loaded->of(flow.id.toStdString(), flow.record.blueprintName)) {
            const auto expansion = rules::expand(*blueprint,
                { workspace.toStdString(), flow.record.blueprintName, flow.id.toStdString(),
                    flow.record.parameters });
            one.known = true;
            for (const auto &entry : expansion.entries)
                one.entries.push_back(
                    { entry.processor, entry.variant, entry.scope != rules::Scope::Flow });
            std::unordered_set<std::string> seen;
            for (auto &queue : rules::expectedQueues(expansion, workspace.toStdString()))
                if (seen.insert(queue.queue).second)
                    one.queues.push_back(std::move(queue));
        }
        all.push_back(std::move(one));
    }
    return all;
}

} // namespace

void FlowStore::fetch()
{
    const auto ids = d->session->workspaces()->ids();
    // A workspace that is gone takes its flows along.
    const QSet<QString> there(ids.begin(), ids.end());
    for (int row = count() - 1; row >= 0; --row)
        if (!there.contains(d->rows[row].workspace))
            removeFlow(row);
    for (const QString &workspace : ids)
        fetchWorkspace(workspace);
    if (ids.isEmpty())
        emit changed();
}

void FlowStore::fetchWorkspace(const QString &workspace)
{
    if (!d->session->online() || !d->session->gateway())
        return;
    Data::WorkspaceState &state = d->workspaces[workspace];
    if (state.fetching) {
        state.again = true;
        return;
    }
    state.fetching = true;
    schema::ConfigRequest ask;
    ask.operation = "getvalues";
    ask.type = "flow";
    Request request;
    request.service = "config";
    request.operation = ask.operation;
    request.workspace = workspace.toStdString();
    request.body = schema::encode(ask);
    const int generation = d->session->generation();
    d->session->gateway()
        ->request(request)
        .then(QtFuture::Launch::Sync,
            [](const Reply &reply) -> Answer<Records> {
                if (!reply)
                    return unexpected(reply.error());
                auto answer = schema::decode<schema::ConfigResponse>(reply->body);
                if (!answer)
                    return unexpected(GatewayError { ErrorKind::Protocol, {},
                        text("unexpected answer, " + answer.error().text()), false });
                return recordsOf(*answer);
            })
        .then(this, [this, workspace, generation](const Answer<Records> &records) {
            if (generation != d->session->generation())
                return;
            if (records)
                takeRecords(workspace, records->flows, records->faults);
            else if (records.error().kind == ErrorKind::Denied)
                fetchByName(workspace);
            else
                failWorkspace(workspace, records.error());
        });
}

/// Without config:read the flow service itself answers, one request per flow (TG §4.2).
void FlowStore::fetchByName(const QString &workspace)
{
    struct Gathered {
        Records records;
        std::size_t waiting = 0;
        std::optional<GatewayError> error;
    };
    const int generation = d->session->generation();
    auto askFlow = [this, workspace](const schema::FlowRequest &ask) {
        Request request;
        request.service = "flow";
        request.operation = ask.operation;
        request.workspace = workspace.toStdString();
        request.body = schema::encode(ask);
        return signalbox::ask<schema::FlowResponse>(*d->session->gateway(), request);
    };
    schema::FlowRequest list;
    list.operation = "list-flows";
    // It is there, and was not told: what was known of it stays.
    const auto keepUnread = [this](const QString &place, const std::string &id,
                                const GatewayError &error, Records &records) {
        if (error.kind == ErrorKind::NotFound)
            return; // it went meanwhile
        if (const FlowRow *held = find(place, text(id)))
            records.flows.emplace_back(id, held->record);
        records.faults.append(text(id + ": ") + error.text);
    };
    askFlow(list).then(this,
        [this, workspace, generation, askFlow, keepUnread](
            const Answer<schema::FlowResponse> &listed) {
            if (generation != d->session->generation())
                return;
            if (!listed)
                return failWorkspace(workspace, listed.error());
            if (listed->flowIds.empty())
                return takeRecords(workspace, {}, {});
            auto gathered = std::make_shared<Gathered>();
            gathered->waiting = listed->flowIds.size();
            for (const auto &id : listed->flowIds) {
                schema::FlowRequest get;
                get.operation = "get-flow";
                get.flowId = id;
                askFlow(get).then(this,
                    [this, workspace, generation, gathered, id, keepUnread](
                        const Answer<schema::FlowResponse> &one) {
                        if (generation != d->session->generation())
                            return;
                        if (!one)
                            keepUnread(workspace, id, one.error(), gathered->records);
                        else if (auto record =
                                     schema::decode<schema::FlowRecord>(one->flow.value_or("")))
                            gathered->records.flows.emplace_back(id, std::move(*record));
                        else
                            gathered->records.faults.append(
                                text(id + ": " + record.error().text()));
                        if (!one)
                            gathered->error = one.error();
                        if (--gathered->waiting > 0)
                            return;
                        if (gathered->error && gathered->records.flows.empty())
                            return failWorkspace(workspace, *gathered->error);
                        takeRecords(workspace, gathered->records.flows, gathered->records.faults);
                    });
            }
        });
}

void FlowStore::failWorkspace(const QString &workspace, const GatewayError &error)
{
    d->workspaces[workspace].error = error.text;
    finishWorkspace(workspace);
}

void FlowStore::finishWorkspace(const QString &workspace)
{
    Data::WorkspaceState &state = d->workspaces[workspace];
    state.fetching = false;
    d->error.clear();
    for (auto it = d->workspaces.constBegin(); it != d->workspaces.constEnd(); ++it)
        if (!it->error.isEmpty())
            d->error = tr("%1: %2").arg(it.key(), it->error);
    emit changed();
    if (std::exchange(state.again, false))
        fetchWorkspace(workspace);
}

void FlowStore::takeRecords(const QString &workspace,
    const schema::Members<schema::FlowRecord> &records, const QStringList &faults)
{
    QSet<QString> present;
    std::vector<int> changedRows;
    QStringList appeared;
    const int firstNew = count();
    for (const auto &[idBytes, record] : records) {
        const QString id = text(idBytes);
        const QString rowKey = key(workspace, id);
        present.insert(rowKey);
        const int held = rowOf(rowKey);
        if (auto &facts = d->facts[rowKey]; record.stopping() && facts.stoppingSince < 0) {
            facts.stoppingSince = d->clock.elapsed();
            facts.stoppingSeen = held >= 0 && d->workspaces[workspace].followed;
        }
        if (held >= 0 && d->rows[held].record == record
            && d->rows[held].stopping == record.stopping())
            continue;
        FlowRow fresh;
        FlowRow &row = held >= 0 ? d->rows[held] : fresh;
        row.workspace = workspace;
        row.id = id;
        row.blueprint = text(record.blueprintName);
        row.description = text(record.description);
        row.stopping = record.stopping();
        row.record = record;
        row.startedAtMs = record.startedMs;
        if (const auto here = d->startedHere.constFind(rowKey);
            !row.startedAtMs && here != d->startedHere.constEnd())
            row.startedAtMs = *here;
        if (held >= 0) {
            changedRows.push_back(held);
            continue;
        }
        d->index.insert(rowKey, count());
        d->rows.push_back(std::move(fresh));
        appeared.append(id);
    }
    if (count() > firstNew)
        emit rowsInserted(firstNew, count() - 1);
    emit rowsChanged(changedRows);
    for (int row = count() - 1; row >= 0; --row)
        if (d->rows[row].workspace == workspace
            && !present.contains(key(workspace, d->rows[row].id)))
            removeFlow(row);
    Data::WorkspaceState &state = d->workspaces[workspace];
    state.error = faults.isEmpty() ? QString() : tr("cannot be read: %1").arg(faults.join(u';'));
    state.loaded = true;
    state.followed = true;
    d->freshAt = d->clock.elapsed();
    for (int row : changedRows)
        if (row < count())
            emit flowChanged(workspace, d->rows[row].id);
    for (const QString &id : appeared)
        emit flowAppeared(workspace, id);
    finishWorkspace(workspace);
    expandWorkspace(workspace);
    summariseSoon();
}

void FlowStore::removeFlow(int row)
{
    const QString workspace = d->rows[row].workspace;
    const QString id = d->rows[row].id;
    const QString rowKey = key(workspace, id);
    const int last = count() - 1;
    d->index.remove(rowKey);
    if (row != last) {
        d->rows[row] = std::move(d->rows[last]);
        d->index[key(d->rows[row].workspace, d->rows[row].id)] = row;
    }
    d->rows.pop_back();
    d->workers.remove(rowKey);
    d->history.remove(rowKey);
    d->facts.remove(rowKey);
    d->startedHere.remove(rowKey);
    emit rowRemoved(row, last);
    emit flowGone(workspace, id);
}

void FlowStore::expandWorkspace(const QString &workspace)
{
    std::vector<FlowInput> flows;
    for (const FlowRow &row : d->rows)
        if (row.workspace == workspace)
            flows.push_back({ row.id, row.record });
    if (flows.empty()) {
        d->session->queues()->setExpected(workspace, {});
        return;
    }
    const auto loaded = d->session->blueprints()->held(workspace);
    if (!loaded) {
        d->session->blueprints()->load(workspace); // says changed() when it is there
        return;
    }
    const int generation = d->session->generation();
    const auto expanding = QtConcurrent::run([workspace, flows = std::move(flows), loaded] {
        return expandAll(workspace, flows, loaded);
    });
    whenDone(this, expanding, [this, workspace, generation](const std::vector<FlowExpansion> &all) {
        if (generation == d->session->generation())
            takeExpansion(workspace, all);
    });
}

void FlowStore::takeExpansion(const QString &workspace, const std::vector<FlowExpansion> &all)
{
    std::vector<int> changedRows;
    std::vector<ExpectedFlowQueue> expected;
    for (const FlowExpansion &one : all) {
        const QString rowKey = key(workspace, one.id);
        const int number = rowOf(rowKey);
        if (number < 0)
            continue;
        FlowRow &row = d->rows[number];
        if (one.known)
            d->workers.setEntries(rowKey, workspace.toStdString(), one.entries);
        auto &facts = d->facts[rowKey];
        facts.fault = one.known ? QString()
            : row.blueprint.isEmpty()
            ? tr("Its record names no blueprint: what it is and whether it runs is not known.")
            : tr("Its blueprint %1 is gone or cannot be read: it cannot be stopped.")
                  .arg(row.blueprint);
        facts.namedQueues = one.known ? int(one.queues.size()) : -1;
        facts.unlistedAt = -1;
        const int processors = one.known ? int(one.entries.size()) : -1;
        if (row.processors != processors)
            changedRows.push_back(number);
        row.processors = processors;
        for (const auto &queue : one.queues)
            expected.push_back(
                { workspace.toStdString(), one.id.toStdString(), row.record.blueprintName, queue });
    }
    emit rowsChanged(changedRows);
    d->session->queues()->setExpected(workspace, std::move(expected));
    summariseSoon();
    emit changed();
}

} // namespace signalbox
