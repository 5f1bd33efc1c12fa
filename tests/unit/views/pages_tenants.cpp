// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "tests/support/faketenants.h"
#include "views/pages/tenantaction.h"
#include "views/pages/tenantspage.h"
#include "views/pages/tenantwords.h"

#include <QTest>

using namespace signalbox;

namespace {

const char *const turner = "Ops\u202eagent";
const auto turned = QStringLiteral("Ops⟦RLO⟧agent");

struct TenantsDesk {
    FakeGateway gateway;
    FakeTenants tenants { gateway };
    Session session;
    TenantsPage page;

    TenantsDesk() { tenants.fillDemo(); }
    ~TenantsDesk() { gateway.dropConnection(); }
    void open(TenantStore::Area area)
    {
        gateway.connectTo(session);
        page.setSession(&session);
        page.setLooked(true);
        page.setCurrentKey(QStringLiteral("acme"));
        page.setArea(area);
    }
    const PartTable &table() const { return *qobject_cast<const PartTable *>(page.items()); }
    /// All that the cells of the area's table say.
    QStringList words() const
    {
        QStringList all;
        for (const auto &part : table().parts())
            for (const auto &cell : part.cells)
                all.append(cell.text);
        return all;
    }
};

} // namespace

class TenantsPageTest : public QObject {
    Q_OBJECT
private slots:
    void whatPeopleWroteTurnsNoWordsAroundIt();
    void theAuditNamesThePersonAndTheAgent();
    void aDayWithoutTurnsHasItsPlaceInTheChart();
    void lessThanACentIsNotNothing();
    void whoTalksWithAnAgentIsSaidBeforeItGoes();
};

void TenantsPageTest::whatPeopleWroteTurnsNoWordsAroundIt()
{
    TenantsDesk desk;
    desk.tenants.agents.front().name = turner;
    desk.tenants.audit.front().inputSummary = turner;
    for (auto &tenant : desk.tenants.tenants)
        tenant.name = turner;
    desk.open(TenantStore::Agents);
    QTRY_VERIFY(desk.words().contains(turned));
    QCOMPARE(desk.page.title(), turned);
    const QString json = desk.table().parts().front().json;
    QVERIFY(json.contains(QStringLiteral("Ops\\u202eagent"))); // still what was written
    QVERIFY(!json.contains(QChar(0x202E)));
    desk.page.setArea(TenantStore::Audit);
    QTRY_COMPARE(desk.words().count(turned), 4); // what went in, and the agent of three lines
}

void TenantsPageTest::theAuditNamesThePersonAndTheAgent()
{
    TenantsDesk desk;
    desk.tenants.audit.front().userId = "mira";
    desk.tenants.audit.back().userId = "somebody-else";
    desk.open(TenantStore::Audit);
    QTRY_VERIFY(desk.words().contains(QStringLiteral("Mira")));
    QTRY_COMPARE(desk.words().count(QStringLiteral("Service desk")), 3);
    QVERIFY(desk.words().contains(QStringLiteral("somebody-else")));
    QVERIFY(!desk.words().contains(QStringLiteral("a1")));
}

void TenantsPageTest::aDayWithoutTurnsHasItsPlaceInTheChart()
{
    TenantsDesk desk;
    auto &days = desk.tenants.usage["acme"].days;
    days.erase(days.begin() + 3, days.begin() + 20);
    days.pop_back();
    desk.open(TenantStore::Usage);
    QTRY_COMPARE(desk.page.days().size(), 30);
    QCOMPARE(desk.page.days().constFirst(), QStringLiteral("2026-10-23"));
    QCOMPARE(desk.page.days().constLast(), QStringLiteral("2026-11-21"));
    QCOMPARE(desk.page.turns().size(), 30);
    QVERIFY(desk.page.turns().at(2) > 0);
    QCOMPARE(desk.page.turns().at(3), 0.0);
    QVERIFY(desk.page.turns().at(20) > 0);
    QVERIFY(desk.page.dayText(3).contains(QStringLiteral("nothing")));
    QVERIFY(desk.page.dayText(20).startsWith(QStringLiteral("2026-11-12")));
}

void TenantsPageTest::whoTalksWithAnAgentIsSaidBeforeItGoes()
{
    TenantsDesk desk;
    desk.tenants.conversations.clear();
    const auto talk = [&](const char *id, const char *agent, const char *state, const char *needs) {
        schema::ConversationRow row;
        row.thread.id = id;
        row.thread.tenantId = "acme";
        row.thread.agentId = agent;
        row.thread.channelType = "web";
        row.thread.state = state;
        row.thread.needs = needs;
        desk.tenants.conversations.push_back(row);
    };
    talk("t1", "a1", "open", "");
    talk("t2", "a1", "escalated", "person");
    talk("t3", "a1", "closed", "");
    talk("t4", "a2", "open", "");
    desk.open(TenantStore::Agents);
    QTRY_VERIFY(desk.words().contains(QStringLiteral("Service desk")));
    TenantAction action;
    action.setStore(desk.page.store());
    const auto says = [&] { return action.consequences().join(u'\n'); };
    action.open(TenantAction::DeleteAgent, QStringLiteral("acme"), QStringLiteral("a1"));
    QTRY_VERIFY2(says().contains(QStringLiteral("open: 2; 1 of them wait for a person")),
        qPrintable(says()));
    desk.tenants.conversations.resize(1);
    action.open(TenantAction::SwitchAgent, QStringLiteral("acme"), QStringLiteral("a1"));
    QTRY_VERIFY2(says().contains(QStringLiteral("that are open: 1.")), qPrintable(says()));
    desk.tenants.conversations.clear();
    action.open(TenantAction::DeleteAgent, QStringLiteral("acme"), QStringLiteral("a1"));
    QTRY_VERIFY2(says().contains(QStringLiteral("None of its conversations")), qPrintable(says()));
    desk.gateway.dropConnection();
    action.open(TenantAction::DeleteAgent, QStringLiteral("acme"), QStringLiteral("a1"));
    QTRY_VERIFY2(says().contains(QStringLiteral("is not known")), qPrintable(says()));
}

void TenantsPageTest::lessThanACentIsNotNothing()
{
    QCOMPARE(tenantwords::money(18.424), QStringLiteral("$ 18.42"));
    QCOMPARE(tenantwords::money(0.0), QStringLiteral("$ 0.00"));
    QCOMPARE(tenantwords::money(0.0042), QStringLiteral("$ 0.0042"));
    QCOMPARE(tenantwords::money(0.00001), QStringLiteral("< $ 0.0001"));
}

QTEST_GUILESS_MAIN(TenantsPageTest)
#include "pages_tenants.moc"
