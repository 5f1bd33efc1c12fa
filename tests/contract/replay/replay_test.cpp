// SPDX-License-Identifier: GPL-3.0-only
// Every recording marked `replay`, in order, against our gateway. What the far end's state was, the
// set-up brings about; keys, ids and the like are our own.
#include "tests/contract/replay/recording.h"
#include "tests/support/gatewayprocess.h"

#include <gtest/gtest.h>
#include <iostream>
#include <nlohmann/json.hpp>

namespace signalbox::contract {
namespace {

using Json = nlohmann::json;
using support::HttpReply;

constexpr const char *adminPassword = "admin-pass-1"; ///< as in the recordings
constexpr std::size_t mostExcuses = 15;

/// Ours answers otherwise, on purpose. Each says by which section, and what ours must answer
/// instead.
struct Excuse {
    const char *recording;
    const char *section;
    int status;
    std::function<bool(const HttpReply &)> holds;
};

bool isFlatTextObject(const HttpReply &reply)
{
    const Json pack = Json::parse(reply.body, nullptr, false);
    return pack.is_object() && !pack.empty()
        && std::all_of(pack.begin(), pack.end(), [](const Json &text) { return text.is_string(); });
}

/// Takes out of a flow record's text when it was started; false when that is not told.
bool takeStarted(Json &text)
{
    Json record = text.is_string()
        ? Json::parse(text.get_ref<const std::string &>(), nullptr, false)
        : Json();
    if (!record.is_object() || !record.contains("started") || !record["started"].is_number())
        return false;
    record.erase("started");
    text = record.dump();
    return true;
}

bool hasRecordedShape(const char *recording, const Json &answer)
{
    return shapeDifference(
        Json::parse(readRecording(SIGNALBOX_RECORDINGS, recording).answer), answer)
        .empty();
}

/// The recorded answer and one member more, and one more in the record.
bool addsReadyAndStarted(const HttpReply &reply)
{
    Json answer = Json::parse(reply.body, nullptr, false);
    if (!answer.is_object() || !answer.contains("ready") || !answer["ready"].is_boolean()
        || !takeStarted(answer["flow"]))
        return false;
    answer.erase("ready");
    return hasRecordedShape("051-flow-get-flow", answer);
}

/// The recorded answer; every flow record has one member more.
bool addsStarted(const HttpReply &reply)
{
    Json answer = Json::parse(reply.body, nullptr, false);
    const auto flows = Json::json_pointer("/config/flow");
    if (!answer.is_object() || !answer.contains(flows) || answer[flows].empty())
        return false;
    for (auto &[id, record] : answer[flows].items())
        if (!takeStarted(record))
            return false;
    return hasRecordedShape("044-config-whole", answer);
}

const std::vector<Excuse> &excuses()
{
    static const std::vector<Excuse> table {
        { "006-login-array-body",
            "signalbox-gateway §9, trap 38: the array is refused, not stumbled over", 400,
            [](const HttpReply &reply) {
                return Json::parse(reply.body, nullptr, false)
                    == Json { { "error", "body must be an object" } };
            } },
        { "044-config-whole", "annex to signalbox-gateway §1: a flow record tells its start", 200,
            addsStarted },
        { "051-flow-get-flow",
            "signalbox-gateway §9, trap 19: get-flow adds ready; annex: the record its start", 200,
            addsReadyAndStarted },
        { "133-i18n", "TG §1.11: a flat object of key and text; ours has its own keys", 200,
            isFlatTextObject },
    };
    return table;
}

const Excuse *excuseFor(const std::string &name)
{
    for (const Excuse &excuse : excuses())
        if (name == excuse.recording)
            return &excuse;
    return nullptr;
}

class Replay : public ::testing::Test {
protected:
    Replay()
        : recordings(SIGNALBOX_RECORDINGS)
        , gateway(SIGNALBOX_GATEWAY_PROGRAM, folder.path() + "/data")
    {
    }

    HttpReply call(const std::string &path, const Json &body)
    {
        return support::http(gateway.port(), "POST", path, body.dump(), gateway.key());
    }

    Json done(const std::string &path, const Json &body)
    {
        const HttpReply reply = call(path, body);
        const Json answer = Json::parse(reply.body, nullptr, false);
        if (reply.status != 200 || !answer.is_object() || answer.contains("error"))
            throw std::runtime_error(
                "set-up: " + body.dump().substr(0, 200) + " answered " + reply.body.substr(0, 400));
        return answer;
    }

    void setUpPlatform();
    void setUpPassword();
    void prepare(const Recording &recording);
    void learn(const Recording &recording, const HttpReply &reply);
    std::string ours(std::string text) const;
    HttpReply send(const Recording &recording) const;
    static void compare(const Recording &recording, const HttpReply &reply);

    const std::string recordings;
    support::TemporaryFolder folder;
    support::GatewayProcess gateway;
    std::map<std::string, std::string> substitutes; ///< recorded id or key → ours
    Json stockBlueprints;
};

void Replay::setUpPassword()
{
    const Json users = done("/api/v1/iam", { { "operation", "list-users" } });
    std::string admin;
    for (const Json &user : users.at("users"))
        if (user.at("username") == "admin")
            admin = user.at("id");
    const Json reset =
        done("/api/v1/iam", { { "operation", "reset-password" }, { "user_id", admin } });
    done("/api/v1/auth/change-password",
        { { "current_password", reset.at("temporary_password") },
            { "new_password", adminPassword } });
}

void Replay::setUpPlatform()
{
    setUpPassword();
    const Json whole =
        Json::parse(readRecording(recordings, "044-config-whole").answer).at("config");
    Json values = Json::array();
    for (const auto &[type, entries] : whole.items()) {
        if (type == "flow" || type.starts_with("processor:"))
            continue; // the start makes them
        for (const auto &[key, value] : entries.items())
            values.push_back({ { "type", type }, { "key", key }, { "value", value } });
    }
    done("/api/v1/config", { { "operation", "put" }, { "values", values } });
    stockBlueprints = whole.at("flow-blueprint");
    const std::string everything =
        Json::parse(readRecording(recordings, "048-flow-get-blueprint").answer)
            .at("blueprint-definition");
    done("/api/v1/flow",
        { { "operation", "put-blueprint" }, { "blueprint-name", "everything" },
            { "blueprint-definition", everything } });
    const Json flow = Json::parse(readRecording(recordings, "051-flow-get-flow").answer);
    done("/api/v1/flow",
        { { "operation", "start-flow" }, { "flow-id", "default" },
            { "blueprint-name", "everything" }, { "description", flow.at("description") },
            { "parameters", flow.at("parameters") } });
}

/// State that a recording found and no earlier replayed one makes.
void Replay::prepare(const Recording &recording)
{
    if (recording.name
        == "071-ws-acme-config") // new workspaces got the stock blueprints from the template
        for (const auto &[name, definition] : stockBlueprints.items())
            done("/api/v1/flow",
                { { "operation", "put-blueprint" }, { "workspace", "acme" },
                    { "blueprint-name", name }, { "blueprint-definition", definition } });
}

/// What our gateway made in place of the recorded id or key, for the recordings that follow.
void Replay::learn(const Recording &recording, const HttpReply &reply)
{
    const Json recorded = Json::parse(recording.answer, nullptr, false);
    const Json given = Json::parse(reply.body, nullptr, false);
    if (!recorded.is_object() || !given.is_object())
        return;
    for (const char *record : { "user", "api_key" })
        if (recorded.contains(record) && given.contains(record))
            substitutes[recorded[record]["id"]] = given[record]["id"];
    if (recorded.contains("api_key_plaintext") && given.contains("api_key_plaintext"))
        substitutes[recorded["api_key_plaintext"]] = given["api_key_plaintext"];
}

std::string Replay::ours(std::string text) const
{
    for (const auto &[recorded, own] : substitutes)
        for (std::size_t at = text.find(recorded); at != std::string::npos;
             at = text.find(recorded, at + own.size()))
            text.replace(at, recorded.size(), own);
    return text;
}

HttpReply Replay::send(const Recording &recording) const
{
    const std::string body = ours(recording.body);
    std::string request = recording.method + " " + recording.target
        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
    if (!recording.authorization.empty())
        request += "Authorization: " + ours(recording.authorization) + "\r\n";
    if (recording.method == "POST")
        request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    try {
        return support::rawHttp(gateway.port(), request + "\r\n" + body);
    } catch (const std::runtime_error &fault) {
        throw std::runtime_error(recording.name + ": " + fault.what() + "\n" + gateway.log());
    }
}

void Replay::compare(const Recording &recording, const HttpReply &reply)
{
    EXPECT_EQ(reply.status, recording.status) << reply.body;
    const auto header = [&](const char *name) {
        const auto found = reply.headers.find(name);
        return found == reply.headers.end() ? std::string() : found->second;
    };
    EXPECT_EQ(header("content-type"), recording.contentType);
    EXPECT_EQ(header("allow"), recording.allow);
    const Json recorded = Json::parse(recording.answer, nullptr, false);
    if (recorded.is_discarded()) {
        EXPECT_EQ(reply.body + "\n",
            recording.answer.ends_with("\n") ? recording.answer : recording.answer + "\n");
        return;
    }
    const Json answer = Json::parse(reply.body, nullptr, false);
    ASSERT_FALSE(answer.is_discarded()) << reply.body;
    EXPECT_EQ(shapeDifference(recorded, answer), "") << reply.body.substr(0, 2000);
    if (recorded.is_object() && recorded.contains("error") && answer.contains("error")) {
        const Json &error = recorded["error"];
        if (error.is_object())
            EXPECT_EQ(answer["error"].value("type", ""), error["type"]) << reply.body;
        else
            EXPECT_EQ(answer["error"], error);
    }
}

TEST_F(Replay, AnswersAsRecorded)
{
    ASSERT_LE(excuses().size(), mostExcuses);
    setUpPlatform();
    std::map<std::string, int> counts;
    bool first = true;
    for (const Recording &recording : readRecordings(recordings)) {
        if (recording.use != "replay") {
            ++counts[recording.use];
            continue;
        }
        SCOPED_TRACE(recording.name);
        if (first && recording.authorization.starts_with("Bearer tg_")) {
            first = false; // the recorded administrator's key
            substitutes[recording.authorization.substr(7)] = gateway.key();
        }
        prepare(recording);
        const HttpReply reply = send(recording);
        learn(recording, reply);
        if (const Excuse *excuse = excuseFor(recording.name)) {
            ++counts["excused"];
            EXPECT_EQ(reply.status, excuse->status) << excuse->section;
            EXPECT_TRUE(excuse->holds(reply)) << excuse->section << "\n" << reply.body;
            continue;
        }
        ++counts["replayed"];
        compare(recording, reply);
    }
    std::cout << "replayed " << counts["replayed"] << ", excused " << counts["excused"]
              << ", client " << counts["client"] << ", narrative " << counts["narrative"]
              << std::endl;
    EXPECT_GT(counts["replayed"], 0);
    EXPECT_EQ(counts["excused"], static_cast<int>(excuses().size()))
        << "an excuse without a recording";
}

} // namespace
} // namespace signalbox::contract
