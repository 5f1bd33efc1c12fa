// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/cargo.h"

#include "app/gateway/demo/json.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace signalbox::gateway::demo {

using schema::Json;

namespace {
std::size_t number(
    const schema::Members<std::string> &parameters, std::string_view name, std::size_t fallback)
{
    const std::string *text = schema::find(parameters, name);
    std::size_t value = 0;
    if (!text
        || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc())
        return fallback;
    return value;
}

Json metadataOf(const Json &paper, const Workbench &bench)
{
    if (paper.contains("metadata") && paper["metadata"].is_object())
        return paper["metadata"];
    return Json { { "id", "urn:paper:" + bench.random.hex(10) }, { "source", "outside" } };
}

/// The text of a paper, whatever the member that holds it is called.
std::string textOf(const Json &paper)
{
    for (const char *name : { "text", "body", "note" })
        if (paper.contains(name) && paper[name].is_string())
            return paper[name];
    if (paper.contains("image") && paper["image"].is_string())
        return fromBase64(paper["image"].get<std::string>());
    return {};
}

Json vectorFrom(const schema::Members<std::string> &answers, Random &random)
{
    if (const std::string *answer = schema::find(answers, "embeddings")) {
        const Json json = parsed(*answer);
        if (json.contains("vectors") && json["vectors"].is_array() && !json["vectors"].empty())
            return json["vectors"].front();
    }
    Json vector = Json::array();
    for (int i = 0; i < 8; ++i)
        vector.push_back(double(random.between(-9999, 9999)) / 10000.0);
    return vector;
}

std::string thing(std::string_view word)
{
    std::string id = "urn:goods:";
    for (const char c : word)
        id += c == ' ' || c == '.' ? '-' : c;
    return id;
}

Json triples(const Workbench &bench)
{
    Json list = Json::array();
    const auto term = [](const std::string &iri) {
        return Json { { "type", "i" }, { "iri", iri } };
    };
    for (std::int64_t i = bench.random.between(1, 3); i > 0; --i)
        list.push_back({ { "s", term(thing(bench.words.one("goods", bench.random))) },
            { "p", term("urn:line:" + bench.words.one("relations", bench.random)) },
            { "o", term(thing(bench.words.one("places", bench.random))) } });
    return list;
}

Json row(const Workbench &bench)
{
    Random &random = bench.random;
    return Json { { "waybill", "WB-" + std::to_string(random.between(100000, 999999)) },
        { "carrier", bench.words.one("carriers", random) },
        { "goods", bench.words.one("goods", random) }, { "quantity", random.between(1, 60) },
        { "unit", bench.words.one("units", random) },
        { "destination", bench.words.one("places", random) },
        { "declared_value", random.between(100, 90000) },
        { "currency", bench.words.one("currencies", random) } };
}

/// Members that a cargo of this kind carries besides `metadata`.
void load(Json &cargo, std::string_view kind, const Json &paper,
    const schema::Members<std::string> &answers, const Workbench &bench)
{
    Random &random = bench.random;
    if (kind == "page-text" || kind == "sorted-text" || kind == "claim-text") {
        cargo["language"] = bench.words.one("languages", random);
        cargo["text"] = textOf(paper);
    } else if (kind == "scan-load") {
        cargo["page"] = random.between(1, 12);
        cargo["image"] = base64(textOf(paper));
    } else if (kind == "triples-store") {
        cargo["triples"] = triples(bench);
    } else if (kind == "entity-contexts-load") {
        cargo["entities"] = Json::array({ { { "entity", thing(bench.words.one("goods", random)) },
            { "context", bench.words.sentence("sentences", random) } } });
    } else if (kind == "rows-store") {
        cargo["schema_name"] = "waybills";
        cargo["values"] = Json::array({ row(bench) });
    } else if (kind.ends_with("embeddings-store")) {
        cargo["of"] = kind.substr(0, kind.size() - std::string_view("-embeddings-store").size());
        cargo["chunk_id"] = "urn:chunk:" + random.hex(10);
        cargo["vector"] = vectorFrom(answers, random);
    } else if (kind == "scored-claims" || kind == "urgent-claims") {
        cargo["score"] = double(random.between(0, 1000)) / 1000.0;
        cargo["text"] = textOf(paper);
    } else {
        cargo["note"] = bench.words.sentence("sentences", random);
    }
}
} // namespace

std::string newDocument(std::string_view kind, const Workbench &bench)
{
    Random &random = bench.random;
    Json paper;
    paper["metadata"] = { { "id", "urn:paper:" + random.hex(10) },
        { "source", bench.words.one("places", random) },
        { "carrier", bench.words.one("carriers", random) } };
    if (kind == "claim-load") {
        paper["claim"] = { { "amount", random.between(120, 48000) },
            { "currency", bench.words.one("currencies", random) },
            { "claimant", bench.words.one("people", random) } };
        paper["text"] = bench.words.paragraph(int(random.between(1, 4)), random);
    } else {
        paper["title"] = "Paper on " + bench.words.one("goods", random);
        paper["text"] = bench.words.paragraph(int(random.between(2, 9)), random);
    }
    return written(paper);
}

std::vector<std::string> forward(std::string_view input, std::string_view outputKind,
    const schema::Members<std::string> &answers, const Workbench &bench)
{
    Json paper = parsed(input);
    if (!paper.is_object())
        paper = Json { { "text", std::string(input) } };
    Json cargo;
    cargo["metadata"] = metadataOf(paper, bench);
    std::vector<std::string> messages;
    if (outputKind != "chunk-load") {
        load(cargo, outputKind, paper, answers, bench);
        messages.push_back(written(cargo));
        return messages;
    }
    const std::size_t size =
        std::clamp<std::size_t>(number(bench.parameters, "chunk-size", 320), 1, 1 << 20);
    const std::size_t overlap = number(bench.parameters, "chunk-overlap", 40);
    std::size_t index = 0;
    for (std::string &text : chunks(textOf(paper), size, overlap)) {
        cargo["chunk"] = index++;
        cargo["text"] = std::move(text);
        messages.push_back(written(cargo));
    }
    return messages;
}

std::vector<std::string> chunks(std::string_view text, std::size_t size, std::size_t overlap)
{
    const auto boundary = [text](std::size_t at) {
        while (at > 0 && at < text.size() && (std::uint8_t(text[at]) & 0xc0) == 0x80)
            --at;
        return std::min(at, text.size());
    };
    const std::size_t step = size > overlap ? size - overlap : size;
    std::vector<std::string> pieces;
    for (std::size_t at = 0;; at += step) {
        const std::size_t begin = boundary(at);
        const std::size_t end = boundary(at + size);
        pieces.emplace_back(text.substr(begin, end - begin));
        if (at + size >= text.size())
            return pieces;
    }
}

namespace {
constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

std::string base64(std::string_view bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 | (at + i < bytes.size() ? std::uint8_t(bytes[at + i]) : 0);
        for (std::size_t i = 0; i < 4; ++i)
            text += at + i <= bytes.size() ? digits[group >> (18 - 6 * i) & 63] : '=';
    }
    return text;
}

std::string fromBase64(std::string_view text)
{
    std::string bytes;
    std::uint32_t group = 0;
    int bits = 0;
    for (const char c : text) {
        if (c == '=')
            break;
        const auto value = digits.find(c);
        if (value == std::string_view::npos)
            return {};
        group = group << 6 | std::uint32_t(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += char(group >> bits & 0xff);
        }
    }
    return bytes;
}

} // namespace signalbox::gateway::demo
