// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/rules/chatjudge.h"
#include "models/schema/agent.h"
#include "models/schema/tenant.h"
#include "models/stores/chattalk.h"

#include <QElapsedTimer>

#include <deque>

namespace signalbox {

/// A test as it was read from a file; a file that cannot be read is a test that fails.
struct ChatTestFile {
    QString path;
    schema::ChatTest test;
    QString fault; ///< why it cannot be run
};

/// `*.chat.json` of a folder in the order of their names, or the one file.
std::vector<ChatTestFile> readChatTests(const QString &path);

struct ChatTestResult {
    ChatTestFile file;
    std::vector<rules::ChatFault> faults;
    std::vector<rules::ChatOutcome> outcomes; ///< of the steps that were run
    QString error; ///< it could not be run to its end
    qint64 elapsedMs = 0;
    [[nodiscard]] bool passed() const { return faults.empty() && error.isEmpty(); }
};

/// Runs chat tests one after the other, each in a conversation of its own that is removed again.
/// All that is asked goes through the session's guards. GUI thread.
class ChatRun : public QObject {
    Q_OBJECT
public:
    static constexpr int openWithinMs = 30000;
    static constexpr int stepWithinMs = 120000;

    explicit ChatRun(Session *session, QObject *parent = nullptr);
    ~ChatRun() override;

    void run(std::vector<ChatTestFile> tests);
    void stop(); ///< after the step that runs; what was not run is no result
    bool running() const { return m_running; }
    int total() const { return m_total; }
    const std::vector<ChatTestResult> &results() const { return m_results; }
    int failed() const;
    QString now() const; ///< what runs, for people

signals:
    void changed();
    void finished();

private:
    void next();
    void findTenant(const std::string &cursor = {});
    void findAgent(const std::string &tenant, const std::string &cursor = {});
    void talkTo(const std::string &tenant, const std::string &agent);
    void step();
    void stepEnded();
    void end(QString error = {});

    Session *m_session;
    TenantScope m_scope; ///< what comes is checked against the tenant of the test
    rules::Transcript m_transcript;
    std::unique_ptr<ChatTalk> m_talk;
    std::deque<ChatTestFile> m_waiting;
    std::vector<ChatTestResult> m_results;
    ChatTestResult m_result;
    QElapsedTimer m_since;
    QTimer m_limit;
    std::size_t m_step = 0;
    int m_total = 0;
    int m_round = 0;
    bool m_running = false;
    bool m_asked = false; ///< the step's message is on its way
};

/// PCRE; long texts are cut at 1 MiB.
Expected<bool, std::string> matchesPattern(const std::string &pattern, const std::string &text);
/// What the transcript's last turn came to.
rules::ChatOutcome outcomeOf(const rules::Transcript &transcript);

/// JUnit: one test case per file; a failure names step, expectation and actual text.
QByteArray junitOf(const std::vector<ChatTestResult> &results);

} // namespace signalbox
