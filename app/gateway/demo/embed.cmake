# SPDX-License-Identifier: GPL-3.0-only
# Writes OUTPUT: a function that finds the text of each file under ROOT by its path relative to it.
file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/*.json)
list(SORT files)
set(rows "")
foreach(name ${files})
    file(READ ${ROOT}/${name} text)
    # One literal may hold 64 KiB everywhere; the pieces are joined by the compiler.
    string(LENGTH "${text}" length)
    set(literal "")
    set(at 0)
    while(at LESS length)
        string(SUBSTRING "${text}" ${at} 8000 piece)
        string(APPEND literal "R\"~json~(${piece})~json~\"\n")
        math(EXPR at "${at} + 8000")
    endwhile()
    string(APPEND rows "    { \"${name}\", ${literal} },\n")
endforeach()
file(WRITE ${OUTPUT}.new "// SPDX-License-Identifier: GPL-3.0-only
// Made by embed.cmake from resources/demo.
#include \"app/gateway/demo/resources.h\"

#include <array>
#include <utility>

namespace signalbox::gateway::demo {
namespace {
using Row = std::pair<std::string_view, std::string_view>;
constexpr auto rows = std::to_array<Row>({
${rows}});
} // namespace

std::optional<std::string_view> resource(std::string_view path)
{
    for (const auto &[name, text] : rows)
        if (name == path)
            return text;
    return std::nullopt;
}

} // namespace signalbox::gateway::demo
")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
