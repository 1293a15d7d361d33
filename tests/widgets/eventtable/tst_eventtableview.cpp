// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/widgets/eventtable/fakerows.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/eventtable/eventtableview.h"
#include "widgets/theme.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr Row kMany = 3'000'000'000;

struct Scene
{
    EventTableView table;
    std::shared_ptr<test::FakeText> text = std::make_shared<test::FakeText>();
    std::shared_ptr<test::FakeRows> rows;
    QSignalSpy current{&table, &EventTableView::currentChanged};

    explicit Scene(Row count = kMany)
        : rows(std::make_shared<test::FakeRows>(count))
    {
        table.resize(1200, 26 + 20 * kRowHeight + kRowHeight / 2);
        table.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        table.show();
        table.setRows(rows, text, {});
        table.setFocus();
    }

    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(&table, key, modifiers);
    }
    void click(Row row, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::mouseClick(table.viewport(), Qt::LeftButton, modifiers, table.rowRect(row).center());
    }
    void wheel(QPoint angle, QPoint pixels = {}, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        const QPointF at(100, 100);
        QWheelEvent event(at, table.viewport()->mapToGlobal(at), pixels, angle, Qt::NoButton,
                          modifiers, Qt::NoScrollPhase, false);
        QApplication::sendEvent(table.viewport(), &event);
    }
};

EventTableView::Span span(Row first, Row last)
{
    return {first, last};
}

} // namespace

class tst_EventTableView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }

    void threeBillionRowsAreScrolledToTheLast()
    {
        Scene scene;
        QCOMPARE(scene.table.pageRows(), Row{20});
        scene.key(Qt::Key_End);
        QCOMPARE(scene.table.currentRow(), std::optional<Row>(kMany - 1));
        QCOMPARE(scene.table.topRow(), kMany - 20);
        QCOMPARE(scene.table.rowRect(kMany - 1).bottom(), 20 * kRowHeight - 1);
        QCOMPARE(scene.table.text(kMany - 1, 6), u"info of row 2999999999"_s);
        QScrollBar *bar = scene.table.verticalScrollBar();
        QCOMPARE(bar->value(), bar->maximum());
        scene.key(Qt::Key_Home);
        QCOMPARE(scene.table.topRow(), Row{0});
        QCOMPARE(bar->value(), 0);
    }

    void rowsThatComeLaterBringTheScrollBar()
    {
        EventTableView table;
        table.resize(1200, 26 + 20 * kRowHeight);
        table.show();
        QCoreApplication::processEvents();
        QVERIFY(!table.verticalScrollBar()->isVisible());
        table.setRows(std::make_shared<test::FakeRows>(kMany), std::make_shared<test::FakeText>(),
                      {});
        QCoreApplication::processEvents();
        QVERIFY(table.verticalScrollBar()->isVisible());
        QCOMPARE(table.topRow(), Row{0});
        table.setRows(std::make_shared<test::FakeRows>(5), std::make_shared<test::FakeText>(), {});
        QCoreApplication::processEvents();
        QVERIFY(!table.verticalScrollBar()->isVisible());
    }

    void pagesAreWholeHoweverLongTheTableIs()
    {
        Scene scene;
        scene.table.setTopRow(1'500'000'000);
        scene.table.setCurrentRow(1'500'000'000);
        scene.key(Qt::Key_PageDown);
        QCOMPARE(scene.table.currentRow(), std::optional<Row>(1'500'000'020));
        scene.key(Qt::Key_PageUp);
        scene.key(Qt::Key_PageUp);
        QCOMPARE(scene.table.currentRow(), std::optional<Row>(1'499'999'980));
        QCOMPARE(scene.table.topRow(), Row{1'499'999'980});
    }

    void theScrollBarsArrowsAndPagesMoveByRowsNotBySteps()
    {
        Scene scene;
        scene.table.setTopRow(2'000'000'000);
        QScrollBar *bar = scene.table.verticalScrollBar();
        bar->triggerAction(QAbstractSlider::SliderSingleStepAdd);
        QCOMPARE(scene.table.topRow(), Row{2'000'000'001});
        bar->triggerAction(QAbstractSlider::SliderPageStepSub);
        QCOMPARE(scene.table.topRow(), Row{1'999'999'981});
        bar->triggerAction(QAbstractSlider::SliderToMaximum);
        QCOMPARE(scene.table.topRow(), kMany - 20);
        bar->setValue(bar->maximum() / 2);
        QCOMPARE(scene.table.topRow(), (kMany - 20) / 2);
    }

    void theWheelScrollsThreeRowsAndFractionsAddUp()
    {
        Scene scene;
        scene.wheel({0, -120});
        QCOMPARE(scene.table.topRow(), Row{3});
        for (int i = 0; i < 8; ++i)
            scene.wheel({0, -15}); // a fine wheel: eighths
        QCOMPARE(scene.table.topRow(), Row{6});
        for (int i = 0; i < 3; ++i)
            scene.wheel({0, -7}, {0, -7}); // a touchpad: pixels
        QCOMPARE(scene.table.topRow(), Row{7});
        scene.wheel({0, 1200});
        QCOMPARE(scene.table.topRow(), Row{0});
    }

    void onlyRowsInViewAreAskedForAndPrinted()
    {
        Scene scene;
        QCoreApplication::processEvents();
        scene.rows->asked = 0;
        scene.text->printed = 0;
        scene.table.setTopRow(1'234'567'890);
        scene.table.grab();
        QCOMPARE_LT(scene.rows->asked, std::uint64_t{200});
        QCOMPARE(scene.text->printed, std::uint64_t{21}); // one of them cut
    }

    void aClickChoosesAndShiftExtends()
    {
        Scene scene;
        scene.click(3);
        QCOMPARE(scene.current.size(), 1);
        QCOMPARE(scene.current.first().first().value<RowData>().place, (Place{3, 0}));
        QCOMPARE(scene.table.selectedRows(), std::optional(span(3, 3)));
        scene.click(7, Qt::ShiftModifier);
        QCOMPARE(scene.table.selectedRows(), std::optional(span(3, 7)));
        scene.key(Qt::Key_Up, Qt::ShiftModifier);
        QCOMPARE(scene.table.selectedRows(), std::optional(span(3, 6)));
        for (int i = 0; i < 4; ++i)
            scene.key(Qt::Key_Up, Qt::ShiftModifier);
        QCOMPARE(scene.table.selectedRows(), std::optional(span(2, 3)));
        scene.key(Qt::Key_Down);
        QCOMPARE(scene.table.selectedRows(), std::optional(span(3, 3)));
        scene.click(3); // the same again
        const auto heard = scene.current.size();
        scene.click(3);
        QCOMPARE(scene.current.size(), heard);
    }

    void draggingSelectsAndScrollsAtTheEdge()
    {
        Scene scene;
        QWidget *viewport = scene.table.viewport();
        QTest::mousePress(viewport, Qt::LeftButton, {}, scene.table.rowRect(5).center());
        QTest::mouseMove(viewport, scene.table.rowRect(9).center());
        QCOMPARE(scene.table.selectedRows(), std::optional(span(5, 9)));
        QTest::mouseRelease(viewport, Qt::LeftButton, {}, scene.table.rowRect(9).center());
    }

    void anEventFromElsewhereIsMarkedSilentlyAndInTheMiddle()
    {
        Scene scene;
        scene.table.setCurrentEvent(Place{1, 500'000'000}, 2'000'000'001'000);
        QCOMPARE(scene.table.currentRow(), std::optional<Row>(2'000'000'001));
        QCOMPARE(scene.table.topRow(), Row{1'999'999'991});
        QCOMPARE(scene.current.size(), 0);
        scene.table.setCurrentEvent(std::nullopt, std::nullopt);
        QCOMPARE(scene.table.selectedRows(), std::nullopt);
    }

    void whatIsOnScreenStaysThereAsRowsAreAdded()
    {
        Scene scene(1000);
        scene.table.setTopRow(500);
        scene.click(505);
        scene.table.setRows(std::make_shared<test::FakeRows>(5000), scene.text, {});
        QCOMPARE(scene.table.topRow(), Row{500});
        QCOMPARE(scene.table.currentRow(), std::optional<Row>(505));
        scene.table.setRows(nullptr, nullptr, {});
        QCOMPARE(scene.table.rowCount(), Row{0});
        QCOMPARE(scene.table.currentRow(), std::nullopt);
        scene.key(Qt::Key_End); // nothing to go to
        scene.key(Qt::Key_A, Qt::ControlModifier);
        scene.table.grab();
        // The event is remembered until it is shown again.
        scene.table.setRows(scene.rows, scene.text, {});
        QCOMPARE(scene.table.currentRow(), std::optional<Row>(505));
    }

    void copyGivesTabSeparatedValuesThatASpreadsheetReads()
    {
        Scene scene;
        scene.click(2);
        scene.key(Qt::Key_Down, Qt::ShiftModifier);
        QSignalSpy copied(&scene.table, &EventTableView::copied);
        scene.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(),
                 u"Time (s)\tΔ (µs)\tCPU\tTask\tPID\tEvent\tInfo\n"
                 "0.000002000\t1.000\t2\ttask 2\t2\tevent\tinfo of row 2\n"
                 "0.000003000\t1.000\t3\ttask 3\t3\tevent\tinfo of row 3\n"_s);
        QCOMPARE(copied.first().at(0).toULongLong(), 2ULL);
    }

    void copyAsLinesAsksThePrinter()
    {
        Scene scene;
        scene.click(2);
        scene.key(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier); // no printer: nothing
        scene.table.setLinePrinter([](const RowData &row) { return u"line %1"_s.arg(row.time); });
        scene.key(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(QApplication::clipboard()->text(), u"line 2000\n"_s);
    }

    void copyingEverythingStopsAtALimitAndSaysSo()
    {
        Scene scene;
        scene.table.setLinePrinter([](const RowData &) { return u"x"_s; });
        scene.key(Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(scene.table.selectedRows(), std::optional(span(0, kMany - 1)));
        QCOMPARE(scene.table.topRow(), Row{0}); // selecting is not going there
        QSignalSpy copied(&scene.table, &EventTableView::copied);
        scene.key(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(copied.first().at(0).toULongLong(), qulonglong{EventTableView::kCopyLimit});
        QVERIFY(copied.first().at(1).toBool());
    }

    void columnsAreSizedMovedAndRemembered()
    {
        Scene scene;
        QSignalSpy changed(&scene.table, &EventTableView::columnsChanged);
        QHeaderView *header = scene.table.header();
        header->resizeSection(0, 222);
        header->moveSection(1, 3);
        QCOMPARE_GE(changed.size(), 2);
        const auto columns = scene.table.columns();
        QCOMPARE(columns[0].width, 222);
        QCOMPARE(columns[1].id(), u"cpu"_s);
        QCOMPARE(columns[3].id(), u"delta"_s);
        scene.table.setColumns(restoreColumns(saveColumns(columns)));
        QCOMPARE(saveColumns(scene.table.columns()), saveColumns(columns));
        QCOMPARE(scene.table.text(3, 1), u"3"_s);
    }

    void theLastColumnTakesTheRestButKeepsItsOwnWidth()
    {
        Scene scene;
        QHeaderView *header = scene.table.header();
        QCOMPARE(header->length(), scene.table.viewport()->width());
        scene.table.resize(400, 300);
        QCOMPARE(header->sectionSize(6), makeColumn(EventColumn::Kind::Info).width);
        QCOMPARE_GT(scene.table.horizontalScrollBar()->maximum(), 0);
        scene.table.horizontalScrollBar()->setValue(100);
        QCOMPARE(header->offset(), 100);
    }

    void aDigitAsksToGoSomewhere()
    {
        Scene scene;
        QSignalSpy typed(&scene.table, &EventTableView::timeTyped);
        scene.key(Qt::Key_4);
        QCOMPARE(typed.size(), 1);
        QCOMPARE(typed.first().first().toString(), u"4"_s);
        scene.key(Qt::Key_X);
        QCOMPARE(typed.size(), 1);
    }

    void aScreenReaderHearsTheRowAndMoves()
    {
        Scene scene;
        QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(&scene.table);
        QVERIFY(spoken != nullptr);
        QCOMPARE(spoken->role(), QAccessible::Table);
        QCOMPARE(spoken->text(QAccessible::Description), u"3,000,000,000 events"_s);
        QCOMPARE(spoken->text(QAccessible::Value), QString());
        spoken->actionInterface()->doAction(QAccessibleActionInterface::increaseAction());
        spoken->actionInterface()->doAction(QAccessibleActionInterface::increaseAction());
        QCOMPARE(scene.table.currentRow(), std::optional<Row>(1));
        QVERIFY(spoken->text(QAccessible::Value).endsWith(u"Event event, Info info of row 1"_s));
        spoken->actionInterface()->doAction(QAccessibleActionInterface::decreaseAction());
        spoken->actionInterface()->doAction(QAccessibleActionInterface::decreaseAction());
        QCOMPARE(scene.table.currentRow(), std::optional<Row>(0));
    }

    void gapsAreAskedForOnceAViewAndDrawn()
    {
        Scene scene;
        const QImage without = scene.table.grab().toImage();
        int asked = 0;
        scene.table.setGapFinder([&asked](const RowSource &, Row first, Row last) {
            ++asked;
            const Row row = first + 5;
            return row <= last ? std::vector{RowGap{row, u"89 events lost on CPU 1"_s}}
                               : std::vector<RowGap>{};
        });
        QCOMPARE(asked, 1);
        const QImage with = scene.table.grab().toImage();
        scene.table.grab();
        QCOMPARE(asked, 1);
        QVERIFY(with != without);
        const QRect row = scene.table.rowRect(5).translated(0, 26);
        bool isBad = false;
        for (int x = 0; x < 20; ++x)
            isBad = isBad || with.pixelColor(x, row.top()) == Theme::light().bad;
        QVERIFY(isBad);
        scene.table.setTopRow(100);
        QCOMPARE(asked, 2);
    }
};

QTEST_MAIN(tst_EventTableView)
#include "tst_eventtableview.moc"
