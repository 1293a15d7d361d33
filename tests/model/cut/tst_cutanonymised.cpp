// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/cut/anonymizer_p.h"
#include "tests/model/cut/cutscene.h"

#include <QFile>
#include <QTest>

using namespace thresher;
using namespace thresher::test;

/// What is to be unreadable is so, and the rest is as it was.
class tst_cutanonymised : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAreReplacedEverywhere();
    void stringsAreReplacedEverywhere();
    void theKernelsOwnTasksStay();
    void placeholdersAreConsistent();
    void whatNoFormatExplainsIsCleared();
    void leftoversOfPagesAreGone();
    void recordingsKeepTheirShape_data();
    void recordingsKeepTheirShape();
};

namespace {

TraceDatWriter secretTrace(int version)
{
    TraceDatWriter::Options options;
    options.version = version;
    options.tasks = {{100, "topsecret", -1}, {101, "kworker/0:1", -1}, {102, "ab", -1}};
    options.uname = "Linux hiddenhost 6.1.0 x86_64";
    options.procMaps = "64 2 /opt/private/tool\n400000 500000 /opt/private/tool\n"
                       "600000 700000 [heap]\n";
    TraceDatWriter writer(options);
    writer.addFormat("test", TraceDatWriter::formatText("opened", 700,
                                                        {"char name[16]", "__data_loc char[] path",
                                                         "__data_loc char[] comm", "u32 number"},
                                                        R"("%s", REC->name)"));
    writer.schedSwitch(0, 1000, {0, "swapper/0"}, 0, {100, "topsecret"});
    writer.waking(0, 1100, 100, {101, "kworker/0:1"}, 1);
    writer.print(0, 1200, 100, "password=hunter2\n");
    writer.irqEntry(0, 1300, 100, 24, "privatedev");
    auto payload = writer.payload();
    payload.chars("topsecret", 16).u32(16U << 16U | 36).u32(3U << 16U | 52).u32(0xabcd1234);
    payload.chars("/home/alice/doc", 16).chars("ab", 3).chars("", 1);
    writer.event(0, 1400, 102, 700, payload);
    writer.event(0, 1500, 100, 999, writer.payload().text("nobodyknows"));
    writer.schedSwitch(0, 1600, {100, "renamed"}, 1, {0, "swapper/0"});
    return writer;
}

bool holds(const std::filesystem::path &path, std::string_view text)
{
    QFile file(QString::fromStdString(path.string()));
    if (!file.open(QFile::ReadOnly))
        return true;
    return file.readAll().contains(QByteArray(text.data(), static_cast<qsizetype>(text.size())));
}

const CutEvent *find(const std::vector<CutEvent> &events, std::string_view name)
{
    for (const auto &event : events) {
        if (event.name == name)
            return &event;
    }
    return nullptr;
}

std::string fieldOf(const IndexSnapshot &snapshot, const CutEvent &event, std::string_view field)
{
    const auto colon = event.name.find(':');
    const auto *format = snapshot.trace->events().find(event.name.substr(0, colon),
                                                       event.name.substr(colon + 1));
    return std::string(readString(*format->field(field), event.payload, false));
}

} // namespace

void tst_cutanonymised::namesAreReplacedEverywhere()
{
    for (const int version : {6, 7}) {
        CutScene scene(secretTrace(version));
        QVERIFY(scene.isOpen());
        auto request = scene.everything();
        request.version = version;
        request.compression = Compression::None;
        request.anonymise.names = true;
        QCOMPARE(scene.differenceOf(request, false), QString());
        QVERIFY(!holds(request.path, "topsecret"));
        QVERIFY(!holds(request.path, "renamed"));
        QVERIFY(holds(request.path, "kworker/0:1"));
        QVERIFY(holds(request.path, "hunter2")); // no name
        const auto &tasks = *scene.part->tasks;
        const std::string name(tasks.name(tasks.fromPid(100)));
        QVERIFY(name.starts_with("task-"));
        const auto events = eventsOf(*scene.part, {});
        const auto *changed = find(events, "sched:sched_switch");
        QCOMPARE(fieldOf(*scene.part, *changed, "next_comm"), name);
        QCOMPARE(fieldOf(*scene.part, *changed, "prev_comm"), std::string("swapper/0"));
        const auto *opened = find(events, "test:opened");
        QCOMPARE(fieldOf(*scene.part, *opened, "name"), name); // an array that holds one
        QCOMPARE(fieldOf(*scene.part, *opened, "path"), std::string("/home/alice/doc"));
        // Where there is room for two letters, the number alone.
        const std::string ab(tasks.name(tasks.fromPid(102)));
        QCOMPARE(fieldOf(*scene.part, *opened, "comm"), ab.substr(5));
    }
}

void tst_cutanonymised::stringsAreReplacedEverywhere()
{
    for (const int version : {6, 7}) {
        CutScene scene(secretTrace(version));
        QVERIFY(scene.isOpen());
        auto request = scene.everything();
        request.version = version;
        request.compression = Compression::None;
        request.anonymise.strings = true;
        QCOMPARE(scene.differenceOf(request, false), QString());
        for (const char *secret : {"hunter2", "alice", "privatedev", "hiddenhost", "private/tool"})
            QVERIFY2(!holds(request.path, secret), secret);
        QVERIFY(holds(request.path, "topsecret")); // a name
        QVERIFY(holds(request.path, "[heap]"));
        const auto events = eventsOf(*scene.part, {});
        const auto *print = find(events, "ftrace:print");
        const auto text = fieldOf(*scene.part, *print, "buf");
        QCOMPARE(text.size(), std::string("password=hunter2\n").size());
        QVERIFY(text.ends_with('\n'));
        const auto *opened = find(events, "test:opened");
        const auto path = fieldOf(*scene.part, *opened, "path");
        QCOMPARE(path.size(), std::string("/home/alice/doc").size());
        QCOMPARE(path[0], '/');
        QCOMPARE(path[5], '/');
        const auto *format = scene.part->trace->events().find("test", "opened");
        QCOMPARE(FieldReader(*format->field("number"), false).read(opened->payload),
                 std::int64_t{0xabcd1234});
        QCOMPARE(scene.part->trace->metadata().host.size(), std::string("hiddenhost").size());
        QCOMPARE(scene.part->trace->metadata().kernel, std::string("6.1.0"));
        QCOMPARE(scene.part->trace->metadata().mappings.size(), std::size_t{2});
    }
}

void tst_cutanonymised::theKernelsOwnTasksStay()
{
    for (const char *name : {"swapper/12", "<idle>", "kworker/u8:3-events", "ksoftirqd/0",
                             "migration/3", "rcu_preempt", "kthreadd"})
        QVERIFY2(isKernelTask(name), name);
    for (const char *name : {"bash", "kworkers", "swap", "rcu", "irq/24-nvme0q1"})
        QVERIFY2(!isKernelTask(name), name);
}

void tst_cutanonymised::placeholdersAreConsistent()
{
    const Placeholder placeholder;
    const auto lib = placeholder.of("/usr/lib/libc.so.6");
    QCOMPARE(placeholder.of("/usr/lib/libc.so.6"), lib);
    QCOMPARE(placeholder.of("/usr/lib/other").substr(0, 9), lib.substr(0, 9));
    QCOMPARE(lib.size(), std::string("/usr/lib/libc.so.6").size());
    QVERIFY(placeholder.of("libc.so.6") != placeholder.of("libm.so.6"));
    const std::string text(200, 'a');
    const auto longText = placeholder.of(text);
    QVERIFY(longText.find(text.substr(0, 3)) == std::string::npos);
    QVERIFY(longText.substr(0, 12) != longText.substr(12, 12));
    // Another one has another key.
    QVERIFY(Placeholder().of("a text of some length") != placeholder.of("a text of some length"));
    QCOMPARE(placeholder.of("\n"), std::string("\n"));
    QCOMPARE(placeholder.of(""), std::string());
}

void tst_cutanonymised::whatNoFormatExplainsIsCleared()
{
    CutScene scene(secretTrace(7));
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    request.compression = Compression::None;
    QCOMPARE(scene.differenceOf(request), QString());
    QVERIFY(holds(request.path, "nobodyknows"));
    request.anonymise.strings = true;
    QCOMPARE(scene.differenceOf(request, false), QString());
    QVERIFY(!holds(request.path, "nobodyknows"));
}

// The kernel does not clear a page before it writes to it again.
void tst_cutanonymised::leftoversOfPagesAreGone()
{
    TraceDatWriter writer;
    writer.softirqEntry(0, 1000, 1, 1);
    std::vector<std::byte> page(16 + 16);
    page[0] = std::byte{100};
    page[1] = std::byte{200};
    page[8] = std::byte{16};
    page[16] = std::byte{3};
    page[20] = std::byte{152};
    for (const char letter : std::string_view("leftover of an event"))
        page.push_back(static_cast<std::byte>(letter));
    writer.rawPage(0, page);
    CutScene scene(writer);
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    request.compression = Compression::None;
    request.anonymise.names = true;
    QCOMPARE(scene.differenceOf(request, false), QString());
    QCOMPARE(scene.summary.events, 2U);
    QVERIFY(!holds(request.path, "leftover"));
}

void tst_cutanonymised::recordingsKeepTheirShape_data()
{
    QTest::addColumn<QString>("file");
    for (const char *name : {"uprobe.dat", "marker.dat", "net-signal-task.dat", "multi-buffer.dat",
                             "lost-events.dat", "v6.dat"})
        QTest::newRow(name) << QStringLiteral(THRESHER_TEST_DATA "/") + QString::fromLatin1(name);
}

void tst_cutanonymised::recordingsKeepTheirShape()
{
    QFETCH(const QString, file);
    CutScene scene(file);
    QVERIFY(scene.isOpen());
    auto request = scene.everything();
    request.compression = Compression::None;
    request.anonymise = {true, true};
    QCOMPARE(scene.differenceOf(request, false), QString());
    QVERIFY(!holds(request.path, "qemu-system-x86"));
    QVERIFY(!holds(request.path, "/usr/bin"));
    for (const Task &task : scene.part->tasks->all()) {
        QVERIFY2(task.comm.starts_with("task-") || isKernelTask(task.comm), task.comm.c_str());
    }
}

QTEST_GUILESS_MAIN(tst_cutanonymised)
#include "tst_cutanonymised.moc"
