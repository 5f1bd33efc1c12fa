// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/transcriptmodel.h"

#include "models/schema/arguments.h"
#include "models/stores/conversationstore.h"
#include "models/stores/plaintext.h"

#include <algorithm>

namespace signalbox {

using rules::ChatEntry;
using rules::ChatKind;

static QString shownCall(const std::string &text, std::size_t limit)
{
    return text.size() <= limit
        ? plainLine(text, limit)
        : TranscriptModel::tr("%1… %2 more")
              .arg(plainLine(text, limit), format::bytes(qint64(text.size() - limit)));
}

QString callText(const std::string &tool, const std::string &argumentsJson, std::size_t limit)
{
    const auto rows = schema::argumentRows(argumentsJson);
    if (rows.empty()) {
        const bool none = argumentsJson == "null" || argumentsJson == "{}";
        return shownCall(tool + "(" + (none ? std::string() : argumentsJson) + ")", limit);
    }
    std::string text = tool + "(";
    for (std::size_t i = 0; i < rows.size(); ++i)
        text += (i > 0 ? ", " : "") + rows[i].name + "=" + rows[i].json;
    return shownCall(text + ")", limit);
}

TranscriptTool toolLine(const schema::ToolCall &call)
{
    TranscriptTool line;
    line.name = plainLine(call.tool, 120);
    line.call = callText(call.tool, call.arguments.text);
    line.failed = call.state == "failed" || call.error.has_value();
    if (call.error)
        line.result = shownCall(*call.error, callShown);
    else if (call.result)
        line.result = shownCall(call.result->text, callShown);
    if (call.durationMs > 0)
        line.duration = format::latency(call.durationMs * 1000);
    if (call.state == "running")
        line.state = TranscriptModel::tr("running");
    else if (call.state == "waiting")
        line.state = TranscriptModel::tr("waits for a person");
    else if (call.state == "denied")
        line.state = TranscriptModel::tr("denied");
    else if (call.state == "expired")
        line.state = TranscriptModel::tr("expired, not run");
    else if (call.state == "failed")
        line.state = TranscriptModel::tr("failed");
    return line;
}

rules::ChatRecord recordOf(const schema::ChannelThreadMessage &message)
{
    const bool isNote = message.role == "note";
    rules::ChatRecord record;
    record.kind = message.role == "assistant" ? ChatKind::Assistant
        : message.role == "human"             ? ChatKind::Person
        : isNote || message.role == "notice"  ? ChatKind::Notice
                                              : ChatKind::User;
    record.id = message.id;
    record.author = message.author;
    record.text = !isNote
        ? message.content
        : TranscriptModel::tr("%1 to the agent: %2")
              .arg(QString::fromStdString(message.author), QString::fromStdString(message.content))
              .toStdString();
    record.atMs = msOfTime(message.createdAt);
    record.tools = message.tools;
    record.turn = message.turn;
    record.delivery = message.delivery;
    record.attachments = message.attachments;
    return record;
}

std::vector<rules::ChatRecord> recordsOf(const std::vector<schema::ChannelThreadMessage> &messages)
{
    std::vector<rules::ChatRecord> records;
    records.reserve(messages.size());
    for (const auto &message : messages)
        records.push_back(recordOf(message));
    return records;
}

TranscriptModel::TranscriptModel(QObject *parent)
    : QAbstractListModel(parent)
    , m_transcript(this)
{
}

TranscriptModel::~TranscriptModel() = default;

void TranscriptModel::inserting(int first, int last)
{
    beginInsertRows({}, first, last);
}
void TranscriptModel::inserted()
{
    endInsertRows();
    emit countChanged();
}
void TranscriptModel::removing(int first, int last)
{
    beginRemoveRows({}, first, last);
}
void TranscriptModel::removed()
{
    endRemoveRows();
    emit countChanged();
}
void TranscriptModel::changed(int row)
{
    emit dataChanged(index(row), index(row));
}

void TranscriptModel::setZone(format::Zone zone)
{
    if (std::exchange(m_zone, zone) != zone && count() > 0)
        emit dataChanged(index(0), index(count() - 1), { HeadRole, ExactRole });
}

QString TranscriptModel::wholeText(int row) const
{
    return row >= 0 && row < count()
        ? QString::fromStdString(m_transcript.entries()[std::size_t(row)].record.text)
        : QString();
}

int TranscriptModel::find(const QString &words, int from) const
{
    const int rows = count();
    for (int step = 0; !words.isEmpty() && step < rows; ++step) {
        const int row = (std::max(0, from) + step) % rows;
        if (wholeText(row).contains(words, Qt::CaseInsensitive))
            return row;
    }
    return -1;
}

QString TranscriptModel::head(const ChatEntry &entry) const
{
    const auto &record = entry.record;
    QStringList parts;
    if (!record.author.empty())
        parts.append(plainLine(record.author, 120));
    else if (record.kind == ChatKind::Assistant)
        parts.append(tr("agent"));
    if (record.atMs > 0)
        parts.append(format::clockSeconds(record.atMs, m_zone));
    if (record.turn) {
        const auto &turn = *record.turn;
        if (turn.firstChunkMs > 0)
            parts.append(tr("first chunk %1").arg(format::latency(turn.firstChunkMs * 1000)));
        if (turn.latencyMs > 0)
            parts.append(tr("done %1").arg(format::latency(turn.latencyMs * 1000)));
        if (const auto tokens = turn.promptTokens + turn.completionTokens; tokens > 0)
            parts.append(tr("%1 tokens").arg(format::count(tokens)));
        if (turn.costUsd)
            parts.append(QStringLiteral("$%1").arg(*turn.costUsd, 0, 'f', 4));
        else if (turn.promptTokens + turn.completionTokens > 0)
            parts.append(tr("cost not known"));
        if (!turn.model.empty())
            parts.append(plainLine(turn.model, 80));
    }
    if (record.delivery && record.delivery->state == "sent")
        parts.append(
            tr("sent %1").arg(format::clockSeconds(msOfTime(record.delivery->at), m_zone)));
    return parts.join(QStringLiteral(" · "));
}

/// What has not come to the user of another channel, and why.
QString TranscriptModel::deliveryNote(const schema::Delivery &delivery) const
{
    const QString why = plainLine(delivery.error, 300);
    if (delivery.state == "unsent")
        return tr("Not sent, only kept here: %1.").arg(why);
    const QString tries =
        delivery.tries == 1 ? tr("1 try") : tr("%1 tries").arg(format::count(delivery.tries));
    if (delivery.state == "failed")
        return tr("Not sent, given up after %1: %2.").arg(tries, why);
    if (delivery.state == "waiting" && delivery.tries == 0)
        return tr("On its way to the channel.");
    if (delivery.state == "waiting")
        return tr("Not sent after %1: %2. Again at %3.")
            .arg(tries, why, format::clockSeconds(msOfTime(delivery.at), m_zone));
    return delivery.state == "sent"
        ? QString()
        : tr("What became of it: %1").arg(plainLine(delivery.state, 80));
}

static bool waitsForSomebody(const ChatEntry &entry)
{
    const auto &calls = entry.record.tools;
    return std::any_of(
        calls.begin(), calls.end(), [](const auto &call) { return call.state == "waiting"; });
}

QString TranscriptModel::note(const ChatEntry &entry) const
{
    switch (entry.state) {
    case ChatEntry::State::Interrupted:
        return tr("A piece: the connection or the turn ended before the rest came.");
    case ChatEntry::State::Unsure:
        return tr("Not in the history: it may not have arrived.");
    case ChatEntry::State::Streaming:
        return waitsForSomebody(entry) ? tr("Waits until a person has decided.")
            : entry.missing > 0
            ? tr("Listening since its middle: %1 came before.").arg(format::bytes(entry.missing))
            : QString();
    default:
        return entry.record.delivery ? deliveryNote(*entry.record.delivery) : QString();
    }
}

int TranscriptModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant TranscriptModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ChatEntry &entry = m_transcript.entries()[std::size_t(index.row())];
    const auto &record = entry.record;
    switch (role) {
    case KindRole:
        return int(record.kind);
    case HeadRole:
        return head(entry);
    case Qt::DisplayRole:
    case TextRole:
        return plainText(record.text);
    case MoreRole: {
        qint64 more = 0;
        if (record.text.size() > 16 * 1024)
            plainText(record.text, 16 * 1024, &more);
        return more > 0 ? tr("%1 more, not shown here").arg(format::bytes(more)) : QString();
    }
    case ToolsRole: {
        QVariantList tools;
        for (const auto &call : record.tools)
            tools.append(QVariant::fromValue(toolLine(call)));
        return tools;
    }
    case FilesRole: {
        QStringList files;
        for (const auto &file : record.attachments) {
            QStringList parts { plainLine(file.filename.empty() ? file.url : file.filename, 200) };
            if (!file.mimeType.empty())
                parts.append(plainLine(file.mimeType, 80));
            if (file.sizeBytes > 0)
                parts.append(format::bytes(file.sizeBytes));
            files.append(parts.join(QStringLiteral(" · ")));
        }
        return files;
    }
    case NoteRole:
        return note(entry);
    case GrowingRole:
        return entry.state == ChatEntry::State::Streaming && !waitsForSomebody(entry);
    case ExactRole:
        return record.atMs > 0 ? format::dateTime(record.atMs, m_zone) : QString();
    case UnsentRole:
        return record.delivery && !record.id.empty()
            && (record.delivery->state == "failed" || record.delivery->state == "unsent");
    default:
        return {};
    }
}

QHash<int, QByteArray> TranscriptModel::roleNames() const
{
    return { { KindRole, "kind" }, { HeadRole, "head" }, { TextRole, "words" },
        { MoreRole, "more" }, { ToolsRole, "tools" }, { FilesRole, "files" }, { NoteRole, "note" },
        { GrowingRole, "growing" }, { ExactRole, "exact" }, { UnsentRole, "unsent" } };
}

} // namespace signalbox
