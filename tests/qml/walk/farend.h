// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "tests/support/fakechat.h"
#include "tests/support/fakeiam.h"
#include "tests/support/faketalks.h"
#include "tests/support/faketenants.h"

#include <QStringList>

#include <functional>

namespace signalbox {

/// May it be asked of a connection that is not written to? Two judges: the client's own classes,
/// and a plain list of this test. Either of them makes it a write.
bool isWrite(const Request &request);
/// "config put", "portal PUT /tenants/*/agents/*": what a write is counted as.
QString kindOf(const Request &request);

/// Hands on, and writes down what would change something.
class Witness final : public Gateway {
public:
    explicit Witness(Gateway *below) // not owned
        : m_below(below)
    {
    }
    QFuture<Reply> request(Request request) override;
    std::unique_ptr<Subscription> stream(Request request) override;

    /// Asked with every write: why it may come now, or not.
    std::function<bool(const Request &)> allows;
    QStringList writes; ///< kinds, each once, in order of their first time
    QStringList wrong; ///< came though allows() said no

private:
    void look(const Request &request);
    Gateway *m_below;
};

/// All that a far end has: flows, queues, config, blueprints, users, tenants, conversations, chats.
class FarEnd final : public Gateway {
public:
    FarEnd();
    QFuture<Reply> request(Request request) override;
    std::unique_ptr<Subscription> stream(Request request) override;
    bool idle() const { return far.pending() == 0 && m_chatFar.pending() == 0; }
    void drop();

    FakeGateway far;

private:
    FakeIam m_iam { far };
    FakeTenants m_tenants { far };
    FakeTalks m_talks { far };
    FakeGateway m_chatFar; ///< chats alone: each fake answers for a whole service
    FakeChat m_chat { m_chatFar };
    FakeGateway &whose(const Request &request);
};

} // namespace signalbox
