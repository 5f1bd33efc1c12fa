// SPDX-License-Identifier: GPL-3.0-only
// Secrets of channel connections at rest: sealed in both databases, each for its own row, with keys
// that follow each other; a key that is lost is told and loses nothing.
#include "app/gateway/store/database.h"
#include "app/gateway/store/secretbox.h"
#include "tests/integration/tenants/fillings.h"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace signalbox::gateway::test {
namespace {

const rules::TenantId acme = tenantId("acme");
const std::string planted = R"({"bot_token":"xoxb-planted-4711","signing_secret":"planted-0815"})";

std::string textOf(const std::string &file)
{
    std::ifstream in(file, std::ios::binary);
    return { std::istreambuf_iterator<char>(in), {} };
}

std::string hexOf(const std::string &text)
{
    std::string hex;
    for (const char c : text) {
        char pair[3];
        std::snprintf(pair, sizeof pair, "%02x", static_cast<unsigned char>(c));
        hex += pair;
    }
    return hex;
}

/// Files of a folder that hold something planted, as it is or as hexadecimal digits.
std::vector<std::string> filesThatTell(const std::string &folder)
{
    std::vector<std::string> found;
    for (const auto &file : std::filesystem::recursive_directory_iterator(folder)) {
        if (!file.is_regular_file())
            continue;
        const std::string bytes = textOf(file.path());
        for (const std::string word : { "xoxb-planted-4711", "planted-0815" })
            for (const std::string &form : { word, hexOf(word) })
                if (bytes.find(form) != std::string::npos)
                    found.push_back(file.path().filename());
    }
    return found;
}

class Secrets : public testing::TestWithParam<StoreKind> {
protected:
    Secrets()
    {
        if (GetParam() == StoreKind::Postgres)
            postgres().reset();
        open();
        addTenant(*store, "acme");
    }
    void open()
    {
        const SecretKeyFile keys { file, true };
        store.reset();
        if (GetParam() == StoreKind::Sqlite)
            store = openSqliteTenants(folder.path() + "/data", {}, keys);
        else
            store = must(openPostgresTenants(postgresOptions(), {}, keys));
    }
    static ConnectionRow row(const std::string &id)
    {
        return { id, "slack", "T-" + id, "{}", true, 1, 1, 1 };
    }
    std::unique_ptr<SqlSource> source()
    {
        return GetParam() == StoreKind::Sqlite ? sqliteSource(folder.path() + "/data")
                                               : postgresSource(postgresOptions());
    }
    std::string inDatabase(const std::string &id)
    {
        std::string secrets;
        const auto from = source();
        must(from->transact(false, "look", &acme, [&](SqlConnection &sql) {
            sql.select("secrets", "FROM channel_connections WHERE id = :id", { { "id", id } }).at(0)
                >> secrets;
            return StoreResult<Done>(Done {});
        }));
        return secrets;
    }
    void putIntoDatabase(const std::string &id, const std::string &secrets)
    {
        const auto into = source();
        must(into->transact(true, "put", &acme, [&](SqlConnection &sql) {
            sql.execute("UPDATE channel_connections SET secrets = :secrets WHERE id = :id",
                { { "secrets", secrets }, { "id", id } });
            return StoreResult<Done>(Done {});
        }));
    }

    support::TemporaryFolder folder;
    const std::string file = folder.path() + "/tenants.key";
    const bool made = std::filesystem::create_directory(folder.path() + "/data");
    std::unique_ptr<TenantStore> store;
};

INSTANTIATE_TEST_SUITE_P(
    On, Secrets, testing::Values(StoreKind::Sqlite, StoreKind::Postgres), [](const auto &info) {
        return info.param == StoreKind::Sqlite ? std::string("Sqlite") : std::string("Postgres");
    });

TEST_P(Secrets, AreNowhereInTheDatabaseAndOpenForTheChannel)
{
    must(store->insertConnection(acme, row("c"), planted));
    EXPECT_TRUE(SecretBox::isSealed(inDatabase("c")));
    EXPECT_EQ(must(store->connectionSecrets(acme, "c")), planted);
    must(store->updateConnection(acme, row("c"), planted + " "));
    EXPECT_EQ(must(store->connectionSecrets(acme, "c")), planted + " ");
    EXPECT_EQ(filesThatTell(folder.path()), std::vector<std::string>());
    struct stat about { };
    ASSERT_EQ(::stat(file.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
    open();
    EXPECT_EQ(must(store->connectionSecrets(acme, "c")), planted + " ");
}

TEST_P(Secrets, ThatWereKeptPlainAreSealedAndLeaveNoTrace)
{
    for (const char *id : { "a", "b" }) {
        must(store->insertConnection(acme, row(id), "{}"));
        putIntoDatabase(id, planted);
    }
    EXPECT_FALSE(store->connectionSecrets(acme, "a")) << "what is plain is not believed";
    const SealReport report = must(store->sealSecrets());
    EXPECT_EQ(report.sealed, 2);
    EXPECT_TRUE(report.unreadable.empty());
    EXPECT_EQ(must(store->connectionSecrets(acme, "b")), planted);
    EXPECT_EQ(filesThatTell(folder.path()), std::vector<std::string>());
    EXPECT_EQ(must(store->sealSecrets()).sealed, 0) << "once";
}

TEST_P(Secrets, OfOneRowDoNotOpenInAnother)
{
    addTenant(*store, "other");
    must(store->insertConnection(acme, row("a"), planted));
    must(store->insertConnection(acme, row("b"), "{}"));
    putIntoDatabase("b", inDatabase("a"));
    const auto moved = store->connectionSecrets(acme, "b");
    ASSERT_FALSE(moved);
    EXPECT_EQ(
        moved.error().text, "the sealed secrets are damaged, or were those of another connection");
    std::string torn = inDatabase("a");
    torn.back() = torn.back() == '0' ? '1' : '0';
    putIntoDatabase("a", torn);
    EXPECT_FALSE(store->connectionSecrets(acme, "a"));
}

TEST_P(Secrets, AreSealedAnewWhenAKeyIsPutAboveTheOld)
{
    must(store->insertConnection(acme, row("c"), planted));
    const std::string old = textOf(file);
    const std::string added(64, 'a');
    std::ofstream(file) << added << '\n' << old;
    open();
    EXPECT_EQ(must(store->connectionSecrets(acme, "c")), planted) << "the old one opens still";
    EXPECT_EQ(must(store->sealSecrets()).sealed, 1);
    std::ofstream(file) << added << '\n';
    open();
    EXPECT_EQ(must(store->connectionSecrets(acme, "c")), planted);
}

TEST_P(Secrets, OfALostKeyAreToldAndStay)
{
    must(store->insertConnection(acme, row("c"), planted));
    const std::string key = SecretBox::keyOf(inDatabase("c"));
    std::filesystem::rename(file, folder.path() + "/lost");
    open();
    const auto lost = store->connectionSecrets(acme, "c");
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().text,
        "the key file " + file + " is missing; secrets are sealed with the key " + key);
    EXPECT_FALSE(store->sealSecrets());
    EXPECT_FALSE(store->insertConnection(acme, row("d"), "{}")) << "nothing is kept plain";
    EXPECT_EQ(store->connections(acme)->size(), 1U);
    EXPECT_FALSE(std::filesystem::exists(file)) << "no new key in its place";
    // Another key file: what it seals is there, what it cannot open stays.
    std::ofstream(file) << std::string(64, 'b') << '\n';
    must(store->insertConnection(acme, row("d"), "{}"));
    const SealReport report = must(store->sealSecrets());
    ASSERT_EQ(report.unreadable.size(), 1U);
    EXPECT_EQ(report.unreadable[0],
        "acme/c: the secrets are sealed with the key " + key + ", which is not there");
    std::ofstream(file, std::ios::app) << textOf(folder.path() + "/lost");
    open();
    EXPECT_EQ(must(store->connectionSecrets(acme, "c")), planted);
    EXPECT_EQ(must(store->connectionSecrets(acme, "d")), "{}");
}

} // namespace
} // namespace signalbox::gateway::test
