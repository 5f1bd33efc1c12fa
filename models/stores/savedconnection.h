// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QMap>
#include <QObject>
#include <QString>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// How a connection signs in, and where what it signs in with is kept.
class SignIn : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("holds names only")
public:
    enum Kind { ApiKey, Password, Anonymous, OpenId };
    Q_ENUM(Kind)
    enum Keep {
        Window, ///< in memory, until the window closes
        Keychain, ///< of this machine
        Nowhere ///< asked for each time
    };
    Q_ENUM(Keep)
};

/// One way to a back end. The built-in gateway has an empty url. Holds no secret.
struct SavedConnection {
    QString name {};
    QString url {};
    QString environment = QStringLiteral("development"); ///< development staging production
    bool protectedConnection = false;
    bool readOnly = false;
    QString group {}; ///< any words; "" = none
    SignIn::Kind signIn = SignIn::ApiKey;
    SignIn::Keep keep = SignIn::Window;
    QString user {}; ///< who signs in with a password
    QString caFile {}; ///< PEM; "" = the authorities of this machine
    QString certificateFile {}; ///< our own; "" = none
    QString keyFile {}; ///< "" = in certificateFile
    QString acceptedCertificate {}; ///< SHA-256 of the one taken whatever is wrong with it
    /// Its first name, once it was renamed: what is kept of it is found under that.
    QString keptAs {};
    /// What other kinds of sign-in keep (issuer, client-id, …), and what a later version wrote.
    QMap<QString, QString> more {};
    bool operator==(const SavedConnection &) const = default;
    /// Stays when it is renamed: journal, drafts, history, alerts and filters are kept under it.
    [[nodiscard]] const QString &identity() const { return keptAs.isEmpty() ? name : keptAs; }
};

/// What is open to others on the way there: "" nothing, "unencrypted" everything, "unverified" (a
/// certificate was taken that proves nothing about who answers).
QString insecurityOf(const QString &url, const QString &acceptedCertificate);

} // namespace signalbox
