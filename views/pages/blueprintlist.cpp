// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/blueprintlist.h"

#include "models/stores/blueprintstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/format.h"
#include "models/stores/session.h"
#include "views/pages/flowtext.h"
#include "views/pages/partcells.h"

#include <QCoreApplication>

#include <algorithm>

namespace signalbox::blueprintlist {

using flowtext::qs;
using partcells::number;
using partcells::text;

namespace {

struct BlueprintListWords {
    Q_DECLARE_TR_FUNCTIONS(Blueprint)
};

QString scopeText(const rules::BlueprintSummary &summary)
{
    QStringList parts;
    const auto add = [&](int count, rules::Scope scope) {
        if (count > 0)
            parts.append(BlueprintListWords::tr("%1 %2").arg(
                format::count(count), flowtext::scopeName(scope)));
    };
    add(summary.ofFlow, rules::Scope::Flow);
    add(summary.ofBlueprint, rules::Scope::Blueprint);
    add(summary.ofWorkspace, rules::Scope::Workspace);
    return parts.join(QStringLiteral(" · "));
}

QString validityText(const Facts &facts)
{
    QStringList words;
    if (facts.faults > 0)
        words.append(flowtext::counted(
            facts.faults, BlueprintListWords::tr("1 fault"), BlueprintListWords::tr("%1 faults")));
    if (facts.cautions > 0)
        words.append(flowtext::counted(facts.cautions, BlueprintListWords::tr("1 caution"),
            BlueprintListWords::tr("%1 cautions")));
    return words.isEmpty() ? BlueprintListWords::tr("sound") : words.join(QStringLiteral(", "));
}

/// What a flow runs: the text here, or that of its own workspace.
QString runsText(
    const Session &session, const FlowRow &flow, bool here, const schema::Blueprint *text)
{
    if (here)
        return session.capabilities().own
            ? BlueprintListWords::tr("this one, as it was at the start")
            : BlueprintListWords::tr("this one, as it is now");
    const auto held = session.blueprints()->held(flow.workspace);
    const auto *other =
        held ? schema::find(held->blueprints, flow.blueprint.toStdString()) : nullptr;
    if (!other || !text)
        return BlueprintListWords::tr("that of %1").arg(flow.workspace);
    return *other == *text
        ? BlueprintListWords::tr("that of %1, which is the same").arg(flow.workspace)
        : BlueprintListWords::tr("that of %1, which is another").arg(flow.workspace);
}

} // namespace

std::vector<Column> columns()
{
    return {
        { QStringLiteral("state"), QString(), Cell::Signal, 32, false,
            BlueprintListWords::tr(
                "Ring: sound; half: cautions; bar: faults, no flow can be started from it") },
        { QStringLiteral("name"), BlueprintListWords::tr("Name"), Cell::Strong, 190, false, {} },
        { QStringLiteral("description"), BlueprintListWords::tr("Description"), Cell::Text, 320,
            false, {} },
        { QStringLiteral("entries"), BlueprintListWords::tr("Entries"), Cell::Number, 66, false,
            BlueprintListWords::tr("Processor entries that a flow of it makes or shares") },
        { QStringLiteral("scope"), BlueprintListWords::tr("Scope of entries"), Cell::Text, 170,
            false,
            BlueprintListWords::tr("flow: one for each flow; blueprint and workspace: shared") },
        { QStringLiteral("interfaces"), BlueprintListWords::tr("Interfaces"), Cell::Number, 80,
            false, {} },
        { QStringLiteral("parameters"), BlueprintListWords::tr("Parameters"), Cell::Number, 86,
            false, {} },
        { QStringLiteral("used"), BlueprintListWords::tr("Used by"), Cell::Number, 66, false,
            BlueprintListWords::tr("Flows of its workspace that run it") },
        { QStringLiteral("validity"), BlueprintListWords::tr("Validity"), Cell::Text, 100, false,
            {} },
        { QStringLiteral("draft"), BlueprintListWords::tr("Draft"), Cell::Text, 84, false, {} },
    };
}

PartTable::Part part(const Facts &facts)
{
    const Cell::Aspect aspect = facts.faults > 0 ? Cell::Stop
        : facts.cautions > 0                     ? Cell::Warning
                                                 : Cell::Clear;
    const Cell::Tone tone = facts.faults > 0 ? Cell::Danger
        : facts.cautions > 0                 ? Cell::Caution
                                             : Cell::Muted;
    CellData validity = facts.checking ? text(BlueprintListWords::tr("checking…"), Cell::Muted)
                                       : text(validityText(facts), tone);
    if (!facts.first.isEmpty())
        validity.tip = facts.first;
    const auto counted = [&](int rules::BlueprintSummary::*count) {
        return facts.summary ? std::optional<qint64>((*facts.summary).*count) : std::nullopt;
    };
    const auto cell = [](std::optional<qint64> count) {
        return number(count, Cell::Normal, BlueprintListWords::tr("The text is no JSON."));
    };
    const auto order = [](std::optional<qint64> count) {
        return count ? double(*count) : PartTable::unknown;
    };
    const auto entries = counted(&rules::BlueprintSummary::entries);
    const auto interfaces = counted(&rules::BlueprintSummary::interfaces);
    const auto parameters = counted(&rules::BlueprintSummary::parameters);
    CellData state = partcells::signal(aspect, validity.tip);
    state.text = facts.faults > 0 ? BlueprintListWords::tr("fault")
        : facts.cautions > 0      ? BlueprintListWords::tr("caution")
                                  : BlueprintListWords::tr("sound");
    PartTable::Part part;
    part.key = facts.id;
    part.workspace = facts.workspace;
    part.json = facts.json;
    part.cells = { state, text(facts.name),
        text(facts.summary ? qs(facts.summary->description).simplified() : QString(), Cell::Muted),
        cell(entries), text(facts.summary ? scopeText(*facts.summary) : QString(), Cell::Muted),
        cell(interfaces), cell(parameters),
        number(facts.users, facts.users.value_or(0) > 0 ? Cell::Normal : Cell::Muted,
            BlueprintListWords::tr("The flows of the workspace are not known yet.")),
        validity, text(facts.draft, facts.trouble ? Cell::Danger : Cell::Caution) };
    part.order.assign(part.cells.size(), PartTable::unknown);
    part.order[State] = facts.faults > 0 ? 2 : facts.cautions > 0 ? 1 : 0;
    part.order[Entries] = order(entries);
    part.order[Interfaces] = order(interfaces);
    part.order[Parameters] = order(parameters);
    part.order[Used] = order(facts.users);
    return part;
}

std::vector<Column> userColumns()
{
    return {
        { QStringLiteral("state"), QString(), Cell::Signal, 32, false, {} },
        { QStringLiteral("flow"), BlueprintListWords::tr("Flow"), Cell::Strong, 220, false, {} },
        { QStringLiteral("workspace"), BlueprintListWords::tr("Workspace"), Cell::Text, 130, false,
            {} },
        { QStringLiteral("status"), BlueprintListWords::tr("State"), Cell::Text, 90, false, {} },
        { QStringLiteral("runs"), BlueprintListWords::tr("Runs"), Cell::Text, 300, false, {} },
    };
}

std::vector<PartTable::Part> users(const Session &session, const QString &workspace,
    const QString &name, const schema::Blueprint *read)
{
    std::vector<PartTable::Part> parts;
    for (const FlowRow &flow : session.flows()->rows()) {
        if (flow.blueprint != name)
            continue;
        const bool here = flow.workspace == workspace;
        PartTable::Part part;
        part.key = FlowStore::key(flow.workspace, flow.id);
        part.cells = { partcells::signal(flow.aspect, flow.why), text(flow.id),
            text(flow.workspace, Cell::Muted),
            text(flow.state(), flow.stopping ? Cell::Caution : Cell::Normal),
            text(runsText(session, flow, here, read), here ? Cell::Normal : Cell::Muted) };
        parts.push_back(std::move(part));
    }
    std::sort(parts.begin(), parts.end(), [&](const auto &a, const auto &b) {
        const bool hereA = a.cells[2].text == workspace;
        const bool hereB = b.cells[2].text == workspace;
        return hereA != hereB ? hereA : a.key < b.key;
    });
    return parts;
}

} // namespace signalbox::blueprintlist
