// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/store/database.h"

#include <atomic>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace signalbox::gateway {
namespace {

namespace fs = std::filesystem;

class Folder {
public:
    Folder()
    {
        std::string pattern = (fs::temp_directory_path() / "store-test-XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    ~Folder()
    {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    std::string path;
};

Store open(const std::string &directory)
{
    auto store = openSqliteStore(directory);
    EXPECT_TRUE(store) << (store ? "" : store.error().text);
    return std::move(*store);
}

schema::ConfigValue value(
    const char *workspace, const char *type, const char *key, const char *text)
{
    return { type, key, text, workspace };
}
schema::ConfigValue key(const char *workspace, const char *type, const char *name)
{
    return { type, name, std::nullopt, workspace };
}

TEST(SqliteStore, ABoundIsNotPassedAndNothingOfThatWriteIsKept)
{
    StoreLimits limits;
    limits.workspaceConfigKeys = 3;
    limits.configKeys = 4;
    const auto store = openSqliteStore("", limits);
    ASSERT_TRUE(store);
    ConfigStore &config = *store->config;
    ASSERT_TRUE(config.write({ value("a", "t", "1", "x"), value("a", "t", "2", "x") }, {}));
    const auto version = config.version();
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(config.write({ value("a", "t", "1", "y") }, {})) << "it replaces one";
    const auto refused = config.write({ value("a", "t", "3", "x"), value("a", "t", "4", "x") }, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, StoreError::Kind::Limit);
    EXPECT_EQ(refused.error().text, "too many configuration keys in workspace a: the limit is 3");
    EXPECT_EQ(config.list("a", "t").value(), std::vector<std::string>({ "1", "2" }));
    EXPECT_EQ(config.version().value(), version.value() + 5);
    EXPECT_TRUE(config.write({ value("a", "t", "3", "x") }, {}));
    EXPECT_TRUE(config.write({ value("a", "t", "4", "x") }, { key("a", "t", "3") }))
        << "one comes, one goes";
    const auto everywhere =
        config.write({ value("b", "t", "1", "x"), value("b", "t", "2", "x") }, {});
    ASSERT_FALSE(everywhere);
    EXPECT_EQ(
        everywhere.error().text, "too many configuration keys in all workspaces: the limit is 4");
    EXPECT_TRUE(config.write({ value("b", "t", "1", "x") }, {}));
}

TEST(SqliteStore, TheDatabaseIsForItsOwnerOnly)
{
    const Folder folder;
    const std::string directory = folder.path + "/data with blank";
    {
        const Store store = open(directory);
        ASSERT_TRUE(store.facts->setFact("a", "b"));
    }
    for (const auto &entry : fs::directory_iterator(directory)) {
        struct stat status { };
        ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777, 0600u) << entry.path();
    }
    struct stat status { };
    ASSERT_EQ(::stat(directory.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST(SqliteStore, EverythingIsThereAfterReopening)
{
    const Folder folder;
    {
        const Store store = open(folder.path);
        ASSERT_TRUE(store.config->write({ value("w", "t", "k", "v") }, {}));
        ASSERT_TRUE(store.facts->setFact("a", "b"));
    }
    const Store store = open(folder.path);
    EXPECT_EQ(store.config->get("w", { { "t", "k" } })->front().value, "v");
    EXPECT_EQ(*store.config->version(), 1);
    EXPECT_EQ(*store.facts->fact("a"), "b");
    EXPECT_EQ(*store.facts->fact("none"), std::nullopt);
}

TEST(SqliteStore, ANewerDatabaseIsRefusedAndSaysSo)
{
    const Folder folder;
    const std::string path = folder.path + "/gateway.db";
    std::vector<Migration> newer = migrations();
    newer.push_back({ newer.back().version + 1, "future", "CREATE TABLE future (a INTEGER);\n" });
    ASSERT_TRUE(openDatabase(path, newer));
    const auto opened = openSqliteStore(folder.path);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, StoreError::Kind::Invalid);
    EXPECT_NE(opened.error().text.find("newer"), std::string::npos) << opened.error().text;
}

TEST(SqliteStore, MigrationsAreAppliedOnceInOrderAndKeepWhatIsThere)
{
    const Folder folder;
    const std::string path = folder.path + "/gateway.db";
    ASSERT_TRUE(open(folder.path).facts->setFact("kept", "yes"));
    std::vector<Migration> newer = migrations();
    const int version = newer.back().version;
    newer.push_back(
        { version + 1, "add", "CREATE TABLE extra (a INTEGER);\nINSERT INTO extra VALUES (1);\n" });
    newer.push_back({ version + 2, "more", "INSERT INTO extra VALUES (2);\n" });
    for (int again = 0; again < 2; ++again) {
        const auto database = openDatabase(path, newer);
        ASSERT_TRUE(database) << database.error().text;
        int rows = 0;
        (*database)->sql << "SELECT COUNT(*) FROM extra", soci::into(rows);
        EXPECT_EQ(rows, 2);
        EXPECT_EQ(*makeFactStore(*database)->fact("kept"), "yes");
    }
}

TEST(SqliteStore, AFailingMigrationChangesNothing)
{
    const Folder folder;
    const std::string path = folder.path + "/gateway.db";
    std::vector<Migration> broken = migrations();
    broken.push_back(
        { broken.back().version + 1, "broken", "CREATE TABLE half (a INTEGER);\nNONSENSE;\n" });
    const auto failed = openDatabase(path, broken);
    ASSERT_FALSE(failed);
    broken.back().sql = "CREATE TABLE half (a INTEGER);\n";
    EXPECT_TRUE(openDatabase(path, broken)) << "the table of the failed try is not there";
}

TEST(SqliteStore, SeveralOpenersMigrateOnce)
{
    const Folder folder;
    std::vector<std::thread> threads;
    std::atomic<int> opened { 0 };
    for (int i = 0; i < 6; ++i)
        threads.emplace_back([&] {
            const auto store = openSqliteStore(folder.path);
            EXPECT_TRUE(store) << store.error().text;
            opened += store ? 1 : 0;
        });
    for (std::thread &thread : threads)
        thread.join();
    EXPECT_EQ(opened, 6);
}

TEST(SqliteStore, AFolderThatCannotBeMadeIsAnError)
{
    const auto store = openSqliteStore("/proc/nothing/here");
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().kind, StoreError::Kind::Io);
}

TEST(ConfigStore, ABatchIsOneVersionAndAFailingOneChangesNothing)
{
    const Store store = open("");
    EXPECT_EQ(
        *store.config->write({ value("w", "t", "a", "1"), value("w", "t", "b", "2") }, {}), 1);
    EXPECT_EQ(*store.config->write(
                  { value("w", "t", "a", "3") }, { key("w", "t", "b"), key("w", "t", "missing") }),
        2);
    const auto failed = store.config->write({ value("w", "t", "a", "4"), key("w", "t", "c") }, {});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, StoreError::Kind::Invalid);
    EXPECT_EQ(*store.config->version(), 2);
    const auto values = store.config->get("w", { { "t", "a" }, { "t", "b" } });
    ASSERT_TRUE(values);
    EXPECT_EQ((*values)[0].value, "3");
    EXPECT_EQ((*values)[1].value, std::nullopt);
}

TEST(ConfigStore, ReadsAreByWorkspaceTypeAndPrefix)
{
    const Store store = open("");
    ASSERT_TRUE(store.config->write(
        { value("a", "processor:x", "v", "1"), value("a", "processor:y", "v", "2"),
            value("a", "processors", "v", "3"), value("b", "processor:x", "v", "4"),
            value("a", "prompt", "\xC3\xBC", "\xE2\x82\xAC") },
        {}));
    EXPECT_EQ(*store.config->list("a", "prompt"), std::vector<std::string>({ "\xC3\xBC" }));
    EXPECT_TRUE(store.config->list("a", "none")->empty());
    EXPECT_EQ(store.config->values("a", "processor:x")->size(), 1u);
    EXPECT_EQ(store.config->valuesOfPrefix("a", "processor:")->size(), 2u);
    EXPECT_EQ(store.config->valuesOfAllWorkspaces("processor:x")->size(), 2u);
    EXPECT_EQ(store.config->valuesOfAllWorkspaces("processor:*")->size(), 3u);
    EXPECT_EQ(store.config->valuesOfAllWorkspaces("*")->size(), 5u);
    const auto all = store.config->all("a");
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 4u);
    EXPECT_EQ((*all)[3].first, "prompt");
    EXPECT_EQ((*all)[3].second[0].second, "\xE2\x82\xAC");
}

TEST(ConfigStore, TheVersionIsInTheTransactionOfTheWrite)
{
    const Folder folder;
    const std::string path = folder.path + "/gateway.db";
    const auto database = openDatabase(path, migrations());
    ASSERT_TRUE(database);
    const auto config = makeConfigStore(*database);
    ASSERT_TRUE(config->write({ value("w", "t", "a", "1") }, {}));
    (*database)->sql << "CREATE TRIGGER stuck BEFORE UPDATE ON config_version BEGIN SELECT "
                        "RAISE(ABORT, 'stuck'); END";
    EXPECT_FALSE(config->write({ value("w", "t", "a", "2") }, {}));
    EXPECT_EQ(config->get("w", { { "t", "a" } })->front().value, "1");
    EXPECT_EQ(*config->version(), 1);
}

UserRow user(const char *id, const char *name)
{
    UserRow row;
    row.user.id = id;
    row.user.username = name;
    row.user.defaultWorkspace = "default";
    row.user.roles = { "reader", "odd role" };
    row.user.created = "2026-01-01T00:00:00+00:00";
    row.passwordHash = "hash";
    return row;
}

TEST(IamStore, UsersComeBackAsTheyWereAndNamesAreUnique)
{
    const Store store = open("");
    ASSERT_TRUE(store.iam->insertUser(user("1", "ines")));
    const auto again = store.iam->insertUser(user("2", "ines"));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, StoreError::Kind::Duplicate);
    auto found = store.iam->userByName("ines");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->user, user("1", "ines").user);
    found->user.enabled = false;
    found->user.roles.clear();
    found->passwordHash = "other";
    ASSERT_TRUE(store.iam->updateUser(*found));
    EXPECT_EQ(store.iam->userById("1")->user, found->user);
    EXPECT_EQ(store.iam->userById("1")->passwordHash, "other");
    EXPECT_EQ(store.iam->userById("3").error().kind, StoreError::Kind::NotFound);
    EXPECT_EQ(store.iam->updateUser(user("3", "x")).error().kind, StoreError::Kind::NotFound);
    EXPECT_EQ(store.iam->users()->size(), 1u);
}

TEST(IamStore, DeletingAUserTakesItsKeysAlong)
{
    const Store store = open("");
    ASSERT_TRUE(store.iam->insertUser(user("1", "ines")));
    KeyRow row;
    row.key.id = "k";
    row.key.userId = "1";
    row.key.name = "laptop";
    row.sha256 = "abc";
    ASSERT_TRUE(store.iam->insertKey(row));
    EXPECT_EQ(store.iam->keyByHash("abc")->key, row.key);
    EXPECT_EQ(store.iam->keyById("k")->sha256, "abc");
    EXPECT_EQ(store.iam->keysOf("1")->size(), 1u);
    ASSERT_TRUE(store.iam->deleteUser("1"));
    EXPECT_EQ(store.iam->keyByHash("abc").error().kind, StoreError::Kind::NotFound);
    EXPECT_EQ(store.iam->deleteUser("1").error().kind, StoreError::Kind::NotFound);
    EXPECT_FALSE(store.iam->insertKey(row)) << "a key needs its user";
}

TEST(IamStore, WorkspacesAndSigningKeysKeepTheirOrder)
{
    const Store store = open("");
    ASSERT_TRUE(store.iam->insertWorkspace({ "z", "Zed", true, "t", {} }));
    ASSERT_TRUE(store.iam->insertWorkspace({ "a", "Ay", true, "t", {} }));
    EXPECT_EQ(store.iam->insertWorkspace({ "a", "Ay", true, "t", {} }).error().kind,
        StoreError::Kind::Duplicate);
    ASSERT_TRUE(store.iam->updateWorkspace({ "z", "Zett", false, "", {} }));
    const auto workspaces = store.iam->workspaces();
    ASSERT_EQ(workspaces->size(), 2u);
    EXPECT_EQ((*workspaces)[0].name, "Zett");
    EXPECT_FALSE((*workspaces)[0].enabled);
    EXPECT_EQ((*workspaces)[0].created, "t");
    ASSERT_TRUE(store.iam->insertSigningKey({ "old", "p", "q", 5 }));
    ASSERT_TRUE(store.iam->insertSigningKey({ "new", "p", "q", 3 }));
    const auto keys = store.iam->signingKeys();
    ASSERT_EQ(keys->size(), 2u);
    EXPECT_EQ((*keys)[0].kid, "new");
    EXPECT_EQ((*keys)[1].createdMs, 5);
}

} // namespace
} // namespace signalbox::gateway
