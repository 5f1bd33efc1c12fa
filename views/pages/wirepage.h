// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/table.h"

#include <QPointer>

namespace signalbox {

class Session;
class WireStore;

/// The Wire page: the frames of this connection, one of them looked at. Secrets were masked before
/// they came here. GUI thread.
class WirePage : public QObject {
    Q_OBJECT
    QML_NAMED_ELEMENT(WirePageModel)
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_MOC_INCLUDE("models/stores/wirestore.h")
    Q_PROPERTY(signalbox::Session *session READ session WRITE setSession NOTIFY sessionChanged
            REQUIRED FINAL)
    Q_PROPERTY(signalbox::WireStore *store READ store NOTIFY sessionChanged FINAL)
    Q_PROPERTY(signalbox::TableModel *table READ table NOTIFY sessionChanged FINAL)
    Q_PROPERTY(QString currentKey READ currentKey WRITE setCurrentKey NOTIFY currentChanged FINAL)
    Q_PROPERTY(QString text READ text NOTIFY currentChanged FINAL) ///< masked payload
    Q_PROPERTY(bool raw READ raw WRITE setRaw NOTIFY currentChanged
            FINAL) ///< text() as it went over the wire; else laid out over several lines
    Q_PROPERTY(QString title READ title NOTIFY currentChanged FINAL)
    Q_PROPERTY(QString facts READ facts NOTIFY currentChanged
            FINAL) ///< one line: channel, size, latency, time
    Q_PROPERTY(
        QString fault READ fault NOTIFY currentChanged FINAL) ///< why it failed, "" when it did not
    Q_PROPERTY(bool truncated READ truncated NOTIFY currentChanged FINAL)
    Q_PROPERTY(
        bool gone READ gone NOTIFY currentChanged FINAL) ///< pushed out of the ring while looked at
    Q_PROPERTY(QString summary READ summary NOTIFY summaryChanged FINAL)
public:
    explicit WirePage(QObject *parent = nullptr);
    ~WirePage() override;

    Session *session() const;
    void setSession(Session *session);
    WireStore *store() const;
    TableModel *table() const { return m_table; }
    QString currentKey() const { return m_key; }
    void setCurrentKey(const QString &key);
    QString text() const { return m_raw ? m_rawText : m_text; }
    bool raw() const { return m_raw; }
    void setRaw(bool raw);
    QString title() const { return m_title; }
    QString facts() const { return m_facts; }
    QString fault() const { return m_fault; }
    bool truncated() const { return m_truncated; }
    bool gone() const;
    QString summary() const;

signals:
    void sessionChanged();
    void currentChanged();
    void summaryChanged();

private:
    void read();

    QPointer<Session> m_session;
    TableModel *m_table = nullptr;
    QString m_key, m_text, m_rawText, m_title, m_facts, m_fault;
    bool m_truncated = false;
    bool m_raw = false;
};

} // namespace signalbox
