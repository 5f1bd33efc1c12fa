// SPDX-License-Identifier: GPL-3.0-only
// The first byte chooses a wire type, the rest is its text. What decodes must come back the same.
#include "models/schema/blueprint.h"
#include "models/schema/config.h"
#include "models/schema/envelope.h"
#include "models/schema/event.h"
#include "models/schema/fabric.h"
#include "models/schema/iam.h"
#include "models/schema/metrics.h"

#include <cstdio>
#include <cstdlib>

using namespace signalbox::schema;

namespace {

void broken(const std::string &before, const std::string &after)
{
    std::fprintf(stderr, "round trip changed\n%s\nto\n%s\n", before.c_str(), after.c_str());
    std::abort();
}

template <class T> void check(std::string_view text)
{
    const auto value = decode<T>(text);
    if (!value)
        return;
    const std::string written = encode(*value);
    const auto again = decode<T>(written);
    if (!again)
        broken(written, again.error().text());
    if (encode(*again) != written)
        broken(written, encode(*again));
    if constexpr (requires { value->rest; }) // these are edited: nothing may be lost
        if (!(*again == *value))
            broken(std::string(text), written);
}

using Check = void (*)(std::string_view);
constexpr Check checks[] = { check<Blueprint>, check<FlowRecord>, check<ProcessorEntry>,
    check<ParameterType>, check<Interface>, check<User>, check<Workspace>, check<ApiKey>,
    check<VersionInfo>, check<ConfigRequest>, check<ConfigResponse>, check<ConfigNotice>,
    check<ConfigValue>, check<FlowRequest>, check<FlowResponse>, check<IamRequest>,
    check<IamResponse>, check<ClientFrame>, check<ServerFrame>, check<FabricRequest>,
    check<FabricResponse>, check<QueueRow>, check<Subscribe>, check<Event>, check<InstantVector> };

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    if (!size)
        return 0;
    const std::string_view text(reinterpret_cast<const char *>(data) + 1, size - 1);
    checks[data[0] % std::size(checks)](text);
    pretty(text);
    if (const auto error = errorOf(text, data[0] % 2 ? 500 : 0))
        static_cast<void>(error->explained());
    return 0;
}
