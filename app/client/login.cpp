// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/login.h"

#include "app/client/errors.h"
#include "models/schema/envelope.h"
#include "models/schema/iam.h"
#include "models/schema/signin.h"

#include <QDateTime>

namespace signalbox {
namespace {

std::chrono::seconds lifetimeOf(const schema::IamResponse &answer)
{
    if (const auto told = schema::tokenLifetime(*answer.jwt))
        return *told;
    const auto ends =
        QDateTime::fromString(QString::fromStdString(answer.jwtExpires.value_or("")), Qt::ISODate);
    return std::chrono::seconds(
        ends.isValid() ? std::max<qint64>(0, QDateTime::currentDateTime().secsTo(ends)) : 0);
}

} // namespace

Login::Login(const QUrl &url, const TlsTrust &tls, milliseconds timeout, QObject *parent)
    : QObject(parent)
    , m_url(url)
    , m_tls(tls)
    , m_timeout(timeout)
    , m_rest(new Rest(this))
{
}

Login::Outcome Login::outcomeOf(const RestAnswer &answer)
{
    Outcome outcome;
    if (answer.status == 0) {
        if (answer.untrusted)
            outcome.kind = Outcome::Refused;
        outcome.text = answer.error;
        return outcome;
    }
    const auto fault = schema::errorOf(answer.body, answer.status);
    if (!fault) {
        outcome.kind = Outcome::Done;
        return outcome;
    }
    // A gateway whose IAM service is silent, or that answers 5xx, says nothing about the password.
    if (answer.status < 500)
        outcome.kind = Outcome::Refused;
    outcome.text = QString::fromStdString(fault->explained());
    return outcome;
}

void Login::start(const std::string &user, const std::string &password)
{
    m_rest->setTls(m_tls);
    m_rest->setBase(m_url, {});
    m_rest->post(QStringLiteral("/api/v1/auth/login"),
        schema::encode(schema::LoginRequest { user, password }), false, m_timeout,
        [this](const RestAnswer &answer) {
            Outcome outcome = outcomeOf(answer);
            if (answer.status == 404 || answer.status == 405)
                outcome.text = tr("this back end has no sign-in with a password");
            else if (outcome.kind == Outcome::Refused && answer.status != 0)
                outcome.text = tr("user or password is wrong, or the user is disabled");
            if (outcome.kind == Outcome::Done) {
                const auto body = schema::decode<schema::IamResponse>(answer.body);
                if (!body) {
                    outcome.kind = Outcome::Refused;
                    outcome.text = protocolError(body.error()).text;
                } else if (body->jwt) {
                    outcome.token = *body->jwt;
                    outcome.lifetime = lifetimeOf(*body);
                }
            }
            emit finished(outcome);
        });
}

void Login::change(const std::string &token, const std::string &current, const std::string &next)
{
    m_rest->setTls(m_tls);
    m_rest->setBase(m_url, token);
    m_rest->post(QStringLiteral("/api/v1/auth/change-password"),
        schema::encode(schema::PasswordChange { current, next }), true, m_timeout,
        [this](const RestAnswer &answer) {
            Outcome outcome = outcomeOf(answer);
            if (answer.status == 401)
                outcome.text = tr("the present password is wrong");
            emit changed(outcome);
        });
}

void Login::abort()
{
    m_rest->abortAll();
}

} // namespace signalbox
