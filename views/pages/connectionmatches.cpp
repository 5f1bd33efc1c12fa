// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/connectionmatches.h"

namespace signalbox {

void ConnectionMatches::setList(ConnectionList *list)
{
    if (m_list == list)
        return;
    m_list = list;
    setSourceModel(list);
    emit changed();
}

void ConnectionMatches::setText(const QString &text)
{
    if (m_text == text)
        return;
    m_text = text;
    m_words = text.split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
    emit changed();
}

int ConnectionMatches::rowOf(int shown) const
{
    return mapToSource(index(shown, 0)).row();
}

int ConnectionMatches::shownAt(int row) const
{
    return m_list && row >= 0 ? mapFromSource(m_list->index(row)).row() : -1;
}

bool ConnectionMatches::filterAcceptsRow(int row, const QModelIndex &) const
{
    const auto &one = m_list->at(row);
    return std::all_of(m_words.begin(), m_words.end(), [&one](const QString &word) {
        return one.name.contains(word, Qt::CaseInsensitive)
            || one.url.contains(word, Qt::CaseInsensitive)
            || one.group.contains(word, Qt::CaseInsensitive);
    });
}

} // namespace signalbox
