// SPDX-License-Identifier: GPL-3.0-only
// JSON of Page. Included by models/schema/*.cpp only.
#pragma once

#include "models/schema/page.h"
#include "models/schema/reader.h"

namespace signalbox::schema {

template <class T> void read(const Reader &in, Page<T> &out)
{
    if (in.value().is_array())
        return read(in, out.items);
    if (!in.isObject())
        return;
    readMember(in, "items", out.items);
    readMember(in, "cursor", out.cursor);
    readMember(in, "total", out.total);
}

template <class T> Json write(const Page<T> &page)
{
    Json object = Json::object();
    object["items"] = write(page.items);
    if (page.cursor)
        object["cursor"] = *page.cursor;
    if (page.total)
        object["total"] = *page.total;
    return object;
}

} // namespace signalbox::schema
