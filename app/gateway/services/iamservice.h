// SPDX-License-Identifier: GPL-3.0-only
#pragma once

#include "app/gateway/services/credentials.h"
#include "app/gateway/services/leases.h"
#include "app/gateway/services/oidcissuer.h"
#include "app/gateway/services/platform.h"
#include "app/gateway/services/requestserver.h"

#include <functional>
#include <map>

namespace signalbox::gateway {

/// Id and name of who has not signed in, where nobody has to.
inline constexpr const char *anonymousUserId = "anonymous";

/// Identity and access of the open edition, contract TG §2.2–§2.3 with the mends of
/// signalbox-gateway §9. Two threads, so that a password being checked holds nobody up. Every
/// change is told on `notify:tg:iam` as {"operation":…}: who caches identities forgets them then.
class IamService final : public RequestServer {
public:
    struct Options {
        std::chrono::milliseconds configTimeout { 10000 };
        PlatformOptions::Bootstrap bootstrap = PlatformOptions::Bootstrap::Token;
        std::string adminKey; ///< "" = random
        std::string adminPassword; ///< "" = random
        int passwordIterations = 600000;
        std::chrono::seconds tokenLifetime { 3600 };
        bool anonymous = false; ///< nobody is asked for a credential, TG §2.5
        OidcOptions oidc; ///< whose tokens are accepted besides our own
    };
    IamService(Backend &fabric, IamStore &store, Options options);
    ~IamService() override;

    /// The key made by this start; "" when there were users already or bootstrap is on request.
    [[nodiscard]] std::string seededKey() const { return m_seededKey; }

private:
    using Fault = ServiceFault;
    template <class T> using Result = Expected<T, Fault>;
    using Answer = Result<schema::IamResponse>;
    using Operation = Answer (IamService::*)(const Json &body);

    Expected<Done, std::string> prepare() override;
    std::string handle(const Request &request) override;
    void ended() override;
    [[nodiscard]] std::string errorType() const override { return "internal-error"; }
    static const std::map<std::string, std::pair<Operation, bool>> &
    operations(); ///< bool: changes something

    // iamidentity.cpp: the one place where a bearer becomes an identity. Another kind of bearer is
    // another entry of resolvers().
    struct Bearer {
        schema::User user;
        std::string workspace; ///< the caller's default
    };
    using Resolver = Result<Bearer> (IamService::*)(const std::string &token);
    static const std::map<std::string, Resolver> &resolvers(); ///< by internal operation
    std::string resolve(const Resolver &resolver, const Request &request);
    std::string resolved(Result<Bearer> bearer);
    Result<Bearer> apiKeyBearer(const std::string &token);
    Result<Bearer> tokenBearer(const std::string &token);
    Result<Bearer> anonymousBearer(const std::string &token);
    [[nodiscard]] static schema::User anonymousUser();
    Answer whoami(const Json &body);
    /// The leases of whom an answer is about go with it, so that the edge can tell them at once.
    std::string withLeases(const schema::IamResponse &response);
    std::string lease(const std::string &operation, const Json &body);

    // iamissuer.cpp
    /// With the fault `keysWanted` when the issuer's keys should be read again first.
    Result<Bearer> issuedBearer(const std::string &token);
    Result<UserRow> issuedUser(const IssuedIdentity &who);
    Result<UserRow> keepIssued(
        const IssuedIdentity &who, const std::string &id, const std::string &home);
    Result<std::string> issuedHome(const IssuedIdentity &who);
    [[nodiscard]] std::string freeUsername(const IssuedIdentity &who, const std::string &id);

    // iamservice.cpp
    Answer login(const Json &body);
    Answer bootstrap(const Json &body);
    Answer bootstrapStatus(const Json &body);
    Answer changePassword(const Json &body);
    Answer rotateSigningKey(const Json &body);

    // iamusers.cpp
    Answer createUser(const Json &body);
    Answer listUsers(const Json &body);
    Answer getUser(const Json &body);
    Answer updateUser(const Json &body);
    Answer disableUser(const Json &body);
    Answer enableUser(const Json &body);
    Answer deleteUser(const Json &body);
    Answer resetPassword(const Json &body);
    Answer createApiKey(const Json &body);
    Answer listApiKeys(const Json &body);
    Answer revokeApiKey(const Json &body);

    // iamworkspaces.cpp
    Answer listMyWorkspaces(const Json &body);
    Answer listWorkspaces(const Json &body);
    Answer createWorkspace(const Json &body);
    Answer getWorkspace(const Json &body);
    Answer updateWorkspace(const Json &body);
    Answer disableWorkspace(const Json &body);

    Result<UserRow> user(const Json &body); ///< of `user_id`, with the workspace assertion
    Result<schema::Workspace> record(const Json &body); ///< of `workspace_record.id`
    Result<Done> seedAdmin(
        const std::string &key, const std::string &password, schema::IamResponse *told);
    Result<Done> addKey(const std::string &userId, const std::string &name,
        const std::string &expires, const std::string &plaintext, schema::IamResponse *told);
    Result<Done> registerWorkspace(const std::string &id, bool live);
    bool workspaceLive(const std::string &id);
    Result<SigningKeyRow> signingKey(); ///< the newest, made when there is none
    Result<Done> dropRetiredKeys(); ///< those whose last token has expired
    void tell(const std::string &operation);

    IamStore &m_store;
    const Options m_options;
    std::string m_seededKey;
    std::shared_ptr<Producer> m_notices;
    std::mutex m_changing; ///< one change at a time
    std::unique_ptr<OidcIssuer> m_issuer; ///< nullptr: no provider's tokens are accepted
    Leases m_leases;
};

/// Of a store's error: not-found, duplicate, limit, else internal-error.
ServiceFault faultOf(const StoreError &error);
/// Inside of IamService: a token is signed with a key of the issuer's that is not known yet.
inline constexpr const char *keysWanted = "keys-wanted";
/// One text for everything that is wrong with a credential.
ServiceFault authFailure();

} // namespace signalbox::gateway
