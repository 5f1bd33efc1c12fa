// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include <QString>

#include <array>

namespace signalbox {

/// The rail, in its fixed order. `id` is stable (settings, links, command line); the name is also
/// the accessible name.
struct PageEntry {
    const char *id;
    const char *name; ///< marked for translation in the context "Pages"
    int glyph; ///< signalbox::Glyph::Shape; both start at 1 in the same order
};

inline constexpr std::array<PageEntry, 10> pageList { {
    { "overview", QT_TRANSLATE_NOOP("Pages", "Overview"), 1 },
    { "flows", QT_TRANSLATE_NOOP("Pages", "Flows"), 2 },
    { "blueprints", QT_TRANSLATE_NOOP("Pages", "Blueprints"), 3 },
    { "queues", QT_TRANSLATE_NOOP("Pages", "Queues"), 4 },
    { "configuration", QT_TRANSLATE_NOOP("Pages", "Configuration"), 5 },
    { "tenants", QT_TRANSLATE_NOOP("Pages", "Tenants"), 6 },
    { "conversations", QT_TRANSLATE_NOOP("Pages", "Conversations"), 7 },
    { "chat-test", QT_TRANSLATE_NOOP("Pages", "Chat test"), 8 },
    { "access", QT_TRANSLATE_NOOP("Pages", "Access"), 9 },
    { "wire", QT_TRANSLATE_NOOP("Pages", "Wire"), 10 },
} };

QString pageName(int index); ///< translated
int pageIndex(const QString &idOrName); ///< ignores case; -1 when there is no such page

} // namespace signalbox
