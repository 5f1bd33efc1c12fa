// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/confighistory.h"

#include <QDir>
#include <QSaveFile>

#include <algorithm>

namespace signalbox {
namespace {

QString nameOf(const ConfigAddress &address)
{
    return QStringList { address.connection, address.workspace, address.type, address.key }.join(
        QLatin1Char('\n'));
}

qint64 sizeOf(const schema::ConfigVersion &version)
{
    return 200 + qint64(version.value ? version.value->size() : 0);
}

} // namespace

ConfigHistory::ConfigHistory(QObject *parent)
    : QObject(parent)
{
}

ConfigHistory::~ConfigHistory() = default;

void ConfigHistory::setFolder(const QString &folder)
{
    m_entries.clear();
    m_bytes = m_written = 0;
    m_file = folder.isEmpty() ? QString()
                              : QDir(folder).filePath(QStringLiteral("config-history.jsonl"));
    m_loaded = m_file.isEmpty(); // read when somebody asks
}

void ConfigHistory::load()
{
    if (std::exchange(m_loaded, true))
        return;
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly))
        return;
    m_written = file.size();
    if (m_written > 16 * totalBytes) {
        m_error = tr("%1 is too large and is not read.").arg(m_file);
        return;
    }
    while (!file.atEnd()) {
        const QByteArray line = file.readLine();
        auto version = schema::decode<schema::ConfigVersion>(
            std::string_view(line.constData(), std::size_t(line.size())));
        if (!version)
            continue; // the line at which a crash cut it off
        const ConfigAddress address { QString::fromStdString(version->connection),
            QString::fromStdString(version->workspace), QString::fromStdString(version->type),
            QString::fromStdString(version->key) };
        add(nameOf(address), std::move(*version), false);
    }
    bound();
    for (Entry &entry : m_entries)
        entry.letGo = 0; // counts from here on
}

void ConfigHistory::add(const QString &name, schema::ConfigVersion version, bool secret)
{
    m_bytes += sizeOf(version);
    Entry &entry = m_entries[name];
    entry.versions.push_back({ std::move(version), secret, ++m_number });
    if (int(entry.versions.size()) > perEntry) {
        m_bytes -= sizeOf(entry.versions.front().version);
        entry.versions.erase(entry.versions.begin());
        ++entry.letGo;
    }
}

/// Over the whole bound: a quarter of the oldest goes at once, so that this is rare.
void ConfigHistory::bound()
{
    if (m_bytes <= totalBytes)
        return;
    std::vector<qint64> numbers;
    for (const Entry &entry : std::as_const(m_entries))
        for (const Held &held : entry.versions)
            numbers.push_back(held.number);
    const auto cut = numbers.begin() + std::ptrdiff_t(numbers.size() / 4);
    std::nth_element(numbers.begin(), cut, numbers.end());
    const qint64 oldest = *cut;
    for (Entry &entry : m_entries)
        entry.letGo += int(std::erase_if(entry.versions, [&](const Held &held) {
            if (held.number > oldest)
                return false;
            m_bytes -= sizeOf(held.version);
            return true;
        }));
}

void ConfigHistory::note(const ConfigAddress &address, schema::ConfigVersion version, bool secret)
{
    load();
    const QString name = nameOf(address);
    const auto at = m_entries.constFind(name);
    if (at != m_entries.cend() && !at->versions.empty()
        && at->versions.back().version.value == version.value)
        return;
    version.connection = address.connection.toStdString();
    version.workspace = address.workspace.toStdString();
    version.type = address.type.toStdString();
    version.key = address.key.toStdString();
    if (!secret)
        append(version);
    add(name, std::move(version), secret);
    bound();
    if (m_written > 3 * totalBytes)
        rewrite();
    emit changed(address.workspace, address.type, address.key);
}

void ConfigHistory::append(const schema::ConfigVersion &version)
{
    if (m_file.isEmpty())
        return;
    QFile file(m_file);
    const std::string line = schema::encode(version) + '\n';
    if (file.open(QIODevice::WriteOnly | QIODevice::Append)) {
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        m_written += file.write(line.data(), qint64(line.size()));
    }
    m_error = file.error() == QFile::NoError
        ? QString()
        : tr("The history could not be kept: %1").arg(file.errorString());
}

void ConfigHistory::rewrite()
{
    if (m_file.isEmpty())
        return;
    std::vector<const Held *> all;
    for (const Entry &entry : std::as_const(m_entries))
        for (const Held &held : entry.versions)
            if (!held.secret)
                all.push_back(&held);
    std::sort(
        all.begin(), all.end(), [](const Held *a, const Held *b) { return a->number < b->number; });
    QSaveFile file(m_file);
    if (!file.open(QIODevice::WriteOnly))
        return;
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    qint64 written = 0;
    for (const Held *held : all) {
        const std::string line = schema::encode(held->version) + '\n';
        written += file.write(line.data(), qint64(line.size()));
    }
    if (file.commit())
        m_written = written;
}

std::vector<schema::ConfigVersion> ConfigHistory::versions(const ConfigAddress &address)
{
    load();
    std::vector<schema::ConfigVersion> found;
    if (const auto at = m_entries.constFind(nameOf(address)); at != m_entries.cend())
        for (auto held = at->versions.rbegin(); held != at->versions.rend(); ++held)
            found.push_back(held->version);
    return found;
}

int ConfigHistory::letGo(const ConfigAddress &address) const
{
    const auto at = m_entries.constFind(nameOf(address));
    return at == m_entries.cend() ? 0 : at->letGo;
}

} // namespace signalbox
