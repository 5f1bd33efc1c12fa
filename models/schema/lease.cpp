// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/lease.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

template <class V> void members(V &v, const Lease *)
{
    v("id", &Lease::id, Always);
    v("user", &Lease::user);
    v("workspace", &Lease::workspace, Always);
    v("scopes", &Lease::scopes, Always);
    v("minutes", &Lease::minutes, Always);
    v("reason", &Lease::reason, Always);
    v("taken-ms", &Lease::takenMs);
    v("expires-ms", &Lease::expiresMs);
}

template <class V> void members(V &v, const LeaseRequest *)
{
    v("operation", &LeaseRequest::operation, Always);
    v("actor", &LeaseRequest::actor);
    v("lease", &LeaseRequest::lease);
}

template <class V> void members(V &v, const LeaseResponse *)
{
    v("lease", &LeaseResponse::lease);
    v("leases", &LeaseResponse::leases, Always);
    v("now-ms", &LeaseResponse::nowMs, Always);
}

SIGNALBOX_WIRE(Lease)
SIGNALBOX_WIRE(LeaseRequest)
SIGNALBOX_WIRE(LeaseResponse)

} // namespace signalbox::schema
