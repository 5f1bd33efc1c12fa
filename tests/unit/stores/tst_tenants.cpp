// SPDX-License-Identifier: GPL-3.0-only
#undef QT_NO_CAST_FROM_ASCII
#include "models/stores/session.h"
#include "models/stores/tenantstore.h"
#include "tests/support/faketenants.h"

#include <QTest>

using namespace signalbox;

class TestTenants : public QObject {
    Q_OBJECT

    struct Desk {
        FakeGateway gateway;
        FakeTenants tenants { gateway };
        Session session;
        TenantStore *store = nullptr;
        explicit Desk(bool events = true)
        {
            tenants.fillDemo();
            gateway.capabilities().events = events;
            gateway.connectTo(session);
            store = TenantStore::of(&session);
        }
        ~Desk() { gateway.dropConnection(); }
        int asked(const std::string &line) const
        {
            int count = 0;
            for (const auto &request : gateway.asked())
                count += request.operation.find(line) != std::string::npos ? 1 : 0;
            return count;
        }
        void tell(schema::TenantEvent about, const std::string &tenant = "acme")
        {
            LiveBatch batch;
            schema::Event event;
            event.tenant = tenant;
            event.about.push_back(std::move(about));
            batch.tenants.push_back(std::move(event));
            gateway.emitBatch(std::move(batch));
        }
        static schema::TenantEvent audited(const char *type)
        {
            schema::TenantEvent about;
            about.audit.emplace().actionType = type;
            about.audit->tenantId = "acme";
            return about;
        }
    };

private slots:
    void whatSomebodyElseChangesIsThereWithoutPolling()
    {
        Desk desk;
        desk.store->watch(true);
        desk.store->select("acme", TenantStore::Agents);
        QTRY_COMPARE(desk.store->agents().rows.size(), 3u);
        desk.tenants.addAgent("acme", "a9", "Night desk");
        desk.tell(Desk::audited("agent_changed"));
        QTRY_COMPARE_WITH_TIMEOUT(
            desk.store->agents().rows.size(), 4u, TenantStore::followMs + 3000);
    }

    void anEventThatChangesNothingShownAsksNothing()
    {
        Desk desk;
        desk.store->watch(true);
        desk.store->select("acme", TenantStore::Agents);
        QTRY_COMPARE(desk.store->agents().rows.size(), 3u);
        QTRY_COMPARE(desk.gateway.pending(), 0);
        desk.gateway.forgetAsked();
        desk.tell(Desk::audited("llm_call"));
        schema::TenantEvent waits;
        waits.escalation.emplace().tenantId = "acme";
        desk.tell(waits); // is followed: so the one before was not
        QTRY_VERIFY_WITH_TIMEOUT(
            desk.asked("/conversations?needs=person") > 0, TenantStore::followMs + 3000);
        QCOMPARE(desk.asked("/agents"), 0);
        QCOMPARE(desk.asked("GET /tenants?"), 0);
    }

    void aForeignEventStopsTheTenants()
    {
        Desk desk;
        desk.store->watch(true);
        QTRY_VERIFY(desk.store->tenants().loaded);
        auto about = Desk::audited("agent_changed");
        about.audit->tenantId = "intruder";
        desk.tell(about);
        QTRY_VERIFY(desk.store->evidence().contains("intruder"));
        desk.store->resume();
        QCOMPARE(desk.store->evidence(), QString());
    }

    void theAuditIsReadPageByPageAndGrowsInFront()
    {
        Desk desk;
        desk.tenants.auditPage = 2;
        const auto note = [&desk](const std::string &id) {
            schema::AuditEvent event;
            event.id = id;
            event.tenantId = "acme";
            desk.tenants.audit.push_back(event);
        };
        for (const char *id : { "x1", "x2" })
            note(id); // five with the three of the demo
        const auto ids = [&desk] {
            std::string all;
            for (const auto &event : desk.store->audit().rows)
                all += event.id + " ";
            return all;
        };
        desk.store->watch(true);
        desk.store->select("acme", TenantStore::Audit);
        QTRY_COMPARE(ids(), std::string("x2 x1 "));
        QVERIFY(desk.store->audit().more);
        desk.store->moreAudit();
        QTRY_COMPARE(ids(), std::string("x2 x1 e2 e1 "));
        note("x3");
        desk.tell(Desk::audited("llm_call"));
        QTRY_COMPARE_WITH_TIMEOUT(
            ids(), std::string("x3 x2 x1 e2 e1 "), TenantStore::followMs + 3000);
        desk.store->moreAudit();
        QTRY_COMPARE(ids(), std::string("x3 x2 x1 e2 e1 e0 "));
        QVERIFY(!desk.store->audit().more);
        // So many came that a gap may lie between: the old ones go.
        for (const char *id : { "x4", "x5", "x6" })
            note(id);
        desk.tell(Desk::audited("llm_call"));
        QTRY_COMPARE_WITH_TIMEOUT(ids(), std::string("x6 x5 "), TenantStore::followMs + 3000);
        QVERIFY(desk.store->audit().more);
    }
};

QTEST_GUILESS_MAIN(TestTenants)
#include "tst_tenants.moc"
