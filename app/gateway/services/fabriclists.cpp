// SPDX-License-Identifier: GPL-3.0-only
// The lists of the service `fabric`: filtered, in pages, with the number of all that match.
#include "app/gateway/services/fabricservice.h"
#include "models/rules/filter.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <variant>

namespace signalbox::gateway {

namespace {

using rules::FieldKind;

constexpr std::int64_t maxRows = 5000;
constexpr std::size_t scanRows = 5000; // taken from the fabric per lock

/// One column of a row type: how the filter calls it and where it is.
template <class Row> struct Column {
    rules::FilterField field;
    std::variant<std::string Row::*, std::int64_t Row::*, double Row::*,
        std::optional<std::int64_t> Row::*>
        member;
};

template <class Row>
std::vector<rules::FilterField> fieldsOf(const std::vector<Column<Row>> &columns)
{
    std::vector<rules::FilterField> fields;
    for (const auto &column : columns)
        fields.push_back(column.field);
    return fields;
}

template <class T> struct FilteredRow final : rules::Filter::Row {
    const T &row;
    const std::vector<Column<T>> &columns;
    FilteredRow(const T &r, const std::vector<Column<T>> &c)
        : row(r)
        , columns(c)
    {
    }
    std::string_view text(std::size_t field) const override
    {
        const auto *member = std::get_if<std::string T::*>(&columns[field].member);
        return member ? std::string_view(row.**member) : std::string_view();
    }
    std::optional<double> number(std::size_t field) const override
    {
        if (const auto *whole = std::get_if<std::int64_t T::*>(&columns[field].member))
            return static_cast<double>(row.**whole);
        if (const auto *real = std::get_if<double T::*>(&columns[field].member))
            return row.**real;
        if (const auto *maybe =
                std::get_if<std::optional<std::int64_t> T::*>(&columns[field].member))
            if (row.**maybe)
                return static_cast<double>(*(row.**maybe));
        return std::nullopt;
    }
};

const std::vector<Column<schema::QueueRow>> &queueColumns()
{
    using Row = schema::QueueRow;
    static const std::vector<Column<Row>> columns {
        { { "name", FieldKind::Text, { "queue" } }, &Row::name },
        { { "topic", FieldKind::Text, {} }, &Row::topic },
        { { "class", FieldKind::Text, {} }, &Row::topicClass },
        { { "scope", FieldKind::Text, {} }, &Row::scope },
        { { "workspace", FieldKind::Text, { "ws" } }, &Row::workspace },
        { { "flow", FieldKind::Text, {} }, &Row::flow },
        { { "blueprint", FieldKind::Text, {} }, &Row::blueprint },
        { { "processor", FieldKind::Text, {} }, &Row::processor },
        { { "ready", FieldKind::Number, { "backlog", "depth" } }, &Row::ready },
        { { "unacked", FieldKind::Number, {} }, &Row::unacked },
        { { "consumers", FieldKind::Number, {} }, &Row::consumers },
        { { "published", FieldKind::Number, {} }, &Row::published },
        { { "delivered", FieldKind::Number, {} }, &Row::delivered },
        { { "acked", FieldKind::Number, {} }, &Row::acked },
        { { "redelivered", FieldKind::Number, {} }, &Row::redelivered },
        { { "deleted", FieldKind::Number, {} }, &Row::deleted },
        { { "oldest-ms", FieldKind::DurationMs, { "oldest", "age" } }, &Row::oldestMs },
        { { "bytes", FieldKind::Number, {} }, &Row::bytes },
        { { "max-depth", FieldKind::Number, {} }, &Row::maxDepth },
    };
    return columns;
}

const std::vector<Column<schema::TopicRow>> &topicColumns()
{
    using Row = schema::TopicRow;
    static const std::vector<Column<Row>> columns {
        { { "topic", FieldKind::Text, { "name" } }, &Row::topic },
        { { "class", FieldKind::Text, {} }, &Row::topicClass },
        { { "scope", FieldKind::Text, {} }, &Row::scope },
        { { "workspace", FieldKind::Text, { "ws" } }, &Row::workspace },
        { { "flow", FieldKind::Text, {} }, &Row::flow },
        { { "queues", FieldKind::Number, {} }, &Row::queues },
        { { "published", FieldKind::Number, {} }, &Row::published },
    };
    return columns;
}

const std::vector<Column<schema::ConsumerRow>> &consumerColumns()
{
    using Row = schema::ConsumerRow;
    static const std::vector<Column<Row>> columns {
        { { "id", FieldKind::Text, {} }, &Row::id },
        { { "queue", FieldKind::Text, { "name" } }, &Row::queue },
        { { "processor", FieldKind::Text, {} }, &Row::processor },
        { { "workspace", FieldKind::Text, { "ws" } }, &Row::workspace },
        { { "flow", FieldKind::Text, {} }, &Row::flow },
        { { "state", FieldKind::Text, {} }, &Row::state },
        { { "unacked", FieldKind::Number, {} }, &Row::unacked },
    };
    return columns;
}

const std::vector<Column<schema::ProcessorRow>> &processorColumns()
{
    using Row = schema::ProcessorRow;
    static const std::vector<Column<Row>> columns {
        { { "processor", FieldKind::Text, { "name" } }, &Row::processor },
        { { "variant", FieldKind::Text, {} }, &Row::variant },
        { { "workspace", FieldKind::Text, { "ws" } }, &Row::workspace },
        { { "flow", FieldKind::Text, {} }, &Row::flow },
        { { "state", FieldKind::Text, {} }, &Row::state },
        { { "processed", FieldKind::Number, {} }, &Row::processed },
        { { "errors", FieldKind::Number, {} }, &Row::errors },
        { { "mean-ms", FieldKind::DurationMs, { "mean" } }, &Row::meanMs },
    };
    return columns;
}

/// What the list operations have in common. A cursor is "<number of all matches>:<key of the last
/// row>".
struct Page {
    std::size_t limit = 0;
    std::string after;
    std::optional<std::int64_t> total; ///< known from the first page on
};

Expected<Page, ServiceFault> pageOf(const schema::FabricRequest &asked)
{
    const ServiceFault badCursor { "invalid-argument", "cursor is not one of ours" };
    Page page;
    const std::int64_t limit = asked.limit.value_or(maxRows);
    if (limit < 1 || limit > maxRows)
        return unexpected(
            ServiceFault { "invalid-argument", "limit must be 1 to " + std::to_string(maxRows) });
    page.limit = static_cast<std::size_t>(limit);
    if (!asked.cursor || asked.cursor->empty())
        return page;
    const std::string &cursor = *asked.cursor;
    const std::size_t colon = cursor.find(':');
    std::int64_t total = 0;
    if (colon == std::string::npos
        || std::from_chars(cursor.data(), cursor.data() + colon, total).ptr != cursor.data() + colon
        || colon == 0)
        return unexpected(badCursor);
    page.total = total;
    page.after = cursor.substr(colon + 1);
    return page;
}

template <class Row>
Expected<rules::Filter, ServiceFault> filterOf(
    const schema::FabricRequest &asked, const std::vector<Column<Row>> &columns)
{
    auto filter = rules::Filter::compile(asked.filter.value_or(""), fieldsOf(columns));
    if (!filter)
        return unexpected(ServiceFault { "invalid-argument",
            "filter, position " + std::to_string(filter.error().position) + ": "
                + filter.error().message });
    return std::move(*filter);
}

/// Rows that are few enough to be taken at once: filter, order by `key`, cut the page out.
template <class Row, class Key>
Expected<Done, ServiceFault> cutPage(std::vector<Row> all, const schema::FabricRequest &asked,
    const std::vector<Column<Row>> &columns, const Key &key, std::vector<Row> &rows,
    schema::FabricResponse &response)
{
    const auto page = pageOf(asked);
    if (!page)
        return unexpected(page.error());
    const auto filter = filterOf(asked, columns);
    if (!filter)
        return unexpected(filter.error());
    std::erase_if(
        all, [&](const Row &row) { return !filter->matches(FilteredRow<Row>(row, columns)); });
    std::sort(all.begin(), all.end(), [&](const Row &a, const Row &b) { return key(a) < key(b); });
    response.total = static_cast<std::int64_t>(all.size());
    for (Row &row : all) {
        if (!page->after.empty() && key(row) <= page->after)
            continue;
        if (rows.size() == page->limit) {
            response.cursor = std::to_string(*response.total) + ':' + key(rows.back());
            break;
        }
        rows.push_back(std::move(row));
    }
    return Done {};
}

template <class Row> bool wanted(const Row &row, const schema::FabricRequest &asked)
{
    if (asked.workspace && !asked.workspace->empty() && row.workspace != *asked.workspace)
        return false;
    if constexpr (requires { row.scope; })
        return !asked.scope || asked.scope->empty() || row.scope == *asked.scope;
    return true;
}

} // namespace

FabricService::Answer FabricService::listQueues(
    const Caller &caller, const schema::FabricRequest &asked)
{
    const auto page = pageOf(asked);
    if (!page)
        return unexpected(page.error());
    const auto filter = filterOf(asked, queueColumns());
    if (!filter)
        return unexpected(filter.error());
    schema::FabricResponse response;
    response.seq =
        sequence(); // before the rows: events after it may be in them already, none is missing
    std::int64_t matches = 0;
    bool more = false;
    for (std::string after = page->after;;) {
        std::vector<schema::QueueRow> rows = m_fabric.queuesAfter(after, scanRows);
        for (schema::QueueRow &row : rows) {
            after = row.name;
            if (!caller.sees(row.workspace) || !wanted(row, asked)
                || !filter->matches(FilteredRow<schema::QueueRow>(row, queueColumns())))
                continue;
            ++matches;
            if (response.queues.size() < page->limit)
                response.queues.push_back(std::move(row));
            else
                more = true;
        }
        if (rows.size() < scanRows || (more && page->total))
            break;
    }
    response.total = page->total.value_or(matches);
    if (more)
        response.cursor = std::to_string(*response.total) + ':' + response.queues.back().name;
    return response;
}

FabricService::Answer FabricService::listTopics(
    const Caller &caller, const schema::FabricRequest &asked)
{
    schema::FabricResponse response;
    response.seq = sequence();
    auto rows = m_fabric.topics();
    std::erase_if(
        rows, [&](const auto &row) { return !caller.sees(row.workspace) || !wanted(row, asked); });
    const auto key = [](const schema::TopicRow &row) { return row.topic; };
    if (const auto cut =
            cutPage(std::move(rows), asked, topicColumns(), key, response.topics, response);
        !cut)
        return unexpected(cut.error());
    return response;
}

FabricService::Answer FabricService::listConsumers(
    const Caller &caller, const schema::FabricRequest &asked)
{
    schema::FabricResponse response;
    response.seq = sequence();
    auto rows = m_fabric.consumers();
    std::erase_if(
        rows, [&](const auto &row) { return !caller.sees(row.workspace) || !wanted(row, asked); });
    const auto key = [](const schema::ConsumerRow &row) { return row.queue + ' ' + row.id; };
    if (const auto cut =
            cutPage(std::move(rows), asked, consumerColumns(), key, response.consumers, response);
        !cut)
        return unexpected(cut.error());
    return response;
}

FabricService::Answer FabricService::listProcessors(
    const Caller &caller, const schema::FabricRequest &asked)
{
    schema::FabricResponse response;
    response.seq = sequence();
    std::vector<schema::ProcessorRow> rows;
    {
        std::lock_guard lock(m_lineMutex);
        if (m_processors)
            rows = m_processors->processors();
    }
    std::erase_if(
        rows, [&](const auto &row) { return !caller.sees(row.workspace) || !wanted(row, asked); });
    const auto key = [](const schema::ProcessorRow &row) {
        return row.workspace + ' ' + row.processor + ' ' + row.variant;
    };
    if (const auto cut =
            cutPage(std::move(rows), asked, processorColumns(), key, response.processors, response);
        !cut)
        return unexpected(cut.error());
    return response;
}

} // namespace signalbox::gateway
