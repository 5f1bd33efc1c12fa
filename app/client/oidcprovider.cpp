// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/oidcprovider.h"

#include <QNetworkReply>
#include <QUrlQuery>

namespace signalbox {

namespace {

constexpr qint64 mostBytes = 1 << 20;

QByteArray encoded(const QString &text)
{
    return QUrl::toPercentEncoding(text);
}

} // namespace

OidcProvider::OidcProvider(OidcConfig config, const QSslConfiguration &tls, QObject *parent)
    : QNetworkAccessManager(parent)
    , m_config(std::move(config))
    , m_tls(tls)
{
}

QNetworkReply *OidcProvider::createRequest(
    Operation operation, const QNetworkRequest &request, QIODevice *body)
{
    QNetworkRequest bounded(request);
    bounded.setTransferTimeout(int(m_config.timeout.count()));
    bounded.setAttribute(
        QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    bounded.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    bounded.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    bounded.setRawHeader("Accept", "application/json");
    bounded.setSslConfiguration(m_tls);
    QNetworkReply *reply = QNetworkAccessManager::createRequest(operation, bounded, body);
    connect(reply, &QNetworkReply::downloadProgress, reply, [reply](qint64 received, qint64) {
        if (received > mostBytes)
            reply->abort();
    });
    m_running.removeIf([](const QPointer<QNetworkReply> &old) { return old.isNull(); });
    m_running.append(reply);
    return reply;
}

void OidcProvider::tell(QNetworkReply *reply, const Answered &answered)
{
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool told = status != 0 && reply->error() != QNetworkReply::OperationCanceledError;
    if (told)
        answered(status, reply->readAll());
    else if (reply->error() == QNetworkReply::OperationCanceledError)
        answered(0, tr("no answer in time").toUtf8());
    else
        answered(0, reply->errorString().toUtf8());
}

void OidcProvider::watch(QNetworkReply *reply, QObject *context, Answered answered)
{
    connect(reply, &QNetworkReply::finished, context,
        [reply, answered = std::move(answered)] { tell(reply, answered); });
    connect(reply, &QNetworkReply::finished, reply, &QObject::deleteLater);
}

void OidcProvider::get(const QUrl &url, QObject *context, Answered answered)
{
    watch(QNetworkAccessManager::get(QNetworkRequest(url)), context, std::move(answered));
}

void OidcProvider::post(const QUrl &url, const QList<QPair<QString, QString>> &form,
    QObject *context, Answered answered)
{
    QByteArray body;
    for (const auto &[name, value] : form)
        body += (body.isEmpty() ? "" : "&") + encoded(name) + '=' + encoded(value);
    QNetworkRequest request(url);
    request.setHeader(
        QNetworkRequest::ContentTypeHeader, QStringLiteral("application/x-www-form-urlencoded"));
    watch(QNetworkAccessManager::post(request, body), context, std::move(answered));
}

void OidcProvider::abort()
{
    const auto running = std::exchange(m_running, {});
    for (const QPointer<QNetworkReply> &reply : running) {
        if (!reply)
            continue;
        reply->disconnect();
        reply->abort();
        reply->deleteLater();
    }
}

void OidcProvider::discover(QObject *context, Discovered then)
{
    if (m_discovery)
        return then(*m_discovery);
    if (const QString wrong = configFault(m_config); !wrong.isEmpty())
        return then(unexpected(OidcFault { OidcFault::Provider, wrong }));
    QString base = m_config.issuer;
    while (base.endsWith(QLatin1Char('/')))
        base.chop(1);
    get(QUrl(base + QStringLiteral("/.well-known/openid-configuration")), context,
        [this, then = std::move(then)](int status, const QByteArray &text) {
            if (status == 0)
                return then(unexpected(OidcFault { OidcFault::Unreachable,
                    tr("%1 cannot be reached: %2")
                        .arg(m_config.issuer, QString::fromUtf8(text)) }));
            if (status != 200)
                return then(unexpected(
                    OidcFault { status >= 500 ? OidcFault::Unreachable : OidcFault::Provider,
                        tr("there is no OpenID provider at %1: status %2")
                            .arg(m_config.issuer)
                            .arg(status) }));
            auto found = checkDiscovery({ text.constData(), size_t(text.size()) }, m_config);
            if (found)
                m_discovery = *found;
            then(found);
        });
}

} // namespace signalbox
