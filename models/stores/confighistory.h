// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/configrecords.h"

#include <QHash>
#include <QObject>

#include <vector>

namespace signalbox {

/// Which entry of which connection.
struct ConfigAddress {
    QString connection;
    QString workspace;
    QString type;
    QString key;
    bool operator==(const ConfigAddress &) const = default;
};

/// The values that config entries had, as far as this console saw or wrote them. Kept in the
/// profile as lines that are only ever appended, so that a crash costs at most the last one; values
/// that hold secrets are kept in memory only. Bounded per entry and as a whole; what a bound let go
/// is counted. GUI thread.
class ConfigHistory : public QObject {
    Q_OBJECT
public:
    static constexpr int perEntry = 30; ///< versions
    static constexpr qint64 totalBytes = 8 * 1024 * 1024; ///< of values

    explicit ConfigHistory(QObject *parent = nullptr);
    ~ConfigHistory() override;

    void setFolder(const QString &folder); ///< "" keeps everything in memory (tests)
    /// Adds a version unless the newest one held has the same value.
    void note(const ConfigAddress &address, schema::ConfigVersion version, bool secret);
    [[nodiscard]] std::vector<schema::ConfigVersion> versions(
        const ConfigAddress &address); ///< newest first
    [[nodiscard]] int letGo(const ConfigAddress &address) const; ///< since this start
    [[nodiscard]] QString error() const { return m_error; }

signals:
    void changed(const QString &workspace, const QString &type, const QString &key);

private:
    struct Held {
        schema::ConfigVersion version;
        bool secret = false;
        qint64 number = 0; ///< growing: the lowest goes first
    };
    struct Entry {
        std::vector<Held> versions; ///< oldest first
        int letGo = 0;
    };
    void load();
    void add(const QString &name, schema::ConfigVersion version, bool secret);
    void bound();
    void append(const schema::ConfigVersion &version);
    void rewrite();

    QString m_file;
    bool m_loaded = true;
    QString m_error;
    QHash<QString, Entry> m_entries;
    qint64 m_bytes = 0;
    qint64 m_number = 0;
    qint64 m_written = 0; ///< bytes in the file
};

} // namespace signalbox
