// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/sessionfile.h"
#include "tests/app/appscene.h"
#include "tests/widgets/failonwarnings.h"

#include <sys/stat.h>

#include <QAction>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTabWidget>
#include <QToolButton>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;
using thresher::test::AppScene;
using thresher::test::Home;

namespace {

struct SessionScene : AppScene
{
    using AppScene::AppScene;

    void save(const QString &path)
    {
        QFile::remove(path);
        window.saveSession(path);
        QTRY_VERIFY(QFileInfo::exists(path));
    }
    void openSession(const QString &path)
    {
        QSignalSpy opened(&window.session(), &TraceSession::opened);
        window.openFile(path);
        QTRY_VERIFY(!opened.isEmpty());
        settle();
    }
    /// Opens it, and waits until the window has something to say.
    QString openToMessage(const QString &path)
    {
        window.banner()->dismiss();
        window.openFile(path);
        const bool isSaid = QTest::qWaitFor([this] { return window.banner()->isVisible(); },
                                            10'000);
        return isSaid ? window.banner()->text() : u"nothing was said"_s;
    }
    void mark()
    {
        view().setMarker(Marker::A, view().traceRange().begin + 1'000'000);
        Bookmark bookmark;
        bookmark.time = view().traceRange().begin + 2'000'000;
        bookmark.name = u"here"_s;
        view().addBookmark(bookmark);
        view().setExpression(u"cpu == 1"_s);
        settle();
    }
    [[nodiscard]] bool isMarked()
    {
        return view().marks().marker(Marker::A) == view().traceRange().begin + 1'000'000
               && view().marks().bookmarks().size() == 1
               && view().marks().bookmarks().first().name == u"here"
               && view().expression() == u"cpu == 1";
    }
};

/// With ' for ", which moc cannot read in raw strings.
QByteArray json(QByteArray text)
{
    return text.replace('\'', '"');
}

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QFile::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

} // namespace

class SessionsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }

    void aSessionGoesToAnotherPersonBesideItsRecording()
    {
        const Home home;
        const Home other;
        {
            SessionScene scene(home);
            scene.open(home.copyOf(u"one-cpu.dat"_s));
            scene.mark();
            scene.window.workspace()->setSidePaneShown(false);
            scene.window.workspace()->tabs()->setCurrentWidget(
                scene.window.workspace()->diagnostics());
            scene.save(home.folder.filePath(u"a.thresher"_s));
        }
        const QString sent = other.folder.filePath(u"b.thresher"_s);
        QVERIFY(QFile::copy(home.folder.filePath(u"a.thresher"_s), sent));
        QVERIFY(QDir(home.folder.path()).rename(u"one-cpu.dat"_s, u"gone.dat"_s));
        SessionScene scene(other);
        const QString copy = other.copyOf(u"one-cpu.dat"_s);
        scene.openSession(sent);
        QCOMPARE(scene.window.session().path(), copy);
        QVERIFY(scene.isMarked());
        QVERIFY(!scene.window.workspace()->isSidePaneShown());
        QCOMPARE(scene.window.workspace()->tabs()->currentWidget(),
                 scene.window.workspace()->diagnostics());
        QVERIFY(!scene.window.banner()->isVisible());
        QVERIFY(!scene.window.undo()->undoable()); // nothing that he has done
    }

    void theRecordingIsFoundWhereItWas()
    {
        const Home home;
        SessionScene scene(home);
        const QString trace = home.copyOf(u"one-cpu.dat"_s);
        scene.open(trace);
        scene.mark();
        QVERIFY(QDir(home.folder.path()).mkpath(u"deep/er"_s));
        const QString path = home.folder.filePath(u"deep/er/a.thresher"_s);
        scene.save(path);
        const QJsonObject saved = QJsonDocument::fromJson(bytesOf(path))[u"trace"_s].toObject();
        QCOMPARE(saved[u"relative"_s].toString(), u"../../one-cpu.dat"_s);
        QCOMPARE(saved[u"absolute"_s].toString(), trace);
        scene.window.closeFile();
        scene.openSession(path);
        QVERIFY(scene.isMarked());
    }

    void aMissingRecordingIsAskedFor()
    {
        const Home home;
        SessionScene scene(home);
        const QString trace = home.copyOf(u"one-cpu.dat"_s);
        scene.open(trace);
        scene.mark();
        const QString path = home.folder.filePath(u"a.thresher"_s);
        scene.save(path);
        scene.window.closeFile();
        QVERIFY(QDir(home.folder.path()).mkpath(u"away"_s));
        const QString moved = home.folder.filePath(u"away/renamed.dat"_s);
        QVERIFY(QFile::rename(trace, moved));
        QVERIFY(scene.openToMessage(path).contains(u"neither beside it nor where it was"_s));
        Q_EMIT scene.window.banner()->actionTriggered();
        auto *dialog = scene.window.findChild<QFileDialog *>();
        QVERIFY(dialog);
        QSignalSpy opened(&scene.window.session(), &TraceSession::opened);
        Q_EMIT dialog->fileSelected(moved);
        dialog->close();
        QTRY_VERIFY(!opened.isEmpty());
        scene.settle();
        QVERIFY(scene.isMarked());
    }

    void anotherRecordingIsOfferedButNotTakenForIt()
    {
        const Home home;
        SessionScene scene(home);
        const QString trace = home.copyOf(u"one-cpu.dat"_s);
        scene.open(trace);
        scene.mark();
        const QString path = home.folder.filePath(u"a.thresher"_s);
        scene.save(path);
        scene.window.closeFile();
        // Of the same size, but not the same.
        QByteArray bytes = bytesOf(trace);
        bytes[bytes.size() - 100] = static_cast<char>(~bytes[bytes.size() - 100]);
        write(trace, bytes);
        QVERIFY(scene.openToMessage(path).contains(u"is another recording"_s));
        QVERIFY(scene.window.session().path().isEmpty());
        QSignalSpy opened(&scene.window.session(), &TraceSession::opened);
        Q_EMIT scene.window.banner()->actionTriggered();
        QTRY_VERIFY(!opened.isEmpty());
        scene.settle();
        QCOMPARE(scene.view().marks().bookmarks().size(), 1);
    }

    void theVeryRecordingIsPreferredToOneOfItsName()
    {
        const Home home;
        QVERIFY(QDir(home.folder.path()).mkpath(u"sub"_s));
        const QString path = home.folder.filePath(u"sub/a.thresher"_s);
        const QString real = home.copyOf(u"one-cpu.dat"_s);
        SessionFile session;
        session.setTrace(real, path);
        session.identity = identityOf(**TraceFile::open(real.toStdString()));
        session.relative = u"one-cpu.dat"_s; // as if it lay beside it
        QVERIFY(QFile::copy(Home::dataFile(u"empty.dat"_s),
                            home.folder.filePath(u"sub/one-cpu.dat"_s)));
        const SessionTrace found = findTrace(session, path);
        QCOMPARE(found.path, real);
        QVERIFY(found.isSame);
    }

    void hostileSessionsAreRefusedWithASentence_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        const QByteArray good = json("{'format': 'thresher-session', ");
        QTest::newRow("empty") << QByteArray() << u"no session"_s;
        QTest::newRow("a recording") << QByteArray("\x17\x08\x44tracing6\0", 12) << u"no session"_s;
        QTest::newRow("other JSON") << json("{'format': 7}") << u"no session"_s;
        QTest::newRow("cut") << good + json("'version': 1, 'trace': {'na") << u"damaged at byte"_s;
        QTest::newRow("nested") << "{\"a\":" + QByteArray(200'000, '[') << u"damaged"_s;
        QTest::newRow("no version") << good + json("'version': '1'}") << u"does not say which"_s;
        QTest::newRow("huge version")
            << good + json("'version': 1e300}") << u"does not say which"_s;
        QTest::newRow("later") << good + json("'version': 2}") << u"later Thresher"_s;
        QTest::newRow("no trace") << good + json("'version': 1}") << u"of which recording"_s;
        QTest::newRow("wrong types")
            << good + json("'version': 1, 'trace': {'name': {}, 'absolute': [1]}}")
            << u"of which recording"_s;
        QTest::newRow("endless name")
            << good + json("'version': 1, 'trace': {'name': '") + QByteArray(100'000, 'x') + "\"}}"
            << u"of which recording"_s;
    }
    void hostileSessionsAreRefusedWithASentence()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        const Home home;
        const QString path = home.folder.filePath(u"x.thresher"_s);
        write(path, bytes);
        SessionScene scene(home);
        QVERIFY2(scene.openToMessage(path).contains(says),
                 qPrintable(scene.window.banner()->text()));
    }

    void hostileViewsOfARecordingDoNoHarm()
    {
        const Home home;
        const QString trace = home.copyOf(u"one-cpu.dat"_s);
        const QString path = home.folder.filePath(u"x.thresher"_s);
        write(path, json("{'format': 'thresher-session', 'version': 1,"
                         "'trace': {'name': 'one-cpu.dat', 'size': -4, 'hash': 5, 'relative': "
                         "{}},"
                         "'view': {'visible': {'begin': -9223372036854775808, 'end': "
                         "9223372036854775807},"
                         "'selected': {'begin': 1e300, 'end': 'x'},"
                         "'markers': {'a': 9223372036854775807, 'b': "
                         "-9223372036854775808},"
                         "'bookmarks': [{'time': 9223372036854775807, 'name': '<img "
                         "src=x>',"
                         "'range': {'begin': -9223372036854775808,"
                         "'end': 9223372036854775807}}],"
                         "'currentEvent': {'stream': 4294967295, 'event': 9e15, "
                         "'time': 0},"
                         "'filter': {'hiddenCpus': [1e9, -1, '0'], 'hiddenTasks': 3},"
                         "'expression': '((((', 'filterUse': [], 'timeFormat': 9},"
                         "'window': {'columns': [{'id': 4}, {'id': 'field:', 'width': 1e18}], "
                         "'laneSize': 1e9,"
                         "'sidePane': 'no', 'tab': 'nowhere'}}"));
        SessionScene scene(home);
        scene.openSession(path);
        QCOMPARE(scene.window.session().path(), trace);
        QCOMPARE(scene.view().marks().bookmarks().size(), 1);
        for (const char *action : {"gotoA", "gotoB", "zoomMarkers", "selectMarkers", "nextBookmark",
                                   "bookmarks", "undo", "fit", "relative"})
            scene.trigger(action);
        scene.settle();
        QVERIFY(!scene.window.grab().isNull());
        QVERIFY(scene.view().expression().isEmpty());
    }

    void pipesAndFoldersAreNotWaitedFor()
    {
        const Home home;
        const QString pipe = home.folder.filePath(u"pipe.thresher"_s);
        QCOMPARE(::mkfifo(pipe.toLocal8Bit().constData(), 0600), 0);
        const QString folder = home.folder.filePath(u"folder.thresher"_s);
        QVERIFY(QDir().mkpath(folder));
        for (const QString &path : {pipe, folder}) {
            const auto read = SessionFile::read(path);
            QVERIFY(!read);
            QCOMPARE(read.error().where, path.toStdString());
        }
        // Nor where a session says that its recording is.
        SessionFile session;
        session.traceName = u"pipe.thresher"_s;
        session.absolute = pipe;
        QVERIFY(findTrace(session, home.folder.filePath(u"a.thresher"_s)).path.isEmpty());
    }

    void whereItCannotBeWrittenIsSaid()
    {
        const Home home;
        SessionScene scene(home);
        scene.open(home.copyOf(u"one-cpu.dat"_s));
        scene.window.saveSession(home.folder.filePath(u"no/such/folder/a.thresher"_s));
        QTRY_VERIFY(scene.window.banner()->isVisible());
        QVERIFY(scene.window.banner()->text().contains(u"cannot be written"_s));
    }

    void aViewIsKeptAMomentAfterAChange()
    {
        const Home home;
        const QString trace = home.copyOf(u"one-cpu.dat"_s);
        SessionScene scene(home);
        scene.open(trace);
        scene.mark();
        // Without closing, as a crash would have it.
        QTRY_COMPARE_WITH_TIMEOUT(Settings().viewOf(trace).value(u"bookmarks"_s).toArray().size(),
                                  1, 10'000);
        SessionScene again(home);
        again.open(trace);
        QVERIFY(again.isMarked());
    }

    void whatIsKeptAtOnceIsNotOvertakenByWhatWasKeptBefore()
    {
        const Home home;
        const QString trace = home.copyOf(u"one-cpu.dat"_s);
        Settings settings;
        TraceSession session({});
        ViewKeeper keeper(session, settings);
        QSignalSpy opened(&session, &TraceSession::indexingFinished);
        session.open(trace);
        QTRY_VERIFY(!opened.isEmpty());
        for (int i = 0; i < 50; ++i) {
            session.view().setMarker(Marker::A, session.view().traceRange().begin + i);
            keeper.keepNow();
            QCOMPARE(Settings().viewOf(trace)[u"markers"_s][u"a"_s].toInteger(),
                     session.view().marks().marker(Marker::A));
        }
    }
};

QTEST_MAIN(SessionsTest)
#include "tst_sessions.moc"
