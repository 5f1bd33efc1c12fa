// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "app/client/journalgate.h"
#include "app/client/readonlyguard.h"
#include "models/schema/config.h"
#include "models/schema/flow.h"
#include "models/schema/iam.h"
#include "models/stores/journaltable.h"
#include "models/stores/session.h"
#include "models/stores/undo.h"

#include <QAbstractItemModelTester>
#include <QDir>
#include <QPromise>
#include <QTemporaryDir>
#include <QtTest>

using namespace signalbox;

namespace {

/// A far end that keeps what it was asked, answers as it is told, and can hold answers back.
class Far final : public Gateway {
public:
    std::vector<Request> asked;
    std::map<std::string, Reply> answers; ///< by operation
    std::function<void(const Request &)> seen;
    QFuture<Reply> request(Request request) override
    {
        if (seen)
            seen(request);
        asked.push_back(request);
        const auto found = answers.find(request.operation);
        return ready<Reply>(found == answers.end() ? Reply(Response { "{}", {} }) : found->second);
    }
    std::unique_ptr<Subscription> stream(Request) override { return nullptr; }
};

Request put(const std::string &key, const std::string &value)
{
    schema::ConfigRequest body;
    body.operation = "put";
    body.values = std::vector<schema::ConfigValue> { { "prompt", key, value, {} } };
    Request request;
    request.service = "config";
    request.operation = "put";
    request.workspace = "acme";
    request.body = schema::encode(body);
    return request;
}

Reply held(const std::optional<std::string> &value, const std::string &key = "a",
    const std::string &type = "prompt")
{
    schema::ConfigResponse response;
    response.values.push_back({ type, key, value, {} });
    return Response { schema::encode(response), {} };
}

Request portal(const std::string &line, std::string body = {})
{
    Request request;
    request.service = "portal";
    request.operation = line;
    request.workspace = "acme";
    request.body = std::move(body);
    return request;
}

Request flowRequest(const std::string &operation, const std::string &id)
{
    schema::FlowRequest body;
    body.operation = operation;
    body.flowId = id;
    body.blueprintName = "line";
    body.description = "";
    body.parameters = { { "model", "small" } };
    Request request;
    request.service = "flow";
    request.operation = operation;
    request.workspace = "acme";
    request.body = schema::encode(body);
    return request;
}

} // namespace

class TestJournal : public QObject {
    Q_OBJECT

    struct Desk {
        QTemporaryDir folder;
        std::unique_ptr<Session> session;
        std::shared_ptr<Far> far = std::make_shared<Far>();
        std::shared_ptr<JournalGate> gate;

        Desk() { open(); }
        void open()
        {
            gate.reset();
            session = std::make_unique<Session>();
            session->journal()->setFolder(folder.path());
            Session::Connection connection;
            connection.name = QStringLiteral("rail");
            session->setConnection(connection);
            gate = std::make_shared<JournalGate>(far, session->journal());
            session->setGateway(gate, nullptr);
        }
        QByteArray written() const
        {
            QByteArray all;
            const QDir journal(folder.filePath("journal"));
            for (const QString &name : journal.entryList(QDir::Files)) {
                QFile file(journal.filePath(name));
                if (file.open(QIODevice::ReadOnly))
                    all += file.readAll();
            }
            return all;
        }
        /// True: it was applied.
        bool send(Request request)
        {
            auto future = gate->request(std::move(request));
            return QTest::qWaitFor([&] { return future.isFinished(); }) && future.resultCount() > 0
                && future.result().hasValue();
        }
        const JournalRow &last() const { return session->journal()->rows().back(); }
    };

private slots:
    void aRowOfATenantIsKeptAsItWasAndAsItWillBe()
    {
        Desk desk;
        desk.far->answers.insert_or_assign("GET /tenants/a/agents/b",
            Reply(Response { R"({"id":"b","name":"old","version":3})", {} }));
        const std::string body = R"({"id":"b","name":"new","version":3})";
        QVERIFY(desk.send(portal("PUT /tenants/a/agents/b?x=1", body)));
        QCOMPARE(desk.far->asked.size(), 2u);
        QCOMPARE(desk.far->asked.front().operation, "GET /tenants/a/agents/b");
        const auto &part = desk.last().write.parts.front();
        QCOMPARE(part.kind, "resource");
        QCOMPARE(part.type, "agents");
        QCOMPARE(part.key, "/tenants/a/agents/b");
        QCOMPARE(part.before, R"({"id":"b","name":"old","version":3})");
        QCOMPARE(part.after, body);
        // The way back writes what was there, on whatever version is there by then.
        const UndoPlan plan = undoPlan(desk.last());
        QVERIFY2(plan.kind == UndoPlan::Kind::Send, qPrintable(plan.impossible));
        QCOMPARE(plan.request.operation, "PUT /tenants/a/agents/b");
        QCOMPARE(plan.request.body, R"({"id":"b","name":"old"})");
        const auto now = [&](const char *text) {
            return movedOn(desk.last(), Reply(Response { text, {} }));
        };
        QCOMPARE(now(R"({"name":"new","id":"b","version":4,"updated_at":"x"})"), QString());
        QVERIFY(!now(R"({"name":"newer","id":"b","version":5})").isEmpty());
        desk.far->asked.clear();
        QVERIFY(desk.send(portal("GET /tenants")));
        QCOMPARE(desk.session->journal()->count(), 1);
        QVERIFY(desk.send(portal("POST /tenants/a/agents", body)));
        QVERIFY(desk.last().write.parts.front().beforeKnown);
        QVERIFY(!desk.last().write.parts.front().before);
        QVERIFY(desk.send(portal("DELETE /tenants/a/agents/b")));
        QVERIFY(desk.last().write.parts.front().afterKnown);
        QVERIFY(!desk.last().write.parts.front().after);
        QVERIFY(desk.last().write.parts.front().before);
        QVERIFY(undoPlan(desk.last()).kind == UndoPlan::Kind::Impossible);
        // Of a text that goes the words are kept.
        const std::string text = R"({"id":"t","title":"Fares","text":"twelve"})";
        desk.far->answers.insert_or_assign("GET /tenants/a/kb/t", Reply(Response { text, {} }));
        QVERIFY(desk.send(portal("DELETE /tenants/a/kb/t")));
        QCOMPARE(desk.last().write.parts.front().type, "kb");
        QCOMPARE(desk.last().write.parts.front().before, text);
    }

    void whatAChannelHoldsAndWhatPeopleWriteIsNeverKept()
    {
        Desk desk;
        QVERIFY(desk.send(portal("POST /tenants/a/channels", R"({"config":{"pin":"q7-hidden"}})")));
        QVERIFY(desk.last().write.parts.front().secret);
        QVERIFY(desk.send(portal("PUT /tenants/a/channels/c", R"({"config":{"x":"q7-hidden"}})")));
        auto words = portal("POST /conversations/c/human-message", R"({"text":"q7-hidden"})");
        words.service = "ops";
        QVERIFY(desk.send(words));
        QCOMPARE(desk.session->journal()->count(), 3);
        QVERIFY(!desk.written().contains("q7-hidden"));
        QVERIFY(desk.written().contains("/conversations/c/human-message"));
    }

    void aWriteIsOnDiskBeforeItIsSentAndItsOutcomeAfter()
    {
        Desk desk;
        QByteArray before;
        desk.far->seen = [&](const Request &request) {
            if (request.operation == "put")
                before = desk.written();
        };
        desk.far->answers.insert_or_assign("get", held(R"({"text":"old"})"));
        QVERIFY(desk.send(put("a", R"({"text":"new"})")));
        QVERIFY(before.contains("\"write\""));
        QVERIFY(!before.contains("\"applied\""));
        QVERIFY(desk.written().contains("\"applied\""));
        QCOMPARE(int(desk.last().outcome), int(JournalRow::Applied));
        const auto &part = desk.last().write.parts.front();
        QCOMPARE(part.before, R"({"text":"old"})");
        QCOMPARE(part.after, R"({"text":"new"})");
        QVERIFY(part.beforeKnown && part.afterKnown);
    }

    void readsPassUntouched()
    {
        Desk desk;
        Request read;
        read.service = "config";
        read.operation = "list";
        QVERIFY(desk.send(read));
        QCOMPARE(desk.far->asked.size(), 1u);
        QCOMPARE(desk.session->journal()->count(), 0);
    }

    void secretsAreNeverKept()
    {
        Desk desk;
        desk.far->answers.insert_or_assign("get", held(R"({"auth-token":"s3cr3t-old"})"));
        QVERIFY(desk.send(put("a", R"({"auth-token":"s3cr3t-new"})")));
        schema::IamRequest body;
        body.operation = "create-user";
        body.user = schema::JsonText { R"({"username":"ada","password":"s3cr3t-password"})" };
        body.newPassword = "s3cr3t-too";
        Request user;
        user.service = "iam";
        user.operation = "create-user";
        user.body = schema::encode(body);
        QVERIFY(desk.send(user));
        GatewayError error { ErrorKind::Service, {}, "no: Bearer s3cr3tsecret", false };
        desk.far->answers.insert_or_assign("put", Reply(unexpected(error)));
        QVERIFY(!desk.send(put("b", "1")));
        QVERIFY2(!desk.written().contains("s3cr3t"), desk.written().constData());
        QVERIFY(desk.written().contains("ada"));
        const auto &rows = desk.session->journal()->rows();
        QVERIFY(rows.front().write.parts.front().secret);
        QVERIFY(undoPlan(rows.front()).impossible.contains("secret"));
        QCOMPARE(int(desk.last().outcome), int(JournalRow::Refused));
    }

    void aLostConnectionLeavesTheOutcomeUnknownAndSoDoesAKilledProgram()
    {
        Desk desk;
        const GatewayError gone { ErrorKind::Network, {}, "lost", true };
        desk.far->answers.insert_or_assign("put", Reply(unexpected(gone)));
        desk.send(put("a", "1"));
        QCOMPARE(int(desk.last().outcome), int(JournalRow::Unknown));
        desk.session->journal()->begin({}); // sent, and then the program is no more
        QFile file(QDir(desk.folder.filePath("journal"))
                       .entryInfoList(QDir::Files)
                       .constFirst()
                       .filePath());
        QVERIFY(file.open(QIODevice::Append));
        file.write("{\"write\":{\"number\":3,\"serv"); // cut off within a line
        file.close();
        desk.open();
        desk.session->journal()->load();
        QCOMPARE(desk.session->journal()->count(), 2);
        QCOMPARE(int(desk.last().outcome), int(JournalRow::Unknown));
        QCOMPARE(desk.last().write.number, 2);
        QVERIFY(desk.session->journal()->begin({}) > 2);
    }

    void itIsBoundedAndSaysWhatWentAway()
    {
        Desk desk;
        JournalStore &journal = *desk.session->journal();
        const auto write = [&journal] {
            journal.settle(journal.begin({}), JournalRow::Applied, {}, 1);
        };
        for (std::size_t i = 5; i < JournalStore::capacity; ++i)
            write();
        std::unique_ptr<TableModel> table(newJournalTable(&journal, nullptr));
        QAbstractItemModelTester tester(
            table.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        for (int i = 0; i < 6; ++i)
            write();
        QVERIFY(journal.rows().size() <= JournalStore::capacity);
        QCOMPARE(journal.evicted() + journal.count(), qint64(JournalStore::capacity + 1));
        QCOMPARE(table->total(), journal.count());
        table->setFilter("outcome:refused");
        QCOMPARE(table->count(), 0);
        const int kept = journal.count();
        desk.open();
        desk.session->journal()->load();
        QCOMPARE(desk.session->journal()->count(), kept);
        schema::JournalWrite large;
        large.parts.push_back({});
        large.parts.front().after = std::string(3 * JournalStore::partBytes, 'x');
        desk.session->journal()->begin(large);
        QVERIFY(desk.last().write.parts.front().large);
        QVERIFY(!desk.last().write.parts.front().after);
    }

    void whatAnotherConnectionWroteIsNotShown()
    {
        Desk desk;
        desk.send(put("a", "1"));
        Session::Connection other;
        other.name = "other";
        desk.session->setConnection(other);
        desk.session->journal()->load();
        QCOMPARE(desk.session->journal()->count(), 0);
        other.name = "rail";
        desk.session->setConnection(other);
        desk.session->journal()->load();
        QCOMPARE(desk.session->journal()->count(), 1);
    }

    void aLeaseThatEndedWhileTheBeforeWasAskedStopsTheWrite()
    {
        Desk desk;
        auto guard = std::make_shared<ReadOnlyGuard>(desk.gate);
        guard->setMode(ReadOnlyGuard::Mode::Open);
        desk.gate->setCheck([&](const Request &request) { return guard->refusal(request); });
        desk.far->seen = [&](const Request &request) {
            if (request.operation == "get")
                guard->setMode(ReadOnlyGuard::Mode::NeedsLease);
        };
        auto future = guard->request(put("a", "1"));
        QTRY_VERIFY(future.isFinished());
        QCOMPARE(future.result().error().kind, ErrorKind::ReadOnly);
        QCOMPARE(desk.far->asked.size(), 1u);
        QCOMPARE(desk.session->journal()->count(), 0);
    }

    void configIsTakenBackUnlessItHasMovedOn()
    {
        Desk desk;
        desk.far->answers.insert_or_assign("get", held("1"));
        desk.send(put("a", "2"));
        const UndoPlan plan = undoPlan(desk.last());
        QCOMPARE(int(plan.kind), int(UndoPlan::Kind::Config));
        QCOMPARE(plan.changes.front().base, "2");
        QCOMPARE(plan.changes.front().value, "1");
        QVERIFY(movedOn(desk.last(), held("2")).isEmpty());
        QVERIFY(movedOn(desk.last(), held("3")).contains("changed since"));
        QVERIFY(!movedOn(desk.last(), held({})).isEmpty());
    }

    void flowsAreTakenBackByTheOpposite()
    {
        Desk desk;
        desk.send(flowRequest("start-flow", "eu"));
        QCOMPARE(int(undoPlan(desk.last()).kind), int(UndoPlan::Kind::Stop));
        schema::FlowRecord record;
        record.blueprintName = "line";
        record.parameters = { { "model", "small" } };
        const std::string text = schema::encode(record);
        QVERIFY(movedOn(desk.last(), held(text, "eu", "flow")).isEmpty());
        QVERIFY(movedOn(desk.last(), held({}, "eu", "flow")).contains("stopped already"));
        schema::FlowRecord other = record;
        other.description = "somebody else's";
        QVERIFY(
            movedOn(desk.last(), held(schema::encode(other), "eu", "flow")).contains("changed"));

        desk.far->answers.insert_or_assign("get", held(text, "eu", "flow"));
        desk.send(flowRequest("stop-flow", "eu"));
        const UndoPlan plan = undoPlan(desk.last());
        QCOMPARE(int(plan.kind), int(UndoPlan::Kind::Send));
        const auto again = schema::decode<schema::FlowRequest>(plan.request.body);
        QCOMPARE(again->operation, "start-flow");
        QCOMPARE(again->parameters, record.parameters);
        QVERIFY(plan.costs.contains("blueprint says now"));
        QVERIFY(movedOn(desk.last(), held({}, "eu", "flow")).isEmpty());
        QVERIFY(movedOn(desk.last(), held(text, "eu", "flow")).contains("taken"));
    }

    void blueprintsUsersAndWorkspacesAreTakenBack()
    {
        Desk desk;
        schema::FlowResponse blueprint;
        blueprint.blueprintDefinition = R"({"flow":{}})";
        desk.far->answers.insert_or_assign(
            "get-blueprint", Response { schema::encode(blueprint), {} });
        desk.send(flowRequest("delete-blueprint", ""));
        UndoPlan plan = undoPlan(desk.last());
        QCOMPARE(plan.request.operation, "put-blueprint");
        QCOMPARE(schema::decode<schema::FlowRequest>(plan.request.body)->blueprintDefinition,
            R"({"flow":{}})");

        schema::IamResponse ada;
        ada.user = schema::User {};
        ada.user->id = "u1";
        ada.user->username = "ada";
        desk.far->answers.insert_or_assign("get-user", Response { schema::encode(ada), {} });
        schema::IamRequest body;
        body.operation = "disable-user";
        body.userId = "u1";
        Request disable;
        disable.service = "iam";
        disable.operation = body.operation;
        disable.body = schema::encode(body);
        desk.send(disable);
        plan = undoPlan(desk.last());
        QCOMPARE(plan.request.operation, "enable-user");
        QVERIFY(plan.remains.contains("keys"));
        QCOMPARE(plan.costs, QString());
        QVERIFY(!movedOn(desk.last(), Response { schema::encode(ada), {} }).isEmpty());
        ada.user->enabled = false;
        QVERIFY(movedOn(desk.last(), Response { schema::encode(ada), {} }).isEmpty());

        desk.far->answers.insert_or_assign("get-user", Response { schema::encode(ada), {} });
        disable.operation = body.operation = "enable-user";
        disable.body = schema::encode(body);
        desk.send(disable);
        plan = undoPlan(desk.last());
        QCOMPARE(plan.request.operation, "disable-user");
        QVERIFY(plan.costs.contains("keys"));
    }

    void whatAnEmptyTextCannotPutBackIsSaid()
    {
        const auto update = [](const schema::User &before, const schema::User &after) {
            schema::JournalWrite write;
            write.service = "iam";
            write.operation = "update-user";
            auto &part = write.parts.emplace_back();
            part.kind = "user";
            part.key = "u1";
            part.beforeKnown = part.afterKnown = true;
            part.before = schema::encode(before);
            part.after = schema::encode(after);
            return undoPlan({ write, JournalRow::Applied, {}, 1 });
        };
        schema::User before;
        before.id = "u1";
        before.username = "ada";
        before.name = "Ada";
        schema::User after = before;
        after.email = "ada@example.org";
        QVERIFY(update(before, after).impossible.contains("e-mail"));
        after.name = "Ada L.";
        const UndoPlan part = update(before, after);
        QCOMPARE(int(part.kind), int(UndoPlan::Kind::Send));
        QVERIFY(part.remains.contains("e-mail") && !part.remains.contains("full name"));
        const auto shown = schema::decode<schema::User>(part.after);
        QCOMPARE(shown->name, "Ada");
        QCOMPARE(shown->email, "ada@example.org");
        const UndoPlan whole = update(after, before);
        QCOMPARE(whole.remains, QString());
        QCOMPARE(schema::decode<schema::User>(whole.after)->email, "ada@example.org");
    }

    void whatCannotBeTakenBackSaysWhy()
    {
        Desk desk;
        for (const auto &[service, operation, word] :
            std::vector<std::array<std::string, 3>> { { "fabric", "purge", "messages" },
                { "iam", "revoke-api-key", "revoked" }, { "iam", "rotate-signing-key", "signing" },
                { "iam", "reset-password", "password" },
                { "librarian", "remove-document", "way" } }) {
            Request request;
            request.service = service;
            request.operation = operation;
            request.body = "{\"operation\":\"" + operation + "\"}";
            desk.send(request);
            const UndoPlan plan = undoPlan(desk.last());
            QCOMPARE(int(plan.kind), int(UndoPlan::Kind::Impossible));
            QVERIFY2(plan.impossible.toStdString().find(word) != std::string::npos,
                qPrintable(plan.impossible));
        }
        GatewayError error { ErrorKind::Service, {}, "no", false };
        desk.far->answers.insert_or_assign("put", Reply(unexpected(error)));
        desk.send(put("a", "1"));
        QVERIFY(undoPlan(desk.last()).impossible.contains("refused"));
    }
};

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
