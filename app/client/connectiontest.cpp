// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/connectiontest.h"

#include "app/client/connectionsteps.h"

namespace signalbox {

ConnectionTest::~ConnectionTest()
{
    cancel();
    m_thread.quit();
    m_thread.wait();
}

void ConnectionTest::start(
    const SavedConnection &connection, const QString &secret, const QString &keyPassphrase)
{
    cancel();
    if (!m_thread.isRunning()) {
        m_thread.setObjectName(QStringLiteral("connection test"));
        m_thread.start();
    }
    m_steps = new ConnectionSteps(connection, secret.toStdString(), keyPassphrase.toStdString());
    m_steps->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_steps, &QObject::deleteLater);
    connect(m_steps, &ConnectionSteps::step, this, &ConnectionCheck::step);
    connect(m_steps, &ConnectionSteps::certificate, this, &ConnectionCheck::certificate);
    connect(m_steps, &ConnectionSteps::finished, this, [this] {
        cancel();
        emit finished();
    });
    QMetaObject::invokeMethod(m_steps, &ConnectionSteps::begin, Qt::QueuedConnection);
}

void ConnectionTest::cancel()
{
    if (!m_steps)
        return;
    m_steps->disconnect(this);
    m_steps->deleteLater();
    m_steps.clear();
}

} // namespace signalbox
