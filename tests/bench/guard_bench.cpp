// SPDX-License-Identifier: GPL-3.0-only
// What the guards cost every request: read-only guard with a lease that is looked at, journal, wire
// log, over a far end that answers at once. Prints `bench NAME VALUE us limit LIMIT`.
#include "app/client/journalgate.h"
#include "app/client/readonlyguard.h"
#include "app/client/wirelog.h"
#include "models/schema/config.h"
#include "models/stores/session.h"

#include <QCoreApplication>

#include <chrono>
#include <cstdio>

using namespace signalbox;

namespace {

constexpr int rounds = 200; ///< so short that an undisturbed turn is among the many
constexpr int turns = 200;
constexpr double limitUs = 20;

/// Answers at once, so that only the chain is measured.
class Instant final : public Gateway {
public:
    qint64 count = 0;
    QFuture<Reply> request(Request) override
    {
        ++count;
        return ready<Reply>(Response { "{}", {} });
    }
    std::unique_ptr<Subscription> stream(Request) override { return nullptr; }
};

Request read()
{
    schema::ConfigRequest body;
    body.operation = "get";
    body.keys = std::vector<schema::ConfigKey> { { "prompt", "template.first" } };
    Request request;
    request.service = "config";
    request.operation = body.operation;
    request.workspace = "acme";
    request.body = schema::encode(body);
    return request;
}

double microsecondsPer(Gateway &gateway, const Request &request)
{
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i)
        gateway.request(request);
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
               .count()
        / rounds;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    Session session;
    auto far = std::make_shared<Instant>();
    const auto wire = std::make_shared<WireBuffer>(session.wire());
    auto journal =
        std::make_shared<JournalGate>(std::make_shared<WireLog>(far, wire), session.journal());
    ReadOnlyGuard guard(journal);
    guard.setMode(ReadOnlyGuard::Mode::NeedsLease);
    schema::Lease lease;
    lease.scopes = { "flows" };
    guard.setLease(lease, LeaseEnd::in(std::chrono::minutes(5)));

    const Request request = read();
    double best = 1e9;
    double bare = 1e9;
    for (int turn = 0; turn < turns; ++turn) {
        bare = std::min(bare, microsecondsPer(*far, request));
        best = std::min(best, microsecondsPer(guard, request));
        QCoreApplication::processEvents();
    }
    best -= bare;
    Request write = request;
    write.operation = "put";
    const qint64 before = far->count;
    double refused = 1e9;
    for (int turn = 0; turn < turns; ++turn)
        refused = std::min(refused, microsecondsPer(guard, write));
    std::printf("bench guard-request %.2f us limit %.0f\n", best, limitUs);
    std::printf("bench guard-refusal %.2f us limit %.0f\n", refused, limitUs);
    if (far->count != before)
        std::fprintf(stderr, "guard-refusal: a write got through\n");
    return far->count == before && best <= limitUs && refused <= limitUs ? 0 : 1;
}
