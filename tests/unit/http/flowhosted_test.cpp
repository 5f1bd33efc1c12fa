// SPDX-License-Identifier: GPL-3.0-only
// Flow-hosted services (TG §4.7): every name of the contract reaches its worker, and without one
// says so.
#include "app/gateway/http/dispatcher.h"
#include "models/rules/access.h"
#include "tests/unit/services/platformtest.h"

#include <future>

namespace signalbox::gateway {
namespace {

using std::chrono::milliseconds;

const std::vector<std::string> kinds { "agent", "text-completion", "prompt", "mcp-tool",
    "graph-rag", "document-rag", "embeddings", "graph-embeddings", "document-embeddings", "triples",
    "rows", "nlp-query", "structured-query", "structured-diag", "row-embeddings", "sparql",
    "reranker", "image-to-text", "thru/own" };

/// Has every member that any of them requires.
const Json request { { "system", "s" }, { "prompt", "p" }, { "id", "i" }, { "question", "q" },
    { "query", "q" }, { "texts", Json::array() }, { "vector", Json::array() },
    { "schema_name", "n" }, { "queries", Json::array() }, { "documents", Json::array() },
    { "name", "n" }, { "image", "" }, { "mime_type", "" }, { "unknown", { { "kept", 1.5 } } } };

std::string interfaceOf(const std::string &kind)
{
    return kind.starts_with("thru/") ? kind.substr(5) : kind;
}

std::string topicOf(const char *topicClass, const std::string &kind)
{
    return std::string(topicClass) + ":tg:" + interfaceOf(kind) + ":default:f";
}

class FlowHosted : public PlatformTest {
protected:
    void SetUp() override
    {
        boot(quick());
        Json entries = Json::object();
        Json interfaces = Json::object();
        for (const std::string &kind : kinds) {
            const std::string name = interfaceOf(kind);
            const Json topics { { "request", "request:tg:" + name + ":{workspace}:{id}" },
                { "response", "response:tg:" + name + ":{workspace}:{id}" } };
            interfaces[name] = topics;
            entries[name + ":{id}"] = { { "topics", topics }, { "parameters", Json::object() } };
        }
        const Json blueprint { { "description", "all" }, { "blueprint", Json::object() },
            { "flow", entries }, { "interfaces", interfaces } };
        put("default", "flow-blueprint", "all", blueprint.dump());
        const Json started = flow("default",
            { { "operation", "start-flow" }, { "flow-id", "f" }, { "blueprint-name", "all" },
                { "description", "" } });
        ASSERT_FALSE(started.contains("error")) << started;
        calls = std::make_unique<FabricCalls>(fabric());
        dispatcher = std::make_unique<Dispatcher>(fabric(), *calls, limits);
    }
    void TearDown() override
    {
        dispatcher.reset();
        calls.reset();
    }
    std::future<CallOutcome> ask(const std::string &kind)
    {
        const auto promise = std::make_shared<std::promise<CallOutcome>>();
        dispatcher->start(
            { kind, {}, "default", "f", request.dump(), {} }, [](const std::string &) {},
            [promise](CallOutcome outcome) { promise->set_value(std::move(outcome)); });
        return promise->get_future();
    }
    HttpLimits limits;
    std::unique_ptr<FabricCalls> calls;
    std::unique_ptr<Dispatcher> dispatcher;
};

TEST_F(FlowHosted, EveryNameOfTheContractIsKnown)
{
    for (const std::string &kind : kinds)
        EXPECT_TRUE(rules::findFlowService(kind)) << kind;
    for (const char *kind : { "text-load", "document-load", "nosuch" })
        EXPECT_FALSE(rules::findFlowService(kind)) << kind;
}

TEST_F(FlowHosted, WithoutAWorkerEachSaysThatItIsNotImplemented)
{
    for (const std::string &kind : kinds) {
        const CallOutcome outcome = ask(kind).get();
        EXPECT_EQ(outcome.edgeError, "") << kind;
        EXPECT_EQ(Json::parse(outcome.payload).at("error").at("type"), "not-implemented")
            << kind << ": " << outcome.payload;
    }
}

/// Trap 54, mended: the edge adds no defaults of its own, the worker's count.
TEST_F(FlowHosted, AWorkerGetsTheClientsOwnRequestAndItsAnswerComesBack)
{
    for (const std::string &kind : kinds) {
        ASSERT_TRUE(fabric().ensureQueue(topicOf("request", kind), "worker"));
        const auto worker = fabric().createConsumer(topicOf("request", kind), "worker");
        const auto answers = fabric().createProducer(topicOf("response", kind));
        ASSERT_TRUE(worker && answers) << kind;
        auto asked = ask(kind);
        const auto message = (*worker)->receive(milliseconds(10000));
        ASSERT_TRUE(message) << kind;
        const bool thru = kind.starts_with("thru/");
        const Json expected = thru ? Json { { "payload", request } } : request;
        EXPECT_EQ(Json::parse(message->value), expected) << kind;
        (*worker)->acknowledge(*message);
        const Json answer { { "end_of_dialog", true }, { "end_of_session", true }, { "x", 1 } };
        Message sent;
        sent.value = (thru ? Json { { "payload", answer } } : answer).dump();
        sent.properties.emplace_back("id", message->property("id"));
        ASSERT_TRUE((*answers)->send(sent)) << kind;
        EXPECT_EQ(Json::parse(asked.get().payload), answer) << kind;
    }
}

} // namespace
} // namespace signalbox::gateway
