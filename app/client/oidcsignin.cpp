// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/oidcsignin.h"

#include <QHostAddress>
#include <QNetworkReply>
#include <QOAuth2AuthorizationCodeFlow>
#include <QOAuthHttpServerReplyHandler>

namespace signalbox {

namespace {

constexpr int secretBytes = 32;
constexpr milliseconds goodbyeTime { 1000 };

QString plain(const QVariant &value)
{
    QString text = value.toString();
    text.replace(QLatin1Char('+'), QLatin1Char(' ')); // a form's space
    return QUrl::fromPercentEncoding(text.toUtf8()).left(200).simplified();
}

} // namespace

/// Qt 6.4 tells nobody what is wrong with a token request, so the reply is read here.
class OidcSignIn::Replies : public QOAuthHttpServerReplyHandler {
public:
    // An address and a port by their own types: an unscoped enum would be taken for a port.
    Replies(OidcProvider::Answered answered, QObject *parent)
        : QOAuthHttpServerReplyHandler(QHostAddress(QHostAddress::LocalHost), quint16(0), parent)
        , m_answered(std::move(answered))
    {
        setCallbackPath(QStringLiteral("signed-in"));
        setCallbackText(OidcSignIn::tr("Signalbox has the answer. This page can be closed."));
    }

protected:
    void networkReplyFinished(QNetworkReply *reply) override
    {
        reply->deleteLater();
        OidcProvider::tell(reply, m_answered);
    }

private:
    const OidcProvider::Answered m_answered;
};

OidcSignIn::OidcSignIn(OidcProvider *provider, Browser browser, QObject *parent)
    : QObject(parent)
    , m_provider(provider)
    , m_browser(std::move(browser))
{
    m_limit.setSingleShot(true);
    connect(&m_limit, &QTimer::timeout, this, [this] {
        fail(OidcFault::TimedOut,
            tr("nobody has signed in in the browser; its window was closed, perhaps"));
    });
}

OidcSignIn::~OidcSignIn()
{
    if (m_running)
        m_provider->abort();
    end();
}

void OidcSignIn::start()
{
    if (m_running)
        m_provider->abort();
    end();
    m_running = true;
    m_provider->discover(this, [this](const OidcResult<schema::OidcDiscovery> &found) {
        if (!m_running)
            return;
        if (found)
            authorise(*found);
        else
            fail(found.error());
    });
}

void OidcSignIn::authorise(const schema::OidcDiscovery &discovery)
{
    const OidcConfig &config = m_provider->config();
    m_state = randomText(secretBytes);
    m_nonce = randomText(secretBytes);
    m_verifier = randomText(secretBytes);
    m_replies =
        new Replies([this](int status, const QByteArray &text) { takeTokens(status, text); }, this);
    if (!m_replies->isListening())
        return fail(
            OidcFault::Unreachable, tr("no port of this machine is free for the browser's answer"));
    // Before the flow hears of it: what it would refuse it refuses in silence.
    connect(
        m_replies, &QAbstractOAuthReplyHandler::callbackReceived, this, &OidcSignIn::takeCallback);
    m_flow = new QOAuth2AuthorizationCodeFlow(config.clientId,
        QUrl(QString::fromStdString(discovery.authorizationEndpoint)),
        QUrl(QString::fromStdString(discovery.tokenEndpoint)), m_provider, this);
    QStringList scopes = config.scopes.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    if (!scopes.contains(QStringLiteral("openid")))
        scopes.prepend(QStringLiteral("openid"));
    m_flow->setScope(scopes.join(QLatin1Char(' ')));
    m_flow->setState(m_state);
    m_flow->setModifyParametersFunction(
        [this, audience = config.audience,
            offline = scopes.contains(QStringLiteral("offline_access"))](
            QAbstractOAuth::Stage stage, QMultiMap<QString, QVariant> *parameters) {
            if (stage == QAbstractOAuth::Stage::RequestingAuthorization) {
                parameters->insert(QStringLiteral("nonce"), m_nonce);
                parameters->insert(QStringLiteral("code_challenge"), challengeOf(m_verifier));
                parameters->insert(QStringLiteral("code_challenge_method"), QStringLiteral("S256"));
                if (offline) // a refresh token is given to who agrees to it (Core §11)
                    parameters->insert(QStringLiteral("prompt"), QStringLiteral("consent"));
            }
            if (stage == QAbstractOAuth::Stage::RequestingAccessToken)
                parameters->insert(QStringLiteral("code_verifier"), m_verifier);
            for (const auto &[name, value] : audienceParameters(audience))
                parameters->insert(name, QUrl::toPercentEncoding(value));
        });
    m_flow->setReplyHandler(m_replies);
    connect(m_flow, &QAbstractOAuth::authorizeWithBrowser, this, [this](const QUrl &url) {
        if (!m_browser(url))
            fail(OidcFault::Cancelled, tr("the browser cannot be opened"));
    });
    m_limit.start(config.patience);
    m_flow->grant();
}

void OidcSignIn::takeCallback(const QVariantMap &values)
{
    if (values.value(QStringLiteral("state")).toString() != m_state)
        return fail(OidcFault::State,
            tr("an answer came that belongs to no question: somebody else sent it, perhaps"));
    const QString error = values.value(QStringLiteral("error")).toString();
    if (error.isEmpty()) {
        if (values.value(QStringLiteral("code")).toString().isEmpty())
            return fail(OidcFault::Provider, tr("the provider's answer holds no code"));
        return; // the flow fetches the tokens
    }
    const QVariant told = values.value(QStringLiteral("error_description"));
    const QString why = plain(told.toString().isEmpty() ? QVariant(error) : told);
    if (error == QStringLiteral("access_denied"))
        fail(OidcFault::Denied, tr("denied in the browser: %1").arg(why));
    else if (error == QStringLiteral("invalid_target"))
        fail(OidcFault::Audience, tr("the provider knows no such audience: %1").arg(why));
    else
        fail(OidcFault::Provider, tr("the provider refuses: %1").arg(why));
}

void OidcSignIn::takeTokens(int status, const QByteArray &text)
{
    if (!m_running)
        return;
    if (status == 0)
        return fail(OidcFault::Unreachable,
            tr("%1 cannot be reached: %2")
                .arg(m_provider->config().issuer, QString::fromUtf8(text)));
    const auto grant = checkTokens(status, { text.constData(), size_t(text.size()) },
        m_provider->config(), m_nonce, QDateTime::currentDateTimeUtc());
    if (!grant)
        return fail(grant.error());
    end();
    emit finished(*grant);
}

void OidcSignIn::cancel()
{
    if (m_running)
        fail(OidcFault::Cancelled, tr("the sign-in was given up"));
}

void OidcSignIn::end()
{
    m_running = false;
    m_limit.stop();
    m_state.clear();
    m_nonce.clear();
    m_verifier.clear();
    if (m_replies) {
        m_replies->disconnect(this);
        m_replies->close();
        // Not at once: what the browser is being told has to go out.
        QTimer::singleShot(goodbyeTime, m_replies, &QObject::deleteLater);
        m_replies = nullptr;
    }
    if (m_flow) {
        m_flow->disconnect(this);
        m_flow->setModifyParametersFunction({});
        m_flow->deleteLater();
        m_flow = nullptr;
    }
}

void OidcSignIn::fail(const OidcFault &fault)
{
    if (!m_running)
        return;
    m_provider->abort(); // its replies know the handler that goes now
    end();
    emit failed(fault);
}

} // namespace signalbox
