// SPDX-License-Identifier: GPL-3.0-only
// Any text either compiles, and then its canonical text means the same, or fails at a place within
// it.
#include "models/rules/filter.h"

#include <cstdio>
#include <cstdlib>

using namespace signalbox::rules;

namespace {

const std::vector<FilterField> &fields()
{
    static const std::vector<FilterField> all { { "name", FieldKind::Text, { "n" } },
        { "state", FieldKind::Text, {} }, { "depth", FieldKind::Number, {} },
        { "age", FieldKind::DurationMs, {} } };
    return all;
}

struct Row : Filter::Row {
    std::string_view first;
    std::string_view second;
    std::optional<double> value;
    [[nodiscard]] std::string_view text(std::size_t field) const override
    {
        return field == 0 ? first : second;
    }
    [[nodiscard]] std::optional<double> number(std::size_t) const override { return value; }
};

void broken(const std::string &text, const std::string &canonical)
{
    std::fprintf(
        stderr, "round trip of a filter changed\n%s\nto\n%s\n", text.c_str(), canonical.c_str());
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char *>(data), size);
    const auto filter = Filter::compile(text, fields());
    if (!filter) {
        if (filter.error().position > text.size() || filter.error().message.empty())
            broken(text, filter.error().message);
        return 0;
    }
    const std::string canonical = filter->text();
    if (canonical.size() > 4096) // quotes can make it longer than a person may type
        return 0;
    const auto again = Filter::compile(canonical, fields());
    if (!again || again->text() != canonical)
        broken(text, canonical);
    for (const std::string_view word :
        { std::string_view(text).substr(0, 6), std::string_view("a"), std::string_view() })
        for (const std::optional<double> number :
            { std::optional<double>(), std::optional(0.0), std::optional(1500.0) }) {
            Row row;
            row.first = word;
            row.second = "running";
            row.value = number;
            if (filter->matches(row) != again->matches(row))
                broken(text, canonical);
        }
    return 0;
}
