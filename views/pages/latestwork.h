// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/whendone.h"

#include <QPromise>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace signalbox {

/// Work on something that changes while it is looked at, of which only the newest counts. What is
/// small is done at once, anything else on a thread, one after another: an answer about what is not
/// the newest any more is dropped, and of what was asked for meanwhile the last is done. A member
/// of `owner`, on whose thread answers come; none comes once that is gone. `work` may refer to
/// nothing but what it holds itself.
class LatestWork {
public:
    static constexpr std::size_t small = 8192; ///< bytes: done before a thread would have begun

    explicit LatestWork(QObject *owner)
        : m_owner(owner)
    {
    }
    LatestWork(const LatestWork &) = delete;
    LatestWork &operator=(const LatestWork &) = delete;

    /// The newest was asked for and has no answer yet.
    [[nodiscard]] bool busy() const { return m_wanted; }

    template <class Work, class Take> void ask(bool atOnce, Work work, Take take)
    {
        forget();
        if (atOnce)
            return take(work());
        m_wanted = true;
        using Result = std::invoke_result_t<Work &>;
        using Held = std::shared_ptr<Result>; // a future gives copies
        auto begin = [this, turn = m_turn, work = std::make_shared<Work>(std::move(work)),
                         take = std::move(take)] {
            m_running = true;
            const auto answer = std::make_shared<QPromise<Held>>();
            answer->start();
            whenDone(m_owner, answer->future(), [this, turn, take](const Held &result) {
                m_running = false;
                if (turn != m_turn)
                    return goOn();
                m_wanted = false;
                take(std::move(*result));
            });
            QThreadPool::globalInstance()->start([work, answer] {
                answer->addResult(std::make_shared<Result>((*work)()));
                answer->finish();
            });
        };
        if (m_running)
            m_next = std::move(begin);
        else
            begin();
    }
    /// What is under way is not wanted any more.
    void forget()
    {
        ++m_turn;
        m_wanted = false;
        m_next = nullptr;
    }

private:
    void goOn()
    {
        if (const auto next = std::exchange(m_next, nullptr))
            next();
    }

    QObject *m_owner;
    std::function<void()> m_next; ///< waits for what is running
    int m_turn = 0;
    bool m_wanted = false;
    bool m_running = false;
};

/// Many rows are taken apart on a thread: that takes as long as putting them together.
template <class Row> void letGo(std::vector<Row> rows)
{
    constexpr std::size_t many = 1000;
    if (rows.size() < many)
        return;
    QThreadPool::globalInstance()->start(
        [held = std::make_shared<std::vector<Row>>(std::move(rows))] { held->clear(); });
}

} // namespace signalbox
