// SPDX-License-Identifier: GPL-3.0-only
#include "models/schema/envelope.h"

#include "models/schema/jsontree.h"
#include "models/schema/reader.h"

#include <algorithm>

namespace signalbox::schema {

template <class V> void members(V &v, const VersionInfo *)
{
    v("product", &VersionInfo::product, Always);
    v("version", &VersionInfo::version, Always);
    v("api", &VersionInfo::api, Always);
    v("capabilities", &VersionInfo::capabilities, Always);
}

template <class V> void members(V &v, const Endpoint *)
{
    v("url", &Endpoint::url, Required);
    v("api_key", &Endpoint::apiKey, Always);
}

namespace {

constexpr std::size_t longBody = 65536;

constexpr std::size_t maxPlain = 4096; ///< bytes of a non-JSON body that are worth showing

void readPresent(const Reader &in, std::string_view key, JsonText &out, bool &present)
{
    std::size_t hint = 0;
    const Json *value = findMember(in.value(), key, hint);
    present = value != nullptr;
    if (value)
        read(Reader(in, key, *value), out);
}

std::string_view textMember(const Json &object, std::string_view key)
{
    std::size_t hint = 0;
    const Json *value = findMember(object, key, hint);
    const auto *text = value ? value->get_ptr<const std::string *>() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

ServiceError errorFrom(const Json &error)
{
    ServiceError out;
    if (error.is_object()) {
        out.type = textMember(error, "type");
        if (out.type.empty()) // the tenant platform's (TP §5)
            out.type = textMember(error, "code");
        out.message = textMember(error, "message");
        return out;
    }
    out.shape = ServiceError::Shape::Text;
    const auto *text = error.get_ptr<const std::string *>();
    out.message = text ? *text : dumpTree(error);
    return out;
}

Json errorTo(const ServiceError &error)
{
    if (error.shape != ServiceError::Shape::Object)
        return error.message;
    Json object = Json::object();
    object["type"] = error.type;
    object["message"] = error.message;
    return object;
}

ServiceError plainError(std::string_view body, int status)
{
    ServiceError out;
    out.shape = ServiceError::Shape::Plain;
    const auto first = body.find_first_not_of(" \t\r\n");
    if (first == body.npos) {
        out.message =
            status ? "HTTP status " + std::to_string(status) + " without text" : "an empty answer";
        return out;
    }
    body = body.substr(first, body.find_last_not_of(" \t\r\n") - first + 1);
    out.message = body.substr(0, maxPlain);
    return out;
}

/// `'x'`, as Python prints a missing key.
std::optional<std::string> quotedWord(const std::string &text)
{
    if (text.size() < 3 || text.front() != '\'' || text.back() != '\'')
        return std::nullopt;
    std::string word = text.substr(1, text.size() - 2);
    if (word.find_first_of("' \t\n") != word.npos)
        return std::nullopt;
    return word;
}

void readRequest(const Reader &in, SocketRequest &out)
{
    readPresent(in, "id", out.id, out.hasId);
    readMember(in, "workspace", out.workspace);
    readMember(in, "flow", out.flow);
    readMember(in, "service", out.service);
    JsonText request;
    bool present = false;
    readPresent(in, "request", request, present);
    if (present)
        out.request = std::move(request);
}

/// The text itself when it is JSON, as a JSON string otherwise: a frame is always well formed.
std::string embedded(const JsonText &value)
{
    return isJson(value.text) ? value.text : dumpTree(Json(value.text));
}

void append(std::string &frame, std::string_view key, const std::string &value)
{
    frame += frame.size() > 1 ? ",\"" : "\"";
    frame += key;
    frame += "\":";
    frame += value;
}

std::string quoted(const std::string &text)
{
    return dumpTree(Json(text));
}

} // namespace

std::string ServiceError::explained() const
{
    if (shape == Shape::Plain)
        return message;
    if (message.empty())
        return "No answer in time (an error without text is how the far end reports a time-out)";
    if (const auto word = quotedWord(message))
        return "Missing field or entry: " + *word;
    return message;
}

std::optional<ServiceError> errorOf(std::string_view body, int httpStatus)
{
    const bool refused = httpStatus >= 400;
    // A page of a long list is read once, by whoever asked; only what may be an error is read here.
    if (!refused && body.size() > longBody && body.front() == '{'
        && body.find("\"error\"") == body.npos)
        return std::nullopt;
    const auto tree = parseTree(body);
    if (!tree) {
        if (!refused && httpStatus && body.find_first_not_of(" \t\r\n") == body.npos)
            return std::nullopt;
        return plainError(body, httpStatus);
    }
    if (tree->is_object()) {
        std::size_t hint = 0;
        const Json *error = findMember(*tree, "error", hint);
        if (error && !error->is_null())
            return errorFrom(*error);
    }
    return refused ? std::optional(plainError(body, httpStatus)) : std::nullopt;
}

std::string cursorOf(std::string_view body)
{
    const auto tree = JsonTree::parse(std::string(body), 1);
    if (!tree || !tree->isObject(0))
        return {};
    const int node = tree->child(0, "cursor");
    return node != JsonTree::none && tree->kind(node) == JsonTree::Kind::String ? tree->string(node)
                                                                                : std::string();
}

std::optional<JsonText> idOf(std::string_view frame)
{
    const auto tree = parseTree(frame);
    if (!tree || !tree->is_object())
        return std::nullopt;
    std::size_t hint = 0;
    const Json *id = findMember(*tree, "id", hint);
    return id ? std::optional(JsonText { dumpTree(*id) }) : std::nullopt;
}

void read(const Reader &in, ClientFrame &out)
{
    if (!in.isObject())
        return;
    const std::string_view type = textMember(in.value(), "type");
    if (type == "auth") {
        out.kind = ClientFrame::Kind::Auth;
        readMember(in, "token", out.token);
    } else if (type == "cancel") {
        out.kind = ClientFrame::Kind::Cancel;
        readPresent(in, "id", out.request.id, out.request.hasId);
    } else {
        readRequest(in, out.request);
    }
}

template <> std::string encode(const ClientFrame &frame)
{
    std::string text = "{";
    const SocketRequest &request = frame.request;
    if (frame.kind == ClientFrame::Kind::Auth) {
        append(text, "type", "\"auth\"");
        append(text, "token", quoted(frame.token));
        return text + "}";
    }
    if (frame.kind == ClientFrame::Kind::Cancel)
        append(text, "type", "\"cancel\"");
    if (request.hasId)
        append(text, "id", embedded(request.id));
    if (frame.kind == ClientFrame::Kind::Cancel)
        return text + "}";
    if (request.workspace)
        append(text, "workspace", quoted(*request.workspace));
    if (request.flow)
        append(text, "flow", quoted(*request.flow));
    if (request.service)
        append(text, "service", quoted(*request.service));
    if (request.request)
        append(text, "request", embedded(*request.request));
    return text + "}";
}

void read(const Reader &in, ServerFrame &out)
{
    if (!in.isObject())
        return;
    std::size_t hint = 0;
    const Json *error = findMember(in.value(), "error", hint);
    const std::string_view type = textMember(in.value(), "type");
    if (type == "auth-ok") {
        out.kind = ServerFrame::Kind::AuthOk;
        readMember(in, "workspace", out.defaultWorkspace); // its name in 2.4.5–2.6.1
        readMember(in, "default_workspace", out.defaultWorkspace);
        return;
    }
    if (type == "auth-failed") {
        out.kind = ServerFrame::Kind::AuthFailed;
        out.error = errorFrom(error ? *error : Json(std::string()));
        return;
    }
    readPresent(in, "id", out.id, out.hasId);
    readMember(in, "complete", out.complete);
    if (error && !error->is_null()) {
        out.kind = ServerFrame::Kind::Error;
        out.error = errorFrom(*error);
        return;
    }
    bool present = false;
    readPresent(in, "response", out.response, present);
    if (!present)
        in.missing("response");
}

namespace {

/// Answers are large, and whoever asked reads them: here they are cut out as they are written.
/// nullopt: another kind of frame, or a fault, of which the whole reading tells where it is.
std::optional<ServerFrame> plainAnswer(std::string_view text)
{
    const auto tree = JsonTree::parse(std::string(text), 1);
    if (!tree || !tree->isObject(0))
        return {};
    ServerFrame frame;
    bool answered = false;
    for (int node = tree->first(0); node != JsonTree::none; node = tree->next(node)) {
        const std::string key = tree->key(node);
        const auto kind = tree->kind(node);
        const bool plain = kind != JsonTree::Kind::Null;
        if (key == "response" && plain) {
            frame.response.text = tree->raw(node);
            answered = true;
        } else if (key == "id" && tree->raw(node).find('\\') == std::string_view::npos) {
            frame.id.text = tree->raw(node);
            frame.hasId = true;
        } else if (key == "complete" && kind == JsonTree::Kind::Boolean) {
            frame.complete = tree->raw(node) == "true";
        } else if (key == "response" || key == "id" || key == "complete" || key == "type"
            || key == "error") {
            return {};
        }
    }
    return answered ? std::optional(std::move(frame)) : std::nullopt;
}

} // namespace

template <> Decoded<ServerFrame> decode<ServerFrame>(std::string_view text)
{
    if (auto frame = plainAnswer(text))
        return std::move(*frame);
    return decodeTree<ServerFrame>(text);
}

template <> std::string encode(const ServerFrame &frame)
{
    std::string text = "{";
    switch (frame.kind) {
    case ServerFrame::Kind::AuthOk:
        append(text, "type", "\"auth-ok\"");
        append(text, "default_workspace", quoted(frame.defaultWorkspace));
        return text + "}";
    case ServerFrame::Kind::AuthFailed:
        append(text, "type", "\"auth-failed\"");
        append(text, "error", dumpTree(errorTo(frame.error)));
        return text + "}";
    case ServerFrame::Kind::Response:
    case ServerFrame::Kind::Error:
        break;
    }
    if (frame.hasId)
        append(text, "id", embedded(frame.id));
    if (frame.kind == ServerFrame::Kind::Error)
        append(text, "error", dumpTree(errorTo(frame.error)));
    else
        append(text, "response", embedded(frame.response));
    append(text, "complete", frame.complete ? "true" : "false");
    return text + "}";
}

template Decoded<ClientFrame> decode<ClientFrame>(std::string_view);
SIGNALBOX_WIRE(VersionInfo)
SIGNALBOX_WIRE(Endpoint)

} // namespace signalbox::schema
