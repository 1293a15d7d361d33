// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recording/livefigures.h"
#include "app/recording/recordingrunner.h"
#include "app/recordinganswer.h"
#include "app/workspace.h"
#include "model/io/tracefile.h"
#include "tests/app/appscene.h"
#include "widgets/diagnostics/banner.h"
#include "widgets/livebar/livebar.h"

#include <QDialog>
#include <QMessageBox>
#include <QMetaEnum>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QThread>
#include <QToolButton>

using namespace thresher;
using namespace thresher::capture;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

/// Recordings from the window, by a recorder that has all it records from a trace.
class tst_recordingrunner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void eachStepIsToldOnTheGuiThread();
    void theTraceIsOpenWhenTheRecordingEnds();
    void whatCannotBeginIsTold();
    void whatAskedForItComesBack();
    void aRecorderThatDiesIsToldAndItsTraceShown();
    void aTraceThatCannotBeMadeIsToldWithTheWayBack();
    void oneAtATime();
    void closingTheWindowAsksAndKeepsTheTrace();
    void anotherTraceMayBeOpenedMeanwhile();
    void figuresAreAddedUp();

private:
    [[nodiscard]] RecordingPlan plan() const
    {
        RecordingPlan plan;
        plan.request.instances.emplace_back().events.push_back({"sched:*", {}, {}, false});
        plan.launch.privilege = Privilege::Direct;
        plan.launch.recorder = THRESHER_FAKE_RECORDER;
        plan.output = m_dir->filePath(u"out.dat"_s).toStdString();
        return plan;
    }
    [[nodiscard]] QString output() const { return m_dir->filePath(u"out.dat"_s); }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void tst_recordingrunner::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    qputenv("FAKE_TRACE", Home::dataFile(u"sched-basic.dat"_s).toLocal8Bit());
    qunsetenv("FAKE_DO");
    qunsetenv("FAKE_PAGES");
}

void tst_recordingrunner::eachStepIsToldOnTheGuiThread()
{
    RecordingRunner runner;
    QStringList heard;
    const auto hear = [&heard](const QString &what) {
        QVERIFY(QThread::currentThread() == qApp->thread());
        heard << what;
    };
    connect(&runner, &RecordingRunner::ready, this, [&](const Ready &ready, const auto &folder) {
        QCOMPARE(ready.instances.size(), std::size_t{1});
        QVERIFY(std::filesystem::exists(folder));
        hear(u"ready"_s);
    });
    connect(&runner, &RecordingRunner::started, this, [&] { hear(u"started"_s); });
    connect(&runner, &RecordingRunner::stopped, this, [&] { hear(u"stopped"_s); });
    connect(&runner, &RecordingRunner::finished, this, [&](const RecordingResult &result) {
        QVERIFY(result.trace);
        QVERIFY(!runner.isRunning());
        hear(u"finished"_s);
    });
    QStringList phases;
    connect(&runner, &RecordingRunner::phaseChanged, this, [&] {
        phases << QString::fromLatin1(
            QMetaEnum::fromType<RecordingRunner::Phase>().valueToKey(int(runner.phase())));
    });
    runner.start(plan());
    QVERIFY(runner.isRunning());
    QTRY_VERIFY(runner.phase() == RecordingRunner::Phase::Recording);
    QSignalSpy answers(&runner, &RecordingRunner::answered);
    QVERIFY(runner.mark(u"here"_s));
    QTRY_COMPARE(answers.count(), 1);
    QCOMPARE(answers[0][0].toString(), u"marker"_s);
    runner.stop();
    QTRY_VERIFY(!runner.isRunning());
    QCOMPARE(heard, (QStringList{u"ready"_s, u"started"_s, u"stopped"_s, u"finished"_s}));
    QCOMPARE(phases, (QStringList{u"Preparing"_s, u"Recording"_s, u"Stopping"_s, u"Assembling"_s,
                                  u"Idle"_s}));
    QVERIFY(!runner.mark(u"too late"_s));
}

void tst_recordingrunner::theTraceIsOpenWhenTheRecordingEnds()
{
    AppScene scene;
    scene.window.startRecording(plan());
    QVERIFY(scene.window.isRecording());
    QVERIFY(scene.window.liveBar()->isVisible());
    QTRY_VERIFY(scene.window.action(u"markLive"_s)->isEnabled());
    scene.trigger("stopRecording");
    QTRY_VERIFY(!scene.window.isLiveBusy());
    scene.settle();
    QCOMPARE(scene.window.session().path(), output());
    QVERIFY(!scene.window.liveBar()->isVisible());
    const auto &snapshot = scene.view().snapshot();
    QVERIFY(snapshot && snapshot->isComplete);
    QCOMPARE(snapshot->trace->path().string(), output().toStdString());
    QVERIFY(snapshot->eventCount > 1000);
    QVERIFY(scene.settings.recentFiles().contains(output()));
    QVERIFY(scene.window.action(u"cut"_s)->isEnabled());
}

void tst_recordingrunner::whatCannotBeginIsTold()
{
    qputenv("FAKE_DO", "refuse");
    AppScene scene;
    scene.window.startRecording(plan());
    QTRY_VERIFY(!scene.window.isRecording());
    QVERIFY(scene.window.banner()->isVisible());
    QVERIFY2(scene.window.banner()->text().contains(u"Nothing was recorded"_s),
             qPrintable(scene.window.banner()->text()));
    QVERIFY(!QFile::exists(output()));
    QVERIFY(!scene.window.liveBar()->isVisible());
}

void tst_recordingrunner::whatAskedForItComesBack()
{
    QDialog asking;
    asking.show();
    asking.hide();
    RecordingRunner runner;
    comeBackIfNothingIsRecorded(asking, runner);
    qputenv("FAKE_DO", "refuse");
    runner.start(plan());
    QTRY_VERIFY(asking.isVisible());
    auto *box = asking.findChild<QMessageBox *>();
    QVERIFY(box != nullptr && box->isVisible());
    QVERIFY(!box->text().isEmpty());
    QTest::keyClick(box, Qt::Key_Return);
    QTRY_VERIFY(!runner.isRunning());

    qunsetenv("FAKE_DO");
    asking.hide();
    QSignalSpy done(&asking, &QDialog::finished);
    runner.start(plan());
    QTRY_COMPARE(done.count(), 1);
    QCOMPARE(asking.result(), static_cast<int>(QDialog::Accepted));
    QVERIFY(!asking.isVisible());
    runner.stop();
    QTRY_VERIFY(!runner.isRunning());
}

void tst_recordingrunner::aRecorderThatDiesIsToldAndItsTraceShown()
{
    qputenv("FAKE_PAGES", "5");
    AppScene scene;
    scene.window.startRecording(plan());
    QTRY_VERIFY(!scene.window.isLiveBusy());
    scene.settle();
    QCOMPARE(scene.window.session().path(), output());
    QVERIFY(scene.window.banner()->isVisible());
    QVERIFY2(scene.window.banner()->text().contains(u"The recorder ended"_s),
             qPrintable(scene.window.banner()->text()));
}

void tst_recordingrunner::aTraceThatCannotBeMadeIsToldWithTheWayBack()
{
    AppScene scene;
    scene.window.startRecording(plan());
    QTRY_VERIFY(scene.window.action(u"markLive"_s)->isEnabled());
    // Somebody takes the name.
    QVERIFY(QDir().mkdir(output()));
    scene.trigger("stopRecording");
    QTRY_VERIFY(!scene.window.isRecording());
    QVERIFY(scene.window.banner()->isVisible());
    QVERIFY2(scene.window.banner()->text().contains(u"thresher recover"_s),
             qPrintable(scene.window.banner()->text()));
    QVERIFY(QDir(output() + u".recording"_s).exists());
}

void tst_recordingrunner::oneAtATime()
{
    AppScene scene;
    scene.window.startRecording(plan());
    scene.window.startRecording(plan());
    QVERIFY(scene.window.banner()->isVisible());
    scene.trigger("stopRecording");
    QTRY_VERIFY(!scene.window.isRecording());
}

void tst_recordingrunner::closingTheWindowAsksAndKeepsTheTrace()
{
    AppScene scene;
    scene.window.startRecording(plan());
    QTRY_VERIFY(scene.window.action(u"markLive"_s)->isEnabled());
    scene.window.close();
    QVERIFY(scene.window.isVisible());
    auto *box = scene.window.findChild<QMessageBox *>(u"closeWhileRecording"_s);
    QVERIFY(box);
    QTest::mouseClick(box->buttons().at(1), Qt::LeftButton);
    QVERIFY(scene.window.isRecording());
    QTRY_VERIFY(scene.window.findChild<QMessageBox *>(u"closeWhileRecording"_s) == nullptr);
    scene.window.close();
    box = scene.window.findChild<QMessageBox *>(u"closeWhileRecording"_s);
    QVERIFY(box);
    QTest::mouseClick(box->defaultButton(), Qt::LeftButton);
    QTRY_VERIFY(!scene.window.isVisible());
    QVERIFY(TraceFile::open(output().toStdString()));
}

void tst_recordingrunner::anotherTraceMayBeOpenedMeanwhile()
{
    AppScene scene;
    scene.window.startRecording(plan());
    QTRY_VERIFY(scene.window.action(u"markLive"_s)->isEnabled());
    const QString other = scene.home.copyOf(u"one-cpu.dat"_s);
    scene.open(other);
    scene.trigger("stopRecording");
    QTRY_VERIFY(!scene.window.isLiveBusy());
    QCOMPARE(scene.window.session().path(), other);
    QVERIFY(scene.window.banner()->isVisible());
    QToolButton *open = nullptr;
    for (QToolButton *button : scene.window.banner()->findChildren<QToolButton *>()) {
        if (button->text() == u"Open"_s)
            open = button;
    }
    QVERIFY(open);
    QTest::mouseClick(open, Qt::LeftButton);
    scene.settle();
    QTRY_COMPARE(scene.window.session().path(), output());
}

void tst_recordingrunner::figuresAreAddedUp()
{
    LiveFigureMaker maker;
    Ready ready;
    ready.instances.resize(2);
    ready.instances[1].name = "irqs";
    ready.instances[1].mode = BufferMode::Ring;
    maker.begin(ready);
    maker.begin(Started{.time = 1'000'000'000});
    RecordProgress progress{.time = 3'000'000'000, .instances = {}};
    progress.instances.push_back({.on = true,
                                  .cpus = {{.cpu = 0,
                                            .entries = 10,
                                            .overrun = 3,
                                            .dropped = 1,
                                            .bytesRead = 4096,
                                            .fill = 0.25,
                                            .eventsPerSecond = 5}}});
    progress.instances.push_back({.on = true,
                                  .cpus = {{.cpu = 0,
                                            .entries = 20,
                                            .overrun = 7,
                                            .dropped = 2,
                                            .bytesRead = 0,
                                            .fill = 0.5,
                                            .eventsPerSecond = 6}}});
    auto figures = maker.figures(progress);
    QCOMPARE(figures.seconds, 2.0);
    QCOMPARE(figures.events, quint64{30});
    QCOMPARE(figures.lost, quint64{6}); // what a ring gives up for newer events is not lost
    QCOMPARE(figures.fill, 0.5);
    QCOMPARE(figures.eventsPerSecond, 11.0);
    QCOMPARE(figures.bytesPerSecond, 0.0);
    QCOMPARE(figures.cpus.size(), std::size_t{2});
    QCOMPARE(figures.cpus[1].name, u"CPU 0 of irqs"_s);
    progress.time += 500'000'000;
    progress.instances[0].cpus[0].bytesRead = 12'288;
    figures = maker.figures(progress);
    QCOMPARE(figures.bytesPerSecond, 16'384.0);
    QCOMPARE(figures.bytes, quint64{12'288});
}

QTEST_MAIN(tst_recordingrunner)
#include "tst_recordingrunner.moc"
