// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/resource.h"
#include "models/schema/page.h"
#include "models/stores/whendone.h"

#include <iterator>

namespace signalbox {

/// Reads a list page after page until its end or until `most` rows are held, then calls
/// `done(Answer<schema::Page<T>>)` once on the thread of `context`; a cursor that is left says that
/// there are others. An error ends it, also on a later page. `gateway` lives as long as `context`;
/// `held` is what earlier pages gave.
template <class T, class Done>
void askPages(QObject *context, Gateway &gateway, std::string_view service, const std::string &path,
    std::size_t most, Done done, schema::Page<T> held = {})
{
    const std::string next = held.cursor
        ? (path.find('?') == std::string::npos ? "?cursor=" : "&cursor=")
            + rules::percentEncoded(*held.cursor)
        : std::string();
    whenDone(context, ask<schema::Page<T>>(gateway, resourceRequest(service, "GET", path + next)),
        [context, &gateway, service = std::string(service), path, most, done = std::move(done),
            held = std::move(held)](Answer<schema::Page<T>> answer) mutable {
            if (!answer)
                return done(std::move(answer));
            // A far end that repeats itself is not followed in a circle.
            const bool on = answer->cursor && !answer->items.empty()
                && answer->cursor != held.cursor && held.items.size() + answer->items.size() < most;
            held.items.insert(held.items.end(), std::make_move_iterator(answer->items.begin()),
                std::make_move_iterator(answer->items.end()));
            held.cursor = std::move(answer->cursor);
            if (answer->total)
                held.total = answer->total;
            if (!on)
                return done(Answer<schema::Page<T>>(std::move(held)));
            askPages<T>(context, gateway, service, path, most, std::move(done), std::move(held));
        });
}

} // namespace signalbox
