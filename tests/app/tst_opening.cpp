// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/app/appscene.h"
#include "tests/support/tracedatwriter.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/startpage/startpage.h"

#include <sys/stat.h>

#include <QApplication>
#include <QDirIterator>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <QSignalSpy>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;
using thresher::test::AppScene;
using thresher::test::Home;

namespace {

void drop(MainWindow &window, const QStringList &paths)
{
    QMimeData data;
    QList<QUrl> urls;
    for (const QString &path : paths)
        urls += QUrl::fromLocalFile(path);
    data.setUrls(urls);
    QDragEnterEvent enter({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&window, &event);
}

/// A recording that takes a while to index: a million events.
QString writeLarge(const Home &home)
{
    test::TraceDatWriter::Options options;
    options.compression = Compression::Zstd;
    test::TraceDatWriter writer(options);
    for (std::uint64_t i = 0; i < 500'000; ++i) {
        for (const CpuId cpu : {0U, 1U}) {
            writer.schedSwitch(cpu, 1000 + i * 500, {Pid(i % 90 + 1), "a"}, 1,
                               {Pid(i % 90 + 2), "b"});
        }
    }
    const auto bytes = writer.bytes();
    QFile file(home.folder.filePath(u"large.dat"_s));
    if (file.open(QFile::WriteOnly))
        file.write(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size()));
    return file.fileName();
}

/// Turns a byte of the largest kept column.
bool damageKeptIndex(const Home &home)
{
    QString largest;
    qint64 size = 0;
    QDirIterator files(QString::fromStdString(home.indexOptions().cacheDirectory.string()),
                       QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        files.next();
        if (files.fileInfo().size() > size) {
            size = files.fileInfo().size();
            largest = files.filePath();
        }
    }
    QFile file(largest);
    if (!file.open(QFile::ReadWrite) || !file.seek(size / 2))
        return false;
    char byte = 0;
    return file.getChar(&byte) && file.seek(size / 2) && file.putChar(char(byte ^ 0x5a));
}

} // namespace

class tst_Opening : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }

    void aDroppedFileIsOpened()
    {
        AppScene scene;
        QVERIFY(scene.window.startPage()->isVisible());
        drop(scene.window, {Home::dataFile(u"one-cpu.dat"_s)});
        scene.settle();
        QCOMPARE(scene.table()->rowCount(), Row{8723});
        QCOMPARE(scene.settings.recentFiles(),
                 QStringList{QFileInfo(Home::dataFile(u"one-cpu.dat"_s)).absoluteFilePath()});
    }

    void severalFilesAreRefusedPolitely()
    {
        AppScene scene;
        drop(scene.window, {Home::dataFile(u"one-cpu.dat"_s), Home::dataFile(u"v6.dat"_s)});
        scene.settle();
        QVERIFY(scene.window.banner()->text().contains(u"one recording at a time"_s));
        QVERIFY(scene.window.session().path().isEmpty());
        scene.window.openFiles({Home::dataFile(u"one-cpu.dat"_s)});
        scene.settle();
        QCOMPARE(scene.window.banner()->text(), QString());
        QCOMPARE(scene.table()->rowCount(), Row{8723});
    }

    void whatIsNoFileOfTextIsNoDrop()
    {
        AppScene scene;
        QMimeData data;
        data.setText(u"hello"_s);
        QDragEnterEvent enter({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, {});
        enter.ignore();
        QApplication::sendEvent(&scene.window, &enter);
        QVERIFY(!enter.isAccepted());
    }

    void whatCannotBeOpenedIsSaidInTheWindow_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("part");
        QTest::newRow("not there") << u"missing"_s << u"No such file"_s;
        QTest::newRow("a folder") << u"folder"_s << u"folder"_s;
        QTest::newRow("a pipe") << u"pipe"_s << u"pipe"_s;
        QTest::newRow("text") << u"text"_s << u"no trace.dat"_s;
        QTest::newRow("empty") << u"empty"_s << u""_s;
    }
    void whatCannotBeOpenedIsSaidInTheWindow()
    {
        QFETCH(QString, kind);
        QFETCH(QString, part);
        AppScene scene;
        scene.open(Home::dataFile(u"one-cpu.dat"_s));
        const QString path = scene.home.folder.filePath(kind);
        if (kind == u"folder") {
            QVERIFY(QDir().mkpath(path));
        } else if (kind == u"pipe") {
            QCOMPARE(::mkfifo(path.toLocal8Bit().constData(), 0600), 0);
        } else if (kind != u"missing") {
            QFile file(path);
            QVERIFY(file.open(QFile::WriteOnly));
            file.write(kind == u"text" ? QByteArray("just some text\n").repeated(100)
                                       : QByteArray());
        }
        scene.open(path);
        QVERIFY2(scene.window.banner()->text().contains(part),
                 qPrintable(scene.window.banner()->text()));
        QVERIFY(!scene.window.banner()->text().isEmpty());
        QVERIFY(scene.window.banner()->details().contains(path));
        // What was open is still there.
        QCOMPARE(scene.table()->rowCount(), Row{8723});
        QVERIFY(!scene.settings.recentFiles().contains(path));
    }

    void aFileThatIsCutShortOpensToWhatIsThere()
    {
        AppScene scene;
        const QString path = scene.home.copyOf(u"v6.dat"_s);
        QFile file(path);
        QVERIFY(file.resize(file.size() * 3 / 4));
        scene.open(path);
        QCOMPARE_GT(scene.table()->rowCount(), Row{1000});
        QCOMPARE_LT(scene.table()->rowCount(), Row{20712});
        QCOMPARE_GT(scene.window.workspace()->diagnostics()->model().rowCount(), 0);
        QVERIFY(scene.window.workspace()->diagnostics()->title().contains(u'·'));
    }

    void aCancelledIndexKeepsWhatIsThereAndGoesOnWhenAsked()
    {
        AppScene scene;
        const QString path = writeLarge(scene.home);
        TraceSession &session = scene.window.session();
        QSignalSpy stopped(&session, &TraceSession::indexingStopped);
        connect(&session, &TraceSession::opened, &session, &TraceSession::cancelIndexing);
        scene.open(path);
        QCOMPARE(stopped.size(), 1);
        QVERIFY(!scene.view().snapshot()->isComplete);
        QVERIFY(scene.window.workspace()->isVisible());
        QVERIFY(!scene.window.grab().isNull());
        QVERIFY2(scene.window.banner()->text().contains(u"stopped"_s),
                 qPrintable(scene.window.banner()->text()));
        Q_EMIT scene.window.banner()->actionTriggered();
        scene.settle();
        QVERIFY(scene.view().snapshot()->isComplete);
        QCOMPARE(scene.table()->rowCount(), Row{1'000'000});
    }

    void aWindowMayBeClosedWhileItIndexes()
    {
        AppScene scene;
        const QString path = writeLarge(scene.home);
        {
            MainWindow window(scene.settings, scene.home.indexOptions());
            window.show();
            QSignalSpy opened(&window.session(), &TraceSession::opened);
            window.openFile(path);
            QTRY_COMPARE(opened.size(), 1);
        } // told to stop, and waited for
        scene.open(path);
        QCOMPARE(scene.table()->rowCount(), Row{1'000'000});
    }

    void anotherFileTakesOverWhileOneIsIndexed()
    {
        AppScene scene;
        const QString path = writeLarge(scene.home);
        QSignalSpy opened(&scene.window.session(), &TraceSession::opened);
        scene.window.openFile(path);
        QTRY_COMPARE(opened.size(), 1);
        scene.open(Home::dataFile(u"one-cpu.dat"_s));
        QCOMPARE(scene.table()->rowCount(), Row{8723});
        QVERIFY(scene.view().snapshot()->isComplete);
    }

    void theFilterIsEvaluatedWhileTheIndexGrows()
    {
        AppScene scene;
        const QString path = writeLarge(scene.home);
        connect(&scene.window.session(), &TraceSession::opened, this, [&scene] {
            ShowFilter filter;
            filter.hiddenCpus = {1};
            scene.view().setFilter(filter);
        });
        scene.open(path);
        QTRY_COMPARE(scene.table()->rowCount(), Row{500'000});
        QCOMPARE(scene.view().selection()->count, std::uint64_t{500'000});
    }

    void aTraceIsShownAsItWasLeft()
    {
        const Home home;
        const QString path = home.copyOf(u"sched-basic.dat"_s);
        TimeRange visible;
        std::optional<Place> current;
        {
            AppScene scene(home);
            scene.open(path);
            const TimeRange all = scene.view().traceRange();
            scene.view().setVisibleRange(
                {all.begin + all.duration() / 4, all.begin + all.duration() / 3});
            scene.table()->setCurrentRow(13'000);
            auto columns = scene.table()->columns();
            columns.erase(columns.begin() + 1);
            scene.table()->setColumns(columns);
            ShowFilter filter;
            filter.hiddenEvents = {
                scene.view().snapshot()->trace->events().find("raw_syscalls", "sys_exit")->id};
            scene.view().setFilter(filter);
            scene.settle();
            visible = scene.view().visibleRange();
            current = scene.view().currentEvent();
            scene.window.close();
        }
        AppScene scene(home);
        QSignalSpy finished(&scene.window.session(), &TraceSession::indexingFinished);
        scene.open(path);
        QCOMPARE(finished.size(), 1);
        QVERIFY(finished.first().first().toBool()); // from the kept index
        QCOMPARE(scene.view().visibleRange(), visible);
        QCOMPARE(scene.view().currentEvent(), current);
        QCOMPARE(scene.table()->rowCount(), Row{49177 - 17346});
        QCOMPARE(scene.table()->columns().size(), std::size_t{6});
        QVERIFY(scene.settings.recentFiles().contains(path));
    }

    void anotherRecordingOfTheSameNameIsNotShownAsTheOneBefore()
    {
        const Home home;
        const QString path = home.copyOf(u"sched-basic.dat"_s);
        {
            AppScene scene(home);
            scene.open(path);
            scene.view().zoom(0.1, scene.view().visibleRange().begin);
            scene.window.close();
        }
        QVERIFY(QFile::remove(path));
        QVERIFY(QFile::copy(Home::dataFile(u"v6.dat"_s), path));
        AppScene scene(home);
        scene.open(path);
        QCOMPARE(scene.view().visibleRange(), scene.view().traceRange());
    }

    void aDamagedIndexIsBuiltAnewAndThatIsSaid()
    {
        const Home home;
        const QString path = home.copyOf(u"sched-basic.dat"_s);
        {
            AppScene scene(home);
            scene.open(path);
        }
        QVERIFY(damageKeptIndex(home));
        AppScene scene(home);
        QSignalSpy noted(&scene.window.session(), &TraceSession::noted);
        scene.open(path);
        QTRY_COMPARE_WITH_TIMEOUT(noted.size(), 1, 10'000);
        scene.settle();
        QCOMPARE(scene.table()->rowCount(), Row{49177});
        QCOMPARE(scene.table()->text(0, 6), u"NR 1 = 1"_s);
        QCOMPARE_GT(scene.window.workspace()->diagnostics()->model().rowCount(), 0);
        // What is kept now is right: a third start finds nothing to say.
        AppScene again(home);
        QSignalSpy complained(&again.window.session(), &TraceSession::noted);
        again.open(path);
        QCOMPARE(again.table()->rowCount(), Row{49177});
        QCOMPARE(complained.size(), 0);
    }
};

QTEST_MAIN(tst_Opening)
#include "tst_opening.moc"
