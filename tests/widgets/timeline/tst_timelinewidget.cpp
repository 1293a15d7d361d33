// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/widgets/timeline/timelinescene.h"
#include "widgets/timeline/timelinewidget.h"

#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

/// 100 ns a pixel when the whole trace is in view.
struct Window
{
    TimelineTrace trace;
    ViewState state;
    TimelineWidget timeline{state};

    explicit Window(bool hasTrace = true)
    {
        timeline.setLaneSize(LaneSize::Normal);
        timeline.resize(kLabelWidth + 1000, 200);
        timeline.show();
        if (hasTrace)
            state.setSnapshot(trace.snapshot);
        settle();
    }
    static void settle()
    {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }
    [[nodiscard]] QWidget *view() const { return timeline.viewport(); }
    /// A place in a CPU's lane.
    [[nodiscard]] QPoint at(TimeNs time, CpuId cpu)
    {
        const TimelineScene &scene = timeline.scene();
        const LaneRow *row = scene.layout.rowOf(cpu);
        return {static_cast<int>(scene.xOf(time)), scene.topOf(*row) + row->height / 2};
    }
    void wheel(QPoint at, QPoint angle, Qt::KeyboardModifiers modifiers = {})
    {
        QWheelEvent event(at, view()->mapToGlobal(at), {}, angle, Qt::NoButton, modifiers,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(view(), &event);
        settle();
    }
    void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mousePress(view(), Qt::LeftButton, modifiers, from);
        QTest::mouseMove(view(), from + (to - from) / 2);
        QTest::mouseMove(view(), to);
        QTest::mouseRelease(view(), Qt::LeftButton, modifiers, to);
        settle();
    }
    void key(int key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(&timeline, static_cast<Qt::Key>(key), modifiers);
        settle();
    }
    [[nodiscard]] TimeRange range() const { return state.visibleRange(); }
};

bool near(TimeNs a, TimeNs b, DurationNs tolerance)
{
    return std::abs(a - b) <= tolerance;
}

} // namespace

class tst_TimelineWidget : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"^(?!This plugin).*"_s)); }

    void aNewTraceIsShownWhole()
    {
        Window w;
        QCOMPARE(w.range(), w.trace.snapshot->range);
        QCOMPARE(w.timeline.scene().layout.rows().size(), std::size_t{3});
        QVERIFY(!w.timeline.grab().isNull());
    }

    void noTraceIsQuietAndKeysDoNothing()
    {
        Window w(false);
        for (const int key : {int(Qt::Key_W), int(Qt::Key_F), int(Qt::Key_BracketRight),
                              int(Qt::Key_Z), int(Qt::Key_End), int(Qt::Key_Escape)})
            w.key(key);
        w.wheel({500, 100}, {0, 120});
        w.drag({400, 100}, {600, 100});
        QVERIFY(!w.state.snapshot());
        QVERIFY(!w.timeline.grab().isNull());
        QVERIFY(!w.timeline.makeMenu({500, 100}));
    }

    void aClickFarFromAllEventsInSightChoosesNone()
    {
        Window w;
        w.state.setVisibleRange({15'000, 35'000}); // CPU 0 has events at 10,000 and 40,000
        w.settle();
        QTest::mouseClick(w.view(), Qt::LeftButton, {}, w.at(25'000, 0));
        w.settle();
        QVERIFY(!w.state.currentEvent());
        w.state.setVisibleRange({5'000, 35'000});
        w.settle();
        QTest::mouseClick(w.view(), Qt::LeftButton, {}, w.at(25'000, 0));
        w.settle();
        QVERIFY(w.state.currentEvent() == std::optional(Place{0, 1}));
    }

    void theWheelZoomsAtThePointer()
    {
        Window w;
        const QPoint at = w.at(30'000, 0);
        const TimeNs before = w.timeline.scene().timeAt(at.x());
        w.wheel(at, {0, 120});
        QVERIFY(w.range().duration() < 80'000);
        QVERIFY(near(w.timeline.scene().timeAt(at.x()), before, 100));
        w.wheel(at, {0, -120});
        QVERIFY(near(w.range().duration(), w.trace.snapshot->range.duration(), 200));
    }

    void aFineWheelAddsUpToACoarseOne()
    {
        Window coarse;
        Window fine;
        coarse.wheel(coarse.at(30'000, 0), {0, 120});
        for (int i = 0; i < 8; ++i)
            fine.wheel(fine.at(30'000, 0), {0, 15});
        QVERIFY(near(coarse.range().duration(), fine.range().duration(), 100));
    }

    void sidewaysAndShiftWheelsPan()
    {
        Window w;
        w.state.setVisibleRange({20'000, 40'000});
        w.wheel({600, 100}, {-120, 10}); // never quite straight
        QCOMPARE(w.range(), (TimeRange{22'000, 42'000}));
        w.wheel({600, 100}, {0, 120}, Qt::ShiftModifier);
        QCOMPARE(w.range(), (TimeRange{20'000, 40'000}));
    }

    void controlAndTheNamesScrollLanes()
    {
        Window w;
        w.timeline.setLaneSize(LaneSize::Large);
        w.timeline.resize(kLabelWidth + 1000, 100);
        Window::settle();
        auto *bar = w.timeline.verticalScrollBar();
        QCOMPARE_GT(bar->maximum(), 0);
        const TimeRange before = w.range();
        w.wheel({600, 70}, {0, -120}, Qt::ControlModifier);
        QCOMPARE_GT(bar->value(), 0);
        w.wheel({20, 70}, {0, 120});
        QCOMPARE(bar->value(), 0);
        QCOMPARE(w.range(), before);
    }

    void aDragTakesTheTraceAlong()
    {
        Window w;
        w.state.setVisibleRange({20'000, 40'000});
        Window::settle();
        w.drag({600, 100}, {500, 100});
        QCOMPARE(w.range(), (TimeRange{22'000, 42'000}));
        QVERIFY(!w.state.currentEvent()); // it was no click
    }

    void aShiftDragSelectsARange()
    {
        Window w;
        w.drag(w.at(60'000, 0), w.at(30'000, 0), Qt::ShiftModifier); // from right to left, too
        QVERIFY(w.state.selectedRange().has_value());
        QVERIFY(near(w.state.selectedRange()->begin, 30'000, 150));
        QVERIFY(near(w.state.selectedRange()->end, 60'000, 150));
        QCOMPARE(w.range(), w.trace.snapshot->range);
        w.key(Qt::Key_Z);
        QCOMPARE(w.range(), *w.state.selectedRange());
        QVERIFY(w.state.canGoBack());
        w.key(Qt::Key_Escape);
        QVERIFY(!w.state.selectedRange());
    }

    void aDragInTheRulerSelectsToo()
    {
        Window w;
        w.drag({kLabelWidth + 100, 10}, {kLabelWidth + 300, 10});
        QVERIFY(near(w.state.selectedRange()->begin, 10'000, 150));
        QTest::mouseClick(w.view(), Qt::LeftButton, {}, {kLabelWidth + 500, 10});
        QVERIFY(!w.state.selectedRange());
    }

    void escapeTakesADragBack()
    {
        Window w;
        w.state.setVisibleRange({20'000, 40'000});
        Window::settle();
        QTest::mousePress(w.view(), Qt::LeftButton, {}, {600, 100});
        QTest::mouseMove(w.view(), {700, 100});
        Window::settle();
        QVERIFY(w.range() != (TimeRange{20'000, 40'000}));
        w.key(Qt::Key_Escape);
        QTest::mouseRelease(w.view(), Qt::LeftButton, {}, {700, 100});
        QCOMPARE(w.range(), (TimeRange{20'000, 40'000}));
    }

    void aClickMakesTheNearestEventTheCurrentOne()
    {
        Window w;
        QTest::mouseClick(w.view(), Qt::LeftButton, {}, w.at(40'100, 0));
        QCOMPARE(w.state.currentEvent(), (Place{0, 2}));
        // No event near: the nearer one of both sides.
        QTest::mouseClick(w.view(), Qt::LeftButton, {}, w.at(28'000, 0));
        QCOMPARE(w.state.currentEvent(), (Place{0, 2}));
        QTest::mouseClick(w.view(), Qt::LeftButton, {}, w.at(19'000, 0));
        QCOMPARE(w.state.currentEvent(), (Place{0, 1}));
        QTest::mouseClick(w.view(), Qt::LeftButton, {}, w.at(50'300, 5));
        QCOMPARE(w.state.currentEvent(), (Place{2, 50}));
        // Outside all lanes nothing happens.
        QTest::mouseClick(w.view(), Qt::LeftButton, {}, {600, 190});
        QCOMPARE(w.state.currentEvent(), (Place{2, 50}));
        w.key(Qt::Key_Escape);
        QVERIFY(!w.state.currentEvent());
    }

    void bracketsStepThroughTheEventsOfOneCpu()
    {
        Window w;
        w.state.setVisibleRange({40'000, 45'000});
        w.state.setCurrentEvent(Place{2, 42});
        Window::settle();
        w.key(Qt::Key_BracketRight);
        QCOMPARE(w.state.currentEvent(), (Place{2, 43}));
        w.key(Qt::Key_BracketLeft);
        w.key(Qt::Key_BracketLeft);
        w.key(Qt::Key_BracketLeft);
        w.key(Qt::Key_BracketLeft);
        QCOMPARE(w.state.currentEvent(), (Place{2, 39}));
        QVERIFY(w.range().contains(39'000)); // it came into view
        w.state.setCurrentEvent(Place{2, 99});
        w.key(Qt::Key_BracketRight); // there is none after the last
        QCOMPARE(w.state.currentEvent(), (Place{2, 99}));
    }

    void bracketsBeginWhereOneLooks()
    {
        Window w;
        QTest::mouseMove(w.view(), w.at(50'500, 5));
        w.key(Qt::Key_BracketRight);
        QCOMPARE(w.state.currentEvent(), (Place{2, 51}));
    }

    void keysZoomAndPan_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<int>("longer"); // -1 shorter, 0 as long, 1 longer
        QTest::addColumn<int>("later"); // of the middle
        QTest::newRow("W") << int(Qt::Key_W) << -1 << 0;
        QTest::newRow("S") << int(Qt::Key_S) << 1 << 0;
        QTest::newRow("A") << int(Qt::Key_A) << 0 << -1;
        QTest::newRow("D") << int(Qt::Key_D) << 0 << 1;
        QTest::newRow("+") << int(Qt::Key_Plus) << -1 << 0;
        QTest::newRow("-") << int(Qt::Key_Minus) << 1 << 0;
        QTest::newRow("left") << int(Qt::Key_Left) << 0 << -1;
        QTest::newRow("right") << int(Qt::Key_Right) << 0 << 1;
        QTest::newRow("page up") << int(Qt::Key_PageUp) << 0 << -1;
        QTest::newRow("page down") << int(Qt::Key_PageDown) << 0 << 1;
        QTest::newRow("home") << int(Qt::Key_Home) << 0 << -1;
        QTest::newRow("end") << int(Qt::Key_End) << 0 << 1;
    }
    void keysZoomAndPan()
    {
        QFETCH(int, key);
        QFETCH(int, longer);
        QFETCH(int, later);
        Window w;
        const TimeRange before{40'000, 60'000};
        w.state.setVisibleRange(before);
        Window::settle();
        w.key(key);
        const auto sign = [](DurationNs value) {
            return std::abs(value) < 10 ? 0 : value < 0 ? -1 : 1;
        };
        QCOMPARE(sign(w.range().duration() - before.duration()), longer);
        const TimeNs middle = w.range().begin + w.range().duration() / 2;
        QCOMPARE(sign(middle - 50'000), later);
        w.key(Qt::Key_F);
        QCOMPARE(w.range(), w.trace.snapshot->range);
    }

    void keysWithControlAreNotOurs()
    {
        Window w;
        w.state.setVisibleRange({40'000, 60'000});
        Window::settle();
        w.key(Qt::Key_F, Qt::ControlModifier);
        w.key(Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(w.range(), (TimeRange{40'000, 60'000}));
    }

    void ourLettersWinOverTheWindowsShortcutsWhileWeHaveTheFocus()
    {
        Window w;
        QKeyEvent ours(QEvent::ShortcutOverride, Qt::Key_F, Qt::NoModifier, u"f"_s);
        ours.ignore();
        QApplication::sendEvent(&w.timeline, &ours);
        QVERIFY(ours.isAccepted());
        QKeyEvent notOurs(QEvent::ShortcutOverride, Qt::Key_K, Qt::NoModifier, u"k"_s);
        notOurs.ignore();
        QApplication::sendEvent(&w.timeline, &notOurs);
        QVERIFY(!notOurs.isAccepted());
    }

    void hoveringSaysWhatIsThere()
    {
        Window w;
        w.timeline.setEventLine([](Place place) { return u"event %1"_s.arg(place.event); });
        QTest::mouseMove(w.view(), w.at(40'100, 0));
        const TimelineOverlay over = w.timeline.overlay();
        QVERIFY(over.card.has_value());
        QCOMPARE(over.card->title, u"cat"_s);
        QCOMPARE(over.card->event, u"event 2"_s);
        QCOMPARE(over.hovered->slice, (Slice{40'000, 70'000, 2}));
        QVERIFY(!w.timeline.grab().isNull());
        // Not over the ruler, the names, or what is no lane; and not after it left.
        for (const QPoint at : {QPoint(600, 10), QPoint(20, 60), QPoint(600, 190)}) {
            QTest::mouseMove(w.view(), at);
            QVERIFY(!w.timeline.overlay().card);
        }
        QTest::mouseMove(w.view(), w.at(40'100, 0));
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(w.view(), &leave);
        QVERIFY(!w.timeline.overlay().card && !w.timeline.overlay().pointer);
    }

    void aMenuHidesTheHoverCard()
    {
        Window w;
        const QPoint at = w.at(50'000, 0);
        QTest::mouseMove(w.view(), at);
        QVERIFY(w.timeline.overlay().card);
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, w.view()->mapToGlobal(at));
        QApplication::sendEvent(w.view(), &event);
        QVERIFY(!w.timeline.overlay().card && !w.timeline.overlay().pointer);
        auto *menu = w.timeline.findChild<QMenu *>({}, Qt::FindDirectChildrenOnly);
        QVERIFY(menu);
        menu->close();
    }

    void thePointersTimeLeavesNoRestOfALabel()
    {
        Window w;
        w.timeline.grab();
        QTest::mouseMove(w.view(), {kLabelWidth + 500, 100});
        const auto labels = w.timeline.overlay().rulerLabels;
        QCOMPARE_GE(labels.size(), std::size_t{3});
        const TimelineRenderer::Label &label = labels[2];
        const QRect place = label.place.toAlignedRect();
        const Theme &theme = Theme::of(&w.timeline);
        const QRgb pill = (theme.isDark ? theme.cardLine : theme.secondary).rgb();
        // Until the pointer's time covers the label's right end, but not its first digits.
        QImage image;
        int x = place.right() + 100;
        const int above = kRulerHeight / 2 - 8; // where the time has no digits
        do {
            QTest::mouseMove(w.view(), {--x, 100});
            image = w.view()->grab().toImage();
        } while (x > place.left() && image.pixel(place.right() - 4, above) != pill);
        QVERIFY(image.pixel(place.left() + 4, above) != pill);
        const QRgb panel = theme.panel.rgb();
        for (int i = place.left(); i < place.left() + 4; ++i) {
            for (int y = place.top(); y < place.bottom(); ++y)
                QCOMPARE(image.pixel(i, y), panel);
        }
    }

    void hoveringFollowsWhatIsDrawnUnderARestingPointer()
    {
        Window w;
        QTest::mouseMove(w.view(), w.at(20'500, 0));
        QCOMPARE(w.timeline.overlay().card->title, u"bash"_s);
        w.state.setVisibleRange({40'000, 70'000});
        Window::settle();
        QCOMPARE(w.timeline.overlay().card->title, u"cat"_s);
    }

    void theCurrentEventIsMarkedOnItsCpu()
    {
        Window w;
        w.state.setCurrentEvent(Place{2, 42});
        const auto current = w.timeline.overlay().current;
        QCOMPARE(current->cpu, CpuId{5});
        QCOMPARE(current->time, TimeNs{42'000});
    }

    void hiddenCpusHaveNoLane()
    {
        Window w;
        ShowFilter filter;
        filter.hiddenCpus = {2};
        w.state.setFilter(filter);
        Window::settle();
        QCOMPARE(w.timeline.scene().layout.rows().size(), std::size_t{2});
        QCOMPARE(w.timeline.scene().cpuCount, std::size_t{3});
        QCOMPARE(w.timeline.scene().layout.rows()[1].cpu, CpuId{5});
    }

    void theMenuHidesAndShows()
    {
        Window w;
        const auto trigger = [&w](QPoint at, const QString &text) {
            const std::unique_ptr<QMenu> menu(w.timeline.makeMenu(at));
            for (QAction *action : menu->actions()) {
                if (action->text() == text && action->isEnabled()) {
                    action->trigger();
                    Window::settle();
                    return true;
                }
            }
            return false;
        };
        QVERIFY(trigger(w.at(20'500, 0), u"Hide task bash 412"_s));
        QVERIFY(!w.state.filter().showsTask(TaskId{1}));
        QVERIFY(trigger(w.at(20'500, 2), u"Hide CPU 2"_s));
        QVERIFY(!w.state.filter().showsCpu(2));
        QVERIFY(trigger(w.at(20'500, 0), u"Show everything"_s));
        QVERIFY(w.state.filter().isEmpty());
        QVERIFY(!trigger(w.at(20'500, 0), u"Zoom to selection"_s)); // nothing is selected
        QVERIFY(!trigger(w.at(90'000, 0), u"Hide task bash 412"_s));
        QVERIFY(trigger({600, 190}, u"All CPUs in view"_s));
        QCOMPARE(w.timeline.laneSize(), LaneSize::FitAll);
    }

    void laneSizesAreHeardOnce()
    {
        Window w;
        QSignalSpy spy(&w.timeline, &TimelineWidget::laneSizeChanged);
        w.timeline.setLaneSize(LaneSize::Normal);
        QCOMPARE(spy.count(), 0);
        w.timeline.setLaneSize(LaneSize::Large);
        QCOMPARE(spy.count(), 1);
        QCOMPARE(w.timeline.scene().layout.laneHeight(), 40);
        w.timeline.setLaneSize(LaneSize::FitAll);
        QCOMPARE(w.timeline.scene().layout.laneHeight(), kLaneHeight);
        w.timeline.resize(kLabelWidth + 1000, 100);
        Window::settle();
        QCOMPARE(w.timeline.scene().layout.laneHeight(), 16);
        QCOMPARE(w.timeline.verticalScrollBar()->maximum(), 0);
    }

    void aGrowingTraceIsFollowed()
    {
        TimelineTrace trace;
        ViewState state;
        TimelineWidget timeline(state);
        timeline.resize(800, 200);
        state.setSnapshot(trace.index.partialSnapshot({2, 100, 30}, 9'000));
        Window::settle();
        QVERIFY(!timeline.grab().isNull());
        state.setSnapshot(trace.index.partialSnapshot({4, 200, 70}, 30'000));
        Window::settle();
        QVERIFY(!timeline.grab().isNull());
        QCOMPARE(state.visibleRange(), state.traceRange());
    }

    void itSaysWhatItIsToThoseWhoCannotSeeIt()
    {
        Window w;
        QCOMPARE(w.timeline.accessibleName(), u"Timeline"_s);
        QString description = w.timeline.accessibleDescription();
        QCOMPARE(description.remove(kDigitGap), u"3 CPUs, 0.00000000 s to 0.00009900 s"_s);
    }
};

QTEST_MAIN(tst_TimelineWidget)
#include "tst_timelinewidget.moc"
