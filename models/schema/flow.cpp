// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/flow.h"

#include "models/schema/reader.h"

namespace signalbox::schema {

namespace {

template <class V> void interfaceMembers(V &v)
{
    v("flow", &Interface::flow);
    v("request", &Interface::request);
    v("response", &Interface::response);
}

/// `str(value)` of the real flow service; null counts as not given (TG §4.3, trap 16).
void readGivenParameters(const Reader &in, Members<std::string> &out)
{
    out.clear();
    if (in.value().is_null() || !in.isObject())
        return;
    for (const auto &[key, item] : in.value().get_ref<const Json::object_t &>())
        if (!item.is_null())
            readScalar(Reader(in, key, item), out.emplace_back(key, std::string()).second, true);
}

} // namespace

template <class V> void members(V &v, const FlowRecord *)
{
    v("description", &FlowRecord::description, Always);
    v("blueprint-name", &FlowRecord::blueprintName, Always);
    v("interfaces", &FlowRecord::interfaces, Always);
    v.custom("parameters", &FlowRecord::parameters, Always | Original, readScalars,
        [](const FlowRecord &self) { return write(self.parameters); });
    v("status", &FlowRecord::status);
    v("started", &FlowRecord::startedMs);
}

template <class V> void members(V &v, const FlowRequest *)
{
    v("operation", &FlowRequest::operation, Always);
    v("blueprint-name", &FlowRequest::blueprintName);
    v("blueprint-definition", &FlowRequest::blueprintDefinition);
    v("flow-id", &FlowRequest::flowId);
    v("description", &FlowRequest::description);
    v.custom("parameters", &FlowRequest::parameters, Sparse, readGivenParameters,
        [](const FlowRequest &self) { return write(self.parameters); });
}

template <class V> void members(V &v, const FlowResponse *)
{
    v("blueprint-names", &FlowResponse::blueprintNames, Always);
    v("flow-ids", &FlowResponse::flowIds, Always);
    v("blueprint-definition", &FlowResponse::blueprintDefinition, AbsentIsNull);
    v("flow", &FlowResponse::flow, AbsentIsNull);
    v("description", &FlowResponse::description, AbsentIsNull);
    v.custom("parameters", &FlowResponse::parameters, Always, readScalars,
        [](const FlowResponse &self) { return write(self.parameters); });
    v("ready", &FlowResponse::ready);
    v("lost", &FlowResponse::lost);
}

void read(const Reader &in, Interface &out)
{
    // Up to 2.3.12 a one-way interface was a plain string.
    if (const auto *topic = in.value().get_ptr<const std::string *>()) {
        out.flow = *topic;
        return;
    }
    if (!in.isObject())
        return;
    MemberReader<Interface> reader(in, out);
    interfaceMembers(reader);
    if (in.failed())
        return;
    MemberLister<Interface> lister(out, in.value());
    interfaceMembers(lister);
    out.rest.m_members = restOf(in.value(), lister.list());
}

Json write(const Interface &value)
{
    if (value.rest.m_members) {
        MemberCollector<Interface> collector(value);
        interfaceMembers(collector);
        return assemble(collector.list, *value.rest.m_members);
    }
    MemberWriter<Interface> writer(value);
    interfaceMembers(writer);
    return std::move(writer.object);
}

SIGNALBOX_WIRE(FlowRecord)
SIGNALBOX_WIRE(FlowRequest)
SIGNALBOX_WIRE(FlowResponse)
SIGNALBOX_WIRE(Interface)

} // namespace signalbox::schema
