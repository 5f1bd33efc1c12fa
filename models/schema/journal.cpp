// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/journal.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

template <class V> void members(V &v, const JournalPart *)
{
    v("kind", &JournalPart::kind, Always);
    v("type", &JournalPart::type);
    v("key", &JournalPart::key, Always);
    v("before-known", &JournalPart::beforeKnown);
    v("after-known", &JournalPart::afterKnown);
    v("before", &JournalPart::before);
    v("after", &JournalPart::after);
    v("secret", &JournalPart::secret);
    v("large", &JournalPart::large);
}

template <class V> void members(V &v, const JournalWrite *)
{
    v("number", &JournalWrite::number, Always);
    v("service", &JournalWrite::service, Always);
    v("operation", &JournalWrite::operation, Always);
    v("workspace", &JournalWrite::workspace);
    v("flow", &JournalWrite::flow);
    v("user", &JournalWrite::user);
    v("connection", &JournalWrite::connection);
    v("server-ms", &JournalWrite::serverMs);
    v("local-ms", &JournalWrite::localMs);
    v("why", &JournalWrite::why);
    v("undo-of", &JournalWrite::undoOf);
    v("parts", &JournalWrite::parts, Always);
}

template <class V> void members(V &v, const JournalOutcome *)
{
    v("number", &JournalOutcome::number, Always);
    v("outcome", &JournalOutcome::outcome, Always);
    v("text", &JournalOutcome::text);
    v("elapsed-ms", &JournalOutcome::elapsedMs);
}

template <class V> void members(V &v, const JournalLine *)
{
    v("write", &JournalLine::write);
    v("outcome", &JournalLine::outcome);
}

SIGNALBOX_WIRE(JournalLine)

} // namespace signalbox::schema
