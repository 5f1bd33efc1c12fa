// SPDX-License-Identifier: GPL-3.0-only
// The track diagram item: keyboard, pointer, screen reader, pixels, and that nothing is done in
// vain.
#include "resources/fonts.h"
#include "views/items/trackdiagram.h"

#include <QAccessible>
#include <QQuickView>
#include <QSignalSpy>
#include <QTest>
#include <QXmlStreamReader>

using namespace signalbox;

namespace {

constexpr QRgb ground = 0xFF101010;
constexpr QRgb stationColor = 0xFF303080;
constexpr QRgb clearColor = 0xFF00FF00;
constexpr QRgb stopColor = 0xFFFF0000;

TrackLine track(int from, int to, const QPolygonF &approach)
{
    TrackLine line;
    line.key = QStringLiteral("t:%1:%2").arg(from).arg(to);
    line.name = QStringLiteral("%1 → %2").arg(from).arg(to);
    line.from = { from };
    line.to = to;
    line.approach = approach;
    return line;
}

///   0 ─── 1
///     └── 2 with a name of two hundred letters
TrackScene forkedLine()
{
    TrackSceneData scene;
    scene.size = { 400, 200 };
    scene.stations = { { QStringLiteral("s:0"), QStringLiteral("<a & b>"), { 20, 20, 120, 40 } },
        { QStringLiteral("s:1"), QStringLiteral("b"), { 260, 20, 120, 40 } },
        { QStringLiteral("s:2"), QString(200, QLatin1Char('m')), { 260, 120, 120, 40 } } };
    TrackLine straight = track(0, 1, { { 220, 40 }, { 260, 40 } });
    straight.ways = { { { 140, 40 }, { 220, 40 } } };
    TrackLine down = track(0, 2, { { 220, 140 }, { 260, 140 } });
    down.ways = { { { 140, 40 }, { 160, 40 }, { 200, 140 }, { 220, 140 } } };
    scene.tracks = { straight, down };
    return TrackScene(scene);
}

TrackValues calm()
{
    TrackValues values;
    values.stations = { { 0, QStringLiteral("2 consumers"), QStringLiteral("all is well") },
        { 0, {}, {} }, { 2, {}, {} } };
    values.tracks = { { 0, 0.0, {}, {}, 0, QStringLiteral("nothing waits") },
        { 2, 1.0, QStringLiteral("18 204"), QStringLiteral("41/s"), 0,
            QStringLiteral("no consumer") } };
    return values;
}

TrackValues busy()
{
    TrackValues values = calm();
    values.tracks[0].perSecond = 12;
    return values;
}

} // namespace

class TracksTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { loadFonts(); }
    void init()
    {
        m_view = std::make_unique<QQuickView>();
        m_view->setColor(QColor::fromRgba(ground));
        m_view->resize(400, 200);
        m_item = new TrackDiagram(m_view->contentItem());
        m_item->setSize({ 400, 200 });
        for (const auto &[name, color] : { std::pair { "ground", ground },
                 { "stationColor", stationColor }, { "lineColor", stationColor },
                 { "textColor", 0xFFFFFFFF }, { "mutedColor", 0xFFAAAAAA },
                 { "trackColor", 0xFF888888 }, { "accentColor", 0xFF00AAFF },
                 { "clearColor", clearColor }, { "warningColor", 0xFFFFAA00 },
                 { "stopColor", stopColor }, { "unknownColor", 0xFF777777 } })
            m_item->setProperty(name, QColor::fromRgba(color));
        m_item->setProperty("fontFamily", QStringLiteral("Inter"));
        m_item->setTitle(QStringLiteral("Tracks"));
        m_item->setScene(forkedLine());
        m_item->setValues(calm());
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }
    void cleanup() { m_view.reset(); }

    // ---- what is seen ----
    void everythingFitsAndIsDrawn()
    {
        QCOMPARE(m_item->zoom(), 1.0);
        const QImage image = picture();
        QCOMPARE(pixel(image, 5, 190), ground);
        QCOMPARE(pixel(image, 130, 54), stationColor); // a corner of station 0 without text
        QVERIFY(near(pixel(image, 180, 40), 0xFF888888)); // the way to station 1
        QVERIFY(near(pixel(image, 230, 140), stopColor)); // a full track, as far as it is full
        QVERIFY(near(pixel(image, 256, 40), clearColor)); // an empty one shows only its signal
        QVERIFY(near(pixel(image, 235, 40), 0xFF888888));
    }
    void elementsStandWhereTheItemStands()
    {
        picture();
        m_item->setY(60);
        m_item->setScene({});
        picture();
        m_item->setScene(forkedLine()); // new elements in a tree that has been drawn before
        m_item->setValues(calm());
        const QImage image = picture();
        QCOMPARE(pixel(image, 130, 114), stationColor);
        QCOMPARE(pixel(image, 130, 30), ground);
        QVERIFY(near(pixel(image, 180, 100), 0xFF888888));
    }
    void namesAndLabelsAreDrawn()
    {
        const QImage image = picture();
        const auto light = [&](const QRect &part) {
            int count = 0;
            for (int y = part.top(); y < part.bottom(); ++y)
                for (int x = part.left(); x < part.right(); ++x)
                    count += qGray(pixel(image, x, y)) > 150 ? 1 : 0;
            return count;
        };
        QVERIFY(light({ 46, 22, 90, 18 }) > 20); // name of station 0
        QVERIFY(light({ 286, 124, 88, 30 }) > 40); // the long name, elided
        QCOMPARE(light({ 382, 124, 16, 30 }), 0); // and not beyond its station
    }
    void aValueThatChangesRedrawsOnlyItsElement()
    {
        picture();
        QTRY_COMPARE(m_item->spritesDrawn(), 4); // three stations, one label
        TrackValues values = calm();
        values.stations[1].detail = QStringLiteral("1 consumer");
        m_item->setValues(values);
        picture();
        QCOMPARE(m_item->spritesDrawn(), 5);
        m_item->setValues(values);
        m_item->panBy(10, 0);
        picture();
        QCOMPARE(m_item->spritesDrawn(), 5);
    }
    void zoomAndPanMoveWhatIsSeen()
    {
        const QPointF around(140, 40);
        m_item->zoomBy(2, around);
        QCOMPARE(m_item->zoom(), 2.0);
        QVERIFY(!m_item->fitted());
        QCOMPARE(m_item->place(0).right(), 140.0); // the point around which stays
        m_item->panBy(-30, 5);
        QCOMPARE(m_item->place(0).right(), 110.0);
        m_item->setCurrent(2);
        QVERIFY(m_item->boundingRect().contains(m_item->place(2))); // comes into view
        m_item->fit();
        QCOMPARE(m_item->zoom(), 1.0);
        QVERIFY(m_item->fitted());
    }

    void namesStayReadableWhereTheDiagramIsSmall()
    {
        TrackStation station;
        station.box = { 0, 0, 160, 34 }; // as rules/diagramlayout.h makes them
        const TrackLook look = m_item->look();
        for (const char *name : { "prompt", "reranker", "document-embeddings",
                 "graph-embeddings-write", "kg-extract-relationships", "text-completion-rag" })
            for (const qreal zoom : { 0.51, 0.62, 0.75 }) {
                station.name = QString::fromLatin1(name);
                const auto shown = trackdrawing::nameAt(station, look, zoom);
                const QString whole = shown.lines.join(QString());
                if (zoom < 0.6 && station.name.size() > 20) { // its ends at least
                    QVERIFY(whole.startsWith(station.name.left(5)));
                    QVERIFY(whole.endsWith(station.name.right(5)));
                } else {
                    QCOMPARE(whole, station.name);
                }
                QVERIFY2(shown.pixels * zoom >= 7.5,
                    qPrintable(QStringLiteral("%1 at %2: %3 px")
                                   .arg(station.name)
                                   .arg(zoom)
                                   .arg(shown.pixels * zoom)));
            }
        station.name = QString(200, QLatin1Char('m'));
        QCOMPARE(trackdrawing::nameAt(station, look, 0.51).lines.size(), 1); // cut
        QVERIFY(trackdrawing::nameAt(station, look, 0.1).lines.isEmpty());
    }
    void aSmallDiagramShowsWhatWaitsAndNoRates()
    {
        TrackValues values = calm();
        values.tracks[0].rate = QStringLiteral("12/s");
        const TrackLook look = m_item->look();
        QCOMPARE(trackdrawing::labelsOf(*forkedLine(), values, look, 1).size(), 2);
        const auto few = trackdrawing::labelsOf(*forkedLine(), values, look, 0.5);
        QCOMPARE(few.size(), 1);
        QCOMPARE(few.constFirst().waiting, QStringLiteral("18 204"));
        QCOMPARE(few.constFirst().rate, QString());
        QVERIFY(trackdrawing::labelsOf(*forkedLine(), values, look, 0.2).isEmpty());
    }

    // ---- keyboard ----
    void arrowsFollowTheTracks()
    {
        QCOMPARE(m_item->neighbour(0, Qt::Key_Right), 3); // the upper track
        QCOMPARE(m_item->neighbour(3, Qt::Key_Down), 4);
        QCOMPARE(m_item->neighbour(4, Qt::Key_Right), 2);
        QCOMPARE(m_item->neighbour(2, Qt::Key_Up), 1);
        QCOMPARE(m_item->neighbour(1, Qt::Key_Left), 3);
        QCOMPARE(m_item->neighbour(3, Qt::Key_Left), 0);
        QCOMPARE(m_item->neighbour(1, Qt::Key_Right), -1);
        QCOMPARE(m_item->neighbour(-1, Qt::Key_Right), 0);
    }
    void tabReachesEveryElementAndThenLeaves()
    {
        auto *next = new QQuickItem(m_view->contentItem());
        next->setActiveFocusOnTab(true);
        m_item->forceActiveFocus(Qt::TabFocusReason);
        QSet<int> seen;
        for (int i = 0; i < 5; ++i) {
            seen.insert(m_item->current());
            QTest::keyClick(m_view.get(), Qt::Key_Tab);
        }
        QCOMPARE(seen.size(), 5);
        QVERIFY(next->hasActiveFocus());
        QTest::keyClick(m_view.get(), Qt::Key_Backtab);
        QVERIFY(m_item->hasActiveFocus());
    }
    void enterMenuAndEscapeAct()
    {
        QSignalSpy activated(m_item, &TrackDiagram::activated);
        QSignalSpy menu(m_item, &TrackDiagram::menuWanted);
        QSignalSpy leaving(m_item, &TrackDiagram::leaving);
        m_item->forceActiveFocus();
        m_item->setCurrent(4);
        QTest::keyClick(m_view.get(), Qt::Key_Return);
        QCOMPARE(activated.value(0).value(0).toInt(), 4);
        QTest::keyClick(m_view.get(), Qt::Key_Menu);
        QCOMPARE(menu.size(), 1);
        QTest::keyClick(m_view.get(), Qt::Key_Escape);
        QCOMPARE(leaving.size(), 1);
        QTest::keyClick(m_view.get(), Qt::Key_Plus);
        QVERIFY(m_item->zoom() > 1);
        QTest::keyClick(m_view.get(), Qt::Key_0);
        QCOMPARE(m_item->zoom(), 1.0);
    }

    // ---- pointer ----
    void thePointerFindsStationsAndTracks()
    {
        QTest::mouseMove(m_view.get(), { 300, 40 });
        QTRY_COMPARE(m_item->hovered(), 1);
        QTest::mouseMove(m_view.get(), { 240, 142 });
        QTRY_COMPARE(m_item->hovered(), 4);
        QCOMPARE(m_item->tipOf(4), QStringLiteral("no consumer"));
        QTest::mouseMove(m_view.get(), { 200, 190 });
        QTRY_COMPARE(m_item->hovered(), -1);
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, { 240, 142 });
        QCOMPARE(m_item->current(), 4);
        QVERIFY(m_item->currentIsTrack());
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, { 200, 190 });
        QCOMPARE(m_item->current(), -1);
    }
    void aRightClickChoosesAndAsksForTheMenu()
    {
        QSignalSpy menu(m_item, &TrackDiagram::menuWanted);
        QTest::mouseClick(m_view.get(), Qt::RightButton, {}, { 60, 40 });
        QCOMPARE(menu.size(), 1);
        QCOMPARE(m_item->current(), 0);
    }
    void draggingMovesTheView()
    {
        QTest::mousePress(m_view.get(), Qt::LeftButton, {}, { 200, 180 });
        QTest::mouseMove(m_view.get(), { 230, 185 });
        QTest::mouseMove(m_view.get(), { 250, 190 });
        QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, { 250, 190 });
        QCOMPARE(m_item->place(0).left(), 70.0);
    }

    // ---- screen reader ----
    void everyElementIsNamedForAScreenReader()
    {
        QAccessibleInterface *diagram = QAccessible::queryAccessibleInterface(m_item);
        QVERIFY(diagram);
        QCOMPARE(diagram->text(QAccessible::Name), QStringLiteral("Tracks"));
        QCOMPARE(diagram->childCount(), 5);
        QAccessibleInterface *down = diagram->child(4);
        QCOMPARE(down->text(QAccessible::Name), QStringLiteral("Track 0 → 2"));
        QCOMPARE(down->text(QAccessible::Description), QStringLiteral("no consumer"));
        QVERIFY(down->rect().isValid());
        QCOMPARE(diagram->indexOfChild(down), 4);
        QCOMPARE(down->parent()->object(), m_item);
        QSignalSpy activated(m_item, &TrackDiagram::activated);
        down->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        QCOMPARE(activated.value(0).value(0).toInt(), 4);
        QVERIFY(down->state().selected);
        m_item->setScene({});
        QCOMPARE(diagram->childCount(), 0);
    }

    // ---- cost ----
    void pulsesRunOnlyWhileMessagesMove()
    {
        QVERIFY(!m_item->moving());
        m_item->setValues(busy());
        QVERIFY(m_item->moving());
        m_item->setReducedMotion(true);
        QVERIFY(!m_item->moving());
        m_item->setReducedMotion(false);
        QVERIFY(m_item->moving());
        m_item->setVisible(false);
        QVERIFY(!m_item->moving());
        m_item->setVisible(true);
        m_item->setValues(calm());
        QVERIFY(!m_item->moving());
    }
    void aPulseIsSeenOnItsTrack()
    {
        m_item->setValues(busy());
        const auto blue = [this] {
            const QImage image = picture();
            for (int x = 142; x < 258; ++x) {
                if (near(pixel(image, x, 40), 0xFF00AAFF))
                    return true;
            }
            return false;
        };
        QTRY_VERIFY(blue());
    }
    void aQuietDiagramAsksForNoFrame()
    {
        picture();
        QSignalSpy frames(m_view.get(), &QQuickWindow::afterAnimating);
        QTRY_VERIFY(!frames.wait(200)); // what was under way is done
        m_item->setValues(calm()); // the same again
        QVERIFY(!frames.wait(300));
    }

    // ---- files ----
    void theSvgHoldsEveryNameAsText()
    {
        const QByteArray svg = m_item->svg();
        QXmlStreamReader reader(svg);
        QString text;
        while (!reader.atEnd()) {
            if (reader.readNext() == QXmlStreamReader::Characters)
                text += reader.text();
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QVERIFY(text.contains(QStringLiteral("<a & b>")));
        QVERIFY(text.contains(QStringLiteral("18 204")));
    }
    void thePngShowsTheSameAsTheWindow()
    {
        const QImage file = QImage::fromData(m_item->png(2), "PNG");
        QCOMPARE(file.size(), QSize(800, 400));
        QVERIFY(near(file.pixel(460, 280), stopColor));
        QVERIFY(near(file.pixel(360, 80), 0xFF888888));
        QVERIFY(m_item->png(1e6).size() > 0); // bounded, not refused
    }

private:
    QImage picture()
    {
        const QImage image = m_view->grabWindow();
        const QString folder = qEnvironmentVariable("SIGNALBOX_PICTURES");
        if (!folder.isEmpty())
            image.save(QStringLiteral("%1/tracks-%2.png")
                           .arg(folder, QString::fromLatin1(QTest::currentTestFunction())));
        return image;
    }
    QRgb pixel(const QImage &image, int x, int y) const
    {
        const qreal ratio = m_view->effectiveDevicePixelRatio();
        return image.pixel(int((x + 0.5) * ratio), int((y + 0.5) * ratio));
    }
    static bool near(QRgb left, QRgb right)
    {
        constexpr int tolerance = 40;
        return std::abs(qRed(left) - qRed(right)) < tolerance
            && std::abs(qGreen(left) - qGreen(right)) < tolerance
            && std::abs(qBlue(left) - qBlue(right)) < tolerance;
    }

    std::unique_ptr<QQuickView> m_view;
    TrackDiagram *m_item = nullptr;
};

QTEST_MAIN(TracksTest)
#include "items_tracks.moc"
