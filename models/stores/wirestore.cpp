// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/wirestore.h"

#include "models/rules/resource.h"
#include "models/schema/codec.h"
#include "models/schema/cutjson.h"
#include "models/stores/format.h"
#include "models/stores/wiretable.h"

#include <algorithm>
#include <limits>

namespace signalbox {
namespace {

/// A word for the shell: nothing inside is expanded.
QString quoted(QString text)
{
    return u'\'' + text.replace(QStringLiteral("'"), QStringLiteral("'\\''")) + u'\'';
}

QString jsonString(const QString &text)
{
    return QString::fromStdString(schema::jsonString(text.toStdString()));
}

} // namespace

static QString direction(const WireRow &row)
{
    return row.direction == QStringLiteral("→") ? QStringLiteral("sent")
                                                : QStringLiteral("received");
}

struct WireStore::Data {
    std::deque<WireRow> rows;
    qsizetype textBytes = 0;
    qint64 next = 1;
    qint64 evicted = 0;
    qint64 missed = 0;
    bool paused = false;
    QString url;
    format::Zone zone = format::Zone::Local;
};

WireStore::WireStore(QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Data>())
{
}

WireStore::~WireStore() = default;

const std::deque<WireRow> &WireStore::rows() const
{
    return d->rows;
}
qint64 WireStore::evicted() const
{
    return d->evicted;
}
bool WireStore::paused() const
{
    return d->paused;
}
int WireStore::missed() const
{
    return int(std::min<qint64>(d->missed, std::numeric_limits<int>::max()));
}
void WireStore::setUrl(const QString &url)
{
    d->url = url;
}
format::Zone WireStore::zone() const
{
    return d->zone;
}

void WireStore::setZone(format::Zone zone)
{
    if (zone == d->zone)
        return;
    d->zone = zone;
    emit zoneChanged();
}

void WireStore::setPaused(bool paused)
{
    if (paused == d->paused)
        return;
    d->paused = paused;
    emit changed();
}

void WireStore::append(const std::vector<WireRow> &rows)
{
    if (rows.empty())
        return;
    if (d->paused) {
        d->missed += qint64(rows.size());
        emit changed();
        return;
    }
    // More than the ring holds: the first ones would be pushed out at once.
    const std::size_t skip = rows.size() > capacity ? rows.size() - capacity : 0;
    const int room = capacity - int(d->rows.size());
    int over = std::max(int(rows.size() - skip) - room, 0);
    for (std::size_t i = skip; i < rows.size(); ++i)
        d->textBytes += rows[i].text.bytes();
    for (int i = 0; i < int(d->rows.size()) && (i < over || d->textBytes > textCapacity); ++i) {
        d->textBytes -= d->rows[std::size_t(i)].text.bytes();
        over = std::max(over, i + 1);
    }
    if (over > 0) {
        d->rows.erase(d->rows.begin(), d->rows.begin() + over);
        emit rowsEvicted(over);
    }
    d->evicted += qint64(skip) + over;
    d->next += qint64(skip);
    const int first = int(d->rows.size());
    for (std::size_t i = skip; i < rows.size(); ++i) {
        d->rows.push_back(rows[i]);
        d->rows.back().number = d->next++;
    }
    emit rowsInserted(first, int(d->rows.size()) - 1);
    emit changed();
}

void WireStore::clear()
{
    d->rows.clear();
    d->textBytes = 0;
    d->evicted = d->missed = 0;
    emit reset();
    emit changed();
}

const WireRow *WireStore::find(const QString &key) const
{
    if (d->rows.empty())
        return nullptr;
    const qint64 at = key.toLongLong() - d->rows.front().number;
    return at < 0 || at >= qint64(d->rows.size()) ? nullptr : &d->rows[std::size_t(at)];
}

TableModel *WireStore::newTable(QObject *parent) const
{
    return newWireTable(const_cast<WireStore *>(this), parent);
}

QString WireStore::textOf(const QString &key) const
{
    const WireRow *row = find(key);
    if (!row)
        return {};
    const auto text = row->text.utf8();
    return QString::fromStdString(row->truncated ? schema::prettyCut(text) : schema::pretty(text));
}

/// The same request over REST. What went over a socket has the same service and body there (TG
/// §1.2).
QString WireStore::curlOf(const QString &key) const
{
    const WireRow *row = find(key);
    if (!row || row->direction != QStringLiteral("→"))
        return {};
    const QString auth = QStringLiteral("-H \"Authorization: Bearer $SIGNALBOX_API_KEY\"");
    if (row->service == QLatin1String("metrics"))
        return QStringLiteral("curl -sS %1 %2")
            .arg(auth, quoted(d->url + QStringLiteral("/api/metrics/") + row->operation));
    if (const auto line = rules::resourceCall(row->operation.toStdString());
        line && rules::isResource(row->service.toStdString())) {
        const QString method = QString::fromStdString(std::string(line->method));
        const auto base = std::string(rules::resourceBase(row->service.toStdString()));
        const QString url =
            d->url + QString::fromStdString(base) + row->operation.mid(method.size() + 1);
        const QString sent = method == QLatin1String("GET")
            ? QString()
            : QStringLiteral(" -H 'Content-Type: application/json' --data ")
                + quoted(row->text.text());
        return QStringLiteral("curl -sS -X %1 %2%3 %4").arg(method, auth, sent, quoted(url));
    }
    QString body = row->text.text();
    if (!row->workspace.isEmpty() && body.startsWith(u'{'))
        body = QStringLiteral("{\"workspace\":") + jsonString(row->workspace)
            + (body.size() > 2 ? QStringLiteral(",") : QString()) + body.mid(1);
    return QStringLiteral("curl -sS -X POST %1 -H 'Content-Type: application/json' --data %2 %3")
        .arg(auth, quoted(body), quoted(d->url + QStringLiteral("/api/v1/") + row->service));
}

QString WireStore::exportJsonl() const
{
    QString lines;
    for (const WireRow &row : d->rows) {
        const std::pair<const char *, QString> members[] = {
            { "time", format::dateTime(row.atMs, d->zone) },
            { "direction", direction(row) },
            { "channel", row.channel },
            { "id", row.id },
            { "service", row.service },
            { "operation", row.operation },
            { "workspace", row.workspace },
            { "state", row.state },
            { "latency-us", QString::number(row.latencyUs) },
            { "size", QString::number(row.size) },
            { "text", row.text.text() },
        };
        QStringList parts;
        for (const auto &[name, value] : members)
            parts.append(jsonString(QLatin1String(name)) + u':' + jsonString(value));
        lines += u'{' + parts.join(u',') + QStringLiteral("}\n");
    }
    return lines;
}

} // namespace signalbox
