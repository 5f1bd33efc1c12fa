// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <string>
#include <vector>

namespace signalbox::contract {

/// One `rest/NNN-name.txt`.
struct Exchange {
    std::string name;
    std::string use; ///< replay or client
    std::string path; ///< without query
    int status = 0;
    std::string answer;
};

/// Those of MANIFEST.tsv that carry an answer.
std::vector<Exchange> readExchanges(const std::string &folder);
std::string readFile(const std::string &path);

/// "" when our schema understands the answer and loses nothing of it, otherwise what is wrong.
std::string faultOf(const Exchange &exchange);

/// Lines of `ws/*.txt`: direction '<' or '>', then the frame. Notes of the recorder are left out.
struct Frame {
    std::string file;
    char direction = '<';
    std::string text;
};
std::vector<Frame> readFrames(const std::string &folder);
std::string faultOf(const Frame &frame);

} // namespace signalbox::contract
