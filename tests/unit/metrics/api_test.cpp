// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/metrics/api.h"
#include "app/gateway/metrics/apitext.h"
#include "app/gateway/metrics/source.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <future>
#include <limits>

namespace signalbox::gateway::metrics {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t now = 1700000010500;

class Api : public ::testing::Test {
protected:
    Api()
    {
        for (int i = 0; i <= 10; ++i)
            history.append(1700000000000 + i * 1000, [i](const TakeSample &take) {
                take({ { "__name__", "done_total" }, { "job", "a" }, { "status", "ok" } }, i * 2.5);
                take({ { "__name__", "up" }, { "job", "a" } }, 1);
            });
    }
    [[nodiscard]] ApiAnswer ask(const std::string &path, const Parameters &parameters) const
    {
        return answerApi(history, { "a", "127.0.0.1:1", now, 0.25, 10000 }, path, parameters, now);
    }
    [[nodiscard]] Json data(const std::string &path, const Parameters &parameters) const
    {
        const ApiAnswer answer = ask(path, parameters);
        EXPECT_EQ(answer.status, 200) << answer.body;
        return Json::parse(answer.body).at("data");
    }
    History history { {} };
};

TEST_F(Api, InstantQueryAnswersAsPrometheusDoes)
{
    EXPECT_EQ(ask("query", { { "query", "up" }, { "time", "1700000005.25" } }).body,
        R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","job":"a"},"value":[1700000005.250,"1"]}]}})");
    EXPECT_EQ(ask("query", { { "query", "1+1" }, { "time", "2023-11-14T22:13:25Z" } }).body,
        R"({"status":"success","data":{"resultType":"scalar","result":[1700000005,"2"]}})");
    EXPECT_EQ(data("query", { { "query", "nosuch" } }),
        Json::parse(R"({"resultType":"vector","result":[]})"));
    EXPECT_EQ(data("query", { { "query", "done_total[2s]" }, { "time", "1700000002" } }),
        Json::parse(
            R"({"resultType":"matrix","result":[{"metric":{"__name__":"done_total","job":"a","status":"ok"},"values":[[1700000000,"0"],[1700000001,"2.5"],[1700000002,"5"]]}]})"));
}

TEST_F(Api, RangeQueryAnswersAMatrix)
{
    const Json result = data("query_range",
        { { "query", "rate(done_total[4s])" }, { "start", "1700000005" }, { "end", "1700000009" },
            { "step", "2s" } });
    EXPECT_EQ(result.at("resultType"), "matrix");
    EXPECT_EQ(result.at("result").at(0).at("values"),
        Json::parse(R"([[1700000005,"2.5"],[1700000007,"2.5"],[1700000009,"2.5"]])"));
}

TEST_F(Api, SeriesLabelsAndValuesAreListed)
{
    EXPECT_EQ(data("labels", {}), Json::parse(R"(["__name__","job","status"])"));
    EXPECT_EQ(data("labels", { { "match[]", "up" } }), Json::parse(R"(["__name__","job"])"));
    EXPECT_EQ(data("label/__name__/values", {}), Json::parse(R"(["done_total","up"])"));
    EXPECT_EQ(data("label/nosuch/values", {}), Json::array());
    EXPECT_EQ(data("series", { { "match[]", "up" }, { "match[]", R"({job="a"})" } }),
        Json::parse(
            R"([{"__name__":"done_total","job":"a","status":"ok"},{"__name__":"up","job":"a"}])"));
    EXPECT_EQ(data("series", { { "match[]", "up" }, { "end", "1600000000" } }), Json::array());
}

TEST_F(Api, TheTargetIsTheGatewayItself)
{
    const Json target = data("targets", {}).at("activeTargets").at(0);
    EXPECT_EQ(target.at("health"), "up");
    EXPECT_EQ(target.at("labels"), Json::parse(R"({"instance":"127.0.0.1:1","job":"a"})"));
    EXPECT_EQ(target.at("lastScrape"), "2023-11-14T22:13:30.500Z");
}

TEST_F(Api, FaultsAreBadDataWithTheirPlace)
{
    const std::vector<std::pair<ApiAnswer, const char *>> table {
        { ask("query", { { "query", "{" } }),
            R"(invalid parameter "query": 1:2: parse error: unexpected end of input inside braces)" },
        { ask("query", {}), "no expression found" },
        { ask("query", { { "query", "min(up)" } }), "the aggregation min is not supported" },
        { ask("query", { { "query", "up" }, { "time", "noon" } }), "invalid parameter \"time\"" },
        { ask("query", { { "query", "up" }, { "timeout", "x" } }),
            "invalid parameter \"timeout\"" },
        { ask("query_range", { { "query", "up" } }), "invalid parameter \"start\"" },
        { ask("query_range",
              { { "query", "up" }, { "start", "5" }, { "end", "4" }, { "step", "1" } }),
            "end timestamp must not be before start time" },
        { ask("query_range",
              { { "query", "up" }, { "start", "1" }, { "end", "4" }, { "step", "0" } }),
            "zero or negative" },
        { ask("query_range",
              { { "query", "up[5m]" }, { "start", "1" }, { "end", "4" }, { "step", "1" } }),
            "invalid expression type" },
        { ask("query_range",
              { { "query", "up" }, { "start", "1" }, { "end", "40000" }, { "step", "1" } }),
            "exceeded maximum resolution" },
        { ask("series", {}), "no match[] parameter" },
        { ask("series", { { "match[]", "up[5m]" } }), "a selector without a range" },
        { ask("label/1x/values", {}), "invalid label name" },
        { ask("rules", {}), "the path rules is not supported" },
    };
    for (const auto &[answer, text] : table) {
        EXPECT_EQ(answer.status, 400) << text;
        const Json body = Json::parse(answer.body);
        EXPECT_EQ(body.at("status"), "error");
        EXPECT_EQ(body.at("errorType"), "bad_data");
        EXPECT_NE(body.at("error").get<std::string>().find(text), std::string::npos) << body;
    }
}

TEST(ValueText, IsTheShortestThatReadsBack)
{
    EXPECT_EQ(valueText(0.1), "0.1");
    EXPECT_EQ(valueText(1e21), "1e+21");
    EXPECT_EQ(valueText(1e20), "100000000000000000000");
    EXPECT_EQ(valueText(1e-7), "1e-07");
    EXPECT_EQ(valueText(-0.000001), "-0.000001");
    EXPECT_EQ(valueText(std::numeric_limits<double>::infinity()), "+Inf");
    EXPECT_EQ(valueText(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(TimeText, IsReadAsNumberOrRfc3339)
{
    EXPECT_EQ(timeOf("1.0015"), 1002);
    EXPECT_EQ(timeOf("-1"), -1000);
    EXPECT_EQ(timeOf("2023-11-14T23:13:20.5+01:00"), 1700000000500);
    for (const char *wrong : { "", "x", "2023-13-01T00:00:00Z", "2023-11-14", "1e30", "nan" })
        EXPECT_FALSE(timeOf(wrong)) << wrong;
    EXPECT_EQ(stepOf("15"), 15000);
    EXPECT_EQ(stepOf("1m"), 60000);
    EXPECT_FALSE(stepOf("fast"));
}

TEST(OwnMetrics, AnswersFromItsOwnSamplingsAndRefusesAfterItsEnd)
{
    Meters meters;
    meters.gatewayRequest("config", true, std::chrono::milliseconds(3));
    OwnMetricsOptions options;
    options.interval = std::chrono::milliseconds(10);
    OwnMetrics own(meters, options);
    own.setInstance("127.0.0.1:7");
    own.start();
    const auto ask = [&own](const std::string &query) {
        std::promise<ApiAnswer> promise;
        own.ask("query", { { "query", query } },
            [&promise](ApiAnswer answer) { promise.set_value(std::move(answer)); });
        return promise.get_future().get();
    };
    const std::string query =
        R"(tg_gateway_request_total{instance="127.0.0.1:7",service="config"})";
    while (Json::parse(ask(query).body).at("data").at("result").empty())
        std::this_thread::yield();
    EXPECT_NE(own.lastSampling().find("tg_gateway_request_total{"), std::string::npos);
    own.stop();
    EXPECT_EQ(ask(query).status, 503);
}

} // namespace
} // namespace signalbox::gateway::metrics
