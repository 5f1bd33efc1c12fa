// SPDX-License-Identifier: GPL-3.0-only
// What AlertStore keeps in the profile: settings in one file, a history per connection.
#include "models/stores/alertstore.h"

#include <QCryptographicHash>
#include <QDir>
#include <QSaveFile>

namespace signalbox {
namespace {

constexpr qint64 largest = 16 * 1024 * 1024; ///< of a file that is read

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.size() <= largest && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

std::string_view viewOf(const QByteArray &bytes)
{
    return { bytes.constData(), std::size_t(bytes.size()) };
}

/// "" or why not. Only its owner may read it.
QString writeWhole(const QString &path, const std::string &text)
{
    QSaveFile file(path);
    const bool written = file.open(QIODevice::WriteOnly)
        && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        && file.write(text.data(), qint64(text.size())) == qint64(text.size()) && file.commit();
    return written ? QString() : file.errorString();
}

QString settingsFile(const QString &folder)
{
    return QDir(folder).filePath(QStringLiteral("settings.json"));
}

rules::AlertRule ruleOf(const schema::AlertRuleRecord &record, rules::AlertKind kind)
{
    return { kind, record.workspace, record.flow,
        { record.on, record.limit, record.forMs, record.clearShare, record.clearMs } };
}

} // namespace

void AlertStore::setFolder(const QString &profile)
{
    m_folder = profile.isEmpty() ? QString() : QDir(profile).filePath(QStringLiteral("alerts"));
    if (m_folder.isEmpty())
        return;
    if (!QDir().mkpath(m_folder))
        return setError(
            tr("The folder %1 cannot be made; alerts are remembered until the end only.")
                .arg(m_folder));
    const QByteArray text = contentOf(settingsFile(m_folder));
    if (text.isEmpty())
        return;
    auto read = schema::decode<schema::AlertSettings>(viewOf(text));
    if (!read)
        return setError(tr("The rules of alerts cannot be read, the defaults are in force: %1")
                            .arg(QString::fromStdString(read.error().text())));
    m_settings = std::move(*read);
    if (!m_settings.webhook.empty()) { // of an earlier version
        m_webhook = QString::fromStdString(m_settings.webhook);
        keepWebhook();
    }
    m_rules.clear();
    for (const auto &record : m_settings.rules)
        if (const auto kind = rules::parseAlertKind(record.kind))
            m_rules.push_back(
                ruleOf(record, *kind)); // what a later version wrote stays in the file
    emit settingsChanged();
}

void AlertStore::setRules(std::vector<rules::AlertRule> rules)
{
    if (rules == m_rules)
        return;
    m_rules = std::move(rules);
    std::erase_if(m_settings.rules,
        [](const auto &record) { return rules::parseAlertKind(record.kind).has_value(); });
    for (const auto &rule : m_rules) {
        schema::AlertRuleRecord record;
        record.kind = rules::name(rule.kind);
        record.workspace = rule.workspace;
        record.flow = rule.flow;
        record.on = rule.limit.on;
        record.limit = rule.limit.limit;
        record.forMs = rule.limit.forMs;
        record.clearShare = rule.limit.clearShare;
        record.clearMs = rule.limit.clearMs;
        m_settings.rules.push_back(std::move(record));
    }
    writeSettings();
    emit settingsChanged();
}

void AlertStore::writeSettings()
{
    if (m_folder.isEmpty())
        return;
    const QString fault = writeWhole(settingsFile(m_folder), schema::encode(m_settings));
    setError(fault.isEmpty() ? QString() : tr("The alerts cannot be kept: %1").arg(fault));
}

QString AlertStore::historyFile() const
{
    if (m_folder.isEmpty() || m_connection.isEmpty())
        return {};
    const auto hash = QCryptographicHash::hash(m_connection.toUtf8(), QCryptographicHash::Sha256);
    return QDir(m_folder).filePath(
        QString::fromLatin1(hash.toHex().left(32)) + QStringLiteral(".jsonl"));
}

void AlertStore::readHistory()
{
    m_lines = 0;
    if (historyFile().isEmpty())
        return;
    const auto lines = contentOf(historyFile()).split('\n');
    for (const QByteArray &line : lines) {
        auto event = schema::decode<schema::AlertEvent>(viewOf(line));
        if (!event)
            continue; // the line at which a crash cut it off
        ++m_lines;
        if (event->event == "raised")
            m_taken[event->id] = { qint64(event->atMs), false, {}, {} };
        else if (event->event == "ended")
            m_taken.erase(event->id);
        else if (const auto at = m_taken.find(event->id);
                 event->event == "acknowledged" && at != m_taken.end())
            at->second = { at->second.raisedMs, true, QString::fromStdString(event->note),
                QString::fromStdString(event->user) };
        m_history.push_back(std::move(*event));
        if (m_history.size() > historyLimit)
            dropOldest();
    }
}

/// What began an alert that is still open, and who took it, stays in the file: else the next start
/// would call for it again.
void AlertStore::dropOldest()
{
    auto &oldest = m_history.front();
    const bool raised = oldest.event == "raised";
    if (raised) // an earlier life of it is over
        std::erase_if(m_older,
            [&](const auto &line) { return line.id == oldest.id || !m_taken.contains(line.id); });
    if (m_taken.contains(oldest.id) && (raised || oldest.event == "acknowledged"))
        m_older.push_back(std::move(oldest));
    m_history.pop_front();
}

void AlertStore::remember(schema::AlertEvent event)
{
    const std::string line = schema::encode(event) + '\n';
    m_history.push_back(std::move(event));
    if (m_history.size() > historyLimit)
        dropOldest();
    if (historyFile().isEmpty())
        return;
    if (++m_lines > 2 * int(historyLimit))
        return writeHistory();
    QFile file(historyFile());
    const bool written = file.open(QIODevice::WriteOnly | QIODevice::Append)
        && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        && file.write(line.data(), qint64(line.size())) == qint64(line.size());
    setError(written ? QString() : tr("The alerts cannot be kept: %1").arg(file.errorString()));
}

void AlertStore::writeHistory()
{
    std::erase_if(m_older, [this](const auto &event) { return !m_taken.contains(event.id); });
    std::string text;
    for (const auto *lines : { &m_older, &m_history })
        for (const auto &event : *lines)
            text += schema::encode(event) + '\n';
    m_lines = int(m_history.size());
    const QString fault = writeWhole(historyFile(), text);
    setError(fault.isEmpty() ? QString() : tr("The alerts cannot be kept: %1").arg(fault));
}

void AlertStore::setError(const QString &error)
{
    if (m_error == error)
        return;
    m_error = error;
    emit changed();
}

} // namespace signalbox
