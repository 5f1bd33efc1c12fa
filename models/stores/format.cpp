// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/format.h"

#include <QDateTime>

#include <cmath>

namespace signalbox::format {
namespace {

constexpr QChar thinSpace(0x2009);

/// 1.1k, 12k, 1.2M: three significant figures are enough to compare by eye.
QString scaled(double value)
{
    static const char *const suffix[] = { "", "k", "M", "G", "T" };
    int step = 0;
    while (std::abs(value) >= 999.5 && step < 4) {
        value /= 1000;
        ++step;
    }
    const bool fine = std::abs(value) < 9.95 && (step > 0 || std::abs(value) >= 0.05);
    QString text = QString::number(value, 'f', fine ? 1 : 0);
    if (text.endsWith(QLatin1String(".0")))
        text.chop(2);
    return text + QLatin1String(suffix[step]);
}

QDateTime at(qint64 unixMs, Zone zone)
{
    return QDateTime::fromMSecsSinceEpoch(unixMs, zone == Zone::Utc ? Qt::UTC : Qt::LocalTime);
}

QString suffix(Zone zone)
{
    return zone == Zone::Utc ? QStringLiteral(" UTC") : QString();
}

} // namespace

QString unknown()
{
    return QStringLiteral("—");
}

QString count(qint64 value)
{
    QString text = QString::number(value);
    const int first = value < 0 ? 1 : 0;
    for (int at = int(text.size()) - 3; at > first; at -= 3)
        text.insert(at, thinSpace);
    return text;
}

QString count(std::optional<qint64> value)
{
    return value ? count(*value) : unknown();
}

QString rate(std::optional<double> perSecond)
{
    return perSecond ? scaled(*perSecond) : unknown();
}

QString ratePerSecond(std::optional<double> perSecond)
{
    return perSecond ? scaled(*perSecond) + QStringLiteral("/s") : unknown();
}

QString percent(std::optional<double> value)
{
    return value ? QString::number(*value, 'f', 1) : unknown();
}

QString bytes(qint64 value)
{
    if (value < 1000)
        return QStringLiteral("%1 B").arg(value);
    static const char *const units[] = { "kB", "MB", "GB", "TB" };
    double scaledValue = double(value) / 1000;
    int step = 0;
    while (scaledValue >= 999.5 && step < 3) {
        scaledValue /= 1000;
        ++step;
    }
    return QString::number(scaledValue, 'f', scaledValue < 9.95 ? 1 : 0) + u' '
        + QLatin1String(units[step]);
}

QString age(qint64 ms)
{
    if (ms < 0)
        return unknown();
    if (ms < 9950)
        return QStringLiteral("%1 s").arg(double(ms) / 1000, 0, 'f', 1);
    const qint64 s = ms / 1000;
    if (s < 60)
        return QStringLiteral("%1 s").arg(s);
    const qint64 m = s / 60;
    if (m < 60)
        return s % 60 && m < 10 ? QStringLiteral("%1 m %2 s").arg(m).arg(s % 60)
                                : QStringLiteral("%1 m").arg(m);
    const qint64 h = m / 60;
    if (h < 24)
        return m % 60 && h < 10 ? QStringLiteral("%1 h %2 m").arg(h).arg(m % 60)
                                : QStringLiteral("%1 h").arg(h);
    const qint64 days = h / 24;
    return h % 24 && days < 10 ? QStringLiteral("%1 d %2 h").arg(days).arg(h % 24)
                               : QStringLiteral("%1 d").arg(days);
}

QString age(std::optional<qint64> ms)
{
    return ms ? age(*ms) : unknown();
}

QString latency(qint64 microseconds)
{
    if (microseconds < 0)
        return unknown();
    const double ms = double(microseconds) / 1000;
    if (ms < 9.95)
        return QStringLiteral("%1 ms").arg(ms, 0, 'f', 1);
    if (ms < 999.5)
        return QStringLiteral("%1 ms").arg(ms, 0, 'f', 0);
    return QStringLiteral("%1 s").arg(ms / 1000, 0, 'f', 1);
}

QString clock(qint64 unixMs, Zone zone)
{
    if (unixMs <= 0)
        return unknown();
    const auto time = at(unixMs, zone).time();
    return time.toString(QStringLiteral("HH:mm:ss.")) + QString::number(time.msec() / 100)
        + suffix(zone);
}

QString clockSeconds(qint64 unixMs, Zone zone)
{
    return unixMs <= 0
        ? unknown()
        : at(unixMs, zone).time().toString(QStringLiteral("HH:mm:ss")) + suffix(zone);
}

QString dateTime(qint64 unixMs, Zone zone)
{
    if (unixMs <= 0)
        return unknown();
    const auto exact = at(unixMs, zone);
    return exact.toOffsetFromUtc(exact.offsetFromUtc())
        .toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz t"));
}

} // namespace signalbox::format
