// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recording/livefollower.h"
#include "app/workspace.h"
#include "capture/recordingsession.h"
#include "tests/app/appscene.h"
#include "widgets/eventtable/eventtable.h"
#include "widgets/filterbar/filterbar.h"
#include "widgets/livebar/livebar.h"
#include "widgets/livebar/ringpage.h"

#include <unistd.h>

#include <QDir>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>

#include <array>
#include <thread>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

/// The window while this machine's kernel is recorded. Needs root; what it traces it traces in
/// instances of its own.
class tst_livewindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void fromRecordToBrowsing();
    void whatIsFilteredAndLookedAtStaysWhenItEnds();
    void severalBuffersHaveTheirEventsAndEachMark();
    void stoppedWhileTheViewIsPausedAllIsShown();
    void anotherFileOpenedMeanwhileStays();
    void aRingIsOpenedWhenItIsStopped();
    void whatARingHoldsIsShownWhenAskedFor();

private:
    [[nodiscard]] capture::RecordingPlan plan() const
    {
        capture::RecordingPlan plan;
        auto &instance = plan.request.instances.emplace_back();
        instance.events.push_back({"sched:sched_switch", {}, {}, false});
        instance.events.push_back({"sched:sched_wak*", {}, {}, false});
        plan.launch.privilege = capture::Privilege::Direct;
        plan.output = m_dir->filePath(u"live.dat"_s).toStdString();
        return plan;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

namespace {

/// Two threads that wake each other some hundred times a second.
class Load
{
public:
    Load()
    {
        int ends[4] = {};
        if (::pipe(ends) != 0 || ::pipe(ends + 2) != 0)
            qFatal("There are no pipes.");
        std::copy_n(ends, 4, m_ends.begin());
        const auto pass = [](const std::stop_token &stop, int from, int to) {
            char byte = 0;
            while (!stop.stop_requested() && ::read(from, &byte, 1) == 1) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
                if (::write(to, &byte, 1) != 1)
                    return;
            }
        };
        m_threads[0] = std::jthread(pass, m_ends[0], m_ends[3]);
        m_threads[1] = std::jthread(pass, m_ends[2], m_ends[1]);
        kick();
    }
    ~Load()
    {
        for (std::jthread &thread : m_threads)
            thread.request_stop();
        kick();
        if (::write(m_ends[3], "x", 1) != 1)
            qFatal("The load does not end.");
        for (std::jthread &thread : m_threads)
            thread.join();
        for (const int end : m_ends)
            ::close(end);
    }

private:
    void kick() const
    {
        if (::write(m_ends[1], "x", 1) != 1)
            qFatal("There is no load.");
    }

    std::array<int, 4> m_ends{};
    std::array<std::jthread, 2> m_threads;
};

std::uint64_t rowCount(const AppScene &scene)
{
    return scene.table()->rowCount();
}

QToolButton *buttonOf(AppScene &scene, const QString &name)
{
    return scene.window.liveBar()->findChild<QToolButton *>(name);
}

} // namespace

void tst_livewindow::initTestCase()
{
    if (::geteuid() != 0)
        QSKIP("recording needs root");
    if (!QFile::exists(u"/sys/kernel/tracing/instances"_s)
        && !QFile::exists(u"/sys/kernel/debug/tracing/instances"_s))
        QSKIP("tracefs is not mounted, or has no instances");
    qputenv("THRESHER_RECORDER", THRESHER_RECORDER_PROGRAM);
}

void tst_livewindow::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

void tst_livewindow::fromRecordToBrowsing()
{
    const Load load;
    AppScene scene;
    scene.window.startRecording(plan());
    QTRY_VERIFY_WITH_TIMEOUT(scene.window.session().isLive(), 20'000);
    // Rows arrive, timeline and table go with them.
    QVERIFY(scene.window.follower()->isFollowing());
    QTRY_VERIFY_WITH_TIMEOUT(rowCount(scene) > 500, 20'000);
    QVERIFY(scene.window.workspace()->events()->isAtEnd());
    QCOMPARE(scene.view().visibleRange().end, scene.view().traceRange().end);
    const auto rows = rowCount(scene);
    QTRY_VERIFY(rowCount(scene) > rows + 100);
    QVERIFY(scene.window.workspace()->events()->isAtEnd());
    QVERIFY(scene.window.liveBar()->gauges()->gauges().size() > 0);
    QVERIFY(!scene.window.action(u"cut"_s)->isEnabled());

    // The view is paused, the recording is not.
    QTest::mouseClick(buttonOf(scene, u"pauseLive"_s), Qt::LeftButton);
    const auto snapshot = scene.view().snapshot();
    const QString figures = scene.window.liveBar()->figuresText();
    QTRY_VERIFY(scene.window.liveBar()->figuresText() != figures);
    QTest::qWait(500);
    QVERIFY(scene.view().snapshot() == snapshot);
    QTest::mouseClick(buttonOf(scene, u"pauseLive"_s), Qt::LeftButton);
    QTRY_VERIFY(scene.view().snapshot()->eventCount > snapshot->eventCount);

    // Looking at something else ends following; the button begins it again.
    const TimeRange all = scene.view().traceRange();
    scene.view().setVisibleRange({all.begin, all.begin + all.duration() / 4});
    QTRY_VERIFY(!scene.window.follower()->isFollowing());
    const TimeRange looked = scene.view().visibleRange();
    const auto arrived = scene.view().snapshot()->eventCount;
    QTRY_VERIFY(scene.view().snapshot()->eventCount > arrived + 200);
    QVERIFY(scene.view().visibleRange() == looked);
    QTest::mouseClick(buttonOf(scene, u"followLive"_s), Qt::LeftButton);
    QTRY_VERIFY(scene.view().visibleRange().end == scene.view().traceRange().end);
    QVERIFY(scene.window.follower()->isFollowing());

    scene.trigger("markLive");
    QTest::keyClicks(scene.window.liveBar()->markField(), u"half way"_s);
    QTest::keyClick(scene.window.liveBar()->markField(), Qt::Key_Return);
    QTRY_COMPARE(scene.window.liveBar()->markField()->text(), QString());
    const auto *marker = scene.view().snapshot()->trace->events().find("ftrace", "print");
    QVERIFY(marker);
    QTRY_COMPARE(scene.view().snapshot()->eventsPerType[toIndex(marker->id)], std::uint64_t{1});

    QTest::mouseClick(buttonOf(scene, u"stopRecording"_s), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!scene.window.isLiveBusy(), 20'000);
    scene.settle();
    const auto &finished = scene.view().snapshot();
    QVERIFY(finished->isComplete);
    QVERIFY(!scene.window.session().isLive());
    QCOMPARE(finished->trace->path().string(), m_dir->filePath(u"live.dat"_s).toStdString());
    QCOMPARE(rowCount(scene), finished->eventCount);
    QVERIFY(scene.window.workspace()->events()->isAtEnd());
    QVERIFY(!QDir(m_dir->filePath(u"live.dat.recording"_s)).exists());
    QVERIFY(!scene.window.liveBar()->isVisible());

    // The index is kept, and is what would have been made of the file.
    IndexOptions plain;
    Progress progress;
    const auto again = openIndex(finished->trace, plain, {}, progress, {});
    QVERIFY(again);
    QCOMPARE(again->snapshot->eventCount, finished->eventCount);
    QCOMPARE(again->snapshot->eventsPerType, finished->eventsPerType);
    const auto kept = openIndex(finished->trace, scene.home.indexOptions(), {}, progress, {});
    QVERIFY(kept && kept->statistics.wasReopened);
}

void tst_livewindow::severalBuffersHaveTheirEventsAndEachMark()
{
    const Load load;
    AppScene scene;
    auto both = plan();
    auto &other = both.request.instances.emplace_back();
    other.name = "thresher-test-other-" + std::to_string(::getpid());
    other.events.push_back({"sched:sched_switch", {}, {}, false});
    scene.window.startRecording(both);
    QTRY_VERIFY_WITH_TIMEOUT(scene.window.session().isLive(), 20'000);
    scene.trigger("markLive");
    QTest::keyClicks(scene.window.liveBar()->markField(), u"here"_s);
    QTest::keyClick(scene.window.liveBar()->markField(), Qt::Key_Return);
    const auto *marker = scene.view().snapshot()->trace->events().find("ftrace", "print");
    QVERIFY(marker);
    // The trace whose format it is goes when the recording ends.
    const auto marks = [&, type = toIndex(marker->id)] {
        return scene.view().snapshot()->eventsPerType[type];
    };
    QTRY_COMPARE(marks(), std::uint64_t{2});
    scene.trigger("stopRecording");
    QTRY_VERIFY_WITH_TIMEOUT(!scene.window.isLiveBusy(), 20'000);
    scene.settle();
    QCOMPARE(marks(), std::uint64_t{2});
    const auto &instances = scene.view().snapshot()->trace->instances();
    QCOMPARE(instances.size(), std::size_t{2});
    QCOMPARE(instances[1].name, other.name);
}

void tst_livewindow::stoppedWhileTheViewIsPausedAllIsShown()
{
    const Load load;
    AppScene scene;
    scene.window.startRecording(plan());
    QTRY_VERIFY_WITH_TIMEOUT(scene.window.session().isLive(), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(rowCount(scene) > 500, 20'000);
    QTest::mouseClick(buttonOf(scene, u"pauseLive"_s), Qt::LeftButton);
    const auto paused = scene.view().snapshot()->eventCount;
    QTest::qWait(500); // more arrives than is shown
    QTest::mouseClick(buttonOf(scene, u"stopRecording"_s), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!scene.window.isLiveBusy(), 20'000);
    scene.settle();
    QVERIFY(!scene.window.session().isLive());
    QVERIFY(scene.view().snapshot()->isComplete);
    QVERIFY(scene.view().snapshot()->eventCount > paused);
    QVERIFY(scene.window.action(u"cut"_s)->isEnabled());
}

void tst_livewindow::anotherFileOpenedMeanwhileStays()
{
    const Load load;
    AppScene scene;
    scene.window.startRecording(plan());
    QTRY_VERIFY_WITH_TIMEOUT(scene.window.session().isLive(), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(rowCount(scene) > 500, 20'000);
    QTest::mouseClick(buttonOf(scene, u"pauseLive"_s), Qt::LeftButton);
    QTest::qWait(300);
    const QString other = QStringLiteral(THRESHER_TEST_DATA "/one-cpu.dat");
    scene.window.openFile(other);
    const auto isOther = [&] {
        const auto &snapshot = scene.view().snapshot();
        return snapshot && snapshot->trace->path().string() == other.toStdString();
    };
    QTRY_VERIFY_WITH_TIMEOUT(isOther(), 20'000);
    QTest::qWait(500); // what is recorded meanwhile does not take its place
    QVERIFY(isOther() && !scene.window.session().isLive());
    scene.trigger("stopRecording");
    QTRY_VERIFY_WITH_TIMEOUT(!scene.window.isLiveBusy(), 20'000);
    QVERIFY(isOther());
    QVERIFY(QFile::exists(m_dir->filePath(u"live.dat"_s)));
    // It is offered.
    QVERIFY(scene.window.banner()->isVisible());
}

void tst_livewindow::aRingIsOpenedWhenItIsStopped()
{
    const Load load;
    AppScene scene;
    auto ring = plan();
    ring.request.instances.front().mode = capture::BufferMode::Ring;
    ring.request.instances.front().bufferKb = 256;
    scene.window.startRecording(ring);
    QTRY_VERIFY_WITH_TIMEOUT(scene.window.action(u"markLive"_s)->isEnabled(), 20'000);
    // What goes on is said meanwhile.
    RingPage *page = scene.window.ringPage();
    QVERIFY(page->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(page->table()->topLevelItemCount() > 0, 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(page->table()->topLevelItem(0)->text(3).endsWith(u" s"_s), 20'000);
    auto *stop = page->findChild<QPushButton *>(u"stopRecording"_s);
    QVERIFY(stop != nullptr);
    QTest::mouseClick(stop, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!scene.window.isLiveBusy(), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(scene.view().snapshot() && scene.view().snapshot()->isComplete,
                             20'000);
    QVERIFY(!page->isVisible());
    QVERIFY(!scene.window.session().isLive());
    QVERIFY(rowCount(scene) > 100);
}

void tst_livewindow::whatARingHoldsIsShownWhenAskedFor()
{
    const Load load;
    AppScene scene;
    auto ring = plan();
    ring.request.instances.front().mode = capture::BufferMode::Ring;
    ring.request.instances.front().bufferKb = 64;
    scene.window.startRecording(ring);
    RingPage *page = scene.window.ringPage();
    QTRY_VERIFY_WITH_TIMEOUT(scene.window.action(u"readRings"_s)->isEnabled(), 20'000);
    QVERIFY(scene.window.action(u"readRings"_s)->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(page->table()->topLevelItemCount() > 0, 20'000);
    auto *show = page->findChild<QPushButton *>(u"readRings"_s);
    QVERIFY(show != nullptr);
    QTest::mouseClick(show, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(scene.window.session().isLive(), 20'000);
    QVERIFY(!page->isVisible());
    QVERIFY(scene.window.isRecording());
    QTRY_VERIFY(rowCount(scene) > 10);
    const auto first = rowCount(scene);
    const TimeNs begin = scene.view().snapshot()->range.begin;
    // Once more, and what is held in the end comes behind it.
    QTest::mouseClick(buttonOf(scene, u"readRings"_s), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(rowCount(scene) > first, 20'000);
    const auto second = rowCount(scene);
    QTest::qWait(50);
    scene.trigger("stopRecording");
    QTRY_VERIFY_WITH_TIMEOUT(!scene.window.isLiveBusy(), 20'000);
    scene.settle();
    QVERIFY(scene.view().snapshot()->isComplete);
    QVERIFY(scene.view().snapshot()->range.begin == begin);
    QVERIFY(rowCount(scene) > second);
    QVERIFY(!scene.window.action(u"readRings"_s)->isVisible());
}

void tst_livewindow::whatIsFilteredAndLookedAtStaysWhenItEnds()
{
    const Load load;
    AppScene scene;
    scene.window.startRecording(plan());
    QTRY_VERIFY_WITH_TIMEOUT(scene.window.session().isLive(), 20'000);
    scene.view().setExpression(u"sched_switch: prev_state == 0"_s);
    QTRY_VERIFY_WITH_TIMEOUT(scene.view().matches() != nullptr, 20'000);
    QTRY_VERIFY(scene.view().snapshot()->eventCount > 1000);
    const TimeRange all = scene.view().traceRange();
    scene.view().setVisibleRange({all.begin + all.duration() / 4, all.begin + all.duration() / 2});
    QTRY_VERIFY(!scene.window.follower()->isFollowing());
    const TimeNs marked = scene.view().visibleRange().begin + 10;
    scene.view().setMarker(Marker::A, marked);
    QTRY_COMPARE(scene.window.action(u"undo"_s)->text(), u"&Undo set marker A"_s);
    const TimeRange left = scene.view().visibleRange();
    scene.view().setVisibleRange({all.begin, all.begin + all.duration() / 2}, true); // a jump
    QTRY_VERIFY(rowCount(scene) > 0);
    scene.table()->setCurrentRow(scene.table()->topRow());
    QTRY_VERIFY(scene.view().currentEvent());
    const auto place = *scene.view().currentEvent();
    const TimeNs time = scene.view().snapshot()->streams[place.stream].time(place.event);
    for (int i = 0; i < 5; ++i)
        QCoreApplication::processEvents();
    const TimeRange looked = scene.view().visibleRange(); // the current event is in view

    scene.trigger("stopRecording");
    QTRY_VERIFY_WITH_TIMEOUT(!scene.window.isLiveBusy(), 20'000);
    scene.settle();
    QVERIFY(scene.view().snapshot()->isComplete);
    QCOMPARE(scene.view().expression(), u"sched_switch: prev_state == 0"_s);
    QVERIFY(scene.view().matches());
    QVERIFY(scene.view().visibleRange() == looked);
    QVERIFY(scene.view().marks().marker(Marker::A) == marked);
    QVERIFY(scene.view().currentEvent());
    const auto now = *scene.view().currentEvent();
    QCOMPARE(scene.view().snapshot()->streams[now.stream].time(now.event), time);
    QVERIFY(scene.table()->currentRow());
    // What was done while it grew can be taken back.
    QVERIFY(scene.view().canGoBack());
    scene.view().goBack();
    QVERIFY(scene.view().visibleRange() == left);
    for (int i = 0; scene.view().marks().marker(Marker::A) && i < 10; ++i)
        scene.trigger("undo");
    QVERIFY(!scene.view().marks().marker(Marker::A));
    scene.trigger("redo");
    QVERIFY(scene.view().marks().marker(Marker::A) == marked);
}

QTEST_MAIN(tst_livewindow)
#include "tst_livewindow.moc"
