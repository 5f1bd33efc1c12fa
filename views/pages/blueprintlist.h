// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/blueprintrows.h"
#include "views/pages/parttable.h"

namespace signalbox {

class Session;

/// The tables of the Blueprints page: what is known in, rows out.
namespace blueprintlist {

enum ColumnNumber {
    State,
    Name,
    Description,
    Entries,
    ScopeText,
    Interfaces,
    Parameters,
    Used,
    Validity,
    Draft
};
std::vector<Column> columns();

struct Facts {
    QString id;
    QString workspace;
    QString name;
    std::optional<rules::BlueprintSummary> summary; ///< nullopt: the text is no JSON
    int faults = 0;
    int cautions = 0;
    QString first; ///< gravest issue in words
    std::optional<qint64> users; ///< flows of its workspace; nullopt: not known
    QString draft;
    bool trouble = false; ///< a conflict, or to be deleted
    bool checking = false; ///< counts and issues are of an older text
    QString json;
};
PartTable::Part part(const Facts &facts);

std::vector<Column> userColumns();
/// Flows of all workspaces that run a blueprint of this name; those of `workspace` first. `read` is
/// what the others' blueprints are compared with, nullptr: not known. Keys are those of FlowStore.
std::vector<PartTable::Part> users(const Session &session, const QString &workspace,
    const QString &name, const schema::Blueprint *read);

} // namespace blueprintlist
} // namespace signalbox
