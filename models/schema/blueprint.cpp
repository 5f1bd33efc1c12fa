// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/blueprint.h"

#include "models/schema/reader.h"

#include <charconv>

namespace signalbox::schema {

// flow.cpp
void read(const Reader &in, Interface &out);
Json write(const Interface &value);

template <class V> void members(V &v, const ProcessorEntry *)
{
    v("topics", &ProcessorEntry::topics, Always);
    v("parameters", &ProcessorEntry::parameters, Always);
}

template <class V> void members(V &v, const BlueprintParameter *)
{
    v("type", &BlueprintParameter::type, Always);
    v("description", &BlueprintParameter::description, Always);
    v("order", &BlueprintParameter::order);
    v("advanced", &BlueprintParameter::advanced);
    v("controlled-by", &BlueprintParameter::controlledBy);
}

template <class V> void members(V &v, const Blueprint *)
{
    v("description", &Blueprint::description, Always);
    v("tags", &Blueprint::tags, Always);
    v("parameters", &Blueprint::parameters, Always);
    v("blueprint", &Blueprint::blueprint, Always);
    v("flow", &Blueprint::flow, Always);
    v("interfaces", &Blueprint::interfaces, Always);
}

/// A choice is an object or, as in the tech specs, the bare value (TG §3.5).
void read(const Reader &in, EnumChoice &out)
{
    if (!in.value().is_object())
        return readScalar(in, out.id);
    std::size_t hint = 0;
    if (const Json *id = findMember(in.value(), "id", hint))
        readScalar(Reader(in, "id", *id), out.id);
    else
        in.missing("id");
    if (const Json *description = findMember(in.value(), "description", hint))
        read(Reader(in, "description", *description), out.description);
}

Json write(const EnumChoice &choice)
{
    Json object = Json::object();
    object["id"] = choice.id;
    object["description"] = choice.description;
    return object;
}

namespace {

void readOptionalScalar(const Reader &in, std::optional<std::string> &out)
{
    out.reset();
    if (in.value().is_null())
        return;
    readScalar(in, out.emplace());
}

/// A bound may come as a number or as its text.
void readBound(const Reader &in, std::optional<double> &out)
{
    out.reset();
    if (const auto *text = in.value().get_ptr<const std::string *>()) {
        double number = 0;
        const auto [end, error] =
            std::from_chars(text->data(), text->data() + text->size(), number);
        if (error != std::errc() || end != text->data() + text->size())
            return in.fail("expected number, found string");
        out = number;
    } else {
        read(in, out);
    }
}

/// The default in the JSON kind that the type asks for, when its text is one.
Json writeDefault(const ParameterType &self)
{
    if (!self.defaultValue)
        return nullptr;
    const bool number = self.type == "integer" || self.type == "float" || self.type == "number";
    if (number || self.type == "boolean") {
        auto tree = parseTree(*self.defaultValue);
        if (tree && (number ? tree->is_number() : tree->is_boolean()))
            return std::move(*tree);
    }
    return *self.defaultValue;
}

} // namespace

template <class V> void members(V &v, const ParameterType *)
{
    using T = ParameterType;
    v("type", &T::type, Always);
    v("description", &T::description, Always);
    v.custom("default", &T::defaultValue, Original, readOptionalScalar, writeDefault);
    v("required", &T::required);
    v.custom(
        "enum", &T::choices, Original,
        [](const Reader &in, std::vector<EnumChoice> &out) { read(in, out); },
        [](const T &self) { return write(self.choices); });
    v.custom(
        "min", &T::min, Original, readBound, [](const T &self) { return write(self.min); },
        "minimum");
    v.custom(
        "max", &T::max, Original, readBound, [](const T &self) { return write(self.max); },
        "maximum");
    v.custom("placeholder", &T::placeholder, Original, readOptionalScalar,
        [](const T &self) { return write(self.placeholder); });
    v.custom("helper", &T::helper, Original, readOptionalScalar,
        [](const T &self) { return write(self.helper); });
    v("pattern", &T::pattern);
}

SIGNALBOX_WIRE(Blueprint)
SIGNALBOX_WIRE(ProcessorEntry)
SIGNALBOX_WIRE(BlueprintParameter)
SIGNALBOX_WIRE(ParameterType)

} // namespace signalbox::schema
