// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/chatrun.h"

#include <QPointer>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

/// One test that was run.
class ChatResultRow {
    Q_GADGET
    QML_VALUE_TYPE(chatResultRow)
    Q_PROPERTY(QString name MEMBER name FINAL)
    Q_PROPERTY(QString file MEMBER file FINAL)
    Q_PROPERTY(QString time MEMBER time FINAL)
    Q_PROPERTY(QStringList faults MEMBER faults FINAL)
    Q_PROPERTY(bool passed MEMBER passed FINAL)
public:
    QString name;
    QString file;
    QString time;
    QStringList faults;
    bool passed = false;
};

/// Chat tests of a folder, run in the window; and the test that is being written. GUI thread.
class ChatTestRuns : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatTestPageModel")
    Q_PROPERTY(bool running READ running NOTIFY changed FINAL)
    Q_PROPERTY(QString progress READ progress NOTIFY changed FINAL)
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL)
    Q_PROPERTY(QString error READ error NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList results READ results NOTIFY changed FINAL) ///< ChatResultRow
    Q_PROPERTY(QString text READ text WRITE setText NOTIFY textChanged FINAL) ///< JSON of a test
    Q_PROPERTY(QString textFault READ textFault NOTIFY textChanged FINAL) ///< "" it can be saved
public:
    explicit ChatTestRuns(QObject *parent);
    ~ChatTestRuns() override;

    void setSession(Session *session);
    bool running() const { return m_run && m_run->running(); }
    QString progress() const { return m_run ? m_run->now() : QString(); }
    QString summary() const;
    QString error() const { return m_error; }
    QVariantList results() const;
    QString text() const { return m_text; }
    void setText(const QString &text);
    QString textFault() const { return m_textFault; }
    Q_INVOKABLE void run(const QString &path); ///< a folder or one file
    Q_INVOKABLE void runText(); ///< the test that is being written
    Q_INVOKABLE void stop();
    Q_INVOKABLE QString junit() const;

signals:
    void changed();
    void textChanged();

private:
    void begin(std::vector<ChatTestFile> tests);

    std::unique_ptr<ChatRun> m_run;
    QString m_error;
    QString m_text;
    QString m_textFault;
};

} // namespace signalbox
