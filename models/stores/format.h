// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QString>

#include <optional>

/// The one place where numbers, sizes, ages and times become text. Unknown is a dash, never 0.
namespace signalbox::format {

/// The zone in which a person wants to see times.
enum class Zone { Local, Utc };

QString unknown(); ///< "—"
QString count(qint64 value); ///< "18 204", thin spaces
QString count(std::optional<qint64> value);
QString rate(
    std::optional<double> perSecond); ///< "0", "0.4", "412", "1.1k" (column header says /s)
QString ratePerSecond(std::optional<double> perSecond); ///< "412/s", "1.1k/s"
QString percent(std::optional<double> value); ///< "0.3", "12.4"
QString bytes(qint64 value); ///< "14 kB", "1.2 MB" (1000-based)
QString age(qint64 ms); ///< "0.4 s", "12 s", "4 m 12 s", "3 h", "2 d 4 h"
QString age(std::optional<qint64> ms);
QString latency(qint64 microseconds); ///< "0.8 ms", "24 ms", "5.1 s"; unknown when negative
QString clock(qint64 unixMs, Zone zone); ///< "14:02:31.4", "13:02:31.4 UTC"
QString clockSeconds(qint64 unixMs, Zone zone); ///< the same without tenths
/// Exact, for tips and files: "2026-11-21 14:02:31.412 UTC+01:00", "2026-11-21 13:02:31.412 UTC"
QString dateTime(qint64 unixMs, Zone zone);

} // namespace signalbox::format
