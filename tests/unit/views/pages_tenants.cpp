// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "tests/support/faketenants.h"
#include "views/pages/tenantaction.h"
#include "views/pages/tenantform.h"
#include "views/pages/tenantspage.h"
#include "views/pages/tenanttext.h"
#include "views/pages/tenantwords.h"

#include <QTemporaryDir>
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
    void aTextIsAddedOfAFileReadAndDeleted();
    void whatIsNoTextOrMayNotBeAddedIsNot();
    void whatARoleDoesNotAllowIsSaidBeforehand();
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

void TenantsPageTest::aTextIsAddedOfAFileReadAndDeleted()
{
    TenantsDesk desk;
    desk.open(TenantStore::Texts);
    QTRY_VERIFY(desk.words().contains(QStringLiteral("Lost property")));
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("Dogs on trains.txt")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("Dogs travel for half the \xE2\x80\xAE fare.");
    file.close();
    TenantText text;
    text.setStore(desk.page.store());
    text.open(QStringLiteral("acme"));
    QCOMPARE(text.whyNot(), QStringLiteral("Give it a title."));
    text.takeFile(file.fileName());
    QCOMPARE(text.error(), QString());
    QCOMPARE(text.title(), QStringLiteral("Dogs on trains"));
    QCOMPARE(text.whyNot(), QString());
    text.save();
    QTRY_VERIFY(!text.result().isEmpty());
    QCOMPARE(desk.tenants.texts.back().text, std::string("Dogs travel for half the \u202e fare."));
    QTRY_VERIFY(desk.words().contains(QStringLiteral("Dogs on trains")));

    const QString id = QString::fromStdString(desk.tenants.texts.back().id);
    text.open(QStringLiteral("acme"), id);
    QVERIFY(text.reading());
    QTRY_COMPARE(text.text(), QStringLiteral("Dogs travel for half the ⟦RLO⟧ fare."));
    text.setText(QStringLiteral("other words")); // it is only read
    QVERIFY(text.text().startsWith(QStringLiteral("Dogs")));

    TenantAction action;
    action.setStore(desk.page.store());
    action.open(TenantAction::DeleteText, QStringLiteral("acme"), id);
    QCOMPARE(action.subtitle(), QStringLiteral("Dogs on trains"));
    QVERIFY(action.destructive());
    action.run();
    QTRY_VERIFY(!desk.words().contains(QStringLiteral("Dogs on trains")));
    QCOMPARE(desk.tenants.texts.size(), 1u);
    text.open(QStringLiteral("acme"), id); // somebody was faster
    QTRY_VERIFY(!text.error().isEmpty());
    QCOMPARE(text.text(), QString());
}

void TenantsPageTest::whatIsNoTextOrMayNotBeAddedIsNot()
{
    TenantsDesk desk;
    desk.open(TenantStore::Texts);
    QTRY_VERIFY(desk.words().contains(QStringLiteral("Lost property")));
    const QTemporaryDir folder;
    const auto fileOf = [&](const char *name, const QByteArray &bytes) {
        QFile file(folder.filePath(QLatin1String(name)));
        if (file.open(QIODevice::WriteOnly))
            file.write(bytes);
        return file.fileName();
    };
    TenantText text;
    text.setStore(desk.page.store());
    text.open(QStringLiteral("acme"));
    text.setTitle(QStringLiteral("Fares"));
    text.takeFile(fileOf("broken", "\xC3\x28"));
    QVERIFY2(text.error().contains(QStringLiteral("UTF-8")), qPrintable(text.error()));
    text.takeFile(fileOf("binary", QByteArray("a\0b", 3)));
    QVERIFY2(text.error().contains(QStringLiteral("UTF-8")), qPrintable(text.error()));
    text.takeFile(fileOf("large", QByteArray(int(TenantText::longest) + 1, 'x')));
    QVERIFY2(text.error().contains(QStringLiteral("is larger than")), qPrintable(text.error()));
    text.takeFile(folder.filePath(QStringLiteral("none")));
    QVERIFY2(text.error().contains(QStringLiteral("cannot be read")), qPrintable(text.error()));
    QCOMPARE(text.title(), QStringLiteral("Fares"));
    QCOMPARE(text.whyNot(), QStringLiteral("There are no words in it."));
    text.setText(QString(int(TenantText::longest) + 1, u'x'));
    QVERIFY(text.whyNot().startsWith(QStringLiteral("It is larger")));
    text.setText(QString(TenantText::searched + 1, u'x'));
    QVERIFY2(text.size().contains(QStringLiteral("divide it")), qPrintable(text.size()));
    text.setText(QStringLiteral("A day ticket is 12."));
    QVERIFY2(text.size().startsWith(QStringLiteral("19 B")), qPrintable(text.size()));
    QCOMPARE(text.whyNot(), QString());
    // What was typed is there again.
    text.forget();
    text.open(QStringLiteral("acme"));
    QCOMPARE(text.text(), QStringLiteral("A day ticket is 12."));
    desk.gateway.dropConnection();
    QTRY_VERIFY(!text.whyNot().isEmpty());
    text.save();
    QCOMPARE(desk.tenants.texts.size(), 1u);
    QVERIFY(text.result().isEmpty());
}

void TenantsPageTest::whatARoleDoesNotAllowIsSaidBeforehand()
{
    TenantsDesk desk;
    desk.tenants.role = "customer_operator";
    desk.open(TenantStore::Agents);
    TenantAction action;
    action.setStore(desk.page.store());
    TenantText text;
    text.setStore(desk.page.store());
    const QString acme = QStringLiteral("acme");
    const QString id = QStringLiteral("x");
    QTRY_VERIFY(!action.denied(TenantAction::DeleteAgent, acme, id).isEmpty());
    QVERIFY(!action.deniedForm(TenantForm::AnAgent, acme, id).isEmpty());
    QVERIFY(!action.deniedForm(TenantForm::ATenant, {}, {}).isEmpty());
    QVERIFY(!text.denied(acme).isEmpty());
    QCOMPARE(action.denied(TenantAction::TestChannel, acme, id), QString());
    QCOMPARE(action.deniedForm(TenantForm::AnAcceptance, {}, {}), QString());
    // Whom the tenant's own administrators invite is not for everybody, and no fault of the list.
    desk.page.setArea(TenantStore::Users);
    QTRY_VERIFY(desk.words().contains(QStringLiteral("Mira")));
    QVERIFY(!desk.words().contains(QStringLiteral("otto@example.org")));
    QCOMPARE(desk.page.itemsError(), QString());
    desk.tenants.role = "customer_admin";
    desk.page.store()->fetch();
    QTRY_COMPARE(action.denied(TenantAction::DeleteAgent, acme, id), QString());
    QVERIFY(!action.denied(TenantAction::DeleteTenant, acme, {}).isEmpty());
    desk.tenants.role = "platform_admin";
    desk.page.store()->fetch();
    QTRY_COMPARE(action.denied(TenantAction::DeleteTenant, acme, {}), QString());
    QTRY_VERIFY(desk.words().contains(QStringLiteral("otto@example.org")));
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
