// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/linktiming.h"
#include "app/client/tls.h"

#include <QHash>
#include <QNetworkAccessManager>
#include <QUrl>

#include <functional>
#include <string>

namespace signalbox {

/// What a plain HTTP request brought. status 0: no answer at all, `error` says why.
struct RestAnswer {
    int status = 0;
    std::string body;
    QString error;
    bool timedOut = false;
    bool untrusted = false; ///< the certificate is not taken, or our own cannot be shown
};

/// Plain HTTP to one base URL; I/O thread. The key goes only where `authorised` asks for it.
/// Redirects are not followed: a key is never carried to another host.
class Rest : public QObject {
    Q_OBJECT
public:
    using Handler = std::function<void(const RestAnswer &)>;
    explicit Rest(QObject *parent);
    void setBase(const QUrl &base, const std::string &apiKey);
    /// In place of a key: HTTP Basic. After setBase().
    void setBasic(const std::string &user, const std::string &password);
    /// Before the first request. An error (a file that cannot be read) is the answer of each.
    void setTls(const TlsTrust &trust);
    void get(const QString &pathAndQuery, bool authorised, milliseconds timeout, Handler handler);
    void post(const QString &path, const std::string &body, bool authorised, milliseconds timeout,
        Handler handler);
    /// GET, POST, PUT or DELETE; a body goes along as JSON, "" is none.
    void send(const QByteArray &method, const QString &pathAndQuery, const std::string &body,
        bool authorised, milliseconds timeout, Handler handler);
    void abortAll();
    QUrl socketUrl(const QString &path) const; ///< ws:// or wss://

signals:
    void traffic(qint64 requests, qint64 bytes);

private:
    QNetworkRequest prepare(
        const QString &pathAndQuery, bool authorised, milliseconds timeout) const;
    void watch(QNetworkReply *reply, qint64 sent, Handler handler);
    void judge(QNetworkReply *reply, const QList<QSslError> &errors);
    bool refuses(const Handler &handler);

    QNetworkAccessManager *m_network;
    QUrl m_base;
    QByteArray m_authorization; ///< header; empty: none
    TlsTrust m_trust;
    QSslConfiguration m_tls;
    QString m_tlsFault;
    QList<QNetworkReply *> m_running;
    QHash<QNetworkReply *, QString> m_untrusted; ///< why
};

} // namespace signalbox
