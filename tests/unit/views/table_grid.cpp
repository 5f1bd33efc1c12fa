// SPDX-License-Identifier: GPL-3.0-only
// Tests are full of literals; everywhere else they must be spelled out.
#undef QT_NO_CAST_FROM_ASCII
#include "views/pages/partcells.h"
#include "views/pages/parttable.h"
#include "views/pages/tablegrid.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace signalbox;

namespace {

struct Stage {
    PartTable table { { { "name", "Name", Cell::Strong, 100, false, {} },
                          { "state", "State", Cell::Text, 80, false, {} },
                          { "depth", "Depth", Cell::Number, 60, false, {} } },
        nullptr };
    TableGrid grid;
    QAbstractItemModelTester tester { &grid };
    Stage()
    {
        std::vector<PartTable::Part> parts;
        for (const auto &[key, depth] : { std::pair("a", 2.0), std::pair("b", 9.0) }) {
            PartTable::Part part;
            part.key = key;
            part.cells = { partcells::text(key), partcells::text("up"),
                partcells::text(QString::number(depth)) };
            part.order = { PartTable::unknown, PartTable::unknown, depth };
            parts.push_back(std::move(part));
        }
        table.setParts(std::move(parts));
        grid.setSource(&table);
    }
};

} // namespace

class GridOfATable : public QObject {
    Q_OBJECT
private slots:
    void orderWidthVisibilityAndSortAreRemembered()
    {
        Stage first;
        QSignalSpy edited(&first.grid, &TableGrid::edited);
        first.grid.sortBy(2); // numbers: the largest first
        first.grid.setWidth(0, 210);
        first.grid.moveColumn(2, 0);
        first.grid.setShown(1, false);
        QCOMPARE(edited.size(), 4); // each is remembered
        const QString state = first.grid.state();
        QCOMPARE(state, QString("depth:60,name:210,-state:80;depth:down"));

        Stage second;
        second.grid.setState(state);
        QCOMPARE(second.grid.state(), state);
        QCOMPARE(second.table.keyAt(0), QString("b"));
        QCOMPARE(second.grid.sortedColumn(), 0);
    }

    void inANarrowViewColumnsGoInTheirOrderUntilAPersonResizesOne()
    {
        PartTable table({ { "name", "Name", Cell::Strong, 100, false, {} },
                            { "state", "State", Cell::Text, 80, false, {}, 1 },
                            { "depth", "Depth", Cell::Number, 60, false, {}, 2 },
                            { "rate", "Rate", Cell::Number, 50, false, {} } },
            nullptr);
        TableGrid grid;
        grid.setSource(&table);
        const auto widths = [&grid](double view) {
            QList<double> widths;
            for (int column = 0; column < grid.columns(); ++column)
                widths.append(grid.shownWidth(column, view));
            return widths;
        };
        QCOMPARE(widths(290), QList<double>({ 100, 80, 60, 50 }));
        QCOMPARE(widths(289), QList<double>({ 179, 0, 60, 50 }));
        QCOMPARE(widths(209), QList<double>({ 159, 0, 0, 50 }));
        QCOMPARE(widths(120), QList<double>({ 100, 0, 0, 50 })); // the rest is scrolled to
        grid.setShown(0, false);
        QCOMPARE(widths(150), QList<double>({ 100, 0, 50 }));
        grid.setShown(0, true);
        grid.resize(3, 70, 289);
        QCOMPARE(widths(200), QList<double>({ 179, 80, 60, 70 }));
    }

    void asDeliveredMeansTheSortToo()
    {
        PartTable table({ { "name", "Name", Cell::Text, 100, false, {} },
                            { "state", "State", Cell::Text, 80, false, {} } },
            nullptr);
        table.sortBy(0, false);
        TableGrid grid;
        grid.setSource(&table);
        grid.sortBy(1);
        grid.setWidth(0, 300);
        grid.resetColumns();
        QCOMPARE(grid.state(), QString("name:100,state:80;name:up"));
    }

    void noStateMeansAsDelivered()
    {
        PartTable table({ { "name", "Name", Cell::Text, 100, false, {} },
                            { "state", "State", Cell::Text, 80, false, {} } },
            nullptr);
        table.sortBy(0, false);
        TableGrid grid;
        grid.setState("state:200,-name:90;state:down"); // of the table that was there before
        grid.setSource(&table);
        QCOMPARE(grid.width(0), 200);
        QSignalSpy edited(&grid, &TableGrid::edited);
        grid.setState({});
        QCOMPARE(grid.state(), QString("name:100,state:80;name:up"));
        QVERIFY(edited.isEmpty()); // no person did that
    }

    void aStateOfAnOtherVersionDoesNoHarm()
    {
        Stage stage;
        stage.grid.setState("gone:50,depth:70,name:nonsense;gone:down");
        QCOMPARE(stage.grid.columns(), 3);
        QCOMPARE(stage.table.sortColumn(), -1);
        stage.grid.setState("name:120,state:80,depth:60"); // before the sort was kept
        QCOMPARE(stage.grid.width(0), 120);
        QCOMPARE(stage.table.sortColumn(), -1);
    }
};

QTEST_MAIN(GridOfATable)
#include "table_grid.moc"
