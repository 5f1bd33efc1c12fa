// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/draftstore.h"

#include "models/stores/whendone.h"

#include <QCryptographicHash>
#include <QDir>
#include <QSaveFile>
#include <QtConcurrentRun>

#include <algorithm>

namespace signalbox {

DraftStore::DraftStore(QObject *parent)
    : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(delayMs);
    m_writer.setMaxThreadCount(1);
    connect(&m_timer, &QTimer::timeout, this, &DraftStore::writeSoon);
}

DraftStore::~DraftStore()
{
    flush();
}

QString DraftStore::fileOf(const QString &key) const
{
    const auto hash = QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha256);
    return QDir(m_folder).filePath(
        QString::fromLatin1(hash.toHex().left(32)) + QStringLiteral(".draft"));
}

void DraftStore::setFolder(const QString &folder)
{
    flush();
    m_drafts.clear();
    m_folder.clear();
    if (folder.isEmpty())
        return;
    const QString drafts = QDir(folder).filePath(QStringLiteral("drafts"));
    if (!QDir().mkpath(drafts))
        return setError(
            tr("The folder %1 cannot be made; drafts last until the end only.").arg(drafts));
    m_folder = drafts;
    const auto files = QDir(drafts).entryInfoList({ QStringLiteral("*.draft") }, QDir::Files);
    for (const QFileInfo &info : files) {
        QFile file(info.filePath());
        if (info.size() > maximumBytes || !file.open(QIODevice::ReadOnly))
            continue;
        // First the key on a line of its own, then the draft.
        const QByteArray content = file.readAll();
        const auto end = content.indexOf('\n');
        const QString key = QString::fromUtf8(content.left(end));
        if (end > 0 && fileOf(key) == info.filePath())
            m_drafts.insert(key, { content.mid(end + 1).toStdString(), Keep::Disk });
    }
}

QStringList DraftStore::keys(const QString &prefix) const
{
    QStringList keys;
    for (auto it = m_drafts.cbegin(); it != m_drafts.cend(); ++it)
        if (it.key().startsWith(prefix))
            keys.append(it.key());
    keys.sort();
    return keys;
}

std::optional<std::string> DraftStore::text(const QString &key) const
{
    const auto at = m_drafts.find(key);
    return at == m_drafts.end() ? std::nullopt : std::optional(at->text);
}

bool DraftStore::inMemoryOnly(const QString &key) const
{
    const auto at = m_drafts.find(key);
    return at != m_drafts.end() && (at->keep == Keep::Memory || m_folder.isEmpty());
}

void DraftStore::put(const QString &key, const std::string &text, Keep keep)
{
    const auto at = m_drafts.find(key);
    if (at != m_drafts.end() && at->text == text && at->keep == keep)
        return;
    m_drafts.insert(key, { text, keep });
    if (m_folder.isEmpty())
        return;
    m_waiting.insert(key);
    if (!m_timer.isActive())
        m_timer.start(); // not restarted: steady typing is saved as well
}

void DraftStore::remove(const QString &key)
{
    if (m_drafts.remove(key) == 0 || m_folder.isEmpty())
        return;
    m_waiting.remove(key);
    if (m_writing.contains(key))
        m_writer.waitForDone(); // or its file would come back
    QFile::remove(fileOf(key));
}

void DraftStore::flush()
{
    m_timer.stop();
    m_writer.waitForDone();
    tell(write(takeWaiting()));
}

void DraftStore::writeSoon()
{
    if (m_waiting.isEmpty() || !m_writing.isEmpty())
        return; // what waits follows what is being written
    m_writing = m_waiting;
    const auto written =
        QtConcurrent::run(&m_writer, [drafts = takeWaiting()] { return write(drafts); });
    whenDone(this, written, [this](const QString &fault) {
        m_writing.clear();
        tell(fault);
        if (!m_timer.isActive())
            writeSoon();
    });
}

std::vector<DraftStore::Writing> DraftStore::takeWaiting()
{
    std::vector<Writing> drafts;
    const QSet<QString> waiting = std::exchange(m_waiting, {});
    for (const QString &key : waiting) {
        const auto draft = m_drafts.constFind(key);
        if (draft == m_drafts.cend())
            continue;
        const bool keeps = draft->keep == Keep::Disk;
        drafts.push_back({ fileOf(key), key.toUtf8(), keeps ? draft->text : std::string(), keeps });
    }
    return drafts;
}

QString DraftStore::write(const std::vector<Writing> &drafts)
{
    QString fault;
    for (const Writing &draft : drafts) {
        if (!draft.keeps) {
            QFile::remove(draft.file);
            continue;
        }
        QSaveFile file(draft.file);
        const bool written = file.open(QIODevice::WriteOnly)
            && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
            && file.write(draft.key + '\n') > 0
            && file.write(draft.text.data(), qint64(draft.text.size())) >= 0 && file.commit();
        if (!written)
            fault = file.errorString();
    }
    return fault;
}

void DraftStore::tell(const QString &fault)
{
    if (!fault.isEmpty())
        setError(tr("A draft could not be saved: %1").arg(fault));
}

void DraftStore::setError(const QString &error)
{
    if (m_error == error)
        return;
    m_error = error;
    emit errorChanged();
}

} // namespace signalbox
