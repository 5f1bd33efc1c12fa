// SPDX-License-Identifier: GPL-3.0-only
// Secrets are planted, the console and the gateway run against each other with them, and everything
// that both wrote is looked through.
#include "tests/integration/client/plantedprovider.h"
#include "tests/integration/client/secretsdriver.h"
#include "tests/support/gatewayprocess.h"
#include "tests/support/secretscan.h"
#include "tests/support/tlsfront.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cstring>

using namespace signalbox;

namespace {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString member(const support::HttpReply &reply, const char *name)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(reply.body))
        .object()
        .value(QLatin1String(name))
        .toString();
}

std::string json(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

/// What others can read of a running process.
QByteArray outsideOf(qint64 pid)
{
    const QString folder = QStringLiteral("/proc/%1/").arg(pid);
    return contentOf(folder + QStringLiteral("cmdline")) + '\n'
        + contentOf(folder + QStringLiteral("environ"));
}

} // namespace

class TestSecrets : public QObject {
    Q_OBJECT
private slots:
    void aPlantedLeakIsFoundInEveryForm();
    void nothingThatIsWrittenHoldsASecret();

private:
    void makeUser(const support::GatewayProcess &gateway);

    const QString m_password = QStringLiteral("Wei\u00dfe \"Signale\"/17+x");
    const QString m_next = QStringLiteral("Rote & Signale/18=y");
    const QString m_wrong = QStringLiteral("Nie gewesen?/19%z");
    const QString m_passphrase = QStringLiteral("Schranke zu: 23#q");
    const QString m_hook = QStringLiteral("T0B17-hookPath29");
    const QString m_channel = QStringLiteral("xoxb-4711-Signatur");
    const QString m_value = QStringLiteral("mcpWert-31-geheim");
    const QString m_typed = QStringLiteral("Halb getippt: 47&w");
    QString m_apiKey;
    QString m_token;
    SecretScan m_scan;
    SecretScan m_stored; ///< what the gateway has to keep, and the console must not
};

void TestSecrets::aPlantedLeakIsFoundInEveryForm()
{
    SecretScan scan;
    scan.plant(QStringLiteral("password"), m_password);
    const auto forms = scan.formsOf(QStringLiteral("password"));
    QVERIFY(forms.size() >= 8);
    QTemporaryDir folder;
    QCOMPARE(scan.lookBelow(folder.path()), QStringList());
    for (const QByteArray &form : forms) {
        QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("a/.b")));
        QFile file(folder.filePath(QStringLiteral("a/.b/log")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("before " + form + " after");
        file.close();
        QVERIFY2(!scan.lookBelow(folder.path()).isEmpty(), form.constData());
    }
    // base64 of a whole header, wherever the secret stands in it
    for (const char *before : { "", "a", "ab", "abc" })
        QVERIFY(!scan.look(QStringLiteral("x"), (before + m_password.toUtf8() + "z").toBase64())
                     .isEmpty());
    QCOMPARE(scan.look(QStringLiteral("x"), "nothing of it"), QStringList());
}

void TestSecrets::makeUser(const support::GatewayProcess &gateway)
{
    const QJsonObject user { { QStringLiteral("username"), QStringLiteral("mira") },
        { QStringLiteral("password"), m_password },
        { QStringLiteral("roles"), QJsonArray { QStringLiteral("admin") } } };
    const auto made = support::http(gateway.port(), "POST", "/api/v1/iam",
        json({ { QStringLiteral("operation"), QStringLiteral("create-user") },
            { QStringLiteral("workspace"), QStringLiteral("default") },
            { QStringLiteral("user"), user } }),
        gateway.key());
    const auto userId = QJsonDocument::fromJson(QByteArray::fromStdString(made.body))
                            .object()
                            .value(QLatin1String("user"))
                            .toObject()
                            .value(QLatin1String("id"))
                            .toString();
    QVERIFY2(!userId.isEmpty(), made.body.c_str());
    m_apiKey = member(support::http(gateway.port(), "POST", "/api/v1/iam",
                          json({ { QStringLiteral("operation"), QStringLiteral("create-api-key") },
                              { QStringLiteral("key"),
                                  QJsonObject { { QStringLiteral("user_id"), userId },
                                      { QStringLiteral("name"), QStringLiteral("planted") } } } }),
                          gateway.key()),
        "api_key_plaintext");
    m_token = member(support::http(gateway.port(), "POST", "/api/v1/auth/login",
                         json({ { QStringLiteral("username"), QStringLiteral("mira") },
                             { QStringLiteral("password"), m_password } })),
        "jwt");
    QVERIFY(!m_apiKey.isEmpty());
    QVERIFY(!m_token.isEmpty());
}

void TestSecrets::nothingThatIsWrittenHoldsASecret()
{
    QTemporaryDir outside; // what a person keeps: key file, certificates
    QTemporaryDir written; // what the programs write
    const QString profile = written.filePath(QStringLiteral("profile"));
    const QString home = written.filePath(QStringLiteral("home"));
    QVERIFY(QDir().mkpath(profile) && QDir().mkpath(home));
    support::GatewayProcess gateway(qEnvironmentVariable("SIGNALBOX_TEST_GATEWAY").toStdString(),
        written.filePath(QStringLiteral("data")).toStdString());
    makeUser(gateway);
    if (QTest::currentTestFailed())
        return;
    Certificates certificates;
    QVERIFY2(certificates.make(QStringLiteral("server"), QStringLiteral("IP:127.0.0.1"))
            && certificates.make(
                QStringLiteral("client"), QStringLiteral("DNS:mira"), 2, m_passphrase),
        qPrintable(certificates.fault()));
    const TlsFront front(certificates, QStringLiteral("server"), quint16(gateway.port()), true);
    QFile keyFile(outside.filePath(QStringLiteral("key")));
    QVERIFY(keyFile.open(QIODevice::WriteOnly));
    keyFile.write(m_apiKey.toUtf8());
    keyFile.close();

    for (const auto &[name, secret] :
        { std::pair { "password", m_password }, { "new password", m_next },
            { "wrong password", m_wrong }, { "passphrase", m_passphrase }, { "API key", m_apiKey },
            { "token", m_token }, { "webhook", m_hook },
            { "typed key", QStringLiteral("tg_TypedButNotSaved1") }, { "typed secret", m_typed } })
        m_scan.plant(QString::fromLatin1(name), secret);
    m_stored.plant(QStringLiteral("channel's secret"), m_channel);
    m_stored.plant(QStringLiteral("value's token"), m_value);
    PlantedProvider provider(&m_scan);

    QProcess console;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    environment.insert(QStringLiteral("HOME"), home);
    for (const char *name : { "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME" })
        environment.insert(QString::fromLatin1(name), home);
    environment.insert(
        QStringLiteral("DBUS_SESSION_BUS_ADDRESS"), QStringLiteral("unix:path=/nonexistent"));
    console.setProcessEnvironment(environment);
    const QString plainUrl = QStringLiteral("http://127.0.0.1:%1").arg(gateway.port());
    console.start(QCoreApplication::applicationFilePath(),
        { QStringLiteral("--drive"), QStringLiteral("--url"), plainUrl,
            QStringLiteral("--api-key-file"), keyFile.fileName(), QStringLiteral("--profile"),
            profile });
    const QStringList wishes { front.url().toString(), certificates.authority(),
        certificates.path(QStringLiteral("client.pem")),
        certificates.path(QStringLiteral("client.key")), QStringLiteral("mira"), m_password, m_next,
        m_wrong, m_passphrase, m_token, plainUrl, m_hook, m_channel, m_value, provider.issuer(),
        m_typed };
    console.write(wishes.join(u'\n').toUtf8() + '\n');
    QByteArray output;
    QByteArray errors;
    QVERIFY2(QTest::qWaitFor(
                 [&] {
                     output += console.readAllStandardOutput();
                     errors += console.readAllStandardError();
                     return output.contains("parked") || output.contains("failed")
                         || console.state() == QProcess::NotRunning;
                 },
                 150000),
        "the console does not come to an end");
    QVERIFY2(output.contains("parked"),
        (output + errors + "exit code " + QByteArray::number(console.exitCode())
            + (console.exitStatus() == QProcess::CrashExit ? ", crashed" : ""))
            .constData());

    QStringList found =
        m_scan.look(QStringLiteral("console's /proc"), outsideOf(console.processId()));
    found += m_scan.look(QStringLiteral("gateway's /proc"), outsideOf(gateway.pid()));
    // What the gateway tells a Prometheus, labels and all.
    const auto metrics = support::http(gateway.port(), "GET", "/metrics", {}, gateway.key());
    QCOMPARE(metrics.status, 200);
    QVERIFY(metrics.body.find("tg_processor_info") != std::string::npos);
    for (const SecretScan *scan : { &m_scan, &m_stored })
        found += scan->look(QStringLiteral("metrics"), QByteArray::fromStdString(metrics.body));
    int files = 0;
    found += m_scan.lookBelow(written.path(), &files); // while both run
    console.write("\n");
    QVERIFY(console.waitForFinished(30000));
    QCOMPARE(console.exitCode(), 0);
    output += console.readAllStandardOutput();
    errors += console.readAllStandardError();
    QCOMPARE(gateway.stop(), 0);
    found += m_scan.lookBelow(written.path());
    found += m_stored.lookBelow(profile) + m_stored.lookBelow(home);
    found += m_stored.look(QStringLiteral("console's output"), output + errors);
    found +=
        m_stored.look(QStringLiteral("gateway's log"), QByteArray::fromStdString(gateway.log()));
    found += m_scan.look(QStringLiteral("console's output"), output + errors);
    found += m_scan.look(QStringLiteral("gateway's log"), QByteArray::fromStdString(gateway.log()));
    QVERIFY2(found.isEmpty(), qPrintable(found.join(u'\n')));

    // It looked at the real thing.
    QVERIFY(files >= 5);
    QCOMPARE(provider.signIns, 1);
    QVERIFY(provider.refreshes >= 1);
    QVERIFY(provider.revoked == 1 && provider.ended == 1);
    for (const char *name : { "access token", "refresh token", "ID token", "code verifier" })
        QVERIFY2(!m_scan.formsOf(QLatin1String(name)).isEmpty(), name);
    QVERIFY(contentOf(profile + QStringLiteral("/browser.txt")).contains("code_challenge"));
    SecretScan kept; // what of the same forms is no secret
    for (const char *typed : { "half-typed connection", "half-typed-user" })
        kept.plant(QLatin1String(typed), QLatin1String(typed));
    const QString drafts = kept.lookBelow(profile).join(u'\n');
    QVERIFY2(drafts.contains(u"half-typed connection") && drafts.contains(u"half-typed-user"),
        qPrintable(drafts));
    const QByteArray wire = contentOf(profile + QStringLiteral("/wire.jsonl"));
    QVERIFY(wire.contains("whoami"));
    QVERIFY(wire.contains("tenants/rail/channels") && wire.contains("auth-token"));
    QVERIFY(!m_stored.lookBelow(written.filePath(QStringLiteral("data"))).isEmpty());
    QVERIFY(wire.contains("tenants/rail/agents") && wire.contains("request:tg:iam"));
    QVERIFY(contentOf(profile + QStringLiteral("/chats.xml")).contains("hello"));
    QVERIFY(contentOf(profile + QStringLiteral("/alerts.txt")).contains("alert"));
    QVERIFY(contentOf(profile + QStringLiteral("/settings.ini")).contains("by password"));
    QVERIFY(contentOf(profile + QStringLiteral("/dialog.txt")).contains("API key"));
    QVERIFY(!contentOf(profile + QStringLiteral("/dialog.png")).isEmpty());
}

int main(int argc, char **argv)
{
    if (argc > 1 && std::strcmp(argv[1], "--drive") == 0)
        return driveConsole(argc, argv);
    QCoreApplication application(argc, argv);
    TestSecrets test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_secrets.moc"
