// SPDX-License-Identifier: GPL-3.0-only
// What benches of the real window have in common: a far end in a process of its own, the console
// that is connected to it, and lines of figures.
#pragma once

#include "app/console/console.h"
#include "app/console/heap.h"
#include "tests/bench/windowprobe.h"

#include <QProcess>
#include <QQuickItem>
#include <QQuickWindow>
#include <QWheelEvent>

#include <cstdio>

namespace signalbox::bench {

/// The first visible item that has both properties, depth first.
inline QQuickItem *itemWith(QQuickItem *item, const char *one, const char *other)
{
    const QMetaObject *meta = item->metaObject();
    if (item->isVisible() && meta->indexOfProperty(one) >= 0 && meta->indexOfProperty(other) >= 0)
        return item;
    const auto children = item->childItems();
    for (QQuickItem *child : children)
        if (QQuickItem *found = itemWith(child, one, other))
            return found;
    return nullptr;
}

class WindowBench {
public:
    WindowBench(const WindowBench &) = delete;
    WindowBench &operator=(const WindowBench &) = delete;

protected:
    /// Lines say `bench PREFIX-NAME-BACKEND VALUE UNIT`.
    WindowBench(QString prefix, QString backend)
        : m_prefix(std::move(prefix))
        , m_backend(std::move(backend))
    {
    }
    ~WindowBench()
    {
        m_probe.reset();
        m_console.reset();
        m_generator.closeWriteChannel(); // it ends with its input
        m_generator.waitForFinished();
    }

    /// False when the far end does not tell where it is.
    bool startGenerator(const QString &program, const QStringList &arguments, CommandLine &options)
    {
        m_generator.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_generator.start(QStringLiteral(SIGNALBOX_BINARY_DIR "/bench/") + program, arguments);
        if (!m_generator.waitForReadyRead(60000))
            return false;
        const QStringList line = QString::fromUtf8(m_generator.readLine()).trimmed().split(u' ');
        if (line.size() != 2)
            return false;
        options.url = line[0];
        options.apiKey = line[1];
        return true;
    }
    bool openConsole(const CommandLine &options)
    {
        m_console = std::make_unique<Console>(options);
        if (!m_console->start(nullptr))
            return false;
        QObject::connect(
            window(), &QQuickWindow::frameSwapped, m_console.get(), [this] { ++m_frames; },
            Qt::DirectConnection);
        return true;
    }
    [[nodiscard]] QQuickWindow *window() const { return m_console->window(); }

    void report(const std::string &name, double value, const char *unit, double limit = -1) const
    {
        std::printf("bench %s-%s-%s %.4g %s", qPrintable(m_prefix), name.c_str(),
            qPrintable(m_backend), value, unit);
        if (limit >= 0)
            std::printf(" limit %g", limit);
        std::printf("\n");
        std::fflush(stdout);
    }
    /// `limited` false: what is measured has no limits of its own.
    void reportWaits(
        const std::string &name, const std::vector<double> &waits, bool limited = true) const
    {
        if (waits.empty())
            return;
        report(name + "-blocked-p99", waits[waits.size() * 99 / 100], "ms", limited ? 16 : -1);
        report(name + "-blocked-most", waits.back(), "ms", limited ? 50 : -1);
    }
    void tell(const char *word)
    {
        m_generator.write(QByteArray(word) + '\n');
        m_generator.waitForBytesWritten(1000);
    }
    /// A notch of a wheel (120) or more, up when it is above 0. Without a time a view would not
    /// take it.
    void turnWheel(const QPointF &at, int angle)
    {
        auto *event = new QWheelEvent(at, window()->mapToGlobal(at), {}, { 0, angle }, Qt::NoButton,
            Qt::NoModifier, Qt::NoScrollPhase, false);
        event->setTimestamp(quint64(nowUs() / 1000));
        QCoreApplication::postEvent(window(), event);
    }
    /// Ms from then until another frame was shown.
    double drawn(std::int64_t sinceUs)
    {
        const int before = m_frames;
        window()->update();
        waitFor([&] { return m_frames > before; }, 5000);
        return double(nowUs() - sinceUs) / 1000;
    }

    QProcess m_generator;
    std::unique_ptr<Console> m_console;
    std::unique_ptr<WaitProbe> m_probe;
    std::atomic<int> m_frames { 0 };

private:
    const QString m_prefix;
    const QString m_backend;
};

} // namespace signalbox::bench
