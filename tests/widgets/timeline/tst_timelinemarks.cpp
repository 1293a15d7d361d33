// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/widgets/timeline/timelinescene.h"
#include "widgets/theme.h"
#include "widgets/timeline/timelinewidget.h"

#include <QAction>
#include <QApplication>
#include <QHelpEvent>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QToolTip>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

/// 100 ns a pixel; a marker is drawn to what is up to 600 ns away.
struct Window
{
    TimelineTrace trace;
    ViewState state;
    TimelineWidget timeline{state};

    Window()
    {
        timeline.setLaneSize(LaneSize::Normal);
        timeline.resize(kLabelWidth + 1000, 200);
        timeline.show();
        state.setSnapshot(trace.snapshot);
        settle();
    }
    static void settle()
    {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    }
    [[nodiscard]] QWidget *view() const { return timeline.viewport(); }
    [[nodiscard]] QPoint at(TimeNs time, CpuId cpu)
    {
        const TimelineScene &scene = timeline.scene();
        const LaneRow *row = scene.layout.rowOf(cpu);
        return {static_cast<int>(scene.xOf(time)), scene.topOf(*row) + row->height / 2};
    }
    void clickTwice(QPoint place, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mouseClick(view(), Qt::LeftButton, modifiers, place);
        QTest::mouseDClick(view(), Qt::LeftButton, modifiers, place);
        settle();
    }
    void move(QPoint place, Qt::KeyboardModifiers modifiers = {},
              Qt::MouseButtons buttons = Qt::LeftButton)
    {
        QMouseEvent event(QEvent::MouseMove, place, view()->mapToGlobal(place), Qt::NoButton,
                          buttons, modifiers);
        QApplication::sendEvent(view(), &event);
        settle();
    }
    /// The middle of a flag.
    [[nodiscard]] QPoint flag(std::optional<Marker> marker)
    {
        for (const MarkFlag &flag : markFlags(timeline.scene(), state.marks())) {
            if (flag.name.marker == marker)
                return flag.place.center().toPoint();
        }
        return {};
    }
    void grab(std::optional<Marker> marker)
    {
        QTest::mousePress(view(), Qt::LeftButton, {}, flag(marker));
    }
    void drop(QPoint place)
    {
        QTest::mouseRelease(view(), Qt::LeftButton, {}, place);
        settle();
    }
    [[nodiscard]] TimeNs marker(Marker which) const
    {
        return state.marks().marker(which).value_or(-1);
    }
    quint64 addBookmark(TimeNs time, const QString &name)
    {
        Bookmark bookmark;
        bookmark.time = time;
        bookmark.name = name;
        const quint64 id = state.addBookmark(bookmark);
        settle();
        return id;
    }
};

bool near(TimeNs a, TimeNs b)
{
    return std::abs(a - b) <= 100;
}

} // namespace

class TimelineMarksTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { QTest::failOnWarning(QRegularExpression(u"^(?!This plugin).*"_s)); }

    void clickTwicesSetAThenBAtWhatIsNear()
    {
        Window w;
        w.clickTwice(w.at(10'400, 0)); // bash begins at 10,000
        QCOMPARE(w.marker(Marker::A), 10'000);
        QCOMPARE(w.marker(Marker::B), -1);
        w.clickTwice(w.at(21'700, 0)); // the interrupt ends at 22,000
        QCOMPARE(w.marker(Marker::B), 22'000);
        w.clickTwice(w.at(55'000, 0)); // nothing is near
        QVERIFY(near(w.marker(Marker::A), 55'000));
        w.clickTwice({int(w.timeline.scene().xOf(80'300)), 10}); // in the ruler: any CPU's event
        QCOMPARE(w.marker(Marker::B), 80'000);
        w.clickTwice({20, 100}); // names
        w.clickTwice(w.at(10'400, 0), Qt::AltModifier);
        QVERIFY(near(w.marker(Marker::A), 10'400));
        QCOMPARE_GT(w.marker(Marker::A), 10'200);
    }

    void aFlagIsDraggedToWhatIsNearInTheLaneUnderThePointer()
    {
        Window w;
        w.state.setMarker(Marker::A, 55'000);
        w.settle();
        w.grab(Marker::A);
        QVERIFY(w.state.gesture() != 0);
        w.move(w.at(39'700, 0));
        QCOMPARE(w.marker(Marker::A), 40'000);
        const auto dragged = w.timeline.overlay().marks.dragged;
        QVERIFY(dragged && dragged->snapped == (SnapPoint{40'000, 0}));
        QVERIFY(!w.timeline.overlay().pointer);
        w.move(w.at(39'700, 0), Qt::AltModifier);
        QVERIFY(near(w.marker(Marker::A), 39'700));
        QVERIFY(!w.timeline.overlay().marks.dragged->snapped);
        w.move(w.at(40'450, 5)); // of that CPU, not of the one where cat begins
        QVERIFY(w.marker(Marker::A) == 40'000 || w.marker(Marker::A) == 41'000);
        QVERIFY(!w.timeline.grab().isNull());
        w.move({-400, 100}); // beyond the edge
        QVERIFY(near(w.marker(Marker::A), 0));
        w.drop({-400, 100});
        QCOMPARE(w.state.gesture(), 0U);
        QVERIFY(!w.timeline.overlay().marks.dragged);
        QVERIFY(w.state.visibleRange() == w.trace.snapshot->range); // it was no pan
        QVERIFY(!w.state.selectedRange());
    }

    void aClickOnAFlagMovesNothing()
    {
        Window w;
        w.state.setMarker(Marker::A, 55'555);
        w.settle();
        const QPoint flag = w.flag(Marker::A);
        w.grab(Marker::A);
        w.move(flag + QPoint(1, 1));
        w.drop(flag + QPoint(1, 1));
        QCOMPARE(w.marker(Marker::A), 55'555);
    }

    void escapeEndsADragWhereItBegan()
    {
        Window w;
        w.state.setMarker(Marker::B, 55'000);
        w.settle();
        w.grab(Marker::B);
        w.move(w.at(30'000, 0));
        QVERIFY(w.marker(Marker::B) < 40'000);
        QTest::keyClick(&w.timeline, Qt::Key_Escape);
        w.settle();
        QCOMPARE(w.marker(Marker::B), 55'000);
        w.move(w.at(20'000, 0));
        QCOMPARE(w.marker(Marker::B), 55'000);
        w.drop(w.at(20'000, 0));
    }

    void aBookmarkIsDraggedWithItsRange()
    {
        Window w;
        const quint64 id = w.addBookmark(50'000, u"x"_s);
        Bookmark bookmark = *w.state.marks().bookmark(id);
        bookmark.range = TimeRange{50'000, 53'000};
        w.state.setBookmark(bookmark);
        w.settle();
        w.grab(std::nullopt);
        w.move(w.at(70'200, 0));
        w.drop(w.at(70'200, 0));
        QCOMPARE(w.state.marks().bookmark(id)->time, 70'000);
        QVERIFY(w.state.marks().bookmark(id)->range == (TimeRange{70'000, 73'000}));
    }

    void nearMarkersLeanAwayFromEachOther_data()
    {
        QTest::addColumn<qint64>("a");
        QTest::addColumn<qint64>("b");
        QTest::newRow("the same") << qint64{50'000} << qint64{50'000};
        QTest::newRow("A first") << qint64{50'000} << qint64{50'500};
        QTest::newRow("B first") << qint64{50'500} << qint64{50'000};
        QTest::newRow("left edge") << qint64{0} << qint64{100};
        QTest::newRow("right edge") << qint64{98'900} << qint64{98'800};
    }
    void nearMarkersLeanAwayFromEachOther()
    {
        QFETCH(qint64, a);
        QFETCH(qint64, b);
        Window w;
        w.state.setMarker(Marker::A, a);
        w.state.setMarker(Marker::B, b);
        w.settle();
        const auto flags = markFlags(w.timeline.scene(), w.state.marks());
        QCOMPARE(flags.size(), std::size_t{2});
        QVERIFY(!flags[0].place.intersects(flags[1].place));
        for (const MarkFlag &flag : flags) {
            QCOMPARE_GE(flag.place.left(), double(kLabelWidth));
            const MarkFlag *found = flagAt(flags, flag.place.center());
            QVERIFY(found && found->name == flag.name);
        }
    }

    void bookmarksOfOnePixelAreOneFlag()
    {
        Window w;
        ViewMarks marks;
        for (int i = 0; i < 5000; ++i) {
            Bookmark bookmark;
            bookmark.time = 50'000 + i % 100;
            marks.addBookmark(bookmark);
        }
        w.state.setMarks(marks);
        w.settle();
        QCOMPARE_LE(markFlags(w.timeline.scene(), marks).size(), std::size_t{2});
        w.state.setVisibleRange({60'000, 70'000});
        w.settle();
        QVERIFY(markFlags(w.timeline.scene(), marks).empty());
    }

    void theFlagUnderThePointerSaysWhatItIs()
    {
        Window w;
        const quint64 id = w.addBookmark(50'000, u"<b>storm</b>"_s);
        const QPoint place = w.flag(std::nullopt);
        QHelpEvent help(QEvent::ToolTip, place, w.view()->mapToGlobal(place));
        QApplication::sendEvent(w.view(), &help);
        QVERIFY(QToolTip::text().contains(u"&lt;b&gt;storm"_s));
        const QSignalSpy edited(&w.timeline, &TimelineWidget::bookmarkEditRequested);
        w.clickTwice(place);
        QCOMPARE(edited.size(), 1);
        QCOMPARE(edited.first().first().toULongLong(), id);
        QVERIFY(w.marker(Marker::A) < 0);
    }

    void theMenuOffersMarks()
    {
        Window w;
        const QSignalSpy requested(&w.timeline, &TimelineWidget::bookmarkRequested);
        const auto trigger = [&w](QPoint place, const QString &text) {
            const std::unique_ptr<QMenu> menu(w.timeline.makeMenu(place));
            for (QAction *action : menu->actions()) {
                if (action->text() == text) {
                    action->trigger();
                    w.settle();
                    return true;
                }
            }
            return false;
        };
        QVERIFY(!trigger(w.at(10'200, 0), u"Clear markers"_s));
        QVERIFY(trigger(w.at(10'200, 0), u"Set marker A here"_s));
        QVERIFY(trigger(w.at(69'800, 0), u"Set marker B here"_s));
        QCOMPARE(w.marker(Marker::A), 10'000);
        QVERIFY(trigger(w.at(0, 0), u"Select from A to B"_s));
        QVERIFY(w.state.selectedRange() == (TimeRange{10'000, 70'000}));
        QVERIFY(trigger(w.at(39'900, 0), u"Add a bookmark here"_s));
        QCOMPARE(requested.first().first().toLongLong(), 40'000);
        QVERIFY(trigger(w.at(0, 0), u"Clear markers"_s));
        QVERIFY(w.state.marks().isEmpty());
        w.addBookmark(50'000, u"x"_s);
        QVERIFY(trigger(w.flag(std::nullopt), u"Delete bookmark"_s));
        QVERIFY(w.state.marks().isEmpty());
        const std::unique_ptr<QMenu> names(w.timeline.makeMenu({20, 100}));
        for (const QAction *action : names->actions())
            QVERIFY(!action->text().contains(u"marker"_s));
    }

    void lettersWithShiftAreLeftToTheWindow()
    {
        Window w;
        w.state.setVisibleRange({40'000, 60'000});
        w.settle();
        QTest::keyClick(&w.timeline, Qt::Key_A, Qt::ShiftModifier);
        QTest::keyClick(&w.timeline, Qt::Key_Z, Qt::ShiftModifier);
        w.settle();
        QVERIFY(w.state.visibleRange() == (TimeRange{40'000, 60'000}));
        QTest::keyClick(&w.timeline, Qt::Key_A);
        w.settle();
        QVERIFY(w.state.visibleRange().begin < 40'000);
    }

    void thePointersMomentIsThatOfWhatIsNear()
    {
        Window w;
        QVERIFY(!w.timeline.pointerTime());
        w.move(w.at(10'300, 0), {}, Qt::NoButton);
        QCOMPARE(w.timeline.pointerTime(), 10'000);
        w.move({20, 100}, {}, Qt::NoButton);
        QVERIFY(!w.timeline.pointerTime());
    }
};

QTEST_MAIN(TimelineMarksTest)
#include "tst_timelinemarks.moc"
