// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/dotrunner.h"

#include <QCryptographicHash>
#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QProcessEnvironment>
#include <QPromise>
#include <QSaveFile>
#include <QStandardPaths>
#include <QtConcurrentRun>

namespace signalbox {

namespace {
constexpr qint64 longestAnswer = qint64(32) << 20;
}

DotRunner::DotRunner(Options options)
    : m_options(std::move(options))
{
    m_pool.setMaxThreadCount(1);
}

DotRunner::~DotRunner()
{
    m_going = true;
    m_pool.clear();
    m_pool.waitForDone();
}

QFuture<DotAnswer> DotRunner::layOut(std::shared_ptr<const rules::Diagram> diagram)
{
    return QtConcurrent::run(
        &m_pool, [this, diagram = std::move(diagram)](QPromise<DotAnswer> &promise) {
            promise.addResult(answer(*diagram, promise));
        });
}

DotAnswer DotRunner::answer(const rules::Diagram &diagram, const QPromise<DotAnswer> &promise)
{
    const rules::DiagramWeb web = rules::webOf(diagram);
    const std::string input = rules::dotInput(diagram, web);
    const QByteArray key =
        QCryptographicHash::hash(QByteArray::fromStdString(input), QCryptographicHash::Sha256)
            .toHex();
    Plain plain = kept(key);
    if (!plain) {
        const auto text = run(input, promise);
        if (!text)
            return unexpected(text.error());
        auto parsed =
            rules::parseDotPlain({ text.value().constData(), std::size_t(text.value().size()) });
        if (!parsed)
            return unexpected(
                DotFault { DotFault::Garbage, QString::fromStdString(parsed.error()) });
        plain = std::move(parsed.value());
        keep(key, plain.value(), text.value());
    }
    auto layout = rules::layOut(diagram, web, plain.value());
    if (!layout)
        return unexpected(DotFault { DotFault::Garbage, QString::fromStdString(layout.error()) });
    return DotLayoutPtr(std::make_shared<const rules::DiagramLayout>(std::move(layout.value())));
}

QString DotRunner::fileOf(const QByteArray &key) const
{
    return m_options.cacheFolder.isEmpty() ? QString()
                                           : m_options.cacheFolder + QLatin1Char('/')
            + QString::fromLatin1(key) + QStringLiteral(".plain");
}

/// From memory, else from disk; a file that cannot be read counts as not there.
DotRunner::Plain DotRunner::kept(const QByteArray &key)
{
    {
        const QMutexLocker lock(&m_mutex);
        if (const auto found = m_kept.constFind(key); found != m_kept.constEnd())
            return *found;
    }
    const DotFault missing;
    QFile file(fileOf(key));
    if (file.fileName().isEmpty() || file.size() > longestAnswer || !file.open(QIODevice::ReadOnly))
        return unexpected(missing);
    const QByteArray text = file.readAll();
    auto parsed = rules::parseDotPlain({ text.constData(), std::size_t(text.size()) });
    if (!parsed)
        return unexpected(missing);
    return std::move(parsed.value());
}

void DotRunner::keep(const QByteArray &key, const rules::DotPlain &plain, const QByteArray &text)
{
    {
        const QMutexLocker lock(&m_mutex);
        if (m_order.size() >= keptInMemory)
            m_kept.remove(m_order.takeFirst());
        m_kept.insert(key, plain);
        m_order.append(key);
    }
    const QString name = fileOf(key);
    if (name.isEmpty() || !QDir().mkpath(m_options.cacheFolder))
        return;
    QSaveFile file(name);
    if (file.open(QIODevice::WriteOnly)) {
        file.write(text);
        file.commit(); // a cache that cannot be written is only slower
    }
    const QFileInfoList files = QDir(m_options.cacheFolder)
                                    .entryInfoList({ QStringLiteral("*.plain") }, QDir::Files,
                                        QDir::Time); // newest first
    for (qsizetype i = keptOnDisk; i < files.size(); ++i)
        QFile::remove(files[i].filePath());
}

Expected<QByteArray, DotFault> DotRunner::run(
    const std::string &input, const QPromise<DotAnswer> &promise)
{
    const QString program = QStandardPaths::findExecutable(m_options.program);
    if (program.isEmpty())
        return unexpected(DotFault { DotFault::Missing, m_options.program });
    QProcess child;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C")); // numbers with a point
    child.setProcessEnvironment(environment);
    child.start(program, { QStringLiteral("-Tplain") });
    ++m_started;
    const QDeadlineTimer deadline(m_options.timeout);
    const auto ended = [&](DotFault fault) -> Expected<QByteArray, DotFault> {
        child.kill();
        child.waitForFinished(1000);
        return unexpected(std::move(fault));
    };
    if (!child.waitForStarted(int(m_options.timeout.count())))
        return ended({ DotFault::Died, child.errorString() });
    child.write(input.data(), qint64(input.size()));
    child.closeWriteChannel();
    QByteArray output;
    constexpr int lookMs = 25; // at cancellation and time
    while (child.state() != QProcess::NotRunning) {
        child.waitForFinished(lookMs);
        output += child.readAllStandardOutput();
        if (promise.isCanceled() || m_going)
            return ended({ DotFault::Cancelled, {} });
        if (output.size() > longestAnswer)
            return ended({ DotFault::Garbage, {} });
        if (deadline.hasExpired() && child.state() != QProcess::NotRunning)
            return ended(
                { DotFault::TooSlow, QString::number(double(m_options.timeout.count()) / 1000) });
    }
    output += child.readAllStandardOutput();
    if (child.exitStatus() != QProcess::NormalExit || child.exitCode() != 0) {
        const QString said = QString::fromLocal8Bit(child.readAllStandardError()).trimmed();
        return unexpected(DotFault { DotFault::Died,
            said.isEmpty() ? child.errorString()
                           : said.section(QLatin1Char('\n'), 0, 0).left(200) });
    }
    return output;
}

} // namespace signalbox
