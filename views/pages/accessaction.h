// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/accesscommand.h"

namespace signalbox {

/// A change without a form: what it does in view, then the request. GUI thread.
class AccessAction : public signalbox::AccessCommand {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(Kind kind READ kind NOTIFY changed FINAL)
    Q_PROPERTY(bool destructive READ destructive NOTIFY changed FINAL)
    Q_PROPERTY(QStringList consequences READ consequences NOTIFY changed FINAL)
    Q_PROPERTY(QStringList warnings READ warnings NOTIFY changed
            FINAL) ///< what is easily overlooked: yourself, the last administrator
    Q_PROPERTY(bool typingNeeded READ typingNeeded NOTIFY changed FINAL)
    Q_PROPERTY(QString typeThis READ typeThis NOTIFY changed FINAL)
    Q_PROPERTY(QString typed READ typed WRITE setTyped NOTIFY changed FINAL)
public:
    enum Kind {
        DisableUser,
        EnableUser,
        DeleteUser,
        ResetPassword,
        RevokeKey,
        DisableWorkspace,
        EnableWorkspace,
        RotateSigningKey,
        RevokeLease
    };
    Q_ENUM(Kind)

    explicit AccessAction(QObject *parent = nullptr);

    Kind kind() const { return m_kind; }
    bool destructive() const;
    QStringList consequences() const;
    QStringList warnings() const;
    bool typingNeeded() const;
    QString typeThis() const; ///< name of what is acted on
    QString typed() const { return m_typed; }
    void setTyped(const QString &typed);
    QString title() const override;
    QString subtitle() const override;
    QString verb() const override;

    /// `target` is the id of a user, key, workspace or lease; `owner` the user whose key it is.
    Q_INVOKABLE void open(
        signalbox::AccessAction::Kind kind, const QString &target, const QString &owner = {});
    /// Operation behind a kind, so that a button can tell beforehand why it may not be pressed.
    static const char *operation(Kind kind);

protected:
    QString objection() const override;
    std::vector<Step> steps() const override;
    QString finished(const schema::IamResponse &last) override;

private:
    [[nodiscard]] const schema::User *user() const;
    [[nodiscard]] const schema::ApiKey *key() const;
    [[nodiscard]] const schema::Workspace *workspace() const;
    [[nodiscard]] const schema::Lease *lease() const;
    [[nodiscard]] bool onUser() const;
    [[nodiscard]] bool onWorkspace() const;
    [[nodiscard]] bool lastAdmin() const;
    [[nodiscard]] QString keysGo() const;
    [[nodiscard]] QStringList workspaceConsequences() const;
    [[nodiscard]] QStringList leaseConsequences() const;

    Kind m_kind = DisableUser;
    QString m_target;
    QString m_owner;
    QString m_name; ///< kept for the result: after the act the record may be gone
    QString m_typed;
};

} // namespace signalbox
