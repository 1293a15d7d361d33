// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/filter.h"
#include "tests/model/filter/filterscene.h"
#include "tests/model/filter/naivefilter.h"
#include "tests/support/tracedatwriter.h"

#include <QTest>

#include <random>
#include <thread>

using namespace thresher;
using namespace thresher::test;

class tst_filter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void randomExpressionsSelectWhatTheTwinSelects_data();
    void randomExpressionsSelectWhatTheTwinSelects();
    void twoWaysToAskGiveTheSame_data();
    void twoWaysToAskGiveTheSame();
    void handCountedEventsAreFound_data();
    void handCountedEventsAreFound();
    void bigEndianTracesAreReadAsSuch();
    void itIsCombinedWithTheLists();
    void anEventWithoutTheFieldMatchesNeitherWay();
    void namesHoldFromTheTimeTheyWereGiven();
    void masksOfCpusAreCompared();
    void anEarlierSelectionIsExtended();
    void namesLearntLaterDecideAnew();
    void firstMatchesComeBeforeTheEnd();
    void aStopIsObeyedSoon();
    void damagedColumnsStillGiveAnAnswer();
};

void tst_filter::randomExpressionsSelectWhatTheTwinSelects_data()
{
    QTest::addColumn<QString>("file");
    for (const char *file : {"sched-basic.dat", "kmem.dat", "lost-events.dat", "multi-buffer.dat",
                             "uprobe.dat", "lab-sched-16cpu.dat", "clock-tsc.dat", "marker.dat",
                             "one-cpu.dat", "net-signal-task.dat"})
        QTest::newRow(file) << QString::fromLatin1(file);
}

void tst_filter::randomExpressionsSelectWhatTheTwinSelects()
{
    QFETCH(QString, file);
    const auto snapshot = recording(file.toStdString());
    QVERIFY(snapshot);
    const auto events = naiveEvents(snapshot);
    const std::uint32_t seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    RandomExpression expressions(events, *snapshot->trace, random);
    int tried = 0;
    for (int i = 0; i < 60; ++i) {
        const std::string text = expressions.make();
        const auto expr = parseFilter(text);
        QVERIFY2(expr, (text + "\n" + (expr ? "" : expr.error().text())).c_str());
        const auto filter = Filter::compile(*expr, snapshot->trace);
        if (!filter)
            continue; // a field that the trace has in other events alone
        ++tried;
        const auto selection = selectBy(snapshot, text);
        const NaiveFilter twin(*expr, *snapshot->trace);
        for (std::size_t s = 0; s < events.size(); ++s) {
            for (const NaiveEvent &event : events[s]) {
                const bool is = selection->streams[s].contains(event.row.place.event);
                if (is != twin.matches(event)) {
                    QFAIL(qPrintable(QStringLiteral("%1: stream %2 event %3: %4 %5")
                                         .arg(QString::fromStdString(text))
                                         .arg(s)
                                         .arg(event.row.place.event)
                                         .arg(is)
                                         .arg(QString::fromStdString(event.text))));
                }
            }
        }
    }
    QVERIFY(tried > 30);
}

void tst_filter::twoWaysToAskGiveTheSame_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("one");
    QTest::addColumn<QString>("other");
    const auto row = [](const char *file, const char *one, const char *other) {
        QTest::addRow("%s: %s", file, one)
            << QString::fromLatin1(file) << QString::fromLatin1(one) << QString::fromLatin1(other);
    };
    // A CPU is compared as the kernel does it, with a sign.
    row("sched-basic.dat", "cpu > -1", "cpu >= 0");
    // What an event prints in words
    row("sched-basic.dat", "sched_switch: prev_state == \"D\"",
        "sched_switch: text ~ \"*] D ==> *\"");
    row("sched-basic.dat", "sched_switch: prev_state == R", "sched_switch: text ~ \"*] R ==> *\"");
    row("sched-basic.dat", "sched_switch: prev_state ~ \"R*\"",
        "sched_switch: text =~ \"\\] R[+]? ==>\"");
    row("sched-basic.dat", "sched_switch: prev_state & \"S|D\"", "sched_switch: prev_state & 3");
    row("sched-basic.dat", "sched_switch: prev_state not in {S, 2}",
        "sched_switch: prev_state != 1 && prev_state != 2");
    row("sched-basic.dat", "sched_switch: prev_state != D",
        "!(sched_switch: prev_state == D) && sched_switch");
    row("kmem.dat", "gfp_flags & \"GFP_KERNEL\"", "gfp_flags & 0xcc0");
    row("kmem.dat", "gfp_flags == \"GFP_KERNEL\"", "text =~ \"gfp_flags=GFP_KERNEL( |$)\"");
    row("kmem.dat", "gfp_flags ~ \"*__GFP_ZERO*\"", "text ~ \"*__GFP_ZERO*\"");
    // The kernel's spellings
    row("sched-basic.dat", "COMM == trace-cmd && CPU != 3", "comm == trace-cmd && cpu not in {3}");
    row("sched-basic.dat", "cpu & CPUS{0-1}", "cpu <= 1");
    row("sched-basic.dat", "event == sched_* || system == irq", "sched_* || irq:*");
    // Fields before pseudo-fields behind a prefix
    row("sched-basic.dat", "sched_waking: pid == 0 || pid > 0", "sched_waking");
    row("sched-basic.dat", "sched_waking: common_pid == 0", "pid == 0 && event == sched_waking");
    row("sched-basic.dat", "sched_switch: pid == 0", "sched_switch && common_pid == 0");
}

void tst_filter::twoWaysToAskGiveTheSame()
{
    QFETCH(QString, file);
    QFETCH(QString, one);
    QFETCH(QString, other);
    const auto snapshot = recording(file.toStdString());
    QVERIFY(snapshot);
    const auto a = selectBy(snapshot, one.toStdString());
    const auto b = selectBy(snapshot, other.toStdString());
    QVERIFY(a && b);
    QVERIFY(a->count > 0);
    QCOMPARE(a->count, b->count);
    for (std::size_t s = 0; s < a->streams.size(); ++s) {
        for (EventIndex i = 0; i < a->streams[s].size(); ++i)
            QCOMPARE(a->streams[s].contains(i), b->streams[s].contains(i));
    }
}

namespace {

/// Two CPUs; see the rows of handCountedEventsAreFound.
TraceDatWriter smallTrace(bool bigEndian)
{
    const std::uint32_t longSize = bigEndian ? 4 : 8;
    TraceDatWriter::Options options;
    options.bigEndian = bigEndian;
    options.longSize = longSize;
    TraceDatWriter writer(options);
    writer.addFormat("lab",
                     TraceDatWriter::formatText(
                         "lab_numbers", 900,
                         {"u8 small", "s16 balance", "u64 address", "char letter", "char name[8]"},
                         "\"small=%u name=%s\", REC->small, REC->name", longSize));
    writer.schedSwitch(0, 1'000'000, {10, "alpha"}, 1, {20, "beta"});
    writer.event(
        0, 2'000'000, 20, 900,
        writer.payload().u8(200).u16(0xfffe).u64(0xffff888000000000).u8('x').chars("beta", 8));
    writer.irqEntry(0, 3'000'000, 20, 7, "eth0");
    writer.irqExit(0, 3'500'000, 20, 7, 1);
    writer.schedSwitch(1, 1'500'000, {0, "swapper/1"}, 0, {30, "gamma"});
    writer.event(1, 2'500'000, 30, 900,
                 writer.payload().u8(5).u16(3).u64(0x10).u8('y').chars("a\tb", 8));
    writer.print(1, 4'000'000, 30, "hello world");
    writer.schedSwitch(1, 5'000'000, {30, "gamma"}, 2, {0, "swapper/1"});
    return writer;
}

} // namespace

void tst_filter::handCountedEventsAreFound_data()
{
    QTest::addColumn<QString>("expression");
    QTest::addColumn<int>("expected");
    const auto row = [](const char *expression, int expected) {
        QTest::newRow(expression) << QString::fromLatin1(expression) << expected;
    };
    row("", 8);
    row("sched_switch", 3);
    row("lab:*", 2);
    row("cpu == 0", 4);
    row("pid == 20", 3);
    row("comm == beta", 3);
    row("time >= 0.0025", 5);
    row("time in {0.001-0.0015, 0.005}", 3);
    row("time < 2ms || time > 4ms", 3);
    row("small == 200", 1);
    row("small > 100 || balance == 3", 2);
    row("balance < 0", 1);
    row("balance == -2", 1);
    row("balance == 0xfffe", 1);
    row("address == 0xffff888000000000", 1);
    row("address >= 0xffff000000000000", 1);
    row("address & 0x10", 1);
    row("letter == 'x'", 1);
    row("name ~ b*", 1);
    row("lab_numbers: name == \"a\tb\"", 1);
    row("text ~ \"*a\tb\"", 1);
    row("text =~ \"hello (world|there)$\"", 1);
    row("prev_state == S || prev_state == D", 2);
    row("prev_comm in {alpha, gamma} && next_pid != 0", 1);
    row("irq == 7", 2);
    row("irq_handler_entry: irq == 7 && name == eth0 || sched_switch: next_pid == 30", 2);
    row("has(irq)", 2);
    row("!has(irq) && cpu == 0", 2);
    row("small < 1000", 2);
    row("small == 1000", 0);
    row("instance == top", 8);
}

void tst_filter::handCountedEventsAreFound()
{
    QFETCH(QString, expression);
    QFETCH(int, expected);
    const auto bytes = smallTrace(false).bytes();
    const auto trace = TraceFile::fromBytes(bytes, "small");
    QVERIFY(trace);
    QCOMPARE(countBy(indexOf(*trace), expression.toStdString()), std::int64_t{expected});
}

void tst_filter::bigEndianTracesAreReadAsSuch()
{
    const auto bytes = smallTrace(true).bytes();
    const auto trace = TraceFile::fromBytes(bytes, "big");
    QVERIFY(trace);
    const auto snapshot = indexOf(*trace);
    for (const auto &[expression, expected] :
         std::vector<std::pair<const char *, std::int64_t>>{{"balance == -2", 1},
                                                            {"address == 0xffff888000000000", 1},
                                                            {"address & 0x10", 1},
                                                            {"name == beta", 1},
                                                            {"prev_state == D", 1},
                                                            {"prev_state & S", 1},
                                                            {"irq == 7 && cpu == 0", 2},
                                                            {"text ~ *world*", 1}})
        QCOMPARE(std::pair(std::string(expression), countBy(snapshot, expression)),
                 std::pair(std::string(expression), expected));
}

void tst_filter::itIsCombinedWithTheLists()
{
    const auto snapshot = recording("sched-basic.dat");
    ShowFilter shown;
    shown.hiddenCpus = {0};
    shown.hiddenTasks = {kIdleTask};
    const auto both = selectBy(snapshot, "sched_switch: prev_prio <= 120", shown);
    const auto alone = selectBy(snapshot, "sched_switch: prev_prio <= 120");
    QVERIFY(both && alone);
    std::uint64_t expected = 0;
    for (std::size_t s = 0; s < snapshot->streams.size(); ++s) {
        for (EventIndex i = 0; i < snapshot->streams[s].size; ++i) {
            const bool is = alone->streams[s].contains(i) && snapshot->trace->streams()[s].cpu != 0
                            && snapshot->streams[s].task(i) != kIdleTask;
            QCOMPARE(both->streams[s].contains(i), is);
            expected += is ? 1 : 0;
        }
    }
    QVERIFY(expected > 0);
    QCOMPARE(both->count, expected);
    QVERIFY(both->filter == shown);
    QVERIFY(!both->running.empty());
}

void tst_filter::anEventWithoutTheFieldMatchesNeitherWay()
{
    const auto bytes = smallTrace(false).bytes();
    const auto snapshot = indexOf(*TraceFile::fromBytes(bytes, "small"));
    QCOMPARE(countBy(snapshot, "irq == 8"), std::int64_t{0});
    QCOMPARE(countBy(snapshot, "irq != 8"), std::int64_t{2});
    QCOMPARE(countBy(snapshot, "!(irq == 8)"), std::int64_t{2});
    QCOMPARE(countBy(snapshot, "!(irq == 8 || small == 5)"), std::int64_t{0});
    QCOMPARE(countBy(snapshot, "irq != 8 || cpu == 1"), std::int64_t{6});
    // A prefix is known of every event.
    QCOMPARE(countBy(snapshot, "!(irq_handler_entry: irq == 8)"), std::int64_t{8});
}

void tst_filter::namesHoldFromTheTimeTheyWereGiven()
{
    TraceDatWriter writer;
    writer.schedSwitch(0, 1000, {10, "before"}, 1, {20, "other"});
    writer.schedSwitch(0, 2000, {20, "other"}, 1, {10, "before"});
    writer.print(0, 3000, 10, "x");
    writer.schedSwitch(0, 4000, {10, "after"}, 1, {20, "other"});
    writer.schedSwitch(0, 5000, {20, "other"}, 1, {10, "after"});
    writer.print(0, 6000, 10, "y");
    const auto bytes = writer.bytes();
    const auto snapshot = indexOf(*TraceFile::fromBytes(bytes, "names"));
    QCOMPARE(countBy(snapshot, "comm == before"), std::int64_t{2});
    QCOMPARE(countBy(snapshot, "comm == after"), std::int64_t{2});
    QCOMPARE(countBy(snapshot, "comm == after && event == print"), std::int64_t{1});
    QCOMPARE(countBy(snapshot, "comm != other && time < 0.000004"), std::int64_t{2});
}

void tst_filter::masksOfCpusAreCompared()
{
    TraceDatWriter writer;
    std::string format = TraceDatWriter::formatText("lab_mask", 901, {"u32 location"}, "\"mask\"");
    const std::string plain = "u32 location";
    format.replace(format.find(plain), plain.size(), "__data_loc cpumask_t mask");
    writer.addFormat("lab", format);
    // The location: 8 bytes behind the common fields and itself.
    const auto event = [&](std::uint64_t time, std::uint64_t mask) {
        writer.event(0, time, 1, 901, writer.payload().u32(8U << 16U | 12U).u64(mask));
    };
    event(1000, 0x0f);
    event(2000, 0x03);
    event(3000, 0x100000000);
    const auto bytes = writer.bytes();
    const auto snapshot = indexOf(*TraceFile::fromBytes(bytes, "masks"));
    QCOMPARE(countBy(snapshot, "mask & CPUS{0}"), std::int64_t{2});
    QCOMPARE(countBy(snapshot, "mask & CPUS{2-40}"), std::int64_t{2});
    QCOMPARE(countBy(snapshot, "mask == CPUS{0-1}"), std::int64_t{1});
    QCOMPARE(countBy(snapshot, "mask != CPUS{0-1}"), std::int64_t{2});
    QCOMPARE(countBy(snapshot, "mask == CPUS{0-1,500}"), std::int64_t{0});
    QCOMPARE(countBy(snapshot, "!(mask & CPUS{32})"), std::int64_t{2});
}

namespace {

/// Only the first events of each stream.
std::shared_ptr<const IndexSnapshot> earlierPart(const IndexSnapshot &whole, EventIndex events)
{
    auto part = std::make_shared<IndexSnapshot>(whole);
    part->id = 0;
    part->isComplete = false;
    for (StreamView &stream : part->streams) {
        stream.size = std::min(stream.size, events);
        const std::uint64_t blocks = (stream.size + kBlockEvents - 1) / kBlockEvents;
        stream.heads = stream.heads.first(std::min<std::size_t>(stream.heads.size(), blocks));
    }
    return part;
}

bool areSame(const Selection &a, const Selection &b)
{
    for (std::size_t s = 0; s < a.streams.size(); ++s) {
        for (EventIndex i = 0; i < a.streams[s].size(); ++i) {
            if (a.streams[s].contains(i) != b.streams[s].contains(i))
                return false;
        }
    }
    return a.count == b.count;
}

} // namespace

void tst_filter::anEarlierSelectionIsExtended()
{
    const auto whole = recording("lab-sched-16cpu.dat");
    for (const std::string expression :
         {"sched_switch", "comm ~ \"*k*\" && cpu != 3", "next_pid > 100 || text ~ \"*R*\""}) {
        const auto once = selectBy(whole, expression);
        std::shared_ptr<const Selection> grown;
        for (const EventIndex events : {0U, 1U, 255U, 256U, 700U, 1000U})
            grown = selectBy(earlierPart(*whole, events), expression, {}, grown);
        QVERIFY(grown->count < once->count);
        grown = selectBy(whole, expression, {}, grown);
        QVERIFY(areSame(*grown, *once));
        // Of another expression it is of no use.
        const auto other = selectBy(whole, "cpu == 1", {}, grown);
        QVERIFY(areSame(*other, *selectBy(whole, "cpu == 1")));
    }
}

void tst_filter::namesLearntLaterDecideAnew()
{
    const auto whole = recording("sched-basic.dat");
    auto early = std::make_shared<IndexSnapshot>(*earlierPart(*whole, 2000));
    std::vector<Task> unnamed(whole->tasks->all().begin(), whole->tasks->all().end());
    for (Task &task : unnamed) {
        task.comm.clear();
        task.names.clear();
    }
    early->tasks = std::make_shared<TaskTable>(unnamed);
    const auto before = selectBy(early, "comm == trace-cmd");
    QCOMPARE(before->count, std::uint64_t{0});
    const auto after = selectBy(whole, "comm == trace-cmd", {}, before);
    QVERIFY(areSame(*after, *selectBy(whole, "comm == trace-cmd")));
}

namespace {

/// A trace of many events: their number is told.
std::vector<std::byte> longTrace(std::uint32_t events)
{
    TraceDatWriter writer;
    for (std::uint32_t i = 0; i < events; ++i)
        writer.schedSwitch(i % 2, 1000 + std::uint64_t{i} * 100, {10, "alpha"}, 1, {20, "beta"});
    return writer.bytes();
}

} // namespace

void tst_filter::firstMatchesComeBeforeTheEnd()
{
    std::vector<std::shared_ptr<const Selection>> partial;
    // However quick the machine is: at some size the end is not reached at once.
    for (std::uint32_t events = 300'000; partial.empty(); events *= 2) {
        QVERIFY2(events < 20'000'000, "no partial selection, whatever the size");
        const auto bytes = longTrace(events);
        const auto snapshot = indexOf(*TraceFile::fromBytes(bytes, "long"));
        const auto filter = Filter::compile("text ~ \"*1*\"", snapshot->trace);
        QVERIFY(filter);
        Progress progress;
        const auto whole = selectFiltered(
            snapshot, **filter, {}, {}, [&](auto selection) { partial.push_back(selection); }, {},
            progress);
        QVERIFY(whole);
        QCOMPARE((*whole)->count, std::uint64_t{events});
        QCOMPARE((*whole)->decidedBefore, kTimeMax);
        QCOMPARE(progress.fraction(), 1.0);
        TimeNs last = kTimeMin;
        for (const auto &selection : partial) {
            QVERIFY(selection->decidedBefore >= last);
            last = selection->decidedBefore;
            // All events before that time are there, in order from the first row on.
            const RowOrder order(snapshot, selection);
            QVERIFY(order.size() > 0 && order.size() < events);
            QVERIFY(order.lowerBound(last) == static_cast<Row>((last - 1000 + 99) / 100));
        }
    }
}

void tst_filter::aStopIsObeyedSoon()
{
    const auto bytes = longTrace(300'000);
    const auto snapshot = indexOf(*TraceFile::fromBytes(bytes, "long"));
    const auto filter = Filter::compile("text =~ \"(a|b)*c\"", snapshot->trace);
    std::stop_source stop;
    Progress progress;
    bool wasCancelled = false;
    double asked = 0;
    {
        const std::jthread asker([&] {
            while (progress.fraction() == 0)
                std::this_thread::yield();
            asked = progress.fraction();
            stop.request_stop();
        });
        const auto got = selectFiltered(snapshot, **filter, {}, {}, {}, stop.get_token(), progress);
        wasCancelled = !got && got.error().kind == ErrorKind::Cancelled;
    }
    QVERIFY(wasCancelled);
    QVERIFY2(progress.fraction() < asked + 0.3, "went on as if nothing had been said");
    stop = std::stop_source();
    stop.request_stop();
    QVERIFY(!selectFiltered(snapshot, **filter, {}, {}, {}, stop.get_token(), progress));
}

void tst_filter::damagedColumnsStillGiveAnAnswer()
{
    const auto whole = recording("sched-basic.dat");
    const std::uint32_t seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    const StreamView &sound = whole->streams[0];
    for (int round = 0; round < 30; ++round) {
        // Every column with some bytes changed.
        std::vector<BlockHead> heads(sound.heads.begin(), sound.heads.end());
        std::vector<PageEntry> pages(sound.pages.begin(), sound.pages.end());
        std::vector<std::uint8_t> events(sound.eventCodes.begin(), sound.eventCodes.end());
        std::vector<std::uint8_t> tasks(sound.taskCodes.begin(), sound.taskCodes.end());
        std::vector<EventTypeId> eventDict(sound.eventDict.begin(), sound.eventDict.end());
        std::vector<TaskId> taskDict(sound.taskDict.begin(), sound.taskDict.end());
        const auto spoil = [&](auto &column) {
            const auto bytes = std::as_writable_bytes(std::span(column));
            for (int i = 0; i < 20 && !bytes.empty(); ++i)
                bytes[random() % bytes.size()] = static_cast<std::byte>(random());
        };
        spoil(heads);
        spoil(pages);
        spoil(events);
        spoil(tasks);
        spoil(eventDict);
        spoil(taskDict);
        auto damaged = std::make_shared<IndexSnapshot>(*whole);
        StreamView &stream = damaged->streams[0];
        stream.heads = heads;
        stream.pages = pages;
        stream.eventCodes = events;
        stream.taskCodes = tasks;
        stream.eventDict = eventDict;
        stream.taskDict = taskDict;
        for (const char *expression :
             {"sched_switch: prev_prio < 100 || comm ~ s* || time > 0",
              "text ~ \"*a*\" && next_comm != x && prev_state == S", "pid > 3 && pid not in {7}"})
            QVERIFY(selectBy(damaged, expression));
    }
}

QTEST_GUILESS_MAIN(tst_filter)
#include "tst_filter.moc"
