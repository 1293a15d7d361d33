// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include <sys/stat.h>

#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

struct Outcome
{
    int status = -1;
    QString error;
};

/// Runs the program without a display.
Outcome run(const QStringList &arguments)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const auto &name : {u"DISPLAY"_s, u"WAYLAND_DISPLAY"_s, u"QT_QPA_PLATFORM"_s})
        environment.remove(name);
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(THRESHER_PROGRAM), arguments);
    if (!process.waitForFinished(50'000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardError())};
}

QString dataFile(const QString &name)
{
    return QStringLiteral(THRESHER_TEST_DATA "/") + name;
}

} // namespace

class tst_Shot : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    [[nodiscard]] QString out() const { return m_folder.filePath(u"out.png"_s); }

private Q_SLOTS:
    void init() { QFile::remove(out()); }

    void aSessionIsDrawnAsItWasSaved()
    {
        const auto write = [this](const QByteArray &trace) {
            QFile file(m_folder.filePath(u"a.thresher"_s));
            QVERIFY(file.open(QFile::WriteOnly));
            file.write("{\"format\": \"thresher-session\", \"version\": 1, \"trace\": {\"name\": \""
                       + trace + "\"}, \"window\": {\"sidePane\": false}}");
        };
        const QStringList arguments{u"shot"_s, m_folder.filePath(u"a.thresher"_s), u"--no-cache"_s,
                                    u"-o"_s, out()};
        write("elsewhere.dat");
        const Outcome missing = run(arguments);
        QCOMPARE(missing.status, 1);
        QVERIFY2(missing.error.contains(u"neither beside it"_s), qPrintable(missing.error));
        QVERIFY(QFile::copy(dataFile(u"one-cpu.dat"_s), m_folder.filePath(u"here.dat"_s)));
        write("here.dat");
        QCOMPARE(run(arguments).status, 0);
        const QImage session(out());
        QVERIFY(!session.isNull());
        QCOMPARE(run({u"shot"_s, m_folder.filePath(u"here.dat"_s), u"--no-cache"_s, u"-o"_s, out()})
                     .status,
                 0);
        QVERIFY(session != QImage(out())); // whose side pane is shown
    }

    void nothingIsSaidWhereThereIsNoRuntimeDirectory()
    {
        qunsetenv("XDG_RUNTIME_DIR");
        const Outcome outcome = run(
            {u"shot"_s, dataFile(u"one-cpu.dat"_s), u"--no-cache"_s, u"-o"_s, out()});
        QCOMPARE(outcome.status, 0);
        QCOMPARE(outcome.error, QString());
    }

    void helpAndManPageKnowItsOptions()
    {
        QProcess process;
        process.start(QStringLiteral(THRESHER_PROGRAM), {u"help"_s, u"shot"_s});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 0);
        const QString help = QString::fromUtf8(process.readAllStandardOutput());
        QVERIFY2(help.startsWith(u"Usage: thresher shot "_s), qPrintable(help));
        QFile page(QStringLiteral(THRESHER_MAN_PAGE));
        QVERIFY(page.open(QIODevice::ReadOnly));
        QString manual = QString::fromUtf8(page.readAll()).remove(u'\\');
        manual = manual.mid(manual.indexOf(u".SS thresher shot"_s));
        manual.truncate(manual.indexOf(u".SS thresher bench"_s));
        for (const QString &option :
             {u"--size"_s, u"--from"_s, u"--to"_s, u"--select"_s, u"--filter"_s, u"--theme"_s,
              u"--view"_s, u"--no-cache"_s, u"--what"_s, u"--format"_s, u"--scale"_s, u"--lanes"_s,
              u"--caption"_s, u"--no-caption"_s}) {
            QVERIFY2(help.contains(option), qPrintable(option));
            QVERIFY2(manual.contains(option), qPrintable(option));
        }
    }

    void aPictureIsMadeWithoutADisplay_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("isDark");
        QTest::newRow("as it comes") << QStringList{} << QSize(1920, 1080) << false;
        QTest::newRow("small and dark")
            << QStringList{u"--size"_s, u"1280x720"_s, u"--theme"_s, u"dark"_s} << QSize(1280, 720)
            << true;
        QTest::newRow("a part of the timeline")
            << QStringList{u"--view"_s,  u"timeline"_s,  u"--size=640x200"_s, u"--from"_s,
                           u"2481.3"_s,  u"--to"_s,      u"2481.4"_s,         u"--select"_s,
                           u"2481.35"_s, u"--no-cache"_s}
            << QSize(640, 200) << false;
    }
    void aPictureIsMadeWithoutADisplay()
    {
        QFETCH(QStringList, options);
        QFETCH(bool, isDark);
        const Outcome outcome = run(
            QStringList{u"shot"_s, dataFile(u"sched-basic.dat"_s), u"-o"_s, out()} + options);
        QCOMPARE(outcome.error, QString());
        QCOMPARE(outcome.status, 0);
        const QImage image(out());
        QTEST(image.size(), "size");
        const QColor corner = image.pixelColor(image.width() - 2, image.height() - 2);
        QCOMPARE(corner.lightness() < 128, isDark);
        // Something is drawn: the lanes are coloured.
        int coloured = 0;
        for (int y = 0; y < image.height(); y += 3) {
            for (int x = 0; x < image.width(); x += 3)
                coloured += image.pixelColor(x, y).saturation() > 40 ? 1 : 0;
        }
        QCOMPARE_GT(coloured, 300);
    }

    void aDocumentIsOfShapesAndText()
    {
        const QString svg = m_folder.filePath(u"out.svg"_s);
        const QStringList arguments{u"shot"_s, dataFile(u"sched-basic.dat"_s), u"--what"_s,
                                    u"timeline"_s, u"--no-cache"_s};
        const auto drawn = [&](const QStringList &further) {
            const Outcome outcome = run(arguments + QStringList{u"-o"_s, svg} + further);
            QFile file(svg);
            return outcome.status == 0 && file.open(QFile::ReadOnly)
                       ? QString::fromUtf8(file.readAll())
                       : outcome.error;
        };
        const QString whole = drawn({});
        for (const QString &part :
             {u"CPU 0</text>"_s, u"CPU 1</text>"_s, u">sched-basic.dat<"_s, u">Kernel</text>"_s})
            QVERIFY2(whole.contains(part), qPrintable(part));
        QVERIFY(!whole.contains(u"<image"_s));
        QCOMPARE_LT(whole.size(), 2 << 20);
        QVERIFY(!drawn({u"--no-caption"_s}).contains(u">Kernel</text>"_s));
        const QString one = drawn({u"--lanes"_s, u"cpu:1"_s});
        QVERIFY(one.contains(u"CPU 1</text>"_s) && !one.contains(u"CPU 0</text>"_s));
        QVERIFY(one.contains(u"1 of 2"_s));
        const Outcome outcome = run(arguments
                                    + QStringList{u"-o"_s, out(), u"--format"_s, u"pdf"_s});
        QCOMPARE(outcome.error, QString());
        QFile pdf(out());
        QVERIFY(pdf.open(QFile::ReadOnly) && pdf.read(5) == "%PDF-");
    }

    void theScaleMakesPixelsNotThePicture()
    {
        QCOMPARE(run({u"shot"_s, dataFile(u"v6.dat"_s), u"-o"_s, out(), u"--size"_s, u"800x600"_s,
                      u"--scale"_s, u"2"_s})
                     .status,
                 0);
        QCOMPARE(QImage(out()).size(), QSize(1600, 1200));
    }

    void damageOfTheFileIsSaid()
    {
        QFile whole(dataFile(u"sched-basic.dat"_s));
        QVERIFY(whole.open(QFile::ReadOnly));
        QFile cut(m_folder.filePath(u"cut.dat"_s));
        QVERIFY(cut.open(QFile::WriteOnly));
        cut.write(whole.read(whole.size() * 3 / 4));
        cut.close();
        const Outcome outcome = run({u"shot"_s, cut.fileName(), u"-o"_s, out(), u"--no-cache"_s});
        QCOMPARE(outcome.status, 0);
        QVERIFY2(outcome.error.startsWith(u"thresher: "_s) && outcome.error.contains(u"cut.dat"_s),
                 qPrintable(outcome.error));
    }

    void aPipeIsWrittenToAndStaysAPipe()
    {
        const QString pipe = m_folder.filePath(u"pipe"_s);
        QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
        QProcess reader;
        reader.start(u"cat"_s, {pipe});
        const Outcome outcome = run(
            {u"shot"_s, dataFile(u"v6.dat"_s), u"-o"_s, pipe, u"--size"_s, u"800x600"_s});
        QCOMPARE(outcome.error, QString());
        QCOMPARE(outcome.status, 0);
        QVERIFY(reader.waitForFinished(20'000));
        QCOMPARE(QImage::fromData(reader.readAllStandardOutput(), "PNG").size(), QSize(800, 600));
        QVERIFY(!QFileInfo(pipe).isFile() && QFileInfo::exists(pipe));
    }

    void aFilterChangesThePicture()
    {
        const QStringList arguments{u"shot"_s, dataFile(u"v6.dat"_s), u"-o"_s,
                                    out(),     u"--size"_s,           u"1280x720"_s};
        QCOMPARE(run(arguments).status, 0);
        const QImage all(out());
        const Outcome outcome = run(arguments + QStringList{u"--filter"_s, u"softirq_raise"_s});
        QCOMPARE(outcome.error, QString());
        QCOMPARE(outcome.status, 0);
        QVERIFY(QImage(out()) != all);
    }

    void theSamePictureEveryTime()
    {
        const QStringList arguments{u"shot"_s, dataFile(u"v6.dat"_s), u"-o"_s, out()};
        QCOMPARE(run(arguments).status, 0);
        const QImage first(out());
        QCOMPARE(run(arguments).status, 0);
        QVERIFY(QImage(out()) == first);
    }

    void whatIsWrongIsSaidWithTheRightStatus_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("part");
        const QString file = dataFile(u"v6.dat"_s);
        const QString to = m_folder.filePath(u"x.png"_s);
        QTest::newRow("no file") << QStringList{u"-o"_s, to} << 2 << u"FILE"_s;
        QTest::newRow("no output") << QStringList{file} << 2 << u"-o FILE.png"_s;
        QTest::newRow("size") << QStringList{file, u"-o"_s, to, u"--size"_s, u"0x5"_s} << 2
                              << u"--size"_s;
        QTest::newRow("theme") << QStringList{file, u"-o"_s, to, u"--theme"_s, u"pink"_s} << 2
                               << u"--theme must be light or dark"_s;
        QTest::newRow("time") << QStringList{file, u"-o"_s, to, u"--from"_s, u"soon"_s} << 2
                              << u"soon"_s;
        QTest::newRow("range") << QStringList{file,   u"-o"_s,   to,    u"--from"_s,
                                              u"9"_s, u"--to"_s, u"8"_s}
                               << 2 << u"before"_s;
        QTest::newRow("scale") << QStringList{file, u"-o"_s, to, u"--scale"_s, u"4"_s} << 2
                               << u"--scale must be 1, 2 or 3"_s;
        QTest::newRow("format") << QStringList{file, u"-o"_s, to, u"--format"_s, u"gif"_s} << 2
                                << u"--format must be"_s;
        QTest::newRow("lanes") << QStringList{file, u"-o"_s, to, u"--lanes"_s, u"cpu:77"_s} << 2
                               << u"CPU 77"_s;
        QTest::newRow("both") << QStringList{file, u"-o"_s, to, u"--caption"_s, u"--no-caption"_s}
                              << 2 << u"exclude"_s;
        QTest::newRow("too large")
            << QStringList{file, u"-o"_s, to, u"--size"_s, u"16000x16000"_s} << 2 << u"too large"_s;
        QTest::newRow("device") << QStringList{file, u"-o"_s, u"/dev/null"_s} << 2 << u"device"_s;
        QTest::newRow("filter") << QStringList{file, u"-o"_s, to, u"--filter"_s, u"nonsense == 1"_s}
                                << 2 << u"nonsense"_s;
        QTest::newRow("not there")
            << QStringList{u"/no/such.dat"_s, u"-o"_s, to} << 1 << u"No such file"_s;
        QTest::newRow("no trace") << QStringList{u"/proc/self/exe"_s, u"-o"_s, to} << 1
                                  << u"no trace.dat"_s;
        QTest::newRow("unwritable")
            << QStringList{file, u"-o"_s, u"/no/such/x.png"_s} << 1 << u"cannot be written"_s;
    }
    void whatIsWrongIsSaidWithTheRightStatus()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, part);
        const Outcome outcome = run(QStringList{u"shot"_s} + arguments);
        QTEST(outcome.status, "status");
        QVERIFY2(outcome.error.startsWith(u"thresher shot: "_s) && outcome.error.contains(part),
                 qPrintable(outcome.error));
    }

    void withoutADisplayTheWindowSaysWhatToDo()
    {
        const Outcome outcome = run({dataFile(u"v6.dat"_s)});
        QCOMPARE(outcome.status, 1);
        QVERIFY(outcome.error.contains(u"thresher shot"_s));
        QCOMPARE(run({u"--nonsense"_s}).status, 2);
    }
};

QTEST_GUILESS_MAIN(tst_Shot)
#include "tst_shot.moc"
