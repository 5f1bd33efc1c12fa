// SPDX-License-Identifier: GPL-3.0-only
#include "tests/unit/services/platformtest.h"

#include <thread>
#include <unistd.h>

namespace signalbox::gateway {

using namespace std::chrono_literals;

Folder::Folder()
{
    std::string pattern =
        (std::filesystem::temp_directory_path() / "platform-test-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
}

Folder::~Folder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

PlatformTest::PlatformTest() = default;
PlatformTest::~PlatformTest() = default;

PlatformOptions PlatformTest::quick()
{
    PlatformOptions options;
    options.drain = 0ms;
    options.deleteInterval = 1ms;
    options.fetchRetry = 10ms;
    options.tailInterval = 5ms;
    options.passwordIterations = 1000;
    return options;
}

void PlatformTest::boot(PlatformOptions options)
{
    platform = std::make_unique<Platform>(std::move(options));
    const auto started = platform->start();
    ASSERT_TRUE(started) << started.error();
}

void PlatformTest::kill()
{
    platform.reset();
}

Json PlatformTest::ask(const std::string &name, const Json &body, std::chrono::milliseconds timeout)
{
    const auto answer = request(
        fabric(), { "request:tg:" + name, "response:tg:" + name }, "test", body.dump(), timeout);
    if (!answer)
        return { { "failed", answer.error().text } };
    return Json::parse(answer->value);
}

void PlatformTest::put(const std::string &workspace, const std::string &type,
    const std::string &key, const std::string &value)
{
    const Json answer = system({ { "operation", "put" }, { "workspace", workspace },
        { "values", Json::array({ { { "type", type }, { "key", key }, { "value", value } } }) } });
    ASSERT_FALSE(answer.contains("error")) << answer;
}

std::vector<std::string> PlatformTest::keys(const std::string &workspace, const std::string &type)
{
    return system(
        { { "operation", "list" }, { "workspace", workspace }, { "type", type } })["directory"];
}

void PlatformTest::makeWorkspace(const std::string &id)
{
    const Json answer =
        iam({ { "operation", "create-workspace" }, { "workspace_record", { { "id", id } } } });
    ASSERT_TRUE(answer.contains("workspace")) << answer;
}

bool hasError(const Json &answer, const std::string &type, const std::string &message)
{
    return answer == Json { { "error", { { "type", type }, { "message", message } } } };
}

bool eventually(const std::function<bool()> &done)
{
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!done()) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::yield();
    }
    return true;
}

} // namespace signalbox::gateway
