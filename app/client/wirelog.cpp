// SPDX-License-Identifier: GPL-3.0-only
#include "app/client/wirelog.h"

#include "app/client/mask.h"
#include "models/rules/resource.h"
#include "models/schema/configform.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QTimer>

namespace signalbox {
namespace {

constexpr std::size_t textLimit = 16 * 1024;
constexpr int handOverMs = 50;

WireRow rowOf(const Request &request, const QString &channel)
{
    WireRow row;
    row.direction = QStringLiteral("→");
    row.channel = channel;
    row.id = QString::fromStdString(request.id);
    row.service = QString::fromStdString(request.service);
    row.operation = QString::fromStdString(request.operation);
    row.workspace = QString::fromStdString(request.workspace);
    row.state = QStringLiteral("sent");
    return row;
}

WireRow answered(WireRow row, const QElapsedTimer &since)
{
    row.direction = QStringLiteral("←");
    row.state = QStringLiteral("ok");
    row.latencyUs = since.nsecsElapsed() / 1000;
    row.atMs = 0;
    row.size = 0;
    return row;
}

WireRow failed(WireRow row, const GatewayError &error)
{
    row.state = QString::fromStdString(masked(error.text.toStdString()));
    row.failed = true;
    return row;
}

/// Every setting of a channel may be a secret, whatever its name.
bool holdsSettings(const Request &request)
{
    const auto line = rules::resourceCall(request.operation);
    if (!line || !rules::isResource(request.service))
        return false;
    const auto at = line->segments();
    return at.size() > 2 && at[0] == "tenants" && at[2] == "channels";
}

} // namespace

WireBuffer::WireBuffer(WireStore *store)
    : m_store(store)
{
}

void WireBuffer::add(WireRow row, std::string_view text)
{
    if (row.size == 0)
        row.size = qint64(text.size());
    row.atMs = QDateTime::currentMSecsSinceEpoch();
    // Masked before it is cut: half a secret is one, too. Beyond twice the limit the rest is never
    // shown.
    std::string shown = masked(text.substr(0, 4 * textLimit));
    row.truncated = text.size() > 4 * textLimit || shown.size() > textLimit;
    if (shown.size() > textLimit)
        shown.resize(textLimit);
    row.text = PackedText(shown);
    const std::lock_guard lock(m_mutex);
    if (m_rows.size() >= WireStore::capacity)
        m_rows.erase(m_rows.begin(), m_rows.begin() + WireStore::capacity / 10);
    m_rows.push_back(std::move(row));
    if (!std::exchange(m_scheduled, true))
        QMetaObject::invokeMethod(
            this,
            [self = weak_from_this(), this] {
                if (const auto held = self.lock())
                    QTimer::singleShot(handOverMs, this, &WireBuffer::handOver);
            },
            Qt::QueuedConnection);
}

void WireBuffer::handOver()
{
    std::vector<WireRow> rows;
    {
        const std::lock_guard lock(m_mutex);
        rows.swap(m_rows);
        m_scheduled = false;
    }
    if (m_store)
        m_store->append(rows);
}

WireLog::WireLog(std::shared_ptr<Gateway> below, std::shared_ptr<WireBuffer> buffer)
    : m_below(std::move(below))
    , m_buffer(std::move(buffer))
{
}

QFuture<Reply> WireLog::request(Request request)
{
    if (request.id.empty())
        request.id = "r" + std::to_string(m_next++);
    const bool rest = request.service == "metrics" || rules::isResource(request.service);
    const auto row = rowOf(request, rest ? QStringLiteral("rest") : QStringLiteral("short"));
    const bool hidden = holdsSettings(request);
    m_buffer->add(row, hidden ? schema::withoutChannelSettings(request.body) : request.body);
    QElapsedTimer since;
    since.start();
    return m_below->request(std::move(request))
        .then(QtFuture::Launch::Sync,
            [row, since, hidden, buffer = m_buffer](const Reply &reply) -> Reply {
                auto answer = answered(row, since);
                if (reply)
                    buffer->add(std::move(answer),
                        hidden ? schema::withoutChannelSettings(reply->body) : reply->body);
                else
                    buffer->add(
                        failed(std::move(answer), reply.error()), reply.error().text.toStdString());
                return reply;
            });
}

std::unique_ptr<Subscription> WireLog::stream(Request request)
{
    if (request.id.empty())
        request.id = "s" + std::to_string(m_next++);
    const auto row = rowOf(request, QStringLiteral("stream"));
    m_buffer->add(row, request.body);
    QElapsedTimer since;
    since.start();
    auto stream = m_below->stream(std::move(request));
    auto *watched = stream.get();
    QObject::connect(watched, &Subscription::part, watched,
        [row, since, buffer = m_buffer](const std::string &body, bool last) {
            auto part = answered(row, since);
            if (!last)
                part.state = QStringLiteral("part");
            buffer->add(std::move(part), body);
        });
    QObject::connect(watched, &Subscription::failed, watched,
        [row, since, buffer = m_buffer](const GatewayError &error) {
            buffer->add(failed(answered(row, since), error), error.text.toStdString());
        });
    return stream;
}

} // namespace signalbox
