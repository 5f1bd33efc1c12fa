// SPDX-License-Identifier: GPL-3.0-only
#include "tests/qml/pages/stage.h"

#include "models/stores/configdrafts.h"
#include "models/stores/configstore.h"
#include "models/stores/flowstore.h"
#include "models/stores/queuestore.h"

#include <QClipboard>
#include <QDir>
#include <QGuiApplication>
#include <QTest>

namespace signalbox {

Stage::Stage(QObject *parent)
    : QObject(parent)
{
}

Stage::~Stage() = default;

void Stage::open(const QString &platform, bool isProtected, bool readOnly)
{
    if (m_gateway) { // what was asked for is answered before those go who asked
        m_gateway->hold(false);
        if (!QTest::qWaitFor([this] { return m_gateway->pending() == 0; }))
            qWarning("requests of the test before are left without an answer");
    }
    m_app.reset();
    m_session.reset();
    m_chat.reset();
    m_talks.reset();
    m_gateway = std::make_unique<FakeGateway>();
    m_iam = std::make_unique<FakeIam>(*m_gateway);
    m_tenants = std::make_unique<FakeTenants>(*m_gateway);
    m_session = std::make_unique<Session>();
    m_settings = std::make_unique<SettingsStore>(m_folder.path());
    if (platform == QLatin1String("empty")) {
        m_gateway->addWorkspace("acme");
    } else {
        m_gateway->fillDemo();
        m_iam->fillDemo();
        m_tenants->fillDemo();
    }
    schema::User mira;
    mira.id = mira.username = "mira";
    mira.name = "Mira";
    mira.defaultWorkspace = "acme";
    mira.roles = { m_role.toStdString() };
    m_gateway->setUser(mira);
    if (platform == QLatin1String("real")) {
        Capabilities capabilities;
        capabilities.era = Capabilities::Era::D;
        capabilities.product = QStringLiteral("gateway 2.8");
        capabilities.listMyWorkspaces = true;
        capabilities.metrics = Capabilities::Metrics::None;
        m_gateway->setCapabilities(capabilities);
    }
    if (platform == QLatin1String("talks")) {
        m_talks = std::make_unique<FakeTalks>(*m_gateway);
        m_talks->fillDemo();
        m_chat = std::make_unique<FakeChat>(*m_gateway);
    }
    if (platform == QLatin1String("leases")) {
        m_gateway->capabilities().raw.append(QStringLiteral("leases"));
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        m_iam->leases = { { "11e8", "otto", "globex", { "flows", "destroy" }, 30,
                              "stop the flows that hang since the night", now - 412000,
                              now + 1388000 },
            { "11e9", "mira", "", { "access" }, 15, "a key for the report", now - 60000,
                now + 840000 } };
    }
    if (platform == QLatin1String("slow"))
        m_gateway->hold(true);
    if (platform == QLatin1String("failing")) {
        const GatewayError error { ErrorKind::Service, {},
            QStringLiteral("config-svc does not answer"), true };
        for (int i = 0; i < 40; ++i) {
            m_gateway->failNext("config", "", error);
            m_gateway->failNext("iam", "list-users", error);
            m_gateway->failNext("portal", "", error);
        }
    }
    m_gateway->setEnvironment(
        isProtected ? QStringLiteral("production") : QStringLiteral("development"), isProtected);
    m_gateway->setReadOnly(readOnly);
    QDir(m_folder.filePath(QStringLiteral("config"))).removeRecursively();
    QDir().mkpath(m_folder.filePath(QStringLiteral("config")));
    m_session->config()->setFolder(m_folder.filePath(QStringLiteral("config")));
    m_gateway->connectTo(*m_session);
    m_app = std::make_unique<AppState>(m_session.get(), m_settings.get());
    m_session->setWorkspace({});
    m_settings->remove(QStringLiteral("flows/filter"));
    m_settings->remove(QStringLiteral("queues/filter"));
    m_settings->remove(QStringLiteral("queues/tree"));
    m_settings->remove(QStringLiteral("queues/span"));
    m_settings->remove(QStringLiteral("configuration/filter"));
    m_settings->remove(QStringLiteral("blueprints/filter"));
    m_app->open(QStringLiteral("flows"));
    m_app->setTarget({});
    emit opened();
}

bool Stage::loaded() const
{
    return m_session && m_session->flows()->loaded();
}

void Stage::setWorkspace(const QString &workspace)
{
    m_session->setWorkspace(workspace);
}

void Stage::startFlow(const QString &workspace, const QString &id, const QString &blueprint)
{
    m_gateway->startFlow(workspace.toStdString(), id.toStdString(), blueprint.toStdString(),
        { { "model", "small" }, { "chunk-size", "2000" }, { "rag-model", "small" } });
}

void Stage::fill(int flows)
{
    for (int i = 0; i < flows; ++i) {
        const QString id = i % 7 == 0
            ? QStringLiteral("a-flow-with-a-very-long-name-that-nobody-types-by-hand-%1").arg(i)
            : QStringLiteral("line-%1").arg(i, 4, 10, QLatin1Char('0'));
        startFlow(QStringLiteral("globex"), id, QStringLiteral("mirror"));
    }
}

void Stage::fillQueues(int queues)
{
    for (int i = 0; i < queues; ++i) {
        schema::QueueRow row;
        row.name = (i % 50 == 0
                ? QStringLiteral("flow:tg:a-topic-with-a-very-long-name-that-nobody-types-by-hand-"
                                 "and-that-goes-on-for-a-while:globex:%1.reader--globex--input")
                : QStringLiteral("flow:tg:bulk:globex:%1.reader--globex--input"))
                       .arg(i, 5, 10, QLatin1Char('0'))
                       .toStdString();
        row.topic = row.name.substr(0, row.name.find('.'));
        row.workspace = "globex";
        row.topicClass = "flow";
        row.scope = "orphan";
        row.ready = i % 97;
        row.consumers = 1;
        m_gateway->setQueue(row);
    }
}

void Stage::traffic(int everyMs)
{
    m_gateway->keepPassing(everyMs);
}

void Stage::publish(const QString &topic, const QString &payload)
{
    m_gateway->publish(topic.toStdString(), payload.toStdString());
}

void Stage::hold(bool held)
{
    m_gateway->hold(held);
}

void Stage::drop(const QString &why)
{
    m_gateway->dropConnection(why);
}

void Stage::failNext(const QString &service, const QString &operation, const QString &text)
{
    m_gateway->failNext(
        service.toStdString(), operation.toStdString(), { ErrorKind::Service, {}, text, false });
}

int Stage::asked(const QString &service, const QString &operation) const
{
    return m_gateway->askedCount(service.toStdString(), operation.toStdString());
}

QString Stage::lastBody(const QString &operation) const
{
    QString body;
    for (const Request &request : m_gateway->asked()) {
        if (request.operation == operation.toStdString())
            body = QString::fromStdString(request.body);
    }
    return body;
}

void Stage::signInAs(const QString &role)
{
    m_role = role;
}

bool Stage::hasUser(const QString &username) const
{
    return std::any_of(m_iam->users.begin(), m_iam->users.end(),
        [&](const schema::User &user) { return user.username == username.toStdString(); });
}

int Stage::keysOf(const QString &username) const
{
    return int(std::count_if(m_iam->keys.begin(), m_iam->keys.end(),
        [&](const schema::ApiKey &key) { return key.userId == username.toStdString(); }));
}

void Stage::addUsers(int count)
{
    for (int i = 0; i < count; ++i) {
        const bool longName = i % 5 == 0;
        const std::string number = std::to_string(i);
        auto &user = m_iam->addUser(longName
                ? "somebody-with-a-user-name-that-no-column-was-made-for-" + number + "@example.org"
                : "user-" + number,
            i % 2 ? "acme" : "globex", { i % 3 ? "reader" : "writer" });
        if (longName) {
            user.name = "Dr. Maximiliane-Alexandra von und zu Hohenstaufen-Wittelsbach the "
                + number + "th";
            m_iam->addKey(user.id, "a key whose name says in every detail what it was made for");
        }
    }
}

bool Stage::runs(const QString &workspace, const QString &id) const
{
    return m_session->flows()->find(workspace, id) != nullptr;
}

void Stage::putConfig(
    const QString &workspace, const QString &type, const QString &key, const QString &value)
{
    m_gateway->putConfig(
        workspace.toStdString(), type.toStdString(), key.toStdString(), value.toStdString());
}

void Stage::fillConfig(int entries)
{
    const auto put = [&](const char *type, const char *key, const char *value) {
        putConfig(QStringLiteral("acme"), QString::fromUtf8(type), QString::fromUtf8(key),
            QString::fromUtf8(value));
    };
    put("prompt", "system", R"("You answer for the depot. Say what you do not know.")");
    put("prompt", "template.question",
        R"({"prompt": "Answer from the papers below.\n\n{% for paper in papers %}{{paper}}\n{% endfor %}\nQuestion: {{question}}", "response-type": "text", "id": "question", "x-owner": "mira"})");
    put("prompt", "template.extract",
        R"({"prompt": "List the wagons in {{text}} as JSON lines.", "response-type": "jsonl", "id": "extract"})");
    put("prompt", "template-index", R"(["question", "extract"])");
    put("tool", "papers",
        R"({"id":"papers","name":"Search papers","description":"Finds passages in the depot's papers.","type":"knowledge-query","collection":"depot","group":["default"],"x-rank":1.50})");
    put("tool", "ask-model",
        R"({"id":"ask-model","name":"Ask the model","description":"Answers without papers.","type":"prompt","template":"question","arguments":[{"name":"question","type":"string","description":"What to ask"}],"group":["default"]})");
    put("tool", "weather",
        R"({"id":"weather","name":"Weather","description":"Forecast along a line.","type":"mcp-tool","mcp-tool":"forecast","arguments":[{"name":"place","type":"string","description":"Station"},{"name":"hours","type":"number","description":"How far ahead"}],"group":["default"]})");
    put("mcp", "forecast",
        R"({"remote-name":"forecast","url":"http://weather.example/mcp/","auth-token":"tg_planted_secret"})");
    put("token-cost", "small",
        R"({"model_name":"small","input_price":1.5e-07,"output_price":6e-07})");
    put("token-cost", "large",
        R"({"model_name":"large","input_price":2.5e-06,"output_price":1e-05})");
    put("schema", "wagons",
        R"({"name":"wagons","description":"Wagons in the yard","query-indexes":["track"],"fields":[{"name":"number","type":"string","primary_key":true,"required":true,"description":"Twelve digits"},{"name":"track","type":"string","indexed":true},{"name":"loaded","type":"boolean"}]})");
    put("collection", "depot",
        R"({"collection":"depot","name":"Depot papers","description":"Waybills and rules","tags":["papers"]})");
    for (int i = 0; i < entries; ++i) {
        const QString key = i % 97 == 0
            ? QStringLiteral("an-interface-with-a-very-long-name-that-nobody-types-by-hand-%1")
                  .arg(i)
            : QStringLiteral("note-%1").arg(i, 5, 10, QLatin1Char('0'));
        putConfig(QStringLiteral("acme"),
            i % 3 ? QStringLiteral("interface-description") : QStringLiteral("note"), key,
            QStringLiteral("{\"description\":\"Entry %1 of the yard\",\"visible\":true}").arg(i));
    }
}

QString Stage::configValue(const QString &workspace, const QString &type, const QString &key) const
{
    const ConfigRow *row = m_session->config()->find(ConfigStore::idOf(workspace, type, key));
    return row && row->exists ? QString::fromStdString(row->value) : QString();
}

QString Stage::configId(const QString &type, const QString &key) const
{
    return ConfigStore::idOf(QStringLiteral("acme"), type, key);
}

bool Stage::configLoaded() const
{
    return m_session && m_session->config()->loaded(QStringLiteral("acme"));
}

void Stage::editConfig(const QString &id, const QString &text)
{
    m_session->config()->drafts()->edit(id, text.toStdString());
}

QString Stage::configFile(const QString &text)
{
    QFile file(m_folder.filePath(QStringLiteral("import.json")));
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(text.toUtf8());
    return file.fileName();
}

void Stage::talk(const QString &thread, const QString &role, const QString &text)
{
    m_talks->say("acme", thread.toStdString(), role.toStdString(), text.toStdString());
}

void Stage::chunk(const QString &thread, const QString &turn, int offset, const QString &text)
{
    m_talks->chunk("acme", thread.toStdString(), turn.toStdString(), offset, text.toStdString());
}

void Stage::takeBy(const QString &who, const QString &thread)
{
    m_talks->takeBy(who.toStdString(), "acme", thread.toStdString());
}

void Stage::longNames()
{
    const std::string words = "a name that goes on and on because somebody pasted a whole sentence";
    for (auto &row : m_talks->rows) {
        row.userName = row.userName + " " + words;
        row.tenantName = "Acme International Railway Holding and Sons " + words;
        row.agentName = "agent-" + std::string(90, 'x');
        m_talks->announce(row);
    }
    auto &last = m_talks->messages["acme/C04-8841"].back();
    last.author = "agent-" + std::string(120, 'y');
    last.delivery = schema::Delivery { "failed", 6,
        "Slack says channel_not_found_" + std::string(200, 'z'), fakeTime(-100) };
}

void Stage::longTalk(const QString &thread, int messages)
{
    for (int i = 0; i < messages; ++i)
        m_talks->say("acme", thread.toStdString(), i % 2 ? "assistant" : "user",
            "Message " + std::to_string(i) + std::string(std::size_t(i % 7) * 40, 'o'), false);
}

void Stage::turnRound(bool rightToLeft)
{
    QGuiApplication::setLayoutDirection(rightToLeft ? Qt::RightToLeft : Qt::LeftToRight);
}

QString Stage::clipboard() const
{
    return QGuiApplication::clipboard()->text();
}

void Stage::hidePrograms(bool hidden)
{
    if (m_path.isEmpty())
        m_path = qgetenv("PATH");
    qputenv("PATH", hidden ? QByteArray("/nowhere") : m_path);
}

void Stage::startLongNames(const QString &workspace, const QString &id, int stations)
{
    schema::Blueprint blueprint;
    for (int i = 0; i < stations; ++i) {
        schema::ProcessorEntry entry;
        const std::string topic = "flow:tg:a-topic-whose-name-goes-on-and-on-for-ever-"
                                  "because-somebody-put-a-sentence-into-it-";
        if (i > 0)
            entry.topics.emplace_back("input", topic + std::to_string(i / 2) + ":{id}");
        entry.topics.emplace_back("output", topic + std::to_string(i + 1) + ":{id}");
        if (i == 3)
            entry.topics.emplace_back(" ", topic + "1:{id}");
        blueprint.flow.emplace_back(
            "a-processor-with-a-name-nobody-can-remember-" + std::to_string(i) + ":{id}", entry);
    }
    m_gateway->putBlueprint(workspace.toStdString(), "long", schema::encode(blueprint));
    startFlow(workspace, id, QStringLiteral("long"));
}

bool Stage::recordings() const
{
#ifdef SIGNALBOX_RECORDINGS
    return true;
#else
    return false;
#endif
}

void Stage::startStock(const QString &workspace, const QString &id)
{
#ifdef SIGNALBOX_RECORDINGS
    const QDir folder(QStringLiteral(SIGNALBOX_RECORDINGS "/rest"));
    QFile file(folder.filePath(folder.entryList({ QStringLiteral("048-*") }).value(0)));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the recording of the stock blueprint cannot be read");
    const QByteArray text = file.readAll();
    const QByteArray body = text.mid(text.indexOf('{', text.lastIndexOf("\n<")));
    const auto answer = schema::decode<schema::FlowResponse>(body.toStdString());
    m_gateway->putBlueprint(workspace.toStdString(), "everything", *answer->blueprintDefinition);
    startFlow(workspace, id, QStringLiteral("everything"));
    m_gateway->pass(3);
#else
    Q_UNUSED(workspace)
    Q_UNUSED(id)
#endif
}

void Stage::hostileTenants(bool hostile)
{
    m_tenants->hostile = hostile;
}

void Stage::touchAgent(const QString &agent)
{
    for (schema::Agent &one : m_tenants->agents)
        if (one.id == agent.toStdString()) {
            one.persona = "Brisk, and never guesses.";
            ++one.version;
        }
}

void Stage::hostileChat(const QString &place)
{
    m_chat->hostile = place.toStdString();
}

void Stage::giveTool(const QString &agent, const QString &tool)
{
    for (schema::Agent &one : m_tenants->agents)
        if (one.id == agent.toStdString())
            one.toolAssignments.push_back(tool.toStdString());
}

void Stage::addTenants(int count)
{
    for (int i = 0; i < count; ++i)
        m_tenants->addTenant("tenant-" + std::to_string(i),
            i % 4 ? "Tenant " + std::to_string(i)
                  : "A tenant whose name goes on for longer than any column was ever made for, "
                    "number "
                    + std::to_string(i));
}

QString Stage::agentJson(const QString &tenant, const QString &agent) const
{
    for (const schema::Agent &one : m_tenants->agents)
        if (one.tenantId == tenant.toStdString() && one.id == agent.toStdString())
            return QString::fromStdString(schema::encode(one));
    return {};
}

bool Stage::hasTenant(const QString &tenant) const
{
    return std::any_of(m_tenants->tenants.begin(), m_tenants->tenants.end(),
        [&](const schema::Tenant &one) { return one.id == tenant.toStdString(); });
}

} // namespace signalbox
