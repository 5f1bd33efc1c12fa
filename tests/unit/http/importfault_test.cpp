// SPDX-License-Identifier: GPL-3.0-only
#include "app/gateway/http/flowsocket.h"

#include <gtest/gtest.h>

namespace signalbox::gateway {
namespace {

TEST(ImportFault, TheShapesOfTheContractPass)
{
    const std::vector<std::pair<const char *, const char *>> table {
        { "triples",
            R"({"metadata":{"id":"doc1","root":"doc1","collection":"plant"},"triples":[{"s":{"t":"i","i":"a"},"p":{"t":"i","i":"b"},"o":{"t":"l","v":"12"},"g":"urn:g"}]})" },
        { "triples", R"({"metadata":{"id":"d"},"triples":[]})" },
        { "triples", R"({"metadata":{"id":"d"},"triples":[{"s":{"t":"b","d":"x"}}],"more":1})" },
        { "graph-embeddings",
            R"({"metadata":{"id":"d"},"entities":[{"entity":{"t":"i","i":"a"},"vector":[0.1,2]}]})" },
        { "document-embeddings",
            R"({"metadata":{"id":"d","root":""},"chunks":[{"chunk_id":"urn:c","vector":[]}]})" },
        { "entity-contexts",
            R"({"metadata":{"id":"d"},"entities":[{"entity":{"t":"i","i":"a"},"context":"x"}]})" },
        { "rows",
            R"({"metadata":{"id":"d"},"schema_name":"pumps","values":[{"tag":"P1"}],"confidence":1.0})" },
        { "rows", R"({"metadata":{"id":"d"},"schema_name":"pumps","values":{"tag":"P1"}})" },
    };
    for (const auto &[kind, text] : table)
        EXPECT_EQ(importFault(kind, text), "") << kind << " " << text;
}

TEST(ImportFault, WhatIsWrongIsNamedByItsPath)
{
    const std::vector<std::vector<const char *>> table {
        { "triples", "{x", "not JSON" },
        { "triples", "[]", "not an object" },
        { "triples", R"({"triples":[]})", "metadata: missing" },
        { "triples", R"({"metadata":[],"triples":[]})", "metadata: an object expected" },
        { "triples", R"({"metadata":{},"triples":[]})", "metadata.id: missing" },
        { "triples", R"({"metadata":{"id":1},"triples":[]})", "metadata.id: a text expected" },
        { "triples", R"({"metadata":{"id":"d"}})", "triples: a list expected" },
        { "triples", R"({"metadata":{"id":"d"},"triples":[{"s":"a"}]})",
            "triples[0].s: a term expected" },
        { "triples", R"({"metadata":{"id":"d"},"triples":[{"s":{}}]})",
            "triples[0].s.t: a text expected" },
        { "graph-embeddings",
            R"({"metadata":{"id":"d"},"entities":[{"entity":{"t":"i"},"vector":["a"]}]})",
            "entities[0].vector: a list of numbers expected" },
        { "document-embeddings", R"({"metadata":{"id":"d"},"chunks":[{"vector":[]}]})",
            "chunks[0].chunk_id: missing" },
        { "rows", R"({"metadata":{"id":"d"},"schema_name":"s","values":"x"})",
            "values: an object or a list expected" },
    };
    for (const auto &row : table)
        EXPECT_EQ(importFault(row[0], row[1]), row[2]) << row[1];
}

} // namespace
} // namespace signalbox::gateway
