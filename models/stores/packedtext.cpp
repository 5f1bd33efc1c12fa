// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/packedtext.h"

namespace signalbox {

namespace {
constexpr std::size_t worthIt = 512; ///< bytes
constexpr int fastest = 1;
} // namespace

PackedText::PackedText(std::string_view utf8)
{
    if (utf8.size() >= worthIt) {
        m_bytes = qCompress(
            reinterpret_cast<const uchar *>(utf8.data()), qsizetype(utf8.size()), fastest);
        m_bytes.squeeze();
        m_compressed = m_bytes.size() < qsizetype(utf8.size());
    }
    if (!m_compressed)
        m_bytes = QByteArray(utf8.data(), qsizetype(utf8.size()));
}

std::string PackedText::utf8() const
{
    return (m_compressed ? qUncompress(m_bytes) : m_bytes).toStdString();
}

} // namespace signalbox
