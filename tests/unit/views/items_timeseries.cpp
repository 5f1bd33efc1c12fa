// SPDX-License-Identifier: GPL-3.0-only
#include "views/items/timeseries.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <random>

using namespace signalbox;

class ItemsTimeSeries : public QObject {
    Q_OBJECT
private slots:
    void theScaleEndsAtARoundNumberThatNothingExceeds()
    {
        QCOMPARE(TimeSeries::niceCeiling(0), 1.0);
        QCOMPARE(TimeSeries::niceCeiling(std::nan("")), 1.0);
        QCOMPARE(TimeSeries::niceCeiling(3), 5.0);
        QCOMPARE(TimeSeries::niceCeiling(5), 5.0);
        QCOMPARE(TimeSeries::niceCeiling(5.1), 10.0);
        QCOMPARE(TimeSeries::niceCeiling(18204), 20000.0);
    }

    void aSpikeSurvivesEveryReduction()
    {
        std::mt19937 random(3);
        for (int turn = 0; turn < 200; ++turn) {
            const int count = 1 + int(random() % 900);
            QList<qreal> low(count, 2);
            QList<qreal> high(count, 3);
            const auto spike = qsizetype(random() % unsigned(count));
            low[spike] = 1;
            high[spike] = 99;
            const int pixels = 1 + int(random() % 700);
            const auto columns = TimeSeries::columns(low, high, pixels);
            QVERIFY(columns.size() <= pixels);
            QVERIFY(columns.size() <= count);
            qreal lowest = 1e9;
            qreal highest = 0;
            for (const auto &column : columns) {
                lowest = std::min(lowest, column.low);
                highest = std::max(highest, column.high);
            }
            QCOMPARE(lowest, 1.0);
            QCOMPARE(highest, 99.0);
        }
    }

    void aPixelWithoutAnythingStaysAGap()
    {
        const qreal nothing = std::numeric_limits<qreal>::quiet_NaN();
        const QList<qreal> low { 1, nothing, nothing, 4 };
        const QList<qreal> high { 2, nothing, nothing, 5 };
        const auto two = TimeSeries::columns(low, high, 2);
        QCOMPARE(two.size(), 2);
        QCOMPARE(two.constFirst().high, 2.0); // a gap beside a value hides no value
        QCOMPARE(two.constLast().low, 4.0);
        const auto all = TimeSeries::columns(low, high, 100);
        QCOMPARE(all.size(), 4);
        QVERIFY(std::isnan(all[1].high));
        QVERIFY(TimeSeries::columns({}, {}, 100).isEmpty());
    }
};

QTEST_GUILESS_MAIN(ItemsTimeSeries)
#include "items_timeseries.moc"
