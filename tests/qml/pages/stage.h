// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/stores/session.h"
#include "tests/support/fakechat.h"
#include "tests/support/fakeiam.h"
#include "tests/support/faketalks.h"
#include "tests/support/faketenants.h"
#include "views/pages/appstate.h"

#include <QTemporaryDir>

namespace signalbox {

/// What a page needs around it: a session with the far end of the tests, settings and drafts in a
/// folder of its own.
class Stage : public QObject {
    Q_OBJECT
    Q_MOC_INCLUDE("models/stores/session.h")
    Q_PROPERTY(signalbox::AppState *app READ app NOTIFY opened FINAL)
    Q_PROPERTY(QString pictures READ pictures CONSTANT FINAL) ///< folder, "" = take none
    Q_PROPERTY(bool recordings READ recordings CONSTANT FINAL) ///< of a real back end are here
    Q_PROPERTY(QString folder READ folder CONSTANT FINAL) ///< for files of a test
public:
    explicit Stage(QObject *parent = nullptr);
    ~Stage() override;

    AppState *app() const { return m_app.get(); }
    bool recordings() const;
    QString folder() const { return m_folder.path(); }
    QString pictures() const { return qEnvironmentVariable("SIGNALBOX_PICTURES"); }

    /// A new session. `platform`: demo, empty, real (no events, no fabric), failing,
    /// slow (no answer comes until hold(false)), talks (demo with conversations and agents).
    Q_INVOKABLE void open(const QString &platform, bool isProtected, bool readOnly);
    Q_INVOKABLE bool loaded() const;
    Q_INVOKABLE void setWorkspace(const QString &workspace);
    Q_INVOKABLE void startFlow(
        const QString &workspace, const QString &id, const QString &blueprint);
    Q_INVOKABLE void fill(int flows); ///< many flows, some with very long names
    Q_INVOKABLE void fillQueues(int queues); ///< of no flow, some with very long names
    Q_INVOKABLE void traffic(int everyMs); ///< messages pass by themselves; 0 stops
    Q_INVOKABLE void publish(const QString &topic, const QString &payload);
    Q_INVOKABLE void hold(bool held); ///< answers wait until it is false again
    Q_INVOKABLE void drop(const QString &why); ///< the connection is lost
    Q_INVOKABLE void failNext(
        const QString &service, const QString &operation, const QString &text);
    Q_INVOKABLE int asked(const QString &service, const QString &operation) const;
    Q_INVOKABLE QString lastBody(const QString &operation) const;
    Q_INVOKABLE void signInAs(const QString &role); ///< before open(): mira has this one alone
    Q_INVOKABLE bool hasUser(const QString &username) const;
    Q_INVOKABLE int keysOf(const QString &username) const;
    Q_INVOKABLE void addUsers(int count); ///< some with very long names
    Q_INVOKABLE bool runs(const QString &workspace, const QString &id) const;
    Q_INVOKABLE void putConfig(
        const QString &workspace, const QString &type, const QString &key, const QString &value);
    Q_INVOKABLE void fillConfig(int entries); ///< in acme: known types, and so many others
    Q_INVOKABLE QString configValue(
        const QString &workspace, const QString &type, const QString &key) const; ///< "" = absent
    Q_INVOKABLE QString configId(const QString &type, const QString &key) const; ///< in acme
    Q_INVOKABLE bool configLoaded() const;
    Q_INVOKABLE void editConfig(const QString &id, const QString &text);
    Q_INVOKABLE QString configFile(const QString &text); ///< path of a file with that text
    Q_INVOKABLE void talk(
        const QString &thread, const QString &role, const QString &text); ///< acme
    Q_INVOKABLE void chunk(const QString &thread, const QString &turn, int offset,
        const QString &text); ///< acme
    Q_INVOKABLE void takeBy(const QString &who, const QString &thread); ///< acme, told to nobody
    Q_INVOKABLE void longNames(); ///< of whoever talks, and a failed answer
    Q_INVOKABLE void longTalk(
        const QString &thread, int messages); ///< acme, before it is looked at
    Q_INVOKABLE QString clipboard() const;
    Q_INVOKABLE void turnRound(bool rightToLeft); ///< the running window
    Q_INVOKABLE void hidePrograms(bool hidden); ///< nothing is found on the PATH
    Q_INVOKABLE void startLongNames(const QString &workspace, const QString &id, int stations);
    Q_INVOKABLE void startStock(const QString &workspace, const QString &id); ///< as recorded
    Q_INVOKABLE void hostileChat(const QString &place); ///< see FakeChat::hostile
    Q_INVOKABLE void giveTool(const QString &agent, const QString &tool);
    Q_INVOKABLE void hostileTenants(bool hostile); ///< answers carry rows of another tenant
    Q_INVOKABLE void touchAgent(const QString &agent); ///< somebody else changes its persona
    Q_INVOKABLE void addTenants(int count); ///< some with very long names
    Q_INVOKABLE QString agentJson(const QString &tenant, const QString &agent) const; ///< "" = gone
    Q_INVOKABLE bool hasTenant(const QString &tenant) const;

signals:
    void opened();

private:
    QTemporaryDir m_folder;
    QByteArray m_path;
    std::unique_ptr<FakeGateway> m_gateway;
    std::unique_ptr<FakeIam> m_iam;
    std::unique_ptr<FakeTenants> m_tenants;
    std::unique_ptr<FakeTalks> m_talks;
    std::unique_ptr<FakeChat> m_chat;
    QString m_role = QStringLiteral("admin");
    std::unique_ptr<Session> m_session;
    std::unique_ptr<SettingsStore> m_settings;
    std::unique_ptr<AppState> m_app;
};

} // namespace signalbox
