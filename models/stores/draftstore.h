// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QHash>
#include <QObject>
#include <QSet>
#include <QThreadPool>
#include <QTimer>

#include <optional>
#include <string>
#include <vector>

namespace signalbox {

/// Unfinished work by key, in the profile: what was put is on disk within `delayMs`, and there
/// again after a crash. A draft is an opaque text; its key says whose it is ("config/…"). Secrets
/// are kept in memory only. GUI thread; files are written on another, in the order in which drafts
/// were put. A draft that cannot be written is told by `error`, and stays in memory.
class DraftStore : public QObject {
    Q_OBJECT
public:
    enum class Keep { Disk, Memory };
    static constexpr int delayMs = 300;
    static constexpr qint64 maximumBytes = 64 * 1024 * 1024; ///< of one draft, when read

    explicit DraftStore(QObject *parent = nullptr);
    ~DraftStore() override; ///< writes what waits

    /// Reads what is there; "" keeps everything in memory (tests).
    void setFolder(const QString &folder);
    [[nodiscard]] QStringList keys(const QString &prefix) const; ///< sorted
    [[nodiscard]] std::optional<std::string> text(const QString &key) const;
    void put(const QString &key, const std::string &text, Keep keep = Keep::Disk);
    void remove(const QString &key);
    [[nodiscard]] bool inMemoryOnly(const QString &key) const;
    [[nodiscard]] QString error() const { return m_error; }
    void flush(); ///< writes now, and returns when all is on disk

signals:
    void errorChanged();

private:
    struct Draft {
        std::string text;
        Keep keep = Keep::Disk;
    };
    struct Writing {
        QString file;
        QByteArray key;
        std::string text; ///< "" of one that is taken away, for it holds a secret now
        bool keeps = true;
    };
    [[nodiscard]] QString fileOf(const QString &key) const;
    [[nodiscard]] std::vector<Writing> takeWaiting();
    static QString write(const std::vector<Writing> &drafts); ///< why not; any thread
    void writeSoon();
    void tell(const QString &fault);
    void setError(const QString &error);

    QString m_folder;
    QString m_error;
    QHash<QString, Draft> m_drafts;
    QSet<QString> m_waiting;
    QSet<QString> m_writing; ///< on the other thread
    QTimer m_timer;
    QThreadPool m_writer; ///< one thread: what was put later is written later
};

} // namespace signalbox
