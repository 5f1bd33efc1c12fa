// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QObject>
#include <QString>

#include <string>

namespace signalbox {

/// Why there is no bearer.
struct CredentialFault {
    enum Kind {
        Unreachable, ///< who signs in was not reached: the connection asks again by itself
        Refused, ///< a person has to give something else, or to be let in
        Ended ///< was signed in, and only a person can do it again
    };
    Kind kind = Refused;
    QString text; ///< for people, one clause
    bool operator==(const CredentialFault &) const = default;
};

/// Where a connection's bearer comes from: what POST /auth/login gives, a provider, … An API key
/// and anonymous access need none of it. GUI thread; what it asks over the network or of other
/// programs never blocks there. The Connection that opens a target with a source is the only one
/// that calls it.
///
/// The bearer is memory only: a source writes it nowhere and logs it nowhere.
class CredentialSource : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /// Wants a bearer, a fresh one when there is one already. Ends with bearer() or lost(), unless
    /// acquire() or release() comes before.
    virtual void acquire() = 0;
    /// The connection is left: no bearer is wanted any more, timers and what is under way end.
    virtual void release() = 0;

signals:
    /// There is one; later again with the next one, before the former ends (the open sockets are
    /// signed in anew with it, nothing in flight is lost).
    void bearer(const std::string &token);
    /// There is none, or the present one ends and no other can be had.
    void lost(const signalbox::CredentialFault &fault);
};

} // namespace signalbox
