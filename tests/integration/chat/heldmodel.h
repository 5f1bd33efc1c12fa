// SPDX-License-Identifier: GPL-3.0-only
// A model behind OpenAI's interface that answers when the test lets it.
#pragma once

#include "tests/integration/chat/httpstub.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>

namespace signalbox::integration {

/// Says what the user said last, one after the other, once open() was called.
class HeldModel {
public:
    HeldModel()
        : m_stub([gate = m_gate](const HttpStub::Asked &asked) { return answer(*gate, asked); })
    {
    }
    ~HeldModel() { open(); } // or the stub would wait for ever
    void open()
    {
        {
            const std::lock_guard lock(m_gate->mutex);
            m_gate->isOpen = true;
        }
        m_gate->wake.notify_all();
    }
    /// Once it is asked so often; fails the test when it is not.
    void untilAsked(int times) const
    {
        std::unique_lock lock(m_gate->mutex);
        EXPECT_TRUE(
            m_gate->wake.wait_for(lock, support::patience, [&] { return m_gate->asked >= times; }));
    }
    [[nodiscard]] std::vector<std::string> options() const
    {
        return { "--openai", m_stub.url() + "/v1" };
    }

private:
    struct Gate {
        std::mutex mutex;
        std::condition_variable wake;
        bool isOpen = false;
        int asked = 0;
    };
    static HttpStub::Reply answer(Gate &gate, const HttpStub::Asked &asked)
    {
        {
            std::unique_lock lock(gate.mutex);
            ++gate.asked;
            gate.wake.notify_all();
            gate.wake.wait(lock, [&] { return gate.isOpen; });
        }
        std::string said;
        const Json body = Json::parse(asked.body);
        for (const Json &message : body["messages"])
            if (message["role"] == "user")
                said = message["content"];
        const Json piece { { "choices",
            Json::array({ { { "index", 0 }, { "delta", { { "content", said } } } } }) } };
        const Json end { { "choices", Json::array() },
            { "usage", { { "prompt_tokens", 1 }, { "completion_tokens", 1 } } } };
        return { 200,
            { "data: " + piece.dump() + "\n\n", "data: " + end.dump() + "\n\n",
                "data: [DONE]\n\n" },
            {} };
    }

    const std::shared_ptr<Gate> m_gate = std::make_shared<Gate>();
    HttpStub m_stub;
};

} // namespace signalbox::integration
