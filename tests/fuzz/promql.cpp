// SPDX-License-Identifier: GPL-3.0-only
// Any text is either a query, which can then be evaluated and gives sorted, finite lists, or is
// refused at a place within it.
#include "app/gateway/metrics/promql/evaluator.h"
#include "app/gateway/metrics/promql/parser.h"

#include <cstdio>
#include <cstdlib>

using namespace signalbox::gateway;
using promql::ValueType;

namespace {

class Fixed final : public promql::Storage {
public:
    [[nodiscard]] std::vector<metrics::Series> select(const std::vector<promql::Matcher> &matchers,
        std::int64_t from, std::int64_t to) const override
    {
        std::vector<metrics::Series> found;
        for (const char *name : { "a", "b_bucket" })
            for (const char *bound : { "1", "2", "+Inf" }) {
                metrics::Series series { { { "__name__", name }, { "job", "x" }, { "le", bound } },
                    {} };
                if (!promql::accepts(matchers, series.labels))
                    continue;
                for (std::int64_t time = 0; time <= 60000; time += 10000)
                    if (time >= from && time <= to)
                        series.points.push_back(
                            { time, time == 30000 ? metrics::staleMark() : double(time) / 7 });
                if (!series.points.empty())
                    found.push_back(std::move(series));
            }
        return found;
    }
};

void broken(const std::string &text, const char *what)
{
    std::fprintf(stderr, "%s: %s\n", what, text.c_str());
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char *>(data), size);
    const auto query = promql::parseQuery(text);
    if (!query) {
        if (query.error().position > text.size() || query.error().text.empty())
            broken(text, "a fault outside of the query");
        return 0;
    }
    const Fixed storage;
    promql::EvaluationLimits limits;
    limits.points = 10000;
    const auto now = promql::evaluateAt(**query, storage, 45000, limits);
    if (now)
        for (std::size_t i = 1; i < now->vector.size(); ++i)
            if (!(now->vector[i - 1].labels < now->vector[i].labels))
                broken(text, "a result twice or out of order");
    if ((*query)->type != ValueType::Range)
        (void)promql::evaluateRange(**query, storage, 0, 60000, 15000, limits);
    return 0;
}
