// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/partcells.h"

#include "models/schema/secretname.h"
#include "models/stores/aspect.h"
#include "models/stores/format.h"
#include "views/pages/flowtext.h"

namespace signalbox::partcells {

CellData text(const QString &text, Cell::Tone tone)
{
    return { text, tone, Cell::Unknown, text, text, {} };
}

CellData number(std::optional<qint64> value, Cell::Tone tone, const QString &unknownWhy)
{
    const QString exact = value ? QString::number(*value) : QString();
    return { format::count(value), value ? tone : Cell::Muted, Cell::Unknown,
        value ? exact : unknownWhy, exact, {} };
}

CellData rate(std::optional<double> value)
{
    const QString exact = value ? QString::number(*value, 'f', 3) : QString();
    return { format::rate(value), value ? Cell::Normal : Cell::Muted, Cell::Unknown,
        value ? exact : QCoreApplication::translate("FlowDetail", "unknown"), exact, {} };
}

CellData signal(Cell::Aspect aspect, const QString &tip)
{
    return { QString(), aspectTone(aspect), aspect, tip, QString(), {} };
}

QString shownValue(const std::string &name, const std::string &value)
{
    return schema::namesSecret(name) && !value.empty() ? QString(3, QChar(0x2022))
                                                       : flowtext::qs(value);
}

CellData parameters(const rules::ExpandedEntry &entry)
{
    QStringList words;
    for (const auto &[name, value] : entry.entry.parameters)
        words.append(flowtext::qs(name) + QLatin1Char('=') + shownValue(name, value));
    return text(words.join(QLatin1Char(' ')), Cell::Muted);
}

} // namespace signalbox::partcells
