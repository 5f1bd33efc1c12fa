// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/metrics.h"

#include "models/schema/reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace signalbox::schema {

namespace {

constexpr std::string_view keptLabels[] = { "__name__", "processor", "job", "instance",
    "concurrency", "pubsub_backend", "model", "queue", "vhost", "consumer", "flow", "status",
    "service", "direction", "le" };

/// `tg_processor_info` carries passwords as labels (TG §1.12): only these come in. A label of an
/// enum metric is named like the metric and ends in `_state` (TG §5.8).
bool kept(std::string_view label)
{
    return std::ranges::find(keptLabels, label) != std::end(keptLabels)
        || (label.ends_with("_state") && (label.starts_with("tg_") || label == "consumer_state"));
}

void readSampleValue(const Reader &in, double &out)
{
    const auto *text = in.value().get_ptr<const std::string *>();
    if (!text)
        return in.expected("string");
    if (*text == "NaN") {
        out = std::numeric_limits<double>::quiet_NaN();
    } else if (*text == "+Inf" || *text == "-Inf") {
        out = (text->front() == '-' ? -1 : 1) * std::numeric_limits<double>::infinity();
    } else {
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), out);
        if (error != std::errc() || end != text->data() + text->size())
            in.fail("expected a number in a string");
    }
}

std::string sampleText(double value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value < 0 ? "-Inf" : "+Inf";
    char buffer[64];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
    return error == std::errc() ? std::string(buffer, end) : std::string("NaN");
}

void readPoint(const Reader &in, Sample &out)
{
    if (!in.value().is_array() || in.value().size() != 2)
        return in.fail("expected [time, value]");
    read(Reader(in, std::size_t(0), in.value()[0]), out.time);
    readSampleValue(Reader(in, std::size_t(1), in.value()[1]), out.value);
}

} // namespace

void read(const Reader &in, Sample &out)
{
    if (!in.isObject())
        return;
    std::size_t hint = 0;
    if (const Json *metric = findMember(in.value(), "metric", hint)) {
        const Reader here(in, "metric", *metric);
        if (!here.isObject())
            return;
        for (const auto &[label, value] : metric->get_ref<const Json::object_t &>())
            if (kept(label))
                read(Reader(here, label, value),
                    out.labels.emplace_back(label, std::string()).second);
    }
    const Json *value = findMember(in.value(), "value", hint);
    if (!value)
        return in.missing("value");
    readPoint(Reader(in, "value", *value), out);
}

Json write(const Sample &sample)
{
    Json object = Json::object();
    object["metric"] = write(sample.labels);
    object["value"] = Json::array({ write(sample.time), sampleText(sample.value) });
    return object;
}

void read(const Reader &in, InstantVector &out)
{
    if (!in.isObject())
        return;
    std::size_t hint = 0;
    if (const Json *error = findMember(in.value(), "error", hint); error && error->is_string())
        return Reader(in, "error", *error).fail(error->get_ref<const std::string &>());
    const Json *data = findMember(in.value(), "data", hint);
    if (!data)
        return in.missing("data");
    const Reader here(in, "data", *data);
    if (!here.isObject())
        return;
    hint = 0;
    const Json *type = findMember(*data, "resultType", hint);
    const Json *result = findMember(*data, "result", hint);
    if (!result)
        return here.missing("result");
    const Reader list(here, "result", *result);
    if (type && *type == "scalar")
        return readPoint(list, out.samples.emplace_back());
    if (type && *type != "vector")
        return Reader(here, "resultType", *type).fail("expected \"vector\"");
    read(list, out.samples);
}

Json write(const InstantVector &vector)
{
    Json object = Json::object();
    object["status"] = "success";
    object["data"]["resultType"] = "vector";
    object["data"]["result"] = write(vector.samples);
    return object;
}

void read(const Reader &in, MetricsParameters &out)
{
    if (in.isObject())
        readScalars(in, out.values);
}

Json write(const MetricsParameters &parameters)
{
    return write(parameters.values);
}

SIGNALBOX_WIRE(InstantVector)
SIGNALBOX_WIRE(MetricsParameters)

} // namespace signalbox::schema
