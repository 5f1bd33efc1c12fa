// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/authroutes.h"
#include "app/gateway/http/jsonbody.h"

#include "models/schema/envelope.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway {

using Json = nlohmann::json;
using Reply = std::function<void(Answer)>;

namespace {

/// nullopt with the answer given: not JSON, or (trap 38, mended) not an object.
std::optional<Json> objectOf(const std::string &text, const Reply &reply)
{
    Json body = parseBody(text);
    if (body.is_discarded())
        reply(edgeError(400, "invalid json"));
    else if (!body.is_object())
        reply(edgeError(400, "body must be an object"));
    else
        return body;
    return std::nullopt;
}

void askIam(Edge &edge, const Json &body, std::string operation, Identity who,
    std::function<void(std::string payload, std::optional<schema::ServiceError>)> then)
{
    ServiceCall call { "iam", std::move(operation), {}, {},
        body.dump(-1, ' ', false, Json::error_handler_t::replace), std::move(who) };
    edge.dispatcher.start(
        std::move(call), [](const std::string &) {},
        [then = std::move(then)](const CallOutcome &outcome) {
            then(outcome.payload, schema::errorOf(outcome.payload));
        });
}

} // namespace

void answerLogin(Edge &edge, const std::string &text, Reply reply)
{
    auto body = objectOf(text, reply);
    if (!body)
        return;
    (*body)["operation"] = "login";
    askIam(edge, *body, "login", {}, [reply](std::string payload, const auto &error) {
        reply(error ? unauthorized() : jsonAnswer(std::move(payload)));
    });
}

void answerBootstrap(Edge &edge, bool statusOnly, Reply reply)
{
    const std::string operation = statusOnly ? "bootstrap-status" : "bootstrap";
    askIam(edge, { { "operation", operation } }, operation, {},
        [reply](std::string payload, const auto &error) {
            reply(error ? unauthorized() : jsonAnswer(std::move(payload)));
        });
}

void answerChangePassword(
    Edge &edge, const std::string &authorization, const std::string &text, Reply reply)
{
    const auto body = objectOf(text, reply);
    if (!body)
        return;
    const Json request { { "operation", "change-password" }, { "user_id", "" },
        { "password", body->value("current_password", Json("")) },
        { "new_password", body->value("new_password", Json("")) } };
    edge.gatekeeper.authenticate(
        bearerOf(authorization), [&edge, request, reply](const std::optional<Identity> &who) {
            if (!who)
                return reply(unauthorized());
            Json own = request;
            own["user_id"] = who->userId; // from the identity, never from the body (TG §2.2)
            askIam(edge, own, "change-password", *who,
                [&edge, reply](std::string payload, const auto &error) {
                    edge.gatekeeper.forgetAll();
                    if (!error)
                        return reply(jsonAnswer(std::move(payload)));
                    reply(error->type == "auth-failed" ? unauthorized()
                                                       : edgeError(400, error->message));
                });
        });
}

Answer maskedLogin(Answer answer)
{
    return schema::errorOf(answer.body) ? serviceError("auth-failed", "auth failure")
                                        : std::move(answer);
}

} // namespace signalbox::gateway
