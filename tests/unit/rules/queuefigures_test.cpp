// SPDX-License-Identifier: GPL-3.0-only
#include "models/rules/queuefigures.h"

#include <gtest/gtest.h>
#include <map>
#include <random>

using namespace signalbox::rules;

namespace {

AllSourceTerms usualTerms()
{
    AllSourceTerms terms {};
    terms[std::size_t(QueueSource::Prometheus)] = { 15000, 45000, false };
    terms[std::size_t(QueueSource::RabbitMq)] = { 5000, 15000, false };
    terms[std::size_t(QueueSource::Fabric)] = { 0, 15000, true };
    terms[std::size_t(QueueSource::Pulsar)] = { 0, 30000, false };
    terms[std::size_t(QueueSource::Blueprint)] = { 0, 1000000, false };
    return terms;
}

QueueReading ready(QueueSource source, std::int64_t at, std::int64_t value)
{
    QueueReading reading { source, at };
    reading.tell(QueueFigure::Ready, value);
    return reading;
}

/// Everything that was ever said, in order, and the answer read off it from the start each time.
class NaiveHistory {
public:
    void tell(const QueueReading &reading) { m_log.push_back({ reading, false }); }
    void withdraw(QueueSource source) { m_log.push_back({ { source }, true }); }
    std::optional<ChosenFigure> ask(
        QueueFigure figure, const AllSourceTerms &terms, std::int64_t now) const
    {
        std::map<QueueSource, QueueReading> last;
        for (const auto &[reading, gone] : m_log) {
            last.erase(reading.source);
            if (!gone)
                last.emplace(reading.source, reading);
        }
        std::vector<ChosenFigure> fresh;
        std::vector<ChosenFigure> stale;
        for (const auto &[source, reading] : last) {
            if (!(reading.told >> unsigned(figure) & 1U))
                continue;
            const auto &term = terms[std::size_t(source)];
            const std::int64_t told = term.holds ? now : reading.toldMs;
            const bool old = now > told + term.staleAfterMs;
            (old ? stale : fresh)
                .push_back({ source, reading.values[std::size_t(figure)], told, old });
        }
        const auto &pool = fresh.empty() ? stale : fresh;
        std::optional<ChosenFigure> best;
        for (const auto &one : pool) {
            const auto at = [&](const ChosenFigure &figure) {
                return figure.toldMs - terms[std::size_t(figure.source)].lagMs;
            };
            if (!best || at(one) > at(*best)
                || (at(one) == at(*best) && int(one.source) > int(best->source)))
                best = one;
        }
        return best;
    }

private:
    std::vector<std::pair<QueueReading, bool>> m_log;
};

} // namespace

TEST(QueueFigures, whatNobodyTellsIsUnknown)
{
    std::vector<QueueReading> readings { ready(QueueSource::RabbitMq, 100, 7) };
    EXPECT_FALSE(chosenFigure(readings, QueueFigure::Oldest, usualTerms(), 200));
    EXPECT_FALSE(chosenFigure({}, QueueFigure::Ready, usualTerms(), 200));
    EXPECT_EQ(chosenFigure(readings, QueueFigure::Ready, usualTerms(), 200)->value, 7);
}

TEST(QueueFigures, whatWasTrueLastWinsAndNotWhatCameLast)
{
    // The scrape came later, but what it says is older.
    const std::vector<QueueReading> readings { ready(QueueSource::RabbitMq, 20000, 1),
        ready(QueueSource::Prometheus, 22000, 2) };
    const auto chosen = chosenFigure(readings, QueueFigure::Ready, usualTerms(), 23000);
    ASSERT_TRUE(chosen);
    EXPECT_EQ(chosen->source, QueueSource::RabbitMq);
    EXPECT_EQ(chosen->toldMs, 20000);
    EXPECT_FALSE(chosen->stale);
}

TEST(QueueFigures, aSourceThatFellSilentGivesWayToOneThatSpeaks)
{
    std::vector<QueueReading> readings { ready(QueueSource::RabbitMq, 20000, 1),
        ready(QueueSource::Prometheus, 24000, 2) };
    EXPECT_EQ(chosenFigure(readings, QueueFigure::Ready, usualTerms(), 35000)->value, 1);
    EXPECT_EQ(chosenFigure(readings, QueueFigure::Ready, usualTerms(), 35001)->value, 2);
    EXPECT_FALSE(chosenFigure(readings, QueueFigure::Ready, usualTerms(), 35001)->stale);
}

TEST(QueueFigures, whatOnlyASilentSourceKnewStandsAsStale)
{
    QueueReading both = ready(QueueSource::RabbitMq, 1000, 4);
    both.tell(QueueFigure::Published, 99);
    const std::vector<QueueReading> readings { both, ready(QueueSource::Prometheus, 59000, 5) };
    const auto published = chosenFigure(readings, QueueFigure::Published, usualTerms(), 60000);
    ASSERT_TRUE(published);
    EXPECT_TRUE(published->stale);
    EXPECT_EQ(published->value, 99);
    EXPECT_EQ(published->toldMs, 1000);
    EXPECT_FALSE(chosenFigure(readings, QueueFigure::Ready, usualTerms(), 60000)->stale);
}

TEST(QueueFigures, whatIsPushedHoldsUntilItIsSaidAnew)
{
    const std::vector<QueueReading> readings { ready(QueueSource::Fabric, 10, 3),
        ready(QueueSource::RabbitMq, 99000, 8) };
    auto terms = usualTerms();
    EXPECT_EQ(chosenFigure(readings, QueueFigure::Ready, terms, 100000)->value, 3);
    terms[std::size_t(QueueSource::Fabric)].holds = false; // the pushing has ended
    EXPECT_EQ(chosenFigure(readings, QueueFigure::Ready, terms, 100000)->value, 8);
}

TEST(QueueFigures, aNewReadingReplacesAllThatItsSourceSaid)
{
    std::vector<QueueReading> readings;
    QueueReading first = ready(QueueSource::RabbitMq, 1, 4);
    first.tell(QueueFigure::Bytes, 100);
    takeReading(readings, first);
    takeReading(readings, ready(QueueSource::RabbitMq, 2, 5));
    EXPECT_EQ(readings.size(), 1U);
    EXPECT_FALSE(chosenFigure(readings, QueueFigure::Bytes, usualTerms(), 3));
    EXPECT_TRUE(withdrawReading(readings, QueueSource::RabbitMq));
    EXPECT_FALSE(withdrawReading(readings, QueueSource::RabbitMq));
}

TEST(QueueFigures, anyStreamOfChangesMatchesTheWholeHistory)
{
    std::minstd_rand random(20261121);
    const auto below = [&](int limit) { return int(random() % unsigned(limit)); };
    for (int round = 0; round < 300; ++round) {
        auto terms = usualTerms();
        for (auto &term : terms)
            term = { below(4) * 1000, 1000 + below(6) * 1000, below(6) == 0 };
        std::vector<QueueReading> readings;
        NaiveHistory naive;
        std::int64_t now = 0;
        for (int step = 0; step < 120; ++step) {
            now += below(1500);
            const auto source = QueueSource(below(int(queueSources)));
            if (below(7) == 0) {
                withdrawReading(readings, source);
                naive.withdraw(source);
            } else {
                QueueReading reading { source, now };
                for (std::size_t figure = 0; figure < queueFigures; ++figure)
                    if (below(3) != 0)
                        reading.tell(QueueFigure(figure), below(1000));
                takeReading(readings, reading);
                naive.tell(reading);
            }
            const std::int64_t asked = now + below(9000);
            for (std::size_t figure = 0; figure < queueFigures; ++figure)
                ASSERT_EQ(chosenFigure(readings, QueueFigure(figure), terms, asked),
                    naive.ask(QueueFigure(figure), terms, asked))
                    << "round " << round << " step " << step << " figure " << figure;
        }
    }
}
