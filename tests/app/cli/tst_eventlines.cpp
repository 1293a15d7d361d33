// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/eventlines_p.h"
#include "model/index/traceindex.h"

#include <QTest>

#include <string>

using namespace thresher;

class tst_eventlines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void batchesPrintWhatOneThreadPrints_data();
    void batchesPrintWhatOneThreadPrints();
    void aRangeIsAPartOfTheWhole();
    void aFullDiskIsAnError();
};

namespace {

std::shared_ptr<const IndexSnapshot> indexOf(const char *name)
{
    auto trace = TraceFile::open(std::string(THRESHER_TEST_DATA) + "/" + name);
    Progress progress;
    auto index = openIndex(trace.value(), {}, {}, progress, {});
    return index.value().snapshot;
}

std::string printed(const LineRequest &request, unsigned threads)
{
    std::FILE *file = std::tmpfile();
    const bool done = printLines(request, threads, file).has_value();
    std::string text(static_cast<std::size_t>(std::ftell(file)), ' ');
    std::rewind(file);
    const std::size_t got = std::fread(text.data(), 1, text.size(), file);
    std::fclose(file);
    return done && got == text.size() ? text : "failed";
}

} // namespace

void tst_eventlines::batchesPrintWhatOneThreadPrints_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<bool>("filtered");
    QTest::newRow("losses") << QByteArray("lost-events.dat") << false;
    QTest::newRow("losses, filtered") << QByteArray("lost-events.dat") << true;
    QTest::newRow("calls without children") << QByteArray("lab-function-graph.dat") << false;
    QTest::newRow("instances") << QByteArray("multi-buffer.dat") << true;
}

void tst_eventlines::batchesPrintWhatOneThreadPrints()
{
    QFETCH(const QByteArray, file);
    QFETCH(const bool, filtered);
    const auto snapshot = indexOf(file.constData());
    std::shared_ptr<const Selection> selection;
    if (filtered) {
        ShowFilter filter;
        for (std::size_t i = 0; i < snapshot->eventsPerType.size(); i += 2)
            filter.hiddenEvents.push_back(static_cast<EventTypeId>(i));
        Progress progress;
        selection = selectEvents(*snapshot, filter, {}, {}, progress).value();
    }
    LineRequest request{RowOrder(snapshot, selection), 0, 0, {}};
    request.first = request.order.size() / 4;
    request.last = request.order.size() / 4 + std::min<Row>(20'000, request.order.size() / 2);
    request.batchRows = request.order.size();
    const std::string whole = printed(request, 1);
    QVERIFY(whole.size() > 1000);
    for (const Row batch : {1U, 7U, 1000U}) {
        request.batchRows = batch;
        QVERIFY2(printed(request, 3) == whole, qPrintable(QString::number(batch)));
    }
}

void tst_eventlines::aRangeIsAPartOfTheWhole()
{
    const auto snapshot = indexOf("lost-events.dat");
    LineRequest request{RowOrder(snapshot), 0, 0, {}};
    request.last = request.order.size();
    const std::string whole = printed(request, 2);
    request.first = 30'000;
    request.last = 60'000;
    const std::string part = printed(request, 2);
    // By its first lines, or a thread sanitizer checks megabytes at every blank.
    const auto at = whole.find(part.substr(0, 400));
    QVERIFY(at != std::string::npos && at > 0);
    QVERIFY(whole.compare(at, part.size(), part) == 0);
    QVERIFY(part.find("EVENTS DROPPED") != std::string::npos);
    request.first = request.last;
    QCOMPARE(printed(request, 2), std::string());
}

void tst_eventlines::aFullDiskIsAnError()
{
    const auto snapshot = indexOf("one-cpu.dat");
    LineRequest request{RowOrder(snapshot), 0, 8000, {}};
    std::FILE *full = std::fopen("/dev/full", "w");
    if (full == nullptr)
        QSKIP("There is no /dev/full.");
    const auto result = printLines(request, 2, full);
    std::fclose(full);
    QVERIFY(!result);
    QCOMPARE(result.error().kind, ErrorKind::NoSpace);
}

QTEST_GUILESS_MAIN(tst_eventlines)
#include "tst_eventlines.moc"
