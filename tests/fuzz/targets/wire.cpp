// SPDX-License-Identifier: GPL-3.0-only
// Any text: decoding never crashes; what it accepts survives encode → decode unchanged.
#include "models/schema/blueprint.h"
#include "models/schema/envelope.h"
#include "models/schema/event.h"
#include "models/schema/iam.h"
#include "models/schema/metrics.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace schema = signalbox::schema;

namespace {

void fail(const char *what, const std::string &text)
{
    std::fprintf(stderr, "fuzz: round trip: %s\n%s\n", what, text.c_str());
    std::abort();
}

template <class T> void roundTrip(std::string_view text)
{
    const auto value = schema::decode<T>(text);
    if (!value) {
        if (value.error().message.empty())
            fail("an error without a message", std::string(text));
        return;
    }
    const std::string written = schema::encode(*value);
    if (!schema::isJson(written))
        fail("what encode wrote is no JSON", written);
    const auto again = schema::decode<T>(written);
    if (!again)
        fail("what encode wrote is not read again", written);
    if (!(*again == *value))
        fail("the value changed", written);
    if (schema::encode(*again) != written)
        fail("the text changed", written);
}

using Check = void (*)(std::string_view);
constexpr std::array<Check, 15> checks { roundTrip<schema::ConfigRequest>,
    roundTrip<schema::ConfigResponse>, roundTrip<schema::ConfigNotice>,
    roundTrip<schema::FlowRecord>, roundTrip<schema::FlowRequest>, roundTrip<schema::FlowResponse>,
    roundTrip<schema::ProcessorEntry>, roundTrip<schema::Blueprint>,
    roundTrip<schema::ParameterType>, roundTrip<schema::User>, roundTrip<schema::IamResponse>,
    roundTrip<schema::ClientFrame>, roundTrip<schema::ServerFrame>,
    roundTrip<schema::FabricResponse>, roundTrip<schema::Event> };

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view text(reinterpret_cast<const char *>(data) + 1, size - 1);
    checks[data[0] % checks.size()](text);
    (void)schema::errorOf(text, data[0]);
    (void)schema::decode<schema::InstantVector>(text); // holds NaN, which equals nothing
    (void)schema::pretty(text);
    return 0;
}
