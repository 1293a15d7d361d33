// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/analysis/analysisscene.h"
#include "widgets/timeline/timelinewidget.h"

#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr std::uint16_t kFrequency = 700;

/// 0 to 100,000 ns. Softirq 1 on CPU 0 10,000–20,000, softirq 3 on CPU 1 15,000–60,000 and
/// 70,000–70,010. The frequency of CPU 0 is 1000 from 5,000 on, 3000 from 50,000 on; that of CPU 1
/// is 2000 from 40,000 on. Texts at 2,000 and 80,000.
TraceDatWriter recording()
{
    TraceDatWriter writer;
    writer.addFormat("power", TraceDatWriter::formatText("cpu_frequency", kFrequency,
                                                         {"u32 state", "u32 cpu_id"},
                                                         R"("state=%u", REC->state)"));
    const auto frequency = [&](std::uint64_t time, std::uint32_t state, std::uint32_t cpu) {
        writer.event(0, time, 0, kFrequency, writer.payload().u32(state).u32(cpu));
    };
    writer.print(0, 0, 0, "begin");
    writer.print(0, 2'000, 0, "hello world");
    frequency(5'000, 1000, 0);
    writer.softirqEntry(0, 10'000, 0, 1);
    writer.softirqExit(0, 20'000, 0, 1);
    frequency(40'000, 2000, 1);
    frequency(50'000, 3000, 0);
    writer.print(0, 80'000, 0, "bye");
    writer.softirqEntry(1, 15'000, 0, 3);
    writer.softirqExit(1, 60'000, 0, 3);
    writer.softirqEntry(1, 70'000, 0, 3);
    writer.softirqExit(1, 70'010, 0, 3);
    writer.print(1, 99'999, 0, "end");
    return writer;
}

struct Window
{
    AnalysisScene scene{recording()};
    std::shared_ptr<const Marks> texts;
    ViewState state;
    TimelineWidget timeline{state};

    Window()
    {
        Progress progress;
        texts = std::make_shared<const Marks>(*Marks::find(scene.index, {}, progress));
        timeline.setLaneSize(LaneSize::Normal);
        timeline.setEventLine([](Place place) { return u"event %1"_s.arg(place.event); });
        timeline.setMarkText([this](const Mark &mark) {
            RowPrinter printer(scene.index);
            return QString::fromStdString(Marks::text(mark, printer));
        });
        timeline.resize(kLabelWidth + 1000, 500);
        timeline.show();
        state.setSnapshot(scene.index);
        state.setAnalysis(scene.analysis);
        state.setTexts(texts, scene.index->trace.get());
        settle();
    }
    static void settle()
    {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }
    /// Names of lanes from top to bottom, without CPUs; a dash before each of those below another.
    [[nodiscard]] QStringList lanes()
    {
        QStringList names;
        for (const LaneRow &row : timeline.scene().layout.rows()) {
            if (!row.isCpu() && row.lane.kind != Lane::Kind::Task)
                names += QString(row.lane.indent, u'-')
                         + eventLaneName(row.lane, *scene.index, *scene.analysis);
        }
        return names;
    }
    [[nodiscard]] QPoint at(TimeNs time, const LaneId &lane)
    {
        const LaneRow *row = timeline.scene().layout.rowOf(lane);
        if (row == nullptr)
            return {-1, -1};
        return {static_cast<int>(timeline.scene().xOf(time)),
                timeline.scene().topOf(*row) + row->height / 2};
    }
    [[nodiscard]] QPoint nameOf(const LaneId &lane) { return {60, at(0, lane).y()}; }
    void click(QPoint at)
    {
        QTest::mouseClick(timeline.viewport(), Qt::LeftButton, {}, at);
        settle();
    }
    void hover(QPoint at)
    {
        QTest::mouseMove(timeline.viewport(), at);
        settle();
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(&timeline, key, modifiers);
        settle();
    }
    [[nodiscard]] TimeNs currentTime() const
    {
        const auto place = state.currentEvent();
        return place ? scene.index->streams[place->stream].time(place->event) : -1;
    }
    [[nodiscard]] QString card() const
    {
        const auto &card = timeline.overlay().card;
        return card ? (QStringList{card->title, card->titleRest, card->main} + card->details)
                          .join(u" | "_s)
                    : QString();
    }
    void drag(QPoint from, QPoint to)
    {
        QWidget *view = timeline.viewport();
        QTest::mousePress(view, Qt::LeftButton, {}, from);
        QTest::mouseMove(view, (from + to) / 2);
        QTest::mouseMove(view, to);
        QTest::mouseRelease(view, Qt::LeftButton, {}, to);
        settle();
    }
};

const LaneId kSoftirq = laneOfPair("softirq");
const LaneId kCpuFrequency = laneOfCounter("CPU frequency");

LaneId onCpu(LaneId lane, CpuId cpu)
{
    lane.part = LaneId::Part::Cpu;
    lane.key = cpu;
    return lane;
}

} // namespace

class tst_EventLanes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWasFoundHasALane()
    {
        Window window;
        QCOMPARE(window.lanes(), (QStringList{u"texts"_s, u"CPU frequency"_s, u"softirq"_s}));
    }

    void aClickOnTheTriangleShowsALaneForEachKey()
    {
        Window window;
        window.click({5, window.at(0, kSoftirq).y()});
        QCOMPARE(window.lanes(), (QStringList{u"texts"_s, u"CPU frequency"_s, u"softirq"_s,
                                              u"-CPU 0"_s, u"-CPU 1"_s}));
        window.click(window.nameOf(kCpuFrequency));
        window.key(Qt::Key_K);
        QCOMPARE(window.lanes().size(), 7);
        window.click(window.nameOf(onCpu(kSoftirq, 1)));
        window.key(Qt::Key_K); // from one of them, too
        QCOMPARE(window.lanes(), (QStringList{u"texts"_s, u"CPU frequency"_s, u"-CPU 0"_s,
                                              u"-CPU 1"_s, u"softirq"_s}));
    }

    void aSliceTellsItsKeyItsLengthAndBothEvents()
    {
        Window window;
        window.hover(window.at(17'000, kSoftirq)); // of two that are there the longer one
        const QString card = window.card();
        QVERIFY2(card.startsWith(u"softirq | NET_RX | 45"_s), qPrintable(card));
        QVERIFY2(card.contains(u"from event 0"_s) || card.contains(u"from event"_s),
                 qPrintable(card));
        QVERIFY2(card.contains(u"to event"_s), qPrintable(card));
        window.hover(window.at(12'000, kSoftirq));
        QVERIFY2(window.card().startsWith(u"softirq | TIMER | 10"_s), qPrintable(window.card()));
    }

    void aClickGoesToTheEventAtItsBegin()
    {
        Window window;
        window.click(window.at(30'000, kSoftirq));
        QCOMPARE(window.currentTime(), 15'000);
        const auto chosen = window.timeline.overlay().lanes.chosen;
        QVERIFY(chosen);
        QCOMPARE(chosen->slice, (Slice{15'000, 60'000, 3}));
        QCOMPARE(chosen->cpu, CpuId{1});
        window.key(Qt::Key_BracketRight);
        QCOMPARE(window.currentTime(), 70'000); // 10 ns, far narrower than a pixel
        window.key(Qt::Key_BracketLeft);
        window.key(Qt::Key_BracketLeft);
        QCOMPARE(window.currentTime(), 10'000); // of the other CPU
    }

    void itsMenuGoesToBothEndsAndMeasuresIt()
    {
        Window window;
        const std::unique_ptr<QMenu> menu(window.timeline.makeMenu(window.at(30'000, kSoftirq)));
        const auto trigger = [&](const QString &part) {
            for (QAction *action : menu->actions()) {
                if (action->text().contains(part)) {
                    action->trigger();
                    Window::settle();
                    return true;
                }
            }
            return false;
        };
        QVERIFY(trigger(u"its end"_s));
        QCOMPARE(window.currentTime(), 60'000);
        QVERIFY(trigger(u"its begin"_s));
        QCOMPARE(window.currentTime(), 15'000);
        QVERIFY(trigger(u"Select its range"_s));
        QCOMPARE(window.state.selectedRange(), (TimeRange{15'000, 60'000}));
        QSignalSpy measured(&window.timeline.lanes(), &LaneControl::measureRequested);
        QVERIFY(trigger(u"in Latency"_s));
        QCOMPARE(measured.size(), 1);
        const auto pair = measured[0][0].toUInt();
        QCOMPARE(window.scene.analysis->pairs[pair].spec.name, std::string("softirq"));
    }

    void aCounterTellsItsValueAndHowLongItHasHeld()
    {
        Window window;
        window.state.setLanes([] {
            LaneSet set;
            set.setUnfolded(kCpuFrequency, true);
            return set;
        }());
        Window::settle();
        window.hover(window.at(45'000, onCpu(kCpuFrequency, 0)));
        const QString card = window.card();
        QVERIFY2(card.startsWith(u"CPU frequency | CPU 0 | 1,000 kHz | for "_s), qPrintable(card));
        QVERIFY2(card.contains(u"then 3,000 kHz"_s), qPrintable(card));
        window.hover(window.at(30'000, onCpu(kCpuFrequency, 1))); // nothing is known yet
        QCOMPARE(window.card(), QString());
        window.click(window.at(80'000, onCpu(kCpuFrequency, 0)));
        QCOMPARE(window.currentTime(), 50'000);
        window.key(Qt::Key_BracketLeft);
        QCOMPARE(window.currentTime(), 5'000);
        window.hover(window.at(60'000, kCpuFrequency));
        QVERIFY2(window.card().contains(u"2,000 kHz to 3,000 kHz"_s), qPrintable(window.card()));
    }

    void aTextIsReadByHoverAndChosenByAClick()
    {
        Window window;
        window.hover(window.at(2'000, laneOfMarks()));
        QVERIFY2(window.card().contains(u"hello world"_s), qPrintable(window.card()));
        window.click(window.at(80'000, laneOfMarks()));
        QCOMPARE(window.currentTime(), 80'000);
        window.key(Qt::Key_BracketLeft);
        QCOMPARE(window.currentTime(), 2'000);
    }

    void lanesArePinnedHiddenMovedAndSearched()
    {
        Window window;
        window.click(window.nameOf(kSoftirq));
        window.key(Qt::Key_P);
        QCOMPARE(window.lanes().first(), u"softirq"_s);
        window.key(Qt::Key_P);
        QCOMPARE(window.lanes().last(), u"softirq"_s);
        window.click(window.nameOf(kCpuFrequency));
        window.key(Qt::Key_H);
        QCOMPARE(window.lanes(), (QStringList{u"texts"_s, u"softirq"_s}));
        window.state.setLanes(LaneSet());
        Window::settle();
        LaneSet both;
        both.pin(kSoftirq);
        both.pin(kCpuFrequency);
        window.state.setLanes(both);
        Window::settle();
        QCOMPARE(window.lanes(), (QStringList{u"softirq"_s, u"CPU frequency"_s, u"texts"_s}));
        const QPoint to = window.nameOf(kCpuFrequency) + QPoint(0, 8);
        window.drag(window.nameOf(kSoftirq), to);
        QCOMPARE(window.lanes(), (QStringList{u"CPU frequency"_s, u"softirq"_s, u"texts"_s}));
        LaneSet searched;
        searched.search = u"softi"_s;
        window.state.setLanes(searched);
        Window::settle();
        QCOMPARE(window.lanes(), (QStringList{u"texts"_s, u"softirq"_s}));
    }

    void theMenuOfLanesSwitchesTheirGroups()
    {
        Window window;
        QMenu menu;
        window.timeline.lanes().addChoices(&menu);
        for (const QString &name : {u"Pairs"_s, u"Counters"_s, u"Texts"_s}) {
            const auto actions = menu.actions();
            const auto found = std::ranges::find(actions, name, &QAction::text);
            QVERIFY(found != actions.end());
            QVERIFY((*found)->isEnabled());
            (*found)->trigger();
        }
        Window::settle();
        QCOMPARE(window.lanes(), QStringList());
    }

    void everySliceAndValueIsPaintedInBothThemes()
    {
        for (const Theme *theme : {&Theme::light(), &Theme::dark()}) {
            Window window;
            window.timeline.setPalette(theme->palette());
            Window::settle();
            const QImage image = window.timeline.viewport()->grab().toImage();
            const auto isPlain = [&](QPoint at) {
                const QRgb pixel = image.pixel(at);
                return pixel == theme->background.rgb() || pixel == theme->oddLane.rgb()
                       || pixel == theme->grid.rgb();
            };
            for (const TimeNs time : {15'000, 40'000, 70'003})
                QVERIFY(!isPlain(window.at(time, kSoftirq)));
            QVERIFY(isPlain(window.at(65'300, kSoftirq)));
            QVERIFY(isPlain(window.at(3'100, kCpuFrequency)));
            const QPoint low = window.at(30'100, kCpuFrequency);
            const QPoint high = window.at(75'100, kCpuFrequency);
            const auto curveTop = [&](int x) {
                for (int y = low.y() - 17; y < low.y() + 17; ++y) {
                    if (image.pixel(x, y) == theme->counter.rgb())
                        return y;
                }
                return -1;
            };
            QVERIFY(curveTop(low.x()) > 0);
            QVERIFY(curveTop(high.x()) > 0);
            QCOMPARE_LT(curveTop(high.x()), curveTop(low.x()));
            const QPoint text = window.at(80'000, laneOfMarks());
            bool isTicked = false;
            for (int x = text.x() - 1; x <= text.x() + 1; ++x)
                isTicked = isTicked || image.pixel(x, text.y()) == theme->writtenText.rgb();
            QVERIFY(isTicked);
        }
    }
};

QTEST_MAIN(tst_EventLanes)
#include "tst_eventlanes.moc"
