// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/configrecords.h"
#include "models/stores/configstore.h"

#include <map>

namespace signalbox {

/// Edits of config entries that wait to be applied. Each remembers the value it began from; when
/// the back end's value is another one, the draft is a conflict and stays as it is until somebody
/// decides. Kept in the profile as it is typed. GUI thread.
class ConfigDrafts : public QObject {
    Q_OBJECT
public:
    ConfigDrafts(ConfigStore *store, DraftStore *drafts);

    /// `text` is what the entry shall be, nothing = deleted. A draft that equals the value of the
    /// back end goes by itself.
    void edit(const QString &id, const std::optional<std::string> &text);
    /// As edit(), and says from which value (after a conflict was decided, for a restored version).
    void rebase(const QString &id, const std::optional<std::string> &base,
        const std::optional<std::string> &text);
    void discard(const QString &id);
    [[nodiscard]] const schema::ConfigDraft *find(const QString &id) const;
    [[nodiscard]] ConfigRow::Draft state(const QString &id) const;
    [[nodiscard]] QStringList ids() const; ///< sorted
    [[nodiscard]] int conflicts() const;
    [[nodiscard]] bool inMemoryOnly(const QString &id) const;
    [[nodiscard]] QString error() const;
    void load(); ///< those of the session's connection
    void settle(const QString &id); ///< looks again at one, after the back end's value changed
    /// A large one that is not yet with the DraftStore: it is looked through on a thread.
    [[nodiscard]] bool saving(const QString &id) const { return m_saving.contains(id); }
    void finish(); ///< everything that is held is with the DraftStore when it returns
    static constexpr std::size_t largeDraft = 16384; ///< bytes, with what it began from

signals:
    void changed(const QString &id); ///< "" = all
    void kept(const QString &id); ///< saving() is over

private:
    [[nodiscard]] QString keyOf(const QString &id) const;
    struct Record {
        std::string text;
        bool secret = false;
    };
    struct Saving {
        int number = 0;
        QString key; ///< of the connection that the draft was begun on
        bool again = false; ///< it has changed since
    };
    static Record recordOf(const schema::ConfigDraft &draft); ///< any thread
    void save(const QString &id);
    void saved(const QString &id, int number, const Record &record);
    void put(const QString &key, const Record &record);

    ConfigStore *m_store;
    DraftStore *m_drafts;
    std::map<QString, schema::ConfigDraft> m_held;
    std::map<QString, Saving> m_saving;
    int m_saves = 0;
};

} // namespace signalbox
