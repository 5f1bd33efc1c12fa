// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/capabilities.h"
#include "models/gateway.h"
#include "models/live.h"
#include "models/schema/blueprint.h"
#include "models/schema/fabric.h"
#include "models/schema/iam.h"

#include <QPointer>
#include <QTimer>

#include <deque>
#include <functional>
#include <map>

namespace signalbox {

class Session;

/// A stream that hands over what it is given; deleting it ends it.
class FakeStream final : public Subscription {
    Q_OBJECT
public:
    void cancel() override;

private:
    bool m_ended = false;
};

/// A far end inside the process, for tests of stores, view models and pages: no network, no
/// threads. It keeps workspaces, config, flows and queues and answers as the contract says; queues
/// and entries of a flow come from its blueprint by the same rules as everywhere. GUI thread.
/// Answers come with the next turn of the event loop, or after delay().
class FakeGateway : public QObject, public Gateway {
    Q_OBJECT
public:
    explicit FakeGateway(QObject *parent = nullptr);
    ~FakeGateway() override;

    // ---- what the stores ask ----
    QFuture<Reply> request(Request request) override;
    std::unique_ptr<Subscription> stream(Request request) override;
    LiveSource *live() { return &m_live; }

    // ---- verbs ----
    void addWorkspace(const std::string &id, const std::string &name = {});
    /// `json` is a blueprint's text; a faulty one is stored as the real back end does (TG §4.2).
    void putBlueprint(
        const std::string &workspace, const std::string &name, const std::string &json);
    void putParameterType(
        const std::string &workspace, const std::string &name, const std::string &json);
    /// Record, queues and processors come into being and are announced; false when the blueprint is
    /// not there.
    bool startFlow(const std::string &workspace, const std::string &id,
        const std::string &blueprint, const schema::Members<std::string> &parameters = {});
    void setStopping(const std::string &workspace, const std::string &id);
    void removeFlow(const std::string &workspace, const std::string &id);
    void putConfig(const std::string &workspace, const std::string &type, const std::string &key,
        const std::string &value);
    void deleteConfig(
        const std::string &workspace, const std::string &type, const std::string &key);

    void setQueue(const schema::QueueRow &row); ///< new or changed, announced
    void changeQueue(
        const std::string &name, const std::function<void(schema::QueueRow &)> &change);
    void removeQueue(const std::string &name);
    /// To every queue of the topic, and to whoever tails it; the number of queues.
    std::int64_t publish(const std::string &topic, const std::string &payload,
        const schema::Members<std::string> &properties = {});
    std::int64_t purge(const std::string &queue); ///< how many messages it deleted
    const schema::QueueRow *queue(const std::string &name) const;
    std::vector<std::string> queueNames() const;
    void setProcessor(const schema::ProcessorRow &row);
    /// `count` messages arrive at every consumed queue of running flows and are handled where there
    /// are consumers.
    void pass(int count);
    /// Goes on passing messages by itself, so that pages live. 0 stops.
    void keepPassing(int everyMs);
    void emitBatch(LiveBatch batch); ///< seq and time are filled in
    void emitGap();

    /// Shows the session this far end as connected and signed in.
    void connectTo(Session &session);
    void dropConnection(const QString &why = QStringLiteral(
                            "the connection was lost")); ///< fails everything in flight once
    void reconnect();
    void delay(std::chrono::milliseconds time) { m_delay = time; }
    /// An answer is there before whoever asked looks, as when the line is quicker than the window.
    void answerAtOnce() { m_atOnce = true; }
    /// The next request of that service and operation ("" = any) fails.
    void failNext(
        const std::string &service, const std::string &operation, const GatewayError &error);
    /// Somebody else answers for a service; what it leaves (nullopt) is answered here.
    void answerWith(
        const std::string &service, std::function<std::optional<Reply>(const Request &)> answerer)
    {
        m_answerers[service] = std::move(answerer);
    }
    /// Somebody else speaks on the streams of a service that answerWith() lets open.
    void streamWith(const std::string &service,
        std::function<void(const QPointer<FakeStream> &, const Request &)> opener)
    {
        m_openers[service] = std::move(opener);
    }
    void hold(bool held); ///< answers and signs of life wait until it is false again
    void answerMetric(const std::string &query, const std::string &prometheusJson);
    void setCapabilities(const Capabilities &capabilities) { m_capabilities = capabilities; }
    Capabilities &capabilities() { return m_capabilities; }
    void setUser(const schema::User &user) { m_user = user; }
    void setReadOnly(bool readOnly) { m_readOnly = readOnly; }
    void setLeaseNeeded(bool needed) { m_leaseNeeded = needed; }
    /// The connection has a second address; answerWith("rabbitmq", …) is what answers there.
    void setBroker(const QString &kind) { m_broker = kind; }
    void setEnvironment(const QString &environment, bool isProtected);

    // ---- what a test looks at ----
    const std::vector<Request> &asked() const { return m_asked; }
    int askedCount(const std::string &service, const std::string &operation) const;
    void forgetAsked() { m_asked.clear(); }
    int pending() const;

    /// Three workspaces, several blueprints, flows in every state.
    void fillDemo();

private:
    struct Waiting;
    struct Tail {
        QPointer<FakeStream> stream;
        std::string place; ///< queue or topic
        std::int64_t received = 0;
    };
    struct Failure {
        std::string service;
        std::string operation;
        GatewayError error;
    };
    using Config = std::map<std::string, schema::Members<std::string>>;

    Reply answer(const Request &request);
    Reply answerIam(const Request &request);
    Reply answerConfig(const Request &request);
    Reply answerFlow(const Request &request);
    Reply answerFabric(const Request &request);
    Reply answerMessages(const schema::FabricRequest &ask);
    Reply answerPublish(const schema::FabricRequest &ask);
    Reply answerRemoval(const schema::FabricRequest &ask);
    Reply answerMove(const schema::FabricRequest &ask);
    void settle(const std::shared_ptr<Waiting> &waiting, const Reply &reply);
    std::string workspaceOf(const Request &request) const;
    void announceConfig(const std::string &type, const std::string &workspace);
    void announceFlow(
        const std::string &workspace, const std::string &id, const std::string &state);
    std::optional<schema::Blueprint> blueprint(
        const std::string &workspace, const std::string &name) const;
    void openStream(const QPointer<FakeStream> &stream, const Request &request);
    static Reply reply(std::string body);
    static Reply fail(ErrorKind kind, const std::string &code, const std::string &text);

    LiveSource m_live;
    QPointer<Session> m_session;
    Capabilities m_capabilities;
    schema::User m_user;
    bool m_readOnly = false;
    QString m_broker;
    bool m_leaseNeeded = false;
    QString m_environment = QStringLiteral("development");
    bool m_protected = false;
    bool m_connected = true;
    bool m_held = false;
    std::chrono::milliseconds m_delay { 0 };
    bool m_atOnce = false;
    std::vector<Failure> m_failures;
    std::map<std::string, std::function<std::optional<Reply>(const Request &)>> m_answerers;
    std::map<std::string, std::function<void(const QPointer<FakeStream> &, const Request &)>>
        m_openers;
    std::vector<Request> m_asked;
    std::vector<std::shared_ptr<Waiting>> m_waiting;
    QTimer m_traffic;
    QTimer m_life; ///< what the pongs of a quiet far end are

    std::vector<schema::Workspace> m_workspaces;
    std::map<std::string, Config> m_config; ///< workspace → type → key → value
    std::map<std::string, schema::QueueRow> m_queues;
    std::map<std::string, std::deque<schema::FabricMessage>> m_messages; ///< ready ones, by queue
    std::vector<Tail> m_tails;
    std::map<std::string, schema::ProcessorRow> m_processors;
    std::map<std::string, std::string> m_metrics;
    std::int64_t m_version = 1;
    std::int64_t m_seq = 0;
    std::int64_t m_turn = 0;
};

} // namespace signalbox
