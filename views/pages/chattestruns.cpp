// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/chattestruns.h"

#include "models/stores/plaintext.h"

#include <QFileInfo>
#include <QUrl>

namespace signalbox {

ChatTestRuns::ChatTestRuns(QObject *parent)
    : QObject(parent)
    , m_form(new ChatTestForm(this))
{
    connect(m_form, &ChatTestForm::edited, this, [this](const std::string &text) {
        m_text = QString::fromStdString(text);
        m_jsonFault.clear();
    });
    connect(m_form, &ChatTestForm::changed, this, &ChatTestRuns::textChanged);
    // After the text is taken: whoever looks finds both alike.
    connect(m_form, &ChatTestForm::edited, this, &ChatTestRuns::textChanged);
}

ChatTestRuns::~ChatTestRuns() = default;

void ChatTestRuns::setSession(Session *session)
{
    m_run = session ? std::make_unique<ChatRun>(session) : nullptr;
    if (m_run)
        connect(m_run.get(), &ChatRun::changed, this, &ChatTestRuns::changed);
    emit changed();
}

void ChatTestRuns::begin(std::vector<ChatTestFile> tests)
{
    m_error.clear();
    if (m_run && !m_run->running())
        m_run->run(std::move(tests));
    emit changed();
}

void ChatTestRuns::run(const QString &path)
{
    const QString local =
        path.startsWith(QLatin1String("file:")) ? QUrl(path).toLocalFile() : path.trimmed();
    auto tests = readChatTests(local);
    if (local.isEmpty() || !QFileInfo::exists(local)) {
        m_error = tr("There is no file or folder “%1”.").arg(local);
        emit changed();
        return;
    }
    if (tests.empty()) {
        m_error = tr("%1 has no *.chat.json.").arg(local);
        emit changed();
        return;
    }
    begin(std::move(tests));
}

void ChatTestRuns::runText()
{
    auto test = schema::decode<schema::ChatTest>(m_text.toStdString());
    if (!test || !textFault().isEmpty())
        return;
    ChatTestFile file;
    file.path = tr("not saved");
    file.test = std::move(*test);
    begin({ std::move(file) });
}

void ChatTestRuns::stop()
{
    if (m_run)
        m_run->stop();
}

void ChatTestRuns::setText(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    const auto test = schema::decode<schema::ChatTest>(text.toStdString());
    m_jsonFault = text.isEmpty() || test ? QString() : QString::fromStdString(test.error().text());
    if (test)
        m_form->show(*test);
    else if (text.isEmpty())
        m_form->clear();
    emit textChanged();
}

void ChatTestRuns::beginTest(const QString &tenant, const QString &agent)
{
    m_text.clear();
    m_jsonFault.clear();
    m_form->begin(tr("My test"), tenant, agent);
    emit textChanged();
}

QString ChatTestRuns::textFault() const
{
    return m_jsonFault.isEmpty() ? m_form->fault() : m_jsonFault;
}

QString ChatTestRuns::summary() const
{
    if (!m_run || m_run->results().empty())
        return {};
    const int ran = int(m_run->results().size());
    return tr("%1 of %2 passed").arg(ran - m_run->failed()).arg(ran);
}

QVariantList ChatTestRuns::results() const
{
    QVariantList rows;
    if (!m_run)
        return rows;
    for (const auto &result : m_run->results()) {
        ChatResultRow row;
        row.name = plainLine(result.file.test.name);
        row.file = QFileInfo(result.file.path).fileName();
        row.time = format::latency(result.elapsedMs * 1000);
        row.passed = result.passed();
        for (const auto &fault : result.faults)
            row.faults.append(tr("Step %1 “%2”: expected %3; actual: %4")
                                  .arg(fault.step)
                                  .arg(plainLine(fault.say), plainLine(fault.expectation),
                                      plainText(fault.actual, 2000)));
        if (!result.error.isEmpty())
            row.faults.append(plainLine(result.error.toStdString(), 2000));
        rows.append(QVariant::fromValue(row));
    }
    return rows;
}

QString ChatTestRuns::junit() const
{
    return m_run ? QString::fromUtf8(junitOf(m_run->results())) : QString();
}

} // namespace signalbox
