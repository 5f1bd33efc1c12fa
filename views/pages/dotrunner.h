// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/diagramlayout.h"

#include <QByteArray>
#include <QFuture>
#include <QHash>
#include <QMutex>
#include <QString>
#include <QThreadPool>

#include <atomic>
#include <chrono>
#include <memory>

template <class T> class QPromise;

namespace signalbox {

/// Why there is no layout. `text` is a detail for people, "" when there is none.
struct DotFault {
    enum Kind { Missing, Died, TooSlow, Garbage, Cancelled };
    Kind kind = Missing;
    QString text;
    bool operator==(const DotFault &) const = default;
};
using DotLayoutPtr = std::shared_ptr<const rules::DiagramLayout>;
using DotAnswer = Expected<DotLayoutPtr, DotFault>;

/// Lays diagrams out with Graphviz' `dot` as a child process, one at a time, on a thread of its
/// own: nothing of it runs on the caller's thread. Answers are kept, in memory (`keptInMemory`) and
/// in a folder (`keptOnDisk` files, the oldest go), under the hash of what was asked. The child is
/// ended when it takes longer than `timeout`, answers more than 32 MiB, or the runner goes.
class DotRunner {
public:
    struct Options {
        QString program = QStringLiteral("dot"); ///< name on the PATH, or a path
        QString cacheFolder; ///< made when missing; "" keeps nothing on disk
        std::chrono::milliseconds timeout { 10000 };
    };
    static constexpr int keptInMemory = 32;
    static constexpr int keptOnDisk = 200;

    explicit DotRunner(Options options);
    ~DotRunner(); ///< ends a running child and waits for it, at most some 100 ms
    Q_DISABLE_COPY_MOVE(DotRunner)

    /// Cancelling the future ends the child.
    QFuture<DotAnswer> layOut(std::shared_ptr<const rules::Diagram> diagram);
    int started() const { return m_started; } ///< children so far

private:
    using Plain = Expected<rules::DotPlain, DotFault>;
    DotAnswer answer(const rules::Diagram &diagram, const QPromise<DotAnswer> &promise);
    Plain kept(const QByteArray &key);
    void keep(const QByteArray &key, const rules::DotPlain &plain, const QByteArray &text);
    Expected<QByteArray, DotFault> run(
        const std::string &input, const QPromise<DotAnswer> &promise);
    QString fileOf(const QByteArray &key) const;

    Options m_options;
    QThreadPool m_pool;
    QMutex m_mutex; ///< guards the two below
    QHash<QByteArray, rules::DotPlain> m_kept;
    QList<QByteArray> m_order;
    std::atomic<int> m_started { 0 };
    std::atomic<bool> m_going { false };
};

} // namespace signalbox
