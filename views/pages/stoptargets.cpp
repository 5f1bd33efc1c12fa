// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/stoptargets.h"

#include "models/stores/flowstore.h"
#include "views/pages/flowtext.h"

#include <algorithm>

namespace signalbox {

using flowtext::qs;

namespace {

struct StopTargetWords {
    Q_DECLARE_TR_FUNCTIONS(StopFlow)
};

} // namespace

std::vector<Column> StopTargets::columns()
{
    return {
        { QStringLiteral("signal"), QString(), Cell::Signal, 32, false,
            StopTargetWords::tr("Result") },
        { QStringLiteral("flow"), StopTargetWords::tr("Flow"), Cell::Strong, 200, false, {} },
        { QStringLiteral("workspace"), StopTargetWords::tr("Workspace"), Cell::Text, 140, false,
            {} },
        { QStringLiteral("result"), StopTargetWords::tr("Result"), Cell::Text, 360, false, {} },
    };
}

std::vector<rules::FlowRef> StopTargets::flows() const
{
    std::vector<rules::FlowRef> flows;
    for (const Target &target : m_targets)
        flows.push_back(target.flow);
    return flows;
}

QStringList StopTargets::workspaces() const
{
    QStringList workspaces;
    for (const Target &target : m_targets)
        workspaces.append(qs(target.flow.workspace));
    workspaces.removeDuplicates();
    return workspaces;
}

int StopTargets::count(Outcome outcome) const
{
    return int(std::count_if(m_targets.begin(), m_targets.end(),
        [outcome](const Target &target) { return target.outcome == outcome; }));
}

QStringList StopTargets::failedKeys() const
{
    QStringList keys;
    for (const Target &target : m_targets)
        if (target.outcome == Failed)
            keys.append(FlowStore::key(qs(target.flow.workspace), qs(target.flow.id)));
    return keys;
}

std::optional<rules::FlowRef> StopTargets::startNext()
{
    for (Target &target : m_targets) {
        if (target.outcome != Waiting)
            continue;
        target.outcome = Running;
        target.text = StopTargetWords::tr("stopping…");
        return target.flow;
    }
    return {};
}

void StopTargets::settle(const rules::FlowRef &flow, const Answer<Done> &answer)
{
    for (Target &target : m_targets) {
        if (target.flow != flow || target.outcome != Running)
            continue;
        target.outcome = answer ? Stopped : Failed;
        target.text = answer
            ? StopTargetWords::tr("stopped")
            : flowtext::failure(
                StopTargetWords::tr("Stopping %1").arg(qs(flow.id)), answer.error());
    }
}

QString StopTargets::report() const
{
    QStringList lines;
    for (const Target &target : m_targets)
        lines.append(
            qs(target.flow.workspace + "/" + target.flow.id) + QStringLiteral(": ") + target.text);
    return lines.join(QLatin1Char('\n'));
}

std::vector<PartTable::Part> StopTargets::parts() const
{
    std::vector<PartTable::Part> parts;
    for (const Target &target : m_targets) {
        const Cell::Aspect aspect = target.outcome == Stopped ? Cell::Clear
            : target.outcome == Failed                        ? Cell::Stop
            : target.outcome == Running                       ? Cell::Warning
                                                              : Cell::Unknown;
        const QString text =
            target.text.isEmpty() ? StopTargetWords::tr("waiting for its turn") : target.text;
        PartTable::Part part;
        part.key = FlowStore::key(qs(target.flow.workspace), qs(target.flow.id));
        part.cells = { { QString(), Cell::Normal, aspect, text, {}, {} },
            { qs(target.flow.id), Cell::Normal, {}, {}, {}, {} },
            { qs(target.flow.workspace), Cell::Muted, {}, {}, {}, {} },
            { text, target.outcome == Failed ? Cell::Danger : Cell::Normal, {}, text, {}, {} } };
        parts.push_back(std::move(part));
    }
    return parts;
}

} // namespace signalbox
