// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/oidc.h"

#include <QNetworkAccessManager>
#include <QPointer>
#include <QSslConfiguration>

#include <functional>

namespace signalbox {

/// Requests to one provider: bounded in time, TLS as given, redirects not followed, so that a code
/// or a token is never carried anywhere else. GUI thread; nothing blocks.
class OidcProvider : public QNetworkAccessManager {
    Q_OBJECT
public:
    /// `status` 0: no answer, `text` says why; else `text` is the body.
    using Answered = std::function<void(int status, const QByteArray &text)>;
    using Discovered = std::function<void(const OidcResult<schema::OidcDiscovery> &)>;

    OidcProvider(OidcConfig config, const QSslConfiguration &tls, QObject *parent = nullptr);

    const OidcConfig &config() const { return m_config; }
    /// What the provider publishes; asked for once, then kept until forget().
    void discover(QObject *context, Discovered then);
    void forget() { m_discovery.reset(); }
    /// Answers unless `context` goes first.
    void get(const QUrl &url, QObject *context, Answered answered);
    void post(const QUrl &url, const QList<QPair<QString, QString>> &form, QObject *context,
        Answered answered);
    /// Ends what is under way; nobody is answered.
    void abort();

    /// Reads a finished reply, as `answered` would hear it.
    static void tell(QNetworkReply *reply, const Answered &answered);

protected:
    QNetworkReply *createRequest(
        Operation operation, const QNetworkRequest &request, QIODevice *body) override;

private:
    void watch(QNetworkReply *reply, QObject *context, Answered answered);

    const OidcConfig m_config;
    const QSslConfiguration m_tls;
    std::optional<schema::OidcDiscovery> m_discovery;
    QList<QPointer<QNetworkReply>> m_running;
};

} // namespace signalbox
