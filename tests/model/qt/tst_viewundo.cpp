// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/viewundo.h"
#include "tests/support/memoryindex.h"

#include <QDebug>
#include <QRandomGenerator>
#include <QTest>

using namespace thresher;
using namespace Qt::StringLiterals;
using What = ViewChange::What;

namespace {

constexpr EventTypeId kSwitch{0};

struct Scene
{
    test::MemoryIndex index;
    ViewState view;
    ViewUndo undo{view};
    qint64 clock = 0;

    Scene()
    {
        index.addEventTypes({"sched_switch"});
        for (CpuId cpu = 0; cpu < 3; ++cpu) {
            test::MemoryStream &stream = index.addStream(cpu);
            stream.addEvent(1000, kSwitch, kIdleTask);
            stream.addEvent(90'000, kSwitch, kIdleTask);
        }
        view.setSnapshot(index.snapshot());
        undo.setClock([this] { return clock; });
        turn();
    }
    /// Of the event loop.
    static void turn() { QCoreApplication::sendPostedEvents(); }
    void setMarker(Marker which, TimeNs time)
    {
        view.setMarker(which, time);
        turn();
    }
    [[nodiscard]] What next() const { return undo.undoable().value_or(ViewChange{}).what; }
    void addBookmark(TimeNs time, const QString &name)
    {
        Bookmark bookmark;
        bookmark.time = time;
        bookmark.name = name;
        view.addBookmark(bookmark);
        turn();
    }
};

ShowFilter hidingCpu(CpuId cpu)
{
    ShowFilter filter;
    filter.hiddenCpus = {cpu};
    return filter;
}

/// All of a view that can be undone.
QByteArray textOf(const ViewState &view)
{
    QString text;
    QDebug out(&text);
    for (const Marker which : kMarkers)
        out << view.marks().marker(which).value_or(-1);
    for (const Bookmark &bookmark : view.marks().bookmarks())
        out << bookmark.id << bookmark.time << bookmark.name << bookmark.note;
    out << view.expression() << view.filterUse().timeline;
    const TimeRange selected = view.selectedRange().value_or(TimeRange{-1, -1});
    out << selected.begin << selected.end;
    return text.toUtf8();
}

} // namespace

class ViewUndoTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWasDoneIsTakenBackAndDoneAgain()
    {
        Scene scene;
        QVERIFY(!scene.undo.undoable() && !scene.undo.redoable());
        QVERIFY(!scene.undo.undo());
        scene.setMarker(Marker::A, 2000);
        scene.setMarker(Marker::B, 3000);
        scene.setMarker(Marker::B, 4000);
        QVERIFY(scene.undo.undoable() == (ViewChange{What::MoveMarker, Marker::B, {}}));
        QVERIFY(scene.undo.undo() == (ViewChange{What::MoveMarker, Marker::B, {}}));
        QCOMPARE(scene.view.marks().marker(Marker::B), 3000);
        scene.turn(); // the step back is no step
        QVERIFY(scene.undo.undo() == (ViewChange{What::SetMarker, Marker::B, {}}));
        QVERIFY(scene.undo.undo() == (ViewChange{What::SetMarker, Marker::A, {}}));
        QVERIFY(scene.view.marks().isEmpty());
        QVERIFY(!scene.undo.undoable());
        scene.turn();
        QVERIFY(scene.undo.redo() && scene.undo.redo());
        scene.turn();
        QCOMPARE(scene.view.marks().marker(Marker::B), 3000);
        scene.setMarker(Marker::A, 5000); // what was undone is lost by that
        QVERIFY(!scene.undo.redoable());
    }

    void stepsHaveNames()
    {
        Scene scene;
        const auto verify = [&scene](What what, const QString &name = {}) {
            scene.turn();
            const auto change = scene.undo.undoable();
            QVERIFY(change);
            QCOMPARE(int(change->what), int(what));
            QCOMPARE(change->name, name);
        };
        scene.addBookmark(2000, u"one"_s);
        verify(What::AddBookmark, u"one"_s);
        Bookmark bookmark = scene.view.marks().bookmarks().first();
        bookmark.name = u"two"_s;
        scene.view.setBookmark(bookmark);
        verify(What::RenameBookmark, u"two"_s);
        bookmark.note = u"why"_s;
        scene.view.setBookmark(bookmark);
        verify(What::EditNote, u"two"_s);
        bookmark.time = 3000;
        scene.view.setBookmark(bookmark);
        verify(What::MoveBookmark, u"two"_s);
        scene.view.removeBookmarks({bookmark.id});
        verify(What::RemoveBookmark, u"two"_s);
        scene.view.setExpression(u"common_pid == 1"_s);
        verify(What::ChangeFilter);
        scene.view.setExpression({});
        verify(What::ClearFilter);
        scene.view.setFilter(hidingCpu(1)); // which the expression says then
        verify(What::ChangeShown);
        scene.view.setFilterUse({true, true, true});
        verify(What::ChangeFilterUse);
        LaneSet lanes = scene.view.lanes();
        lanes.showsTasks = false;
        scene.view.setLanes(lanes);
        verify(What::ChangeLanes);
        scene.undo.undo();
        QVERIFY(scene.view.lanes().showsTasks);
        scene.undo.redo();
        QVERIFY(!scene.view.lanes().showsTasks);
        scene.view.setSelectedRange(TimeRange{2000, 3000});
        verify(What::Select);
        scene.view.setSelectedRange(std::nullopt);
        verify(What::Deselect);
        scene.setMarker(Marker::A, 2000);
        scene.setMarker(Marker::B, 3000);
        scene.view.clearMarkers();
        verify(What::ClearMarkers);
        scene.view.setVisibleRange({5000, 9000}, true);
        verify(What::Jump);
    }

    void aGestureIsOneStep()
    {
        Scene scene;
        scene.setMarker(Marker::A, 2000);
        scene.view.beginGesture();
        for (TimeNs time = 3000; time < 9000; time += 1000)
            scene.setMarker(Marker::A, time);
        scene.view.setMarker(Marker::A, 9500);
        scene.view.endGesture(); // before its last change was told
        scene.turn();
        scene.view.beginGesture(); // another one
        scene.setMarker(Marker::A, 9900);
        scene.view.endGesture();
        scene.undo.undo();
        QCOMPARE(scene.view.marks().marker(Marker::A), 9500);
        scene.undo.undo();
        QCOMPARE(scene.view.marks().marker(Marker::A), 2000);
    }

    void aGestureThatComesToNothingIsNoStep()
    {
        Scene scene;
        scene.setMarker(Marker::A, 2000);
        scene.view.beginGesture();
        scene.setMarker(Marker::A, 3000);
        scene.setMarker(Marker::A, 2000);
        scene.view.endGesture();
        QCOMPARE(int(scene.next()), int(What::SetMarker));
        scene.undo.undo();
        QVERIFY(!scene.undo.undoable());
    }

    void lettersTypedAreOneStep()
    {
        Scene scene;
        for (const QString &text : {u"c"_s, u"cp"_s, u"cpu"_s, u"cpuu"_s, u"cpu"_s}) {
            scene.clock += 200;
            scene.view.setExpression(text);
            scene.turn();
        }
        scene.clock += 60'000;
        scene.view.setExpression(u"cpu1"_s);
        scene.turn();
        scene.view.setExpression(u"cpu1 && task ~ \"x\""_s); // at once, but no letter
        scene.turn();
        QStringList steps;
        while (scene.undo.undo())
            steps += scene.view.expression();
        QCOMPARE(steps, QStringList({u"cpu1"_s, u"cpu"_s, u""_s}));
    }

    void jumpsAreStepsButScrollingIsNot()
    {
        Scene scene;
        scene.view.setVisibleRange({2000, 12'000}, true);
        scene.turn();
        scene.view.pan(500);
        scene.turn();
        scene.view.zoom(0.5, 5000);
        scene.turn();
        const TimeRange left = scene.view.visibleRange();
        scene.view.setVisibleRange({50'000, 60'000}, true);
        scene.turn();
        scene.setMarker(Marker::A, 3000);
        scene.undo.undo();
        QVERIFY(scene.view.visibleRange() == (TimeRange{50'000, 60'000}));
        QVERIFY(scene.undo.undo()->what == What::Jump);
        QVERIFY(scene.view.visibleRange() == left);
        scene.turn();
        scene.undo.undo();
        QVERIFY(scene.view.visibleRange() == scene.view.traceRange());
        QVERIFY(!scene.undo.undoable());
    }

    void whatIsRestoredIsNoStepAndAnotherTraceBeginsAnew()
    {
        Scene scene;
        scene.view.restore({{u"markers"_s, QJsonObject{{u"a"_s, 2000}}}});
        scene.turn();
        QVERIFY(!scene.undo.undoable());
        scene.setMarker(Marker::B, 3000);
        scene.undo.undo();
        QCOMPARE(scene.view.marks().marker(Marker::A), 2000);
        scene.turn();
        QVERIFY(scene.undo.redoable());
        const Scene other;
        scene.view.setSnapshot(other.view.snapshot());
        scene.turn();
        QVERIFY(!scene.undo.undoable() && !scene.undo.redoable());
    }

    void changesThatWereNotToldYetAreUndoneToo()
    {
        Scene scene;
        scene.setMarker(Marker::A, 2000);
        scene.view.setMarker(Marker::A, 3000);
        scene.undo.undo();
        QCOMPARE(scene.view.marks().marker(Marker::A), 2000);
        scene.turn();
        QVERIFY(scene.undo.redoable());
    }

    void allTheWayBackAndForthIsTheSameAsSavedStates()
    {
        const auto seed = QRandomGenerator::global()->generate();
        qInfo("seed %u", seed);
        QRandomGenerator random(seed);
        Scene scene;
        std::vector<QByteArray> states{textOf(scene.view)};
        for (int i = 0; i < 200; ++i) {
            const TimeNs time = 1000 + random.bounded(80'000);
            switch (random.bounded(7)) {
            case 0:
                scene.view.setNextMarker(time);
                break;
            case 1:
                scene.addBookmark(time, QString::number(i));
                break;
            case 2:
                if (const auto &all = scene.view.marks().bookmarks(); !all.isEmpty())
                    scene.view.removeBookmarks({all[random.bounded(all.size())].id});
                break;
            case 3:
                scene.view.setExpression(u"pid == %1"_s.arg(random.bounded(1000, 9999)));
                break;
            case 4:
                scene.view.setFilter(hidingCpu(CpuId(random.bounded(3))));
                break;
            case 5:
                scene.view.setSelectedRange(TimeRange{time, time + 100});
                break;
            default:
                scene.view.clearMarkers();
                break;
            }
            scene.clock += 10'000;
            scene.turn();
            if (textOf(scene.view) != states.back())
                states.push_back(textOf(scene.view));
        }
        for (std::size_t i = states.size() - 1; i > 0; --i) {
            QVERIFY(scene.undo.undo());
            QCOMPARE(textOf(scene.view), states[i - 1]);
            if (random.bounded(2) == 0)
                scene.turn();
        }
        QVERIFY(!scene.undo.undo());
        for (std::size_t i = 1; i < states.size(); ++i) {
            QVERIFY(scene.undo.redo());
            QCOMPARE(textOf(scene.view), states[i]);
        }
        QVERIFY(!scene.undo.redo());
    }

    void theOldestStepsAreForgotten()
    {
        Scene scene;
        for (std::size_t i = 0; i < ViewUndo::kMostSteps + 5; ++i)
            scene.setMarker(Marker::A, TimeNs(2000 + i));
        std::size_t steps = 0;
        while (scene.undo.undo())
            ++steps;
        QCOMPARE(steps, ViewUndo::kMostSteps);
        QCOMPARE(scene.view.marks().marker(Marker::A), 2004);
    }
};

QTEST_GUILESS_MAIN(ViewUndoTest)
#include "tst_viewundo.moc"
