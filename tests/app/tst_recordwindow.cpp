// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/mainwindow.h"
#include "app/recording/recordingrunner.h"
#include "app/recordwindow/eventspage.h"
#include "app/recordwindow/howpage.h"
#include "app/recordwindow/recorddialog.h"
#include "tests/app/appscene.h"

#include <unistd.h>

#include <QAction>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;

namespace {

constexpr int kPatienceMs = 30'000;

} // namespace

/// From the start page to a trace, on the kernel that runs this: as root, with tracefs.
class tst_recordwindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void recordingIsPressedAndThenBrowsed();
};

void tst_recordwindow::initTestCase()
{
    if (::geteuid() != 0)
        QSKIP("Recording needs root.");
    qputenv("THRESHER_RECORDER", THRESHER_RECORDER_PROGRAM);
}

void tst_recordwindow::recordingIsPressedAndThenBrowsed()
{
    test::AppScene scene;
    MainWindow &window = scene.window;
    window.action(u"record"_s)->trigger();
    auto *dialog = window.findChild<RecordDialog *>();
    QVERIFY(dialog != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->record().hasEvents(), kPatienceMs);
    const QString path = scene.home.folder.filePath(u"recorded.dat"_s);
    QLineEdit *file = dialog->how()->fileField();
    file->clear();
    QTest::keyClicks(file, path);
    // What the estimate says is measured, too.
    QTRY_VERIFY_WITH_TIMEOUT(dialog->measureButton()->isEnabled(), kPatienceMs);
    QTest::mouseClick(dialog->measureButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->estimateText().contains(u"events/s"_s), kPatienceMs);
    QTest::keyClick(dialog->events()->searchField(), Qt::Key_Return);
    QTRY_COMPARE_WITH_TIMEOUT(window.recording()->phase(), RecordingRunner::Phase::Recording,
                              kPatienceMs);
    QVERIFY(!window.action(u"record"_s)->isEnabled());
    window.action(u"stopRecording"_s)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!window.isRecording(), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(window.session().view().snapshot() != nullptr, kPatienceMs);
    QVERIFY(QFile::exists(path));
    QVERIFY(window.action(u"record"_s)->isEnabled());
}

QTEST_MAIN(tst_recordwindow)
#include "tst_recordwindow.moc"
