// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/passwordcredential.h"

#include <QThread>

namespace signalbox {

using std::chrono::seconds;

PasswordCredential::PasswordCredential(Options options, Fetch fetch, QThread *io, QObject *parent)
    : CredentialSource(parent)
    , m_options(std::move(options))
    , m_fetch(std::move(fetch))
    , m_login(new Login(m_options.url, m_options.tls, m_options.timeout))
{
    m_login->moveToThread(io);
    connect(io, &QThread::finished, m_login, &QObject::deleteLater);
    connect(m_login, &Login::finished, this, &PasswordCredential::take);
    connect(m_login, &Login::changed, this, [this](const Login::Outcome &outcome) {
        emit passwordChanged(outcome.kind == Login::Outcome::Done ? QString() : outcome.text);
    });
    m_renew.setSingleShot(true);
    m_end.setSingleShot(true);
    connect(&m_renew, &QTimer::timeout, this, &PasswordCredential::acquire);
    connect(&m_end, &QTimer::timeout, this, [this] {
        m_renew.stop();
        m_held = false;
        m_token.clear();
        lose(CredentialFault::Ended, tr("the sign-in has ended: the password is needed again"));
    });
}

PasswordCredential::~PasswordCredential()
{
    if (!m_login)
        return; // went with its thread
    m_login->disconnect(this);
    m_login->deleteLater();
}

milliseconds PasswordCredential::renewalBefore(milliseconds lifetime)
{
    return std::min<milliseconds>(seconds(300), lifetime / 5);
}

void PasswordCredential::acquire()
{
    m_renew.stop();
    const int wanted = ++m_wanted;
    m_fetch(this, [this, wanted](const std::string &password) {
        if (wanted != m_wanted)
            return;
        if (!password.empty())
            return login(password);
        // A token that is good still is used to its end.
        if (m_held)
            emit bearer(m_token);
        else
            lose(CredentialFault::Refused, tr("the password of %1 is needed").arg(m_options.user));
    });
}

void PasswordCredential::login(const std::string &password)
{
    m_asking = true;
    if (!m_login)
        return;
    QMetaObject::invokeMethod(
        m_login,
        [login = m_login.data(), user = m_options.user.toStdString(), password] {
            login->abort();
            login->start(user, password);
        },
        Qt::QueuedConnection);
}

void PasswordCredential::release()
{
    ++m_wanted;
    m_renew.stop();
    m_end.stop();
    m_asking = m_held = false;
    m_token.clear();
    if (!m_login)
        return;
    QMetaObject::invokeMethod(
        m_login, [login = m_login.data()] { login->abort(); }, Qt::QueuedConnection);
}

void PasswordCredential::changePassword(const std::string &current, const std::string &next)
{
    if (m_token.empty() || !m_login) {
        emit passwordChanged(tr("not signed in"));
        return;
    }
    if (!m_login)
        return;
    QMetaObject::invokeMethod(
        m_login,
        [login = m_login.data(), token = m_token, current, next] {
            login->change(token, current, next);
        },
        Qt::QueuedConnection);
}

void PasswordCredential::take(const Login::Outcome &outcome)
{
    if (!std::exchange(m_asking, false))
        return; // given up meanwhile
    if (outcome.kind != Login::Outcome::Done) {
        // While the present token holds, not being reached only means to try again in time.
        if (m_held && outcome.kind == Login::Outcome::Unreachable && m_end.remainingTime() > 0)
            return m_renew.start(std::max<milliseconds>(
                m_options.shortestRenewal, m_end.remainingTimeAsDuration() / 4));
        if (m_held && m_end.remainingTime() > 0)
            return; // the password was changed elsewhere: m_end says so when it is time
        return lose(outcome.kind == Login::Outcome::Refused ? CredentialFault::Refused
                                                            : CredentialFault::Unreachable,
            outcome.text);
    }
    m_token = outcome.token;
    m_held = true;
    m_end.stop();
    if (outcome.lifetime > seconds(0)) {
        // A timer counts milliseconds in an int.
        const milliseconds lifetime = std::min<milliseconds>(outcome.lifetime, seconds(2000000));
        m_end.start(lifetime);
        m_renew.start(
            std::max<milliseconds>(m_options.shortestRenewal, lifetime - renewalBefore(lifetime)));
    }
    emit bearer(m_token);
}

void PasswordCredential::lose(CredentialFault::Kind kind, const QString &text)
{
    emit lost({ kind, text });
}

} // namespace signalbox
