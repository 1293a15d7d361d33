// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/callpane.h"
#include "app/probewindow/placespane.h"
#include "app/probewindow/probeactions.h"
#include "app/probewindow/probechecker.h"
#include "app/probewindow/probedialog.h"
#include "app/probewindow/probelinespane.h"
#include "app/probewindow/valuetreemodel.h"
#include "app/recording/recordingrunner.h"
#include "tests/app/appscene.h"
#include "tests/app/probewindow/probeslices.h"

#include <unistd.h>

#include <QAction>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QToolButton>
#include <QTreeView>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;

namespace {

constexpr int kPatienceMs = 60'000;

} // namespace

/// From the window without a trace over the probe editor to calls on the timeline, on the kernel
/// that runs this: as root, with tracefs and uprobes.
class tst_probewindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void callsOfAProgramAreArmedRecordedAndBrowsed();
};

void tst_probewindow::initTestCase()
{
    if (::geteuid() != 0)
        QSKIP("Recording needs root.");
    if (!QFile::exists(u"/sys/kernel/tracing/uprobe_events"_s))
        QSKIP("This kernel has no uprobes, or no tracefs.");
    qputenv("THRESHER_RECORDER", THRESHER_RECORDER_PROGRAM);
}

void tst_probewindow::callsOfAProgramAreArmedRecordedAndBrowsed()
{
    test::AppScene scene;
    MainWindow &window = scene.window;
    scene.settings.setValue(u"record/folder"_s, scene.home.folder.path());
    window.action(u"probe"_s)->trigger();
    auto *dialog = window.findChild<ProbeDialog *>();
    QVERIFY(dialog != nullptr);
    PlacesPane *places = dialog->places();
    QTest::mouseClick(places->kindButton(PlaceFolder::Kind::Program), Qt::LeftButton);
    QTest::keyClicks(places->searchField(), QStringLiteral(THRESHER_PROBED_PROGRAM));
    QTest::keyClick(places->searchField(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(!places->isReading(), kPatienceMs);
    QTest::keyClicks(places->searchField(), u"probed_sum"_s);
    QTest::keyClick(places->searchField(), Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->call()->description().has_value(), kPatienceMs);
    QTreeView *tree = dialog->call()->tree();
    tree->setFocus();
    for (const char *value : {"a", "text", "ret"}) {
        tree->setCurrentIndex(dialog->call()->values()->reveal(value));
        QTest::keyClick(tree, Qt::Key_Space);
    }
    QTRY_VERIFY_WITH_TIMEOUT(dialog->actions()->checkButton()->isEnabled(), kPatienceMs);
    QTest::mouseClick(dialog->actions()->checkButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->lines()->isAccepted(), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->actions()->recordButton()->isEnabled(), kPatienceMs);
    QTest::mouseClick(dialog->actions()->recordButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(window.recording()->phase(), RecordingRunner::Phase::Recording,
                              kPatienceMs);
    QProcess program;
    program.start(QStringLiteral(THRESHER_PROBED_PROGRAM), {u"3"_s});
    QVERIFY(program.waitForFinished(kPatienceMs));
    window.action(u"stopRecording"_s)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!window.isRecording(), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(window.session().view().snapshot() != nullptr, kPatienceMs);
    scene.settle();
    // Three calls, each a begin and an end, and a slice.
    QCOMPARE(window.session().view().snapshot()->eventCount, 6U);
    QTRY_COMPARE_WITH_TIMEOUT(test::probeSlices(window.session().view()), 3U, kPatienceMs);
}

QTEST_MAIN(tst_probewindow)
#include "tst_probewindow.moc"
