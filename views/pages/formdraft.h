// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/schema/formdraft.h"

#include <QObject>
#include <QPointer>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

class DraftStore;
class Session;

/// What was typed into a form, there again after a crash: field by field in the DraftStore of the
/// profile. A form that was sent drops it. Secrets are never put here. GUI thread.
class FormDraft : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(
        signalbox::Session *session READ session WRITE setSession NOTIFY changed REQUIRED FINAL)
    Q_PROPERTY(QString form READ form WRITE setForm NOTIFY changed REQUIRED FINAL) ///< its kind
    /// Belongs to no connection (the form of a connection itself).
    Q_PROPERTY(bool everywhere MEMBER m_everywhere NOTIFY changed FINAL)
    Q_PROPERTY(QString restored READ restored NOTIFY changed FINAL) ///< "Restored from 14:02:31"
public:
    static constexpr std::size_t fieldLimit = 1024 * 1024; ///< bytes; longer ones are not kept

    explicit FormDraft(QObject *parent = nullptr);

    Session *session() const;
    void setSession(Session *session);
    QString form() const { return m_form; }
    void setForm(const QString &form);
    void setEverywhere() { m_everywhere = true; }
    QString restored() const { return m_restored; }

    /// Looks for a draft about `object` (a flow, a user; "" when the form has none). True: there is
    /// one, and `restored` says from when.
    Q_INVOKABLE bool begin(const QString &object = {});
    Q_INVOKABLE bool has(const QString &field) const;
    Q_INVOKABLE QString text(const QString &field) const; ///< "" when it is not in the draft
    /// Keeps a field; what equals `blank` is not worth keeping.
    Q_INVOKABLE void keep(const QString &field, const QString &text, const QString &blank = {});
    Q_INVOKABLE void drop(); ///< it was sent
    Q_INVOKABLE void startOver(); ///< drops it and says so

signals:
    void changed();
    void startedOver(); ///< the form shows what it would without a draft

private:
    [[nodiscard]] DraftStore *store() const;
    [[nodiscard]] QString key() const;

    QPointer<Session> m_session;
    QString m_form;
    QString m_object;
    QString m_restored;
    schema::FormDraft m_draft;
    bool m_everywhere = false;
    bool m_begun = false;
};

} // namespace signalbox
