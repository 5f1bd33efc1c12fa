// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/chatline.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

template <class V> void members(V &v, const ChatLineRequest *)
{
    v("operation", &ChatLineRequest::operation, Always | Required);
    v("conversation", &ChatLineRequest::conversation, Always | Required);
    v("tenant", &ChatLineRequest::tenantId);
    v("user", &ChatLineRequest::userId);
    v("role", &ChatLineRequest::role);
    v("slow", &ChatLineRequest::slow);
    v("text", &ChatLineRequest::text);
    v("id", &ChatLineRequest::id);
}

template <class V> void members(V &v, const ChatPart *)
{
    v("frame", &ChatPart::frame, Always | Required);
    v("at", &ChatPart::atMs, Always);
}

SIGNALBOX_WIRE(ChatLineRequest)
SIGNALBOX_WIRE(ChatPart)

} // namespace signalbox::schema
