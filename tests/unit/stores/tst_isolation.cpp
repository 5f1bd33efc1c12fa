// SPDX-License-Identifier: GPL-3.0-only
#undef QT_NO_CAST_FROM_ASCII
#include "models/resource.h"
#include "models/stores/journalstore.h"
#include "models/stores/session.h"
#include "models/stores/tenantscope.h"
#include "models/stores/wirestore.h"
#include "tests/support/fakegateway.h"

#include <QSignalSpy>
#include <QTest>

using namespace signalbox;

namespace {

Request get(const char *path)
{
    return resourceRequest(rules::portalService, "GET", path);
}

} // namespace

class TestIsolation : public QObject {
    Q_OBJECT

    struct Desk {
        Session session;
        FakeGateway gateway; // goes first: it answers what is under way
        std::string said = "{}";
        Desk()
        {
            for (const char *service : { "portal", "ops" })
                gateway.answerWith(service, [this](const Request &) {
                    return Reply(Response { said, {} });
                });
            gateway.connectTo(session);
        }
        std::optional<Reply> ask(TenantScope &scope, Request request)
        {
            auto future = scope.request(std::move(request));
            if (!QTest::qWaitFor([&] { return future.isFinished(); }))
                return {};
            return future.result();
        }
    };

private slots:
    void aForeignRowNeverArrivesAndStopsTheView()
    {
        Desk desk;
        TenantScope scope(&desk.session, "Agents");
        scope.setTenant("acme");
        desk.said = R"({"items":[{"tenant_id":"acme","name":"ours"}]})";
        QVERIFY(desk.ask(scope, get("/tenants/acme/agents"))->hasValue());
        desk.said = R"({"items":[{"tenant_id":"acme"},{"tenant_id":"beta","name":"s3cr3t"}]})";
        const auto reply = desk.ask(scope, get("/tenants/acme/agents"));
        QVERIFY(reply && !reply->hasValue());
        QCOMPARE(reply->error().code, QStringLiteral("foreign-tenant"));
        QTRY_VERIFY(scope.stopped());
        QVERIFY(scope.why().contains("beta") && scope.why().contains("items[1].tenant_id"));
        // The evidence names the place, not what stands there.
        QVERIFY(!scope.why().contains("s3cr3t"));
        const auto &wire = desk.session.wire()->rows().back();
        QVERIFY(wire.failed);
        QCOMPARE(wire.channel, QStringLiteral("isolation"));
        QVERIFY(!wire.text.text().contains("s3cr3t"));
        const auto &line = desk.session.journal()->rows().back();
        QCOMPARE(line.write.service, "isolation");
        QCOMPARE(int(line.outcome), int(JournalRow::Refused));
        // Stopped: nothing is asked any more until somebody has seen it.
        desk.gateway.forgetAsked();
        desk.said = "{}";
        QVERIFY(!desk.ask(scope, get("/tenants/acme/agents"))->hasValue());
        QCOMPARE(desk.gateway.asked().size(), 0u);
        scope.resume();
        QVERIFY(desk.ask(scope, get("/tenants/acme/agents"))->hasValue());
        QCOMPARE(scope.caught(), 1);
    }

    void anErrorOfAnotherTenantIsCaughtToo()
    {
        Desk desk;
        TenantScope scope(&desk.session, "Agents");
        scope.setTenant("acme");
        GatewayError conflict { ErrorKind::Conflict, "conflict", "taken", false };
        conflict.body = R"({"error":{"code":"conflict"},"current":{"tenant_id":"beta"}})";
        desk.gateway.failNext("portal", "", conflict);
        const auto reply = desk.ask(scope, get("/tenants/acme/agents/a"));
        QCOMPARE(reply->error().code, QStringLiteral("foreign-tenant"));
        QTRY_VERIFY(scope.stopped());
    }

    void aViewCannotAskForAnotherTenant()
    {
        Desk desk;
        TenantScope scope(&desk.session, "Agents");
        scope.setTenant("acme");
        desk.gateway.forgetAsked();
        QVERIFY(!desk.ask(scope, get("/tenants/beta/agents"))->hasValue());
        QVERIFY(scope.stopped());
        QCOMPARE(desk.gateway.asked().size(), 0u);
    }

    void aViewOfAllTenantsIsCheckedRequestByRequest()
    {
        Desk desk;
        TenantScope scope(&desk.session, "Conversations");
        desk.said = R"({"items":[{"tenant_id":"acme"},{"tenant_id":"beta"}]})";
        QVERIFY(desk.ask(scope, get("/tenants"))->hasValue());
        auto messages = resourceRequest(rules::opsService, "GET", "/threads/acme/t/messages");
        QCOMPARE(desk.ask(scope, messages)->error().code, QStringLiteral("foreign-tenant"));
        QTRY_VERIFY(scope.stopped());
    }

    void evidenceForATenantThatIsNoLongerLookedAtIsFiledAndStopsNothing()
    {
        Desk desk;
        TenantScope scope(&desk.session, "Agents");
        scope.setTenant("acme");
        desk.said = R"({"tenant_id":"beta"})";
        auto future = scope.request(get("/tenants/acme/agents"));
        scope.setTenant("beta");
        QTRY_VERIFY(future.isFinished());
        QVERIFY(!future.result().hasValue());
        QTRY_COMPARE(scope.caught(), 1);
        QVERIFY(!scope.stopped());
        QVERIFY(desk.ask(scope, get("/tenants/beta/agents"))->hasValue());
    }

    void framesAndEventsAreChecked()
    {
        Desk desk;
        TenantScope scope(&desk.session, "Chat test");
        scope.setTenant("acme");
        QVERIFY(scope.admits(R"({"type":"chunk","text":"tenant_id beta"})", "chat frame"));
        schema::Event event;
        event.kindText = "message";
        event.tenant = "beta";
        QVERIFY(!scope.admits(event)); // of another tenant by its own word
        QVERIFY(!scope.stopped());
        event.tenant = "acme";
        event.about.emplace_back().message.emplace().tenantId = "acme";
        QVERIFY(scope.admits(event));
        event.about.front().message->tenantId = "beta";
        QVERIFY(!scope.admits(event));
        QVERIFY(scope.stopped());
        scope.resume();
        QVERIFY(!scope.admits(R"({"type":"response","tenant_id":"beta"})", "chat frame"));
        QVERIFY(scope.stopped());
        QCOMPARE(scope.caught(), 2);
    }

    void streamsEndWithTheFirstForeignPart()
    {
        Desk desk;
        TenantScope scope(&desk.session, "Stream");
        scope.setTenant("acme");
        desk.said = R"({"tenant_id":"beta"})";
        const auto stream = scope.stream(get("/tenants/acme/agents"));
        QSignalSpy parts(stream.get(), &Subscription::part);
        QSignalSpy failures(stream.get(), &Subscription::failed);
        QVERIFY(failures.wait(2000));
        QCOMPARE(parts.size(), 0);
        QVERIFY(scope.stopped());
    }

    void theScopeMayGoWhileAnAnswerIsOnItsWay()
    {
        Desk desk;
        desk.said = R"({"tenant_id":"beta"})";
        auto scope = std::make_unique<TenantScope>(&desk.session, "Agents");
        scope->setTenant("acme");
        auto future = scope->request(get("/tenants/acme/agents"));
        scope.reset();
        QTRY_VERIFY(future.isFinished());
        QVERIFY(!future.result().hasValue());
    }
};

QTEST_GUILESS_MAIN(TestIsolation)
#include "tst_isolation.moc"
