// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/services/answers.h"
#include "app/gateway/services/credentials.h"
#include "tests/unit/services/platformtest.h"

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;

class IamServiceTest : public PlatformTest {
protected:
    void SetUp() override
    {
        PlatformOptions options = quick();
        options.adminPassword = "admin-pass";
        boot(options);
        admin =
            iam({ { "operation", "resolve-api-key" }, { "token", platform->adminKey() } })["user"];
        ASSERT_EQ(admin["username"], "admin");
    }
    Json createUser(const std::string &name, const Json &more = Json::object(),
        const std::string &workspace = "default")
    {
        Json user { { "username", name }, { "password", "pass-" + name } };
        user.update(more);
        return iam(
            { { "operation", "create-user" }, { "workspace", workspace }, { "user", user } });
    }
    Json of(const std::string &operation, const Json &user)
    {
        return iam({ { "operation", operation }, { "user_id", user["id"] } });
    }
    Json login(const std::string &name, const std::string &password)
    {
        return iam({ { "operation", "login" }, { "username", name }, { "password", password } });
    }
    Json resolveToken(const Json &token)
    {
        return iam({ { "operation", "resolve-token" }, { "token", token } });
    }
    Json resolveKey(const Json &key)
    {
        return iam({ { "operation", "resolve-api-key" }, { "token", key } });
    }
    static bool refused(const Json &answer)
    {
        return hasError(answer, "auth-failed", "auth failure");
    }

    Json admin;
    const Json done = Json::parse(R"({"bootstrap_available":false})");
};

TEST_F(IamServiceTest, TheFirstStartMakesDefaultAndAnAdminOnce)
{
    const Json listed = iam({ { "operation", "list-workspaces" } });
    ASSERT_EQ(listed["workspaces"].size(), 1u);
    EXPECT_EQ(listed["workspaces"][0]["id"], "default");
    EXPECT_EQ(listed["workspaces"][0]["name"], "Default");
    EXPECT_EQ(listed["bootstrap_available"], false);
    EXPECT_EQ(admin["roles"], Json({ "admin" }));
    EXPECT_EQ(keys("__workspaces__", "workspace"), std::vector<std::string>({ "default" }));
    EXPECT_TRUE(refused(iam({ { "operation", "bootstrap" } })));
    EXPECT_EQ(iam({ { "operation", "bootstrap-status" } }), done);
    const std::string key = platform->adminKey();
    EXPECT_EQ(key.size(), 35u);
    EXPECT_TRUE(key.starts_with("tg_"));
}

TEST_F(IamServiceTest, WhoamiIsOfTheActor)
{
    EXPECT_EQ(iam({ { "operation", "whoami" }, { "actor", admin["id"] } })["user"], admin);
    EXPECT_TRUE(hasError(
        iam({ { "operation", "whoami" }, { "actor", "ghost" } }), "not-found", "user not found"));
    EXPECT_TRUE(refused(iam({ { "operation", "whoami" } })));
}

TEST_F(IamServiceTest, WorkspacesAreMadeGotRenamedAndDisabled)
{
    const auto record = [&](const char *operation, const Json &given) {
        return iam({ { "operation", operation }, { "workspace_record", given } });
    };
    const Json made = record(
        "create-workspace", { { "id", "acme" }, { "name", "Acme Ltd" }, { "enabled", true } });
    EXPECT_EQ(made["workspace"]["name"], "Acme Ltd");
    EXPECT_EQ(record("create-workspace", { { "id", "acme" }, { "name", "Other" } }), made)
        << "idempotent";
    EXPECT_TRUE(hasError(record("create-workspace", { { "id", "_x" } }), "invalid-argument",
        "workspace ids beginning with '_' are reserved"));
    EXPECT_EQ(record("create-workspace", { { "id", "weird name/\u00fc" } })["workspace"]["name"],
        "weird name/\u00fc");
    EXPECT_TRUE(hasError(
        record("get-workspace", { { "id", "none" } }), "not-found", "workspace not found"));
    EXPECT_EQ(
        record("update-workspace", { { "id", "acme" }, { "name", "New" } })["workspace"]["name"],
        "New");
    const Json bob = createUser("bob", Json::object(), "acme")["user"];
    EXPECT_EQ(
        iam({ { "operation", "list-my-workspaces" }, { "actor", bob["id"] } })["workspaces"].size(),
        1u);
    EXPECT_EQ(iam({ { "operation", "list-my-workspaces" }, { "actor", admin["id"] } })["workspaces"]
                  .size(),
        3u);
    const Json key = iam({ { "operation", "create-api-key" },
        { "key", { { "user_id", bob["id"] }, { "name", "k" } } } });
    EXPECT_EQ(record("disable-workspace", { { "id", "acme" } }), done);
    EXPECT_EQ(of("get-user", bob)["user"]["enabled"], false);
    EXPECT_TRUE(refused(resolveKey(key["api_key_plaintext"])));
    EXPECT_EQ(keys("__workspaces__", "workspace"),
        std::vector<std::string>({ "default", "weird name/\u00fc" }));
    EXPECT_EQ(record("get-workspace", { { "id", "acme" } })["workspace"]["enabled"], false);
    EXPECT_EQ(record("update-workspace",
                  { { "id", "acme" }, { "name", "Newer" } })["workspace"]["enabled"],
        false)
        << "what is left out is kept: trap 30";
    EXPECT_EQ(record("update-workspace",
                  { { "id", "acme" }, { "enabled", true } })["workspace"]["enabled"],
        true);
    EXPECT_EQ(keys("__workspaces__", "workspace"),
        std::vector<std::string>({ "default", "weird name/\u00fc" }))
        << "enabled and not served: trap 31";
    record("create-workspace", { { "id", "acme" } });
    EXPECT_EQ(keys("__workspaces__", "workspace").front(), "acme") << "registered again";
}

TEST_F(IamServiceTest, UsersAreMadeListedChangedAndDeleted)
{
    const Json bob = createUser(
        "bob", { { "name", "Bob" }, { "email", "b@x" }, { "roles", { "reader" } } })["user"];
    EXPECT_EQ(bob["default_workspace"], "default");
    EXPECT_EQ(bob["must_change_password"], false);
    EXPECT_EQ(createUser("carl")["user"]["name"], "carl");
    EXPECT_EQ(
        createUser("dora", { { "roles", { "emperor" } } })["user"]["roles"], Json({ "emperor" }))
        << "unchecked: trap 36";
    EXPECT_TRUE(hasError(createUser("bob"), "duplicate", "username already exists"));
    EXPECT_TRUE(
        hasError(createUser("eve", Json::object(), "none"), "not-found", "workspace not found"));
    EXPECT_EQ(iam({ { "operation", "create-user" },
                  { "user", { { "username", "x" }, { "password", "y" } } } })["error"]["type"],
        "invalid-argument");
    EXPECT_EQ(iam({ { "operation", "list-users" } })["users"].size(), 4u);
    EXPECT_EQ(iam({ { "operation", "list-users" }, { "workspace", "acme" } }), done)
        << "an empty list is left out";
    of("disable-user", bob);
    const Json updated = iam({ { "operation", "update-user" }, { "user_id", bob["id"] },
        { "user", { { "username", "bob" }, { "name", "Robert" }, { "email", "" } } } })["user"];
    EXPECT_EQ(updated["name"], "Robert");
    EXPECT_EQ(updated["email"], "b@x");
    EXPECT_EQ(updated["enabled"], false) << "what is left out is kept: trap 30";
    EXPECT_EQ(iam({ { "operation", "update-user" }, { "user_id", bob["id"] },
                  { "user", { { "password", "x" } } } })["error"]["type"],
        "invalid-argument");
    EXPECT_EQ(iam({ { "operation", "get-user" }, { "user_id", bob["id"] },
                  { "workspace", "acme" } })["error"]["type"],
        "operation-not-permitted");
    EXPECT_EQ(of("delete-user", bob), done);
    EXPECT_TRUE(hasError(of("delete-user", bob), "not-found", "user not found"));
    EXPECT_TRUE(createUser("bob").contains("user")) << "the name is free again";
}

TEST_F(IamServiceTest, LoginTellsNothingButYesOrNo)
{
    createUser("bob");
    const Json in = login("bob", "pass-bob");
    ASSERT_TRUE(in.contains("jwt")) << in;
    EXPECT_TRUE(in["jwt_expires"].get<std::string>().ends_with("+00:00"));
    const Json who = resolveToken(in["jwt"]);
    EXPECT_EQ(who["user"]["username"], "bob");
    EXPECT_EQ(who["default_workspace"], "default");
    EXPECT_TRUE(refused(login("bob", "wrong")));
    EXPECT_TRUE(refused(login("nobody", "pass-bob")));
    EXPECT_TRUE(refused(login("", "")));
    EXPECT_TRUE(refused(iam({ { "operation", "login" }, { "username", "bob" },
        { "password", "pass-bob" }, { "workspace", "nope" } })));
    makeWorkspace("acme");
    const Json elsewhere = iam({ { "operation", "login" }, { "username", "bob" },
        { "password", "pass-bob" }, { "workspace", "acme" } });
    EXPECT_EQ(resolveToken(elsewhere["jwt"])["default_workspace"], "acme");
    EXPECT_EQ(resolveToken(elsewhere["jwt"])["user"]["default_workspace"], "default");
}

TEST_F(IamServiceTest, ATokenOutlivesItsUserWithoutRights)
{
    const Json bob = createUser("bob", { { "roles", { "admin" } } })["user"];
    const Json token = login("bob", "pass-bob")["jwt"];
    EXPECT_EQ(resolveToken(token)["user"]["roles"], Json({ "admin" }));
    of("disable-user", bob);
    EXPECT_FALSE(resolveToken(token)["user"].value("enabled", true));
    EXPECT_EQ(resolveToken(token)["user"].value("roles", Json::array()), Json::array());
    EXPECT_TRUE(refused(login("bob", "pass-bob")));
    of("delete-user", bob);
    EXPECT_EQ(resolveToken(token)["user"]["id"], bob["id"]);
    EXPECT_EQ(resolveToken(token)["user"].value("roles", Json::array()), Json::array());
}

TEST_F(IamServiceTest, RotatingTheSigningKeyLocksNobodyOut)
{
    const Json before = login("admin", "admin-pass")["jwt"];
    EXPECT_EQ(iam({ { "operation", "rotate-signing-key" } }), done);
    const Json after = login("admin", "admin-pass")["jwt"];
    EXPECT_EQ(resolveToken(before)["user"]["username"], "admin");
    EXPECT_EQ(resolveToken(after)["user"]["username"], "admin");
    EXPECT_NE(before.get<std::string>().substr(0, 80), after.get<std::string>().substr(0, 80))
        << "another kid";
}

TEST_F(IamServiceTest, ApiKeysAreShownOnceExpireAndCanBeRevoked)
{
    const Json bob = createUser("bob")["user"];
    const auto make = [&](const char *name, const Json &more = Json::object()) {
        Json key { { "user_id", bob["id"] }, { "name", name } };
        key.update(more);
        return iam({ { "operation", "create-api-key" }, { "key", key } });
    };
    const Json laptop = make("laptop");
    const std::string plain = laptop["api_key_plaintext"];
    EXPECT_EQ(laptop["api_key"]["prefix"], plain.substr(0, 7));
    EXPECT_EQ(laptop["api_key"]["expires"], "");
    EXPECT_EQ(laptop["api_key"]["last_used"], "");
    EXPECT_EQ(resolveKey(plain)["user"]["id"], bob["id"]);
    EXPECT_TRUE(refused(resolveKey("tg_unknown")));
    const Json old = make("old", { { "expires", "2020-01-01T00:00:00+00:00" } });
    EXPECT_TRUE(refused(resolveKey(old["api_key_plaintext"])));
    EXPECT_EQ(make("naive", { { "expires", "2100-01-01T00:00:00" } })["api_key"]["expires"],
        "2100-01-01T00:00:00+00:00");
    EXPECT_EQ(make("odd", { { "expires", "soon" } })["api_key"]["expires"], "");
    EXPECT_EQ(make("").at("error").at("type"), "invalid-argument");
    EXPECT_EQ(of("list-api-keys", bob)["api_keys"].size(), 4u);
    EXPECT_EQ(
        iam({ { "operation", "revoke-api-key" }, { "key_id", laptop["api_key"]["id"] } }), done);
    EXPECT_TRUE(refused(resolveKey(plain)));
    EXPECT_EQ(iam({ { "operation", "revoke-api-key" }, { "key_id", "x" } })["error"]["type"],
        "not-found");
    of("disable-user", bob);
    EXPECT_EQ(of("list-api-keys", bob), done) << "gone with the user's rights";
}

TEST_F(IamServiceTest, PasswordsAreChangedAndReset)
{
    const Json bob = createUser("bob")["user"];
    const auto change = [&](const char *current, const char *fresh) {
        return iam({ { "operation", "change-password" }, { "actor", bob["id"] },
            { "password", current }, { "new_password", fresh } });
    };
    EXPECT_TRUE(refused(change("wrong", "new")));
    EXPECT_EQ(change("pass-bob", "")["error"]["type"], "invalid-argument");
    EXPECT_EQ(change("pass-bob", "new"), done);
    EXPECT_TRUE(refused(login("bob", "pass-bob")));
    EXPECT_TRUE(login("bob", "new").contains("jwt"));
    const Json reset = of("reset-password", bob);
    EXPECT_EQ(of("get-user", bob)["user"]["must_change_password"], true);
    EXPECT_TRUE(login("bob", reset["temporary_password"]).contains("jwt"));
    EXPECT_EQ(change(reset["temporary_password"].get<std::string>().c_str(), "final"), done);
    EXPECT_EQ(of("get-user", bob)["user"]["must_change_password"], false);
}

TEST_F(IamServiceTest, AnOperationOfTheOtherEditionIsUnknown)
{
    EXPECT_TRUE(hasError(iam({ { "operation", "list-groups" } }), "invalid-argument",
        "unknown or not-yet-implemented operation: 'list-groups'"));
}

TEST_F(IamServiceTest, ChangesAreToldSoThatNobodyKeepsAnOldIdentity)
{
    const auto notices = *fabric().createConsumer("notify:tg:iam", "test");
    createUser("bob");
    iam({ { "operation", "list-users" } });
    const auto told = notices->receive(10s);
    ASSERT_TRUE(told);
    EXPECT_EQ(Json::parse(told->value)["operation"], "create-user");
    notices->acknowledge(*told);
    EXPECT_FALSE(notices->receive(0ms));
}

TEST_F(PlatformTest, ARetiredSigningKeyIsKeptAsLongAsItsTokensLive)
{
    const Folder folder;
    PlatformOptions options = quick();
    options.dataDirectory = folder.path;
    options.adminPassword = "admin-pass";
    options.tokenLifetime = 1s;
    boot(options);
    const auto store = openSqliteStore(folder.path);
    ASSERT_TRUE(store) << store.error().text;
    const auto kids = [&] {
        std::vector<std::string> all;
        const auto keys = store->iam->signingKeys();
        for (const SigningKeyRow &key : *keys)
            all.push_back(key.kid);
        return all;
    };
    const std::string first = kids().at(0);
    iam({ { "operation", "rotate-signing-key" } });
    const auto retired = std::chrono::steady_clock::now();
    ASSERT_EQ(kids().size(), 2u);
    EXPECT_EQ(kids().at(1), first) << "tokens that it signed go on";
    EXPECT_TRUE(eventually(
        [&] { return std::chrono::steady_clock::now() - retired > options.tokenLifetime; }));
    iam({ { "operation", "rotate-signing-key" } });
    EXPECT_EQ(kids().size(), 2u);
    EXPECT_NE(kids().at(1), first) << "its last token is over";
}

TEST_F(PlatformTest, ItsBoundsAreSaidByName)
{
    PlatformOptions options = quick();
    options.storeLimits.workspaces = 2;
    options.storeLimits.users = 2;
    options.storeLimits.apiKeys = 2;
    boot(options);
    makeWorkspace("second");
    const auto workspace = [](const char *id) {
        return Json { { "operation", "create-workspace" },
            { "workspace_record", { { "id", id } } } };
    };
    EXPECT_TRUE(hasError(iam(workspace("third")), "limit", "too many workspaces: the limit is 2"));
    EXPECT_FALSE(iam(workspace("second")).contains("error")) << "it is there already";
    const auto user = [](const char *name) {
        return Json { { "operation", "create-user" }, { "workspace", "default" },
            { "user", { { "username", name }, { "password", "p" } } } };
    };
    const Json second = iam(user("second"));
    ASSERT_FALSE(second.contains("error")) << second;
    EXPECT_TRUE(hasError(iam(user("third")), "limit", "too many users: the limit is 2"));
    EXPECT_EQ(iam({ { "operation", "list-users" } })["users"].size(), 2U);
    const Json key { { "operation", "create-api-key" },
        { "key", { { "user_id", second["user"]["id"] }, { "name", "k" } } } };
    EXPECT_FALSE(iam(key).contains("error"));
    EXPECT_TRUE(hasError(iam(key), "limit", "too many API keys: the limit is 2"));
}

TEST_F(PlatformTest, TheKeysOfOneUserAreBounded)
{
    PlatformOptions options = quick();
    options.storeLimits.userApiKeys = 1;
    boot(options);
    const auto key = [this](const char *name) {
        const Json user = iam({ { "operation", "create-user" }, { "workspace", "default" },
            { "user", { { "username", name }, { "password", "p" } } } })["user"];
        return Json { { "operation", "create-api-key" },
            { "key", { { "user_id", user["id"] }, { "name", "k" } } } };
    };
    const Json ada = key("ada");
    EXPECT_FALSE(iam(ada).contains("error"));
    EXPECT_TRUE(hasError(iam(ada), "limit", "too many API keys of one user: the limit is 1"));
    const Json listed =
        iam({ { "operation", "list-api-keys" }, { "user_id", ada["key"]["user_id"] } });
    EXPECT_EQ(listed["api_keys"].size(), 1U);
    EXPECT_FALSE(iam(key("ben")).contains("error")) << "of each";
}

TEST_F(PlatformTest, AFullConfigurationRefusesAWorkspaceAndDoesNotStopTheNextStart)
{
    const Folder folder;
    PlatformOptions options = quick();
    options.dataDirectory = folder.path;
    options.storeLimits.workspaceConfigKeys = 1; // the registry has `default`
    boot(options);
    const Json refused = iam(
        { { "operation", "create-workspace" }, { "workspace_record", { { "id", "second" } } } });
    EXPECT_TRUE(hasError(refused, "limit",
        "too many configuration keys in workspace __workspaces__: the limit is 1"));
    platform.reset();
    boot(options);
    EXPECT_FALSE(iam({ { "operation", "whoami" } }).empty());
}

class AnonymousTest : public PlatformTest {
protected:
    void SetUp() override
    {
        PlatformOptions options = quick();
        options.anonymous = true;
        options.adminPassword = "admin-pass";
        boot(options);
    }
};

TEST_F(AnonymousTest, NobodyAndAnyKeyAreTheAnonymousAdministrator)
{
    const Json nobody = iam({ { "operation", "authenticate-anonymous" } });
    EXPECT_EQ(nobody["user"]["id"], "anonymous");
    EXPECT_EQ(nobody["user"]["roles"], Json({ "admin" }));
    EXPECT_EQ(nobody["default_workspace"], "default");
    EXPECT_EQ(iam({ { "operation", "resolve-api-key" }, { "token", "tg_any" } }), nobody);
    EXPECT_EQ(iam({ { "operation", "whoami" }, { "actor", "anonymous" } })["user"], nobody["user"]);
    EXPECT_TRUE(iam({ { "operation", "resolve-token" }, { "token", "a.b.c" } }).contains("error"));
}

TEST_F(AnonymousTest, WhoSignsInAllTheSameIsHimself)
{
    const Json who =
        iam({ { "operation", "resolve-api-key" }, { "token", platform->adminKey() } })["user"];
    EXPECT_EQ(who["username"], "admin");
    const Json in =
        iam({ { "operation", "login" }, { "username", "admin" }, { "password", "admin-pass" } });
    EXPECT_EQ(iam({ { "operation", "resolve-token" }, { "token", in["jwt"] } })["user"], who);
}

TEST_F(AnonymousTest, ListsAreWholeAndTheAnonymousUserCannotBeChanged)
{
    const Json users = iam({ { "operation", "list-users" } })["users"];
    ASSERT_EQ(users.size(), 2u) << users;
    EXPECT_EQ(users[0]["id"], "anonymous");
    EXPECT_EQ(users[1]["username"], "admin");
    EXPECT_EQ(iam({ { "operation", "list-workspaces" } })["workspaces"].size(), 1u);
    EXPECT_EQ(iam({ { "operation", "get-user" }, { "user_id", "anonymous" } })["user"], users[0]);
    EXPECT_EQ(iam({ { "operation", "list-api-keys" }, { "user_id", "anonymous" } }),
        Json({ { "bootstrap_available", false } }));
    for (const char *operation : { "disable-user", "delete-user", "reset-password", "update-user" })
        EXPECT_EQ(iam({ { "operation", operation }, { "user_id", "anonymous" } })["error"]["type"],
            "operation-not-permitted")
            << operation;
    EXPECT_EQ(iam({ { "operation", "create-api-key" },
                  { "key", { { "user_id", "anonymous" }, { "name", "k" } } } })["error"]["type"],
        "operation-not-permitted");
}

TEST_F(IamServiceTest, NobodyIsAnonymousUnlessAsked)
{
    EXPECT_TRUE(refused(iam({ { "operation", "authenticate-anonymous" } })));
    EXPECT_TRUE(refused(resolveKey("")));
}

TEST_F(PlatformTest, BootstrapOnRequestWorksOnce)
{
    PlatformOptions options = quick();
    options.bootstrap = PlatformOptions::Bootstrap::OnRequest;
    boot(options);
    EXPECT_EQ(platform->adminKey(), "");
    EXPECT_EQ(iam({ { "operation", "bootstrap-status" } })["bootstrap_available"], true);
    const Json made = iam({ { "operation", "bootstrap" } });
    EXPECT_EQ(made["bootstrap_available"], false);
    const Json who = iam({ { "operation", "resolve-api-key" },
        { "token", made["bootstrap_admin_api_key"] } })["user"];
    EXPECT_EQ(who["id"], made["bootstrap_admin_user_id"]);
    EXPECT_EQ(who["must_change_password"], true);
    EXPECT_TRUE(hasError(iam({ { "operation", "bootstrap" } }), "auth-failed", "auth failure"));
    EXPECT_EQ(iam({ { "operation", "bootstrap-status" } })["bootstrap_available"], false);
}

TEST_F(PlatformTest, AnAdminKeyThatTheEdgeWouldNotKnowIsRefused)
{
    PlatformOptions options = quick();
    options.adminKey = "secret";
    Platform refused(options);
    const auto started = refused.start();
    ASSERT_FALSE(started);
    EXPECT_NE(started.error().find("tg_"), std::string::npos) << started.error();
}

TEST(Credentials, TokensAreCheckedForSignatureAlgorithmAndTime)
{
    const SigningKeyRow key = newSigningKey(1), other = newSigningKey(2);
    const TokenClaims claims { "u", "w", 100, 200 };
    const std::string token = signToken(key, claims);
    EXPECT_EQ(verifyToken(token, { other, key }, 199), claims);
    EXPECT_EQ(verifyToken(token, { key }, 200), std::nullopt);
    EXPECT_EQ(verifyToken(token, { other }, 150), std::nullopt);
    EXPECT_EQ(verifyToken("a.b", { key }, 150), std::nullopt);
    std::string broken = token;
    broken[broken.size() - 5] = broken[broken.size() - 5] == 'A' ? 'B' : 'A';
    EXPECT_EQ(verifyToken(broken, { key }, 150), std::nullopt);
    const std::size_t dot = token.find('.');
    // {"alg":"none","typ":"JWT"}
    EXPECT_EQ(verifyToken("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0" + token.substr(dot), { key }, 150),
        std::nullopt);
}

TEST(Credentials, PasswordHashesHaveTheSharedForm)
{
    const std::string hash = hashPassword("geheim", 1000);
    EXPECT_TRUE(hash.starts_with("pbkdf2-sha256$1000$"));
    EXPECT_TRUE(passwordMatches("geheim", hash, 1000));
    EXPECT_FALSE(passwordMatches("Geheim", hash, 1000));
    EXPECT_FALSE(passwordMatches("geheim", "", 1000));
    EXPECT_NE(hash, hashPassword("geheim", 1000)) << "salted";
    // RFC 7914 §11, PBKDF2-HMAC-SHA-256 of "passwd", salt "salt", one round, first 32 bytes.
    EXPECT_TRUE(passwordMatches(
        "passwd", "pbkdf2-sha256$1$c2FsdA==$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=", 1));
}

TEST(Times, IsoTimesAreReadWithAndWithoutZone)
{
    EXPECT_EQ(parseIsoTime("1970-01-01T00:00:01+00:00"), 1000000);
    EXPECT_EQ(parseIsoTime("1970-01-01T01:00:01+01:00"), 1000000);
    EXPECT_EQ(parseIsoTime("1970-01-01T00:00:01.5Z"), 1500000);
    EXPECT_EQ(parseIsoTime("1970-01-02"), 86400000000);
    for (const char *bad :
        { "", "soon", "1970-13-01", "1970-01-01T25:00:00", "1970-01-01T00:00:00+1", "1970-01-01x" })
        EXPECT_EQ(parseIsoTime(bad), std::nullopt) << bad;
    EXPECT_EQ(isoTime(1500000), "1970-01-01T00:00:01.500000+00:00");
}

} // namespace
} // namespace signalbox::gateway
