// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QString>

namespace signalbox {

class Session;
class TableModel;

/// What the table of queues shows, in its order, as the text of a file; says filter and counts.
enum class QueueExportFormat { Csv, Json };
QString exportQueues(const Session &session, const TableModel &table, QueueExportFormat format);

} // namespace signalbox
