// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/histwindow/eventchoice.h"
#include "app/histwindow/histogramdialog.h"
#include "app/histwindow/histogramspane.h"
#include "app/histwindow/latencydialog.h"
#include "app/recording/recordingrunner.h"
#include "tests/app/appscene.h"
#include "widgets/tables/datatableview.h"

#include <unistd.h>

#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;

namespace {

/// An emulated kernel is slow.
constexpr int kPatienceMs = 60'000;

void retype(QLineEdit *field, const QString &text)
{
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, text);
}

/// Runs /bin/true so often, and /bin/false once. @returns the pids of the former.
QStringList runPrograms(int count)
{
    QStringList pids;
    for (int i = 0; i <= count; ++i) {
        QProcess process;
        process.start(i < count ? u"/bin/true"_s : u"/bin/false"_s, QStringList());
        static_cast<void>(process.waitForStarted(kPatienceMs));
        if (i < count)
            pids << QString::number(process.processId());
        static_cast<void>(process.waitForFinished(kPatienceMs));
    }
    return pids;
}

/// The window without a trace, with one of its forms, which knows the machine's events.
template<typename Form>
struct Opened
{
    test::AppScene scene;
    Form *form = nullptr;

    template<typename FirstEvent>
    Opened(const QString &action, const FirstEvent &firstEvent)
    {
        scene.settings.setValue(u"record/folder"_s, scene.home.folder.path());
        scene.window.action(action)->trigger();
        form = scene.window.findChild<Form *>();
        QVERIFY(form);
        QTRY_VERIFY_WITH_TIMEOUT(firstEvent(*form)->count() > 100, kPatienceMs);
    }
};

/// Presses the form's button, works, and stops. @returns whether a trace is shown then.
template<typename Work>
bool record(MainWindow &window, const CountsForm &form, const Work &work)
{
    QTest::mouseClick(form.recordButton(), Qt::LeftButton);
    const auto isRecording = [&] {
        return window.recording()->phase() == RecordingRunner::Phase::Recording;
    };
    if (!QTest::qWaitFor(isRecording, kPatienceMs))
        return false;
    work();
    window.action(u"stopRecording"_s)->trigger();
    return QTest::qWaitFor(
        [&] {
            return !window.isRecording() && window.session().view().snapshot()
                   && window.session().view().snapshot()->isComplete;
        },
        kPatienceMs);
}

} // namespace

/// The forms for what the kernel counts and makes, against the kernel that runs this. As root, with
/// tracefs; tests/lab/editor runs it under kernels that have both.
class tst_HistForms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void whatIsCountedByAFieldIsWhatRan();
    void aLatencyOfTwoEventsIsMadeByTheKernel();
};

void tst_HistForms::initTestCase()
{
    if (::geteuid() != 0)
        QSKIP("Recording needs root.");
    if (!QFile::exists(u"/sys/kernel/tracing/events/sched/sched_process_exec/hist"_s)
        || !QFile::exists(u"/sys/kernel/tracing/synthetic_events"_s))
        QSKIP("This kernel counts no histograms, or makes no synthetic events.");
    qputenv("THRESHER_RECORDER", THRESHER_RECORDER_PROGRAM);
}

void tst_HistForms::whatIsCountedByAFieldIsWhatRan()
{
    Opened<HistogramDialog> opened(u"countByField"_s,
                                   [](const HistogramDialog &each) { return each.event(); });
    auto &[scene, form] = opened;
    QVERIFY(form);
    retype(form->event()->lineEdit(), u"sched:sched_process_exec"_s);
    retype(form->line(), u"hist:keys=filename if filename ~ \"*/true\""_s);
    QTRY_VERIFY2_WITH_TIMEOUT(form->recordButton()->isEnabled(), qPrintable(form->said()),
                              kPatienceMs);
    QVERIFY(record(scene.window, *form, [] { runPrograms(3); }));
    const HistogramsPane *counts = scene.window.workspace()->histograms();
    QTRY_VERIFY_WITH_TIMEOUT(!counts->isEmpty() && !counts->isBusy(), kPatienceMs);
    const auto *model = counts->table()->model();
    QCOMPARE(model->rowCount(), 1);
    QVERIFY(model->index(0, 0).data().toString().contains(u"/bin/true"_s));
    QVERIFY2(counts->totals().contains(u"3 hits"_s), qPrintable(counts->totals()));
}

void tst_HistForms::aLatencyOfTwoEventsIsMadeByTheKernel()
{
    Opened<LatencyDialog> opened(u"latencyEvent"_s,
                                 [](const LatencyDialog &each) { return each.event(0); });
    auto &[scene, form] = opened;
    QVERIFY(form);
    retype(form->event(0)->lineEdit(), u"sched:sched_process_exec"_s);
    retype(form->event(1)->lineEdit(), u"sched:sched_process_exit"_s);
    QTRY_COMPARE_WITH_TIMEOUT(form->key(0)->currentText(), u"pid"_s, kPatienceMs);
    QCOMPARE(form->key(1)->currentText(), u"pid"_s);
    retype(form->name(), u"lived"_s);
    QTRY_VERIFY2_WITH_TIMEOUT(form->recordButton()->isEnabled(), qPrintable(form->said()),
                              kPatienceMs);
    QStringList pids;
    QVERIFY(record(scene.window, *form, [&] { pids = runPrograms(3); }));
    scene.settle();
    // Each that ran, with the time for which it lived.
    QStringList rows;
    const auto events = scene.view().snapshot()->eventCount;
    QTRY_VERIFY_WITH_TIMEOUT(events > 0 && !scene.table()->rowText(events - 1).isEmpty(),
                             kPatienceMs);
    for (Row row = 0; row < events; ++row)
        rows << scene.table()->rowText(row);
    for (const QString &pid : pids) {
        const auto isOf = [&](const QString &row) {
            return row.contains(u"Event lived"_s) && row.contains(u"pid="_s + pid);
        };
        QVERIFY2(std::count_if(rows.begin(), rows.end(), isOf) == 1, qPrintable(rows.join(u'\n')));
    }
}

QTEST_MAIN(tst_HistForms)
#include "tst_histforms.moc"
