// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/widgets/timeline/timelinescene.h"
#include "widgets/timeline/framebench.h"
#include "widgets/timeline/timelinerenderer.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <cstdlib>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

TimelineScene sceneOf(const std::shared_ptr<const IndexSnapshot> &snapshot, QSize size,
                      TimeRange range)
{
    TimelineScene scene;
    scene.snapshot = snapshot;
    scene.range = range;
    const std::vector<CpuId> cpus = snapshot ? snapshot->cpus() : std::vector<CpuId>();
    scene.layout = LaneLayout(cpus, kLaneHeight);
    scene.cpuCount = cpus.size();
    scene.size = size;
    scene.theme = &Theme::light();
    scene.withText = false;
    return scene;
}

QImage rendered(const TimelineScene &scene)
{
    TimelineRenderer renderer;
    QImage image;
    renderer.render(scene, image);
    return image;
}

/// Compares with tests/data/timeline/<name>.png: 2 of 255 a channel, 0.1 % of the pixels. What
/// differs is written beside the test. THRESHER_UPDATE_GOLDEN=1 makes new ones.
void compareWithGolden(const QImage &actual, const QString &name)
{
    const QString golden = QStringLiteral(THRESHER_TEST_DATA "/timeline/") + name;
    if (qEnvironmentVariableIsSet("THRESHER_UPDATE_GOLDEN")) {
        QDir().mkpath(QStringLiteral(THRESHER_TEST_DATA "/timeline"));
        QVERIFY(actual.save(golden));
        return;
    }
    const QImage expected = QImage(golden).convertToFormat(QImage::Format_RGB32);
    QVERIFY2(!expected.isNull(), qPrintable(golden));
    QCOMPARE(actual.size(), expected.size());
    int differing = 0;
    for (int y = 0; y < actual.height(); ++y) {
        for (int x = 0; x < actual.width(); ++x) {
            const QRgb a = actual.pixel(x, y);
            const QRgb b = expected.pixel(x, y);
            const int worst = std::max({std::abs(qRed(a) - qRed(b)),
                                        std::abs(qGreen(a) - qGreen(b)),
                                        std::abs(qBlue(a) - qBlue(b))});
            differing += worst > 2;
        }
    }
    if (differing * 1000 > actual.width() * actual.height()) {
        QDir().mkpath(QStringLiteral(THRESHER_TEST_OUTPUT));
        const QString written = QStringLiteral(THRESHER_TEST_OUTPUT "/") + name;
        actual.save(written);
        QFAIL(qPrintable(u"%1 pixels differ: %2 is not %3"_s.arg(differing).arg(written, golden)));
    }
}

} // namespace

class tst_TimelineRenderer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void picturesAreAsTheyWere_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<TimeRange>("range");
        QTest::addColumn<bool>("isDark");
        QTest::addColumn<double>("dpr");
        QTest::newRow("all") << u"all-light.png"_s << TimeRange{0, 100'000} << false << 1.0;
        QTest::newRow("dark") << u"all-dark.png"_s << TimeRange{0, 100'000} << true << 1.0;
        QTest::newRow("near, fine screen")
            << u"near-2x.png"_s << TimeRange{19'000, 29'000} << false << 2.0;
    }
    void picturesAreAsTheyWere()
    {
        QFETCH(QString, name);
        QFETCH(TimeRange, range);
        QFETCH(bool, isDark);
        QFETCH(double, dpr);
        TimelineScene scene = sceneOf(TimelineTrace().snapshot, {650, 130}, range);
        // The trace's memory goes with it: the snapshot must keep it.
        scene.theme = isDark ? &Theme::dark() : &Theme::light();
        scene.dpr = dpr;
        QImage image = rendered(scene);
        image.setDevicePixelRatio(1);
        compareWithGolden(image, name);
    }

    void noLabelOfTheRulerIsThereTwice_data()
    {
        QTest::addColumn<TimeRange>("range");
        QTest::addColumn<bool>("isNanoseconds");
        QTest::newRow("ns from 0 on") << TimeRange{0, 20} << true;
        QTest::newRow("µs from a whole ms on") << TimeRange{7'000'000, 7'100'000} << true;
        QTest::newRow("ticks from 0 on") << TimeRange{0, 6'000'000'000} << false;
        QTest::newRow("ticks") << TimeRange{6'459'426'589'668, 6'459'426'599'668} << false;
    }
    void noLabelOfTheRulerIsThereTwice()
    {
        QFETCH(TimeRange, range);
        QFETCH(bool, isNanoseconds);
        const TimelineTrace trace;
        TimelineScene scene = sceneOf(trace.snapshot, {1200, 130}, range);
        scene.withText = true;
        scene.style.isNanoseconds = isNanoseconds;
        TimelineRenderer renderer;
        QImage image;
        renderer.render(scene, image);
        QStringList texts;
        for (const TimelineRenderer::Label &label : renderer.rulerLabels())
            texts += label.text;
        QCOMPARE_GE(texts.size(), 2);
        QCOMPARE(texts.removeDuplicates(), 0);
    }

    void aPictureAgainIsTheSamePicture()
    {
        const TimelineTrace trace;
        const TimelineScene scene = sceneOf(trace.snapshot, {900, 150}, {5'000, 60'000});
        const TimelineScene other = sceneOf(trace.snapshot, {700, 90}, {0, 10});
        TimelineRenderer renderer;
        QImage image;
        renderer.render(scene, image);
        const QImage first = image.copy();
        renderer.render(other, image);
        renderer.render(scene, image); // nothing of the other is left over
        QCOMPARE(image, first);
    }

    void manyLanesOnTwoThreadsAreTheSameAsOneByOne()
    {
        MemoryIndex index;
        index.addEventTypes({"sched_switch"});
        index.addTasks(std::vector<Task>(40));
        for (CpuId cpu = 0; cpu < 50; ++cpu) {
            MemoryStream &stream = index.addStream(cpu);
            for (TimeNs t = 0; t < 100; ++t) {
                stream.addEvent(t * 100, EventTypeId{0}, TaskId{0});
                stream.running.add(
                    {t * 100, t * 100 + 100, static_cast<std::uint32_t>((cpu + t) % 40)});
            }
        }
        const auto snapshot = index.snapshot();
        const QImage all = rendered(sceneOf(snapshot, {600, 1300}, {0, 10'000}));
        for (int first = 0; first < 50; first += 5) { // few in view: one thread
            TimelineScene scene = sceneOf(snapshot, {600, kRulerHeight + 5 * kLaneHeight},
                                          {0, 10'000});
            scene.scroll = kGroupHeight + first * kLaneHeight;
            const QImage few = rendered(scene);
            const QRect lanes(0, kRulerHeight, 600, 5 * kLaneHeight);
            QCOMPARE(few.copy(lanes),
                     all.copy(lanes.translated(0, kGroupHeight + first * kLaneHeight)));
        }
    }

    void aScrolledLaneNeverPaintsOverTheRuler()
    {
        const TimelineTrace trace;
        TimelineScene scene = sceneOf(trace.snapshot, {700, 100}, {0, 100'000});
        const QImage unscrolled = rendered(scene);
        for (int scroll = 0; scroll <= scene.layout.contentHeight(); scroll += 3) {
            scene.scroll = scroll;
            const QImage image = rendered(scene);
            QCOMPARE(image.copy(0, 0, 700, kRulerHeight), unscrolled.copy(0, 0, 700, kRulerHeight));
        }
    }

    void whateverTheSceneThereIsAPicture_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<TimeRange>("range");
        QTest::newRow("one pixel of lanes") << QSize(kLabelWidth + 1, 200) << TimeRange{0, 100'000};
        QTest::newRow("no pixel of lanes") << QSize(kLabelWidth, 200) << TimeRange{0, 100'000};
        QTest::newRow("narrower than the names") << QSize(20, 200) << TimeRange{0, 100'000};
        QTest::newRow("lower than the ruler") << QSize(400, 5) << TimeRange{0, 100'000};
        QTest::newRow("all of time") << QSize(400, 200) << TimeRange{kTimeMin, kTimeMax};
        QTest::newRow("the end of time") << QSize(400, 200) << TimeRange{kTimeMax - 10, kTimeMax};
        QTest::newRow("nothing") << QSize(400, 200) << TimeRange{5, 5};
        QTest::newRow("a nanosecond") << QSize(400, 200) << TimeRange{20'000, 20'001};
        QTest::newRow("outside the trace") << QSize(400, 200) << TimeRange{1'000'000, 2'000'000};
    }
    void whateverTheSceneThereIsAPicture()
    {
        QFETCH(QSize, size);
        QFETCH(TimeRange, range);
        const TimelineTrace trace;
        for (const bool withText : {false, true}) {
            for (const double dpr : {1.0, 1.25, 3.0}) {
                TimelineScene scene = sceneOf(trace.snapshot, size, range);
                scene.withText = withText;
                scene.dpr = dpr;
                const QImage image = rendered(scene);
                QCOMPARE(image.size(),
                         QSize(qRound(size.width() * dpr), qRound(size.height() * dpr)));
            }
        }
    }

    void noTraceAndAnEmptyTraceAreQuiet()
    {
        const QImage none = rendered(sceneOf(nullptr, {400, 200}, {}));
        QCOMPARE(none.pixel(300, 150), Theme::light().background.rgb());
        MemoryIndex empty;
        QCOMPARE(rendered(sceneOf(empty.snapshot(), {400, 200}, {0, 10})).size(), QSize(400, 200));
        QVERIFY(rendered(sceneOf(nullptr, {0, 0}, {})).isNull());
    }

    void eachPixelOfALaneShowsWhatIsThere()
    {
        const TimelineTrace trace;
        const TimelineScene scene = sceneOf(trace.snapshot, {kLabelWidth + 1000, 130},
                                            {0, 100'000});
        const QImage image = rendered(scene); // 100 ns a pixel
        const LaneRow *row = scene.layout.rowOf(0);
        const LaneStripes stripes = scene.stripesOf(*row);
        const int top = scene.topOf(*row);
        const auto at = [&](int x, Stripe stripe) {
            return image.pixel(kLabelWidth + x, top + stripe.top + stripe.height / 2);
        };
        const Theme &theme = Theme::light();
        QCOMPARE(at(99, stripes.running), theme.background.rgb());
        QCOMPARE(at(100, stripes.running), theme.taskColour("bash", 412));
        QCOMPARE(at(399, stripes.running), theme.taskColour("bash", 412));
        QVERIFY(at(400, stripes.running) != theme.taskColour("cat", 1033)); // an edge between them
        QCOMPARE(at(401, stripes.running), theme.taskColour("cat", 1033));
        QCOMPARE(at(699, stripes.running), theme.taskColour("cat", 1033));
        QCOMPARE(at(703, stripes.running), theme.background.rgb());
        QCOMPARE(at(219, stripes.irq), theme.irq.rgb());
        QCOMPARE(at(220, stripes.irq), theme.background.rgb());
        QCOMPARE(at(220, stripes.softirq), theme.softirq.rgb());
    }

    void framesAreMeasuredAtSeveralZooms()
    {
        const TimelineTrace trace;
        const auto zooms = measureFrames(trace.snapshot, {.size = {400, 200}, .framesEach = 3});
        QStringList names;
        for (const ZoomTimes &zoom : zooms) {
            names += QString::fromStdString(zoom.zoom);
            QVERIFY(zoom.medianMs > 0 && zoom.p99Ms >= zoom.medianMs);
        }
        // 100 µs: 1/10000 is shown by no timeline.
        QCOMPARE(names.join(u' '), u"fit 1/3 1/10 1/30 1/100 1/300 1/1000 10us"_s);
    }
};

QTEST_MAIN(tst_TimelineRenderer)
#include "tst_timelinerenderer.moc"
