// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/chatrun.h"
#include "views/pages/chattestform.h"

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
    Q_PROPERTY(signalbox::ChatTestForm *form READ form CONSTANT FINAL) ///< the test as a form
    Q_PROPERTY(QString text READ text WRITE setText NOTIFY textChanged FINAL) ///< JSON of a test
    Q_PROPERTY(QString textFault READ textFault NOTIFY textChanged FINAL) ///< "" it can be saved
    Q_PROPERTY(bool readable READ readable NOTIFY textChanged FINAL) ///< the form shows the text
public:
    explicit ChatTestRuns(QObject *parent);
    ~ChatTestRuns() override;

    void setSession(Session *session);
    bool running() const { return m_run && m_run->running(); }
    QString progress() const { return m_run ? m_run->now() : QString(); }
    QString summary() const;
    QString error() const { return m_error; }
    QVariantList results() const;
    ChatTestForm *form() const { return m_form; }
    QString text() const { return m_text; }
    void setText(const QString &text);
    QString textFault() const;
    bool readable() const { return m_jsonFault.isEmpty(); }
    Q_INVOKABLE void run(const QString &path); ///< a folder or one file
    /// A test with one empty step; its text comes when the form is whole.
    Q_INVOKABLE void beginTest(const QString &tenant, const QString &agent);
    Q_INVOKABLE void runText(); ///< the test that is being written
    Q_INVOKABLE void stop();
    Q_INVOKABLE QString junit() const;

signals:
    void changed();
    void textChanged();

private:
    void begin(std::vector<ChatTestFile> tests);

    std::unique_ptr<ChatRun> m_run;
    ChatTestForm *m_form;
    QString m_error;
    QString m_text;
    QString m_jsonFault;
};

} // namespace signalbox
