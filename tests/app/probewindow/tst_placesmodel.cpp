// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/placesmodel.h"
#include "tests/widgets/failonwarnings.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QListView>
#include <QTest>

#include <algorithm>
#include <string>
#include <vector>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;

namespace {

/// Names of functions as a kernel has them; each seventh cannot be probed.
PlaceList listOf(int count)
{
    auto names = std::make_shared<capture::NameTable>();
    for (int i = 0; i < count; ++i)
        names->add("do_sys_function_" + std::to_string(i) + (i % 3 == 0 ? "_read" : "_write"));
    return {names, [names](capture::NameTable::Row row) {
                PlaceEntry entry;
                entry.place.name = (*names)[row];
                entry.note = "module ext4";
                if (row % 7 == 6)
                    entry.whyNot = "it is on the kernel's blacklist";
                return entry;
            }};
}

} // namespace

/// Names that are searched while one types.
class tst_placesmodel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void survivesItsLife();
    void givesRowsAsOneScrolls();
    void saysWhatCannotBeProbed();
    void keepsUpWithTyping();
};

void tst_placesmodel::survivesItsLife()
{
    PlacesModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    tester.setUseFetchMore(false); // It would, while the model is being reset.
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(model.firstChoosable(), -1);
    model.setText(u"read"_s);
    model.setList(listOf(1));
    QCOMPARE(model.rowCount(), 1);
    model.setText(u"write"_s);
    QCOMPARE(model.rowCount(), 0);
    model.setList(listOf(9));
    QCOMPARE(model.foundCount(), 6U);
    QCOMPARE(model.nameCount(), 9U);
    model.setText(u"*_8_*"_s);
    QCOMPARE(model.index(0).data().toString(), u"do_sys_function_8_write"_s);
    model.setList({});
    QCOMPARE(model.rowCount(), 0);
}

void tst_placesmodel::givesRowsAsOneScrolls()
{
    PlacesModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    tester.setUseFetchMore(false); // It would, while the model is being reset.
    model.setList(listOf(1200));
    QCOMPARE(model.rowCount(), 500);
    QVERIFY(model.canFetchMore({}));
    model.fetchMore({});
    model.fetchMore({});
    QCOMPARE(model.rowCount(), 1200);
    QVERIFY(!model.canFetchMore({}));
    QCOMPARE(model.entryOf(1199).place.name, std::string("do_sys_function_1199_write"));
}

void tst_placesmodel::saysWhatCannotBeProbed()
{
    PlacesModel model;
    model.setList(listOf(8));
    QVERIFY(model.index(0).flags().testFlag(Qt::ItemIsEnabled));
    QVERIFY(!model.index(6).flags().testFlag(Qt::ItemIsEnabled));
    QCOMPARE(model.index(6).data(PlacesModel::WhyNotRole).toString(),
             u"cannot be probed: it is on the kernel's blacklist"_s);
    QCOMPARE(model.index(6).data(Qt::AccessibleDescriptionRole).toString(),
             u"cannot be probed: it is on the kernel's blacklist"_s);
    QCOMPARE(model.index(0).data(Qt::AccessibleDescriptionRole).toString(), u"module ext4"_s);
    model.setText(u"function_6"_s);
    QCOMPARE(model.firstChoosable(), -1);
}

/// With a list that shows them: each key costs less than looking through all names a few times.
void tst_placesmodel::keepsUpWithTyping()
{
    PlacesModel model;
    QListView view;
    view.setUniformItemSizes(true);
    view.setModel(&model);
    view.resize(360, 600);
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    model.setList(listOf(200'000));
    QCoreApplication::processEvents();
    const QString text = u"function_19_read"_s;
    qint64 worst = 0;
    for (qsizetype size = 1; size <= text.size(); ++size) {
        QElapsedTimer timer;
        timer.start();
        model.setText(text.left(size));
        view.grab(); // Laid out and painted.
        worst = std::max(worst, timer.nsecsElapsed());
    }
    std::vector<std::string> names;
    for (int i = 0; i < 200'000; ++i)
        names.push_back("do_sys_function_" + std::to_string(i) + "_read");
    QElapsedTimer timer;
    timer.start();
    const auto found = std::count_if(names.begin(), names.end(), [&](const std::string &name) {
        return name.find(text.toStdString()) != std::string::npos;
    });
    const qint64 plain = timer.nsecsElapsed();
    QVERIFY(found > 0);
    qInfo("the slowest key of %d took %.1f ms at 200,000 names, a plain search %.1f",
          int(text.size()), double(worst) / 1e6, double(plain) / 1e6);
    QVERIFY(worst < 30 * plain);
}

QTEST_MAIN(tst_placesmodel)
#include "tst_placesmodel.moc"
