// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/valuetreemodel.h"
#include "capture/symbols/btf.h"
#include "tests/widgets/failonwarnings.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;

namespace {

/// All that is read by now, a line each: "x dentry | struct dentry * | x64".
void print(const QAbstractItemModel &model, const QModelIndex &parent, const QString &indent,
           QStringList &lines)
{
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex at = model.index(row, 0, parent);
        const QVariant tick = at.data(Qt::CheckStateRole);
        lines << indent
                     + (!tick.isValid()               ? u""_s
                        : tick.toInt() == Qt::Checked ? u"x "_s
                                                      : u"o "_s)
                     + at.data().toString() + u" | "_s + at.siblingAtColumn(1).data().toString()
                     + u" | "_s + at.siblingAtColumn(2).data().toString();
        print(model, at, indent + u"  "_s, lines);
    }
}

QStringList linesOf(const QAbstractItemModel &model)
{
    QStringList lines;
    print(model, {}, {}, lines);
    return lines;
}

} // namespace

/// What can be ticked of a function.
class tst_valuetreemodel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init() { test::failOnWarnings(); }
    void listsWhatCanBeHad();
    void unfoldsMembersWhenAsked();
    void followsPointersAndArrays();
    void ticksAndFormatsBecomeValues();
    void aReturnValueNeedsTheReturn();
    void valuesOfADraftAreRevealed();
    void nothingIsListedOfNothing();

private:
    [[nodiscard]] capture::ProbeSubject subject(const char *function) const;

    std::shared_ptr<const capture::Btf> m_types;
};

void tst_valuetreemodel::initTestCase()
{
    auto types = capture::Btf::read(THRESHER_TEST_DATA "/btf/sample.btf");
    QVERIFY(types);
    m_types = *types;
}

capture::ProbeSubject tst_valuetreemodel::subject(const char *function) const
{
    using namespace capture;
    const auto signature = m_types->function(function);
    ProbeSubject subject;
    subject.place.symbol = function;
    subject.types = m_types;
    if (signature)
        subject.description = describe(*m_types, *signature,
                                       placesOfCall(Machine::X86_64, *m_types, *signature));
    return subject;
}

void tst_valuetreemodel::listsWhatCanBeHad()
{
    ValueTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    tester.setUseFetchMore(false); // It would, while the model is being reset.
    model.setSubject(subject("wide"));
    QCOMPARE(linesOf(model),
             (QStringList{u"AT ENTRY |  | "_s,
                          u"  number | __int128 | it is 16 bytes long, which probes cannot read"_s,
                          u"  o flag | volatile int * | x64"_s, u"AT RETURN |  | "_s,
                          u"  x duration | from entry to return | ns"_s,
                          u"  return value | __int128 | it is 16 bytes long, which probes cannot "_s
                          u"read"_s}));
    model.setSubject(subject("nothing"));
    QCOMPARE(linesOf(model),
             (QStringList{u"AT ENTRY |  | "_s, u"  no parameters |  | "_s, u"AT RETURN |  | "_s,
                          u"  x duration | from entry to return | ns"_s,
                          u"  return value |  | nothing is returned"_s}));
}

void tst_valuetreemodel::unfoldsMembersWhenAsked()
{
    ValueTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    tester.setUseFetchMore(false); // It would, while the model is being reset.
    model.setSubject(subject("named"));
    const QModelIndex dentry = model.index(0, 0, model.index(0, 0));
    QVERIFY(model.hasChildren(dentry));
    QCOMPARE(model.rowCount(dentry), 0);
    QVERIFY(model.canFetchMore(dentry));
    model.fetchMore(dentry);
    QVERIFY(!model.canFetchMore(dentry));
    const QModelIndex name = model.index(2, 0, dentry);
    QCOMPARE(name.data().toString(), u"d_name"_s);
    QVERIFY(!name.data(Qt::CheckStateRole).isValid()); // A struct as a whole
    QCOMPARE(name.data(ValueTreeModel::WhyNotRole).toString(), QString()); // has its members.
    model.fetchMore(name);
    QCOMPARE(
        linesOf(model).mid(1, 8),
        (QStringList{u"  o dentry | struct dentry * | x64"_s, u"    o flags | unsigned int | u32"_s,
                     u"    o parent | struct dentry * | x64"_s, u"    d_name | struct qstr | "_s,
                     u"      o hash | unsigned int | u32"_s, u"      o len | unsigned int | u32"_s,
                     u"      o hash_len | long unsigned int | u64"_s,
                     u"      o name | const char * | string"_s}));
    QCOMPARE(model.valueOf(model.index(3, 0, name)), std::string("dentry->d_name.name"));
}

void tst_valuetreemodel::followsPointersAndArrays()
{
    ValueTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    tester.setUseFetchMore(false); // It would, while the model is being reset.
    model.setSubject(subject("wide"));
    const QModelIndex flag = model.index(1, 0, model.index(0, 0));
    model.fetchMore(flag);
    QCOMPARE(model.index(0, 0, flag).data().toString(), u"*flag"_s);
    QCOMPARE(model.index(0, 2, flag).data().toString(), u"s32"_s);
    model.setSubject(subject("paired"));
    const QModelIndex numbers = model.reveal("big.numbers[4]");
    QCOMPARE(numbers.data().toString(), u"[4]"_s);
    QCOMPARE(model.rowCount(numbers.parent()), 5);
    QVERIFY(!model.reveal("big.numbers[5]").isValid());
    QVERIFY(!model.reveal("nobody").isValid());
}

void tst_valuetreemodel::ticksAndFormatsBecomeValues()
{
    ValueTreeModel model;
    model.setSubject(subject("opened"));
    QSignalSpy changed(&model, &ValueTreeModel::valuesChanged);
    const QModelIndex color = model.reveal("color");
    QVERIFY(model.setData(color, Qt::Checked, Qt::CheckStateRole));
    const QModelIndex name = model.reveal("dentry->d_name.name");
    const QModelIndex format = name.siblingAtColumn(ValueTreeModel::Format);
    QCOMPARE(format.data(ValueTreeModel::FormatsRole).toStringList(),
             (QStringList{u"string"_s, u"ustring"_s, u"x64"_s}));
    QVERIFY(model.setData(format, u"x64"_s, Qt::EditRole)); // and is ticked by that
    QVERIFY(!model.setData(format, u"u8"_s, Qt::EditRole));
    QCOMPARE(changed.count(), 2);
    QCOMPARE(format.data().toString(), u"x64"_s);
    QVERIFY((model.values()
             == std::vector<capture::DraftValue>{{"color", "", ""},
                                                 {"dentry->d_name.name", "", "x64"}}));
    QVERIFY(model.setData(color, Qt::Unchecked, Qt::CheckStateRole));
    QCOMPARE(model.values().size(), 1U);
    // What cannot be ticked is not.
    QVERIFY(!model.setData(model.reveal("dentry->d_name"), Qt::Checked, Qt::CheckStateRole));
    QCOMPARE(changed.count(), 3);
}

void tst_valuetreemodel::aReturnValueNeedsTheReturn()
{
    ValueTreeModel model;
    model.setSubject(subject("opened"));
    const QModelIndex exit = model.index(1, 0);
    const QModelIndex duration = model.index(0, 0, exit);
    const QModelIndex returned = model.index(1, 0, exit);
    QVERIFY(model.withReturn());
    model.setData(duration, Qt::Unchecked, Qt::CheckStateRole);
    QVERIFY(!model.withReturn());
    model.setData(returned, Qt::Checked, Qt::CheckStateRole);
    QVERIFY(model.withReturn());
    QCOMPARE(duration.data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
    model.setData(duration, Qt::Unchecked, Qt::CheckStateRole);
    QVERIFY(model.values().empty());
}

void tst_valuetreemodel::valuesOfADraftAreRevealed()
{
    ValueTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    tester.setUseFetchMore(false); // It would, while the model is being reset.
    model.setSubject(subject("opened"));
    QSignalSpy changed(&model, &ValueTreeModel::valuesChanged);
    model.setValues({{"dentry->parent->d_name.name", "", ""}, {"nobody", "", ""}}, false);
    QCOMPARE(changed.count(), 0);
    QCOMPARE(model.values().size(), 1U);
    QVERIFY(linesOf(model).contains(u"        x name | const char * | string"_s));
    QVERIFY(!model.withReturn());
}

void tst_valuetreemodel::nothingIsListedOfNothing()
{
    ValueTreeModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    tester.setUseFetchMore(false); // It would, while the model is being reset.
    QCOMPARE(model.rowCount(), 0);
    model.setSubject(subject("opened"));
    model.setSubject(std::nullopt);
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(!model.withReturn());
}

QTEST_MAIN(tst_valuetreemodel)
#include "tst_valuetreemodel.moc"
