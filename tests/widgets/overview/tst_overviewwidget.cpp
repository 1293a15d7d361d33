// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/widgets/timeline/timelinescene.h"
#include "widgets/overview/overviewwidget.h"
#include "widgets/timeline/lanelayout.h"

#include <QApplication>
#include <QRegularExpression>
#include <QTest>
#include <QWheelEvent>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

/// 99 ns a pixel.
struct Window
{
    TimelineTrace trace;
    ViewState state;
    OverviewWidget overview{state};

    Window()
    {
        overview.resize(kLabelWidth + 1000, 46);
        overview.show();
        state.setSnapshot(trace.snapshot);
        settle();
    }
    static void settle() { QCoreApplication::processEvents(); }
    void drag(int from, int to, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mousePress(&overview, Qt::LeftButton, modifiers, {kLabelWidth + from, 20});
        QTest::mouseMove(&overview, {kLabelWidth + (from + to) / 2, 20});
        QTest::mouseMove(&overview, {kLabelWidth + to, 20});
        QTest::mouseRelease(&overview, Qt::LeftButton, modifiers, {kLabelWidth + to, 20});
        settle();
    }
    [[nodiscard]] bool shows(TimeNs begin, TimeNs end) const
    {
        const TimeRange range = state.visibleRange();
        return std::abs(range.begin - begin) <= 150 && std::abs(range.end - end) <= 150;
    }
};

} // namespace

class tst_OverviewWidget : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"^(?!This plugin).*"_s)); }

    void aClickGoesThere()
    {
        Window w;
        w.state.setVisibleRange({10'000, 20'000});
        w.drag(700, 700);
        QVERIFY(w.shows(64'300, 74'300));
        QVERIFY(w.state.canGoBack());
    }

    void theMarkedPartIsDragged()
    {
        Window w;
        w.state.setVisibleRange({10'000, 20'000});
        w.drag(150, 250);
        QVERIFY(w.shows(19'900, 29'900));
    }

    void itsEdgesAreDragged()
    {
        Window w;
        w.state.setVisibleRange({19'800, 39'600}); // 200 to 400
        w.drag(400, 500);
        QVERIFY(w.shows(19'800, 49'500));
        w.drag(200, 100);
        QVERIFY(w.shows(9'900, 49'500));
        w.drag(100, 900); // no farther than to the other edge
        QCOMPARE_GE(w.state.visibleRange().duration(), ViewState::kMinimumVisible);
        QCOMPARE_LE(w.state.visibleRange().duration(), DurationNs{100});
    }

    void aShiftDragMarksAnew()
    {
        Window w;
        w.drag(600, 300, Qt::ShiftModifier);
        QVERIFY(w.shows(29'700, 59'400));
    }

    void theWheelZooms()
    {
        Window w;
        const QPointF at(kLabelWidth + 500, 20);
        QWheelEvent event(at, w.overview.mapToGlobal(at), {}, {0, 240}, Qt::NoButton, {},
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(&w.overview, &event);
        QCOMPARE_LT(w.state.visibleRange().duration(), DurationNs{61'000});
        QVERIFY(w.state.visibleRange().contains(49'500));
    }

    void theMarkCoversWhatIsVisible()
    {
        Window w;
        QCOMPARE(w.overview.viewportSpan().begin, double(kLabelWidth));
        QCOMPARE(w.overview.viewportSpan().end, double(kLabelWidth + 1000));
        w.state.setVisibleRange({50'000, 50'010});
        QCOMPARE(w.overview.viewportSpan().end - w.overview.viewportSpan().begin, 6.0);
    }

    void withoutATraceNothingHappens()
    {
        ViewState state;
        OverviewWidget overview(state);
        overview.resize(600, 46);
        overview.show();
        QTest::mouseClick(&overview, Qt::LeftButton, {}, {300, 20});
        QVERIFY(!overview.grab().isNull());
        overview.resize(10, 46); // narrower than its caption
        QVERIFY(!overview.grab().isNull());
    }

    void itIsDrawnWhileTheIndexGrows()
    {
        TimelineTrace trace;
        ViewState state;
        OverviewWidget overview(state);
        overview.resize(600, 46);
        state.setSnapshot(trace.index.partialSnapshot({1, 100, 30}, 9'000));
        const QImage some = overview.grab().toImage();
        state.setSnapshot(trace.index.partialSnapshot({4, 300, 90}, 30'000));
        QVERIFY(overview.grab().toImage() != some);
    }
};

QTEST_MAIN(tst_OverviewWidget)
#include "tst_overviewwidget.moc"
