// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/report/report.h"
#include "app/report/ziparchive.h"
#include "model/index/traceindex.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

std::shared_ptr<const IndexSnapshot> openSample()
{
    auto trace = TraceFile::open(THRESHER_TEST_DATA "/lost-events.dat");
    if (!trace)
        return nullptr;
    Progress progress;
    const auto built = openIndex(*trace, {}, {}, progress, {});
    return built ? built->snapshot : nullptr;
}

QStringList filesIn(const QString &folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

QByteArray unzip(const QStringList &arguments)
{
    QProcess process;
    process.start(u"unzip"_s, arguments);
    process.waitForFinished();
    return process.exitCode() == 0 ? process.readAllStandardOutput() : QByteArray();
}

} // namespace

class tst_Report : public QObject
{
    Q_OBJECT

    std::shared_ptr<const IndexSnapshot> m_snapshot;
    std::unique_ptr<QTemporaryDir> m_folder;

    [[nodiscard]] QString out(const QString &name = u"x-report.zip"_s) const
    {
        return m_folder->filePath(name);
    }
    [[nodiscard]] ReportRequest request() const
    {
        ReportRequest request;
        request.snapshot = m_snapshot;
        request.range = {m_snapshot->range.begin, m_snapshot->range.begin + 150'000'000};
        request.caption = "File: lost-events.dat\n";
        request.whatHappened = "It hangs.";
        request.files = {{"timeline.png", "not really a picture", "A picture."}};
        request.path = out().toStdString();
        return request;
    }

private Q_SLOTS:
    void init()
    {
        if (!m_snapshot)
            m_snapshot = openSample();
        QVERIFY(m_snapshot);
        m_folder = std::make_unique<QTemporaryDir>();
    }

    void anArchiveHoldsAll()
    {
        Progress progress;
        const auto summary = writeReport(request(), {}, progress);
        QVERIFY2(summary, summary ? "" : summary.error().text().c_str());
        QCOMPARE(filesIn(m_folder->path()), QStringList{u"x-report.zip"_s});
        QCOMPARE(summary->bytes, static_cast<std::uint64_t>(QFile(out()).size()));
        QCOMPARE(summary->listed, std::min(summary->events, kUsualEventLimit));
        QCOMPARE(unzip({u"-Z1"_s, out()}),
                 "x-report/summary.md\nx-report/timeline.png\nx-report/events.txt\n"
                 "x-report/trace.dat\n");
        QVERIFY(!unzip({u"-t"_s, out()}).isEmpty());
        QCOMPARE(unzip({u"-p"_s, out(), u"x-report/timeline.png"_s}), "not really a picture");
        const QByteArray events = unzip({u"-p"_s, out(), u"x-report/events.txt"_s});
        QVERIFY(events.contains("sched_switch:"));
        const QByteArray text = unzip({u"-p"_s, out(), u"x-report/summary.md"_s});
        for (const char *part : {"It hangs.", "**timeline.png**: A picture.", "**trace.dat**",
                                 "Events are missing", "sched:sched_switch", "Recorder"})
            QVERIFY2(text.contains(part), part);
    }

    void itsTraceOpensAndHoldsTheRange()
    {
        ReportRequest wanted = request();
        wanted.path = out(u"folder"_s).toStdString();
        wanted.isFolder = true;
        Progress progress;
        const auto summary = writeReport(wanted, {}, progress);
        QVERIFY2(summary, summary ? "" : summary.error().text().c_str());
        QCOMPARE(filesIn(m_folder->path()), QStringList{u"folder"_s});
        auto trace = TraceFile::open(out(u"folder/trace.dat"_s).toStdString());
        QVERIFY(trace);
        const auto built = openIndex(*trace, {}, {}, progress, {});
        QVERIFY(built);
        QCOMPARE(built->snapshot->eventCount, summary->events);
        QVERIFY(built->snapshot->range.end <= wanted.range.end);
    }

    void aListThatStopsSaysSo()
    {
        ReportRequest wanted = request();
        wanted.eventLimit = 10;
        wanted.hasTrace = false;
        Progress progress;
        const auto summary = writeReport(wanted, {}, progress);
        QVERIFY(summary);
        QCOMPARE(summary->listed, std::uint64_t{10});
        const QByteArray events = unzip({u"-p"_s, out(), u"x-report/events.txt"_s});
        const QByteArray rest = QByteArray::number(static_cast<qulonglong>(summary->events - 10));
        const QByteArray line = "# Here the list stops: " + rest + " more events";
        QVERIFY2(events.contains(line), events.right(200).constData());
        QVERIFY(unzip({u"-p"_s, out(), u"x-report/summary.md"_s}).contains("Only the first 10 of"));
    }

    void aPartIsAnonymous()
    {
        Progress progress;
        const auto part = anonymousPart(m_snapshot, nullptr, request().range, out().toStdString(),
                                        {}, progress);
        QVERIFY2(part, part ? "" : part.error().text().c_str());
        for (const Task &task : part->snapshot->tasks->all())
            QVERIFY2(task.comm != "stress-ng" && task.comm != "bash", task.comm.c_str());
        QVERIFY(part->snapshot->trace->metadata().host != m_snapshot->trace->metadata().host);
        ReportRequest wanted = request();
        wanted.snapshot = part->snapshot;
        wanted.workshop = part->workshop;
        wanted.hasTrace = false;
        QVERIFY(writeReport(wanted, {}, progress));
        QVERIFY(!unzip({u"-Z1"_s, out()}).contains("trace.dat"));
    }

    void whatIsStoppedLeavesNothing()
    {
        QFile before(out());
        QVERIFY(before.open(QFile::WriteOnly) && before.write("before") == 6);
        before.close();
        std::stop_source stop;
        stop.request_stop();
        Progress progress;
        const auto summary = writeReport(request(), stop.get_token(), progress);
        QVERIFY(!summary);
        QCOMPARE(summary.error().kind, ErrorKind::Cancelled);
        QCOMPARE(filesIn(m_folder->path()), QStringList{u"x-report.zip"_s});
        QVERIFY(before.open(QFile::ReadOnly));
        QCOMPARE(before.readAll(), "before");
    }

    void whatFailsLeavesNothing()
    {
        ReportRequest wanted = request();
        wanted.files.push_back({"no/such/folder.png", "x", "Cannot be written."});
        Progress progress;
        const auto summary = writeReport(wanted, {}, progress);
        QVERIFY(!summary);
        QCOMPARE(summary.error().kind, ErrorKind::Io);
        QVERIFY(filesIn(m_folder->path()).isEmpty());
        wanted = request();
        wanted.path = out(u"no/folder/x.zip"_s).toStdString();
        QVERIFY(!writeReport(wanted, {}, progress));
    }

    void pathsAreCheckedBefore_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("part");
        QTest::newRow("device") << u"/dev/null"_s << u"device"_s;
        QTest::newRow("folder") << u"/tmp"_s << u"folder of that name"_s;
        QTest::newRow("no folder") << u"/no/such/x.zip"_s << u"no folder /no/such"_s;
        QTest::newRow("there") << QStringLiteral(THRESHER_TEST_DATA "/v6.dat") << u"--force"_s;
    }
    void pathsAreCheckedBefore()
    {
        QFETCH(QString, path);
        QFETCH(QString, part);
        const auto checked = checkReportPath(path, false);
        QVERIFY(!checked);
        QVERIFY2(QString::fromStdString(checked.error().what).contains(part),
                 checked.error().what.c_str());
        QVERIFY(checkReportPath(QStringLiteral(THRESHER_TEST_DATA "/v6.dat"), true));
    }

    void hostileTextsStayInTheirBlocks()
    {
        ReportRequest wanted = request();
        wanted.caption = "Filter: ```` | `x`\n# no heading\n";
        RangeCounts counts;
        const std::string text = summaryText(wanted, counts, {});
        QVERIFY(text.find("`````\nFilter: ```` | `x`") != std::string::npos);
        QVERIFY(text.find("This summary alone.") != std::string::npos);
    }

    void anArchiveOfWhatIsNotThereIsAnError()
    {
        Progress progress;
        const auto written = writeZip(out().toStdString(), {{"a", "/no/such/file", false}}, {},
                                      progress);
        QVERIFY(!written);
        QVERIFY(filesIn(m_folder->path()).isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_Report)
#include "tst_report.moc"
