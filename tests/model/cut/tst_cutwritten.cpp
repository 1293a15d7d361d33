// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/cut/cutscene.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace thresher;
using namespace thresher::test;

/// Parts of traces of other machines than those the recordings are from.
class tst_cutwritten : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKindOfMachine_data();
    void everyKindOfMachine();
    void clocksStay();
    void buffersOfDifferentPages();
    void lossesAreToldWhereTheyWere();
    void lossesOfAFilteredPartAreSummedUp();
    void namesFromBeforeThePartAreSaved();
    void discardedRecordsAndOddPagesAreRead();
    void recordsOfOneSizeInTwoFormsStay();
    void futureOptionsAreLeftOutAndTold();
};

namespace {

void addEvents(TraceDatWriter &writer, unsigned seed, int count, std::uint64_t step)
{
    std::mt19937 random(seed);
    std::uint64_t time = 1'000'000'000;
    for (int i = 0; i < count; ++i) {
        time += random() % step;
        const auto cpu = static_cast<CpuId>(random() % 3);
        const auto pid = static_cast<Pid>(random() % 5 + 1);
        switch (random() % 5) {
        case 0:
            writer.schedSwitch(cpu, time, {pid, "one"}, 1, {pid + 1, "two"});
            break;
        case 1:
            writer.waking(cpu, time, pid, {pid + 1, "two"}, cpu);
            break;
        case 2:
            writer.irqEntry(cpu, time, pid, 24, "virtio0");
            break;
        case 3:
            writer.print(cpu, time, pid, std::string(random() % 300 + 1, 'x') + "\n");
            break;
        default:
            writer.softirqEntry(cpu, time, pid, 3);
        }
        if (random() % 100 == 0)
            writer.loseEvents(cpu, random() % 2 == 0 ? -1 : 77);
        if (random() % 200 == 0)
            time += std::uint64_t{1} << 40U;
    }
}

} // namespace

void tst_cutwritten::everyKindOfMachine_data()
{
    QTest::addColumn<int>("version");
    QTest::addColumn<bool>("bigEndian");
    QTest::addColumn<unsigned>("longSize");
    QTest::addColumn<unsigned>("pageSize");
    for (const int version : {6, 7}) {
        for (const bool bigEndian : {false, true}) {
            for (const unsigned longSize : {4U, 8U}) {
                for (const unsigned pageSize : {4096U, 65536U})
                    QTest::addRow("v%d %s %u %u", version, bigEndian ? "big" : "little", longSize,
                                  pageSize)
                        << version << bigEndian << longSize << pageSize;
            }
        }
    }
}

void tst_cutwritten::everyKindOfMachine()
{
    QFETCH(const int, version);
    QFETCH(const bool, bigEndian);
    QFETCH(const unsigned, longSize);
    QFETCH(const unsigned, pageSize);
    TraceDatWriter::Options options;
    options.version = version;
    options.bigEndian = bigEndian;
    options.longSize = longSize;
    options.pageSize = pageSize;
    options.compression = version == 7 ? Compression::Zstd : Compression::None;
    for (Pid pid = 1; pid <= 6; ++pid)
        options.tasks.push_back({pid, "saved", -1});
    TraceDatWriter writer(options);
    addEvents(writer, 1, 3000, 2'000'000);
    writer.selectInstance("other");
    addEvents(writer, 2, 1000, 5'000'000);
    CutScene scene(writer);
    QVERIFY(scene.isOpen());
    const auto range = scene.snapshot->range;
    for (const int out : {6, 7}) {
        auto request = scene.everything();
        request.version = out;
        request.compression = Compression::None;
        QCOMPARE(scene.differenceOf(request), QString());
        QCOMPARE(scene.part->trace->metadata().bigEndian, bigEndian);
        QCOMPARE(unsigned{scene.part->trace->metadata().longSize}, longSize);
        QCOMPARE(scene.part->trace->metadata().pageSize, pageSize);
        request.range = {range.begin + range.duration() / 5, range.end - range.duration() / 5};
        QCOMPARE(scene.differenceOf(request), QString());
        QVERIFY(scene.summary.events > 0);
        request.selection = scene.select("sched_switch || print");
        request.compression = out == 7 ? Compression::Zlib : Compression::None;
        QCOMPARE(scene.differenceOf(request), QString());
        QVERIFY(scene.summary.events > 0);
    }
}

void tst_cutwritten::clocksStay()
{
    for (const int version : {6, 7}) {
        TraceDatWriter::Options options;
        options.version = version;
        options.clock = "x86-tsc";
        options.tscMult = 3'000'000;
        options.tscShift = 22;
        options.tscOffset = 12345;
        options.offset = "777";
        options.date = "0x123456";
        for (Pid pid = 1; pid <= 6; ++pid)
            options.tasks.push_back({pid, "saved", -1});
        options.shifts = {{{0, 100, 1, 0}, {2'000'000'000, 900, 1, 0}},
                          {{0, -50, 1, 0}, {2'000'000'000, 10, 1, 0}},
                          {}};
        TraceDatWriter writer(options);
        addEvents(writer, 3, 500, 1'000'000);
        CutScene scene(writer);
        QVERIFY(scene.isOpen());
        for (const int out : {6, 7}) {
            auto request = scene.everything();
            request.version = out;
            request.compression = Compression::None;
            QCOMPARE(scene.differenceOf(request), QString());
            QCOMPARE(scene.part->trace->metadata().clock, std::string("x86-tsc"));
            QVERIFY(scene.part->trace->metadata().clockIsNanoseconds);
            QCOMPARE(scene.part->range, scene.snapshot->range);
        }
    }
}

void tst_cutwritten::buffersOfDifferentPages()
{
    TraceDatWriter writer;
    addEvents(writer, 4, 500, 1'000'000);
    writer.selectInstance("large", "mono", 65536);
    addEvents(writer, 5, 2000, 200'000);
    writer.print(0, std::uint64_t{1} << 62U, 1, std::string(40'000, 'y'));
    CutScene scene(writer);
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    QCOMPARE(scene.differenceOf(request), QString());
    QCOMPARE(scene.part->trace->instances()[0].pageSize, 4096U);
    QCOMPARE(scene.part->trace->instances()[1].pageSize, 65536U);
    QCOMPARE(scene.part->trace->instances()[1].clock, std::string("mono"));
    // Version 6 has one size for all.
    request.version = 6;
    request.compression = Compression::None;
    QCOMPARE(scene.differenceOf(request), QString());
    QCOMPARE(scene.part->trace->metadata().pageSize, 65536U);
}

void tst_cutwritten::lossesAreToldWhereTheyWere()
{
    TraceDatWriter writer;
    for (std::uint64_t i = 0; i < 100; ++i) {
        if (i == 20)
            writer.loseEvents(0, 5);
        if (i == 60)
            writer.loseEvents(0, -1);
        writer.softirqEntry(0, 1000 + i * 10, 1, 1);
    }
    CutScene scene(writer);
    QVERIFY(scene.isOpen());
    const auto lossesFrom = [&](TimeNs from, TimeNs to) {
        auto request = scene.everything();
        request.range = {from, to};
        const auto difference = scene.differenceOf(request);
        if (!difference.isEmpty())
            qWarning("%s", qPrintable(difference));
        std::vector<std::pair<EventIndex, std::int64_t>> found;
        for (const LostSpan &span : scene.part->streams.front().lost)
            found.emplace_back(span.before, span.count);
        return found;
    };
    using Losses = std::vector<std::pair<EventIndex, std::int64_t>>;
    QCOMPARE(lossesFrom(0, 10'000), (Losses{{20, 5}, {60, -1}}));
    QCOMPARE(lossesFrom(1195, 1605), (Losses{{0, 5}, {40, -1}}));
    // What was lost up to the range's end may have happened in it.
    QCOMPARE(lossesFrom(1200, 1600), (Losses{{0, 5}, {40, -1}}));
    QCOMPARE(lossesFrom(1205, 1600), (Losses{{39, -1}}));
    QCOMPARE(lossesFrom(1205, 1590), Losses{});
    QCOMPARE(lossesFrom(1150, 1250), (Losses{{5, 5}}));
}

void tst_cutwritten::lossesOfAFilteredPartAreSummedUp()
{
    TraceDatWriter writer;
    for (std::uint64_t i = 0; i < 100; ++i) {
        if (i % 10 == 5)
            writer.loseEvents(0, static_cast<std::int64_t>(i));
        if (i % 30 == 0)
            writer.print(0, 1000 + i, 1, "kept");
        else
            writer.softirqEntry(0, 1000 + i, 1, 1);
    }
    CutScene scene(writer);
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    request.selection = scene.select("print");
    QCOMPARE(scene.differenceOf(request), QString());
    QCOMPARE(scene.summary.events, 4U);
    const auto lost = scene.part->streams.front().lost;
    QCOMPARE(lost.size(), std::size_t{4});
    QCOMPARE(lost[0].count, 5 + 15 + 25);
    QCOMPARE(lost[2].count, 65 + 75 + 85);
    QCOMPARE(lost[3].count, 95); // behind the last one
}

void tst_cutwritten::namesFromBeforeThePartAreSaved()
{
    TraceDatWriter::Options options;
    options.tasks = {{10, "saved", -1}};
    TraceDatWriter writer(options);
    writer.schedSwitch(0, 1000, {0, "swapper/0"}, 0, {50, "parent"});
    writer.schedSwitch(0, 2000, {50, "child"}, 0, {10, "saved"});
    for (std::uint64_t time = 3000; time < 4000; time += 100)
        writer.softirqEntry(0, time, 50, 1);
    writer.schedSwitch(0, 5000, {50, "later"}, 0, {0, "swapper/0"});
    CutScene scene(writer);
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    request.range = {3000, 4000};
    Progress progress;
    QVERIFY(cutTrace(scene.snapshot, request, {}, progress));
    const auto part = indexOf(request.path);
    QVERIFY(part);
    const auto &tasks = *part->tasks;
    QCOMPARE(tasks.name(tasks.fromPid(50)), std::string_view("child"));
    QCOMPARE(tasks.name(tasks.fromPid(10)), std::string_view("saved"));
}

void tst_cutwritten::discardedRecordsAndOddPagesAreRead()
{
    TraceDatWriter writer;
    writer.softirqEntry(0, 1000, 1, 1);
    // By hand: a discarded record, a time extend, an absolute stamp, a record, and data behind the
    // commit.
    std::vector<std::byte> page;
    const auto word = [&](std::uint32_t value) {
        for (int i = 0; i < 4; ++i)
            page.push_back(static_cast<std::byte>(value >> (8 * i)));
    };
    word(2000); // time
    word(0);
    word(8 + 8 + 12 + 8 + 16); // commit
    word(0);
    word(30); // extend by 5 << 27
    word(5);
    word(29 | 7U << 5U); // discarded, of 8 bytes more
    word(8);
    word(0xdeadbeef);
    word(31 | 3000U << 5U); // absolute: 3000 + (9 << 27)
    word(9);
    word(3 | 11U << 5U); // 12 bytes of softirq_entry
    word(152);
    word(1);
    word(3);
    word(0xffffffff); // not committed to
    page.resize(52 + 16);
    writer.rawPage(0, page);
    writer.softirqEntry(0, 3000 + (9ULL << 27U) + 100, 1, 1);
    CutScene scene(writer);
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    QCOMPARE(scene.differenceOf(request), QString());
    request.selection = scene.select("softirq_entry: vec == 3");
    QCOMPARE(scene.differenceOf(request), QString());
    QCOMPARE(scene.summary.events, 1U);
    QCOMPARE(scene.part->range.begin, TimeNs{3011 + (9LL << 27)});
}

// 80 bytes: where a word in front of a record can be read both as its head and as its size.
void tst_cutwritten::recordsOfOneSizeInTwoFormsStay()
{
    TraceDatWriter writer;
    writer.addFormat("test",
                     TraceDatWriter::formatText("eighty", 700, {"u64 more[9]"}, R"("%d", 1)"));
    for (std::uint64_t i = 0; i < 300; ++i) {
        auto payload = writer.payload();
        for (std::uint64_t k = 0; k < 9; ++k)
            payload.u64(i % 3 == 0 ? 0 : i * k);
        writer.event(0, 1000 + i * (i % 2 == 0 ? 2 : 1), 1, 700, payload);
        writer.event(0, 1000 + i * 2, 1, 152, writer.payload().u32(1));
    }
    CutScene scene(writer);
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    request.selection = scene.select("eighty");
    QCOMPARE(scene.differenceOf(request), QString());
    QCOMPARE(scene.summary.events, 300U);
}

void tst_cutwritten::futureOptionsAreLeftOutAndTold()
{
    TraceDatWriter::Options options;
    options.more = {{99, std::vector<std::byte>(8)}, {6, {std::byte{'h'}, std::byte{0}}}};
    TraceDatWriter writer(options);
    addEvents(writer, 6, 10, 1000);
    CutScene scene(writer);
    QVERIFY(scene.isOpen());
    QCOMPARE(scene.differenceOf(scene.everything()), QString());
    QCOMPARE(scene.summary.notes.size(), std::size_t{1});
    QVERIFY(scene.summary.notes.front().find("99") != std::string::npos);
    QCOMPARE(scene.part->trace->metadata().hooks, std::vector<std::string>{"h"});
}

QTEST_GUILESS_MAIN(tst_cutwritten)
#include "tst_cutwritten.moc"
