// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/flow.h"

#include <gtest/gtest.h>

using namespace signalbox::schema;

namespace {
void expectUnchanged(const std::string &text)
{
    const auto decoded = decode<FlowRecord>(text);
    ASSERT_TRUE(decoded) << decoded.error().text();
    EXPECT_EQ(encode(*decoded), text);
    EXPECT_EQ(decode<FlowRecord>(encode(*decoded)).value(), *decoded);
}
} // namespace

TEST(FlowRecord, roundTripKeepsUnknownMembersAndOrderAtEachLevel)
{
    expectUnchanged(
        R"({"zebra":{"b":1,"a":null},"parameters":{"p":"1","a":"2"},"description":"d",)"
        R"("interfaces":{"agent":{"x":[1],"response":"r","request":"q"},"load":{"flow":"f","kind":null}},)"
        R"("blueprint-name":"b","last":0.5})");
}

TEST(FlowRecord, absentAndNullMembersStayApart)
{
    expectUnchanged(R"({})");
    expectUnchanged(R"({"description":null})");
    expectUnchanged(R"({"status":null,"interfaces":null,"description":""})");
    expectUnchanged(R"({"interfaces":{"a":{"flow":null}}})");
}

TEST(FlowRecord, anOwnRecordNeedsNoRest)
{
    const auto decoded = decode<FlowRecord>(
        R"({"description":"","blueprint-name":"b","interfaces":{},"parameters":{}})");
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(decoded->rest.empty());
    EXPECT_EQ(*decoded, (FlowRecord { "", "b", {}, {}, {}, {}, {} }));
}

TEST(FlowRecord, theStartTimeOfOurGatewayIsReadAndWritten)
{
    const std::string text = R"({"blueprint-name":"b","started":1763735861042})";
    const auto record = decode<FlowRecord>(text).value();
    EXPECT_EQ(record.startedMs, 1763735861042);
    EXPECT_EQ(encode(record), text);
    EXPECT_EQ(decode<FlowRecord>(R"({"blueprint-name":"b"})").value().startedMs, std::nullopt);
}

TEST(FlowRecord, editedMembersAreWrittenInTheirPlace)
{
    auto record =
        decode<FlowRecord>(R"({"extra":1,"description":"a","blueprint-name":"b"})").value();
    record.description = "new";
    record.status = "stopping";
    record.parameters = { { "p", "v" } };
    EXPECT_TRUE(record.stopping());
    EXPECT_EQ(encode(record),
        R"({"extra":1,"description":"new","blueprint-name":"b","parameters":{"p":"v"},"status":"stopping"})");
    record.status.reset();
    record.parameters.clear();
    EXPECT_EQ(encode(record), R"({"extra":1,"description":"new","blueprint-name":"b"})");
}

TEST(FlowRecord, statusIsErasedWhenItEnds)
{
    auto record = decode<FlowRecord>(R"({"status":"stopping","blueprint-name":"b"})").value();
    record.status.reset();
    EXPECT_EQ(encode(record), R"({"blueprint-name":"b"})");
}

TEST(FlowRecord, oldInterfacesAreStrings)
{
    const auto record = decode<FlowRecord>(R"({"interfaces":{"load":"flow:tg:load:w:f"}})");
    ASSERT_TRUE(record);
    EXPECT_EQ(record->interfaces.front().second.flow, "flow:tg:load:w:f");
    EXPECT_EQ(encode(*record), R"({"interfaces":{"load":{"flow":"flow:tg:load:w:f"}}})");
}

TEST(FlowRecord, numbersInParametersReadAsTextAndStayNumbersUntilEdited)
{
    const std::string text = R"({"parameters":{"size":2000,"on":true,"t":0.5,"s":"x"}})";
    auto record = decode<FlowRecord>(text).value();
    EXPECT_EQ(record.parameters,
        (Members<std::string> {
            { "size", "2000" }, { "on", "true" }, { "t", "0.5" }, { "s", "x" } }));
    EXPECT_EQ(encode(record), text);
    set(record.parameters, "size", std::string("1"));
    EXPECT_EQ(encode(record), R"({"parameters":{"size":"1","on":"true","t":"0.5","s":"x"}})");
}

TEST(FlowRecord, errorsNameThePath)
{
    EXPECT_EQ(decode<FlowRecord>(R"({"interfaces":{"agent":{"request":[]}}})").error().text(),
        "interfaces.agent.request: expected string, found array");
    EXPECT_EQ(decode<FlowRecord>(R"({"parameters":{"a":{}}})").error().text(),
        "parameters.a: expected string, number or boolean, found object");
    EXPECT_EQ(decode<FlowRecord>(R"({"interfaces":{"agent":7}})").error().text(),
        "interfaces.agent: expected object, found number");
    EXPECT_EQ(decode<FlowRecord>(R"({"description":true})").error().text(),
        "description: expected string, found boolean");
}

TEST(FlowRequest, valuesBecomeTextAsTheFlowServiceWritesThem)
{
    const auto request = decode<FlowRequest>(
        R"({"operation":"start-flow","flow-id":"f","parameters":{"a":true,"b":false,"c":3,"d":0.3,"e":null,"f":"x"}})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->parameters,
        (Members<std::string> {
            { "a", "True" }, { "b", "False" }, { "c", "3" }, { "d", "0.3" }, { "f", "x" } }));
    EXPECT_FALSE(request->description);
}

TEST(FlowRequest, onlyWhatIsGivenIsWritten)
{
    FlowRequest request;
    request.operation = "get-flow";
    request.flowId = "f";
    EXPECT_EQ(encode(request), R"({"operation":"get-flow","flow-id":"f"})");
    EXPECT_EQ(decode<FlowRequest>(R"({"operation":"start-flow","description":null})")->description,
        std::nullopt);
    EXPECT_EQ(
        decode<FlowRequest>(R"({"operation":"start-flow","description":""})")->description, "");
    EXPECT_EQ(decode<FlowRequest>(R"({"operation":"put-blueprint","blueprint-definition":{}})")
                  .error()
                  .text(),
        "blueprint-definition: expected string, found object");
}

TEST(FlowResponse, allMembersAreWrittenAndNullOnesLeftOut)
{
    FlowResponse response;
    EXPECT_EQ(encode(response),
        R"({"blueprint-names":[],"flow-ids":[],"blueprint-definition":"","flow":"","description":"","parameters":{}})");
    response.blueprintDefinition.reset();
    response.ready = false;
    response.lost = { { "q", 3 } };
    const std::string text =
        R"({"blueprint-names":[],"flow-ids":[],"flow":"","description":"","parameters":{},)"
        R"("ready":false,"lost":{"q":3}})";
    EXPECT_EQ(encode(response), text);
    EXPECT_EQ(decode<FlowResponse>(text).value(), response);
}

TEST(Interface, bothFormsAndTheirErrors)
{
    EXPECT_EQ(decode<Interface>(R"("t")")->flow, "t");
    EXPECT_EQ(encode(decode<Interface>(R"({"response":"b","request":"a"})").value()),
        R"({"response":"b","request":"a"})");
    EXPECT_EQ(decode<Interface>("3").error().text(), "expected object, found number");
}
