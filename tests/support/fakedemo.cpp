// SPDX-License-Identifier: GPL-3.0-only
// The small platform that most tests look at.
#include "tests/support/fakegateway.h"

namespace signalbox {

void FakeGateway::fillDemo()
{
    static const char *const rag = R"({"description":"Answers from documents","tags":["demo"],
"parameters":{"model":{"type":"model","description":"Language model","order":1},
 "chunk-size":{"type":"chunk-size","description":"Characters per chunk","order":2,"advanced":true},
 "rag-model":{"type":"model","description":"Model for answers","order":3,"advanced":true,"controlled-by":"model"}},
"blueprint":{"prompt:{blueprint}":{"topics":{"request":"request:tg:prompt:{workspace}:{blueprint}","response":"response:tg:prompt:{workspace}:{blueprint}"},"parameters":{"model":"{model}"}}},
"flow":{
 "decoder:{id}":{"topics":{"input":"flow:tg:document-load:{workspace}:{id}","output":"flow:tg:text-load:{workspace}:{id}"}},
 "chunker:{id}":{"topics":{"input":"flow:tg:text-load:{workspace}:{id}","output":"flow:tg:chunk-load:{workspace}:{id}"},"parameters":{"chunk-size":"{chunk-size}"}},
 "embedder:{id}":{"topics":{"input":"flow:tg:chunk-load:{workspace}:{id}","output":"flow:tg:vectors:{workspace}:{id}"}},
 "writer:{id}":{"topics":{"input":"flow:tg:vectors:{workspace}:{id}","prompt-request":"request:tg:prompt:{workspace}:{blueprint}","prompt-response":"response:tg:prompt:{workspace}:{blueprint}"}},
 "answerer:{id}":{"topics":{"request":"request:tg:answer:{workspace}:{id}","response":"response:tg:answer:{workspace}:{id}"},"parameters":{"model":"{rag-model}"}}},
"interfaces":{"document-load":{"flow":"flow:tg:document-load:{workspace}:{id}"},
 "answer":{"request":"request:tg:answer:{workspace}:{id}","response":"response:tg:answer:{workspace}:{id}"}}})";
    static const char *const small =
        R"({"description":"One station","tags":["demo"],"parameters":{},"blueprint":{},
"flow":{"mirror:{id}":{"topics":{"input":"flow:tg:in:{workspace}:{id}","output":"flow:tg:out:{workspace}:{id}"}}},
"interfaces":{"in":{"flow":"flow:tg:in:{workspace}:{id}"}}})";
    for (const char *id : { "acme", "globex", "initech" })
        addWorkspace(id);
    for (const char *id : { "acme", "globex", "initech" }) {
        putBlueprint(id, "document-rag", rag);
        putBlueprint(id, "mirror", small);
        putParameterType(id, "model",
            R"({"type":"string","description":"Model","default":"small","enum":[{"id":"small","description":"Small"},{"id":"large","description":"Large"}]})");
        putParameterType(id, "chunk-size",
            R"({"type":"integer","description":"Size","default":2000,"min":100,"max":8000})");
    }
    const schema::Members<std::string> parameters { { "model", "small" }, { "chunk-size", "2000" },
        { "rag-model", "small" } };
    for (const char *id : { "ingest-eu", "ingest-us", "support-rag" })
        startFlow("acme", id, "document-rag", parameters);
    startFlow("acme", "ontology-lab", "document-rag", parameters);
    startFlow("acme", "legacy-sync", "mirror");
    startFlow("globex", "news", "document-rag", parameters);
    changeQueue(
        "flow:tg:chunk-load:acme:ingest-us.embedder--acme--ingest-us--input", [](auto &row) {
            row.published = 20000;
            row.acked = 1796;
            row.delivered = 1796;
            row.ready = 18204;
            row.oldestMs = 252000;
        });
    changeQueue(
        "flow:tg:text-load:acme:ontology-lab.chunker--acme--ontology-lab--input", [](auto &row) {
            row.published = 2911;
            row.ready = 2911;
            row.consumers = 0;
            row.oldestMs = 600000;
        });
    setProcessor({ "chunker", "ontology-lab", "acme", "ontology-lab", "dead", 100, 12, 40, 1 });
    setStopping("acme", "legacy-sync");
}

} // namespace signalbox
