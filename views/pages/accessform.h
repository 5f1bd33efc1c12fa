// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/accesscommand.h"
#include "views/pages/formdraft.h"

namespace signalbox {

/// The forms of the Access page: who is made or changed, what is wrong with what was typed, then
/// the request. Passwords live in it until it is closed. GUI thread.
class AccessForm : public signalbox::AccessCommand {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(Kind kind READ kind NOTIFY changed FINAL)
    Q_PROPERTY(QString name READ name WRITE setName NOTIFY changed
            FINAL) ///< user name, workspace id, name of a key
    Q_PROPERTY(bool nameFixed READ nameFixed NOTIFY changed FINAL)
    Q_PROPERTY(QString nameFault READ nameFault NOTIFY changed FINAL)
    Q_PROPERTY(QString fullName READ fullName WRITE setFullName NOTIFY changed FINAL)
    Q_PROPERTY(QString email READ email WRITE setEmail NOTIFY changed FINAL)
    Q_PROPERTY(QString keepNote READ keepNote NOTIFY changed FINAL) ///< what an emptied field means
    Q_PROPERTY(QStringList homes READ homes NOTIFY changed FINAL)
    Q_PROPERTY(QString home READ home WRITE setHome NOTIFY changed FINAL)
    Q_PROPERTY(QStringList knownRoles READ knownRoles CONSTANT FINAL)
    Q_PROPERTY(QStringList roles READ roles NOTIFY changed FINAL)
    Q_PROPERTY(QString otherRoles READ otherRoles WRITE setOtherRoles NOTIFY changed
            FINAL) ///< that we do not know, separated by commas
    Q_PROPERTY(QString reach READ reach NOTIFY changed FINAL) ///< what the roles allow, in words
    Q_PROPERTY(bool mustChange READ mustChange WRITE setMustChange NOTIFY changed FINAL)
    Q_PROPERTY(bool generate READ generate WRITE setGenerate NOTIFY changed
            FINAL) ///< make a password and show it once
    Q_PROPERTY(
        QString currentPassword READ currentPassword WRITE setCurrentPassword NOTIFY changed FINAL)
    Q_PROPERTY(QString password READ password WRITE setPassword NOTIFY changed FINAL)
    Q_PROPERTY(QString repeated READ repeated WRITE setRepeated NOTIFY changed FINAL)
    Q_PROPERTY(QString passwordFault READ passwordFault NOTIFY changed FINAL)
    Q_PROPERTY(int lifetime READ lifetime WRITE setLifetime NOTIFY changed FINAL) ///< Lifetime
    Q_PROPERTY(QString until READ until WRITE setUntil NOTIFY changed FINAL) ///< ISO date or time
    Q_PROPERTY(QString untilFault READ untilFault NOTIFY changed FINAL)
    /// What was typed, there again after a crash; passwords are never in it.
    Q_PROPERTY(signalbox::FormDraft *draft READ draft CONSTANT FINAL)
public:
    enum Kind { NewUser, EditUser, ChangePassword, NewWorkspace, EditWorkspace, NewKey };
    Q_ENUM(Kind)
    enum Lifetime { Forever, Days30, Days90, Year, Until };
    Q_ENUM(Lifetime)

    explicit AccessForm(QObject *parent = nullptr);

    Kind kind() const { return m_kind; }
    QString name() const { return m_name; }
    void setName(const QString &name) { set(m_name, name); }
    bool nameFixed() const;
    QString nameFault() const;
    QString fullName() const { return m_fullName; }
    void setFullName(const QString &name) { set(m_fullName, name); }
    QString email() const { return m_email; }
    void setEmail(const QString &email) { set(m_email, email); }
    QString keepNote() const;
    QStringList homes() const;
    QString home() const { return m_home; }
    void setHome(const QString &home) { set(m_home, home); }
    QStringList knownRoles() const;
    QStringList roles() const { return m_roles; }
    QString otherRoles() const { return m_otherRoles; }
    void setOtherRoles(const QString &roles) { set(m_otherRoles, roles); }
    QString reach() const;
    bool mustChange() const { return m_mustChange; }
    void setMustChange(bool must) { set(m_mustChange, must); }
    bool generate() const { return m_generate; }
    void setGenerate(bool generate) { set(m_generate, generate); }
    QString currentPassword() const { return m_currentPassword; }
    void setCurrentPassword(const QString &password) { set(m_currentPassword, password); }
    QString password() const { return m_password; }
    void setPassword(const QString &password) { set(m_password, password); }
    QString repeated() const { return m_repeated; }
    void setRepeated(const QString &password) { set(m_repeated, password); }
    QString passwordFault() const;
    int lifetime() const { return m_lifetime; }
    void setLifetime(int lifetime) { set(m_lifetime, lifetime); }
    QString until() const { return m_until; }
    void setUntil(const QString &until) { set(m_until, until); }
    QString untilFault() const;
    FormDraft *draft() const { return m_draft; }
    QString title() const override;
    QString subtitle() const override;
    QString verb() const override;

    /// `target`: the user or workspace that is changed, or the user who gets a key.
    Q_INVOKABLE void open(signalbox::AccessForm::Kind kind, const QString &target = {});
    Q_INVOKABLE bool hasRole(const QString &role) const { return m_roles.contains(role); }
    Q_INVOKABLE void setRole(const QString &role, bool held);
    void forget() override;
    static const char *operation(Kind kind);

protected:
    QString objection() const override;
    std::vector<Step> steps() const override;
    QString finished(const schema::IamResponse &last) override;

private:
    template <class T> void set(T &held, const T &value)
    {
        if (held == value)
            return;
        held = value;
        keepTyped();
        emit changed();
    }
    [[nodiscard]] bool withPassword() const;
    [[nodiscard]] std::vector<std::string> allRoles() const;
    [[nodiscard]] bool enabledNow() const;
    [[nodiscard]] std::string expires() const; ///< ISO with zone, "" = never
    void readUser(const schema::User &user);
    using Fields = std::vector<std::pair<QString, QString>>;
    [[nodiscard]] Fields fields() const; ///< without passwords
    void fresh();
    void restore();
    void keepTyped();

    Kind m_kind = NewUser;
    QString m_target;
    FormDraft *m_draft;
    Fields m_blank; ///< the fields before anybody typed
    QString m_name, m_fullName, m_email, m_home, m_otherRoles;
    QStringList m_roles;
    bool m_enabled = true;
    bool m_mustChange = false;
    bool m_generate = true;
    QString m_generated;
    QString m_currentPassword, m_password, m_repeated;
    int m_lifetime = Days90;
    QString m_until;
};

} // namespace signalbox
