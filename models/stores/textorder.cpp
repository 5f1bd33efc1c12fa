// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/textorder.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace signalbox {
namespace {

constexpr std::size_t keyBytes = sizeof(std::uint64_t);
constexpr std::size_t few = 24; ///< so many are compared as they are

struct KeyedText {
    std::uint64_t key; ///< the bytes that are looked at in this round
    std::string_view text;
    int place;
    int row;
};

/// Most pairs are told apart by eight bytes that lie beside each other, without a look at the
/// texts; those that are not are ordered by the next eight.
class TextOrder {
public:
    explicit TextOrder(bool descending)
        : m_descending(descending)
    {
    }

    void order(std::span<KeyedText> part, std::size_t from) const
    {
        if (part.size() < few)
            return orderWhole(part);
        const std::size_t common = commonTo(part, from);
        for (KeyedText &one : part)
            one.key = keyAt(one.text, common);
        std::sort(part.begin(), part.end(), [this](const KeyedText &left, const KeyedText &right) {
            if (left.key != right.key)
                return m_descending ? right.key < left.key : left.key < right.key;
            return left.place < right.place;
        });
        for (auto begin = part.begin(); begin != part.end();) {
            const auto end = std::find_if(
                begin, part.end(), [&](const KeyedText &one) { return one.key != begin->key; });
            orderEqual({ begin, end }, common + keyBytes);
            begin = end;
        }
    }

private:
    void orderEqual(std::span<KeyedText> part, std::size_t seen) const
    {
        const bool longer = std::all_of(
            part.begin(), part.end(), [&](const KeyedText &one) { return one.text.size() > seen; });
        if (longer)
            return order(part, seen);
        const std::size_t size = part.front().text.size();
        const bool same = std::all_of(part.begin(), part.end(),
            [&](const KeyedText &one) { return one.text.size() == size; });
        if (!same)
            orderWhole(part);
    }
    void orderWhole(std::span<KeyedText> part) const
    {
        std::sort(part.begin(), part.end(), [this](const KeyedText &left, const KeyedText &right) {
            if (const int order = left.text.compare(right.text))
                return m_descending ? order > 0 : order < 0;
            return left.place < right.place;
        });
    }
    static std::uint64_t keyAt(std::string_view text, std::size_t from)
    {
        std::uint64_t key = 0;
        for (std::size_t at = from; at < from + keyBytes; ++at)
            key = key << 8 | (at < text.size() ? std::uint8_t(text[at]) : 0U);
        return key;
    }
    /// Up to where all are the same; `from` is known to be.
    static std::size_t commonTo(std::span<const KeyedText> part, std::size_t from)
    {
        const std::string_view first = part.front().text;
        std::size_t common = first.size();
        for (const KeyedText &one : part) {
            common = std::min(common, one.text.size());
            std::size_t same = from;
            while (same < common && one.text[same] == first[same])
                ++same;
            common = same;
        }
        return common;
    }

    bool m_descending;
};

} // namespace

void orderByText(
    std::vector<int> &rows, const std::vector<std::string_view> &texts, bool descending)
{
    std::vector<KeyedText> keyed;
    keyed.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        keyed.push_back({ 0, texts[i], int(i), rows[i] });
    TextOrder(descending).order(keyed, 0);
    std::transform(
        keyed.begin(), keyed.end(), rows.begin(), [](const KeyedText &one) { return one.row; });
}

} // namespace signalbox
