// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/configreceiver.h"
#include "app/gateway/services/platform.h"
#include "app/gateway/services/requestserver.h"
#include "models/rules/plan.h"
#include "models/schema/event.h"

#include <map>

namespace signalbox::gateway {

/// The flow service, contract TG §4 with the mends of signalbox-gateway §1 and §9. It keeps nothing
/// of its own: records, entries and snapshots are config rows, read and written over the fabric.
class FlowService final : public RequestServer {
public:
    struct Options {
        std::chrono::milliseconds configTimeout { 10000 };
        std::chrono::milliseconds fetchRetry { 2000 };
        int deleteTries = 5;
        std::chrono::milliseconds deleteInterval { 2000 };
        std::vector<LostMessages> lost; ///< at the last graceful stop
        std::function<bool(const std::string &step)> step; ///< see PlatformOptions::flowStep
    };
    FlowService(Backend &fabric, Options options);
    ~FlowService() override;

private:
    using Fault = ServiceFault;
    template <class T> using Result = Expected<T, Fault>;

    /// What a flow was started from; lives in the reserved workspace `__flows__`.
    struct Snapshot {
        schema::Blueprint blueprint;
        schema::Members<std::string> parameters;
    };
    struct Flow {
        rules::FlowRef ref;
        schema::FlowRecord record;
    };

    Expected<Done, std::string> prepare() override;
    std::string handle(const Request &request) override;
    void ended() override;
    [[nodiscard]] std::string errorType() const override { return "flow-error"; }

    Result<schema::FlowResponse> dispatch(const Request &request);
    Result<schema::FlowResponse> listBlueprints(const Request &request);
    Result<schema::FlowResponse> getBlueprint(const Request &request);
    Result<schema::FlowResponse> blueprintOf(const rules::FlowRef &ref);
    Result<schema::FlowResponse> putBlueprint(const Request &request);
    Result<schema::FlowResponse> deleteBlueprint(const Request &request);
    Result<schema::FlowResponse> listFlows(const Request &request);
    Result<schema::FlowResponse> listEditedFlows(const Request &request);
    Result<schema::FlowResponse> getFlow(const Request &request);
    Result<schema::FlowResponse> startFlow(const Request &request);
    Result<schema::FlowResponse> stopFlow(const Request &request);

    // flowservice.cpp: the config service, as seen from here
    Result<schema::ConfigResponse> config(const Json &body);
    Result<std::optional<std::string>> value(
        const std::string &workspace, const std::string &type, const std::string &key);
    Result<std::vector<std::string>> keys(const std::string &workspace, const std::string &type);
    Result<Done> write(
        const char *operation, const char *list, const std::vector<schema::ConfigValue> &values);
    Result<std::vector<Flow>> allFlows();

    // flowstart.cpp
    /// What a start made that was not there before it.
    struct Made {
        std::vector<std::string> topics;
        std::vector<std::string> queues; ///< on topics that were there
    };
    Result<schema::Blueprint> readBlueprint(const std::string &text) const;
    Result<schema::Members<std::string>> resolve(const std::string &workspace,
        const schema::Blueprint &blueprint, const schema::Members<std::string> &given);
    Result<Done> ensure(const rules::Expansion &expansion, const std::string &workspace,
        const std::string &blueprintName, const std::string &flow, Made *made);
    void takeBack(const Made &made);
    static std::vector<schema::ConfigValue> startBatch(const rules::FlowRef &ref,
        const schema::FlowRecord &record, const Snapshot &snapshot,
        const rules::Expansion &expansion);
    schema::Members<std::int64_t> lostOf(const std::string &workspace);

    // flowstop.cpp
    Result<Snapshot> snapshotOf(const rules::FlowRef &ref, const schema::FlowRecord &record);
    Result<Done> finishStop(const rules::FlowRef &ref, schema::FlowRecord record, bool marked);
    Result<Done> deleteEntries(const rules::StopPlan &plan);
    void deleteTopics(const rules::StopPlan &plan);
    bool deleteRetried(const std::string &what, const std::function<FabricResult<Done>()> &attempt);
    Expected<Done, std::string> resume();

    rules::Expansion expansionOf(const rules::FlowRef &ref, const schema::FlowRecord &record,
        const Snapshot &snapshot) const;
    bool step(const char *name) const { return !m_options.step || m_options.step(name); }
    void publish(const rules::FlowRef &ref, const char *state, const std::string &blueprint);

    Options m_options;
    ConfigReceiver m_receiver;
    std::shared_ptr<Producer> m_events;
    std::map<rules::FlowRef, Snapshot>
        m_snapshots; ///< only this service writes them, so they never get stale
    std::map<std::string, schema::Members<std::int64_t>> m_lost; ///< by workspace, told once
};

} // namespace signalbox::gateway
