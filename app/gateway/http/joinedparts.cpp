// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/joinedparts.h"

#include "app/gateway/http/jsonbody.h"

#include <nlohmann/json.hpp>

namespace signalbox::gateway {

using Json = nlohmann::json;

namespace {

constexpr std::size_t mostBytes = std::size_t(16) << 20;

/// The member that holds the text; "" for services that do not stream text (TG §4.7).
const char *textMember(std::string_view kind)
{
    if (kind == "prompt")
        return "text";
    if (kind == "agent")
        return "content";
    if (kind == "text-completion" || kind == "graph-rag" || kind == "document-rag")
        return "response";
    return "";
}

std::string textOf(const Json &part, const char *member)
{
    const auto found = part.find(member);
    return found != part.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Thoughts, observations and explanations are no part of the answer.
bool isAnswer(const Json &part)
{
    const std::string type = textOf(part, "message_type");
    return type.empty() || type == "chunk" || type == "answer" || type == "final-answer";
}

std::string dumped(const Json &value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

std::string withoutStreaming(const std::string &request)
{
    Json body = parseBody(request);
    const auto streaming = body.is_object() ? body.find("streaming") : body.end();
    if (!body.is_object() || streaming == body.end() || *streaming == Json(false))
        return request;
    *streaming = false;
    return dumped(body);
}

JoinedParts::JoinedParts(std::string kind)
    : m_kind(std::move(kind))
{
}

void JoinedParts::add(std::string_view part)
{
    if (m_text.size() + m_lists.size() + part.size() > mostBytes) {
        m_tooLong = true;
        return;
    }
    const Json body = parseBody(part);
    if (!body.is_object())
        return;
    if (m_kind == "triples") {
        const auto list = body.find("response");
        if (list != body.end() && list->is_array())
            for (const Json &triple : *list)
                m_lists += dumped(triple) + ",";
    } else if (const char *member = textMember(m_kind); *member && isAnswer(body)) {
        m_text += textOf(body, member);
    }
}

std::string JoinedParts::with(std::string last) const
{
    if (m_tooLong || (m_text.empty() && m_lists.empty()))
        return last;
    Json body = parseBody(last);
    if (!body.is_object() || body.contains("error"))
        return last;
    if (!m_lists.empty()) {
        Json all = parseBody("[" + m_lists + "null]");
        all.erase(all.size() - 1);
        if (const auto list = body.find("response"); list != body.end() && list->is_array())
            all.insert(all.end(), list->begin(), list->end());
        body["response"] = std::move(all);
    } else {
        const char *member = textMember(m_kind);
        const std::string own = textOf(body, member);
        // A last part that repeats the whole is left as it is.
        body[member] = own.starts_with(m_text) ? own : m_text + own;
    }
    return dumped(body);
}

} // namespace signalbox::gateway
