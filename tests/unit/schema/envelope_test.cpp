// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/envelope.h"

#include <gtest/gtest.h>

using namespace signalbox::schema;

namespace {
template <class T> void expectUnchanged(const std::string &text)
{
    const auto decoded = decode<T>(text);
    ASSERT_TRUE(decoded) << decoded.error().text() << "\n" << text;
    EXPECT_EQ(encode(*decoded), text);
    EXPECT_EQ(decode<T>(encode(*decoded)).value(), *decoded);
}
} // namespace

TEST(ClientFrame, roundTripOfEachKind)
{
    for (const char *text : { R"({"type":"auth","token":"tg_x"})", R"({"type":"cancel","id":"c1"})",
             R"({"id":"c","workspace":"w","flow":"f","service":"s","request":{"a":[1,null]}})",
             R"({"id":null,"service":"iam","request":{}})", R"({"id":{"a":1},"request":null})",
             R"({})" })
        expectUnchanged<ClientFrame>(text);
}

TEST(ClientFrame, whatIsMissingIsTold)
{
    const auto frame = decode<ClientFrame>(R"({"service":"config"})");
    ASSERT_TRUE(frame);
    EXPECT_FALSE(frame->request.hasId);
    EXPECT_FALSE(frame->request.request);
    EXPECT_FALSE(decode<ClientFrame>(R"({"flow":null})")->request.flow);
    EXPECT_EQ(decode<ClientFrame>(R"({"type":"auth"})")->token, "");
    EXPECT_EQ(decode<ClientFrame>(R"({"type":"auth","token":5})").error().text(),
        "token: expected string, found number");
    EXPECT_EQ(decode<ClientFrame>(R"({"service":1})").error().text(),
        "service: expected string, found number");
}

TEST(ServerFrame, roundTripOfEachKind)
{
    for (const char *text : { R"({"type":"auth-ok","default_workspace":"w"})",
             R"({"type":"auth-failed","error":"auth failure"})",
             R"({"id":7,"response":{"x":1},"complete":false})",
             R"({"id":"","error":{"type":"error","message":"Bad message"},"complete":true})",
             R"({"error":"text","complete":true})",
             R"({"id":[1],"response":null,"complete":true})" })
        expectUnchanged<ServerFrame>(text);
}

TEST(ServerFrame, theOlderNameOfTheDefaultWorkspaceIsRead)
{
    EXPECT_EQ(decode<ServerFrame>(R"({"type":"auth-ok","workspace":"w"})")->defaultWorkspace, "w");
}

TEST(ServerFrame, aFrameWithoutAnswerIsAnError)
{
    EXPECT_EQ(decode<ServerFrame>(R"({"id":1})").error().text(), "response: missing");
    EXPECT_TRUE(decode<ServerFrame>(R"({"id":1,"error":null,"response":{}})"));
}

TEST(ServerFrame, anAnswerIsCutOutAsItIsWritten)
{
    const auto frame = decode<ServerFrame>(
        R"( {"response":1, "x":{"response":2}, "complete": false , "id":"c7","response" : {"a" : [1.50, "\u00e9"]} } )");
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->kind, ServerFrame::Kind::Response);
    EXPECT_EQ(frame->response.text, R"({"a" : [1.50, "\u00e9"]})"); // the last of equal names
    EXPECT_EQ(frame->id.text, R"("c7")");
    EXPECT_FALSE(frame->complete);
    EXPECT_EQ(decode<ServerFrame>(R"({"id":"\u0063","response":[ 1 ]})")->id.text, R"("c")");
}

TEST(ServerFrame, aFaultWithinAnAnswerIsOneOfTheFrame)
{
    for (const char *text :
        { R"({"id":"c1","response":{"a":[1,}})", R"({"id":"c1","response":{"a":1})",
            R"({"id":"c1","response":{"a":01}})", "{\"id\":\"c1\",\"response\":\"\xff\"}",
            R"({"id":"c1","complete":3,"response":{}})", R"([{"response":1}])" })
        EXPECT_FALSE(decode<ServerFrame>(text)) << text;
    const std::string deep(300, '[');
    EXPECT_FALSE(decode<ServerFrame>("{\"response\":" + deep + std::string(300, ']') + "}"));
}

TEST(ServerFrame, textThatIsNoJsonNeverBreaksTheFrame)
{
    ServerFrame frame;
    frame.hasId = true;
    frame.id.text = "x\"}";
    frame.response.text = "{";
    EXPECT_EQ(encode(frame), R"({"id":"x\"}","response":"{","complete":true})");
}

TEST(ErrorOf, theThreeShapes)
{
    EXPECT_EQ(errorOf(R"({"error":"auth failure"})", 401),
        (ServiceError { ServiceError::Shape::Text, "", "auth failure" }));
    EXPECT_EQ(errorOf(R"({"error":{"type":"flow-error","message":"Flow already exists"}})", 200),
        (ServiceError { ServiceError::Shape::Object, "flow-error", "Flow already exists" }));
    EXPECT_EQ(errorOf("404: Not Found\n", 404),
        (ServiceError { ServiceError::Shape::Plain, "", "404: Not Found" }));
}

TEST(ErrorOf, successHasNone)
{
    EXPECT_EQ(errorOf(R"({"version":1})", 200), std::nullopt);
    EXPECT_EQ(errorOf(R"({"error":null})", 200), std::nullopt);
    EXPECT_EQ(errorOf("[]", 200), std::nullopt);
    EXPECT_EQ(errorOf("", 200), std::nullopt);
    EXPECT_EQ(errorOf(R"({"version":1})"), std::nullopt);
}

TEST(CursorOf, isWhereTheListGoesOn)
{
    EXPECT_EQ(cursorOf(R"({"queues":[{"cursor":"inner"}],"cursor":"a\"b"})"), "a\"b");
    EXPECT_EQ(cursorOf(R"({"queues":[{"cursor":"inner"}]})"), "");
    EXPECT_EQ(cursorOf(R"({"cursor":null})"), "");
    EXPECT_EQ(cursorOf(R"({"cursor":7})"), "");
    EXPECT_EQ(cursorOf(R"(["cursor"])"), "");
    EXPECT_EQ(cursorOf(R"({"cursor":"cut)"), "");
}

TEST(ErrorOf, aRefusalIsAnErrorWhateverTheBody)
{
    EXPECT_EQ(errorOf("", 502)->message, "HTTP status 502 without text");
    EXPECT_EQ(errorOf(R"({"detail":"x"})", 403)->message, R"({"detail":"x"})");
    EXPECT_EQ(errorOf(std::string(10000, 'x'), 500)->message.size(), 4096u);
    EXPECT_EQ(errorOf("<html>", 200)->shape, ServiceError::Shape::Plain);
}

TEST(ErrorOf, oddErrorsAreStillErrors)
{
    EXPECT_EQ(errorOf(R"({"error":""})")->message, "");
    EXPECT_EQ(errorOf(R"({"error":[1]})")->message, "[1]");
    EXPECT_EQ(
        errorOf(R"({"error":{"type":5}})"), (ServiceError { ServiceError::Shape::Object, "", "" }));
}

TEST(ServiceError, whatItExplains)
{
    using Shape = ServiceError::Shape;
    EXPECT_NE((ServiceError { Shape::Object, "gateway-error", "" }).explained().find("time-out"),
        std::string::npos);
    EXPECT_NE(
        (ServiceError { Shape::Text, "", "" }).explained().find("time-out"), std::string::npos);
    EXPECT_EQ((ServiceError { Shape::Object, "gateway-error", "'system'" }).explained(),
        "Missing field or entry: system");
    EXPECT_EQ(
        (ServiceError { Shape::Object, "llm-error", "it's 'late'" }).explained(), "it's 'late'");
    EXPECT_EQ((ServiceError { Shape::Object, "llm-error", "''" }).explained(), "''");
    EXPECT_EQ((ServiceError { Shape::Plain, "", "'x'" }).explained(), "'x'");
}

TEST(VersionInfo, roundTripWithUnknownMembers)
{
    expectUnchanged<VersionInfo>(
        R"({"product":"p","version":"1.2.3","build":7,"api":"trustgraph-2.8","capabilities":["events","fabric"]})");
}

TEST(IdOf, isFoundInAFrameOfTheWrongShape)
{
    EXPECT_EQ(idOf(R"({"id":"c7","complete":"yes"})")->text, "\"c7\"");
    EXPECT_EQ(idOf(R"({"id":[1,2]})")->text, "[1,2]");
    for (const char *none : { "", "no", "[]", "7", "{}", R"({"id")" })
        EXPECT_FALSE(idOf(none)) << none;
}

TEST(Endpoint, isWhatTheGatewayPrints)
{
    const Endpoint endpoint { "http://127.0.0.1:8888", "tg_x" };
    EXPECT_EQ(encode(endpoint), R"({"url":"http://127.0.0.1:8888","api_key":"tg_x"})");
    EXPECT_EQ(decode<Endpoint>(encode(endpoint)).value(), endpoint);
    EXPECT_EQ(decode<Endpoint>(R"({"api_key":"tg_x"})").error().text(), "url: missing");
}
