// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/draftstore.h"

#include <QCryptographicHash>
#include <QDir>
#include <QSaveFile>

#include <algorithm>

namespace signalbox {

DraftStore::DraftStore(QObject *parent)
    : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(delayMs);
    connect(&m_timer, &QTimer::timeout, this, &DraftStore::flush);
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
    QFile::remove(fileOf(key));
}

void DraftStore::flush()
{
    m_timer.stop();
    const QSet<QString> waiting = std::exchange(m_waiting, {});
    for (const QString &key : waiting) {
        const auto draft = m_drafts.constFind(key);
        if (draft == m_drafts.cend())
            continue;
        if (draft->keep == Keep::Memory) {
            QFile::remove(fileOf(key)); // it holds a secret now
            continue;
        }
        QSaveFile file(fileOf(key));
        const bool written = file.open(QIODevice::WriteOnly)
            && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
            && file.write(key.toUtf8() + '\n') > 0
            && file.write(draft->text.data(), qint64(draft->text.size())) >= 0 && file.commit();
        if (!written)
            setError(tr("A draft could not be saved: %1").arg(file.errorString()));
    }
}

void DraftStore::setError(const QString &error)
{
    if (m_error == error)
        return;
    m_error = error;
    emit errorChanged();
}

} // namespace signalbox
