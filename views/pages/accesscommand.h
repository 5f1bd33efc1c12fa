// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/accessstore.h"
#include "models/stores/session.h"

#include <QPointer>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// What the dialogs of the Access page share: one or several changing requests one after the other,
/// what became of them, and a secret that is told once. GUI thread.
class AccessCommand : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("use AccessForm or AccessAction")
    Q_PROPERTY(signalbox::AccessStore *store READ store WRITE setStore NOTIFY changed FINAL)
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL)
    Q_PROPERTY(QString subtitle READ subtitle NOTIFY changed FINAL)
    Q_PROPERTY(QString verb READ verb NOTIFY changed FINAL) ///< of the button
    Q_PROPERTY(QString whyNot READ whyNot NOTIFY changed FINAL) ///< "" = it can be done
    Q_PROPERTY(bool busy READ busy NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QString result READ result NOTIFY changed FINAL) ///< "" while it is not done
    Q_PROPERTY(QString secret READ secret NOTIFY changed FINAL) ///< shown once, forgotten on close
    Q_PROPERTY(QString secretName READ secretName NOTIFY changed FINAL)
public:
    explicit AccessCommand(QObject *parent = nullptr);
    ~AccessCommand() override;

    AccessStore *store() const { return m_store; }
    void setStore(AccessStore *store);
    virtual QString title() const = 0;
    virtual QString subtitle() const = 0;
    virtual QString verb() const = 0;
    QString whyNot() const;
    bool busy() const { return m_busy; }
    QString error() const { return m_error; }
    QString result() const { return m_result; }
    QString secret() const { return m_secret; }
    QString secretName() const { return m_secretName; }

    Q_INVOKABLE void run();
    /// The dialog was closed: nothing secret stays.
    Q_INVOKABLE virtual void forget();

signals:
    void changed();
    void done(const QString &result);

protected:
    struct Step {
        schema::IamRequest request;
        QStringList owners; ///< whose keys it may change
        QString lease; ///< its id: this one is taken away, `request` only names the operation
    };
    /// What hinders it beyond connection, rights and read-only; "" = nothing.
    virtual QString objection() const = 0;
    virtual std::vector<Step> steps() const = 0;
    /// All steps were answered; `last` is the answer to the last. Returns what to say.
    virtual QString finished(const schema::IamResponse &last) = 0;
    /// Begins anew: no result, no error, no secret.
    void begin();
    void tellSecret(const QString &name, const std::string &secret);
    [[nodiscard]] QString denied() const; ///< for people, of the first step that is not allowed
    [[nodiscard]] Session *session() const { return m_store ? m_store->session() : nullptr; }

private:
    void next(std::vector<Step> steps, std::size_t at);

    QPointer<AccessStore> m_store;
    int m_round = 0; ///< grows with every begin(): an answer of an older one is void
    bool m_busy = false;
    QString m_error;
    QString m_result;
    QString m_secret;
    QString m_secretName;
};

} // namespace signalbox
