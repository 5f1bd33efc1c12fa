// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/stoplines.h"

#include "models/stores/format.h"
#include "views/pages/flowtext.h"
#include "views/pages/partcells.h"

#include <algorithm>
#include <numeric>

namespace signalbox {

using flowtext::qs;
using rules::Fate;

namespace {

struct StopLineWords {
    Q_DECLARE_TR_FUNCTIONS(StopFlow)
};

std::vector<Column> topicColumns()
{
    return {
        { QStringLiteral("signal"), QString(), Cell::Signal, 32, false,
            StopLineWords::tr("What happens") },
        { QStringLiteral("topic"), StopLineWords::tr("Topic or queue"), Cell::Mono, 290, false,
            {} },
        { QStringLiteral("scope"), StopLineWords::tr("Scope"), Cell::Text, 96, false, {} },
        { QStringLiteral("queues"), StopLineWords::tr("Queues"), Cell::Number, 62, false,
            StopLineWords::tr(
                "Queues of the topic at the broker now; they add up to the numbers above") },
        { QStringLiteral("happens"), StopLineWords::tr("What happens"), Cell::Number, 300, false,
            {} },
    };
}

QString keepers(const std::vector<rules::FlowRef> &by, const std::string &home)
{
    if (by.empty())
        return {};
    const rules::FlowRef &first = by.front();
    const QString name =
        first.workspace == home ? qs(first.id) : qs(first.workspace + "/" + first.id);
    return by.size() == 1
        ? StopLineWords::tr("kept by %1").arg(name)
        : StopLineWords::tr("kept by %1 and %2 more").arg(name).arg(by.size() - 1);
}

QString allKeepers(const std::vector<rules::FlowRef> &by)
{
    QStringList names;
    for (std::size_t i = 0; i < by.size() && i < 40; ++i)
        names.append(qs(by[i].workspace + "/" + by[i].id));
    if (by.size() > 40)
        names.append(StopLineWords::tr("%1 more").arg(by.size() - 40));
    return names.join(QStringLiteral("\n"));
}

QString waitingText(const std::optional<qint64> &waiting)
{
    return waiting ? StopLineWords::tr("%1 waiting").arg(format::count(*waiting))
                   : StopLineWords::tr("waiting unknown");
}

struct Words {
    QString text;
    Cell::Tone tone = Cell::Normal;
    Cell::Aspect aspect = Cell::Unknown;
    QString tip;
};

Words wordsOf(const StopPreview::Line &line, bool deletesQueues, const std::string &home)
{
    const bool loses = line.waiting.value_or(1) > 0;
    if (line.unsure)
        return { line.queues == 0 ? StopLineWords::tr("not known whether it stays · no queue")
                                  : StopLineWords::tr("not known whether it stays · %1")
                                        .arg(waitingText(line.waiting)),
            Cell::Caution, Cell::Unknown,
            StopLineWords::tr(
                "It goes unless a flow of a workspace that is not served keeps it.") };
    switch (line.fate.fate) {
    case Fate::Deleted:
        if (line.queues == 0)
            return { StopLineWords::tr("deleted · no queue"), Cell::Normal, Cell::Stop,
                qs(line.fate.why) };
        if (deletesQueues)
            return { StopLineWords::tr("deleted · %1").arg(waitingText(line.waiting)),
                loses ? Cell::Danger : Cell::Normal, Cell::Stop, qs(line.fate.why) };
        return { StopLineWords::tr("left behind as orphan · %1").arg(waitingText(line.waiting)),
            loses ? Cell::Caution : Cell::Normal, Cell::Warning, qs(line.fate.why) };
    case Fate::Broken:
        return { StopLineWords::tr("deleted under a system service"), Cell::Danger, Cell::Stop,
            qs(line.fate.why) };
    case Fate::LeftBehind:
        return { StopLineWords::tr("left behind as orphan · %1").arg(waitingText(line.waiting)),
            Cell::Caution, Cell::Warning, qs(line.fate.why) };
    case Fate::Kept:
        return { keepers(line.fate.keptBy, home), Cell::Normal, Cell::Clear,
            allKeepers(line.fate.keptBy) };
    case Fate::NeverTouched:
        return { StopLineWords::tr("never touched"), Cell::Muted, Cell::Unknown,
            qs(line.fate.why) };
    }
    return {};
}

/// Lines that are not shown; the unit is the queue, as in the numbers above the table.
struct Hidden {
    int topics = 0;
    int queues = 0;
    QString words(const QString &one, const QString &many) const
    {
        const QString in =
            flowtext::counted(topics, StopLineWords::tr("1 topic"), StopLineWords::tr("%1 topics"));
        return queues > 0
            ? StopLineWords::tr("%1 in %2").arg(flowtext::counted(queues, one, many), in)
            : StopLineWords::tr("%1 without a queue").arg(in);
    }
};

} // namespace

StopLines::StopLines(QObject *parent)
    : PartTable(topicColumns(), parent)
{
}

void StopLines::take(const StopPreview &preview)
{
    m_order.resize(preview.lines.size());
    std::iota(m_order.begin(), m_order.end(), std::size_t(0));
    std::stable_sort(m_order.begin(), m_order.end(), [&preview](std::size_t a, std::size_t b) {
        const StopPreview::Line &left = preview.lines[a];
        const StopPreview::Line &right = preview.lines[b];
        if (left.fate.fate != right.fate.fate)
            return a < b; // make() has grouped them
        return left.waiting.value_or(0) > right.waiting.value_or(0);
    });
}

void StopLines::show(const StopPreview &preview, bool all)
{
    const std::string home =
        preview.flows.empty() ? std::string() : preview.flows.front().workspace;
    std::vector<PartTable::Part> parts;
    int deleted = 0;
    int kept = 0;
    for (const std::size_t at : m_order) {
        if (at >= preview.lines.size())
            break; // another preview is being made: it will be shown when it is there
        const StopPreview::Line &line = preview.lines[at];
        // by default a few of each kind, the fullest first: what is deleted, what is kept, what is
        // never touched
        const bool gone = line.fate.fate == Fate::Deleted || line.fate.fate == Fate::Broken
            || line.fate.fate == Fate::LeftBehind;
        int &shown = gone ? deleted : kept;
        if (!all && line.fate.fate != Fate::Broken && shown >= shownOfEachKind)
            continue;
        ++shown;
        const Words words = wordsOf(line, preview.deletesQueues, home);
        const QString topic = qs(line.fate.topic);
        PartTable::Part part;
        part.key = topic;
        part.cells = { { QString(), words.tone, words.aspect, words.text, {}, {} },
            partcells::text(topic),
            { flowtext::scopeName(line.fate.scope), Cell::Muted, {}, {}, {}, {} },
            partcells::number(line.queues, line.queues == 0 ? Cell::Muted : Cell::Normal),
            { words.text, words.tone, {}, words.tip, words.text, {} } };
        parts.push_back(std::move(part));
    }
    setParts(std::move(parts));
}

QString StopLines::moreText(const StopPreview &preview) const
{
    const int shown = int(parts().size());
    if (shown >= int(preview.lines.size()))
        return {};
    Hidden gone;
    Hidden unsure;
    Hidden stays;
    for (const StopPreview::Line &line : preview.lines) {
        if (part(qs(line.fate.topic)))
            continue;
        const bool kept = line.fate.fate == Fate::Kept || line.fate.fate == Fate::NeverTouched;
        Hidden &hidden = line.unsure ? unsure : kept ? stays : gone;
        ++hidden.topics;
        hidden.queues += line.queues;
    }
    QStringList words;
    if (gone.topics > 0)
        words.append(preview.deletesQueues
                ? gone.words(StopLineWords::tr("1 more queue deleted"),
                    StopLineWords::tr("%1 more queues deleted"))
                : gone.words(StopLineWords::tr("1 more queue left behind"),
                    StopLineWords::tr("%1 more queues left behind")));
    if (unsure.topics > 0)
        words.append(unsure.words(StopLineWords::tr("1 more queue that may go"),
            StopLineWords::tr("%1 more queues that may go")));
    if (stays.topics > 0)
        words.append(stays.words(
            StopLineWords::tr("1 more queue kept"), StopLineWords::tr("%1 more queues kept")));
    return words.join(QStringLiteral(" · "));
}

} // namespace signalbox
