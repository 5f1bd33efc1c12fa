// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/fabric.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

template <class V> void members(V &v, const QueueRow *)
{
    v("name", &QueueRow::name, Always);
    v("topic", &QueueRow::topic, Always);
    v("class", &QueueRow::topicClass, Always);
    v("scope", &QueueRow::scope, Always);
    v("workspace", &QueueRow::workspace);
    v("flow", &QueueRow::flow);
    v("blueprint", &QueueRow::blueprint);
    v("processor", &QueueRow::processor);
    v("ready", &QueueRow::ready, Always);
    v("unacked", &QueueRow::unacked, Always);
    v("consumers", &QueueRow::consumers, Always);
    v("published", &QueueRow::published, Always);
    v("delivered", &QueueRow::delivered, Always);
    v("acked", &QueueRow::acked, Always);
    v("redelivered", &QueueRow::redelivered, Always);
    v("deleted", &QueueRow::deleted, Always);
    v("oldest-ms", &QueueRow::oldestMs);
    v("bytes", &QueueRow::bytes, Always);
    v("max-depth", &QueueRow::maxDepth, Always);
}

template <class V> void members(V &v, const ConsumerRow *)
{
    v("id", &ConsumerRow::id, Always);
    v("queue", &ConsumerRow::queue, Always);
    v("processor", &ConsumerRow::processor);
    v("workspace", &ConsumerRow::workspace);
    v("flow", &ConsumerRow::flow);
    v("state", &ConsumerRow::state, Always);
    v("unacked", &ConsumerRow::unacked, Always);
}

template <class V> void members(V &v, const TopicRow *)
{
    v("topic", &TopicRow::topic, Always);
    v("class", &TopicRow::topicClass, Always);
    v("scope", &TopicRow::scope, Always);
    v("workspace", &TopicRow::workspace);
    v("flow", &TopicRow::flow);
    v("queues", &TopicRow::queues, Always);
    v("published", &TopicRow::published, Always);
}

template <class V> void members(V &v, const ProcessorRow *)
{
    v("processor", &ProcessorRow::processor, Always);
    v("variant", &ProcessorRow::variant, Always);
    v("workspace", &ProcessorRow::workspace);
    v("flow", &ProcessorRow::flow);
    v("state", &ProcessorRow::state, Always);
    v("processed", &ProcessorRow::processed, Always);
    v("errors", &ProcessorRow::errors, Always);
    v("mean-ms", &ProcessorRow::meanMs, Always);
    v("config-version", &ProcessorRow::configVersion, Always);
}

template <class V> void members(V &v, const FabricMessage *)
{
    v("seq", &FabricMessage::seq, Always);
    v("at", &FabricMessage::atMs, Always);
    v("properties", &FabricMessage::properties, Always);
    v("size", &FabricMessage::size, Always);
    v("payload", &FabricMessage::payload, Always);
    v("truncated", &FabricMessage::truncated, Always);
    v("redelivered", &FabricMessage::redelivered);
}

template <class V> void members(V &v, const FabricRequest *)
{
    using T = FabricRequest;
    v("operation", &T::operation, Always);
    v("workspace", &T::workspace);
    v("scope", &T::scope);
    v("filter", &T::filter);
    v("limit", &T::limit);
    v("cursor", &T::cursor);
    v("format", &T::format);
    v("queue", &T::queue);
    v("topic", &T::topic);
    v("count", &T::count);
    v("seq", &T::seq);
    v("expected-ready", &T::expectedReady);
    v("if-unused", &T::ifUnused);
    v("to", &T::to);
    v("properties", &T::properties);
    v("payload", &T::payload);
    v("action", &T::action);
    v("processor", &T::processor);
    v("variant", &T::variant);
    v("factor", &T::factor);
}

/// A row with two members more.
void read(const Reader &in, QueueDetail &out)
{
    read(in, out.row);
    if (in.failed())
        return;
    std::size_t hint = 0;
    if (const Json *bindings = findMember(in.value(), "bindings", hint))
        read(Reader(in, "bindings", *bindings), out.bindings);
    if (const Json *consumerRows = findMember(in.value(), "consumer-rows", hint))
        read(Reader(in, "consumer-rows", *consumerRows), out.consumers);
}

Json write(const QueueDetail &detail)
{
    Json object = write(detail.row);
    object["bindings"] = write(detail.bindings);
    object["consumer-rows"] = write(detail.consumers);
    return object;
}

namespace {

/// Visits the members of a queue row, a column each.
class ColumnReader {
public:
    ColumnReader(const Reader &in, std::vector<QueueRow> &rows)
        : m_in(in)
        , m_rows(rows)
    {
    }
    template <class F>
    void operator()(
        std::string_view key, F QueueRow::*field, unsigned = Sparse, std::string_view = {})
    {
        const Json *column = findMember(m_in.value(), key, m_hint);
        if (!column || m_in.failed())
            return;
        const Reader here(m_in, key, *column);
        if (!column->is_array())
            return here.expected("array");
        if (!m_sized)
            m_rows.resize(column->size());
        m_sized = true;
        if (column->size() != m_rows.size())
            return here.fail(std::to_string(column->size()) + " values, but "
                + std::to_string(m_rows.size()) + " in the columns before");
        for (std::size_t i = 0; i < m_rows.size() && !m_in.failed(); ++i)
            read(Reader(here, i, (*column)[i]), m_rows[i].*field);
    }

private:
    const Reader &m_in;
    std::vector<QueueRow> &m_rows;
    std::size_t m_hint = 0;
    bool m_sized = false;
};

class ColumnWriter {
public:
    explicit ColumnWriter(const std::vector<QueueRow> &rows)
        : m_rows(rows)
    {
    }
    template <class F>
    void operator()(
        std::string_view key, F QueueRow::*field, unsigned = Sparse, std::string_view = {})
    {
        Json column = Json::array();
        for (const QueueRow &row : m_rows)
            column.push_back(write(row.*field));
        columns[std::string(key)] = std::move(column);
    }
    Json columns = Json::object();

private:
    const std::vector<QueueRow> &m_rows;
};

void writeTail(Json &object, const FabricResponse &response)
{
    object["messages"] = write(response.messages);
    object["received"] = response.received;
    object["filtered"] = response.filtered;
    object["dropped"] = response.dropped;
    if (response.pending)
        object["pending"] = *response.pending;
}

Json writeResponse(const FabricResponse &response, bool columns)
{
    Json object = Json::object();
    const bool lists = response.total.has_value();
    const bool nothing = response.queues.empty() && response.topics.empty()
        && response.consumers.empty() && response.processors.empty();
    // A list answer without rows still says so; which list was asked for is not known here, so all
    // four do.
    const auto list = [&](const char *key, const auto &rows) {
        if (!rows.empty() || (lists && nothing))
            object[key] = write(rows);
    };
    if (columns) {
        ColumnWriter writer(response.queues);
        members(writer, static_cast<const QueueRow *>(nullptr));
        object["columns"] = std::move(writer.columns);
    } else {
        list("queues", response.queues);
        list("topics", response.topics);
        list("consumers", response.consumers);
        list("processors", response.processors);
    }
    if (response.queue)
        object["queue"] = write(*response.queue);
    const bool other = lists || columns || !nothing || response.queue || response.affected;
    if (response.received || response.filtered || response.dropped)
        writeTail(object, response);
    else if (!response.messages.empty() || !other)
        object["messages"] = write(response.messages);
    if (response.affected)
        object["affected"] = *response.affected;
    if (response.cursor)
        object["cursor"] = *response.cursor;
    if (response.total)
        object["total"] = *response.total;
    if (response.seq)
        object["seq"] = *response.seq;
    return object;
}

} // namespace

void read(const Reader &in, FabricResponse &out)
{
    if (!in.isObject())
        return;
    readMember(in, "queues", out.queues);
    std::size_t hint = 0;
    if (const Json *columns = findMember(in.value(), "columns", hint); columns && !in.failed()) {
        const Reader here(in, "columns", *columns);
        if (!here.isObject())
            return;
        out.queues.clear();
        ColumnReader reader(here, out.queues);
        members(reader, static_cast<const QueueRow *>(nullptr));
    }
    readMember(in, "queue", out.queue);
    readMember(in, "topics", out.topics);
    readMember(in, "consumers", out.consumers);
    readMember(in, "processors", out.processors);
    readMember(in, "messages", out.messages);
    readMember(in, "received", out.received);
    readMember(in, "filtered", out.filtered);
    readMember(in, "dropped", out.dropped);
    readMember(in, "pending", out.pending);
    readMember(in, "affected", out.affected);
    readMember(in, "cursor", out.cursor);
    readMember(in, "total", out.total);
    readMember(in, "seq", out.seq);
}

Json write(const FabricResponse &response)
{
    return writeResponse(response, false);
}

std::string encodeTail(const FabricResponse &part)
{
    Json object = Json::object();
    writeTail(object, part);
    return dumpTree(object);
}

std::string encodeColumns(const FabricResponse &response)
{
    return dumpTree(writeResponse(response, true));
}

SIGNALBOX_WIRE(FabricRequest)
SIGNALBOX_WIRE(FabricResponse)
SIGNALBOX_WIRE(QueueRow)
SIGNALBOX_WIRE(QueueDetail)
SIGNALBOX_WIRE(TopicRow)
SIGNALBOX_WIRE(ConsumerRow)
SIGNALBOX_WIRE(ProcessorRow)
SIGNALBOX_WIRE(FabricMessage)

// For event.cpp: events carry rows.
void readRows(const Reader &in, std::vector<QueueRow> &out)
{
    read(in, out);
}
void readRows(const Reader &in, std::vector<ProcessorRow> &out)
{
    read(in, out);
}
Json writeRows(const std::vector<QueueRow> &rows)
{
    return write(rows);
}
Json writeRows(const std::vector<ProcessorRow> &rows)
{
    return write(rows);
}

} // namespace signalbox::schema
