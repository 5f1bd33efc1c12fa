// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/tailmodel.h"

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
    return text.left(300);
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

void TailModel::open(Gateway *gateway, const std::string &queue)
{
    close();
    clear();
    if (!gateway) {
        set(Failed, tr("Not connected."));
        return;
    }
    schema::FabricRequest body;
    body.operation = "tail";
    body.queue = queue;
    Request request;
    request.service = "fabric";
    request.operation = "tail";
    request.body = schema::encode(body);
    request.timeout = std::chrono::hours(24); // a quiet queue is no failure
    set(Opening);
    m_stream = gateway->stream(std::move(request));
    connect(m_stream.get(), &Subscription::part, this,
        [this](const std::string &body, bool) { decode(body); });
    connect(m_stream.get(), &Subscription::failed, this, [this](const GatewayError &error) {
        set(Failed, flowtext::readFailure(tr("The tail"), error));
    });
    connect(m_stream.get(), &Subscription::ended, this, [this] {
        if (m_state == Opening || m_state == Tailing)
            set(Ended);
    });
}

void TailModel::peek(Gateway *gateway, const std::string &queue, int count)
{
    close();
    clear();
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
    if (m_paused)
        setPaused(false);
    set(Off);
}

void TailModel::decode(const std::string &body)
{
    const auto decoding = QtConcurrent::run(
        &m_decoder, [body] { return schema::decode<schema::FabricResponse>(body); });
    using Part = schema::Decoded<schema::FabricResponse>;
    whenDone(this, decoding, [this, turn = m_turn](const Part &part) {
        if (turn != m_turn)
            return;
        if (!part) {
            m_stream.reset();
            set(Failed, tr("The tail sent something unexpected: %1").arg(qs(part.error().text())));
            return;
        }
        if (m_state == Opening)
            set(Tailing);
        take(*part);
    });
}

bool TailModel::wanted(const schema::FabricMessage &message) const
{
    return m_filter.empty() || m_filter.matches(MessageRow(message));
}

void TailModel::take(const schema::FabricResponse &part)
{
    m_arrived += qint64(part.messages.size());
    m_serverFiltered = std::max<qint64>(m_serverFiltered, part.filtered);
    // what the far end counts, but never less than what is here: a balance must close
    m_serverReceived = std::max<qint64>(m_serverReceived, part.received);
    m_received = std::max(m_serverReceived - m_base, m_arrived + m_serverFiltered - m_baseFiltered);
    std::vector<schema::FabricMessage> now;
    for (const schema::FabricMessage &message : part.messages) {
        if (!wanted(message)) {
            ++m_ownFiltered;
        } else if (!m_paused) {
            now.push_back(message);
        } else if (held() < pauseCapacity
            && m_waitingBytes + qint64(message.payload.size()) <= byteLimit) {
            m_waiting.push_back(message);
            m_waitingBytes += qint64(message.payload.size());
        }
        // else: it does not fit behind the pause and shows up as dropped
    }
    m_filtered = m_ownFiltered + m_serverFiltered - m_baseFiltered;
    show(std::move(now));
    emit changed();
}

void TailModel::show(std::vector<schema::FabricMessage> messages)
{
    if (messages.empty())
        return;
    const qsizetype more = qsizetype(messages.size());
    m_shown += more;
    // of a burst larger than the list only its end can stay
    const qsizetype kept = std::min<qsizetype>(more, capacity);
    beginInsertRows({}, 0, int(kept) - 1);
    for (auto at = messages.end() - kept; at != messages.end(); ++at) {
        m_bytes += qint64(at->payload.size());
        m_rows.push_front(std::move(*at));
    }
    endInsertRows();
    trim();
}

void TailModel::trim()
{
    qsizetype keep = std::min<qsizetype>(count(), capacity);
    qint64 bytes = m_bytes;
    for (qsizetype row = count(); row > keep; --row)
        bytes -= qint64(m_rows[std::size_t(row - 1)].payload.size());
    while (keep > 1 && bytes > byteLimit)
        bytes -= qint64(m_rows[std::size_t(--keep)].payload.size());
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
        std::vector<schema::FabricMessage> now(
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
    m_received = m_shown = m_filtered = m_ownFiltered = m_arrived = 0;
    const bool running = m_state == Tailing;
    m_base = running ? m_serverReceived : 0;
    m_baseFiltered = running ? m_serverFiltered : 0;
    if (!running)
        m_serverReceived = m_serverFiltered = 0;
    endResetModel();
    emit changed();
}

const schema::FabricMessage *TailModel::message(int row) const
{
    return row >= 0 && row < count() ? &m_rows[std::size_t(row)] : nullptr;
}

void TailModel::replacePayload(std::int64_t seq, const std::string &payload)
{
    for (int row = 0; row < count(); ++row) {
        schema::FabricMessage &message = m_rows[std::size_t(row)];
        if (message.seq != seq)
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
        return qs(propertiesOf(*message));
    case PreviewRole:
        return preview(*message);
    case TruncatedRole:
        return message->truncated;
    case RedeliveredRole:
        return message->redelivered;
    default:
        return {};
    }
}

QHash<int, QByteArray> TailModel::roleNames() const
{
    return { { SeqRole, "seq" }, { AtRole, "at" }, { TimeRole, "time" },
        { ExactTimeRole, "exactTime" }, { SizeRole, "size" }, { PropertiesRole, "properties" },
        { PreviewRole, "preview" }, { TruncatedRole, "truncated" },
        { RedeliveredRole, "redelivered" } };
}

} // namespace signalbox
