// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

struct Outcome
{
    int status = -1;
    QString output;
    QString error;
};

Outcome run(const QString &program, const QStringList &arguments)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const auto &name : {u"DISPLAY"_s, u"WAYLAND_DISPLAY"_s, u"QT_QPA_PLATFORM"_s})
        environment.remove(name);
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    if (!process.waitForFinished(50'000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

Outcome report(const QStringList &arguments)
{
    return run(QStringLiteral(THRESHER_PROGRAM), QStringList{u"report"_s} + arguments);
}

QString dataFile(const QString &name)
{
    return QStringLiteral(THRESHER_TEST_DATA "/") + name;
}

} // namespace

class tst_ReportCommand : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    [[nodiscard]] QString out() const { return m_folder.filePath(u"x.zip"_s); }
    [[nodiscard]] QString member(const QString &name) const
    {
        return run(u"unzip"_s, {u"-p"_s, out(), u"x/"_s + name}).output;
    }

private Q_SLOTS:
    void init() { QFile::remove(out()); }

    void aRangeIsPacked()
    {
        const Outcome outcome = report({dataFile(u"sched-basic.dat"_s), u"-o"_s, out(), u"--from"_s,
                                        u"2481.3"_s, u"--to"_s, u"2481.4"_s, u"--note"_s,
                                        u"It hangs."_s, u"--no-cache"_s});
        QCOMPARE(outcome.error, QString());
        QCOMPARE(outcome.status, 0);
        QVERIFY(outcome.output.startsWith(out()));
        QCOMPARE(run(u"unzip"_s, {u"-Z1"_s, out()}).output.split(u'\n').size(), 8);
        QVERIFY(member(u"summary.md"_s).contains(u"It hangs."_s));
        QVERIFY(member(u"summary.md"_s).contains(u"2481.3"_s));
        const QStringList events = member(u"events.txt"_s).split(u'\n', Qt::SkipEmptyParts);
        QVERIFY(!events.isEmpty());
        // As `thresher events` prints the same range.
        QCOMPARE(member(u"events.txt"_s), run(QStringLiteral(THRESHER_PROGRAM),
                                              {u"events"_s, dataFile(u"sched-basic.dat"_s),
                                               u"--from"_s, u"2481.3"_s, u"--to"_s, u"2481.4"_s})
                                              .output);
    }

    void aFilterCountsAndLists()
    {
        QCOMPARE(report({dataFile(u"sched-basic.dat"_s), u"-o"_s, out(), u"-f"_s, u"sched_waking"_s,
                         u"--without"_s, u"pictures,trace"_s})
                     .status,
                 0);
        QVERIFY(!member(u"events.txt"_s).contains(u"sched_switch"_s));
        QVERIFY(member(u"summary.md"_s).contains(u"Filter: sched_waking"_s));
        QVERIFY(!run(u"unzip"_s, {u"-Z1"_s, out()}).output.contains(u"timeline"_s));
    }

    void anonymousIsWhatItSays()
    {
        QCOMPARE(report({dataFile(u"sched-basic.dat"_s), u"-o"_s, out(), u"--anonymise"_s,
                         u"--from"_s, u"2481.3"_s, u"--to"_s, u"2481.35"_s})
                     .status,
                 0);
        QVERIFY(member(u"summary.md"_s).contains(u"task-1"_s));
        QVERIFY(!member(u"summary.md"_s).contains(u"sched-basic"_s));
        QVERIFY(!member(u"timeline.svg"_s).contains(u"sched-basic"_s));
        const Outcome info = run(u"unzip"_s, {u"-oq"_s, out(), u"-d"_s, m_folder.path()});
        QCOMPARE(info.status, 0);
        const Outcome events = run(QStringLiteral(THRESHER_PROGRAM),
                                   {u"events"_s, m_folder.filePath(u"x/trace.dat"_s)});
        QCOMPARE(events.status, 0);
        QCOMPARE(events.output, member(u"events.txt"_s));
    }

    void aFolderIsMadeToo()
    {
        const QString folder = m_folder.filePath(u"made"_s);
        QCOMPARE(
            report({dataFile(u"v6.dat"_s), u"-o"_s, folder + u'/', u"--without"_s, u"pictures"_s})
                .status,
            0);
        QVERIFY(QFile::exists(folder + u"/summary.md"_s));
        QVERIFY(QFile::exists(folder + u"/trace.dat"_s));
        QCOMPARE(report({dataFile(u"v6.dat"_s), u"-o"_s, folder + u'/'}).status, 2);
    }

    void nothingIsReplacedUnasked()
    {
        QFile before(out());
        QVERIFY(before.open(QFile::WriteOnly) && before.write("before") == 6);
        before.close();
        const QStringList arguments{dataFile(u"v6.dat"_s), u"-o"_s, out(), u"--without"_s,
                                    u"pictures"_s};
        const Outcome outcome = report(arguments);
        QCOMPARE(outcome.status, 2);
        QVERIFY2(outcome.error.contains(u"--force"_s), qPrintable(outcome.error));
        QCOMPARE(QFile(out()).size(), 6);
        QCOMPARE(report(arguments + QStringList{u"--force"_s}).status, 0);
        QCOMPARE_GT(QFile(out()).size(), 100);
    }

    void helpAndManPageKnowItsOptions()
    {
        const QString help = run(QStringLiteral(THRESHER_PROGRAM), {u"help"_s, u"report"_s}).output;
        QVERIFY(help.startsWith(u"Usage: thresher report "_s));
        QFile page(QStringLiteral(THRESHER_MAN_PAGE));
        QVERIFY(page.open(QIODevice::ReadOnly));
        QString manual = QString::fromUtf8(page.readAll()).remove(u'\\');
        manual = manual.mid(manual.indexOf(u".SS thresher report"_s));
        manual.truncate(manual.indexOf(u".SS thresher bench"_s));
        for (const QString &option :
             {u"--from"_s, u"--to"_s, u"--select"_s, u"--markers"_s, u"--lanes"_s, u"--filter"_s,
              u"--note"_s, u"--without"_s, u"--anonymise"_s, u"--limit"_s, u"--force"_s,
              u"--theme"_s, u"--no-cache"_s}) {
            QVERIFY2(help.contains(option), qPrintable(option));
            QVERIFY2(manual.contains(option), qPrintable(option));
        }
    }

    void whatIsWrongIsSaid_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("part");
        const QString file = dataFile(u"v6.dat"_s);
        QTest::newRow("no output") << QStringList{file} << 2 << u"-o OUT.zip"_s;
        QTest::newRow("no file") << QStringList{u"-o"_s, out()} << 2 << u"FILE"_s;
        QTest::newRow("without") << QStringList{file, u"-o"_s, out(), u"--without"_s, u"x"_s} << 2
                                 << u"--without takes"_s;
        QTest::newRow("device") << QStringList{file, u"-o"_s, u"/dev/null"_s} << 2 << u"device"_s;
        QTest::newRow("no folder")
            << QStringList{file, u"-o"_s, u"/no/such/x.zip"_s} << 2 << u"no folder"_s;
        QTest::newRow("not there")
            << QStringList{u"/no/such.dat"_s, u"-o"_s, out()} << 1 << u"No such file"_s;
        QTest::newRow("marker") << QStringList{file, u"-o"_s, out(), u"--markers"_s, u"1,x"_s} << 2
                                << u"'x' is not a time"_s;
    }
    void whatIsWrongIsSaid()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, part);
        const Outcome outcome = report(arguments);
        QTEST(outcome.status, "status");
        QVERIFY2(outcome.error.startsWith(u"thresher report: "_s) && outcome.error.contains(part),
                 qPrintable(outcome.error));
        QVERIFY(!QFile::exists(out()));
    }
};

QTEST_GUILESS_MAIN(tst_ReportCommand)
#include "tst_reportcommand.moc"
