// SPDX-License-Identifier: GPL-3.0-only
#include "views/pages/tailpairs.h"

#include "models/stores/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace signalbox {
namespace {

constexpr qint64 usPerMs = 1000;

QString pairWords(const char *text)
{
    return QCoreApplication::translate("TailPairs", text);
}

/// Two programs' clocks may differ: less than nothing is nothing.
QString elapsed(qint64 fromMs, qint64 toMs)
{
    return format::latency(std::max<qint64>(0, toMs - fromMs) * usPerMs);
}

} // namespace

bool TailPairs::note(const schema::FabricMessage &message, bool answer)
{
    const std::string *id = schema::find(message.properties, "id");
    if (!id || id->empty())
        return false;
    const auto [at, fresh] = m_pairs.try_emplace(*id);
    if (fresh) {
        m_order.push_back(*id);
        if (m_order.size() > limit) {
            const auto oldest = m_pairs.find(m_order.front());
            m_answered -= oldest->second.answers > 0 && oldest->second.askedMs >= 0;
            m_pairs.erase(oldest);
            m_order.pop_front();
        }
    }
    Pair &pair = at->second;
    const bool before = pair.answers > 0 && pair.askedMs >= 0;
    if (answer) {
        pair.firstMs =
            pair.answers == 0 ? qint64(message.atMs) : std::min(pair.firstMs, qint64(message.atMs));
        pair.lastMs = std::max(pair.lastMs, qint64(message.atMs));
        ++pair.answers;
    } else if (pair.askedMs < 0) {
        pair.askedMs = message.atMs; // handed out once more it is still the same request
    }
    m_answered += !before && pair.answers > 0 && pair.askedMs >= 0;
    return true;
}

void TailPairs::clear()
{
    m_pairs.clear();
    m_order.clear();
    m_answered = 0;
}

QString TailPairs::text(const schema::FabricMessage &message, bool answer) const
{
    const std::string *id = schema::find(message.properties, "id");
    const auto at = id ? m_pairs.find(*id) : m_pairs.end();
    if (at == m_pairs.end())
        return {};
    const Pair &pair = at->second;
    if (answer)
        return pair.askedMs < 0 ? pairWords("its request was not seen")
                                : pairWords("after %1").arg(elapsed(pair.askedMs, message.atMs));
    if (pair.answers == 0)
        return pairWords("no answer yet");
    if (pair.answers == 1)
        return pairWords("answered after %1").arg(elapsed(pair.askedMs, pair.firstMs));
    return pairWords("%1 answers, after %2 to %3")
        .arg(pair.answers)
        .arg(elapsed(pair.askedMs, pair.firstMs), elapsed(pair.askedMs, pair.lastMs));
}

} // namespace signalbox
