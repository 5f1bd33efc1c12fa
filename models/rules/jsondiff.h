// SPDX-License-Identifier: GPL-3.0-only
// What differs between JSON values, and what three of them make together: by meaning, not by text.
#pragma once

#include "models/schema/jsontree.h"

#include <optional>

namespace signalbox::rules {

struct JsonChange {
    enum Kind { Added, Removed, Changed };
    Kind kind = Changed;
    schema::JsonPath path; ///< in the second value; of something removed: in the first
    std::string before; ///< as written; "" when added
    std::string after; ///< as written; "" when removed
    bool operator==(const JsonChange &) const = default;
};

/// Members by name; items by `id`, `name` or `key` where all have a different one, by place where
/// the arrays are equally long, else as a shortest list of added and removed items.
std::vector<JsonChange> diffJson(const schema::JsonTree &before, const schema::JsonTree &after);

/// One place that two people changed differently. Absent = not there on that side.
struct MergeConflict {
    schema::JsonPath path; ///< empty: the whole value
    std::optional<std::string> base;
    std::optional<std::string> mine;
    std::optional<std::string> theirs;
    bool operator==(const MergeConflict &) const = default;
};

struct Merge {
    std::string text; ///< mine, with what only they changed; conflicts stand as mine
    int taken = 0; ///< changes of theirs that went in
    std::vector<MergeConflict> conflicts;
    bool operator==(const Merge &) const = default;
};

/// Three-way merge. Objects member by member; texts of several lines line by line; everything else
/// as a whole. What is not JSON is merged line by line. Bytes of mine that theirs did not change
/// stay.
Merge merge3(const std::string &base, const std::string &mine, const std::string &theirs);
/// `text` with their side at the place of the conflict.
std::string withTheirs(const std::string &text, const MergeConflict &conflict);
/// Do both texts mean the same (as JSON, else byte by byte)?
bool sameMeaning(const std::string &a, const std::string &b);

} // namespace signalbox::rules
