// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QByteArray>
#include <QString>

#include <string>
#include <string_view>

namespace signalbox {

/// A text that is kept for long and read seldom: UTF-8, compressed when that pays. Any thread;
/// reading 16 KiB takes some 30 µs.
class PackedText {
public:
    PackedText() = default;
    explicit PackedText(std::string_view utf8);

    [[nodiscard]] std::string utf8() const;
    [[nodiscard]] QString text() const { return QString::fromStdString(utf8()); }
    [[nodiscard]] qsizetype bytes() const { return m_bytes.size(); } ///< as kept

private:
    QByteArray m_bytes;
    bool m_compressed = false;
};

} // namespace signalbox
