// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/support/memoryindex.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/lists/showlist.h"
#include "widgets/lists/showlistdelegate.h"
#include "widgets/theme.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;
using Kind = ShowListModel::Kind;

namespace {

/// Tasks a, b, c with 3, 2 and 1 events.
struct Scene
{
    test::MemoryIndex index;
    ViewState view;
    ShowList list;

    explicit Scene(Kind kind = Kind::Tasks)
        : list(view, kind)
    {
        index.addEventTypes({"first", "second"});
        index.addTasks({Task{10, 10, "a", {}}, Task{11, 11, "b", {}}, Task{12, 12, "c", {}}});
        test::MemoryStream &cpu = index.addStream(0);
        for (const std::uint32_t task : {1U, 1U, 1U, 2U, 2U, 3U})
            cpu.addEvent(static_cast<TimeNs>(cpu.size()), EventTypeId{0}, TaskId{task});
        list.resize(340, 400);
        list.show();
        view.setSnapshot(index.snapshot());
        QCoreApplication::sendPostedEvents();
    }
    [[nodiscard]] QStringList names() const
    {
        QStringList names;
        for (int row = 0; row < list.proxy()->rowCount(); ++row)
            names += list.proxy()->index(row, 0).data().toString();
        return names;
    }
    [[nodiscard]] QRect cell(int row, int column) const
    {
        return list.list()->visualRect(list.proxy()->index(row, column));
    }
    void clickBox(int row)
    {
        const QRect rect = cell(row, ShowListModel::NameColumn);
        QTest::mouseClick(list.list()->viewport(), Qt::LeftButton, {},
                          QPoint(rect.left() + 12, rect.center().y()));
    }
    void clickButton(const QString &text)
    {
        for (QToolButton *button : list.findChildren<QToolButton *>()) {
            if (button->text() == text)
                return QTest::mouseClick(button, Qt::LeftButton);
        }
        QFAIL("no such button");
    }
};

} // namespace

class tst_ShowList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }

    void aClickOnABoxHidesAndShows()
    {
        Scene scene;
        scene.list.list()->sortByColumn(ShowListModel::NameColumn, Qt::AscendingOrder);
        QCOMPARE(scene.names(), (QStringList{u"a"_s, u"b"_s, u"c"_s}));
        scene.clickBox(1);
        QCOMPARE(scene.view.filter().hiddenTasks, std::vector{TaskId{2}});
        QCoreApplication::sendPostedEvents();
        QCOMPARE(scene.list.title(), u"Tasks · 2 of 3"_s);
        scene.clickBox(1);
        QVERIFY(scene.view.filter().isEmpty());
        QCoreApplication::sendPostedEvents();
        QCOMPARE(scene.list.title(), u"Tasks · 3"_s);
    }

    void aClickOnANameHidesNothing()
    {
        Scene scene;
        QTest::mouseClick(scene.list.list()->viewport(), Qt::LeftButton, {},
                          scene.cell(0, ShowListModel::NameColumn).center());
        QVERIFY(scene.view.filter().isEmpty());
    }

    void onlyIsAClickAtTheRowsEnd()
    {
        Scene scene;
        scene.list.list()->sortByColumn(ShowListModel::CountColumn, Qt::DescendingOrder);
        const QRect last = scene.cell(2, ShowListModel::TimeColumn);
        QTest::mouseClick(scene.list.list()->viewport(), Qt::LeftButton, {},
                          ShowListDelegate::onlyRect(last).center());
        QCOMPARE(scene.view.filter().hiddenTasks, (std::vector{TaskId{0}, TaskId{1}, TaskId{2}}));
    }

    void theHeaderSorts()
    {
        Scene scene;
        QHeaderView *header = scene.list.list()->header();
        const QPoint pid(header->sectionViewportPosition(ShowListModel::DetailColumn) + 10,
                         header->height() / 2);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, pid);
        const QStringList once = scene.names();
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, pid);
        const QStringList twice = scene.names();
        QCOMPARE(QStringList(once.rbegin(), once.rend()), twice);
        QVERIFY(once == (QStringList{u"a"_s, u"b"_s, u"c"_s}) || twice == once);
    }

    void buttonsActOnWhatTheSearchLeaves()
    {
        Scene scene;
        QTest::keyClicks(scene.list.searchField(), u"b"_s);
        QCOMPARE(scene.names(), QStringList{u"b"_s});
        scene.clickButton(u"none"_s);
        QCOMPARE(scene.view.filter().hiddenTasks, std::vector{TaskId{2}});
        scene.list.searchField()->clear();
        scene.clickButton(u"invert"_s);
        QCOMPARE(scene.view.filter().hiddenTasks, (std::vector{TaskId{1}, TaskId{3}}));
        scene.clickButton(u"all"_s);
        QVERIFY(scene.view.filter().isEmpty());
        scene.clickButton(u"none"_s);
        QVERIFY(scene.view.filter().hideOtherTasks);
        QCOMPARE(scene.list.model()->hiddenCount(), 3);
    }

    void namesAreWholeAtTheWidthPanesHave_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("givesWay");
        QTest::newRow("tasks") << int(Kind::Tasks) << int(ShowListModel::CountColumn);
        QTest::newRow("events") << int(Kind::Events) << int(ShowListModel::DetailColumn);
    }
    void namesAreWholeAtTheWidthPanesHave()
    {
        QFETCH(int, kind);
        QFETCH(int, givesWay);
        test::MemoryIndex index;
        index.addEventTypes({"irq_handler_entry", "irq_handler_exit"});
        index.addTasks({Task{26613, 26613, "qemu-system-x86", {}}});
        test::MemoryStream &cpu = index.addStream(0);
        for (int i = 0; i < 30'000; ++i)
            cpu.addEvent(i, static_cast<EventTypeId>(i % 2), TaskId{1});
        cpu.running.add({0, 2'500'000, 1});
        ViewState view;
        ShowList list(view, Kind(kind));
        list.resize(344, 300);
        list.show();
        view.setSnapshot(index.snapshot());
        QCoreApplication::sendPostedEvents();
        const auto *delegate = list.findChild<ShowListDelegate *>();
        const QHeaderView *header = list.list()->header();
        for (int row = 0; row < list.proxy()->rowCount(); ++row) {
            const QString name = list.proxy()->index(row, 0).data().toString();
            QVERIFY2(delegate->nameCellWidth(name)
                         <= header->sectionSize(ShowListModel::NameColumn),
                     qPrintable(name));
        }
        // What gave way is back where there is room for all.
        list.resize(700, 300);
        QVERIFY(!header->isSectionHidden(givesWay));
        list.resize(250, 300);
        QVERIFY(header->isSectionHidden(givesWay));
    }

    void theKeyboardDoesItToo()
    {
        Scene scene;
        QTreeView *list = scene.list.list();
        list->sortByColumn(ShowListModel::NameColumn, Qt::AscendingOrder);
        list->setCurrentIndex(scene.list.proxy()->index(0, 0));
        QTest::keyClick(list, Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(list, Qt::Key_Space);
        QCOMPARE(scene.view.filter().hiddenTasks, (std::vector{TaskId{1}, TaskId{2}}));
        QTest::keyClick(list, Qt::Key_O);
        QCOMPARE(scene.view.filter().hiddenTasks, (std::vector{TaskId{0}, TaskId{3}}));
    }

    void listsWithoutATraceAreEmptyAndPaint_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("CPUs") << int(Kind::Cpus);
        QTest::newRow("tasks") << int(Kind::Tasks);
        QTest::newRow("events") << int(Kind::Events);
    }
    void listsWithoutATraceAreEmptyAndPaint()
    {
        QFETCH(int, kind);
        Scene scene{Kind(kind)};
        QVERIFY(!scene.list.grab().isNull());
        QCOMPARE_GE(scene.names().size(), 1);
        scene.view.setSnapshot(nullptr);
        QCoreApplication::sendPostedEvents();
        QVERIFY(!scene.list.grab().isNull());
        QCOMPARE(scene.names(), QStringList());
        scene.clickButton(u"none"_s);
        scene.clickButton(u"invert"_s);
    }
};

QTEST_MAIN(tst_ShowList)
#include "tst_showlist.moc"
