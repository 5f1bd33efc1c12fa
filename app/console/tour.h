// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>
#include <vector>

namespace signalbox {

class Console;

/// Leads the real window through every page and its key states and saves a picture of each, with an
/// index.html, then ends the program: 0 when every picture was taken, else 1. GUI thread.
class Tour : public QObject {
    Q_OBJECT
public:
    static constexpr int settleMs = 900; ///< after the condition of a step holds
    static constexpr int limitMs = 20000; ///< for the condition
    static constexpr int warmMs =
        8000; ///< before the first picture: rates and consumers need a few seconds

    Tour(Console *console, const QString &folder, QObject *parent = nullptr);
    void begin();

private:
    struct Step {
        QString name;
        QString words; ///< for the index
        std::function<void()> act;
        std::function<bool()> ready;
    };
    void plan();
    void add(const QString &name, const QString &words, std::function<void()> act,
        std::function<bool()> ready = {});
    void next();
    void poll();
    void take();
    void finish();
    void call(const char *method, const QString &argument = {});

    Console *m_console;
    QString m_folder;
    std::vector<Step> m_steps;
    size_t m_at = 0;
    QTimer m_poll;
    QElapsedTimer m_since;
    QElapsedTimer m_begun;
    QStringList m_faults;
    QStringList m_index;
};

} // namespace signalbox
