// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/demo/cargo.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace signalbox;
using namespace signalbox::gateway::demo;
using schema::Json;

namespace {
struct Cargo : testing::Test {
    Words words;
    Random random { 7 };
    schema::Members<std::string> parameters;
    Workbench bench { words, random, parameters, "acme", "plant" };
};

TEST_F(Cargo, ChunksCoverTheWholeTextAndShareTheOverlap)
{
    const std::string text = words.paragraph(9, random);
    for (const std::size_t size : { 1, 7, 80, 320, 5000 })
        for (const std::size_t overlap : { 0, 3, 40 }) {
            const auto pieces = chunks(text, size, overlap);
            const std::size_t step = size > overlap ? size - overlap : size;
            ASSERT_EQ(
                pieces.size(), text.size() <= size ? 1 : (text.size() - size + step - 1) / step + 1)
                << size << ' ' << overlap;
            EXPECT_TRUE(text.starts_with(pieces.front()));
            EXPECT_TRUE(text.ends_with(pieces.back()));
        }
    EXPECT_EQ(chunks("", 10, 2).size(), 1u);
}

TEST_F(Cargo, ChunksNeverCutACharacterInTwo)
{
    std::string text;
    for (int i = 0; i < 200; ++i)
        text += "aü€";
    for (const std::string &piece : chunks(text, 11, 2))
        EXPECT_NO_THROW(static_cast<void>(Json(piece).dump())) << piece;
}

TEST_F(Cargo, Base64GoesThereAndBack)
{
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
    for (int length = 0; length < 40; ++length) {
        std::string bytes;
        for (int i = 0; i < length; ++i)
            bytes += char(random.next());
        EXPECT_EQ(fromBase64(base64(bytes)), bytes);
    }
    EXPECT_EQ(fromBase64("not base64!"), "");
}

TEST_F(Cargo, APaperKeepsItsIdentityFromDocumentToChunks)
{
    const std::string document = newDocument("document-load", bench);
    const Json paper = Json::parse(document);
    const auto page = forward(document, "page-text", {}, bench);
    ASSERT_EQ(page.size(), 1u);
    EXPECT_EQ(Json::parse(page[0])["text"], paper["text"]);
    parameters = { { "chunk-size", "100" }, { "chunk-overlap", "10" } };
    const auto pieces = forward(page[0], "chunk-load", {}, bench);
    EXPECT_EQ(pieces.size(), chunks(paper["text"].get<std::string>(), 100, 10).size());
    for (const std::string &piece : pieces)
        EXPECT_EQ(Json::parse(piece)["metadata"], paper["metadata"]);
}

TEST_F(Cargo, AScanCarriesTheTextOfItsPaper)
{
    const std::string document = newDocument("document-load", bench);
    const auto scan = forward(document, "scan-load", {}, bench);
    const auto read = forward(scan.at(0), "page-text", {}, bench);
    EXPECT_EQ(Json::parse(read.at(0))["text"], Json::parse(document)["text"]);
}

TEST_F(Cargo, TheVectorIsTheOneThatTheServiceAnswered)
{
    const auto stored = forward(R"({"metadata":{"id":"x"},"text":"t"})",
        "document-embeddings-store", { { "embeddings", R"({"vectors":[[0.5,0.25]]})" } }, bench);
    EXPECT_EQ(Json::parse(stored.at(0))["vector"], Json::parse("[0.5,0.25]"));
}

TEST_F(Cargo, AnyInputIsCarriedOnEvenWhenItIsNoJson)
{
    for (const char *input : { "plain words", "", "[1,2]", "null", "{\"text\":5}", "\xff\xfe" })
        for (const char *kind :
            { "page-text", "chunk-load", "scan-load", "triples-store", "rows-store",
                "entity-contexts-load", "graph-embeddings-store", "never-heard-of" }) {
            const auto messages = forward(input, kind, {}, bench);
            ASSERT_EQ(messages.size(), 1u) << input << ' ' << kind;
            EXPECT_TRUE(Json::parse(messages[0]).is_object());
        }
    EXPECT_EQ(
        Json::parse(forward("plain words", "page-text", {}, bench)[0])["text"], "plain words");
}

TEST_F(Cargo, TheSameSeedTellsTheSameStory)
{
    Random one(42);
    Random other(42);
    const Workbench a { words, one, parameters, "w", "f" };
    const Workbench b { words, other, parameters, "w", "f" };
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(newDocument("claim-load", a), newDocument("claim-load", b));
}
} // namespace
