// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/embeddedgateway.h"

#include "app/client/mask.h"

#include "models/schema/envelope.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace signalbox {
namespace {

constexpr int firstRetryMs = 500;
constexpr int lastRetryMs = 30000;
constexpr int startLimitMs = 20000;
constexpr qsizetype lineLimit = 4096;

QString endedHow(int status)
{
    if (WIFSIGNALED(status))
        return EmbeddedGateway::tr("ended by signal %1").arg(WTERMSIG(status));
    return EmbeddedGateway::tr("ended with status %1").arg(WEXITSTATUS(status));
}

} // namespace

EmbeddedGateway::EmbeddedGateway(GatewayProcess::Options options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
{
    m_retry.setSingleShot(true);
    m_startLimit.setSingleShot(true);
    m_startLimit.setInterval(startLimitMs);
    connect(&m_retry, &QTimer::timeout, this, &EmbeddedGateway::launch);
    connect(&m_startLimit, &QTimer::timeout, this,
        [this] { died(tr("did not become ready within %1 s").arg(startLimitMs / 1000)); });
}

EmbeddedGateway::~EmbeddedGateway()
{
    stop();
}

void EmbeddedGateway::start(std::unique_ptr<GatewayProcess> early)
{
    m_wanted = true;
    if (early)
        adopt(std::move(early));
    else
        launch();
}

void EmbeddedGateway::stop()
{
    m_wanted = false;
    m_retry.stop();
    m_startLimit.stop();
    m_notifier.reset();
    m_process.reset();
    m_url.clear();
}

void EmbeddedGateway::launch()
{
    std::string error;
    auto process = GatewayProcess::start(m_options, &error);
    if (process)
        adopt(std::move(process));
    else
        died(QString::fromStdString(error));
}

void EmbeddedGateway::adopt(std::unique_ptr<GatewayProcess> process)
{
    m_process = std::move(process);
    m_output.clear();
    m_startLimit.start();
    m_notifier = std::make_unique<QSocketNotifier>(m_process->output(), QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &EmbeddedGateway::readOutput);
}

void EmbeddedGateway::readOutput()
{
    char buffer[1024];
    ssize_t got = 0;
    while ((got = read(m_process->output(), buffer, sizeof buffer)) > 0)
        if (m_output.size() < lineLimit)
            m_output.append(buffer, got);
    const int error = errno;
    if (const qsizetype end = m_output.indexOf('\n'); end >= 0 && !m_url.isValid())
        takeLine(m_output.left(end));
    if (!m_process)
        return; // the line was none: given up already
    if (got == 0 || (error != EAGAIN && error != EWOULDBLOCK && error != EINTR)) {
        m_process->stop(200); // its output is closed: it is ending or has ended
        died(endedHow(m_process->exitStatus()));
    }
}

void EmbeddedGateway::takeLine(const QByteArray &line)
{
    const auto endpoint = schema::decode<schema::Endpoint>(line.toStdString());
    const QUrl url(endpoint ? QString::fromStdString(endpoint->url) : QString(), QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return died(tr("said something else than where it listens: %1")
                        .arg(QString::fromStdString(masked(line.left(200).toStdString()))));
    m_startLimit.stop();
    m_failures = 0;
    m_url = url;
    m_apiKey = endpoint->apiKey;
    emit ready(m_url, m_apiKey);
}

void EmbeddedGateway::died(const QString &why)
{
    m_startLimit.stop();
    m_url.clear();
    m_apiKey.clear();
    // Not at once: this may be called from the notifier itself.
    if (m_notifier) {
        m_notifier->setEnabled(false);
        m_notifier.release()->deleteLater();
    }
    m_process.reset();
    if (!m_wanted)
        return;
    const int wait = std::min(firstRetryMs << std::min(m_failures, 6), lastRetryMs);
    ++m_failures;
    ++m_restarts;
    m_retry.start(wait);
    emit failed(
        tr("the built-in gateway %1; starting it again in %2 s").arg(why).arg(double(wait) / 1000));
}

} // namespace signalbox
