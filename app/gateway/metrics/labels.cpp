// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/labels.h"

#include <algorithm>
#include <bit>

namespace signalbox::gateway::metrics {

namespace {
constexpr std::uint64_t staleBits = 0x7ff0000000000002;
}

std::string_view labelValue(const Labels &labels, std::string_view name)
{
    for (const auto &[key, value] : labels)
        if (key == name)
            return value;
    return {};
}

Labels sorted(Labels labels)
{
    std::erase_if(labels, [](const auto &label) { return label.second.empty(); });
    std::sort(labels.begin(), labels.end());
    return labels;
}

void removeLabel(Labels &labels, std::string_view name)
{
    std::erase_if(labels, [&](const auto &label) { return label.first == name; });
}

Labels grouped(const Labels &labels, const std::vector<std::string> &names, bool without)
{
    Labels kept;
    for (const auto &label : labels) {
        const bool named = std::find(names.begin(), names.end(), label.first) != names.end();
        if (without ? !named && label.first != nameLabel : named)
            kept.push_back(label);
    }
    return kept;
}

double staleMark()
{
    return std::bit_cast<double>(staleBits);
}

bool isStale(double value)
{
    return std::bit_cast<std::uint64_t>(value) == staleBits;
}

} // namespace signalbox::gateway::metrics
