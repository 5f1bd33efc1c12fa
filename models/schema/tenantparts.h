// SPDX-License-Identifier: GPL-3.0-only
// Types of the tenant platform that types of other files carry. Included by models/schema/*.cpp
// only.
#pragma once

#include "models/schema/ops.h"
#include "models/schema/pagereader.h"
#include "models/schema/portal.h"

namespace signalbox::schema {

// channel.cpp
void read(const Reader &in, MediaAttachment &out);
Json write(const MediaAttachment &value);
// agent.cpp
void read(const Reader &in, Agent &out);
Json write(const Agent &value);
// conversation.cpp
void read(const Reader &in, ConversationRow &out);
Json write(const ConversationRow &value);
void read(const Reader &in, ChannelThreadMessage &out);
Json write(const ChannelThreadMessage &value);
void read(const Reader &in, ToolCall &out);
Json write(const ToolCall &value);
void read(const Reader &in, TurnFigures &out);
Json write(const TurnFigures &value);
void read(const Reader &in, AuditEvent &out);
Json write(const AuditEvent &value);
// ops.cpp
void read(const Reader &in, PendingConfirmation &out);
Json write(const PendingConfirmation &value);
void read(const Reader &in, Escalation &out);
Json write(const Escalation &value);
// tenantevent.cpp
void read(const Reader &in, TenantEvent &out);
Json write(const TenantEvent &value);

} // namespace signalbox::schema

/// What the header above promises, made where the members of a type are known.
// NOLINTBEGIN(bugprone-macro-parentheses): a type cannot stand in parentheses there
#define SIGNALBOX_WIRE_PART(Type)                                                                  \
    void read(const Reader &in, Type &out)                                                         \
    {                                                                                              \
        read<Type>(in, out);                                                                       \
    }                                                                                              \
    Json write(const Type &value)                                                                  \
    {                                                                                              \
        return write<Type>(value);                                                                 \
    }
// NOLINTEND(bugprone-macro-parentheses)
