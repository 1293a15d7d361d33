// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/datatablemodel.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace thresher;
using namespace Qt::StringLiterals;

namespace {

DataTable threeTasks()
{
    DataTable table;
    table.columns = {{u"task"_s, u"Task"_s, CellUnit::Text, {}, false, false},
                     {u"run"_s, u"Ran"_s, CellUnit::Duration, u"On a CPU"_s, true, false},
                     {u"share"_s, u"CPU"_s, CellUnit::Percent, {}, false, false},
                     {u"rate"_s, u"Rate"_s, CellUnit::Rate, {}, false, true},
                     {u"runs"_s, u"Runs"_s, CellUnit::Count, {}, false, false}};
    const auto add = [&](const QString &name, qlonglong run, double share, qlonglong runs) {
        DataRow row;
        row.cells = {name, run, share, -0.5, runs};
        table.rows.push_back(row);
    };
    add(u"bash"_s, 2000, 12.5, 3);
    add(u"a, \"b\""_s, 8000, 50, 1204);
    DataRow unknown;
    unknown.cells = {u"x"_s}; // the rest is not known
    unknown.isDoubtful = true;
    table.rows.push_back(unknown);
    return table;
}

} // namespace

class tst_DataTableModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tablesOfAnyShapeKeepTheModelSound()
    {
        DataTableModel model;
        const QAbstractItemModelTester tester(
            &model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTable(threeTasks());
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.columnCount(), 5);
        DataTable fewer = threeTasks();
        fewer.rows.resize(1);
        fewer.columns.resize(2);
        model.setTable(fewer);
        QCOMPARE(model.columnCount(), 2);
        model.setTable({});
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(model.row(0) == nullptr);
        QVERIFY(model.row(-1) == nullptr);
    }

    void barsAreSharesOfTheGreatest()
    {
        DataTableModel model;
        model.setTable(threeTasks());
        const auto bar = [&](int row, int column) {
            return model.index(row, column).data(DataTableModel::BarRole);
        };
        QCOMPARE(bar(0, 1).toDouble(), 0.25);
        QCOMPARE(bar(1, 1).toDouble(), 1.0);
        QVERIFY(!bar(2, 1).isValid());
        QVERIFY(!bar(0, 2).isValid());
        QVERIFY(model.index(2, 0).data(DataTableModel::DoubtfulRole).toBool());
        QCOMPARE(model.index(1, 4).data().toString(), u"1,204"_s);
        QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::ToolTipRole).toString(), u"On a CPU"_s);
    }

    void csvHasBareNumbersUnitsAndQuotes()
    {
        const std::array order{1, 0, 2, 7, -1};
        QCOMPARE(csvText(threeTasks(), order, true),
                 u"task,run_ns,share_percent,rate_per_second,runs\r\n"
                 "\"a, \"\"b\"\"\",8000,50,-0.5,1204\r\n"
                 "bash,2000,12.5,-0.5,3\r\n"
                 "x,,,,\r\n"_s);
        QVERIFY(csvText(threeTasks(), {}, false).startsWith(u"task,run_ticks,"_s));
    }
};

QTEST_GUILESS_MAIN(tst_DataTableModel)
#include "tst_datatablemodel.moc"
