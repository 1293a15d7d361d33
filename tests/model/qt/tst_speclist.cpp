// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/speclist.h"
#include "tests/model/analysis/analysisscene.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace thresher;
using namespace thresher::test;
using namespace Qt::StringLiterals;

namespace {

/// Softirqs, which a built-in pair is of, and wakeups.
TraceDatWriter recording()
{
    TraceDatWriter writer;
    for (std::uint64_t i = 1; i < 20; ++i) {
        writer.softirqEntry(0, i * 100, 0, 1);
        writer.softirqExit(0, i * 100 + 50, 0, 1);
    }
    writer.waking(0, 5'000, 0, {10, "a"}, 0);
    return writer;
}

const auto kMine = u"mine: softirq_entry -> softirq_exit by vec"_s;

QString cell(const SpecList &list, int row, int column)
{
    return list.index(row, column).data().toString();
}

} // namespace

class tst_SpecList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theUsersComeBeforeTheBuiltInOnes()
    {
        const AnalysisScene scene(recording());
        SpecList list;
        const QAbstractItemModelTester tester(
            &list, QAbstractItemModelTester::FailureReportingMode::Fatal);
        QCOMPARE(list.save(SpecKind::Pair, kMine), 0);
        list.setIndex(scene.index);
        QCOMPARE(list.rowCount(), 2);
        QCOMPARE(cell(list, 1, SpecList::NameColumn), u"softirq"_s);
        QVERIFY(list.isOwn(0) && !list.isOwn(1));
        QCOMPARE(list.save(SpecKind::Counter, u"pid: sched_waking pid in things"_s), 1);
        QCOMPARE(cell(list, 1, SpecList::TextColumn), u"sched_waking pid in things"_s);
        list.remove(2); // a built-in one stays
        QCOMPARE(list.rowCount(), 3);
        list.remove(0);
        QCOMPARE(list.rowCount(), 2);
        list.setIndex(nullptr);
        QCOMPARE(list.rowCount(), 1);
    }

    void whatIsSwitchedOffIsNotLookedFor()
    {
        const AnalysisScene scene(recording());
        SpecList list;
        const QAbstractItemModelTester tester(
            &list, QAbstractItemModelTester::FailureReportingMode::Fatal);
        list.setIndex(scene.index);
        list.save(SpecKind::Pair, kMine);
        QSignalSpy changed(&list, &SpecList::changed);
        for (int row = 0; row < 2; ++row)
            QVERIFY(list.setData(list.index(row, 0), Qt::Unchecked, Qt::CheckStateRole));
        list.setData(list.index(0, 0), Qt::Unchecked, Qt::CheckStateRole); // as it is
        QCOMPARE(changed.size(), 2);
        QVERIFY(list.options().pairs.empty());
        QCOMPARE(list.options().leftOut, (std::vector<std::string>{"softirq"}));
        const AnalysisScene without(recording(), list.options());
        QVERIFY(without.analysis->pairs.empty());
        list.setData(list.index(0, 0), Qt::Checked, Qt::CheckStateRole);
        const AnalysisScene with(recording(), list.options());
        QCOMPARE(with.analysis->pairs.size(), std::size_t{1});
        QCOMPARE(with.analysis->pairs[0].slices, std::uint64_t{19});
        list.setAnalysis(with.analysis);
        QCOMPARE(cell(list, 0, SpecList::FoundColumn), u"19"_s);
    }

    void oneOfTheUsersStandsInPlaceOfABuiltInOne()
    {
        SpecList list;
        list.save(SpecKind::Pair, u"softirq: softirq_entry -> softirq_exit"_s);
        const AnalysisScene scene(recording(), list.options());
        QCOMPARE(scene.analysis->pairs.size(), std::size_t{1});
        QVERIFY(!scene.analysis->pairs[0].isBuiltIn);
    }

    void itIsKeptAsLinesOfText()
    {
        const AnalysisScene scene(recording());
        SpecList list;
        QCOMPARE(list.addText(u"# mine\n  pair mine:softirq_entry->softirq_exit by vec\n"
                              "off counter c: sched_waking pid\nwithout softirq\nnonsense\n"
                              "pair half: a ->\n"_s),
                 3);
        list.setIndex(scene.index);
        QCOMPARE(list.rowCount(), 3);
        QCOMPARE(list.index(2, 0).data(Qt::CheckStateRole).toInt(), int(Qt::Unchecked));
        const QString text = list.toText();
        QCOMPARE(text, u"pair mine: softirq_entry -> softirq_exit by vec\n"
                       "off counter c: sched_waking pid\nwithout softirq\n"_s);
        SpecList again;
        again.addText(text);
        QCOMPARE(again.toText(), text);
        again.addText(u"pair mine: softirq_exit -> softirq_entry"_s); // in its place
        QCOMPARE(again.rowCount(), 2);
    }

    void whatIsWrongIsToldWithItsPlace()
    {
        const AnalysisScene scene(recording());
        SpecList list;
        QVERIFY(!list.errorOf(SpecKind::Pair, u"x: nothing -> other"_s)); // nobody knows yet
        list.setIndex(scene.index);
        const auto error = list.errorOf(SpecKind::Pair, u"x: softirq_entry -> other"_s);
        QVERIFY(error);
        QCOMPARE(error->range, (TextRange{20, 25}));
        QCOMPARE(list.save(SpecKind::Pair, u"x: softirq_entry"_s), -1);
        const int row = list.save(SpecKind::Pair, u"x: softirq_entry -> other"_s);
        QVERIFY(cell(list, row, SpecList::FoundColumn).contains(u"'other'"_s));
        QCOMPARE(list.countText(SpecKind::Pair, kMine),
                 u"19 begin events, 19 end events in this trace"_s);
        QCOMPARE(list.countText(SpecKind::Counter, u"c: sched_waking pid"_s),
                 u"1 events in this trace"_s);
        QCOMPARE(list.countText(SpecKind::Counter, u"c: x pid"_s), QString());
    }
};

QTEST_GUILESS_MAIN(tst_SpecList)
#include "tst_speclist.moc"
