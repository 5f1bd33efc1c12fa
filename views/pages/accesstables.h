// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/accessstore.h"
#include "models/stores/format.h"
#include "views/pages/parttable.h"

namespace signalbox {

/// The five tables of the Access page, made of what a store holds. GUI thread.
class AccessTables : public QObject {
    Q_OBJECT
public:
    explicit AccessTables(QObject *parent = nullptr);

    [[nodiscard]] PartTable *users() const { return m_users; }
    [[nodiscard]] PartTable *workspaces() const { return m_workspaces; }
    [[nodiscard]] PartTable *keys() const { return m_keys; }
    [[nodiscard]] PartTable *rights() const { return m_rights; }
    [[nodiscard]] PartTable *leases() const { return m_leases; }

    void fill(const AccessStore *store); ///< nullptr empties all but the rights

    static std::vector<Column> keyColumns(bool withOwner);
    static PartTable::Part keyPart(
        const schema::ApiKey &key, const schema::User *owner, bool withOwner, format::Zone zone);
    static std::vector<Column> factColumns();
    static PartTable::Part fact(const QString &what, const CellData &value);

private:
    static PartTable::Part userPart(const AccessStore &store, const schema::User &user);
    static PartTable::Part workspacePart(
        const AccessStore &store, const schema::Workspace &workspace);
    static PartTable::Part leasePart(const AccessStore &store, const schema::Lease &lease);
    static std::vector<PartTable::Part> rightParts(const std::vector<std::string> &mine);

    PartTable *m_users;
    PartTable *m_workspaces;
    PartTable *m_keys;
    PartTable *m_rights;
    PartTable *m_leases;
};

} // namespace signalbox
