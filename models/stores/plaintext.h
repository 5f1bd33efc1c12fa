// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QString>

#include <string_view>

namespace signalbox {

/// Text from outside for a view that shows plain text: invalid UTF-8 becomes U+FFFD, control
/// characters their pictures (U+2400…), and what would turn the direction of the words around it
/// (bidi embeddings, overrides, isolates) is shown by name. Line ends and tabs stay. At most
/// `limit` bytes are looked at; `more`, when given, says how many bytes are left out.
QString plainText(std::string_view text, std::size_t limit = 16 * 1024, qint64 *more = nullptr);
/// The same in one line, for lists.
QString plainLine(std::string_view text, std::size_t limit = 400);
/// A name from outside, of any length, in one line. Here what cannot be seen is named too: marks of
/// direction and spaces without width make two names look alike. A name that holds no such thing
/// comes back as it is. `lines`: line ends stay.
QString plainName(const QString &name, bool lines = false);

} // namespace signalbox
