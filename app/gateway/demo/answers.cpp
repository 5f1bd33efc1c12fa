// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/answers.h"

#include "app/gateway/demo/json.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

namespace signalbox::gateway::demo {

using schema::Json;

namespace {
/// `prompt-rag` and `text-completion-rag` are second instances of their kind.
std::string_view family(std::string_view kind)
{
    if (kind == "prompt-rag" || kind == "text-completion-rag")
        kind.remove_suffix(4);
    return kind;
}

std::string text(const Json &json, std::string_view name)
{
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool flag(const Json &json, std::string_view name)
{
    const auto found = json.find(name);
    return found != json.end() && found->is_boolean() && found->get<bool>();
}

std::int64_t count(const Json &json, std::string_view name, std::int64_t fallback)
{
    const auto found = json.find(name);
    return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>()
                                                             : fallback;
}

std::int64_t tokens(std::string_view words)
{
    return std::int64_t(words.size() / 4) + 1;
}

std::string model(const Workbench &bench)
{
    const std::string *name = schema::find(bench.parameters, "model");
    return name ? *name : std::string("kestrel-small");
}

Json iri(const std::string &name)
{
    return Json { { "type", "i" }, { "iri", name } };
}

/// About four words each, together the whole text.
std::vector<std::string> wordGroups(const std::string &whole)
{
    std::vector<std::string> groups;
    std::size_t begin = 0;
    int spaces = 0;
    for (std::size_t at = 0; at < whole.size(); ++at)
        if (whole[at] == ' ' && ++spaces % 4 == 0) {
            groups.push_back(whole.substr(begin, at + 1 - begin));
            begin = at + 1;
        }
    if (begin < whole.size())
        groups.push_back(whole.substr(begin));
    return groups;
}

/// What was written by the model behind a prompt, or words of our own when no call was made.
std::string wording(const schema::Members<std::string> &answers, const Workbench &bench)
{
    for (const char *client : { "text-completion", "prompt" })
        if (const std::string *part = schema::find(answers, client)) {
            const Json json = parsed(*part);
            for (const char *name : { "response", "text" })
                if (json.is_object() && !text(json, name).empty())
                    return text(json, name);
        }
    return bench.words.paragraph(int(bench.random.between(1, 3)), bench.random);
}

void addTokens(Json &json, std::string_view in, std::string_view out, const std::string &name)
{
    json["in_token"] = tokens(in);
    json["out_token"] = tokens(out);
    json["model"] = name;
}

/// A text as one part or as a stream, in the member `name`, ended by the member `end`.
Parts told(const std::string &whole, bool streaming, const char *name, const char *end,
    std::string_view asked, const std::string &modelName, const Json &frame = Json::object())
{
    Parts parts;
    if (streaming)
        for (const std::string &group : wordGroups(whole)) {
            Json part = frame;
            part[name] = group;
            part[end] = false;
            parts.push_back(written(part));
        }
    Json last = frame;
    last[name] = streaming ? std::string() : whole;
    addTokens(last, asked, whole, modelName);
    last[end] = true;
    parts.push_back(written(last));
    return parts;
}

Parts completion(const Json &request, const schema::Members<std::string> &, const Workbench &bench)
{
    if (!request.contains("prompt"))
        return { failure("text-completion", "the request has no prompt") };
    return told(bench.words.paragraph(int(bench.random.between(1, 4)), bench.random),
        flag(request, "streaming"), "response", "end_of_stream",
        text(request, "system") + text(request, "prompt"), model(bench));
}

Parts prompt(
    const Json &request, const schema::Members<std::string> &answers, const Workbench &bench)
{
    if (text(request, "id").empty())
        return { failure("prompt", "the request names no prompt") };
    return told(wording(answers, bench), flag(request, "streaming"), "text", "end_of_stream",
        written(request), model(bench));
}

Parts retrieval(std::string_view kind, const Json &request,
    const schema::Members<std::string> &answers, const Workbench &bench)
{
    const std::string query = text(request, "query");
    if (query.empty())
        return { failure(kind, "the request has no query") };
    const Json explain { { "message_type", "explain" }, { "response", "" },
        { "explain_id", "urn:question:" + bench.random.hex(12) },
        { "explain_graph", "urn:graph:retrieval" }, { "end_of_stream", false },
        { "end_of_session", false } };
    Parts parts { written(explain) };
    const Json frame { { "message_type", "chunk" }, { "end_of_stream", false } };
    Parts chunks = told(wording(answers, bench), flag(request, "streaming"), "response",
        "end_of_session", query, model(bench), frame);
    if (kind == "graph-rag") {
        Json last = parsed(chunks.back());
        last["sources"] = Json::array({ { { "uri", "urn:paper:" + bench.random.hex(10) },
            { "title", "Paper on " + bench.words.one("goods", bench.random) } } });
        chunks.back() = written(last);
    }
    parts.insert(parts.end(), chunks.begin(), chunks.end());
    return parts;
}

Parts agent(
    const Json &request, const schema::Members<std::string> &answers, const Workbench &bench)
{
    const std::string asked = text(request, "question");
    if (asked.empty())
        return { failure("agent", "the request has no question") };
    const std::string session = "urn:agent:" + bench.random.hex(12);
    Parts parts;
    const auto say = [&](const char *type, const std::string &content) {
        parts.push_back(written({ { "message_type", type }, { "content", content },
            { "message_id", session + "/" + std::to_string(parts.size()) },
            { "end_of_message", true }, { "end_of_dialog", false } }));
    };
    say("thought",
        "The papers of " + bench.words.one("places", bench.random) + " should say more on that.");
    for (const auto &[client, found] : answers)
        if (client != "prompt" && client != "text-completion")
            say("observation",
                client + " answered with " + std::to_string(found.size()) + " characters.");
    const std::string whole = wording(answers, bench);
    if (flag(request, "streaming"))
        for (const std::string &group : wordGroups(whole))
            parts.push_back(written({ { "message_type", "answer" }, { "content", group },
                { "message_id", session + "/answer" }, { "end_of_message", false },
                { "end_of_dialog", false } }));
    Json last { { "message_type", "answer" } };
    if (!flag(request, "streaming"))
        last["content"] = whole;
    last["message_id"] = session + "/answer";
    last["end_of_message"] = true;
    last["end_of_dialog"] = true;
    addTokens(last, asked, whole, model(bench));
    parts.push_back(written(last));
    return parts;
}

Parts embeddings(const Json &request, const schema::Members<std::string> &, const Workbench &)
{
    const auto texts = request.find("texts");
    if (texts == request.end() || !texts->is_array())
        return { failure("embeddings", "the request has no list of texts") };
    Json vectors = Json::array();
    for (const Json &one : *texts) {
        // The same text has the same vector.
        Random numbers(seedFor(384, one.is_string() ? one.get<std::string>() : one.dump()));
        Json vector = Json::array();
        for (int i = 0; i < 8; ++i)
            vector.push_back(double(numbers.between(-9999, 9999)) / 10000.0);
        vectors.push_back(std::move(vector));
    }
    return { written({ { "vectors", std::move(vectors) } }) };
}

/// Query answers: a few finds, best first.
Json finds(
    const Workbench &bench, std::int64_t limit, const std::function<Json(double score)> &find)
{
    Json list = Json::array();
    double score = 0.95;
    for (std::int64_t i = std::min<std::int64_t>(limit, bench.random.between(2, 5)); i > 0; --i) {
        list.push_back(find(score));
        score *= 0.8 + 0.15 * bench.random.unit();
    }
    return list;
}

Json reranked(const Json &request, const Workbench &bench)
{
    Json results = Json::array();
    const auto documents = request.find("documents");
    if (documents != request.end() && documents->is_array())
        for (const Json &document : *documents)
            results.push_back(
                { { "document_id", document.is_object() ? text(document, "document_id") : "" },
                    { "query_id", "q" }, { "score", bench.random.unit() } });
    std::stable_sort(results.begin(), results.end(), [](const Json &a, const Json &b) {
        return a["score"].get<double>() > b["score"].get<double>();
    });
    return { { "results", std::move(results) } };
}

Json tripleList(const Workbench &bench, std::int64_t limit)
{
    return finds(bench, limit, [&](double) {
        return Json { { "s", iri("urn:goods:" + bench.random.hex(6)) },
            { "p", iri("urn:line:" + bench.words.one("relations", bench.random)) },
            { "o", iri("urn:place:" + bench.random.hex(6)) } };
    });
}

Json query(std::string_view kind, const Json &request, const Workbench &bench)
{
    const std::int64_t limit = count(request, "limit", 10);
    const Words &words = bench.words;
    Random &random = bench.random;
    if (kind == "graph-embeddings")
        return { { "entities",
            finds(bench, limit, [&](double score) {
                return Json { { "entity", iri("urn:goods:" + random.hex(6)) }, { "score", score } };
            }) } };
    if (kind == "document-embeddings" || kind == "keyword-index")
        return { { "chunks",
            finds(bench, limit, [&](double score) {
                return Json { { "chunk_id", "urn:chunk:" + random.hex(10) }, { "score", score } };
            }) } };
    if (kind == "row-embeddings")
        return { { "matches", finds(bench, limit, [&](double score) {
                      const std::string place = words.one("places", random);
                      return Json { { "index_name", "destination" },
                          { "index_value", Json::array({ place }) }, { "text", place },
                          { "score", score } };
                  }) } };
    if (kind == "triples")
        return { { "response", tripleList(bench, limit) }, { "complete", true } };
    if (kind == "sparql")
        return { { "query-type", "select" }, { "variables", { "s" } },
            { "bindings", finds(bench, limit, [&](double) {
                 return Json { { "values", Json::array({ iri("urn:goods:" + random.hex(6)) }) } };
             }) } };
    if (kind == "rows" || kind == "structured-query")
        return { { "data",
                     { { "waybills",
                         finds(bench, limit,
                             [&](double) {
                                 return Json {
                                     { "waybill",
                                         "WB-" + std::to_string(random.between(100000, 999999)) },
                                     { "destination", words.one("places", random) }
                                 };
                             }) } } },
            { "errors", Json::array() } };
    if (kind == "nlp-query")
        return { { "graphql_query", "{ waybills(limit: 5) { waybill destination } }" },
            { "variables", Json::object() }, { "detected_schemas", { "waybills" } },
            { "confidence", 0.6 + 0.39 * random.unit() } };
    if (kind == "structured-diag")
        return { { "operation", text(request, "operation") }, { "detected-type", "csv" },
            { "confidence", 0.7 + 0.29 * random.unit() } };
    if (kind == "image-to-text")
        return { { "description", words.sentence("sentences", random) }, { "in_token", 258 },
            { "out_token", 24 }, { "model", model(bench) } };
    if (kind == "mcp-tool")
        return { { "text", words.sentence("sentences", random) } };
    return { { "payload",
        request.is_object() ? request.value("payload", Json::object()) : Json::object() } };
}
} // namespace

Parts answer(std::string_view kind, std::string_view request,
    const schema::Members<std::string> &answers, const Workbench &bench)
{
    const Json json = parsed(request);
    if (!json.is_object())
        return { failure(kind, "the request is no JSON object") };
    for (const auto &[client, part] : answers)
        if (const std::string why = failureIn(part); !why.empty())
            return { failure(kind, client + ": " + why) };
    const std::string_view what = family(kind);
    if (what == "text-completion")
        return completion(json, answers, bench);
    if (what == "prompt")
        return prompt(json, answers, bench);
    if (what == "graph-rag" || what == "document-rag")
        return retrieval(what, json, answers, bench);
    if (what == "agent")
        return agent(json, answers, bench);
    if (what == "embeddings")
        return embeddings(json, answers, bench);
    if (what == "reranker")
        return { written(reranked(json, bench)) };
    return { written(query(what, json, bench)) };
}

std::string failure(std::string_view kind, const std::string &why)
{
    const std::string_view what = family(kind);
    std::string type(what);
    if (what == "text-completion" || what == "prompt")
        type = "llm";
    else if (what == "mcp-tool")
        type = "tool";
    return written({ { "error", { { "type", type + "-error" }, { "message", why } } } });
}

std::string failureIn(std::string_view part)
{
    if (part.find("\"error\"") == std::string_view::npos)
        return {};
    const Json json = parsed(part);
    if (!json.is_object() || !json.contains("error") || !json["error"].is_object())
        return {};
    const std::string why = text(json["error"], "message");
    return why.empty() ? "failed without a reason" : why;
}

std::string question(std::string_view kind, std::string_view cause, const Workbench &bench)
{
    Random &random = bench.random;
    const std::string_view what = family(kind);
    const std::string excerpt(cause.substr(0, std::min<std::size_t>(cause.size(), 400)));
    if (what == "text-completion")
        return written({ { "system", "You read freight papers and answer from them only." },
            { "prompt", excerpt }, { "streaming", random.chance(0.1) } });
    if (what == "prompt")
        return written({ { "id", "read-paper" }, { "variables", { { "paper", excerpt } } },
            { "streaming", false } });
    if (what == "embeddings")
        return written({ { "texts", Json::array({ excerpt }) } });
    if (what == "graph-rag" || what == "document-rag" || what == "keyword-index")
        return written({ { "query", bench.words.sentence("questions", random) },
            { "collection", "default" }, { "streaming", random.chance(0.5) } });
    if (what == "agent")
        return written({ { "question", bench.words.sentence("questions", random) },
            { "collection", "default" }, { "streaming", random.chance(0.5) } });
    if (what == "nlp-query" || what == "structured-query")
        return written({ { "question", bench.words.sentence("questions", random) },
            { "collection", "default" } });
    if (what == "graph-embeddings" || what == "document-embeddings" || what == "row-embeddings")
        return written({ { "vector", { 0.11, -0.32, 0.07, 0.2, -0.18, 0.4, 0.02, -0.27 } },
            { "limit", 10 }, { "collection", "default" } });
    if (what == "reranker") {
        Json documents = Json::array();
        for (int i = 0; i < 4; ++i)
            documents.push_back({ { "document_id", "d" + std::to_string(i) },
                { "document_text", bench.words.sentence("sentences", random) } });
        return written({ { "queries",
                             Json::array({ { { "query_id", "q" },
                                 { "query_text", bench.words.sentence("questions", random) } } }) },
            { "documents", std::move(documents) }, { "limit", 4 } });
    }
    if (what == "sparql")
        return written(
            { { "query", "SELECT ?s WHERE { ?s ?p ?o } LIMIT 5" }, { "collection", "default" } });
    if (what == "rows")
        return written({ { "query", "{ waybills { waybill } }" }, { "collection", "default" } });
    if (what == "image-to-text")
        return written(
            { { "image", base64(excerpt) }, { "mime_type", "image/png" }, { "prompt", "" } });
    if (what == "mcp-tool")
        return written({ { "name", "wagon-lookup" },
            { "parameters", { { "place", bench.words.one("places", random) } } } });
    return written({ { "limit", 10 }, { "collection", "default" } });
}

std::string wordsIn(std::string_view part)
{
    const Json json = parsed(part);
    return json.is_object() ? text(json, "response") + text(json, "text") : std::string();
}

std::string withWords(const std::string &last, const std::string &before)
{
    if (before.empty())
        return last;
    Json json = parsed(last);
    if (!json.is_object())
        return last;
    const char *name = json.contains("text") ? "text" : "response";
    json[name] = before + text(json, name);
    return written(json);
}

bool isLast(std::string_view kind, std::string_view part)
{
    const std::string_view what = family(kind);
    const char *end = what == "agent"                   ? "end_of_dialog"
        : what == "graph-rag" || what == "document-rag" ? "end_of_session"
        : what == "text-completion" || what == "prompt" ? "end_of_stream"
                                                        : nullptr;
    if (!end)
        return true;
    const Json json = parsed(part);
    return !json.is_object() || json.contains("error") || flag(json, end);
}

} // namespace signalbox::gateway::demo
