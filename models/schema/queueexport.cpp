// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/queueexport.h"

#include "models/schema/reader.h"

#include <array>
#include <charconv>

namespace signalbox::schema {

template <class V> void members(V &v, const ExportedQueue *)
{
    v("name", &ExportedQueue::name, Always);
    v("topic", &ExportedQueue::topic);
    v("class", &ExportedQueue::topicClass);
    v("scope", &ExportedQueue::scope, Always);
    v("workspace", &ExportedQueue::workspace);
    v("flows", &ExportedQueue::flows);
    v("blueprint", &ExportedQueue::blueprint);
    v("processor", &ExportedQueue::processor);
    v("ready", &ExportedQueue::ready);
    v("unacked", &ExportedQueue::unacked);
    v("consumers", &ExportedQueue::consumers);
    v("redelivered", &ExportedQueue::redelivered);
    v("oldest-ms", &ExportedQueue::oldestMs);
    v("bytes", &ExportedQueue::bytes);
    v("in-per-second", &ExportedQueue::inRate);
    v("out-per-second", &ExportedQueue::outRate);
    v("drain-seconds", &ExportedQueue::drainSeconds);
    v("backlog", &ExportedQueue::backlog);
    v("source", &ExportedQueue::source);
    v("age-ms", &ExportedQueue::ageMs);
    v("stale", &ExportedQueue::stale);
}

template <class V> void members(V &v, const QueueExport *)
{
    v("taken", &QueueExport::taken, Always);
    v("workspace", &QueueExport::workspace, Always);
    v("filter", &QueueExport::filter, Always);
    v("known", &QueueExport::known, Always);
    v("shown", &QueueExport::shown, Always);
    v("hidden", &QueueExport::hidden, Always);
    v("stale", &QueueExport::stale, Always);
    v("uncounted", &QueueExport::uncounted, Always);
    v("queues", &QueueExport::queues, Always);
}

SIGNALBOX_WIRE(QueueExport)

namespace {

/// One line of a CSV file, cell by cell.
class CsvLine {
public:
    explicit CsvLine(std::string &out)
        : m_out(out)
    {
    }
    CsvLine &operator<<(std::string_view text)
    {
        begin();
        // A spreadsheet runs text that begins like a formula.
        const bool formula =
            !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != text.npos;
        const bool quoted = text.find_first_of("\",\n\r") != text.npos;
        if (quoted)
            m_out += '"';
        if (formula)
            m_out += '\'';
        for (const char c : text) {
            if (c == '"')
                m_out += '"';
            m_out += c;
        }
        if (quoted)
            m_out += '"';
        return *this;
    }
    template <class Number> CsvLine &operator<<(const std::optional<Number> &number)
    {
        begin();
        if (!number)
            return *this;
        std::array<char, 32> text {};
        const auto end = std::to_chars(text.data(), text.data() + text.size(), *number).ptr;
        m_out.append(text.data(), end);
        return *this;
    }
    void end() const { m_out += '\n'; }

private:
    void begin()
    {
        if (!std::exchange(m_first, false))
            m_out += ',';
    }
    std::string &m_out;
    bool m_first = true;
};

std::string oneLine(std::string text)
{
    for (char &c : text)
        if (c == '\n' || c == '\r')
            c = ' ';
    return text;
}

std::string spaced(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

} // namespace

std::string csvOf(const QueueExport &queues)
{
    const auto n = [](std::int64_t number) { return std::to_string(number); };
    std::string out = "# " + n(queues.shown) + " queues shown of " + n(queues.known) + " known, "
        + n(queues.hidden) + " hidden, " + n(queues.stale) + " stale, " + n(queues.uncounted)
        + " without counts; workspace: " + (queues.workspace.empty() ? "all" : queues.workspace)
        + "; filter: " + (queues.filter.empty() ? "none" : oneLine(queues.filter)) + "; taken "
        + queues.taken + '\n';
    CsvLine head(out);
    for (const char *column :
        { "name", "topic", "class", "scope", "workspace", "flows", "blueprint", "processor",
            "ready", "unacked", "consumers", "redelivered", "oldest-ms", "bytes", "in-per-second",
            "out-per-second", "drain-seconds", "backlog", "source", "age-ms", "stale" })
        head << std::string_view(column);
    head.end();
    for (const ExportedQueue &queue : queues.queues) {
        CsvLine line(out);
        line << queue.name << queue.topic << queue.topicClass << queue.scope << queue.workspace
             << spaced(queue.flows) << queue.blueprint << queue.processor << queue.ready
             << queue.unacked << queue.consumers << queue.redelivered << queue.oldestMs
             << queue.bytes << queue.inRate << queue.outRate << queue.drainSeconds << queue.backlog
             << queue.source << queue.ageMs << (queue.stale ? "true" : "");
        line.end();
    }
    return out;
}

} // namespace signalbox::schema
