// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/pages/parttable.h"
#include "views/pages/stoppreview.h"

namespace signalbox {

/// What becomes of each topic, as a table: a few of each kind, the fullest first, or all of them.
/// The order is fixed by take(), so that lines do not jump while their counts move. GUI thread.
class StopLines : public PartTable {
    Q_OBJECT
public:
    static constexpr int shownOfEachKind = 3;

    explicit StopLines(QObject *parent);
    void take(const StopPreview &preview); ///< a new computation: orders anew
    void show(const StopPreview &preview, bool all); ///< the same lines with their counts of now
    /// "45 more deleted · 2 more kept", "" when all is shown.
    QString moreText(const StopPreview &preview) const;

private:
    std::vector<std::size_t> m_order; ///< of the preview's lines
};

} // namespace signalbox
