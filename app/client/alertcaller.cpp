// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/alertcaller.h"

#include "models/stores/alertstore.h"
#include "models/stores/format.h"
#include "models/stores/session.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCall>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDateTime>
#include <QNetworkReply>

namespace signalbox {

AlertCaller::AlertCaller(AlertStore *alerts, QObject *parent)
    : QObject(parent)
    , m_alerts(alerts)
{
    m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    connect(alerts, &AlertStore::called, this, &AlertCaller::call);
}

void AlertCaller::call(const schema::AlertEvent &event)
{
    if (!m_alerts->webhook().isEmpty())
        post(event);
    if (m_alerts->desktop())
        notify(event);
}

void AlertCaller::post(const schema::AlertEvent &event)
{
    QNetworkRequest request { QUrl(m_alerts->webhook()) };
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    request.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("signalbox"));
    request.setTransferTimeout(int(postTimeout.count()));
    QNetworkReply *reply =
        m_network.post(request, QByteArray::fromStdString(schema::encode(event)));
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        if (!m_alerts)
            return;
        const QString time =
            format::clockSeconds(QDateTime::currentMSecsSinceEpoch(), m_alerts->session()->zone());
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (status >= 200 && status < 300)
            m_alerts->tellWebhook(tr("%1: delivered.").arg(time));
        else if (status > 0)
            m_alerts->tellWebhook(tr("%1: failed, the address answered %2.").arg(time).arg(status));
        else if (reply->error() == QNetworkReply::OperationCanceledError)
            m_alerts->tellWebhook(tr("%1: failed, no answer within 10 s.").arg(time));
        else // errorString() may carry the address, and that may be a secret
            m_alerts->tellWebhook(tr("%1: failed, the address could not be reached.").arg(time));
    });
}

void AlertCaller::notify(const schema::AlertEvent &event)
{
    const auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        m_alerts->tellDesktop(tr("This desktop has no notifications: there is no session bus."));
        return;
    }
    auto message = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.Notifications"),
        QStringLiteral("/org/freedesktop/Notifications"),
        QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("Notify"));
    const uchar urgency = event.severity == "danger" ? 2 : 1;
    const QString body = QString::fromStdString(event.text).toHtmlEscaped();
    message.setArguments({ QStringLiteral("Signalbox"), 0U, QStringLiteral("signalbox"),
        QString::fromStdString(
            event.subject + (event.workspace.empty() ? "" : " · " + event.workspace)),
        body, QStringList(),
        QVariantMap { { QStringLiteral("urgency"), QVariant::fromValue(urgency) } }, -1 });
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(message, 5000), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        if (!m_alerts)
            return;
        const QDBusPendingReply<uint> reply = *watcher;
        m_alerts->tellDesktop(reply.isError()
                ? tr("This desktop shows no notifications: %1").arg(reply.error().message())
                : tr("The last one was shown."));
    });
}

} // namespace signalbox
