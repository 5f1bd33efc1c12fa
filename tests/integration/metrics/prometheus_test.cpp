// SPDX-License-Identifier: GPL-3.0-only
// signalbox-gateway §8: every query of a list is put to the gateway and to a real Prometheus that
// scrapes the same gateway.
//
// The Prometheus takes the samples of the gateway's own samplings with their times (job
// `api-gateway`), so both hold the same points and every difference is one of the evaluation. A
// second job scrapes the way that people do.
#include "tests/integration/metrics/comparison.h"
#include "tests/support/prometheusprocess.h"

#include <atomic>
#include <gtest/gtest.h>
#include <iostream>
#include <thread>

namespace signalbox::integration {
namespace {

using support::GatewayProcess;
using support::PrometheusProcess;
using support::TemporaryFolder;

/// Of samples that both must have: the longest range of a query and the span of range queries.
constexpr int windowSeconds = 12;
constexpr int spanMs = 4000; ///< of a range query
constexpr auto longestWait = std::chrono::seconds(100);

std::string scrapeOf(const GatewayProcess &gateway, const std::string &job, bool timed)
{
    return "  - job_name: " + job + "\n    metrics_path: /metrics\n"
        + (timed ? "    params: { timestamps: ['true'] }\n" : "")
        + "    authorization: { credentials: '" + gateway.key() + "' }\n"
        + "    static_configs: [ { targets: ['127.0.0.1:" + std::to_string(gateway.port())
        + "'] } ]\n";
}

std::int64_t unixMs()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string seconds(std::int64_t ms)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", static_cast<double>(ms) / 1000);
    return text;
}

void pause()
{
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

class Metrics : public ::testing::Test {
protected:
    Metrics()
        : gateway(SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", { "--metrics-interval", "1" })
        , prometheus(scrapeOf(gateway, "api-gateway", true) + scrapeOf(gateway, "plain", false))
        , traffic([this] { drive(); })
    {
    }
    ~Metrics() override
    {
        ends = true;
        traffic.join();
        EXPECT_EQ(trouble, "");
    }

    /// Requests of several services, some of them refused, some slow, none at an even pace.
    void drive()
    {
        try {
            request();
        } catch (const std::exception &fault) {
            trouble = fault.what();
        }
    }
    void request() const
    {
        for (int i = 0; !ends; ++i) {
            for (int burst = 0; burst < i % 4; ++burst)
                answer(gateway, "/api/v1/config", { { "operation", "config" } }, gateway.key());
            answer(gateway, "/api/v1/iam", { { "operation", "whoami" } }, gateway.key());
            if (i % 5 == 0)
                answer(gateway, "/api/v1/auth/login",
                    { { "username", "admin" }, { "password", "wrong" } }, "");
            if (i % 7 == 0)
                answer(gateway, "/api/v1/flow",
                    { { "operation", "get-flow" }, { "flow-id", "nosuch" } }, gateway.key());
            std::this_thread::sleep_for(std::chrono::milliseconds(50 + 37 * (i % 6)));
        }
    }

    [[nodiscard]] Json ours(const std::string &path, const Parameters &parameters) const
    {
        return Json::parse(support::http(
            gateway.port(), "GET", target("/api/metrics/" + path, parameters), {}, gateway.key())
                               .body);
    }
    [[nodiscard]] Json theirs(const std::string &path, const Parameters &parameters) const
    {
        return Json::parse(
            support::http(prometheus.port(), "GET", target("/api/v1/" + path, parameters)).body);
    }
    [[nodiscard]] std::string compare(const std::string &path, const Parameters &parameters) const
    {
        return difference(ours(path, parameters), theirs(path, parameters));
    }

    /// A time up to which both hold the same samples of the window before it. A machine that is
    /// busy may have made the Prometheus miss one: then a later window is taken.
    [[nodiscard]] std::int64_t commonTime() const
    {
        const std::string all =
            R"({job="api-gateway",__name__=~"tg_.+"}[)" + std::to_string(windowSeconds) + "s]";
        const auto deadline = std::chrono::steady_clock::now() + longestWait;
        std::string fault = "never asked";
        for (const std::int64_t begin = unixMs(); std::chrono::steady_clock::now() < deadline;
             pause()) {
            const std::int64_t time = unixMs() - 1500;
            if (time < begin + windowSeconds * 1000)
                continue;
            fault = compare("query", { { "query", all }, { "time", seconds(time) } });
            if (fault.empty())
                return time;
        }
        ADD_FAILURE() << "no common samples: " << fault;
        return 0;
    }

    TemporaryFolder folder;
    GatewayProcess gateway;
    PrometheusProcess prometheus;
    std::atomic<bool> ends { false };
    std::string trouble; ///< of the traffic; read when it has ended
    std::thread traffic;
};

/// `$` stands for the job; R for requests, B for buckets of their duration.
std::string spelled(std::string query)
{
    const std::vector<std::pair<std::string, std::string>> words {
        { "REQUESTS", R"(tg_gateway_request_total{$})" },
        { "BUCKETS", R"(tg_gateway_request_duration_seconds_bucket{$})" },
        { "IAM", R"(tg_iam_request_duration_seconds_bucket{$})" },
        { "$", R"(job="api-gateway")" },
    };
    for (const auto &[word, text] : words)
        for (std::size_t at = query.find(word); at != std::string::npos;
             at = query.find(word, at + text.size()))
            query.replace(at, word.size(), text);
    return query;
}

const std::vector<std::string> instantQueries {
    "REQUESTS",
    R"(tg_gateway_request_total{$,service="config"})",
    R"(tg_gateway_request_total{$,status!="ok"})",
    R"(tg_gateway_request_total{$,service=~"i.m|flow"})",
    R"({$,__name__=~"tg_gateway_.+_total",service!~"con.*"})",
    R"({$,__name__=~"tg_iam_.*_count"})",
    R"(tg_consumer_state{$,tg_consumer_state="running"} == 1)",
    "nosuch_total{$}",
    "sum(REQUESTS)",
    "sum by (service) (REQUESTS)",
    "sum(REQUESTS) by (service, status)",
    "sum without (status, instance) (REQUESTS)",
    "sum by (nosuch) (REQUESTS)",
    "sum(nosuch_total{$})",
    "avg(REQUESTS)",
    "avg by (status) (REQUESTS)",
    "max(REQUESTS)",
    "max without (service) (REQUESTS)",
    "count(tg_processor_info{$})",
    "count by (processor) (tg_consumer_state{$})",
    "tg_gateway_request_total{$}[4s]",
    "rate(REQUESTS[8s])",
    "rate(REQUESTS[2500ms])",
    "rate(REQUESTS[3s])",
    "rate(REQUESTS[1s])",
    "increase(REQUESTS[8s])",
    "increase(REQUESTS[5s])",
    "sum by (service) (rate(REQUESTS[7s]))",
    "sum by (service) (rate(REQUESTS[7s]) * 3600)",
    "max(increase(REQUESTS[7s])) / 7",
    "rate(tg_producer_messages_total{$}[6s])",
    "rate(tg_consumer_request_duration_seconds_sum{$}[7s])",
    "histogram_quantile(0.95, sum by (service, le) (rate(BUCKETS[8s])))",
    "histogram_quantile(0.5, IAM)",
    "histogram_quantile(0.99, rate(IAM[7s]))",
    "histogram_quantile(0.9, sum(IAM) by (le))",
    "histogram_quantile(0, IAM)",
    "histogram_quantile(1, IAM)",
    "histogram_quantile(-0.5, IAM)",
    "histogram_quantile(3 / 2, IAM)",
    "histogram_quantile(0.9, REQUESTS)",
    "REQUESTS + 1",
    "100 - REQUESTS",
    "REQUESTS * -2",
    "REQUESTS / 3",
    "3 / REQUESTS",
    "REQUESTS % 7",
    "REQUESTS ^ 0.5",
    "-REQUESTS",
    "REQUESTS > 3",
    "3 < REQUESTS",
    "REQUESTS >= bool 3",
    "5 <= bool REQUESTS",
    "REQUESTS == 1",
    "REQUESTS != bool 1",
    "sum(REQUESTS) > 1e9",
    "1 + 2 * 3 ^ 2 % 5",
    "-1 ^ 2",
    "2 ^ 3 ^ 2",
    "1 > bool 2",
    "0 / 0",
    "-1 / 0",
    "0x1F + 1e-3",
    "(REQUESTS)",
};

const std::vector<std::string> refusedByBoth {
    "",
    "sum(",
    "REQUESTS{",
    "rate(REQUESTS)",
    "sum(REQUESTS[5m])",
    "REQUESTS[5m] + 1",
    "1 > 2",
    "REQUESTS + bool 1",
    R"({__name__=~".*"})",
    R"({job=~"("})",
    "REQUESTS[0s]",
    "nosuchfunction(REQUESTS)",
};

const std::vector<std::string> notSupported {
    "min(REQUESTS)",
    "topk(3, REQUESTS)",
    "irate(REQUESTS[1m])",
    "REQUESTS offset 5s",
    "rate(REQUESTS[1m:10s])",
    "REQUESTS / REQUESTS",
    "REQUESTS and REQUESTS",
    "avg_over_time(REQUESTS[1m])",
};

TEST_F(Metrics, EveryQueryIsAnsweredAsByARealPrometheus)
{
    const std::int64_t time = commonTime();
    ASSERT_GT(time, 0);
    int compared = 0;
    int filled = 0; ///< of those, answers that hold something to compare
    for (const std::string &query : instantQueries) {
        const std::string text = spelled(query);
        const std::string fault =
            compare("query", { { "query", text }, { "time", seconds(time) } });
        EXPECT_EQ(fault, "") << text;
        ++compared;
        const Json one = ours("query", { { "query", text }, { "time", seconds(time) } });
        filled += one.at("data").at("result").empty() ? 0 : 1;
        if (text.find("[4s]") != std::string::npos && text.ends_with("]"))
            continue; // a range vector is no range query
        for (const char *step : { "1", "0.7" }) {
            const std::string line = compare("query_range",
                { { "query", text }, { "start", seconds(time - spanMs) }, { "end", seconds(time) },
                    { "step", step } });
            EXPECT_EQ(line, "") << text << " every " << step << " s";
            ++compared;
        }
    }
    std::cout << compared << " answers compared, " << filled << " of " << instantQueries.size()
              << " queries found something" << std::endl;
    EXPECT_GE(filled, 40);

    for (const std::string &query : refusedByBoth) {
        const Parameters parameters { { "query", spelled(query) }, { "time", seconds(time) } };
        EXPECT_EQ(ours("query", parameters).value("errorType", "none"), "bad_data") << query;
        EXPECT_EQ(theirs("query", parameters).value("errorType", "none"), "bad_data") << query;
    }
    for (const std::string &query : notSupported) {
        const Json refused = ours("query", { { "query", spelled(query) } });
        EXPECT_EQ(refused.value("errorType", "none"), "bad_data") << query;
        EXPECT_NE(refused.value("error", "").find("not supported"), std::string::npos) << refused;
        EXPECT_EQ(theirs("query", { { "query", spelled(query) } }).value("status", ""), "success")
            << query << " is refused for being unsupported, not for being wrong";
    }

    const std::string ownSeries = R"({job="api-gateway",__name__=~"tg_.+"})";
    const Parameters span { { "match[]", ownSeries }, { "start", seconds(time - 8000) },
        { "end", seconds(time) } };
    EXPECT_EQ(compare("labels", span), "");
    EXPECT_EQ(compare("label/__name__/values", span), "");
    EXPECT_EQ(compare("label/service/values", span), "");
    EXPECT_EQ(compare("label/nosuch/values", span), "");
    auto series = [&](Json answer) {
        Json &list = answer.at("data");
        std::sort(list.begin(), list.end());
        return answer;
    };
    EXPECT_EQ(difference(series(ours("series", span)), series(theirs("series", span))), "");
    EXPECT_EQ(compare("series", {}), "");
}

TEST_F(Metrics, APlainScrapeWorksAndASeriesThatEndsIsGoneInBoth)
{
    const auto awaited = [&](const std::string &job, bool there) {
        const std::string query = R"(tg_producer_messages_total{processor="gateway",job=")" + job
            + R"(",producer="flow:tg:triples-store:default:brief"})";
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        for (; std::chrono::steady_clock::now() < deadline; pause()) {
            const Json answer = job == "plain" ? theirs("query", { { "query", query } })
                                               : ours("query", { { "query", query } });
            const Json &result = answer.at("data").at("result");
            if (result.empty() != there && (!there || result[0]["value"][1] == "1"))
                return true;
        }
        return false;
    };
    const Json topics { { "flow", "flow:tg:triples-store:{workspace}:{id}" } };
    const Json blueprint { { "description", "" }, { "blueprint", Json::object() },
        { "flow",
            { { "eater:{id}",
                { { "topics", { { "input", topics["flow"] } } },
                    { "parameters", Json::object() } } } } },
        { "interfaces", { { "triples-store", topics } } } };
    done(gateway, "/api/v1/flow",
        { { "operation", "put-blueprint" }, { "blueprint-name", "store" },
            { "blueprint-definition", blueprint.dump() } });
    startFlow(gateway, "brief", "store");
    support::WebSocketClient import(
        gateway.port(), "/api/v1/flow/brief/import/triples?token=" + gateway.key());
    import.sendText(R"({"metadata":{"id":"d"},"triples":[]})");
    EXPECT_TRUE(awaited("plain", true));
    EXPECT_TRUE(awaited("api-gateway", true));
    stopFlow(gateway, "brief");
    EXPECT_TRUE(awaited("api-gateway", false));
    EXPECT_TRUE(awaited("plain", false));

    const Json target = ours("targets", {}).at("data").at("activeTargets").at(0);
    const Json real = theirs("targets", {}).at("data").at("activeTargets").at(0);
    for (const auto &[name, value] : real.items())
        EXPECT_TRUE(target.contains(name)) << name;
    EXPECT_EQ(target.at("labels"), real.at("labels"));
    EXPECT_EQ(target.at("health"), "up");
}

TEST_F(Metrics, TheProxyGivesAnswersAsTheyAre)
{
    TemporaryFolder other;
    const std::string address = "http://127.0.0.1:" + std::to_string(prometheus.port());
    GatewayProcess proxy(
        SIGNALBOX_GATEWAY_PROGRAM, other.path() + "/data", { "--prometheus", address + "/" });
    const auto ask = [&](const std::string &path, const Parameters &parameters) {
        return support::http(
            proxy.port(), "GET", target("/api/metrics/" + path, parameters), {}, proxy.key());
    };
    const auto sum = ask("query", { { "query", "vector(1) + min(vector(2))" }, { "time", "5" } });
    EXPECT_EQ(sum.status, 200);
    EXPECT_EQ(sum.headers.at("content-type"), "text/plain; charset=utf-8");
    EXPECT_EQ(sum.body,
        support::http(prometheus.port(), "GET",
            target("/api/v1/query", { { "query", "vector(1) + min(vector(2))" }, { "time", "5" } }))
            .body);
    const auto wrong = ask("query", { { "query", "{" } });
    EXPECT_EQ(wrong.status, 400);
    EXPECT_EQ(Json::parse(wrong.body).at("errorType"), "bad_data");
    EXPECT_EQ(ask("nosuch", {}).status, 404) << "any path is passed on";
    EXPECT_EQ(support::http(proxy.port(), "GET", "/api/metrics/query?query=up").status, 401);
}

TEST(MetricsProxy, AnUnreachablePrometheusIsABadGateway)
{
    TemporaryFolder folder;
    const std::string address = "http://127.0.0.1:" + std::to_string(support::freePort());
    GatewayProcess proxy(
        SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data", { "--prometheus", address });
    const auto reply =
        support::http(proxy.port(), "GET", "/api/metrics/query?query=up", {}, proxy.key());
    EXPECT_EQ(reply.status, 502);
    EXPECT_TRUE(reply.body.starts_with("Bad Gateway: metrics upstream unreachable: "))
        << reply.body;
}

TEST(MetricsProxy, AFileWithoutAuthoritiesIsSaidAtTheStart)
{
    TemporaryFolder folder;
    const auto finished = support::runProgram(SIGNALBOX_GATEWAY_PROGRAM,
        { "--data", folder.path() + "/data", "--port", "0", "--prometheus", "https://127.0.0.1:9",
            "--prometheus-ca", folder.path() + "/none.pem" });
    EXPECT_EQ(finished.code, 1);
    EXPECT_NE(finished.errors.find("--prometheus-ca"), std::string::npos) << finished.errors;
    EXPECT_NE(finished.errors.find("none.pem"), std::string::npos) << finished.errors;
}

TEST(MetricsProxy, AnAddressThatIsNoneIsAUsageError)
{
    for (const char *address :
        { "https://", "https://u:p@x", "localhost:9090", "http://", "http://x:port" }) {
        const auto finished =
            support::runProgram(SIGNALBOX_GATEWAY_PROGRAM, { "--prometheus", address });
        EXPECT_EQ(finished.code, 2) << address;
        EXPECT_NE(finished.errors.find("prometheus"), std::string::npos) << finished.errors;
    }
}

} // namespace
} // namespace signalbox::integration
