// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/report/reportdialog.h"
#include "tests/app/appscene.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

/// The window with a trace, a selection, and the dialog open.
struct ReportScene : AppScene
{
    QPointer<ReportDialog> dialog;
    TimeRange selected;

    ReportScene()
    {
        open(Home::dataFile(u"sched-basic.dat"_s));
        const TimeRange all = view().traceRange();
        selected = {all.begin + all.duration() / 4, all.begin + all.duration() / 2};
        view().setSelectedRange(selected);
        trigger("report");
        dialog = window.findChild<ReportDialog *>();
    }
    template<typename T>
    [[nodiscard]] T *find(const QString &name) const
    {
        return dialog->findChild<T *>(name);
    }
    void type(const QString &path) const
    {
        auto *field = find<QLineEdit>(u"path"_s);
        field->selectAll();
        QTest::keyClicks(field, path);
    }
    void click(const QString &name) const
    {
        QTest::mouseClick(find<QPushButton>(name), Qt::LeftButton);
    }
};

QString contentOf(const QString &zip, const QString &name)
{
    QProcess process;
    process.start(u"unzip"_s, {u"-p"_s, zip, u"*/"_s + name});
    process.waitForFinished();
    return process.exitCode() == 0 ? QString::fromUtf8(process.readAllStandardOutput()) : QString();
}

} // namespace

class tst_ReportDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutATraceThereIsNoReport()
    {
        AppScene scene;
        QVERIFY(!scene.window.action(u"report"_s)->isEnabled());
    }

    void itIsWrittenWithWhatOneSays()
    {
        ReportScene scene;
        QVERIFY(scene.dialog);
        QCOMPARE(scene.dialog->options().range, scene.selected);
        QTest::keyClicks(scene.find<QPlainTextEdit>(u"what"_s), u"It is slow."_s);
        const QString path = scene.home.folder.filePath(u"r.zip"_s);
        scene.type(path);
        QTRY_VERIFY(!scene.find<QLabel>(u"picturesSize"_s)->text().isEmpty());
        QVERIFY(scene.find<QLabel>(u"eventsSize"_s)->text().contains(u"events"_s));
        QVERIFY(!scene.find<QLabel>(u"traceSize"_s)->text().isEmpty());
        scene.click(u"create"_s);
        QTRY_VERIFY_WITH_TIMEOUT(scene.find<QLabel>(u"done"_s)->isVisible(), 20'000);
        QVERIFY(scene.find<QLabel>(u"done"_s)->text().contains(path));
        scene.click(u"copyPath"_s);
        QCOMPARE(QGuiApplication::clipboard()->text(), path);
        const QString summary = contentOf(path, u"summary.md"_s);
        QVERIFY(summary.contains(u"It is slow."_s));
        for (const QString &name : {u"timeline.svg"_s, u"overview.png"_s, u"events.txt"_s,
                                    u"trace.dat"_s, u"session.json"_s})
            QVERIFY2(!contentOf(path, name).isEmpty(), qPrintable(name));
        QVERIFY(contentOf(path, u"timeline.svg"_s).contains(u"CPU 1"_s));
        scene.click(u"close"_s);
        QTRY_VERIFY(!scene.dialog);
    }

    void whatIsUncheckedIsLeftOut()
    {
        ReportScene scene;
        QVERIFY(!scene.find<QCheckBox>(u"summary"_s)->isEnabled());
        for (const auto &name : {u"pictures"_s, u"trace"_s, u"events"_s})
            QTest::mouseClick(scene.find<QCheckBox>(name), Qt::LeftButton, {}, QPoint(8, 8));
        const QString path = scene.home.folder.filePath(u"r.zip"_s);
        scene.type(path);
        QTest::keyClick(scene.find<QLineEdit>(u"path"_s), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(scene.find<QLabel>(u"done"_s)->isVisible(), 20'000);
        QVERIFY(contentOf(path, u"trace.dat"_s).isEmpty());
        QVERIFY(contentOf(path, u"events.txt"_s).isEmpty());
        QVERIFY(contentOf(path, u"session.json"_s).contains(u"\"selected\""_s));
    }

    void anonymousMeansNoName()
    {
        ReportScene scene;
        const auto &tasks = *scene.view().snapshot()->tasks;
        QTest::mouseClick(scene.find<QCheckBox>(u"anonymise"_s), Qt::LeftButton, {}, QPoint(8, 8));
        const QString path = scene.home.folder.filePath(u"r.zip"_s);
        scene.type(path);
        scene.click(u"create"_s);
        QTRY_VERIFY_WITH_TIMEOUT(scene.find<QLabel>(u"done"_s)->isVisible(), 20'000);
        const QString all = contentOf(path, u"summary.md"_s) + contentOf(path, u"events.txt"_s)
                            + contentOf(path, u"timeline.svg"_s)
                            + contentOf(path, u"session.json"_s);
        QVERIFY(all.contains(u"task-1"_s));
        QVERIFY(!all.contains(u"sched-basic"_s));
        QVERIFY(tasks.fromPid(0) == kIdleTask);
        for (const QString &name : {u"trace-cmd-"_s, u"comm=bash"_s, u"comm=python"_s})
            QVERIFY2(!all.contains(name), qPrintable(name));
    }

    void whatCannotBeWrittenIsSaidAndStaysOpen()
    {
        ReportScene scene;
        scene.type(u"/no/such/folder/r.zip"_s);
        scene.click(u"create"_s);
        QVERIFY(scene.dialog && scene.dialog->isVisible());
        QVERIFY(scene.find<QLabel>(u"note"_s)->text().contains(u"no folder"_s));
        QTest::keyClick(scene.dialog, Qt::Key_Escape);
        QTRY_VERIFY(!scene.dialog);
    }

    void escapeStopsItAndLeavesNothing()
    {
        ReportScene scene;
        auto *range = scene.find<QComboBox>(u"range"_s);
        QTest::keyClick(range, Qt::Key_End);
        QDir folder(scene.home.folder.path());
        QVERIFY(folder.mkdir(u"out"_s));
        scene.type(folder.filePath(u"out/r.zip"_s));
        scene.click(u"create"_s);
        scene.dialog->reject(); // before the first of its work can be done
        QTRY_VERIFY_WITH_TIMEOUT(scene.find<QLabel>(u"note"_s)->text().contains(u"Stopped"_s),
                                 20'000);
        QVERIFY(scene.dialog->isVisible());
        const QDir out(folder.filePath(u"out"_s));
        QVERIFY(out.entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).isEmpty());
    }
};

QTEST_MAIN(tst_ReportDialog)
#include "tst_reportdialog.moc"
