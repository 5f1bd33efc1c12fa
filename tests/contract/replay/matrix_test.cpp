// SPDX-License-Identifier: GPL-3.0-only
// The status and body matrix of TG §1.4 with fixtures of our own; needs no recordings.
#include "tests/support/gatewayprocess.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace signalbox::contract {
namespace {

using Json = nlohmann::json;
using support::HttpReply;

enum class As { Nobody, Admin, Reader, Wrong, OddShape, Basic };

struct Case {
    const char *name;
    const char *method;
    const char *target;
    As who;
    const char *body;
    int status;
    const char *answer; ///< exact JSON or text; "" = only the status counts
};

const Case cases[] = {
    { "login refuses a wrong password", "POST", "/api/v1/auth/login", As::Nobody,
        R"({"username":"admin","password":"x"})", 401, R"({"error":"auth failure"})" },
    { "login does not tell unknown users apart", "POST", "/api/v1/auth/login", As::Nobody,
        R"({"username":"ghost","password":"x"})", 401, R"({"error":"auth failure"})" },
    { "login without members", "POST", "/api/v1/auth/login", As::Nobody, "{}", 401,
        R"({"error":"auth failure"})" },
    { "login without JSON", "POST", "/api/v1/auth/login", As::Nobody, "{x", 400,
        R"({"error":"invalid json"})" },
    { "login with a list", "POST", "/api/v1/auth/login", As::Nobody, "[]", 400,
        R"({"error":"body must be an object"})" },
    { "change of password without JSON", "POST", "/api/v1/auth/change-password", As::Admin, "{x",
        400, R"({"error":"invalid json"})" },
    { "change of password to nothing", "POST", "/api/v1/auth/change-password", As::Admin,
        R"({"current_password":"x","new_password":""})", 400,
        R"({"error":"new_password must have 1 to 4096 bytes"})" },
    { "iam without JSON", "POST", "/api/v1/iam", As::Nobody, "nope", 400,
        R"({"error":"invalid json"})" },
    { "no import of such a kind", "GET", "/api/v1/flow/f/import/nosuch", As::Nobody, "", 404,
        R"({"error":"unknown kind"})" },
    { "no export of rows", "GET", "/api/v1/flow/f/export/rows", As::Nobody, "", 404,
        R"({"error":"unknown kind"})" },
    { "import without upgrade", "GET", "/api/v1/flow/f/import/rows", As::Admin, "", 426, "" },
    { "a flow of that name is there", "POST", "/api/v1/flow", As::Admin,
        R"({"operation":"start-flow","flow-id":"small","blueprint-name":"small","description":""})",
        200, R"({"error":{"type":"flow-error","message":"Flow already exists"}})" },
    { "login is POST", "GET", "/api/v1/auth/login", As::Nobody, "", 405,
        "405: Method Not Allowed" },
    { "bootstrap status is public", "POST", "/api/v1/auth/bootstrap-status", As::Nobody, "{}", 200,
        R"({"bootstrap_available":false})" },
    { "bootstrap is over", "POST", "/api/v1/auth/bootstrap", As::Nobody, "{}", 401,
        R"({"error":"auth failure"})" },
    { "a bearer is needed", "POST", "/api/v1/iam", As::Nobody, R"({"operation":"whoami"})", 401,
        R"({"error":"auth failure"})" },
    { "an unknown key", "POST", "/api/v1/iam", As::Wrong, R"({"operation":"whoami"})", 401,
        R"({"error":"auth failure"})" },
    { "a token of no known shape", "POST", "/api/v1/iam", As::OddShape, R"({"operation":"whoami"})",
        401, R"({"error":"auth failure"})" },
    { "basic authorization", "POST", "/api/v1/iam", As::Basic, R"({"operation":"whoami"})", 401,
        R"({"error":"auth failure"})" },
    { "unknown iam operation before sign-in", "POST", "/api/v1/iam", As::Nobody,
        R"({"operation":"resolve-api-key"})", 400, R"({"error":"unknown operation"})" },
    { "unknown kind before sign-in", "POST", "/api/v1/nosuch", As::Nobody,
        R"({"operation":"list"})", 400, R"({"error":"unknown operation"})" },
    { "unknown operation before sign-in", "POST", "/api/v1/flow", As::Nobody,
        R"({"operation":"fly"})", 400, R"({"error":"unknown operation"})" },
    { "internal operations stay inside", "POST", "/api/v1/config", As::Admin,
        R"({"operation":"getkeys-all-ws"})", 400, R"({"error":"unknown operation"})" },
    { "fabric cancel is the mux's", "POST", "/api/v1/fabric", As::Admin,
        R"({"operation":"cancel","id":"x"})", 400, R"({"error":"unknown operation"})" },
    { "missing operation", "POST", "/api/v1/config", As::Nobody, "{}", 400,
        R"({"error":"missing operation"})" },
    { "an empty operation is a missing one", "POST", "/api/v1/config", As::Nobody,
        R"({"operation":""})", 400, R"({"error":"missing operation"})" },
    { "a workspace that is no text", "POST", "/api/v1/config", As::Admin,
        R"({"operation":"list","type":"x","workspace":["default"]})", 400,
        R"({"error":"bad request"})" },
    { "a workspace of null is the own one", "POST", "/api/v1/flow", As::Reader,
        R"({"operation":"list-flows","workspace":null})", 200, "" },
    { "no text is looked at after the sign-in only", "POST", "/api/v1/config", As::Nobody,
        R"({"operation":"list","type":"x","workspace":5})", 401, R"({"error":"auth failure"})" },
    { "no text is looked at before the capability", "POST", "/api/v1/config", As::Reader,
        R"({"operation":"put","values":[],"workspace":{}})", 400, R"({"error":"bad request"})" },
    { "a user's workspace that is no text", "POST", "/api/v1/iam", As::Admin,
        R"({"operation":"create-user","user":{"username":"x","workspace":7}})", 400,
        R"({"error":"bad request"})" },
    { "a workspace record whose id is no text", "POST", "/api/v1/iam", As::Admin,
        R"({"operation":"create-workspace","workspace_record":{"id":true}})", 400,
        R"({"error":"bad request"})" },
    { "the workspace of a key that is no text", "POST", "/api/v1/iam", As::Admin,
        R"({"operation":"create-api-key","workspace":[],"key":{"user_id":"u","name":"n"}})", 400,
        R"({"error":"bad request"})" },
    { "an own question needs no workspace to be authorised", "POST", "/api/v1/iam", As::Reader,
        R"({"operation":"whoami","workspace":5})", 200, "" },
    { "the workspace of a flow service that is no text", "POST", "/api/v1/flow/f/service/agent",
        As::Admin, R"({"question":"x","workspace":5})", 400, R"({"error":"bad request"})" },
    { "not JSON", "POST", "/api/v1/config", As::Admin, "nope", 400, R"({"error":"invalid json"})" },
    { "no body", "POST", "/api/v1/config", As::Admin, "", 400, R"({"error":"invalid json"})" },
    { "JSON but no object", "POST", "/api/v1/config", As::Nobody, "3", 400,
        R"({"error":"body must be an object"})" },
    { "iam wants an object too", "POST", "/api/v1/iam", As::Nobody, "[]", 400,
        R"({"error":"body must be an object"})" },
    { "unknown workspace", "POST", "/api/v1/config", As::Admin,
        R"({"operation":"list","type":"x","workspace":"nosuch"})", 404,
        R"({"error":"workspace not found"})" },
    { "reserved workspace", "POST", "/api/v1/config", As::Admin,
        R"({"operation":"list","type":"x","workspace":"__system__"})", 404,
        R"({"error":"workspace not found"})" },
    { "capability before workspace", "POST", "/api/v1/config", As::Reader,
        R"({"operation":"list","type":"x","workspace":"nosuch"})", 403,
        R"({"error":"access denied"})" },
    { "a reader reads", "POST", "/api/v1/flow", As::Reader, R"({"operation":"list-flows"})", 200,
        "" },
    { "a reader does not write", "POST", "/api/v1/config", As::Reader,
        R"({"operation":"put","values":[]})", 403, R"({"error":"access denied"})" },
    { "a reader sees no other workspace", "POST", "/api/v1/flow", As::Reader,
        R"({"operation":"list-flows","workspace":"other"})", 403, R"({"error":"access denied"})" },
    { "a reader lists no workspaces", "POST", "/api/v1/iam", As::Reader,
        R"({"operation":"list-workspaces"})", 403, R"({"error":"access denied"})" },
    { "a reader lists its own", "POST", "/api/v1/iam", As::Reader,
        R"({"operation":"list-my-workspaces"})", 200, "" },
    { "wrong method", "PUT", "/api/v1/config", As::Admin, "", 405, "405: Method Not Allowed" },
    { "options", "OPTIONS", "/api/v1/config", As::Nobody, "", 405, "405: Method Not Allowed" },
    { "no such path", "GET", "/api/v2/x", As::Admin, "", 404, "404: Not Found" },
    { "root", "GET", "/", As::Admin, "", 404, "404: Not Found" },
    { "metrics without a path", "GET", "/api/metrics", As::Admin, "", 404, "404: Not Found" },
    { "metrics need a bearer", "GET", "/api/metrics/query?query=up", As::Nobody, "", 401,
        R"({"error":"auth failure"})" },
    { "metrics need the capability", "GET", "/api/metrics/query?query=up", As::Reader, "", 403,
        R"({"error":"access denied"})" },
    { "metrics are answered", "GET", "/api/metrics/query?query=1%2B1&time=5", As::Admin, "", 200,
        R"({"status":"success","data":{"resultType":"scalar","result":[5,"2"]}})" },
    { "bad PromQL keeps the status of Prometheus", "GET", "/api/metrics/query?query=%7B", As::Admin,
        "", 400,
        R"({"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": 1:2: parse error: unexpected end of input inside braces"})" },
    { "metrics are not posted", "POST", "/api/metrics/query", As::Admin, "query=up", 405,
        "405: Method Not Allowed" },
    { "a scrape needs a bearer", "GET", "/metrics", As::Nobody, "", 401,
        R"({"error":"auth failure"})" },
    { "a scrape needs the capability", "GET", "/metrics", As::Reader, "", 403,
        R"({"error":"access denied"})" },
    { "flow kind before sign-in", "POST", "/api/v1/flow/f/service/nosuch", As::Nobody, "{}", 404,
        R"({"error":"unknown kind"})" },
    { "text-load is no kind", "POST", "/api/v1/flow/f/service/text-load", As::Admin, "{}", 404,
        R"({"error":"unknown kind"})" },
    { "flow service needs a bearer", "POST", "/api/v1/flow/f/service/agent", As::Nobody, "{}", 401,
        R"({"error":"auth failure"})" },
    { "flow that is not there", "POST", "/api/v1/flow/f/service/agent", As::Admin,
        R"({"question":"x"})", 200, R"({"error":"Invalid flow default/f"})" },
    { "flow in a workspace that is not there", "POST", "/api/v1/flow/f/service/agent", As::Admin,
        R"({"question":"x","workspace":"nosuch"})", 200, R"({"error":"Invalid flow nosuch/f"})" },
    { "flow service in a foreign workspace", "POST", "/api/v1/flow/f/service/agent", As::Reader,
        R"({"question":"x","workspace":"other"})", 403, R"({"error":"access denied"})" },
    { "flow service without JSON answers 200", "POST", "/api/v1/flow/f/service/agent", As::Admin,
        "{x", 200, R"({"error":"the body is not JSON"})" },
    { "interface that the flow lacks", "POST", "/api/v1/flow/small/service/agent", As::Admin,
        R"({"question":"x"})", 200, R"({"error":"This kind not supported by flow"})" },
    { "interface without a worker", "POST", "/api/v1/flow/small/service/text-completion", As::Admin,
        R"({"system":"s","prompt":"p"})", 200,
        R"({"error":{"type":"not-implemented","message":"no worker serves text-completion of flow small"}})" },
    { "missing member of a flow service", "POST", "/api/v1/flow/small/service/text-completion",
        As::Admin, R"({"system":"s"})", 200,
        R"({"error":{"type":"gateway-error","message":"'prompt'"}})" },
    { "missing member of a config value", "POST", "/api/v1/config", As::Admin,
        R"({"operation":"put","values":[{"type":"t","key":"k"}]})", 200,
        R"({"error":{"type":"gateway-error","message":"'value'"}})" },
    { "get of nothing there", "POST", "/api/v1/config", As::Admin,
        R"({"operation":"getvalues-all-ws","type":"t"})", 200,
        R"({"error":{"type":"bad-operation","message":"Bad operation"}})" },
    { "what only workers read is kept unread", "POST", "/api/v1/config", As::Admin,
        R"({"operation":"put","values":[{"type":"tool","key":"bad","value":"{"},{"type":"prompt","key":"template.x","value":"no JSON"}]})",
        200, R"({"version":0,"values":[],"directory":[],"config":{}})" },
    { "librarian comes later", "POST", "/api/v1/librarian", As::Admin,
        R"({"operation":"list-documents"})", 200,
        R"({"error":{"type":"not-implemented","message":"this gateway does not have the service librarian yet"}})" },
    { "knowledge comes later", "POST", "/api/v1/knowledge", As::Admin,
        R"({"operation":"list-kg-cores"})", 200,
        R"({"error":{"type":"not-implemented","message":"this gateway does not have the service knowledge yet"}})" },
    { "collections come later", "POST", "/api/v1/collection-management", As::Admin,
        R"({"operation":"list-collections"})", 200,
        R"({"error":{"type":"not-implemented","message":"this gateway does not have the service collection-management yet"}})" },
    { "document stream comes later", "GET", "/api/v1/document-stream?document-id=d", As::Admin, "",
        200,
        R"({"error":{"type":"not-implemented","message":"this gateway does not have document-stream yet"}})" },
    { "document stream without a document", "GET", "/api/v1/document-stream", As::Admin, "", 500,
        "Missing required parameter: document-id" },
    { "document stream is scoped", "GET", "/api/v1/document-stream?document-id=d&workspace=other",
        As::Reader, "", 403, R"({"error":"access denied"})" },
    { "core export comes later", "GET", "/api/v1/export-core?id=c", As::Admin, "", 200, "" },
    { "core import is for admins", "POST", "/api/v1/import-core?id=c", As::Reader, "x", 403,
        R"({"error":"access denied"})" },
    { "tail is for sockets", "POST", "/api/v1/fabric", As::Admin,
        R"({"operation":"tail","topic":"notify:tg:config"})", 200,
        R"({"error":{"type":"bad-operation","message":"tail streams: use the socket /api/v1/socket"}})" },
    { "socket without upgrade", "GET", "/api/v1/socket", As::Admin, "", 426, "" },
    { "a bad language", "GET", "/api/v1/i18n/packs/..%2Fen", As::Nobody, "", 400,
        "Invalid language code" },
    { "an unknown language is English", "GET", "/api/v1/i18n/packs/tlh", As::Nobody, "", 200, "" },
    { "change of password, wrong one", "POST", "/api/v1/auth/change-password", As::Admin,
        R"({"current_password":"x","new_password":"y"})", 401, R"({"error":"auth failure"})" },
    { "change of password needs a bearer", "POST", "/api/v1/auth/change-password", As::Nobody,
        R"({"current_password":"x","new_password":"y"})", 401, R"({"error":"auth failure"})" },
    { "login through iam does not tell which part was wrong", "POST", "/api/v1/iam", As::Nobody,
        R"({"operation":"login","username":"ghost","password":"x"})", 200,
        R"({"error":{"type":"auth-failed","message":"auth failure"}})" },
};

class Matrix : public ::testing::Test {
protected:
    static void SetUpTestSuite()
    {
        folder = new support::TemporaryFolder;
        gateway = new support::GatewayProcess(SIGNALBOX_GATEWAY_PROGRAM, folder->path() + "/data");
        done(
            "/api/v1/iam", R"({"operation":"create-workspace","workspace_record":{"id":"other"}})");
        const Json user = done("/api/v1/iam", R"({"operation":"create-user","workspace":"default",
            "user":{"username":"rita","password":"rita-1","roles":["reader"]}})");
        const Json key = done("/api/v1/iam",
            Json { { "operation", "create-api-key" },
                { "key", { { "user_id", user.at("user").at("id") }, { "name", "k" } } } }
                .dump());
        readerKey = key.at("api_key_plaintext");
        const Json blueprint = { { "blueprint", Json::object() },
            { "flow",
                { { "reader:{id}",
                    { { "topics",
                          { { "request", "request:tg:text-completion:{workspace}:{id}" },
                              { "response", "response:tg:text-completion:{workspace}:{id}" } } },
                        { "parameters", Json::object() } } } } },
            { "interfaces",
                { { "text-completion",
                    { { "request", "request:tg:text-completion:{workspace}:{id}" },
                        { "response", "response:tg:text-completion:{workspace}:{id}" } } } } } };
        done("/api/v1/flow",
            Json { { "operation", "put-blueprint" }, { "blueprint-name", "small" },
                { "blueprint-definition", blueprint.dump() } }
                .dump());
        done("/api/v1/flow",
            R"({"operation":"start-flow","flow-id":"small","blueprint-name":"small","description":""})");
    }
    static void TearDownTestSuite()
    {
        delete gateway;
        delete folder;
    }
    static Json done(const std::string &path, const std::string &body)
    {
        const HttpReply reply = support::http(gateway->port(), "POST", path, body, gateway->key());
        Json answer = Json::parse(reply.body, nullptr, false);
        if (reply.status != 200 || !answer.is_object() || answer.contains("error"))
            throw std::runtime_error("set-up: " + body + " answered " + reply.body);
        return answer;
    }
    static HttpReply send(const Case &one)
    {
        std::string request =
            std::string(one.method) + " " + one.target + " HTTP/1.1\r\nHost: x\r\n";
        if (one.who == As::Admin)
            request += "Authorization: Bearer " + gateway->key() + "\r\n";
        if (one.who == As::Reader)
            request += "Authorization: Bearer " + readerKey + "\r\n";
        if (one.who == As::Wrong)
            request += "Authorization: Bearer tg_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";
        if (one.who == As::OddShape)
            request += "Authorization: Bearer hello\r\n";
        if (one.who == As::Basic)
            request += "Authorization: Basic Zm9vOmJhcg==\r\n";
        const std::string body = one.body;
        return support::rawHttp(gateway->port(),
            request + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }

    static inline support::TemporaryFolder *folder = nullptr;
    static inline support::GatewayProcess *gateway = nullptr;
    static inline std::string readerKey;
};

TEST_F(Matrix, EachCaseHasItsStatusAndBody)
{
    for (const Case &one : cases) {
        SCOPED_TRACE(one.name);
        const HttpReply reply = send(one);
        EXPECT_EQ(reply.status, one.status) << reply.body;
        const std::string expected = one.answer;
        if (expected.starts_with("{")) {
            EXPECT_EQ(Json::parse(reply.body, nullptr, false), Json::parse(expected)) << reply.body;
        } else if (!expected.empty()) {
            EXPECT_EQ(reply.body, expected);
        }
    }
}

TEST_F(Matrix, WrongMethodNamesTheRightOne)
{
    const HttpReply reply =
        support::http(gateway->port(), "GET", "/api/v1/config", {}, gateway->key());
    EXPECT_EQ(reply.status, 405);
    EXPECT_EQ(reply.headers.at("allow"), "POST");
    EXPECT_EQ(reply.headers.at("content-type"), "text/plain; charset=utf-8");
}

TEST_F(Matrix, VersionNeedsNoSignIn)
{
    const HttpReply reply = support::http(gateway->port(), "GET", "/api/v1/version");
    EXPECT_EQ(reply.status, 200);
    const Json version = Json::parse(reply.body);
    EXPECT_EQ(version.at("product"), "signalbox-gateway");
    EXPECT_EQ(version.at("api"), "trustgraph-2.8");
    const auto offered = version.at("capabilities").get<std::vector<std::string>>();
    for (const char *capability : { "events", "fabric", "cancel", "flow-stop:queues", "move" })
        EXPECT_EQ(std::count(offered.begin(), offered.end(), capability), 1) << capability;
    EXPECT_EQ(support::http(gateway->port(), "POST", "/api/v1/version", "{}").status, 400)
        << "a kind like any other";
}

TEST_F(Matrix, PacksFallBackToEnglish)
{
    const auto pack = [&](const char *language) {
        return Json::parse(
            support::http(gateway->port(), "GET", std::string("/api/v1/i18n/packs/") + language)
                .body);
    };
    EXPECT_EQ(pack("tlh"), pack("en"));
    EXPECT_EQ(pack("zh-hans"), pack("zh-cn"));
    EXPECT_NE(pack("zh-cn"), pack("en"));
    EXPECT_EQ(pack("de-AT"), pack("de"));
    EXPECT_NE(pack("de"), pack("en"));
    const Json english = pack("en");
    const Json german = pack("de");
    for (const auto &[key, text] : english.items())
        EXPECT_TRUE(german.contains(key)) << key;
}

TEST_F(Matrix, ConnectionIsKeptBetweenRequests)
{
    support::HttpClient client(gateway->port());
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(
            client.request("POST", "/api/v1/flow", R"({"operation":"list-flows"})", gateway->key())
                .status,
            200);
    EXPECT_EQ(client.request("GET", "/nowhere").status, 404);
    EXPECT_EQ(client.request("GET", "/api/v1/version").status, 200);
}

TEST_F(Matrix, AnswersAreOfferedWithoutServerState)
{
    const HttpReply reply = support::http(
        gateway->port(), "POST", "/api/v1/flow", R"({"operation":"list-flows"})", gateway->key());
    EXPECT_EQ(reply.headers.at("content-type"), "application/json; charset=utf-8");
    EXPECT_EQ(Json::parse(reply.body),
        Json::parse(
            R"({"blueprint-names":[],"flow-ids":["small"],"blueprint-definition":"","flow":"","description":"","parameters":{}})"));
}

TEST_F(Matrix, MetricsAreTextAsThroughTheProxy)
{
    const HttpReply reply =
        support::http(gateway->port(), "GET", "/api/metrics/query?query=1", {}, gateway->key());
    EXPECT_EQ(reply.headers.at("content-type"), "text/plain; charset=utf-8");
    const HttpReply scrape = support::http(gateway->port(), "GET", "/metrics", {}, gateway->key());
    EXPECT_EQ(scrape.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_NE(scrape.body.find("# TYPE tg_gateway_request_total counter"), std::string::npos);
}

TEST_F(Matrix, ProcessorInfoHasNoLabelButHarmlessOnes)
{
    const HttpReply scrape = support::http(gateway->port(), "GET", "/metrics", {}, gateway->key());
    int lines = 0;
    for (std::size_t at = scrape.body.find("\ntg_processor_info{"); at != std::string::npos;
         at = scrape.body.find("\ntg_processor_info{", at + 1)) {
        const std::string line =
            scrape.body.substr(at + 1, scrape.body.find('\n', at + 1) - at - 1);
        EXPECT_EQ(std::count(line.begin(), line.end(), '='), 2) << line;
        EXPECT_NE(line.find("{processor=\""), std::string::npos) << line;
        EXPECT_NE(line.find("pubsub_backend=\"memory\""), std::string::npos) << line;
        ++lines;
    }
    EXPECT_GE(lines, 5);
}

} // namespace
} // namespace signalbox::contract
