// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <string>
#include <string_view>

namespace signalbox::gateway {

/// REST has one answer only. The client's wish for parts is taken back there, so that a worker
/// answers whole (trap 4, mended).
std::string withoutStreaming(const std::string &request);

/// The parts of a worker that streams all the same: the last one gets the text, or the triples, of
/// those before. Not thread-safe.
class JoinedParts {
public:
    explicit JoinedParts(std::string kind);
    void add(std::string_view part);
    [[nodiscard]] std::string with(std::string last) const;

private:
    std::string m_kind;
    std::string m_text; ///< at most mostBytes: what is longer stays in parts
    std::string m_lists; ///< elements of `response`, each followed by a comma
    bool m_tooLong = false;
};

} // namespace signalbox::gateway
