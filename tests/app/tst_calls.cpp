// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/probecalls.h"
#include "tests/app/appscene.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/latency/latencyview.h"
#include "widgets/placemenu.h"
#include "widgets/tables/datatableview.h"

#include <QApplication>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabBar>
#include <QTabWidget>
#include <QTimer>
#include <QTreeView>
#include <QWindow>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;
using thresher::test::AppScene;
using thresher::test::Home;

namespace {

/// The longest call in the recording, as `trace-cmd report` tells of it.
constexpr TimeNs kBegin = 13'144'842'164;
constexpr TimeNs kEnd = 13'168'755'197;
constexpr Pid kPid = 133;

struct Scene : AppScene
{
    std::vector<ProbePlace> places;
    QStringList counted;
    QStringList latencies;

    explicit Scene(const QString &file = u"lab-kprobe-kretprobe.dat"_s)
    {
        open(Home::dataFile(file));
        auto *const requests = window.workspace()->requests();
        // What the menus ask for is looked at, not done.
        QObject::disconnect(requests, nullptr, &window, nullptr);
        QObject::connect(requests, &ViewRequests::probeRequested, &window,
                         [this](const ProbePlace &place) { places.push_back(place); });
        QObject::connect(requests, &ViewRequests::histogramRequested, &window,
                         [this](const QString &event, const QString &field) {
                             counted += event + u'/' + field;
                         });
        QObject::connect(requests, &ViewRequests::latencyEventRequested, &window,
                         [this](const QString &event) { latencies += event; });
    }

    /// A point of a slice in a lane below its task's, scrolled into view.
    [[nodiscard]] QPoint pointOf(TrackClass what, Pid pid, TimeRange range)
    {
        const TaskId task = view().snapshot()->tasks->fromPid(pid);
        const DurationNs length = range.duration();
        view().setVisibleRange({range.begin - length, range.end + length});
        timeline()->lanes().showTask(task);
        settle();
        const auto find = [&]() -> const LaneRow * {
            for (const LaneRow &row : timeline()->scene().layout.rows()) {
                if (row.lane.kind == Lane::Kind::Nested && row.lane.what == what
                    && row.lane.owner == ownerOfTask(task) && row.lane.depth == 0)
                    return &row;
            }
            return nullptr;
        };
        if (find() == nullptr)
            return {};
        timeline()->verticalScrollBar()->setValue(find()->top - 60);
        settle();
        const TimelineScene &scene = timeline()->scene();
        const auto x = static_cast<int>(scene.xOf(range.begin + length / 2));
        return {x, scene.topOf(*find()) + find()->height / 2};
    }
    /// Clicks with the right button, as the window system tells the window of it.
    [[nodiscard]] QMenu *menuAt(QWidget *widget, QPoint position)
    {
        QWindow *const handle = window.windowHandle();
        QTest::mouseClick(handle, Qt::RightButton, {}, widget->mapTo(&window, position));
        for (int i = 0; i < 3; ++i)
            QCoreApplication::processEvents();
        return qobject_cast<QMenu *>(QApplication::activePopupWidget());
    }
    /// The first action of that name, of the menu or one below it.
    [[nodiscard]] static QAction *find(const QMenu *menu, const QString &name)
    {
        for (QAction *action : menu->actions()) {
            if (action->objectName() == name)
                return action;
        }
        return nullptr;
    }
    static void click(QMenu *menu, QAction *action)
    {
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
        for (int i = 0; i < 3; ++i)
            QCoreApplication::processEvents();
    }
    static void close()
    {
        while (QWidget *popup = QApplication::activePopupWidget())
            popup->close();
    }
    void select(TimeNs time, const char *name)
    {
        const IndexSnapshot &index = *view().snapshot();
        for (std::size_t s = 0; s < index.streams.size(); ++s) {
            const StreamView &stream = index.streams[s];
            for (EventIndex i = stream.lowerBound(time); i < stream.size && stream.time(i) == time;
                 ++i) {
                if (index.trace->events().event(stream.event(i)).name == name)
                    view().setCurrentEvent(Place{static_cast<StreamIndex>(s), i});
            }
        }
        settle();
    }
};

} // namespace

class tst_Calls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }
    void cleanup() { Scene::close(); }

    void theCardTellsArgumentsResultAndDuration()
    {
        Scene s;
        const QPoint point = s.pointOf(TrackClass::Probe, kPid, {kBegin, kEnd});
        QTest::mouseMove(s.timeline()->viewport(), point);
        const auto card = s.timeline()->overlay().card;
        QVERIFY(card);
        QCOMPARE(card->title, u"do_sys_openat2"_s);
        QCOMPARE(card->titleRest, u"sh 133"_s);
        QVERIFY2(card->main.startsWith(u"23.91"_s), qPrintable(card->main));
        QCOMPARE(
            card->details.first(3),
            (QStringList{u"dfd = 0xffffff9c"_s, u"filename = \"/lib/x86_64-linux-gnu/libc.so.6\""_s,
                         u"→ ret = 0x3"_s}));
        // And the click on it chooses its event, whose details tell the same.
        QTest::mouseClick(s.timeline()->viewport(), Qt::LeftButton, {}, point);
        s.settle();
        QVERIFY2(s.detailsText().contains(
                     u"do_sys_openat2 dfd=0xffffff9c filename=\"/lib/x86_64-linux-gnu/libc.so.6\" "
                     "→ 0x3"_s),
                 qPrintable(s.detailsText()));
    }

    void theTableOfCallsHasAColumnForEachValue()
    {
        Scene s;
        LatencyView *const latency = s.window.workspace()->latency();
        QTabWidget *const tabs = s.window.workspace()->tabs();
        latency->setKind(LatencyKind::Probe);
        QTest::mouseClick(tabs->tabBar(), Qt::LeftButton, {},
                          tabs->tabBar()->tabRect(tabs->indexOf(latency)).center());
        QTRY_VERIFY_WITH_TIMEOUT(
            latency->isSettled() && latency->result() && latency->result()->calls, 20'000);
        const DataTable &table = latency->worst()->tableModel().table();
        QStringList titles;
        for (const DataColumn &column : table.columns)
            titles += column.title;
        QCOMPARE(titles.mid(6), (QStringList{u"dfd"_s, u"filename"_s, u"→ ret"_s}));
        QCOMPARE(table.rows.size(), 72U);
        QCOMPARE(table.rows[0].cells[7].toString(), u"/lib/x86_64-linux-gnu/libc.so.6"_s);
        QCOMPARE(table.rows[0].cells[8].toString(), u"0x3"_s);
        const QString csv = latency->worst()->csv();
        QVERIFY(csv.section(u'\n', 0, 0)
                    .trimmed()
                    .endsWith(u"argument_dfd,argument_filename,result_ret"_s));
        // A row leads to its place.
        latency->worst()->setFocus();
        QTest::keyClick(latency->worst(), Qt::Key_Home);
        QTest::keyClick(latency->worst(), Qt::Key_Return);
        s.settle();
        QVERIFY(s.view().visibleRange().contains(kBegin));
    }

    void aProbesSliceOffersItsFunction()
    {
        Scene s;
        const QPoint point = s.pointOf(TrackClass::Probe, kPid, {kBegin, kEnd});
        QMenu *const menu = s.menuAt(s.timeline()->viewport(), point);
        QVERIFY(menu != nullptr);
        QAction *const probe = Scene::find(menu, u"probe"_s);
        QVERIFY(probe != nullptr);
        QCOMPARE(probe->text(), u"Probe “do_sys_openat2”…"_s);
        Scene::click(menu, probe);
        QCOMPARE(s.places.size(), 1U);
        QCOMPARE(s.places[0].kind, ProbePlace::Kind::KernelFunction);
        QCOMPARE(s.places[0].name, u"do_sys_openat2"_s);
    }

    void aRowOffersItsTracepointItsFieldsAndLatency()
    {
        Scene s;
        s.window.workspace()->showTab(s.window.workspace()->events());
        const TimeNs time = 12'839'522'807; // the first sched_switch
        s.select(time, "sched_switch");
        const auto row = s.table()->currentRow();
        QVERIFY(row);
        const QRect place = s.table()->rowRect(*row);
        QMenu *menu = s.menuAt(s.table()->viewport(), place.center());
        QVERIFY(menu != nullptr);
        Scene::click(menu, Scene::find(menu, u"probe"_s));
        QCOMPARE(s.places.size(), 1U);
        QCOMPARE(s.places[0].kind, ProbePlace::Kind::Tracepoint);
        QCOMPARE(s.places[0].name, u"sched:sched_switch"_s);
        menu = s.menuAt(s.table()->viewport(), place.center());
        Scene::click(menu, Scene::find(menu, u"latencyTo"_s));
        QCOMPARE(s.latencies, QStringList{u"sched:sched_switch"_s});
        menu = s.menuAt(s.table()->viewport(), place.center());
        QAction *const count = Scene::find(menu, u"countBy"_s);
        Scene::click(menu, count);
        QMenu *const fields = count->menu();
        QTRY_VERIFY(fields->isVisible());
        QCOMPARE(fields->actions().first()->text(), u"prev_comm…"_s);
        Scene::click(fields, fields->actions().at(1));
        QCOMPARE(s.counted, QStringList{u"sched:sched_switch/prev_pid"_s});
    }

    void whatCannotBeProbedIsGreyAndSaysWhy()
    {
        Scene s;
        s.window.workspace()->showTab(s.window.workspace()->events());
        s.select(kBegin, "open_entry");
        const auto row = s.table()->currentRow();
        QVERIFY(row);
        QMenu *const menu = s.menuAt(s.table()->viewport(), s.table()->rowRect(*row).center());
        QVERIFY(menu != nullptr);
        QAction *const probe = Scene::find(menu, u"probe"_s);
        QVERIFY(!probe->isEnabled());
        QVERIFY2(probe->text().endsWith(u"it is of a probe already"_s), qPrintable(probe->text()));
        Scene::click(menu, probe);
        QVERIFY(s.places.empty());
    }

    void aStacksLineOffersItsFunction()
    {
        Scene s(u"stacktrace.dat"_s);
        // The first event with a stack.
        const IndexSnapshot &index = *s.view().snapshot();
        const StreamView &stream = index.streams[0];
        for (EventIndex i = 0; i < stream.size; ++i) {
            if (index.trace->events().event(stream.event(i)).name != "kernel_stack")
                continue;
            s.view().setCurrentEvent(Place{0, i});
            break;
        }
        s.settle();
        DetailsPane *const details = s.window.workspace()->details();
        QVERIFY(details->details() && !details->details()->stack.empty());
        const QString frame = QString::fromStdString(details->details()->stack[1]);
        QTextCursor found = details->document()->find(frame);
        QVERIFY2(!found.isNull(), qPrintable(frame));
        found.setPosition(found.selectionStart() + 2);
        details->setTextCursor(found);
        details->ensureCursorVisible();
        const QPoint place = details->cursorRect(found).center();
        // The pane's menu runs until it is closed.
        QTimer::singleShot(0, details, [&] {
            auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
            QVERIFY(menu != nullptr);
            QAction *const probe = Scene::find(menu, u"probe"_s);
            QVERIFY(probe != nullptr);
            Scene::click(menu, probe);
            Scene::close();
        });
        static_cast<void>(s.menuAt(details->viewport(), place));
        QCOMPARE(s.places.size(), 1U);
        QCOMPARE(s.places[0].kind, ProbePlace::Kind::KernelFunction);
        QVERIFY2(frame.startsWith(s.places[0].name + u'+'), qPrintable(frame));
    }

    void theListOfEventsOffersThem()
    {
        Scene s;
        ShowList *const list = s.window.workspace()->list(ShowListModel::Kind::Events);
        s.window.workspace()->showList(ShowListModel::Kind::Events);
        s.settle();
        QModelIndex row;
        for (int i = 0; i < list->proxy()->rowCount(); ++i) {
            if (list->proxy()->index(i, 0).data().toString() == u"sched_switch")
                row = list->proxy()->index(i, 0);
        }
        QVERIFY(row.isValid());
        const QPoint place = list->list()->visualRect(row).center();
        QTest::mouseClick(list->list()->viewport(), Qt::LeftButton, {}, place);
        QMenu *const menu = s.menuAt(list->list()->viewport(), place);
        QVERIFY(menu != nullptr);
        Scene::click(menu, Scene::find(menu, u"latencyTo"_s));
        QCOMPARE(s.latencies, QStringList{u"sched:sched_switch"_s});
    }

    void framesOfStacksAreFunctions_data()
    {
        QTest::addColumn<QString>("frame");
        QTest::addColumn<bool>("isUser");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("more");
        QTest::newRow("of the kernel")
            << u"vfs_read+0x1f/0x80"_s << false << u"vfs_read"_s << u""_s;
        QTest::newRow("of a module")
            << u"ext4_readpage+0x1f [ext4]"_s << false << u"ext4_readpage"_s << u"ext4"_s;
        QTest::newRow("a clone") << u"foo.isra.0+0x4"_s << false << u"foo.isra.0"_s << u""_s;
        QTest::newRow("an address") << u"0xffffffff81000000"_s << false << u""_s << u""_s;
        QTest::newRow("of a program")
            << u"/usr/bin/sh+0x123"_s << true << u""_s << u"/usr/bin/sh"_s;
        QTest::newRow("of none") << u"[anon]+0x123"_s << true << u""_s << u""_s;
    }
    void framesOfStacksAreFunctions()
    {
        QFETCH(const QString, frame);
        QFETCH(const bool, isUser);
        QFETCH(const QString, name);
        QFETCH(const QString, more);
        const ProbeOffer offer = offerOfFrame(frame, isUser);
        QCOMPARE(offer.place.name, name);
        QCOMPARE(isUser ? offer.place.program : offer.place.module, more);
        QCOMPARE(offer.whyNot.isEmpty(), !(name.isEmpty() && more.isEmpty()));
    }
};

QTEST_MAIN(tst_Calls)
#include "tst_calls.moc"
