// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "models/gateway.h"
#include "models/schema/iam.h"
#include "models/schema/lease.h"

#include <QHash>
#include <QPointer>
#include <QQueue>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

namespace signalbox {

class Session;

/// Users, workspaces and API keys as `iam` tells them (contract TG §2.3), and who may write for a
/// while where the far end keeps leases (ARCHITECTURE.md, annex). GUI thread. Asks only
/// while somebody looks, for nothing pushes these; asks for nothing that the caller may not have:
/// then it holds what the caller may see of itself. Missing lists are empty lists.
///
/// Bounds: users, keys and workspaces as the far end lists them, keys of at most `maxOwners` users
/// (the rest is counted), at most `keysInFlight` questions for keys at a time.
class AccessStore : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by AccessPageModel")
public:
    static constexpr int refreshMs = 15000;
    static constexpr int maxOwners = 2000;
    static constexpr int keysInFlight = 4;

    struct Part {
        bool loaded = false;
        QString denied; ///< the missing right; what is held is then only the caller's own
        std::optional<GatewayError> error; ///< of the last read
    };
    struct Keys {
        std::vector<schema::ApiKey> rows;
        bool loaded = false;
        std::optional<GatewayError> error;
    };

    explicit AccessStore(Session *session, QObject *parent = nullptr);
    ~AccessStore() override;

    [[nodiscard]] Session *session() const { return m_session; }
    /// Somebody looks; with `keys` at everybody's keys too.
    void watch(bool looked, bool keys);
    void fetch();
    void fetchKeys(const QString &user); ///< of one user, whoever looks

    /// False against a back end without users (eras A and B, TG §7.1).
    [[nodiscard]] bool supported() const;
    /// Nobody has to sign in there, and users and keys decide nothing (TG §2.5).
    [[nodiscard]] bool powerless() const;
    [[nodiscard]] const std::vector<schema::User> &users() const { return m_users; }
    [[nodiscard]] const std::vector<schema::Workspace> &workspaces() const { return m_workspaces; }
    [[nodiscard]] const Part &usersPart() const { return m_usersPart; }
    [[nodiscard]] const Part &workspacesPart() const { return m_workspacesPart; }
    [[nodiscard]] bool keepsLeases() const; ///< the far end does, and enforces them
    /// Everybody's; those of the caller alone where the right to see more is missing.
    [[nodiscard]] const std::vector<schema::Lease> &leases() const { return m_leases; }
    [[nodiscard]] const Part &leasesPart() const { return m_leasesPart; }
    [[nodiscard]] const schema::Lease *lease(const QString &id) const;
    [[nodiscard]] QString keysDenied() const;
    /// nullptr while never asked.
    [[nodiscard]] const Keys *keysOf(const QString &user) const;
    [[nodiscard]] int keyOwnersRead() const; ///< users whose keys are known
    [[nodiscard]] int keyOwnersFailed() const; ///< that were asked for, and only a fault came
    [[nodiscard]] bool readingKeys() const { return m_keysAsked > 0 || !m_keyQueue.isEmpty(); }
    [[nodiscard]] const schema::User *user(const QString &id) const;
    [[nodiscard]] const schema::Workspace *workspace(const QString &id) const;
    [[nodiscard]] bool isMe(const QString &user) const;

    /// Sends one changing request, then reads again what it concerns. `owners`: the users whose
    /// keys it may change.
    QFuture<Answer<schema::IamResponse>> change(
        const schema::IamRequest &request, const QStringList &owners = {});
    /// Takes somebody's lease away: what its holder sends from then on is refused.
    QFuture<Answer<schema::IamResponse>> revokeLease(const QString &id);

signals:
    void changed();

private:
    QFuture<Answer<schema::IamResponse>> ask(const schema::IamRequest &request);
    void fetchUsers();
    void fetchWorkspaces();
    void fetchLeases();
    void nextKeys();
    void takeKeys(const QString &user, const Answer<schema::IamResponse> &answer);
    void forget();
    void soon(); ///< many answers make one changed()

    QPointer<Session> m_session;
    QTimer m_refresh;
    QTimer m_soon;
    bool m_looked = false;
    bool m_lookedAtKeys = false;
    std::vector<schema::User> m_users;
    std::vector<schema::Workspace> m_workspaces;
    Part m_usersPart;
    Part m_workspacesPart;
    std::vector<schema::Lease> m_leases;
    Part m_leasesPart;
    QHash<QString, Keys> m_keys;
    QQueue<QString> m_keyQueue;
    int m_keysAsked = 0;
};

} // namespace signalbox
