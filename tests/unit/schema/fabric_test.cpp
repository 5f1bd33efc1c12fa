// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/fabric.h"

#include <gtest/gtest.h>

using namespace signalbox::schema;

namespace {
QueueRow row(const std::string &name)
{
    QueueRow row;
    row.name = name;
    row.topic = "flow:tg:x:w:f";
    row.topicClass = "flow";
    row.scope = "flow";
    row.workspace = "w";
    row.flow = "f";
    row.ready = 3;
    row.unacked = 1;
    row.published = 10;
    row.acked = 5;
    row.deleted = 1;
    row.bytes = 4096;
    row.maxDepth = 9;
    return row;
}
} // namespace

TEST(QueueRow, wireNamesAndRoundTrip)
{
    QueueRow full = row("q");
    full.oldestMs = 1500;
    full.processor = "p";
    const std::string text =
        R"({"name":"q","topic":"flow:tg:x:w:f","class":"flow","scope":"flow","workspace":"w","flow":"f",)"
        R"("processor":"p","ready":3,"unacked":1,"consumers":0,"published":10,"delivered":0,"acked":5,)"
        R"("redelivered":0,"deleted":1,"oldest-ms":1500,"bytes":4096,"max-depth":9})";
    EXPECT_EQ(encode(full), text);
    EXPECT_EQ(decode<QueueRow>(text).value(), full);
}

TEST(FabricResponse, rowsAndColumnsDecodeToTheSame)
{
    FabricResponse response;
    response.queues = { row("a"), row("b") };
    response.queues[1].oldestMs = 7;
    response.queues[1].workspace.clear();
    response.total = 2;
    response.seq = 99;
    response.cursor = "c";
    EXPECT_EQ(decode<FabricResponse>(encode(response)).value(), response);
    const std::string columns = encodeColumns(response);
    EXPECT_NE(columns.find(R"("oldest-ms":[null,7])"), std::string::npos) << columns;
    EXPECT_EQ(columns.find("\"queues\""), std::string::npos);
    EXPECT_EQ(decode<FabricResponse>(columns).value(), response);
}

TEST(FabricResponse, raggedColumnsAreAnError)
{
    EXPECT_EQ(
        decode<FabricResponse>(R"({"columns":{"name":["a","b"],"ready":[1]}})").error().text(),
        "columns.ready: 1 values, but 2 in the columns before");
    EXPECT_EQ(decode<FabricResponse>(R"({"columns":{"name":["a"],"ready":["x"]}})").error().text(),
        "columns.ready[0]: expected number, found string");
    EXPECT_EQ(decode<FabricResponse>(R"({"columns":{"name":"a"}})").error().text(),
        "columns.name: expected array, found string");
}

TEST(FabricResponse, aTailCountsFromItsFirstPart)
{
    EXPECT_EQ(encodeTail({}), R"({"messages":[],"received":0,"filtered":0,"dropped":0})");
}

TEST(FabricResponse, anEmptyListIsStillAList)
{
    FabricResponse response;
    response.total = 0;
    EXPECT_NE(encode(response).find("\"queues\":[]"), std::string::npos);
    EXPECT_EQ(decode<FabricResponse>(encode(response)).value(), response);
    EXPECT_EQ(encode(FabricResponse()), R"({"messages":[]})");
}

TEST(FabricResponse, detailHasTheRowsMembersAndItsOwn)
{
    FabricResponse response;
    response.queue =
        QueueDetail { row("q"), { "t" }, { { "c", "q", "p", "w", "f", "running", 1 } } };
    EXPECT_EQ(decode<FabricResponse>(encode(response)).value(), response);
    EXPECT_EQ(decode<QueueDetail>(encode(*response.queue)).value(), *response.queue);
}

TEST(FabricResponse, everyOtherListRoundTrips)
{
    FabricResponse response;
    response.topics = { { "t", "flow", "flow", "w", "f", 2, 30 } };
    response.consumers = { { "c", "q", "p", "", "", "paused", 0 } };
    response.processors = { { "p", "v", "w", "", "dead", 5, 1, 12.25, 3 } };
    response.messages = { { 1, 1700000000000, { { "id", "x" } }, 3, "abc", true, true } };
    response.received = 5;
    response.filtered = 2;
    response.dropped = 1;
    response.affected = 4;
    EXPECT_EQ(decode<FabricResponse>(encode(response)).value(), response);
}

TEST(FabricRequest, everyMemberRoundTrips)
{
    const std::string text =
        R"({"operation":"move","workspace":"w","scope":"flow","filter":"x","limit":5,"cursor":"c","format":"rows",)"
        R"("queue":"q","topic":"t","count":1,"seq":2,"expected-ready":3,"if-unused":false,"to":"z",)"
        R"("properties":{"a":"b"},"payload":"p","action":"speed","processor":"p","variant":"v","factor":2.5})";
    const auto request = decode<FabricRequest>(text);
    ASSERT_TRUE(request) << request.error().text();
    EXPECT_EQ(encode(*request), text);
    EXPECT_EQ(decode<FabricRequest>(R"({"operation":"peek","count":"1"})").error().text(),
        "count: expected number, found string");
}
