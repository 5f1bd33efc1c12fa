// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/demo/random.h"
#include "models/schema/codec.h"

namespace signalbox::gateway::demo {

/// The vocabulary of the demo platform's papers: carriers, places, goods, incidents.
class Words {
public:
    Words(); ///< from resources/demo/words.json
    [[nodiscard]] const std::string &one(std::string_view list, Random &random) const;
    /// A sentence of the list with every {blank} filled in.
    [[nodiscard]] std::string sentence(std::string_view list, Random &random) const;
    [[nodiscard]] std::string paragraph(int sentences, Random &random) const;

private:
    schema::Members<std::vector<std::string>> m_lists;
};

} // namespace signalbox::gateway::demo
