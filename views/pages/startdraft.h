// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/codec.h"

#include <QSettings>
#include <QString>

#include <memory>
#include <optional>

namespace signalbox {

/// A half-filled start form. Only what a person typed, never a default.
struct StartDraft {
    QString workspace;
    QString blueprint;
    QString id;
    QString description;
    schema::Members<std::string> values;
    [[nodiscard]] bool empty() const;
    bool operator==(const StartDraft &) const = default;
};

/// Drafts per connection in `drafts.ini` of the profile, so that they are there again after a
/// crash. GUI thread. One draft per connection; a value longer than `valueLimit` is not kept and
/// said so.
class StartDraftFile {
public:
    static constexpr int valueLimit = 64 * 1024;

    /// Under what a restart keeps its form between its two halves, beside what is typed into a
    /// start. Connections go by their identity: the built-in one has another address each time.
    static QString ofRestart(const QString &connection)
    {
        return connection + QStringLiteral("\nrestart");
    }

    explicit StartDraftFile(const QString &folder); ///< "" = in memory only
    ~StartDraftFile();
    [[nodiscard]] std::optional<StartDraft> read(const QString &connection) const;
    /// "" or why it is not safe on disk. An empty draft is removed.
    QString write(const QString &connection, const StartDraft &draft);
    void clear(const QString &connection);

private:
    std::unique_ptr<QSettings> m_file;
    std::optional<StartDraft> m_memory;
};

} // namespace signalbox
