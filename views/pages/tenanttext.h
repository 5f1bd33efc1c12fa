// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/tenantstore.h"
#include "views/pages/formdraft.h"

#include <QPointer>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// A text that the tool kb_search looks through: one is added, typed, pasted or of a file, or one
/// that is there is read. The far end changes none: another one is added and the old one deleted.
/// What is typed is kept as a draft. GUI thread.
class TenantText : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(signalbox::TenantStore *store READ store WRITE setStore NOTIFY changed FINAL)
    Q_PROPERTY(signalbox::FormDraft *draft READ draft CONSTANT FINAL)
    Q_PROPERTY(bool reading READ reading NOTIFY changed FINAL) ///< one that is there
    Q_PROPERTY(QString subtitle READ subtitle NOTIFY changed FINAL)
    Q_PROPERTY(QString title READ title WRITE setTitle NOTIFY titleChanged FINAL)
    Q_PROPERTY(QString text READ text WRITE setText NOTIFY textChanged FINAL)
    Q_PROPERTY(QString size READ size NOTIFY changed FINAL) ///< "1.2 KB", what is left out
    Q_PROPERTY(QString whyNot READ whyNot NOTIFY changed FINAL) ///< "" = it can be added
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString result READ result NOTIFY changed FINAL)
public:
    static constexpr qint64 longest = 1024 * 1024; ///< bytes, as the gateway takes
    static constexpr int searched = 100'000; ///< characters that the gateway looks through
    static constexpr qint64 longestShown = 256 * 1024; ///< of one that is read

    explicit TenantText(QObject *parent = nullptr);

    TenantStore *store() const { return m_store; }
    void setStore(TenantStore *store);
    FormDraft *draft() const { return m_draft; }
    bool reading() const { return !m_id.isEmpty(); }
    QString subtitle() const;
    QString title() const { return m_title; }
    void setTitle(const QString &title);
    QString text() const { return m_text; }
    void setText(const QString &text);
    QString size() const;
    QString whyNot() const;
    bool busy() const { return m_busy; }
    QString error() const { return m_error; }
    QString result() const { return m_result; }

    /// `id` "" adds one, else that one is read.
    Q_INVOKABLE void open(const QString &tenant, const QString &id = {});
    /// Takes its text and, where there is no title yet, its name.
    Q_INVOKABLE void takeFile(const QString &path);
    Q_INVOKABLE void save();
    Q_INVOKABLE void forget();
    /// Why none can be added at all, for a button; "" = one can.
    Q_INVOKABLE QString denied(const QString &tenant) const;

signals:
    void changed();
    void titleChanged();
    void textChanged();
    void done();

private:
    void fill(const QString &title, const QString &text);
    void startOver();
    void read();

    QPointer<TenantStore> m_store;
    FormDraft *m_draft;
    QString m_tenant;
    QString m_id;
    QString m_title;
    QString m_text;
    qint64 m_bytes = 0; ///< of the text
    qint64 m_hidden = 0; ///< bytes of one that is read which are not shown
    int m_round = 0; ///< answers of an older one are void
    bool m_busy = false;
    QString m_error;
    QString m_result;
};

} // namespace signalbox
