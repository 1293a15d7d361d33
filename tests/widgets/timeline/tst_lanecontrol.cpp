// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/analysis/analysisscene.h"
#include "widgets/timeline/timelinewidget.h"
#include "widgets/timeline/whydialog.h"

#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr std::uint64_t kSleeps = 1;
constexpr std::uint64_t kBlocked = 2;
const TraceDatWriter::Task kIdle{0, "swapper"};
const TraceDatWriter::Task kBash{412, "bash"};
const TraceDatWriter::Task kCat{500, "cat"};
const TraceDatWriter::Task kIrqThread{15, "irq/15"};

/// 0 to 100,000 ns. bash runs on CPU 0 10,000–30,000, is blocked to 50,000, when cat on CPU 1 wakes
/// it, waits to 60,000 behind irq/15 and runs to 80,000. cat runs on CPU 1 20,000–70,000.
TraceDatWriter recording()
{
    TraceDatWriter writer;
    writer.print(0, 0, 0, "begin");
    writer.print(1, 0, 0, "begin");
    writer.schedSwitch(0, 10'000, kIdle, 0, kBash);
    writer.schedSwitch(0, 30'000, kBash, kBlocked, kIrqThread);
    writer.schedSwitch(0, 60'000, kIrqThread, kSleeps, kBash);
    writer.schedSwitch(0, 80'000, kBash, kSleeps, kIdle);
    writer.schedSwitch(1, 20'000, kIdle, 0, kCat);
    writer.waking(1, 50'000, 500, kBash, 0);
    writer.schedSwitch(1, 70'000, kCat, kSleeps, kIdle);
    writer.print(0, 99'999, 0, "end");
    return writer;
}

struct Window
{
    AnalysisScene scene{recording()};
    ViewState state;
    TimelineWidget timeline{state};

    Window()
    {
        timeline.setLaneSize(LaneSize::Normal);
        timeline.resize(kLabelWidth + 1000, 320);
        timeline.show();
        state.setSnapshot(scene.index);
        state.setAnalysis(scene.analysis);
        settle();
    }
    static void settle()
    {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }
    [[nodiscard]] QWidget *view() const { return timeline.viewport(); }
    [[nodiscard]] TaskId task(Pid pid) const { return scene.task(pid); }
    [[nodiscard]] QPoint at(TimeNs time, LaneId lane)
    {
        const TimelineScene &shown = timeline.scene();
        const LaneRow *row = shown.layout.rowOf(lane);
        if (row == nullptr)
            return {-1, -1};
        return {static_cast<int>(shown.xOf(time)), shown.topOf(*row) + row->height / 2};
    }
    [[nodiscard]] QPoint nameOf(LaneId lane) { return {60, at(0, lane).y()}; }
    [[nodiscard]] QPoint nameOf(LaneGroup group)
    {
        const TimelineScene &shown = timeline.scene();
        for (const LaneRow &heading : shown.layout.headings()) {
            if (heading.lane.group == group && heading.lane.kind == Lane::Kind::Group)
                return {40, shown.topOf(heading) + heading.height / 2};
        }
        return {-1, -1};
    }
    void click(QPoint at)
    {
        QTest::mouseClick(view(), Qt::LeftButton, {}, at);
        settle();
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(&timeline, key, modifiers);
        settle();
    }
    void hover(QPoint at)
    {
        QTest::mouseMove(view(), at);
        settle();
    }
    /// Names of tasks' lanes from top to bottom.
    [[nodiscard]] QStringList tasks()
    {
        QStringList names;
        for (const LaneRow &row : timeline.scene().layout.rows()) {
            if (row.lane.kind == Lane::Kind::Task)
                names += QString::number(scene.index->tasks->task(TaskId{row.lane.owner}).pid);
        }
        return names;
    }
    [[nodiscard]] std::optional<Slice> chosen()
    {
        const auto &slice = timeline.lanes().chosen();
        return slice ? std::optional(slice->slice) : std::nullopt;
    }
};

constexpr auto kWaits = static_cast<std::uint32_t>(TaskState::Runnable);
constexpr auto kRuns = static_cast<std::uint32_t>(TaskState::Running);

} // namespace

class tst_LaneControl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tasksHaveLanesBelowTheCpus()
    {
        Window w;
        QCOMPARE(w.tasks(), (QStringList{u"500"_s, u"412"_s, u"15"_s}));
        QCOMPARE(w.timeline.scene().layout.cpuRows(), std::size_t{2});
        QVERIFY(!w.timeline.grab().isNull());
    }

    void aClickOnAHeadingFoldsIt()
    {
        Window w;
        w.click(w.nameOf(LaneGroup::Tasks));
        QVERIFY(w.tasks().isEmpty());
        w.click(w.nameOf(LaneGroup::Tasks));
        QCOMPARE(w.tasks().size(), 3);
        w.key(Qt::Key_Return); // it is the current one now
        QVERIFY(w.tasks().isEmpty());
    }

    void aClickChoosesTheSliceAndTheEventThatBeganIt()
    {
        Window w;
        w.click(w.at(55'000, laneOf(w.task(412))));
        QCOMPARE(w.chosen(), std::optional(Slice{50'000, 60'000, kWaits}));
        const auto place = w.state.currentEvent();
        QVERIFY(place.has_value());
        QCOMPARE(w.scene.index->streams[place->stream].time(place->event), TimeNs{50'000});
        QVERIFY(!w.state.selectedRange());
    }

    void aDoubleClickSelectsTheSlicesRangeAndSetsNoMarker()
    {
        Window w;
        QTest::mouseDClick(w.view(), Qt::LeftButton, {}, w.at(55'000, laneOf(w.task(412))));
        w.settle();
        QCOMPARE(w.state.selectedRange(), std::optional(TimeRange{50'000, 60'000}));
        QVERIFY(w.state.marks().isEmpty());
        QTest::mouseDClick(w.view(), Qt::LeftButton, {}, w.at(55'000, laneOfCpu(0)));
        w.settle();
        QVERIFY(!w.state.marks().isEmpty()); // elsewhere it does
    }

    void enterSelectsTheSlicesRange()
    {
        Window w;
        w.click(w.at(55'000, laneOf(w.task(412))));
        w.key(Qt::Key_Return);
        QCOMPARE(w.state.selectedRange(), std::optional(TimeRange{50'000, 60'000}));
    }

    void bracketsGoFromSliceToSlice()
    {
        Window w;
        w.click(w.at(55'000, laneOf(w.task(412))));
        w.key(Qt::Key_BracketRight);
        QCOMPARE(w.chosen(), std::optional(Slice{60'000, 80'000, kRuns}));
        w.key(Qt::Key_BracketLeft);
        w.key(Qt::Key_BracketLeft);
        QCOMPARE(w.chosen()->begin, TimeNs{30'000});
        // On a CPU's lane, from event to event as ever.
        w.click(w.at(10'000, laneOfCpu(0)));
        w.key(Qt::Key_BracketRight);
        const auto place = w.state.currentEvent();
        QCOMPARE(w.scene.index->streams[place->stream].time(place->event), TimeNs{30'000});
    }

    void theCardTellsWhyATaskWaited()
    {
        Window w;
        w.hover(w.at(55'000, laneOf(w.task(412))));
        const auto overlay = w.timeline.overlay();
        QVERIFY(overlay.card.has_value());
        QCOMPARE(overlay.card->title, u"bash"_s);
        QVERIFY2(overlay.card->main.contains(u"waited"_s)
                     && overlay.card->main.contains(u"CPU 0"_s),
                 qPrintable(overlay.card->main));
        const QString details = overlay.card->details.join(u'\n');
        QVERIFY2(details.contains(u"woken by cat 500 (CPU 1)"_s), qPrintable(details));
        QVERIFY2(details.contains(u"meanwhile irq/15"_s), qPrintable(details));
        // With an arrow from the waker.
        QVERIFY(std::ranges::any_of(overlay.lanes.wakes, [&](const auto &wake) {
            return wake.woken == w.task(412) && wake.time == 50'000 && wake.cpu == 1;
        }));
        QVERIFY(!w.timeline.grab().isNull());
        w.hover(w.at(55'000, laneOfCpu(0)));
        QVERIFY(!w.timeline.overlay().lanes.hovered);
    }

    void keysPinHideAndMoveLanes()
    {
        Window w;
        w.click(w.nameOf(laneOf(w.task(412))));
        w.key(Qt::Key_P);
        QCOMPARE(w.state.lanes().pinned, (std::vector{laneOf(w.task(412))}));
        QCOMPARE(w.tasks(), (QStringList{u"412"_s, u"500"_s, u"15"_s}));
        w.key(Qt::Key_P);
        QVERIFY(w.state.lanes().pinned.empty());
        w.key(Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(w.tasks(), (QStringList{u"412"_s, u"500"_s, u"15"_s}));
        w.key(Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(w.tasks(), (QStringList{u"500"_s, u"412"_s, u"15"_s}));
        w.key(Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(w.timeline.lanes().current()->owner, static_cast<std::uint32_t>(w.task(15)));
        w.key(Qt::Key_H);
        QCOMPARE(w.tasks(), (QStringList{u"500"_s, u"412"_s}));
    }

    void aDraggedNameMovesItsLane()
    {
        Window w;
        const QPoint from = w.nameOf(laneOf(w.task(15)));
        const QPoint to = w.nameOf(laneOf(w.task(500))) - QPoint(0, 8);
        QTest::mousePress(w.view(), Qt::LeftButton, {}, from);
        QTest::mouseMove(w.view(), from - QPoint(0, 12));
        QTest::mouseMove(w.view(), to);
        QVERIFY(w.timeline.overlay().lanes.drop.has_value());
        QTest::mouseRelease(w.view(), Qt::LeftButton, {}, to);
        w.settle();
        QCOMPARE(w.tasks(), (QStringList{u"15"_s, u"500"_s, u"412"_s}));
        QVERIFY(!w.timeline.overlay().lanes.drop);
        QCOMPARE(w.state.visibleRange(), w.scene.index->range); // nothing was panned
    }

    void theMenuChoosesLanes()
    {
        Window w;
        QMenu menu;
        w.timeline.lanes().addChoices(&menu);
        const auto named = [&menu](const QString &text) {
            const auto all = menu.actions();
            const auto found = std::ranges::find_if(
                all, [&](QAction *action) { return action->text() == text; });
            return found == all.end() ? nullptr : *found;
        };
        auto *field = menu.findChild<QLineEdit *>(u"laneSearch"_s);
        QVERIFY(field);
        QTest::keyClicks(field, u"bash"_s);
        w.settle();
        QCOMPARE(w.tasks(), QStringList{u"412"_s});
        field->clear();
        named(u"By pid"_s)->trigger();
        w.settle();
        QCOMPARE(w.tasks(), (QStringList{u"15"_s, u"412"_s, u"500"_s}));
        named(u"CPUs"_s)->trigger();
        w.settle();
        QCOMPARE(w.timeline.scene().layout.cpuRows(), std::size_t{0});
        named(u"Tasks"_s)->trigger();
        w.settle();
        QVERIFY(w.tasks().isEmpty());
        QVERIFY(!w.timeline.grab().isNull()); // no lane at all
        w.key(Qt::Key_BracketRight);
    }

    void aLaneIsShownWhateverHidIt()
    {
        Window w;
        LaneSet set;
        set.showsTasks = false;
        set.hide(laneOf(w.task(15)));
        set.search = u"cat"_s;
        w.state.setLanes(set);
        w.timeline.resize(kLabelWidth + 1000, 130);
        w.settle();
        w.timeline.lanes().showTask(w.task(15));
        w.settle();
        QCOMPARE(w.tasks().size(), 3);
        const QPoint name = w.nameOf(laneOf(w.task(15)));
        QVERIFY(w.view()->rect().contains(name));
        QVERIFY(w.timeline.verticalScrollBar()->value() > 0);
    }

    void whyTellsTheChainAndGoesToItsEvents()
    {
        Window w;
        QSignalSpy spy(&w.timeline.lanes(), &LaneControl::whyRequested);
        w.click(w.at(55'000, laneOf(w.task(412))));
        w.key(Qt::Key_Y);
        QCOMPARE(spy.size(), 1);
        auto *dialog = w.timeline.findChild<WhyDialog *>();
        QVERIFY(dialog);
        QString all;
        std::size_t wokenBy = 0;
        for (std::size_t i = 0; i < dialog->lines().size(); ++i) {
            all += dialog->lines()[i].label + u": "_s + dialog->lines()[i].text + u'\n';
            if (dialog->lines()[i].label == u"woken by"_s)
                wokenBy = i;
        }
        QVERIFY2(all.contains(u"woken by: cat 500 (CPU 1)"_s), qPrintable(all));
        QVERIFY2(all.contains(u"waited behind: irq/15"_s), qPrintable(all));
        w.state.setCurrentEvent(std::nullopt);
        dialog->goTo(wokenBy);
        const auto place = w.state.currentEvent();
        QVERIFY(place.has_value());
        QCOMPARE(w.scene.index->streams[place->stream].time(place->event), TimeNs{50'000});
        dialog->close();
    }

    void anotherTraceForgetsWhatWasChosen()
    {
        Window w;
        w.click(w.at(55'000, laneOf(w.task(412))));
        const AnalysisScene other(recording());
        w.state.setSnapshot(other.index);
        w.settle();
        QVERIFY(!w.chosen());
        QVERIFY(!w.timeline.lanes().current());
        QVERIFY(w.tasks().isEmpty());
    }
};

QTEST_MAIN(tst_LaneControl)
#include "tst_lanecontrol.moc"
