// SPDX-License-Identifier: GPL-3.0-only
// The filter language: `state:running backlog>100 -ws:acme "free text"`. Terms are joined by AND.
//   word, "quoted words"   some text column contains it (case-insensitive)
//   field:value            the field equals it; value* prefix, *value suffix, a,b,c any of these;
//   field:"two words" field>n  >=  <  <=  =  !=   numbers; 1k 1.5M 2G, and durations 30s 5m 2h 1d
//   for fields measured in ms -term                  not
#pragma once

#include "models/schema/expected.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::rules {

struct FilterError {
    std::size_t position = 0; ///< byte offset in the text
    std::size_t length = 0;
    std::string message;
    bool operator==(const FilterError &) const = default;
};

enum class FieldKind { Text, Number, DurationMs };
struct FilterField {
    std::string name;
    FieldKind kind = FieldKind::Text;
    std::vector<std::string> aliases;
    std::vector<std::string> values {}; ///< of a text field that has only these; empty: any
};

/// Compiled once, immutable, safe to evaluate from several threads.
class Filter {
public:
    /// Access to one row, by index into the fields given to compile().
    struct Row {
        virtual ~Row() = default;
        [[nodiscard]] virtual std::string_view text(std::size_t field) const = 0;
        [[nodiscard]] virtual std::optional<double> number(
            std::size_t field) const = 0; ///< nullopt = unknown: matches no comparison
        /// False: another text of the row holds that of `field`, so words are not looked for in it.
        [[nodiscard]] virtual bool hasOwnWords(std::size_t) const { return true; }
        /// Whether a value of the field fits; for rows that have several values in one field
        /// (text() then holds all of them, for words).
        [[nodiscard]] virtual bool anyText(
            std::size_t field, const std::function<bool(std::string_view)> &fits) const
        {
            return fits(text(field));
        }
    };

    static Expected<Filter, FilterError> compile(
        std::string_view text, const std::vector<FilterField> &fields);
    Filter(); ///< matches everything
    [[nodiscard]] bool matches(const Row &row) const;
    [[nodiscard]] bool empty() const;
    /// Whatever row matches this one matches `other` too. True only where it can be told from words
    /// and texts alone: filters that compare numbers imply none and are implied by none, for what
    /// is measured changes while nobody looks.
    [[nodiscard]] bool implies(const Filter &other) const;
    [[nodiscard]] std::string text() const; ///< canonical; compile(text()) is equal in effect

private:
    struct Program;
    std::shared_ptr<const Program> m_program;
};

} // namespace signalbox::rules
