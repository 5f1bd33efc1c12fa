// SPDX-License-Identifier: GPL-3.0-only
#include "models/stores/format.h"
#include "models/stores/rates.h"
#include "models/stores/table.h"
#include "models/stores/textorder.h"
#include "models/stores/wirestore.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <random>

using namespace signalbox;

namespace {

struct Item {
    QString key;
    QString workspace;
    std::optional<double> depth;
};

/// The smallest store that does everything a store may do.
class ItemTable final : public TableModel {
public:
    std::vector<Item> items;
    mutable int cellsMade = 0;

    void reset() { storeReset(); }
    void append(std::vector<Item> fresh)
    {
        const int first = int(items.size());
        for (auto &item : fresh)
            items.push_back(std::move(item));
        rowsInserted(first, int(items.size()) - 1);
    }
    void remove(int row)
    {
        const int last = int(items.size()) - 1;
        items[row] = items[last];
        items.pop_back();
        rowRemoved(row, last);
    }
    void evict(int count)
    {
        items.erase(items.begin(), items.begin() + count);
        rowsEvicted(count);
    }
    void touch(const std::vector<int> &rows) { rowsChanged(rows); }
    using TableModel::storeRowAt;

protected:
    const std::vector<Column> &columns() const override
    {
        static const std::vector<Column> all { { QStringLiteral("key"), QStringLiteral("Key"),
                                                   Cell::Text, 100, false, {} },
            { QStringLiteral("depth"), QStringLiteral("Depth"), Cell::Number, 100, false, {} } };
        return all;
    }
    const std::vector<rules::FilterField> &fields() const override
    {
        static const std::vector<rules::FilterField> all { { "key", rules::FieldKind::Text, {} },
            { "depth", rules::FieldKind::Number, {} } };
        return all;
    }
    int storeSize() const override { return int(items.size()); }
    CellData cell(int row, int column) const override
    {
        ++cellsMade;
        const Item &item = items.at(std::size_t(row));
        if (column == 0)
            return { item.key, Cell::Normal, {}, {}, {}, {} };
        return { item.depth ? QString::number(*item.depth) : format::unknown(), Cell::Normal, {},
            {}, {}, {} };
    }
    QString key(int row) const override { return items.at(std::size_t(row)).key; }
    bool inWorkspace(int row, const QString &workspace) const override
    {
        return items.at(std::size_t(row)).workspace == workspace;
    }
    bool lessThan(int left, int right, int) const override
    {
        return items[left].key < items[right].key;
    }
    bool matches(int row, const rules::Filter &filter) const override
    {
        struct Row final : rules::Filter::Row {
            std::string key;
            std::optional<double> depth;
            std::string_view text(std::size_t field) const override
            {
                return field == 0 ? std::string_view(key) : std::string_view();
            }
            std::optional<double> number(std::size_t field) const override
            {
                return field == 1 ? depth : std::nullopt;
            }
        } one;
        one.key = items[row].key.toStdString();
        one.depth = items[row].depth;
        return filter.matches(one);
    }
    QString json(int row) const override { return items[row].key; }
    bool sortsByNumber(int column) const override { return column == 1; }
    std::optional<double> sortNumber(int row, int) const override { return items[row].depth; }
    bool orderIsFixed(int column) const override { return column == 0; }
};

Item make(std::mt19937 &random, int number)
{
    Item item;
    item.key = QStringLiteral("k%1").arg(number, 6, 10, QChar(u'0'));
    item.workspace = random() % 2 ? QStringLiteral("acme") : QStringLiteral("globex");
    if (random() % 5)
        item.depth = double(random() % 50);
    return item;
}

/// What the table must show, computed the slow way.
QSet<QString> expectedKeys(
    const ItemTable &table, const QString &workspace, double above, bool filtered)
{
    QSet<QString> keys;
    for (const Item &item : table.items)
        if ((workspace.isEmpty() || item.workspace == workspace)
            && (!filtered || (item.depth && *item.depth > above)))
            keys.insert(item.key);
    return keys;
}

} // namespace

class TestTable : public QObject {
    Q_OBJECT
private slots:
    void modelTesterIsSatisfiedInEveryPhase();
    void randomChangesShowWhatANaiveModelShows();
    void whatMovesIsPutWhereItBelongs();
    void pagesOfAListGoWhereTheyBelong();
    void aCellIsMadeOnceForAllItsRoles();
    void textsAreOrderedAsComparingThemWould();
    void wordsTypedAndErasedShowWhatTheyShouldEachTime();
    void selectionFollowsItsRowThroughSorting();
    void faultyFilterKeepsTheLastGoodOne();
    void unknownNumbersSortLastBothWays();
    void changesAreMergedIntoSpans();
    void orderWaitsAndSaysSo();
    void exportNamesFilterAndCounts();
    void manyRowsStayFast();
    void numbersAreFormattedForPeople();
    void ratesComeFromCounters();
    void wireRingPushesOutTheOldest();
    void wireRingIsBoundedInBytesToo();
};

void TestTable::modelTesterIsSatisfiedInEveryPhase()
{
    std::mt19937 random(7);
    ItemTable table;
    QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
    table.sortBy(1, true);
    for (int i = 0; i < 20; ++i)
        table.append({ make(random, i) });
    std::vector<Item> many;
    for (int i = 20; i < 400; ++i)
        many.push_back(make(random, i));
    table.append(many);
    for (int row : { 0, 5, 399 - 10, 100 })
        table.remove(row);
    table.setFilter(QStringLiteral("depth>25"));
    table.setFilter(QString());
    table.setWorkspace(QStringLiteral("acme"));
    table.setWorkspace(QString());
    table.evict(17);
    table.items.clear();
    table.reset();
    QCOMPARE(table.count(), 0);
}

void TestTable::randomChangesShowWhatANaiveModelShows()
{
    const unsigned seed = 20261121;
    std::mt19937 random(seed);
    ItemTable table;
    QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
    int next = 0;
    QString workspace;
    bool filtered = false;
    for (int step = 0; step < 1500; ++step) {
        const int size = int(table.items.size());
        switch (random() % 9) {
        case 0:
        case 1: {
            std::vector<Item> fresh;
            for (unsigned n = random() % 4; n > 0; --n)
                fresh.push_back(make(random, next++));
            if (step % 300 == 0)
                for (int n = 0; n < 200; ++n)
                    fresh.push_back(make(random, next++));
            if (!fresh.empty())
                table.append(fresh);
            break;
        }
        case 2:
            if (size > 0)
                table.remove(int(random() % unsigned(size)));
            break;
        case 3:
            if (size > 30)
                table.evict(int(random() % 4));
            break;
        case 4:
            workspace = std::array { QString(), QStringLiteral("acme"),
                QStringLiteral("globex") }[random() % 3];
            table.setWorkspace(workspace);
            break;
        case 5:
            filtered = random() % 2;
            table.setFilter(filtered ? QStringLiteral("depth>20") : QString());
            break;
        case 6:
            table.sortBy(int(random() % 3) - 1, random() % 2);
            break;
        default: {
            std::vector<int> rows;
            for (unsigned n = random() % 6; n > 0 && size > 0; --n) {
                const int row = int(random() % unsigned(size));
                table.items[row].depth =
                    random() % 4 ? std::optional(double(random() % 50)) : std::nullopt;
                rows.push_back(row);
            }
            table.touch(rows);
        }
        }
        QSet<QString> shown;
        for (int row = 0; row < table.count(); ++row) {
            const QString key = table.keyAt(row);
            QCOMPARE(table.rowOf(key), row);
            shown.insert(key);
        }
        const auto expected = expectedKeys(table, workspace, 20, filtered);
        QVERIFY2(
            shown == expected, qPrintable(QStringLiteral("seed %1 step %2").arg(seed).arg(step)));
        QCOMPARE(table.count(), int(shown.size()));
        QCOMPARE(table.total(), int(expectedKeys(table, workspace, 0, false).size()));
    }
    table.sortBy(1, false);
    double last = -1;
    for (int row = 0; row < table.count(); ++row) {
        const auto depth = table.items[table.storeRowAt(row)].depth.value_or(1e9);
        QVERIFY(depth >= last);
        last = depth;
    }
}

/// Rows that left their places are put back one by one; what comes out is what sorting all would
/// have made of it, and nothing that need not move does.
void TestTable::whatMovesIsPutWhereItBelongs()
{
    std::mt19937 random(20261122);
    ItemTable table;
    std::vector<Item> many;
    for (int i = 0; i < 400; ++i)
        many.push_back(make(random, i));
    table.append(std::move(many));
    table.sortBy(1, true);
    const auto rank = [&](int shown) {
        return table.items[std::size_t(table.storeRowAt(shown))].depth.value_or(-1);
    };
    for (int round = 0; round < 12; ++round) {
        for (int burst = 0; burst < 3; ++burst) {
            std::vector<int> rows;
            for (unsigned n = random() % 60; n > 0; --n) {
                const int row = int(random() % table.items.size());
                table.items[std::size_t(row)].depth =
                    random() % 6 ? std::optional(double(random() % 50)) : std::nullopt;
                rows.push_back(row);
            }
            table.touch(rows);
            if (round % 3 == 1)
                table.remove(int(random() % table.items.size()));
            if (round % 3 == 2)
                table.append({ make(random, 1000 + round * 3 + burst) });
            if (round % 4 == 3) { // enough to be sorted apart and merged
                std::vector<Item> fresh;
                for (int i = 0; i < 90; ++i)
                    fresh.push_back(make(random, 2000 + (round * 3 + burst) * 100 + i));
                table.append(std::move(fresh));
            }
        }
        QStringList still; // of those that fit where they are
        for (int row = 0; row < table.count(); ++row)
            still.append(table.keyAt(row));
        QTRY_VERIFY(!table.stale());
        for (int row = 1; row < table.count(); ++row)
            QVERIFY2(rank(row - 1) >= rank(row), qPrintable(QString::number(round)));
        QStringList sorted;
        for (int row = 0; row < table.count(); ++row)
            sorted.append(table.keyAt(row));
        QCOMPARE(
            QSet<QString>(sorted.begin(), sorted.end()), QSet<QString>(still.begin(), still.end()));
    }
    // A change that leaves a row between its neighbours wants no sorting at all.
    const int top = table.storeRowAt(0);
    table.items[std::size_t(top)].depth = 1000;
    table.touch({ top });
    QVERIFY(!table.stale());
}

void TestTable::pagesOfAListGoWhereTheyBelong()
{
    std::mt19937 random(20261123);
    for (const bool descending : { false, true }) {
        std::vector<Item> all;
        for (int i = 0; i < 1500; ++i)
            all.push_back(make(random, i));
        // pages in the order of the list, one before all of it, one from anywhere
        std::shuffle(all.begin() + 900, all.end(), random);
        std::rotate(all.begin(), all.begin() + 300, all.begin() + 900);
        ItemTable table;
        table.sortBy(0, descending);
        for (std::size_t from = 0; from < all.size(); from += 150) {
            table.append(
                { all.begin() + std::ptrdiff_t(from), all.begin() + std::ptrdiff_t(from + 150) });
            QCOMPARE(table.count(), int(from) + 150);
            for (int row = 1; row < table.count(); ++row)
                QVERIFY(descending ? table.keyAt(row) < table.keyAt(row - 1)
                                   : table.keyAt(row - 1) < table.keyAt(row));
        }
    }
}

void TestTable::aCellIsMadeOnceForAllItsRoles()
{
    ItemTable table;
    table.append({ { QStringLiteral("a"), {}, 1.0 }, { QStringLiteral("b"), {}, 2.0 } });
    const auto ask = [&table](int row) {
        for (const int role : { int(Qt::DisplayRole), int(TableModel::ToneRole),
                 int(TableModel::TipRole), int(TableModel::SeriesRole) })
            table.data(table.index(row, 1), role);
        return table.data(table.index(row, 1), Qt::DisplayRole).toString();
    };
    table.cellsMade = 0;
    QCOMPARE(ask(0), QStringLiteral("1"));
    QCOMPARE(table.cellsMade, 1);
    // who is told of a change sees it, and so does who asks afterwards
    table.items[0].depth = 3.0;
    QStringList seen;
    connect(&table, &QAbstractItemModel::dataChanged, &table, [&] { seen.append(ask(0)); });
    table.touch({ 0 });
    QCOMPARE(seen, QStringList { QStringLiteral("3") });
    QCOMPARE(ask(1), QStringLiteral("2"));
    table.remove(0);
    QCOMPARE(ask(0), QStringLiteral("2"));
    // nothing is kept for the next turn: what a cell says may depend on the time
    table.items[0].depth = 5.0;
    QCoreApplication::processEvents();
    QCOMPARE(ask(0), QStringLiteral("5"));
}

void TestTable::textsAreOrderedAsComparingThemWould()
{
    std::mt19937 random(7);
    for (int round = 0; round < 60; ++round) {
        std::vector<std::string> held;
        const std::string stem(random() % 30, 'q');
        for (unsigned n = random() % 400; n > 0; --n) {
            std::string text = random() % 4 ? stem : std::string();
            for (unsigned length = random() % 20; length > 0; --length)
                text += "ab\xff"
                        "\0"[random() % 4];
            held.push_back(random() % 3 || held.empty() ? text : held[random() % held.size()]);
        }
        const std::vector<std::string_view> texts(held.begin(), held.end());
        for (const bool descending : { false, true }) {
            std::vector<int> rows;
            for (int row = 0; row < int(held.size()); ++row)
                rows.push_back(row);
            std::vector<int> expected = rows;
            std::stable_sort(expected.begin(), expected.end(), [&](int left, int right) {
                return descending ? held[std::size_t(right)] < held[std::size_t(left)]
                                  : held[std::size_t(left)] < held[std::size_t(right)];
            });
            orderByText(rows, texts, descending);
            QCOMPARE(rows, expected);
        }
    }
}

/// A narrower filter looks only at rows that are shown, a wider one only at those that are not.
void TestTable::wordsTypedAndErasedShowWhatTheyShouldEachTime()
{
    std::mt19937 random(11);
    ItemTable table;
    QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::Fatal);
    std::vector<Item> many;
    for (int i = 0; i < 700; ++i)
        many.push_back(make(random, i));
    table.append(std::move(many));
    table.sortBy(0, true);
    QString filter;
    for (int step = 0; step < 250; ++step) {
        static const QString letters = QStringLiteral("k0123 -");
        if (random() % 2 && !filter.isEmpty())
            filter.chop(1);
        else
            filter += letters[qsizetype(random() % std::size_t(letters.size()))];
        if (random() % 9 == 0)
            filter = QStringLiteral("depth>%1 ").arg(random() % 50);
        table.setFilter(filter);
        if (!table.filterError().isEmpty())
            continue;
        ItemTable fresh;
        fresh.items = table.items;
        fresh.reset();
        fresh.sortBy(0, true);
        fresh.setFilter(filter);
        QCOMPARE(table.count(), fresh.count());
        for (int row = 0; row < table.count(); ++row)
            QCOMPARE(table.keyAt(row), fresh.keyAt(row));
    }
}

void TestTable::selectionFollowsItsRowThroughSorting()
{
    std::mt19937 random(3);
    ItemTable table;
    std::vector<Item> many;
    for (int i = 0; i < 300; ++i)
        many.push_back(make(random, i));
    table.append(many);
    const QPersistentModelIndex selected = table.index(table.rowOf(QStringLiteral("k000042")), 0);
    table.sortBy(1, true);
    QCOMPARE(table.keyAt(selected.row()), QStringLiteral("k000042"));
    table.remove(0);
    QCOMPARE(table.keyAt(selected.row()), QStringLiteral("k000042"));
    table.append(many = { make(random, 1000), make(random, 1001) });
    table.sortBy(0, true);
    QCOMPARE(table.keyAt(selected.row()), QStringLiteral("k000042"));
    table.setFilter(QStringLiteral("key:k000042"));
    QCOMPARE(table.count(), 1);
    QCOMPARE(selected.row(), 0);
    table.setFilter(QStringLiteral("key:k000041"));
    QVERIFY(!selected.isValid());
}

void TestTable::faultyFilterKeepsTheLastGoodOne()
{
    std::mt19937 random(3);
    ItemTable table;
    std::vector<Item> many;
    for (int i = 0; i < 50; ++i)
        many.push_back(make(random, i));
    table.append(many);
    table.setFilter(QStringLiteral("depth>25"));
    const int good = table.count();
    table.setFilter(QStringLiteral("depth>25 depth>ü"));
    QCOMPARE(table.count(), good);
    QVERIFY(!table.filterError().isEmpty());
    QVERIFY(table.filterErrorPosition() >= 9);
    QVERIFY(table.filterErrorPosition() <= 16);
    QCOMPARE(table.filter(), QStringLiteral("depth>25 depth>ü"));
    // Typed letter by letter, the beginning of a term is no filter of its own.
    table.setFilter(QString());
    const QString typed = QStringLiteral("depth>25 depth>x");
    for (int length = 1; length <= typed.size(); ++length)
        table.setFilter(typed.left(length));
    QVERIFY(!table.filterError().isEmpty());
    QCOMPARE(table.count(), good);
    table.setFilter(QString());
    QVERIFY(table.filterError().isEmpty());
    QCOMPARE(table.filterErrorPosition(), -1);
    QCOMPARE(table.count(), 50);
}

void TestTable::unknownNumbersSortLastBothWays()
{
    ItemTable table;
    table.append({ { QStringLiteral("a"), {}, {} }, { QStringLiteral("b"), {}, 0.0 },
        { QStringLiteral("c"), {}, 9.0 } });
    table.sortBy(1, false);
    QCOMPARE(table.keyAt(2), QStringLiteral("a"));
    table.sortBy(1, true);
    QCOMPARE(table.keyAt(0), QStringLiteral("c"));
    QCOMPARE(table.keyAt(2), QStringLiteral("a"));
}

void TestTable::changesAreMergedIntoSpans()
{
    std::mt19937 random(3);
    ItemTable table;
    std::vector<Item> many;
    for (int i = 0; i < 100; ++i)
        many.push_back(make(random, i));
    table.append(many);
    QSignalSpy changed(&table, &QAbstractItemModel::dataChanged);
    table.touch({ 3, 4, 5, 5, 9, 2 });
    QCOMPARE(changed.size(), 2);
    QCOMPARE(changed[0][0].toModelIndex().row(), 2);
    QCOMPARE(changed[0][1].toModelIndex().row(), 5);
    QCOMPARE(changed[1][0].toModelIndex().row(), 9);
}

void TestTable::orderWaitsAndSaysSo()
{
    ItemTable table;
    table.append({ { QStringLiteral("a"), {}, 1.0 }, { QStringLiteral("b"), {}, 2.0 } });
    table.sortBy(1, false);
    QVERIFY(!table.stale());
    table.items[0].depth = 3;
    table.touch({ 0 });
    QVERIFY(table.stale());
    QCOMPARE(table.keyAt(0), QStringLiteral("a"));
    QTRY_VERIFY(!table.stale());
    QCOMPARE(table.keyAt(0), QStringLiteral("b"));
}

void TestTable::exportNamesFilterAndCounts()
{
    ItemTable table;
    table.append({ { QStringLiteral("=cmd"), {}, 1.0 }, { QStringLiteral("b,\"c\""), {}, 2.0 } });
    const auto lines = table.exportCsv().split(u'\n');
    QVERIFY(lines[0].startsWith(QStringLiteral("# 2 of 2 rows")));
    QCOMPARE(lines[1], QStringLiteral("key,depth"));
    QCOMPARE(lines[2], QStringLiteral("'=cmd,1"));
    QCOMPARE(lines[3], QStringLiteral("\"b,\"\"c\"\"\",2"));
    QCOMPARE(table.copyText(0, -1), QStringLiteral("=cmd\t1"));
}

void TestTable::manyRowsStayFast()
{
    std::mt19937 random(5);
    ItemTable table;
    table.sortBy(1, true);
    std::vector<Item> many;
    for (int i = 0; i < 150000; ++i)
        many.push_back(make(random, i));
    table.append(std::move(many));
    QElapsedTimer timer;
    timer.start();
    std::vector<int> rows;
    for (int i = 0; i < 1000; ++i) {
        const int row = int(random() % 150000);
        table.items[row].depth = double(random() % 50);
        rows.push_back(row);
    }
    table.touch(rows);
    const qint64 flush = timer.restart();
    table.sortBy(1, false);
    const qint64 sort = timer.restart();
    table.setFilter(QStringLiteral("depth>48"));
    const qint64 filter = timer.restart();
    QVERIFY(table.count() > 0);
    qInfo("flush %lld ms, sort %lld ms, filter %lld ms", flush, sort, filter);
    // Generous: what grows with the square of the rows would need minutes here.
    QVERIFY(flush + sort + filter < 5000);
}

void TestTable::numbersAreFormattedForPeople()
{
    const QString thin(QChar(0x2009));
    QCOMPARE(format::count(18204), QStringLiteral("18") + thin + QStringLiteral("204"));
    QCOMPARE(format::count(-1234), QStringLiteral("-1") + thin + QStringLiteral("234"));
    QCOMPARE(format::count(999), QStringLiteral("999"));
    QCOMPARE(format::count(std::optional<qint64>()), QStringLiteral("—"));
    QCOMPARE(format::ratePerSecond(1100), QStringLiteral("1.1k/s"));
    QCOMPARE(format::rate(412), QStringLiteral("412"));
    QCOMPARE(format::rate(0.4), QStringLiteral("0.4"));
    QCOMPARE(format::rate(0), QStringLiteral("0"));
    QCOMPARE(format::rate(999.7), QStringLiteral("1k"));
    QCOMPARE(format::rate(std::nullopt), QStringLiteral("—"));
    QCOMPARE(format::percent(12.42), QStringLiteral("12.4"));
    QCOMPARE(format::bytes(14000), QStringLiteral("14 kB"));
    QCOMPARE(format::bytes(512), QStringLiteral("512 B"));
    QCOMPARE(format::age(400), QStringLiteral("0.4 s"));
    QCOMPARE(format::age(252000), QStringLiteral("4 m 12 s"));
    QCOMPARE(format::age(qint64(52) * 3600000), QStringLiteral("2 d 4 h"));
    QCOMPARE(format::age(-1), QStringLiteral("—"));
    QCOMPARE(format::latency(24000), QStringLiteral("24 ms"));
    QCOMPARE(format::latency(5100000), QStringLiteral("5.1 s"));
}

void TestTable::ratesComeFromCounters()
{
    RateRing ring;
    QVERIFY(!ring.inRate());
    ring.push(0, 0, 0);
    QVERIFY(!ring.inRate());
    ring.push(1000, 100, 50);
    QCOMPARE(ring.inRate().value(), 100.0);
    QCOMPARE(ring.outRate().value(), 50.0);
    for (int second = 2; second <= 20; ++second)
        ring.push(second * 1000, 100 + 100 * (second - 1), 50);
    QCOMPARE(ring.inRate().value(), 100.0);
    QCOMPARE(ring.outRate().value(), 0.0);
    ring.push(21000, 5, 5); // its owner restarted
    QVERIFY(!ring.inRate());
    ring.push(36000, 5 + 150, 5); // polled every 15 s
    QCOMPARE(ring.inRate().value(), 10.0);
}

void TestTable::wireRingPushesOutTheOldest()
{
    WireStore wire(nullptr);
    QScopedPointer<TableModel> table(wire.newTable(nullptr));
    QAbstractItemModelTester tester(
        table.data(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    WireRow row;
    row.service = QStringLiteral("config");
    row.operation = QStringLiteral("list");
    row.direction = QStringLiteral("→");
    row.text = PackedText("{\"operation\":\"list\"}");
    row.workspace = QStringLiteral("it's \"acme\"");
    wire.append(std::vector<WireRow>(4990, row));
    wire.append(std::vector<WireRow>(30, row));
    QCOMPARE(int(wire.rows().size()), WireStore::capacity);
    QCOMPARE(wire.evicted(), 20);
    QCOMPARE(table->count(), WireStore::capacity);
    QCOMPARE(table->keyAt(0), QStringLiteral("5020")); // newest first
    QVERIFY(wire.textOf(QStringLiteral("20")).isEmpty());
    QVERIFY(wire.textOf(QStringLiteral("21")).contains(QStringLiteral("list")));
    const QString curl = wire.curlOf(QStringLiteral("5000"));
    QVERIFY(curl.contains(QStringLiteral("$SIGNALBOX_API_KEY")));
    QVERIFY(curl.contains(
        QStringLiteral("'{\"workspace\":\"it'\\''s \\\"acme\\\"\",\"operation\":\"list\"}'")));
    QCOMPARE(wire.exportJsonl().count(u'\n'), WireStore::capacity);
    wire.setPaused(true);
    wire.append({ row, row });
    QCOMPARE(wire.missed(), 2);
    wire.clear();
    QCOMPARE(table->count(), 0);
}

void TestTable::wireRingIsBoundedInBytesToo()
{
    std::mt19937_64 random(3);
    const auto noise = [&random](std::size_t size) {
        std::string text;
        while (text.size() < size)
            text += char('!' + random() % 90);
        return text;
    };
    for (const std::string &text : { std::string(), std::string("{}"), std::string(16384, ' '),
             noise(16384), std::string("añ•😀\0x", 12) })
        QCOMPARE(PackedText(text).utf8(), text);
    QVERIFY(PackedText(std::string(16384, ' ')).bytes() < 200);

    WireStore wire(nullptr);
    QScopedPointer<TableModel> table(wire.newTable(nullptr));
    QAbstractItemModelTester tester(
        table.data(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    WireRow row;
    row.text = PackedText(noise(16384));
    const auto fitting = qint64(WireStore::textCapacity / row.text.bytes());
    for (int i = 0; i < 30; ++i)
        wire.append(std::vector<WireRow>(50, row));
    QCOMPARE(qint64(wire.rows().size()), fitting);
    QCOMPARE(wire.evicted(), 1500 - fitting);
    QCOMPARE(qint64(table->count()), fitting);
    QVERIFY(wire.find(QStringLiteral("1500")));
    wire.clear();
    row.text = PackedText("{}");
    wire.append(std::vector<WireRow>(4000, row));
    QCOMPARE(int(wire.rows().size()), 4000);
}

QTEST_GUILESS_MAIN(TestTable)
#include "tst_table.moc"
