// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/ops.h"
#include "models/stores/session.h"

#include <unordered_map>
#include <unordered_set>

namespace signalbox {

class TenantScope;

/// One thread of any channel as a list shows it, with its times as Unix ms (0 = unknown).
struct ConversationItem {
    schema::ConversationRow row;
    qint64 sinceMs = 0;
    qint64 updatedMs = 0;
    qint64 expiresMs = 0; ///< of a confirmation that waits
    std::string activity; ///< `typing` or `streaming` while events tell so
    /// idle typing streaming confirmation escalated human closed, or what a far end calls it.
    [[nodiscard]] const std::string &state() const;
    [[nodiscard]] bool needsPerson() const { return row.thread.needs == "person"; }
    [[nodiscard]] bool needsConfirmation() const { return row.thread.needs == "confirmation"; }
    [[nodiscard]] bool live() const; ///< something is going on in it
};

/// Conversations of all tenants that the caller may see (signalbox-gateway §7), kept current by
/// events. What waits for a person is read as soon as the session is online, all others when
/// somebody looks. GUI thread; made once per session by of().
///
/// Bound: `limit` rows; `more` says how many the far end has beyond. What waits for somebody is
/// never left out for it: idle ones go, the oldest first.
class ConversationStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by a page")
    Q_PROPERTY(int total READ total NOTIFY changed FINAL)
    Q_PROPERTY(int live READ live NOTIFY changed FINAL)
    Q_PROPERTY(int waiting READ waiting NOTIFY changed FINAL) ///< for a person, either way
    Q_PROPERTY(double oldestMs READ oldestMs NOTIFY changed FINAL) ///< since when one waits, 0 none
    Q_PROPERTY(bool offered READ offered NOTIFY changed FINAL)
    Q_PROPERTY(bool loaded READ loaded NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
public:
    static constexpr int limit = 20000;
    static constexpr int pageSize = 1000;

    static ConversationStore *of(Session *session); ///< a child of the session
    ~ConversationStore() override;

    Session *session() const { return m_session; }
    const std::vector<ConversationItem> &rows() const { return m_rows; }
    const ConversationItem *find(const std::string &key) const;
    static std::string keyOf(const schema::ChannelThread &thread); ///< "tenant/thread"
    int total() const { return int(m_rows.size()); }
    int live() const { return m_live; }
    int waiting() const { return m_waiting; }
    double oldestMs() const { return double(m_oldestMs); }
    qint64 more() const { return m_more; } ///< that the far end has beyond `limit`
    bool offered() const; ///< the far end has conversations
    bool loaded() const { return m_loaded; }
    bool loading() const { return m_loading; }
    QString error() const;

    void watch(bool watching); ///< somebody looks at the list: read all of it
    void tryAgain(); ///< a person has seen what stopped it
    /// The far end refused somebody with these words: `holder` has it. Shown at once, until the row
    /// itself is told.
    void heldBy(const std::string &key, const std::string &holder);
    struct Hits {
        std::vector<std::string> keys; ///< of the newest, at most `pageSize`
        std::optional<qint64> total; ///< as the far end tells it, see schema::countedAtMost
    };
    /// Full-text search at the far end; calls back with what was found, or why not.
    using Found = std::function<void(const Answer<Hits> &)>;
    void search(const QString &text, Found found);

signals:
    void changed();
    void rowsChanged(const std::vector<int> &rows);
    void rowsInserted(int first, int last);
    void rowRemoved(int row, int movedFrom);
    void reset();
    void zoneChanged();
    /// Something happened in a thread; also to those that the list does not hold.
    void happened(const std::string &tenant, const signalbox::schema::TenantEvent &event);
    void gap(); ///< events were lost: what is shown of a thread is to be fetched anew

private:
    explicit ConversationStore(Session *session);
    void begin();
    void load(const std::string &needs, const std::string &cursor, int generation);
    void partRead(const std::string &needs, std::optional<std::int64_t> told, int generation);
    void makeRoom(int rows, const std::vector<std::string> &keep = {}); ///< keys that stay
    void takeBatch(const LiveBatchPtr &batch);
    void takeAll(std::vector<schema::ConversationRow> rows); ///< new or changed
    void remove(const std::string &key);
    void takeActivity(const std::string &tenant, const schema::TenantEvent &event);
    void count();
    void clear();

    Session *m_session;
    std::unique_ptr<TenantScope> m_scope; ///< the isolation prover, for all tenants
    std::vector<ConversationItem> m_rows;
    std::unordered_map<std::string, int> m_index;
    QString m_error;
    qint64 m_oldestMs = 0;
    qint64 m_more = 0;
    int m_live = 0;
    int m_waiting = 0;
    int m_round = 0; ///< of loading: answers of an earlier one are void
    bool m_loaded = false;
    bool m_loading = false;
    bool m_watching = false;
    bool m_all = false; ///< the whole list was read, not only what waits
    std::unordered_set<std::string> m_seen; ///< in the round that runs; others are gone at its end
};

/// RFC 3339 → Unix ms, 0 when it is none.
qint64 msOfTime(const std::string &rfc3339);

} // namespace signalbox
