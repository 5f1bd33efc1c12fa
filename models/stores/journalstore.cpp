// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/journalstore.h"

#include "models/stores/journaltable.h"
#include "models/stores/leasestore.h"
#include "models/stores/session.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QSaveFile>

#include <algorithm>

namespace signalbox {
namespace {

constexpr const char *words[] = { "", "applied", "refused", "unknown" };

JournalRow::Outcome outcomeOf(const std::string &word)
{
    const auto at = std::find(std::begin(words), std::end(words), word);
    return at == std::end(words) ? JournalRow::Unknown
                                 : JournalRow::Outcome(std::distance(std::begin(words), at));
}

schema::JournalLine writeLine(const JournalRow &row)
{
    return { row.write, {} };
}

schema::JournalLine outcomeLine(const JournalRow &row)
{
    return { {},
        schema::JournalOutcome {
            row.write.number, words[row.outcome], row.text.toStdString(), row.elapsedMs } };
}

void cut(schema::JournalWrite &write)
{
    std::size_t total = 0;
    for (schema::JournalPart &part : write.parts) {
        const std::size_t size = part.before.value_or("").size() + part.after.value_or("").size();
        if (size > 2 * JournalStore::partBytes || total + size > JournalStore::writeBytes) {
            part.large = true;
            part.before.reset();
            part.after.reset();
        } else {
            total += size;
        }
    }
}

} // namespace

JournalStore::JournalStore(Session *session)
    : QObject(session)
    , m_session(session)
{
    connect(session, &Session::emptied, this, [this] {
        if (m_connection == m_session->connectionIdentity())
            return;
        m_connection = m_session->connectionIdentity();
        m_loaded = false;
        m_rows.clear();
        m_evicted = m_written = 0;
        m_next = 1;
        setError({});
        emit reset();
        emit changed();
    });
    connect(session, &Session::zoneChanged, this, &JournalStore::zoneChanged);
}

JournalStore::~JournalStore() = default;

void JournalStore::setFolder(const QString &profile)
{
    m_folder = profile.isEmpty() ? QString() : QDir(profile).filePath(QStringLiteral("journal"));
    m_loaded = false;
}

QString JournalStore::file() const
{
    if (m_folder.isEmpty())
        return {};
    const auto hash = QCryptographicHash::hash(m_connection.toUtf8(), QCryptographicHash::Sha256);
    return QDir(m_folder).filePath(
        QString::fromLatin1(hash.toHex().left(32)) + QStringLiteral(".jsonl"));
}

void JournalStore::load()
{
    if (std::exchange(m_loaded, true))
        return;
    QFile source(file());
    if (m_folder.isEmpty() || !source.open(QIODevice::ReadOnly))
        return;
    m_written = source.size();
    if (m_written > 4 * totalBytes)
        return setError(tr("%1 is too large and is not read.").arg(source.fileName()));
    while (!source.atEnd()) {
        const QByteArray line = source.readLine();
        if (const auto read = schema::decode<schema::JournalLine>(
                std::string_view(line.constData(), std::size_t(line.size()))))
            take(*read); // else the line at which a crash cut it off
    }
    for (JournalRow &row : m_rows)
        if (row.outcome == JournalRow::Sent)
            row.outcome = JournalRow::Unknown; // the program ended while it was under way
    while (m_rows.size() > capacity) {
        m_rows.pop_front();
        ++m_evicted;
    }
    if (m_rows.empty())
        return;
    m_next = m_rows.back().write.number + 1;
    emit reset();
    emit changed();
}

void JournalStore::take(const schema::JournalLine &line)
{
    if (line.write && (m_rows.empty() || line.write->number > m_rows.back().write.number))
        m_rows.push_back({ *line.write, JournalRow::Sent, {}, -1 });
    if (!line.outcome)
        return;
    const int at = rowOf(line.outcome->number);
    if (at < 0)
        return;
    JournalRow &row = m_rows[std::size_t(at)];
    row.outcome = outcomeOf(line.outcome->outcome);
    row.text = QString::fromStdString(line.outcome->text);
    row.elapsedMs = line.outcome->elapsedMs;
}

int JournalStore::rowOf(qint64 number) const
{
    const auto at = std::lower_bound(m_rows.begin(), m_rows.end(), number,
        [](const JournalRow &row, qint64 wanted) { return row.write.number < wanted; });
    return at == m_rows.end() || at->write.number != number ? -1 : int(at - m_rows.begin());
}

const JournalRow *JournalStore::find(qint64 number) const
{
    const int at = rowOf(number);
    return at < 0 ? nullptr : &m_rows[std::size_t(at)];
}

void JournalStore::setUndoing(const JournalRow *row)
{
    m_undoing = row ? row->write : schema::JournalWrite();
}

qint64 JournalStore::begin(schema::JournalWrite write)
{
    load();
    write.number = m_next++;
    write.user = m_session->user().toStdString();
    write.connection = m_connection.toStdString();
    write.localMs = QDateTime::currentMSecsSinceEpoch();
    write.serverMs = m_session->serverNowMs();
    write.why = (m_note.isEmpty() ? m_session->leases()->reason() : m_note).toStdString();
    if (m_undoing.number > 0 && m_undoing.service == write.service
        && m_undoing.workspace == write.workspace)
        write.undoOf = m_undoing.number;
    cut(write);
    const int at = int(m_rows.size());
    m_rows.push_back({ std::move(write), JournalRow::Sent, {}, -1 });
    append(writeLine(m_rows.back()));
    emit rowsInserted(at, at);
    const qint64 number = m_rows.back().write.number;
    bound();
    emit changed();
    return number;
}

void JournalStore::settle(
    qint64 number, JournalRow::Outcome outcome, const QString &text, qint64 elapsedMs)
{
    const int at = rowOf(number);
    if (at < 0)
        return;
    JournalRow &row = m_rows[std::size_t(at)];
    row.outcome = outcome;
    row.text = text;
    row.elapsedMs = elapsedMs;
    append(outcomeLine(row));
    emit rowsChanged({ at });
    emit changed();
}

void JournalStore::append(const schema::JournalLine &line)
{
    if (m_folder.isEmpty())
        return;
    QDir().mkpath(m_folder);
    QFile target(file());
    const std::string text = schema::encode(line) + '\n';
    bool written = target.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered);
    if (written) {
        target.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        const qint64 bytes = target.write(text.data(), qint64(text.size()));
        written = bytes == qint64(text.size());
        m_written += std::max<qint64>(bytes, 0);
    }
    setError(written ? QString() : tr("The journal cannot be kept: %1").arg(target.errorString()));
    if (m_written > 2 * totalBytes)
        rewrite();
}

void JournalStore::bound()
{
    if (m_rows.size() <= capacity)
        return;
    const int many = int(m_rows.size() - capacity + capacity / 10);
    m_rows.erase(m_rows.begin(), m_rows.begin() + many);
    m_evicted += many;
    emit rowsEvicted(many);
    rewrite();
}

/// The file holds what is held, newest first counted, up to half of its bound.
void JournalStore::rewrite()
{
    if (m_folder.isEmpty())
        return;
    std::vector<std::string> kept;
    qint64 bytes = 0;
    for (auto row = m_rows.rbegin(); row != m_rows.rend() && bytes < totalBytes; ++row) {
        std::string lines = schema::encode(writeLine(*row)) + '\n';
        if (row->outcome != JournalRow::Sent)
            lines += schema::encode(outcomeLine(*row)) + '\n';
        bytes += qint64(lines.size());
        kept.push_back(std::move(lines));
    }
    QSaveFile target(file());
    bool written = target.open(QIODevice::WriteOnly)
        && target.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    for (auto lines = kept.rbegin(); written && lines != kept.rend(); ++lines)
        written = target.write(lines->data(), qint64(lines->size())) == qint64(lines->size());
    if (!written || !target.commit())
        return setError(tr("The journal cannot be kept: %1").arg(target.errorString()));
    m_written = bytes;
    const int gone = int(m_rows.size() - kept.size());
    if (gone == 0)
        return;
    m_rows.erase(m_rows.begin(), m_rows.begin() + gone);
    m_evicted += gone;
    emit rowsEvicted(gone);
}

TableModel *JournalStore::newTable(QObject *parent)
{
    load();
    return newJournalTable(this, parent);
}

format::Zone JournalStore::zone() const
{
    return m_session->zone();
}

void JournalStore::setError(const QString &error)
{
    if (m_error == error)
        return;
    m_error = error;
    emit changed();
}

} // namespace signalbox
