// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QObject>
#include <QString>

#include <functional>

namespace signalbox {

/// Where secrets outlive the window, if anywhere. GUI thread; never blocks: every call ends by its
/// function, within a few seconds, with an error for people where nobody answers. A function whose
/// `context` has gone is not called.
class SecretStore : public QObject {
    Q_OBJECT
public:
    enum State { Unknown, Asking, Present, Absent };
    using Got = std::function<void(const QString &secret, const QString &error)>;
    using Done = std::function<void(const QString &error)>;

    using QObject::QObject;
    virtual State state() const = 0;
    virtual void look() = 0; ///< finds out whether a keychain answers; once
    /// An entry that is not there is "" without an error.
    virtual void read(const QString &key, QObject *context, Got got) = 0;
    virtual void write(const QString &key, const QString &secret, QObject *context, Done done) = 0;
    virtual void forget(const QString &key) = 0;

signals:
    void stateChanged();
};

} // namespace signalbox
