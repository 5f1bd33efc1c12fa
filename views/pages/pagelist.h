// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "views/items/glyph.h"

#include <QString>

#include <array>

namespace signalbox {

/// The rail, in its fixed order. `id` is stable (settings, links, command line); the name is also
/// the accessible name.
struct PageEntry {
    const char *id;
    const char *name; ///< marked for translation in the context "Pages"
    Glyph::Shape glyph;
};

inline constexpr std::array<PageEntry, 10> pageList { {
    { "overview", QT_TRANSLATE_NOOP("Pages", "Overview"), Glyph::Overview },
    { "flows", QT_TRANSLATE_NOOP("Pages", "Flows"), Glyph::Flows },
    { "blueprints", QT_TRANSLATE_NOOP("Pages", "Blueprints"), Glyph::Blueprints },
    { "queues", QT_TRANSLATE_NOOP("Pages", "Queues"), Glyph::Queues },
    { "configuration", QT_TRANSLATE_NOOP("Pages", "Configuration"), Glyph::Configuration },
    { "tenants", QT_TRANSLATE_NOOP("Pages", "Tenants"), Glyph::Tenants },
    { "conversations", QT_TRANSLATE_NOOP("Pages", "Conversations"), Glyph::Conversations },
    { "chat-test", QT_TRANSLATE_NOOP("Pages", "Chat test"), Glyph::ChatTest },
    { "access", QT_TRANSLATE_NOOP("Pages", "Access"), Glyph::Access },
    { "wire", QT_TRANSLATE_NOOP("Pages", "Wire"), Glyph::Wire },
} };

QString pageName(int index); ///< translated
int pageIndex(const QString &idOrName); ///< ignores case; -1 when there is no such page

} // namespace signalbox
