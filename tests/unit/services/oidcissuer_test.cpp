// SPDX-License-Identifier: GPL-3.0-only
// Keys that are read, rotated and rate limited, and the users that a provider vouches for. The
// provider is a function here; tests/integration/oidc has a real one.
#include "app/gateway/services/answers.h"
#include "app/gateway/services/oidcissuer.h"
#include "tests/support/issuerkey.h"
#include "tests/unit/services/platformtest.h"

#include <atomic>

namespace signalbox::gateway {
namespace {

using namespace std::chrono_literals;
using support::IssuerKey;

constexpr const char *issuerUrl = "https://id.example.org";

/// What the issuer publishes, as a Fetch.
class Provider {
public:
    std::atomic<int> readings { 0 };

    void publish(const std::vector<IssuerKey> &keys)
    {
        Json set { { "keys", Json::array() } };
        for (const IssuerKey &key : keys)
            set["keys"].push_back(key.jwk());
        const std::lock_guard lock(m_mutex);
        m_keys = set.dump();
    }
    void setReachable(bool reachable) { m_reachable = reachable; }
    void setDocument(Json document)
    {
        const std::lock_guard lock(m_mutex);
        m_document = std::move(document);
    }
    Fetch fetch()
    {
        return [this](const std::string &url,
                   const std::stop_token &) -> Expected<std::string, std::string> {
            if (!m_reachable)
                return unexpected(url + ": no connection");
            const std::lock_guard lock(m_mutex);
            if (url == std::string(issuerUrl) + "/.well-known/openid-configuration")
                return m_document.dump();
            if (url != m_document["jwks_uri"])
                return unexpected(url + ": status 404");
            ++readings;
            return m_keys;
        };
    }

private:
    std::mutex m_mutex;
    std::atomic<bool> m_reachable { true };
    std::string m_keys = R"({"keys":[]})";
    Json m_document { { "issuer", issuerUrl }, { "jwks_uri", std::string(issuerUrl) + "/keys" } };
};

class OidcIssuerTest : public PlatformTest {
protected:
    void SetUp() override { provider.publish({ key }); }
    void TearDown() override { platform.reset(); } // before the provider that it asks
    void bootWith(const std::function<void(OidcOptions &)> &change = {})
    {
        PlatformOptions options = quick();
        options.oidc.issuer = issuerUrl;
        options.oidc.audiences = { "signalbox" };
        options.oidc.fetch = provider.fetch();
        options.oidc.keyPause = 1h; // nothing is read again but by the burst
        if (change)
            change(options.oidc);
        boot(options);
    }
    static Json claims(const Json &more = Json::object())
    {
        const std::int64_t now = nowMicros() / 1000000;
        Json all { { "iss", issuerUrl }, { "sub", "u-1" }, { "aud", "signalbox" },
            { "iat", now - 5 }, { "exp", now + 300 }, { "preferred_username", "ines" },
            { "roles", { "writer" } } };
        all.update(more);
        return all;
    }
    Json resolve(const IssuerKey &with, const Json &claims)
    {
        return iam({ { "operation", "resolve-token" }, { "token", with.token(claims, "ES256") } });
    }
    static bool refused(const Json &answer)
    {
        return hasError(answer, "auth-failed", "auth failure");
    }
    Json on(const std::string &operation, const Json &user)
    {
        return iam({ { "operation", operation }, { "user_id", user["id"] } });
    }

    const IssuerKey key = IssuerKey::ec("one");
    const IssuerKey next = IssuerKey::ec("two");
    Provider provider;
};

TEST_F(OidcIssuerTest, AUserOfTheIssuerIsKnownByItsHandleFromTheFirstTokenOn)
{
    bootWith();
    const Json answer = resolve(key, claims({ { "name", "Inés" }, { "email", "i@x.org" } }));
    const Json user = answer["user"];
    EXPECT_EQ(user["username"], "ines");
    EXPECT_EQ(user["name"], "Inés");
    EXPECT_EQ(user["roles"], Json::parse(R"(["writer"])"));
    EXPECT_EQ(answer["default_workspace"], "default");
    const Json self = iam({ { "operation", "whoami" }, { "actor", user["id"] } });
    EXPECT_EQ(self["user"]["username"], "ines");
    EXPECT_EQ(resolve(key, claims())["user"]["id"], user["id"]) << "the same person again";
}

TEST_F(OidcIssuerTest, TokensOfOurOwnGoOnBesides)
{
    bootWith([](OidcOptions &) {});
    const Json admin =
        iam({ { "operation", "resolve-api-key" }, { "token", platform->adminKey() } });
    EXPECT_EQ(admin["user"]["username"], "admin");
    const Json user { { "username", "nils" }, { "password", "pass" } };
    iam({ { "operation", "create-user" }, { "workspace", "default" }, { "user", user } });
    const Json login =
        iam({ { "operation", "login" }, { "username", "nils" }, { "password", "pass" } });
    const Json who = iam({ { "operation", "resolve-token" }, { "token", login["jwt"] } });
    EXPECT_EQ(who["user"]["username"], "nils");
}

TEST_F(OidcIssuerTest, WithoutAnIssuerItsTokensAreRefused)
{
    boot(quick());
    EXPECT_TRUE(refused(resolve(key, claims())));
}

TEST_F(OidcIssuerTest, ANameThatIsTakenIsNotTakenOver)
{
    bootWith();
    const Json user = resolve(key, claims({ { "preferred_username", "admin" } }))["user"];
    EXPECT_EQ(user["username"], "admin@id.example.org");
    EXPECT_EQ(user["roles"], Json::parse(R"(["writer"])"));
    const Json other =
        resolve(key, claims({ { "preferred_username", "admin" }, { "sub", "u-2" } }))["user"];
    EXPECT_EQ(other["username"], other["id"]) << "both names are taken";
    EXPECT_NE(other["id"], user["id"]);
}

TEST_F(OidcIssuerTest, TheNewestTokenDecidesAboutTheRights)
{
    bootWith();
    const std::int64_t now = nowMicros() / 1000000;
    const Json before = claims({ { "iat", now - 20 }, { "roles", { "admin" } } });
    EXPECT_EQ(resolve(key, before)["user"]["roles"], Json::parse(R"(["admin"])"));
    EXPECT_EQ(resolve(key, claims())["user"]["roles"], Json::parse(R"(["writer"])"));
    EXPECT_EQ(resolve(key, before)["user"]["roles"], Json::parse(R"(["writer"])"))
        << "an older token brings nothing back";
}

TEST_F(OidcIssuerTest, UnknownRolesGiveNoRights)
{
    bootWith();
    EXPECT_EQ(resolve(key, claims({ { "roles", { "emperor" } } }))["user"]["roles"], Json::array());
}

TEST_F(OidcIssuerTest, TheHomeIsTheFirstWorkspaceInUse)
{
    bootWith();
    makeWorkspace("acme");
    const auto home = [&](const Json &workspace) {
        return resolve(key, claims({ { "workspace", workspace } }))["default_workspace"];
    };
    EXPECT_EQ(home("acme"), "acme");
    EXPECT_EQ(home({ "gone", "acme", "default" }), "acme");
    EXPECT_TRUE(refused(resolve(key, claims({ { "workspace", "gone" } }))));
}

TEST_F(OidcIssuerTest, ADisabledUserIsOutAlthoughTheTokenLives)
{
    bootWith();
    const Json user = resolve(key, claims())["user"];
    on("disable-user", user);
    EXPECT_TRUE(refused(resolve(key, claims())));
    on("enable-user", user);
    EXPECT_EQ(resolve(key, claims())["user"]["id"], user["id"]);
}

TEST_F(OidcIssuerTest, PasswordAndRolesOfSuchAUserAreTheIssuersBusiness)
{
    bootWith();
    const Json user = resolve(key, claims())["user"];
    EXPECT_EQ(on("reset-password", user)["error"]["type"], "operation-not-permitted");
    const Json more { { "operation", "update-user" }, { "user_id", user["id"] },
        { "user", { { "roles", { "admin" } } } } };
    EXPECT_EQ(iam(more)["error"]["type"], "operation-not-permitted");
    for (const char *password : { "", "x" })
        EXPECT_TRUE(refused(
            iam({ { "operation", "login" }, { "username", "ines" }, { "password", password } })));
}

TEST_F(OidcIssuerTest, ARotatedKeyIsReadWhenATokenNamesIt)
{
    bootWith();
    EXPECT_EQ(resolve(key, claims())["user"]["username"], "ines");
    const int before = provider.readings;
    provider.publish({ next });
    EXPECT_EQ(resolve(next, claims())["user"]["username"], "ines");
    EXPECT_EQ(provider.readings, before + 1);
    EXPECT_TRUE(refused(resolve(key, claims()))) << "the key that was withdrawn";
}

TEST_F(OidcIssuerTest, AFloodOfUnknownKeysIsRateLimited)
{
    bootWith([](OidcOptions &options) { options.keyBurst = 3; });
    EXPECT_EQ(resolve(key, claims())["user"]["username"], "ines");
    for (int i = 0; i < 50; ++i)
        EXPECT_TRUE(refused(resolve(IssuerKey::ec("k" + std::to_string(i)), claims())));
    EXPECT_EQ(provider.readings, 1 + 3);
    EXPECT_EQ(resolve(key, claims())["user"]["username"], "ines") << "known keys go on";
}

TEST_F(OidcIssuerTest, KeysAreReadAgainAfterTheirAge)
{
    bootWith([](OidcOptions &options) { options.keyAge = 20ms; });
    ASSERT_EQ(resolve(key, claims())["user"]["username"], "ines");
    provider.publish({ next });
    EXPECT_TRUE(eventually([&] { return refused(resolve(key, claims())); }))
        << "a withdrawn key ends by itself";
}

TEST_F(OidcIssuerTest, AnIssuerOutOfReachIsAskedAgainAndItsLastKeysStand)
{
    provider.setReachable(false);
    bootWith([](OidcOptions &options) {
        options.keyPause = 20ms;
        options.keyAge = 20ms;
    });
    EXPECT_TRUE(refused(resolve(key, claims())));
    provider.setReachable(true);
    EXPECT_TRUE(eventually([&] { return resolve(key, claims()).contains("user"); }));
    provider.setReachable(false);
    EXPECT_EQ(resolve(key, claims())["user"]["username"], "ines");
}

TEST_F(OidcIssuerTest, KeysThatNobodyCouldConfirmEnd)
{
    bootWith([](OidcOptions &options) {
        options.keyAge = 10ms;
        options.keyPause = 10ms;
        options.keyLife = 50ms;
    });
    ASSERT_EQ(resolve(key, claims())["user"]["username"], "ines");
    provider.setReachable(false);
    EXPECT_TRUE(eventually([&] { return refused(resolve(key, claims())); }));
}

TEST_F(OidcIssuerTest, ADocumentOfAnotherIssuerOrKeysInTheClearAreNotBelieved)
{
    const Json documents[] = { { { "issuer", "https://evil.example" },
                                   { "jwks_uri", std::string(issuerUrl) + "/keys" } },
        { { "issuer", issuerUrl }, { "jwks_uri", "http://id.example.org/keys" } } };
    for (const Json &document : documents) {
        provider.setDocument(document);
        bootWith();
        EXPECT_TRUE(refused(resolve(key, claims()))) << document;
        EXPECT_EQ(provider.readings, 0);
    }
}

TEST(TrustworthyUrl, IsHttpsOrThisMachine)
{
    for (const char *url : { "https://id.example.org", "http://127.0.0.1:8080/x",
             "http://localhost", "http://[::1]:9/" })
        EXPECT_TRUE(trustworthyUrl(url)) << url;
    for (const char *url : { "", "https://", "http://id.example.org", "http://127.0.0.1.evil.org",
             "http://127.0.0.1:80@evil.org/", "ftp://localhost", "file:///etc/passwd" })
        EXPECT_FALSE(trustworthyUrl(url)) << url;
}

} // namespace
} // namespace signalbox::gateway
