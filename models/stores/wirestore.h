// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/format.h"
#include "models/stores/packedtext.h"
#include "models/stores/table.h"

#include <deque>

namespace signalbox {

/// One request, answer or frame. Secrets are masked before they enter.
struct WireRow {
    qint64 number = 0;
    qint64 atMs = 0; ///< Unix time
    QString direction; ///< "→" sent, "←" received
    QString channel; ///< rest, short, stream, events
    QString id;
    QString service;
    QString operation;
    QString workspace;
    QString state; ///< sent, ok, error text
    bool failed = false;
    qint64 latencyUs = -1; ///< of the answer
    qint64 size = 0; ///< bytes on the wire
    PackedText text; ///< at most 16 KiB, masked
    bool truncated = false;
};

/// Ring of the last 5 000 frames, fewer when their texts would take more than 16 MiB; `evicted`
/// counts those pushed out. GUI thread; append() is called through a queued connection by the
/// client's wire log.
class WireStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Session")
    Q_PROPERTY(qint64 evicted READ evicted NOTIFY changed FINAL)
    Q_PROPERTY(bool paused READ paused WRITE setPaused NOTIFY changed
            FINAL) ///< new rows are counted as `missed` meanwhile
    Q_PROPERTY(int missed READ missed NOTIFY changed FINAL)
public:
    static constexpr int capacity = 5000;
    static constexpr qsizetype textCapacity = qsizetype(16) << 20; ///< bytes of texts, as kept
    explicit WireStore(QObject *parent);
    ~WireStore() override;
    const std::deque<WireRow> &rows() const;
    qint64 evicted() const;
    bool paused() const;
    void setPaused(bool paused);
    int missed() const;
    void append(const std::vector<WireRow> &rows);
    Q_INVOKABLE void clear();
    Q_INVOKABLE signalbox::TableModel *newTable(QObject *parent) const;
    Q_INVOKABLE QString textOf(const QString &key) const; ///< masked payload, indented
    Q_INVOKABLE QString curlOf(const QString &key) const; ///< $SIGNALBOX_API_KEY instead of the key
    Q_INVOKABLE QString exportJsonl() const;

    const WireRow *find(const QString &key) const; ///< nullptr when pushed out
    void setUrl(const QString &url); ///< base for curlOf()
    format::Zone zone() const;
    void setZone(format::Zone zone); ///< in which times are shown and exported

signals:
    void changed();
    void rowsInserted(int first, int last);
    void rowsEvicted(int count); ///< from the front
    void reset();
    void zoneChanged();

private:
    struct Data;
    std::unique_ptr<Data> d;
};

} // namespace signalbox
