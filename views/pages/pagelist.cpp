// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/pagelist.h"

#include <QCoreApplication>

namespace signalbox {

QString pageName(int index)
{
    if (index < 0 || index >= int(pageList.size()))
        return {};
    return QCoreApplication::translate("Pages", pageList[size_t(index)].name);
}

int pageIndex(const QString &idOrName)
{
    const QString wanted = idOrName.trimmed().toLower();
    for (int i = 0; i < int(pageList.size()); ++i) {
        const auto &entry = pageList[size_t(i)];
        if (wanted == QLatin1String(entry.id)
            || wanted == QString::fromLatin1(entry.name).toLower())
            return i;
    }
    return -1;
}

} // namespace signalbox
