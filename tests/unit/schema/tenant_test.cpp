// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/chatframe.h"
#include "models/schema/event.h"
#include "models/schema/portal.h"
#include "models/schema/tenant.h"

#include <gtest/gtest.h>

using namespace signalbox::schema;

namespace {

constexpr const char *message =
    R"({"id":"m1","tenant_id":"acme","channel":"web","channel_metadata":{"portal_user_id":"u"},)"
    R"("sender":{"user_id":"u","display_name":"Ute","is_bot":false},)"
    R"("content":{"text":"hi","attachments":[],"mentions":[]},)"
    R"("timestamp":"2026-11-21T10:00:00Z","thread_id":"c1","context":{}})";

std::string with(std::string text, const std::string &from, const std::string &to)
{
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

} // namespace

TEST(Tenant, UnknownMembersOfTenantAndSettingsSurviveAnEdit)
{
    const std::string text =
        R"({"id":"t","name":"Acme","slug":"acme","settings":{"theme":"red","workspace":"w"},"sla":9})";
    auto tenant = decode<Tenant>(text);
    ASSERT_TRUE(tenant) << tenant.error().text();
    EXPECT_EQ(workspaceOf(*tenant), "w");
    EXPECT_EQ(encode(*tenant), text);
    tenant->settings.workspace = "x";
    EXPECT_EQ(encode(*tenant), with(text, "\"w\"", "\"x\""));
    EXPECT_EQ(workspaceOf(Tenant {}), "default");
}

TEST(Tenant, SlugsAreLowerCaseDigitsAndHyphens)
{
    for (const char *good : { "ab", "a-1", "0123456789" })
        EXPECT_TRUE(isSlug(good)) << good;
    for (const char *bad : { "a", "Ab", "a_b", "-a", "a-", "a:b", "ä1" })
        EXPECT_FALSE(isSlug(bad)) << bad;
    EXPECT_TRUE(isSlug(std::string(50, 'a')));
    EXPECT_FALSE(isSlug(std::string(51, 'a')));
}

TEST(Tenant, NothingIsSaidInOneThatIsSuspendedOrCancelled)
{
    Tenant tenant;
    for (const char *state : { "", "trial", "active", "past_due", "of another far end" }) {
        tenant.subscriptionState = state;
        EXPECT_TRUE(mayTalk(tenant)) << state;
    }
    for (const char *state : { "suspended", "cancelled" }) {
        tenant.subscriptionState = state;
        EXPECT_FALSE(mayTalk(tenant)) << state;
    }
}

TEST(Channel, AnUnknownTypeIsKeptAndToldApart)
{
    const std::string text =
        R"({"id":"c","tenant_id":"t","channel_type":"fax","workspace_id":"1","config":{"pin":7},"is_active":false})";
    const auto channel = decode<ChannelConnection>(text);
    ASSERT_TRUE(channel) << channel.error().text();
    EXPECT_FALSE(isChannelType(channel->channelType));
    EXPECT_EQ(encode(*channel), text);
    EXPECT_EQ(channelTypes().size(), 8u);
    for (const std::string_view type : channelTypes())
        EXPECT_TRUE(isChannelType(type));
}

TEST(KonstructMessage, StrictReadingTakesWhatItWrites)
{
    const auto read = decodeStrictMessage(message);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(encode(*read), message);
}

TEST(KonstructMessage, AnExtraThatWasNotPoppedFailsWithItsPath)
{
    const auto read = decode<KonstructMessage>(message);
    ASSERT_TRUE(read);
    const std::string dispatch = encodeDispatch(*read, "c1", "u");
    const auto unpopped = decodeStrictMessage(dispatch);
    ASSERT_FALSE(unpopped);
    EXPECT_EQ(unpopped.error().path, "conversation_id");
    const auto popped = popExtras(dispatch);
    ASSERT_TRUE(popped);
    EXPECT_EQ(popped->conversationId, "c1");
    EXPECT_EQ(popped->portalUserId, "u");
    EXPECT_EQ(popped->message, message);
    EXPECT_TRUE(decodeStrictMessage(popped->message));
}

TEST(KonstructMessage, StrictReadingRefusesUnknownAndMissingMembersAnywhere)
{
    const struct {
        const char *from, *to, *path;
    } faults[] = {
        { R"("id":"m1",)", "", "id" },
        { R"("tenant_id":"acme")", R"("tenant_id":"")", "tenant_id" },
        { R"("is_bot":false)", R"("is_bot":false,"x":1)", "sender.x" },
        { R"("mentions":[])", R"("mentions":[],"x":1)", "content.x" },
        { R"("attachments":[])", R"("attachments":[{"url":"u","x":1}])",
            "content.attachments[0].x" },
        { R"("text":"hi")", R"("text":7)", "content.text" },
        { R"("context":{})", R"("context":{},"extra":null)", "extra" },
    };
    for (const auto &fault : faults) {
        const auto read = decodeStrictMessage(with(message, fault.from, fault.to));
        ASSERT_FALSE(read) << fault.to;
        EXPECT_EQ(read.error().path, fault.path) << read.error().text();
    }
}

TEST(Conversation, ARowIsItsThreadAndMore)
{
    ConversationRow row;
    row.thread.tenantId = "t";
    row.thread.id = "c";
    row.thread.state = "streaming";
    row.agentName = "Ada";
    row.holder = "Bo";
    row.tenantState = "suspended";
    const auto again = decode<ConversationRow>(encode(row));
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(*again, row);
}

TEST(Portal, AnErrorIsWrappedOnTheWire)
{
    PortalError error;
    error.code = "conflict";
    error.message = "changed meanwhile";
    error.version = 7;
    const std::string text = encode(error);
    EXPECT_EQ(text, R"({"error":{"code":"conflict","message":"changed meanwhile","version":7}})");
    EXPECT_EQ(decode<PortalError>(text).value(), error);
    EXPECT_FALSE(decode<PortalError>("{}"));
}

TEST(Portal, ListsAreItemsOrABareArray)
{
    const auto page = decode<Page<Tenant>>(R"({"items":[{"id":"a"}],"cursor":"x","total":3})");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->items.at(0).id, "a");
    EXPECT_EQ(page->cursor, "x");
    EXPECT_EQ(page->total, 3);
    const auto bare = decode<Page<BudgetAlert>>(R"([{"agent_id":"a","level":"warning"}])");
    ASSERT_TRUE(bare);
    EXPECT_EQ(encodeList(bare->items),
        R"([{"agent_id":"a","limit_usd":0,"spent_usd":0,"level":"warning"}])");
}

TEST(ChatFrame, BothDialectsAndAllKindsComeBackAsTheyWere)
{
    for (const char *text :
        { R"({"type":"typing"})", R"({"type":"response","conversation_id":"c","text":"a"})",
            R"({"type":"chunk","text":""})", R"({"type":"done","conversation_id":"c","text":"a"})",
            R"({"type":"tool_call","call_id":"1","tool":"kb","arguments":{"q":[1]}})",
            R"({"type":"confirmation_required","tool":"t","arguments":{},"expires_at":"z"})",
            R"({"type":"escalated","reason":"r"})",
            R"({"type":"human_message","text":"x","from":"Bo"})",
            R"({"type":"error","code":"auth","message":"m"})", R"({"type":"news"})" }) {
        const auto frame = decode<ChatFrame>(text);
        ASSERT_TRUE(frame) << text;
        EXPECT_EQ(encode(*frame), text);
        EXPECT_EQ(frame->kind == ChatFrame::Kind::Unknown, frame->type == "news");
    }
}

TEST(ChatFrame, AClientSignsInThenWrites)
{
    const auto auth =
        decode<ChatClientFrame>(R"({"type":"auth","userId":"u","role":"r","tenantId":"t"})");
    ASSERT_TRUE(auth);
    EXPECT_EQ(auth->kind, ChatClientFrame::Kind::Auth);
    EXPECT_EQ(auth->auth.tenantId, "t");
    EXPECT_FALSE(decode<ChatClientFrame>(R"({"type":"auth","userId":"u"})"));
    EXPECT_FALSE(decode<ChatClientFrame>(R"({"type":"sing"})"));
    ChatClientFrame message;
    message.message = { "hallo", "id1" };
    EXPECT_EQ(encode(message), R"({"type":"message","text":"hallo","id":"id1"})");
    EXPECT_EQ(decode<ChatClientFrame>(encode(message)).value(), message);
}

TEST(TenantEvents, EachKindCarriesItsTenantAndItsData)
{
    Event event;
    event.kind = Event::Kind::Chunk;
    event.kindText = "chunk";
    event.seq = 4;
    event.tsMs = 5;
    event.tenant = "acme";
    TenantEvent about;
    about.threadId = "c";
    about.chunk = TurnChunk { "m", 3, "hel" };
    event.about.push_back(about);
    const std::string text = encode(event);
    EXPECT_EQ(text,
        R"({"seq":4,"ts":5,"kind":"chunk","tenant":"acme","data":{"thread_id":"c","chunk":{"turn_id":"m","offset":3,"text":"hel"}}})");
    EXPECT_EQ(decode<Event>(text).value(), event);
    EXPECT_TRUE(isTenantKind("audit"));
    EXPECT_FALSE(isTenantKind("queue"));
}
