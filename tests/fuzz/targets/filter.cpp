// SPDX-License-Identifier: GPL-3.0-only
// Any filter text: compiles or says where not; its canonical text means the same.
#include "models/rules/filter.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace rules = signalbox::rules;

namespace {

struct Row final : rules::Filter::Row {
    std::array<std::string, 2> texts;
    std::optional<double> backlog;
    std::optional<double> age;
    std::string_view text(std::size_t field) const override
    {
        return field < 2 ? std::string_view(texts[field]) : std::string_view();
    }
    std::optional<double> number(std::size_t field) const override
    {
        return field == 2 ? backlog : field == 3 ? age : std::nullopt;
    }
};

void fail(const char *what, const std::string &text)
{
    std::fprintf(stderr, "fuzz: filter: %s: %s\n", what, text.c_str());
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::vector<rules::FilterField> fields { { "state", rules::FieldKind::Text, {} },
        { "flow", rules::FieldKind::Text, { "id" } },
        { "backlog", rules::FieldKind::Number, { "ready" } },
        { "age", rules::FieldKind::DurationMs, {} } };
    const std::string text(reinterpret_cast<const char *>(data), size);
    const auto filter = rules::Filter::compile(text, fields);
    if (!filter) {
        if (filter.error().message.empty() || filter.error().position > text.size())
            fail("an error without a message or place", text);
        return 0;
    }
    const std::string canonical = filter->text();
    const auto again = rules::Filter::compile(canonical, fields);
    if (!again)
        fail("round trip: the canonical text does not compile", canonical);
    if (again->text() != canonical)
        fail("round trip: the canonical text changes", canonical + " → " + again->text());
    std::array<Row, 4> rows;
    rows[0].texts = { "running", "ingest-eu" };
    rows[0].backlog = 120;
    rows[1].texts = { text.substr(0, 12), text.substr(size / 2) };
    rows[1].age = 60000;
    rows[2].texts = { "STOPPING", "a,b \"c\"" };
    rows[2].backlog = -1;
    rows[2].age = 0;
    for (const Row &row : rows)
        if (filter->matches(row) != again->matches(row))
            fail("round trip: the canonical text matches other rows", canonical);
    return 0;
}
