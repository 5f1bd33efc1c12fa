// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/rules/blueprintcheck.h"
#include "models/rules/configlinks.h"
#include "models/stores/table.h"

namespace signalbox {

class ConfigDrafts;
class ConfigHistory;
class DraftStore;
class Session;

/// One config entry. A row of a draft that is not on the back end yet has `exists` false.
struct ConfigRow {
    enum Draft { None, Edited, New, Deleting, Conflict };
    QString id; ///< workspace/type/key, each percent-encoded
    QString workspace;
    QString type;
    QString key;
    std::string value {};
    QString summary {}; ///< one line, without secrets
    qint64 changedMs = 0; ///< Unix time at which this console saw it change; 0 = not since it looks
    bool exists = true;
    bool secret = false; ///< holds one: not written to disk
    Draft draft = None;
};

/// What is to be written to one entry. Without `base` it must not exist, without `value` it is
/// deleted.
struct ConfigChange {
    QString type;
    QString key;
    std::optional<std::string> base;
    std::optional<std::string> value;
};

struct ConfigOutcome {
    QStringList conflicts; ///< ids whose value is not `base` any more: then nothing was written
    int written = 0;
    int deleted = 0;
    std::optional<GatewayError> error; ///< what of the batch was done before it is in the counts
};

/// The configuration of the workspaces looked at (TG §3). Reads a workspace when it is watched,
/// then follows notices type by type. GUI thread; values are decoded on the I/O thread.
class ConfigStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Session")
public:
    explicit ConfigStore(Session *session);
    ~ConfigStore() override;

    static QString idOf(const QString &workspace, const QString &type, const QString &key);
    struct Place {
        QString workspace;
        QString type;
        QString key;
    };
    static Place parseId(const QString &id);

    void setFolder(const QString &profile); ///< where drafts and history are kept
    void watch(const QString &workspace); ///< reads it unless it is held, and keeps it fresh
    void refresh(const QString &workspace); ///< reads it again now
    /// Nobody looks: notices are remembered, nothing is fetched until somebody does again.
    void setActive(bool active);
    /// Somebody begins or ends to look; active while anybody does.
    void look(const QObject *who, bool looks);

    [[nodiscard]] const std::vector<ConfigRow> &rows() const;
    [[nodiscard]] const ConfigRow *find(const QString &id) const;
    [[nodiscard]] int rowOf(const QString &id) const; ///< -1 when not there
    [[nodiscard]] bool watched(const QString &workspace) const;
    [[nodiscard]] bool loaded(const QString &workspace) const;
    [[nodiscard]] QString error(const QString &workspace) const;
    [[nodiscard]] std::vector<std::pair<QString, int>> types(const QString &workspace) const;
    [[nodiscard]] qint64 version(
        const QString &workspace) const; ///< as of the last read; 0 unknown
    [[nodiscard]] qint64 ageMs(const QString &workspace) const; ///< since it was read; -1 never
    /// Entries of one workspace that exist, valid until rows change.
    [[nodiscard]] std::vector<rules::ConfigEntryView> entries(const QString &workspace) const;
    /// Names of the workspace's parameter types; nothing while it has not been read.
    [[nodiscard]] rules::KnownTypes parameterTypes(const QString &workspace) const;
    Q_INVOKABLE signalbox::TableModel *newTable(QObject *parent) const;

    /// Checks that every entry still has its base, then writes everything with one put, then
    /// deletes with one delete. Blueprints are deleted through the flow service, one by one, so
    /// that it may refuse (signalbox-gateway §9, trap 13). The contract has no compare-and-swap (TG
    /// §3.1): between check and put another's write may be lost; both values are in the history
    /// then.
    QFuture<ConfigOutcome> apply(const QString &workspace, std::vector<ConfigChange> changes);

    [[nodiscard]] ConfigDrafts *drafts() const;
    [[nodiscard]] DraftStore *draftStore() const; ///< of the profile; other forms keep theirs there
    [[nodiscard]] ConfigHistory *history() const;
    [[nodiscard]] Session *session() const;

signals:
    void changed(const QString &workspace); ///< its state or its entries
    void valueChanged(const QString &id); ///< value or existence
    void rowsChanged(const std::vector<int> &rows);
    void rowsInserted(int first, int last);
    void rowRemoved(int row, int movedFrom);
    void reset();

private:
    friend class ConfigDrafts;
    struct Incoming;
    struct Loaded;
    struct Job;
    void mark(const QString &id, ConfigRow::Draft draft);
    void ask(const QString &workspace, const QStringList &types);
    void take(const QString &workspace, const QStringList &types, const Answer<Loaded> &answer);
    void merge(const QString &workspace, const QStringList &types, Loaded loaded);
    void put(int row, const std::string &value, QString summary, bool secret, bool seen);
    void insert(std::vector<ConfigRow> rows);
    void remove(int row, bool seen);
    void note(const ConfigRow &row, const std::optional<std::string> &value, bool wrote);
    void notice(const QStringList &types, const QStringList &workspaces);
    void next(const QString &workspace);
    void check(const std::shared_ptr<Job> &job);
    void write(const std::shared_ptr<Job> &job);
    void erase(const std::shared_ptr<Job> &job);
    void eraseBlueprints(const std::shared_ptr<Job> &job);
    void finish(const std::shared_ptr<Job> &job);
    void adopt(const QString &workspace, const ConfigChange &change, bool wrote);

    struct Data;
    std::unique_ptr<Data> d;
};

} // namespace signalbox
