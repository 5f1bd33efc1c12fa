// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/tailmodel.h"

#include "models/stores/plaintext.h"
#include "models/stores/whendone.h"
#include "views/pages/flowtext.h"

#include <QtConcurrent>

#include <algorithm>

namespace signalbox {

using flowtext::qs;

namespace {

const std::vector<rules::FilterField> &fields()
{
    static const std::vector<rules::FilterField> all {
        { "payload", rules::FieldKind::Text, {} },
        { "properties", rules::FieldKind::Text, { "props" } },
        { "id", rules::FieldKind::Text, {} },
        { "size", rules::FieldKind::Number, { "bytes" } },
    };
    return all;
}

std::string propertiesOf(const schema::FabricMessage &message)
{
    std::string text;
    for (const auto &[name, value] : message.properties) {
        if (!text.empty())
            text += ' ';
        text += name + '=' + value;
    }
    return text;
}

class MessageRow : public rules::Filter::Row {
public:
    explicit MessageRow(const schema::FabricMessage &message)
        : m_message(message)
        , m_properties(propertiesOf(message))
    {
    }
    std::string_view text(std::size_t field) const override
    {
        if (field == 0)
            return m_message.payload;
        if (field == 1)
            return m_properties;
        const std::string *id = field == 2 ? schema::find(m_message.properties, "id") : nullptr;
        return id ? std::string_view(*id) : std::string_view();
    }
    std::optional<double> number(std::size_t field) const override
    {
        return field == 3 ? std::optional(double(m_message.size)) : std::nullopt;
    }

private:
    const schema::FabricMessage &m_message;
    std::string m_properties;
};

QString preview(const schema::FabricMessage &message)
{
    // cut before converting; a cut character becomes one replacement sign at the end
    QString text = qs(std::string_view(message.payload).substr(0, 400));
    for (QChar &c : text) {
        if (c.category() == QChar::Other_Control)
            c = QLatin1Char(' ');
    }
    return plainName(text.left(300));
}

} // namespace

TailModel::TailModel(QObject *parent)
    : QAbstractListModel(parent)
{
    m_decoder.setMaxThreadCount(1);
}

TailModel::~TailModel()
{
    m_stream.reset();
    m_decoder.clear();
    m_decoder.waitForDone();
}

void TailModel::open(Gateway *gateway, const std::string &queue, const std::string &answers)
{
    close();
    clear();
    if (!gateway) {
        set(Failed, tr("Not connected."));
        return;
    }
    set(Opening);
    m_answersTopic = answers;
    m_paired = !answers.empty();
    schema::FabricRequest body;
    body.operation = "tail";
    if (m_paired) { // first, so that no answer to what is seen is missed
        body.topic = answers;
        m_answers = listen(*gateway, body, true);
        body.topic.reset();
    }
    body.queue = queue;
    m_stream = listen(*gateway, body, false);
}

std::unique_ptr<Subscription> TailModel::listen(
    Gateway &gateway, const schema::FabricRequest &body, bool answers)
{
    Request request;
    request.service = "fabric";
    request.operation = "tail";
    request.body = schema::encode(body);
    request.timeout = std::chrono::hours(24); // a quiet queue is no failure
    auto stream = gateway.stream(std::move(request));
    connect(stream.get(), &Subscription::part, this,
        [this, answers](const std::string &part, bool) { decode(part, answers); });
    connect(stream.get(), &Subscription::failed, this, [this, answers](const GatewayError &error) {
        failed(flowtext::readFailure(tr("The tail"), error), answers);
    });
    connect(stream.get(), &Subscription::ended, this, [this, answers] {
        if (answers)
            failed(tr("The answers' tail was ended by the far end."), true);
        else if (m_state == Opening || m_state == Tailing)
            set(Ended);
    });
    return stream;
}

/// Without the answers the messages still come.
void TailModel::failed(const QString &why, bool answers)
{
    if (!answers) {
        set(Failed, why);
        return;
    }
    m_answersFault = why;
    m_paired = false;
    m_counts[1].pending = 0;
    emit changed();
}

void TailModel::peek(Gateway *gateway, const std::string &queue, int count)
{
    close();
    clear();
    m_answersTopic.clear();
    if (!gateway) {
        set(Failed, tr("Not connected."));
        return;
    }
    schema::FabricRequest body;
    body.operation = "peek";
    body.queue = queue;
    body.count = std::clamp(count, 1, 100);
    Request request;
    request.service = "fabric";
    request.operation = "peek";
    request.body = schema::encode(body);
    set(Opening);
    ask<schema::FabricResponse>(*gateway, std::move(request))
        .then(this, [this, turn = m_turn](const Answer<schema::FabricResponse> &answer) {
            if (turn != m_turn)
                return;
            if (!answer) {
                set(Failed, flowtext::readFailure(tr("Peeking"), answer.error()));
                return;
            }
            schema::FabricResponse all = *answer;
            all.received = std::int64_t(all.messages.size());
            take(all);
            set(Peeked);
        });
}

void TailModel::close()
{
    ++m_turn;
    m_stream.reset();
    m_answers.reset();
    m_paired = false;
    m_answersFault.clear();
    if (m_paused)
        setPaused(false);
    set(Off);
}

void TailModel::decode(const std::string &body, bool answers)
{
    const auto decoding = QtConcurrent::run(
        &m_decoder, [body] { return schema::decode<schema::FabricResponse>(body); });
    using Part = schema::Decoded<schema::FabricResponse>;
    whenDone(this, decoding, [this, answers, turn = m_turn](const Part &part) {
        if (turn != m_turn)
            return;
        if (!part) {
            (answers ? m_answers : m_stream).reset();
            failed(
                tr("The tail sent something unexpected: %1").arg(qs(part.error().text())), answers);
            return;
        }
        if (m_state == Opening && !answers)
            set(Tailing);
        take(*part, answers);
    });
}

bool TailModel::wanted(const schema::FabricMessage &message) const
{
    return m_filter.empty() || m_filter.matches(MessageRow(message));
}

void TailModel::take(const schema::FabricResponse &part, bool answers)
{
    Counts &counts = m_counts[answers];
    counts.arrived += qint64(part.messages.size());
    counts.toldFiltered = std::max<qint64>(counts.toldFiltered, part.filtered);
    counts.pending = part.pending.value_or(0);
    counts.told = std::max<qint64>(counts.told, part.received - counts.pending);
    m_received = m_counts[0].received() + m_counts[1].received();
    std::vector<Row> now;
    bool pairs = false;
    for (const schema::FabricMessage &message : part.messages) {
        pairs = (m_paired && m_pairs.note(message, answers)) || pairs;
        if (!wanted(message)) {
            ++m_ownFiltered;
        } else if (!m_paused) {
            now.push_back({ message, answers });
        } else if (held() < pauseCapacity
            && m_waitingBytes + qint64(message.payload.size()) <= byteLimit) {
            m_waiting.push_back({ message, answers });
            m_waitingBytes += qint64(message.payload.size());
        }
        // else: it does not fit behind the pause and shows up as dropped
    }
    m_filtered = m_ownFiltered + m_counts[0].filtered() + m_counts[1].filtered();
    if (pairs && count() > 0)
        emit dataChanged(index(0), index(count() - 1), { PairRole });
    show(std::move(now));
    emit changed();
}

void TailModel::show(std::vector<Row> rows)
{
    if (rows.empty())
        return;
    const qsizetype more = qsizetype(rows.size());
    m_shown += more;
    // of a burst larger than the list only its end can stay
    const qsizetype kept = std::min<qsizetype>(more, capacity);
    beginInsertRows({}, 0, int(kept) - 1);
    for (auto at = rows.end() - kept; at != rows.end(); ++at) {
        m_bytes += qint64(at->message.payload.size());
        m_rows.push_front(std::move(*at));
    }
    endInsertRows();
    trim();
}

void TailModel::trim()
{
    qsizetype keep = std::min<qsizetype>(count(), capacity);
    const auto bytesOf = [this](qsizetype row) {
        return qint64(m_rows[std::size_t(row)].message.payload.size());
    };
    qint64 bytes = m_bytes;
    for (qsizetype row = count(); row > keep; --row)
        bytes -= bytesOf(row - 1);
    while (keep > 1 && bytes > byteLimit)
        bytes -= bytesOf(--keep);
    if (keep == count())
        return;
    beginRemoveRows({}, int(keep), count() - 1);
    m_rows.resize(std::size_t(keep));
    m_bytes = bytes;
    endRemoveRows();
}

void TailModel::setPaused(bool paused)
{
    if (m_paused == paused)
        return;
    m_paused = paused;
    if (!paused) {
        std::vector<Row> now(
            std::make_move_iterator(m_waiting.begin()), std::make_move_iterator(m_waiting.end()));
        m_waiting.clear();
        m_waitingBytes = 0;
        show(std::move(now));
    }
    emit changed();
}

void TailModel::setFilter(const QString &text)
{
    if (m_filterText == text)
        return;
    m_filterText = text;
    const std::string bytes = text.toStdString();
    const auto compiled = rules::Filter::compile(bytes, fields());
    m_filterError = compiled ? QString() : qs(compiled.error().message);
    m_filterPosition = compiled
        ? -1
        : int(qs(std::string_view(bytes).substr(0, compiled.error().position)).size());
    if (compiled)
        m_filter = *compiled;
    emit filterChanged();
}

void TailModel::clear()
{
    beginResetModel();
    m_rows.clear();
    m_waiting.clear();
    m_bytes = m_waitingBytes = 0;
    m_received = m_shown = m_filtered = m_ownFiltered = 0;
    m_pairs.clear();
    const bool running = m_state == Tailing;
    for (Counts &counts : m_counts)
        counts = running ? Counts { counts.told, counts.toldFiltered, counts.told,
            counts.toldFiltered, 0, counts.pending }
                         : Counts();
    m_received = m_counts[0].received() + m_counts[1].received(); // what is pending comes yet
    endResetModel();
    emit changed();
}

const schema::FabricMessage *TailModel::message(int row) const
{
    return row >= 0 && row < count() ? &m_rows[std::size_t(row)].message : nullptr;
}

bool TailModel::isAnswer(int row) const
{
    return row >= 0 && row < count() && m_rows[std::size_t(row)].answer;
}

QString TailModel::pairText(int row) const
{
    const schema::FabricMessage *message = this->message(row);
    return message && !m_answersTopic.empty() ? m_pairs.text(*message, isAnswer(row)) : QString();
}

void TailModel::replacePayload(std::int64_t seq, const std::string &payload, bool answer)
{
    for (int row = 0; row < count(); ++row) {
        schema::FabricMessage &message = m_rows[std::size_t(row)].message;
        if (message.seq != seq || m_rows[std::size_t(row)].answer != answer)
            continue;
        m_bytes += qint64(payload.size()) - qint64(message.payload.size());
        message.payload = payload;
        message.truncated = false;
        emit dataChanged(index(row), index(row));
    }
}

QString TailModel::stateText() const
{
    switch (m_state) {
    case Off:
        return tr("not listening");
    case Opening:
        return tr("opening…");
    case Tailing:
        return m_paused
            ? tr("paused, up to %1 messages wait").arg(format::count(qint64(pauseCapacity)))
            : tr("live");
    case Ended:
        return tr("ended by the far end");
    case Failed:
        return tr("failed");
    case Peeked:
        return tr("taken once; order and redelivery were left alone");
    }
    return {};
}

void TailModel::set(State state, const QString &error)
{
    if (m_state == state && m_error == error)
        return;
    m_state = state;
    m_error = error;
    if (state != Opening && state != Tailing) // what waited goes with the tail: now it is dropped
        for (Counts &counts : m_counts)
            counts.pending = 0;
    emit changed();
}

void TailModel::setZone(format::Zone zone)
{
    if (zone == m_zone)
        return;
    m_zone = zone;
    if (count() > 0)
        emit dataChanged(
            index(0, 0), index(count() - 1, 0), { Qt::DisplayRole, TimeRole, ExactTimeRole });
}

int TailModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : count();
}

QVariant TailModel::data(const QModelIndex &index, int role) const
{
    const schema::FabricMessage *message = this->message(index.row());
    if (!message)
        return {};
    switch (role) {
    case SeqRole:
        return qint64(message->seq);
    case AtRole:
        return qint64(message->atMs);
    case Qt::DisplayRole:
    case TimeRole:
        return format::clock(message->atMs, m_zone);
    case ExactTimeRole:
        return format::dateTime(message->atMs, m_zone);
    case SizeRole:
        return format::bytes(message->size);
    case PropertiesRole:
        return plainName(qs(propertiesOf(*message)));
    case PreviewRole:
        return preview(*message);
    case TruncatedRole:
        return message->truncated;
    case RedeliveredRole:
        return message->redelivered;
    case AnswerRole:
        return isAnswer(index.row());
    case PairRole:
        return pairText(index.row());
    default:
        return {};
    }
}

QHash<int, QByteArray> TailModel::roleNames() const
{
    return { { SeqRole, "seq" }, { AtRole, "at" }, { TimeRole, "time" },
        { ExactTimeRole, "exactTime" }, { SizeRole, "size" }, { PropertiesRole, "properties" },
        { PreviewRole, "preview" }, { TruncatedRole, "truncated" },
        { RedeliveredRole, "redelivered" }, { AnswerRole, "answer" }, { PairRole, "pair" } };
}

} // namespace signalbox
