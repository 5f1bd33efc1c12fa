// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/startparts.h"

#include "models/rules/topic.h"
#include "views/pages/flowtext.h"
#include "views/pages/partcells.h"

#include <QCoreApplication>

#include <algorithm>

namespace signalbox::startparts {

using flowtext::qs;
using partcells::text;

namespace {

struct StartWords {
    Q_DECLARE_TR_FUNCTIONS(StartFlow)
};

/// Answers and notices: who reads them gets a queue of its own (signalbox-gateway.md §1).
bool perReader(const std::string &topic)
{
    const auto parsed = rules::parseTopic(topic);
    return parsed
        && (parsed->topicClass == rules::TopicClass::Response
            || parsed->topicClass == rules::TopicClass::Notify);
}

} // namespace

std::vector<Column> topicColumns()
{
    return {
        { QStringLiteral("topic"), StartWords::tr("Topic"), Cell::Mono, 290, false, {} },
        { QStringLiteral("scope"), StartWords::tr("Scope"), Cell::Text, 96, false, {} },
        { QStringLiteral("happens"), StartWords::tr("What happens"), Cell::Text, 145, false, {} },
        { QStringLiteral("queues"), StartWords::tr("Queues"), Cell::Number, 76, false,
            StartWords::tr(
                "Queues that its consumers will have; where answers and notices go, each reader "
                "gets "
                "one of its own while it reads") },
    };
}

std::vector<Column> entryColumns()
{
    return {
        { QStringLiteral("processor"), StartWords::tr("Processor"), Cell::Strong, 200, false, {} },
        { QStringLiteral("variant"), StartWords::tr("Variant"), Cell::Mono, 130, false, {} },
        { QStringLiteral("scope"), StartWords::tr("Scope"), Cell::Text, 96, false, {} },
        { QStringLiteral("parameters"), StartWords::tr("Parameters"), Cell::Mono, 300, false, {} },
    };
}

std::vector<Column> queueColumns()
{
    return {
        { QStringLiteral("processor"), StartWords::tr("Processor"), Cell::Strong, 200, false, {} },
        { QStringLiteral("scope"), StartWords::tr("Scope"), Cell::Text, 96, false, {} },
        { QStringLiteral("queue"), StartWords::tr("Queue"), Cell::Mono, 520, false, {} },
    };
}

std::vector<PartTable::Part> topics(const rules::StartPlan &plan, bool done)
{
    std::vector<PartTable::Part> parts;
    const auto add = [&](const std::vector<std::string> &names, const QString &what,
                         Cell::Tone tone) {
        for (const std::string &name : names) {
            const auto known =
                std::find_if(plan.expansion.topics.begin(), plan.expansion.topics.end(),
                    [&](const rules::ExpandedTopic &topic) { return topic.topic == name; });
            const auto queues = std::count_if(plan.queues.begin(), plan.queues.end(),
                [&](const rules::ExpectedQueue &queue) { return queue.topic == name; });
            PartTable::Part part;
            part.key = qs(name);
            part.cells = { text(qs(name)),
                text(known == plan.expansion.topics.end() ? QString()
                                                          : flowtext::scopeName(known->scope),
                    Cell::Muted),
                text(what, tone),
                perReader(name) ? text(StartWords::tr("1 each"), Cell::Muted)
                                : text(QString::number(queues)) };
            part.order = { PartTable::unknown, PartTable::unknown, PartTable::unknown,
                double(queues) };
            parts.push_back(std::move(part));
        }
    };
    add(plan.newTopics,
        done ? StartWords::tr("came into being") : StartWords::tr("comes into being"), Cell::Good);
    add(plan.sharedTopics,
        done ? StartWords::tr("shared, existed already") : StartWords::tr("shared, exists already"),
        Cell::Normal);
    add(plan.literalTopics,
        done ? StartWords::tr("global, was not touched") : StartWords::tr("global, not touched"),
        Cell::Muted);
    return parts;
}

std::vector<PartTable::Part> entries(const rules::StartPlan &plan)
{
    std::vector<PartTable::Part> parts;
    for (const rules::ExpandedEntry &entry : plan.expansion.entries) {
        PartTable::Part part;
        part.key = qs(entry.section + ":" + entry.processor + ":" + entry.variant);
        part.cells = { text(qs(entry.processor)), text(qs(entry.variant), Cell::Muted),
            text(flowtext::scopeName(entry.scope), Cell::Muted), partcells::parameters(entry) };
        parts.push_back(std::move(part));
    }
    return parts;
}

std::vector<PartTable::Part> queues(const rules::StartPlan &plan)
{
    std::vector<PartTable::Part> parts;
    for (const rules::ExpectedQueue &queue : plan.queues) {
        PartTable::Part part;
        part.key = qs(queue.queue);
        part.cells = { text(qs(queue.processor)),
            text(flowtext::scopeName(queue.scope), Cell::Muted), text(qs(queue.queue)) };
        parts.push_back(std::move(part));
    }
    return parts;
}

} // namespace signalbox::startparts
