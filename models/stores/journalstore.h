// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/journal.h"
#include "models/stores/format.h"
#include "models/stores/table.h"

#include <QtQml/qqmlregistration.h>

#include <deque>

namespace signalbox {

class Session;

/// A write of this console and how it ended.
struct JournalRow {
    enum Outcome { Sent, Applied, Refused, Unknown }; ///< Sent: no answer yet
    schema::JournalWrite write;
    Outcome outcome = Sent;
    QString text; ///< why it was refused
    qint64 elapsedMs = -1;
};

/// What this console wrote on the session's connection: an append-only file of lines in the
/// profile, one per connection. A write is on disk before its request goes out; its outcome comes
/// on a line of its own. Bounded; what the bound let go is counted. Read when first looked at or
/// written to. GUI thread.
class JournalStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Session")
    Q_PROPERTY(int count READ count NOTIFY changed FINAL)
    Q_PROPERTY(qint64 evicted READ evicted NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL) ///< the file cannot be kept
public:
    static constexpr std::size_t capacity = 2000; ///< writes
    static constexpr qint64 totalBytes = 16 * 1024 * 1024; ///< of the file, then it is written anew
    static constexpr std::size_t partBytes = 64 * 1024; ///< of one value
    static constexpr std::size_t writeBytes = 2 * 1024 * 1024; ///< of all values of a write

    explicit JournalStore(Session *session);
    ~JournalStore() override;

    void setFolder(const QString &profile); ///< "" keeps everything in memory (tests)
    Q_INVOKABLE void load(); ///< reads the connection's file; nothing when it has been read
    const std::deque<JournalRow> &rows() const { return m_rows; }
    int count() const { return int(m_rows.size()); }
    qint64 evicted() const { return m_evicted; }
    QString error() const { return m_error; }
    const JournalRow *find(qint64 number) const;
    int rowOf(qint64 number) const;
    Session *session() const { return m_session; }

    /// Fills in who, where, when, why and the number, and writes the line. Returns the number.
    qint64 begin(schema::JournalWrite write);
    void settle(qint64 number, JournalRow::Outcome outcome, const QString &text, qint64 elapsedMs);

    /// What the person says about the writes to come; "" = the reason of the lease.
    void setNote(const QString &note) { m_note = note; }
    /// Writes of that service and workspace take back that one, until 0 is set.
    void setUndoing(const JournalRow *row);

    Q_INVOKABLE signalbox::TableModel *newTable(QObject *parent);
    format::Zone zone() const;

signals:
    void changed();
    void rowsInserted(int first, int last);
    void rowsChanged(const std::vector<int> &rows);
    void rowsEvicted(int count);
    void reset();
    void zoneChanged();

private:
    void take(const schema::JournalLine &line);
    void append(const schema::JournalLine &line);
    void bound();
    void rewrite();
    void setError(const QString &error);
    [[nodiscard]] QString file() const;

    Session *m_session;
    QString m_folder;
    QString m_connection; ///< whose rows these are
    bool m_loaded = false;
    std::deque<JournalRow> m_rows;
    qint64 m_next = 1;
    qint64 m_evicted = 0;
    qint64 m_written = 0; ///< bytes in the file
    QString m_error;
    QString m_note;
    schema::JournalWrite m_undoing;
};

} // namespace signalbox
