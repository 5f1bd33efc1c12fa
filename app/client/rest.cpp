// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/rest.h"

#include <QNetworkReply>

namespace signalbox {
namespace {
constexpr qint64 bodyLimit = qint64(256) << 20;
}

Rest::Rest(QObject *parent)
    : QObject(parent)
    , m_network(new QNetworkAccessManager(this))
{
    m_network->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
}

void Rest::setBase(const QUrl &base, const std::string &apiKey)
{
    m_base = base;
    m_authorization = apiKey.empty() ? QByteArray() : "Bearer " + QByteArray::fromStdString(apiKey);
}

void Rest::setBasic(const std::string &user, const std::string &password)
{
    m_authorization = "Basic " + QByteArray::fromStdString(user + ':' + password).toBase64();
}

void Rest::setTls(const TlsTrust &trust)
{
    m_trust = trust;
    auto configuration = tlsConfiguration(trust);
    m_tlsFault = configuration ? QString() : configuration.error();
    m_tls = configuration ? *configuration : QSslConfiguration::defaultConfiguration();
}

QUrl Rest::socketUrl(const QString &path) const
{
    QUrl url(m_base.toString(QUrl::StripTrailingSlash) + path);
    url.setScheme(
        m_base.scheme() == QLatin1String("https") ? QStringLiteral("wss") : QStringLiteral("ws"));
    return url;
}

QNetworkRequest Rest::prepare(
    const QString &pathAndQuery, bool authorised, milliseconds timeout) const
{
    QNetworkRequest request(
        QUrl(m_base.toString(QUrl::StripTrailingSlash) + pathAndQuery, QUrl::StrictMode));
    request.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("signalbox"));
    request.setTransferTimeout(int(timeout.count()));
    if (m_base.scheme() == QLatin1String("https") && !m_tls.isNull())
        request.setSslConfiguration(m_tls);
    if (authorised && !m_authorization.isEmpty())
        request.setRawHeader("Authorization", m_authorization);
    return request;
}

void Rest::get(const QString &pathAndQuery, bool authorised, milliseconds timeout, Handler handler)
{
    if (refuses(handler))
        return;
    watch(m_network->get(prepare(pathAndQuery, authorised, timeout)), 0, std::move(handler));
}

void Rest::post(const QString &path, const std::string &body, bool authorised, milliseconds timeout,
    Handler handler)
{
    if (refuses(handler))
        return;
    auto request = prepare(path, authorised, timeout);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    watch(m_network->post(request, QByteArray::fromStdString(body)), qint64(body.size()),
        std::move(handler));
}

void Rest::send(const QByteArray &method, const QString &pathAndQuery, const std::string &body,
    bool authorised, milliseconds timeout, Handler handler)
{
    if (refuses(handler))
        return;
    auto request = prepare(pathAndQuery, authorised, timeout);
    if (!body.empty())
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    watch(m_network->sendCustomRequest(request, method, QByteArray::fromStdString(body)),
        qint64(body.size()), std::move(handler));
}

/// Own files that cannot be read are told without asking anybody.
bool Rest::refuses(const Handler &handler)
{
    if (m_tlsFault.isEmpty() || m_base.scheme() != QLatin1String("https"))
        return false;
    RestAnswer answer;
    answer.error = m_tlsFault;
    answer.untrusted = true;
    QMetaObject::invokeMethod(
        this, [handler, answer] { handler(answer); }, Qt::QueuedConnection);
    return true;
}

void Rest::judge(QNetworkReply *reply, const QList<QSslError> &errors)
{
    const QSslCertificate certificate = reply->sslConfiguration().peerCertificate();
    if (acceptsTls(m_trust, certificate))
        reply->ignoreSslErrors(errors);
    else
        m_untrusted.insert(reply, explainTls(errors, certificate, m_base.host()));
}

void Rest::watch(QNetworkReply *reply, qint64 sent, Handler handler)
{
    emit traffic(1, sent);
    m_running.append(reply);
    connect(reply, &QNetworkReply::sslErrors, this,
        [this, reply](const QList<QSslError> &errors) { judge(reply, errors); });
    connect(reply, &QNetworkReply::downloadProgress, reply, [reply](qint64 received) {
        if (received > bodyLimit)
            reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this, [this, reply, handler = std::move(handler)] {
        m_running.removeOne(reply);
        const QString untrusted = m_untrusted.take(reply);
        RestAnswer answer;
        answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (reply->isOpen())
            answer.body = reply->readAll().toStdString();
        // A transfer timeout shows as a cancelled operation.
        answer.timedOut =
            answer.status == 0 && reply->error() == QNetworkReply::OperationCanceledError;
        answer.untrusted = answer.status == 0 && !untrusted.isEmpty();
        if (answer.status == 0)
            answer.error = !untrusted.isEmpty() ? untrusted
                : answer.timedOut               ? tr("no answer in time")
                                                : reply->errorString();
        emit traffic(0, qint64(answer.body.size()));
        reply->deleteLater();
        handler(answer);
    });
}

void Rest::abortAll()
{
    // Deleted, not aborted: Qt complains of a second error when one is on its way from its own
    // thread already. No reply is in a signal of its own here; who has finished is no longer among
    // them.
    const auto running = std::exchange(m_running, {});
    qDeleteAll(running);
    m_untrusted.clear();
    // A kept-alive connection may be as dead as the one that was just lost.
    m_network->clearConnectionCache();
}

} // namespace signalbox
