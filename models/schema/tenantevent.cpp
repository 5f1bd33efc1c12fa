// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/tenantparts.h"

namespace signalbox::schema {

template <class V> void members(V &v, const TypingState *)
{
    v("who", &TypingState::who, Always);
    v("on", &TypingState::on, Always);
}

template <class V> void members(V &v, const TurnChunk *)
{
    v("turn_id", &TurnChunk::turnId, Always);
    v("offset", &TurnChunk::offset, Always);
    v("text", &TurnChunk::text, Always);
}

template <class V> void members(V &v, const TenantEvent *)
{
    v("thread_id", &TenantEvent::threadId);
    v("turn_id", &TenantEvent::turnId);
    v("conversation", &TenantEvent::conversation);
    v("removed", &TenantEvent::removed);
    v("message", &TenantEvent::message);
    v("typing", &TenantEvent::typing);
    v("chunk", &TenantEvent::chunk);
    v("tool", &TenantEvent::tool);
    v("confirmation", &TenantEvent::confirmation);
    v("escalation", &TenantEvent::escalation);
    v("audit", &TenantEvent::audit);
}

SIGNALBOX_WIRE(TenantEvent)
SIGNALBOX_WIRE_PART(TenantEvent)

} // namespace signalbox::schema
