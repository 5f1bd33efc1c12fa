// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/formdraft.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

template <class V> void members(V &v, const FormDraft *)
{
    v("fields", &FormDraft::fields, Always);
    v("saved-ms", &FormDraft::savedMs, Always);
}

SIGNALBOX_WIRE(FormDraft)

} // namespace signalbox::schema
