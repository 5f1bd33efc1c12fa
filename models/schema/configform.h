// SPDX-License-Identifier: GPL-3.0-only
// Config values of known types (TG §3.5) as forms. A form knows places in the text and nothing
// else: an edit replaces one value, every other byte stays, unknown members with it.
#pragma once

#include "models/schema/jsontree.h"

#include <optional>

namespace signalbox::schema {

enum class FieldKind {
    Line, ///< text of one line
    Text, ///< text of many lines
    Secret, ///< a line that is not shown
    Integer,
    Number,
    Scalar, ///< text, number or flag, as the type of the parameter wants it
    Flag,
    Choice, ///< one of `choices`; others are kept and shown
    Words, ///< list of texts, one a line
    Json, ///< any value as it is written
    Group, ///< head of one item of a list; `value` numbers it from 1
    Add, ///< one more item at the end of the list
};

/// One line of a form. Values are what a person sees: decoded text, numbers as written.
struct FormField {
    FieldKind kind = FieldKind::Line;
    std::string id {}; ///< e.g. "response-type", for captions
    JsonPath path {};
    std::string value {};
    bool present = false; ///< the text has the member
    bool required = false;
    bool advanced = false;
    std::vector<std::string> choices {};
    std::string refers {}; ///< config type whose keys are what may stand here
    std::string fault {}; ///< why what stands there does not do
    int level = 0; ///< 1 inside an item of a list
    bool operator==(const FormField &) const = default;
};

/// Is there a form for this entry?
bool hasForm(std::string_view type, std::string_view key);
/// The form of a value, in order; empty when there is none or the value has another shape.
std::vector<FormField> readForm(std::string_view type, std::string_view key, const JsonTree &tree);
/// `tree` with another value in one field, or why that value cannot stand there. An empty number
/// takes the member away.
Expected<std::string, std::string> writeField(
    const JsonTree &tree, const FormField &field, std::string_view value);
/// With one more empty item (`field` is an Add), or without one (a Group).
std::string addItem(const JsonTree &tree, const FormField &field);
std::string removeItem(const JsonTree &tree, const FormField &field);
/// What a new entry of the type begins with; `{}` for a type without form.
std::string newValue(std::string_view type, std::string_view key);

/// Variables of a prompt template, in order of appearance, each once: `{{name}}`, also with filters
/// and members; names made by `{% for %}` are not among them.
std::vector<std::string> promptVariables(std::string_view prompt);
/// The line that tells people what an entry is: its description, name, prompt …, at most `limit`
/// bytes.
std::string configSummary(std::string_view type, const JsonTree &tree, std::size_t limit = 160);

/// Where secrets stand in a value: members whose name says so and that hold text.
std::vector<JsonPath> secretPaths(const JsonTree &tree);
/// With every secret replaced by `•••`.
std::string masked(const JsonTree &tree);
/// As people see and copy a value: laid out, and masked. What is no JSON stays as it is.
std::string shownMasked(const std::string &text);
/// Rows of channel connections without what is in their `config`, whatever its names: each value is
/// `•••`. What is no JSON is `•••` as a whole.
std::string withoutChannelSettings(std::string_view text);

} // namespace signalbox::schema
