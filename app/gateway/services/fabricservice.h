// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/lineaccess.h"
#include "app/gateway/services/requestserver.h"
#include "app/gateway/services/tails.h"

namespace signalbox::gateway {

/// The service `fabric`, contract signalbox-gateway §6. A caller is shown what belongs to its
/// workspace ("*": everything); what belongs to the system can be looked at but not touched, and
/// the identity topics, which carry passwords and keys, not even read.
class FabricService final : public RequestServer {
public:
    struct Options {
        std::chrono::milliseconds tailInterval { 100 };
        std::chrono::milliseconds tailHeartbeat { 15000 };
        std::int64_t ringBytes = std::int64_t(64) << 20;
    };
    FabricService(Backend &fabric, Options options);
    ~FabricService() override;

    void setLine(const ProcessorRegistry *processors,
        LineControl *control); ///< returns when no call uses the earlier ones
    void setEventSequence(std::function<std::int64_t()> sequence);

private:
    using Fault = ServiceFault;
    using Answer = Expected<schema::FabricResponse, Fault>;
    struct Caller {
        std::string workspace; ///< "*" or one
        std::string leased; ///< changes are for this one only; "" = for all that it sees
        [[nodiscard]] bool sees(const std::string &of) const
        {
            return workspace == "*" || (!of.empty() && of == workspace);
        }
    };

    Expected<Done, std::string> prepare() override;
    std::string handle(const Request &request) override;
    void ended() override;
    [[nodiscard]] std::string errorType() const override { return "fabric-error"; }

    Answer dispatch(const Caller &caller, const schema::FabricRequest &asked);
    Answer listQueues(const Caller &caller, const schema::FabricRequest &asked);
    Answer listTopics(const Caller &caller, const schema::FabricRequest &asked);
    Answer listConsumers(const Caller &caller, const schema::FabricRequest &asked);
    Answer listProcessors(const Caller &caller, const schema::FabricRequest &asked);
    Answer getQueue(const Caller &caller, const schema::FabricRequest &asked);
    Answer peek(const Caller &caller, const schema::FabricRequest &asked);
    Answer getPayload(const Caller &caller, const schema::FabricRequest &asked);
    Answer publish(const Caller &caller, const schema::FabricRequest &asked);
    Answer purge(const Caller &caller, const schema::FabricRequest &asked);
    Answer deleteQueue(const Caller &caller, const schema::FabricRequest &asked);
    Answer move(const Caller &caller, const schema::FabricRequest &asked);
    Answer lineControl(const Caller &caller, const schema::FabricRequest &asked);
    std::string tail(
        const Request &request, const Caller &caller, const schema::FabricRequest &asked);

    /// Of a queue that the caller sees; not-found otherwise, so that names of others are not
    /// confirmed.
    Expected<schema::QueueDetail, Fault> visibleQueue(
        const Caller &caller, const std::optional<std::string> &name) const;
    /// A topic or queue that may be read by the caller: its topic's name.
    Expected<std::string, Fault> readablePlace(
        const Caller &caller, const schema::FabricRequest &asked) const;
    std::int64_t sequence() const;

    const Options m_options;
    Tails m_tails;
    mutable std::mutex m_lineMutex;
    const ProcessorRegistry *m_processors = nullptr;
    LineControl *m_control = nullptr;
    mutable std::mutex m_sequenceMutex;
    std::function<std::int64_t()> m_sequence;
};

} // namespace signalbox::gateway
