// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/histwindow/histogramspane.h"
#include "app/recording/recordingrunner.h"
#include "tests/app/appscene.h"
#include "widgets/tables/datatableview.h"

#include <QAction>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;

/// The window while the kernel counts, by a recorder that records nothing.
class tst_CountsWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void whatIsOnlyCountedIsShownWhileItGrows_data();
    void whatIsOnlyCountedIsShownWhileItGrows();

private:
    [[nodiscard]] capture::RecordingPlan plan() const
    {
        capture::RecordingPlan plan;
        auto &instance = plan.request.instances.emplace_back();
        instance.histograms.push_back({"sched:sched_switch", "hist:keys=next_pid"});
        plan.launch.privilege = capture::Privilege::Direct;
        plan.launch.recorder = THRESHER_FAKE_RECORDER;
        plan.output = m_dir->filePath(u"counts.dat"_s).toStdString();
        return plan;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void tst_CountsWindow::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    qputenv("FAKE_TRACE", THRESHER_TEST_DATA "/v6.dat");
    qputenv("FAKE_DO", "count");
}

void tst_CountsWindow::whatIsOnlyCountedIsShownWhileItGrows_data()
{
    QTest::addColumn<bool>("hasTrace");
    QTest::newRow("from the start page") << false;
    QTest::newRow("while another trace is looked at") << true;
}

void tst_CountsWindow::whatIsOnlyCountedIsShownWhileItGrows()
{
    QFETCH(const bool, hasTrace);
    AppScene scene;
    MainWindow &window = scene.window;
    if (hasTrace)
        scene.open(u"v6.dat"_s);
    window.startRecording(plan());
    QTRY_VERIFY_WITH_TIMEOUT(window.countsPage()->isVisible(), 20'000);
    QVERIFY(window.isRecording());
    const auto cell = [](const HistogramsPane &pane, int column) {
        return pane.table()->model()->index(0, column).data().toString();
    };
    QCOMPARE(window.countsPage()->table()->model()->rowCount(), 1);
    QVERIFY2(cell(*window.countsPage(), 0).contains(u"42"_s),
             qPrintable(cell(*window.countsPage(), 0)));
    window.action(u"stopRecording"_s)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!window.isRecording() && window.session().view().snapshot(), 20'000);
    // The trace has no events; what was counted is kept with it, and is what is seen.
    QTRY_VERIFY_WITH_TIMEOUT(window.workspace()->histograms()->isVisible(), 20'000);
    QCOMPARE(window.session().view().snapshot()->eventCount, 0U);
    QVERIFY(window.countsPage()->isEmpty());
    QCOMPARE(window.workspace()->histograms()->table()->model()->rowCount(), 1);
}

QTEST_MAIN(tst_CountsWindow)
#include "tst_countswindow.moc"
