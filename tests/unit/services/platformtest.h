// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/platform.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace signalbox::gateway {

using Json = nlohmann::ordered_json;

/// A folder that goes with the test.
class Folder {
public:
    Folder();
    ~Folder();
    std::string path;
};

/// A whole platform in memory, quick where the real one takes its time, and the means to speak with
/// it.
class PlatformTest : public testing::Test {
protected:
    PlatformTest();
    ~PlatformTest() override;

    static PlatformOptions quick();
    void boot(PlatformOptions options); ///< expects it to start
    void kill(); ///< as a crash would: nothing is drained or remembered

    Json ask(const std::string &name, const Json &body,
        std::chrono::milliseconds timeout = std::chrono::seconds(30));
    Json config(const std::string &workspace, Json body)
    {
        return ask("config:" + workspace, std::move(body));
    }
    Json system(Json body) { return ask("config", std::move(body)); }
    Json flow(const std::string &workspace, Json body)
    {
        return ask("flow:" + workspace, std::move(body));
    }
    Json iam(Json body) { return ask("iam", std::move(body)); }
    void put(const std::string &workspace, const std::string &type, const std::string &key,
        const std::string &value);
    std::vector<std::string> keys(const std::string &workspace, const std::string &type);
    void makeWorkspace(const std::string &id);

    Backend &fabric() { return platform->fabric(); }
    std::unique_ptr<Platform> platform;
};

bool hasError(const Json &answer, const std::string &type, const std::string &message);
/// Until `done` or ten seconds have passed.
bool eventually(const std::function<bool()> &done);

} // namespace signalbox::gateway
