// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/client/embeddedgateway.h"
#include "views/pages/connectionlist.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>
#include <vector>

namespace signalbox {

class Console;

/// Leads the real window through every page and its key states and saves a picture of each, with an
/// index.html, then ends the program: 0 when every picture was taken, else 1. The pointer is kept
/// out of the pictures. For the stale pictures the built-in gateway is held still for a while, for
/// the empty ones a second gateway runs without the demo platform. GUI thread.
class Tour : public QObject {
    Q_OBJECT
public:
    static constexpr int settleMs = 900; ///< after the condition of a step holds
    static constexpr int limitMs = 40000; ///< for the condition
    static constexpr int warmMs =
        20000; ///< before the first picture: rates, consumers and history need a while

    Tour(Console *console, const QString &folder, QObject *parent = nullptr);
    ~Tour() override;
    void begin();
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Step {
        QString name;
        QString words; ///< for the index
        std::function<void()> act;
        std::function<bool()> ready;
    };
    void planPages();
    void planChats();
    void planDialogs();
    void planThemes();
    void planTrouble();
    void planEmpty();
    void add(const QString &name, const QString &words, std::function<void()> act,
        std::function<bool()> ready = {});
    void next();
    void poll();
    void take();
    void finish();
    void call(const char *method, const QString &argument = {});
    std::function<void()> at(const char *page, const QString &filter = {});
    void themed(const QString &theme);
    template <class Model> [[nodiscard]] Model *model() const; ///< of the page shown
    /// What is looked at on the page of that kind; true when it is there.
    bool lookAtConversation();
    bool lookAtTenant(int area); ///< TenantStore::Area
    bool talk(); ///< says something on the page for chat tests; true when it was answered
    bool previewStart(); ///< fills the open start dialog; true when it shows its plan
    void holdGateway(bool still); ///< stops and continues the process of the built-in one
    void connectTo(const SavedConnection &where, const std::string &key = {});
    [[nodiscard]] QString busiestFlow() const; ///< key of the one with the largest backlog
    [[nodiscard]] QString busiestQueue() const; ///< of those that somebody reads
    [[nodiscard]] QString sharingFlow() const; ///< key of one whose queues another keeps alive
    [[nodiscard]] QObject *page() const; ///< the page shown, as QML knows it
    [[nodiscard]] bool filled() const;

    Console *m_console;
    std::unique_ptr<EmbeddedGateway> m_empty;
    bool m_still = false;
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
