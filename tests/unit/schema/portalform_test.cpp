// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/configform.h"
#include "models/schema/tenantmarks.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace signalbox::schema {
namespace {

std::vector<FormField> formOf(const char *type, const std::string &text)
{
    const auto tree = JsonTree::parse(text);
    EXPECT_TRUE(tree) << text;
    return readForm(type, "x", *tree);
}

const FormField *at(const std::vector<FormField> &fields, const std::string &path)
{
    const auto found = std::find_if(fields.begin(), fields.end(),
        [&](const FormField &field) { return pathText(field.path) == path; });
    return found == fields.end() ? nullptr : &*found;
}

TEST(PortalForm, AnAgentIsChangedByPlaceAndKeepsWhatNobodyKnows)
{
    const std::string text =
        R"({"name":"a", "x-owner":1.50, "escalation_rules":[{"condition":"n > 1","action":"x","y":1}]})";
    const auto fields = formOf("portal/agent", text);
    const FormField *condition = at(fields, "escalation_rules[0].condition");
    ASSERT_TRUE(condition);
    const auto changed = writeField(*JsonTree::parse(text), *condition, "n > 2");
    ASSERT_TRUE(changed);
    EXPECT_EQ(*changed,
        R"({"name":"a", "x-owner":1.50, "escalation_rules":[{"condition":"n > 2","action":"x","y":1}]})");
}

TEST(PortalForm, WhatBeginsAFormHasNothingButNamesMissing)
{
    for (const char *type : { "portal/agent", "portal/tenant", "portal/channel", "portal/member",
             "portal/invitation", "portal/acceptance" }) {
        const auto tree = JsonTree::parse(newValue(type, ""));
        ASSERT_TRUE(tree) << type;
        const auto fields = readForm(type, "", *tree);
        ASSERT_FALSE(fields.empty()) << type;
        for (const FormField &field : fields)
            EXPECT_TRUE(field.fault.empty() || field.value.empty()) << type << " " << field.id;
        EXPECT_TRUE(hasForm(type, ""));
    }
    EXPECT_FALSE(hasForm("portal/planet", ""));
}

TEST(PortalForm, ATenantsWorkspaceStandsInItsSettings)
{
    const std::string text = R"({"name":"a","settings":{"colour":"red"}})";
    const auto fields = formOf("portal/tenant", text);
    const FormField *workspace = at(fields, "settings.workspace");
    ASSERT_TRUE(workspace);
    const auto changed = writeField(*JsonTree::parse(text), *workspace, "acme");
    ASSERT_TRUE(changed);
    const auto tree = JsonTree::parse(*changed);
    EXPECT_EQ(tree->string(tree->at(workspace->path)), "acme");
    EXPECT_EQ(tree->string(tree->at(JsonPath {} / "settings" / "colour")), "red");
}

TEST(PortalForm, SettingsOfAChannelAreHiddenAndStayWhenNobodyTypes)
{
    const std::string text =
        R"({"channel_type":"slack","config":{"signing_secret":"********","extra":"********","n":1}})";
    const auto fields = formOf("portal/channel", text);
    EXPECT_EQ(at(fields, "config.bot_token")->kind, FieldKind::Secret);
    EXPECT_FALSE(at(fields, "config.bot_token")->present);
    EXPECT_EQ(at(fields, "config.signing_secret")->kind, FieldKind::Secret);
    EXPECT_EQ(at(fields, "config.extra")->kind, FieldKind::Secret);
    EXPECT_EQ(at(fields, "config.n")->kind, FieldKind::Json);
    EXPECT_EQ(at(fields, "config.agent_id")->kind, FieldKind::Line); // it is no secret
    const auto same =
        writeField(*JsonTree::parse(text), *at(fields, "config.signing_secret"), "********");
    EXPECT_EQ(*same, text);
    // A type that nobody knows: all that is stored, nothing that is not.
    const auto unknown =
        formOf("portal/channel", R"({"channel_type":"pigeon","config":{"loft":"7"}})");
    EXPECT_EQ(at(unknown, "config.loft")->value, "7");
    EXPECT_EQ(at(unknown, "config.bot_token"), nullptr);
}

TEST(PortalForm, LogsHoldNoSettingOfAChannel)
{
    EXPECT_EQ(withoutChannelSettings(R"({"a":1,"config":{"x":"s","y":{"z":"s"}}})"),
        R"({"a":1,"config":{"x":"•••","y":"•••"}})");
    EXPECT_EQ(withoutChannelSettings(R"({"items":[{"config":{"x":"s"}},{"config":"s"}]})"),
        R"({"items":[{"config":{"x":"•••"}},{"config":"•••"}]})");
    EXPECT_EQ(withoutChannelSettings(R"([{"config":["s"]}])"), R"([{"config":"•••"}])");
    EXPECT_EQ(withoutChannelSettings("secret {"), "\"•••\"");
    EXPECT_EQ(withoutChannelSettings(""), "");
}

TEST(TenantMarks, DeepAndWideTextsAreReadWithinBounds)
{
    std::string deep;
    for (int i = 0; i < 60; ++i)
        deep += R"({"a":)";
    deep += R"({"tenant_id":"beta"})" + std::string(60, '}');
    ASSERT_EQ(tenantMarks(deep).size(), 1U);
    std::string wide = "[";
    for (int i = 0; i < 5000; ++i)
        wide += R"({"tenant_id":"acme"},)";
    wide.back() = ']';
    EXPECT_EQ(tenantMarks(wide).size(), 5000U);
}

} // namespace
} // namespace signalbox::schema
