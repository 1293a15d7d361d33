// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/textevidence_p.h"
#include "tests/model/filter/filterscene.h"
#include "tests/model/filter/naivefilter.h"

#include <QTest>

#include <random>

using namespace thresher;
using namespace thresher::test;

class tst_textevidence : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsPrintedIsNeverExcluded_data();
    void whatIsPrintedIsNeverExcluded();
    void mostOfTheRestIsExcluded();
    void cutAndOddRecordsArePrinted();
};

void tst_textevidence::whatIsPrintedIsNeverExcluded_data()
{
    QTest::addColumn<QString>("file");
    for (const char *file : {"sched-basic.dat", "kmem.dat", "net-signal-task.dat", "blktracer.dat",
                             "uprobe.dat", "marker.dat", "lab-sched-16cpu.dat", "v6.dat",
                             "lab-function-graph.dat", "stacktrace.dat"})
        QTest::newRow(file) << QString::fromLatin1(file);
}

void tst_textevidence::whatIsPrintedIsNeverExcluded()
{
    QFETCH(QString, file);
    const auto snapshot = recording(file.toStdString());
    QVERIFY(snapshot);
    std::vector<NaiveEvent> events;
    for (auto &stream : naiveEvents(snapshot))
        events.insert(events.end(), stream.begin(), stream.end());
    const std::uint32_t seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    EventPrinter printer(snapshot->trace);
    for (int round = 0; round < 300; ++round) {
        // A piece of what some event prints.
        const std::string &from = events[random() % events.size()].text;
        const std::size_t begin = from.empty() ? 0 : random() % from.size();
        const std::string text = from.substr(begin, 1 + random() % 12);
        TextEvidence evidence(text, snapshot->trace->metadata().bigEndian);
        for (std::size_t i = 0; i < 2000; ++i) {
            const NaiveEvent &event = events[random() % events.size()];
            if (!event.isReadable || event.text.find(text) == std::string::npos)
                continue;
            QVERIFY2(evidence.mayHold(event.row.event, event.payload, printer),
                     (text + " in " + event.text).c_str());
        }
    }
}

void tst_textevidence::mostOfTheRestIsExcluded()
{
    const auto snapshot = recording("sched-basic.dat");
    EventPrinter printer(snapshot->trace);
    std::vector<std::vector<NaiveEvent>> events = naiveEvents(snapshot);
    TextEvidence evidence("sched-messaging", false);
    std::size_t holding = 0;
    std::size_t printed = 0;
    std::size_t switches = 0;
    for (const auto &stream : events) {
        for (const NaiveEvent &event : stream) {
            if (event.format->name != "sched_switch")
                continue;
            ++switches;
            holding += event.text.find("sched-messaging") != std::string::npos ? 1U : 0U;
            printed += evidence.mayHold(event.row.event, event.payload, printer) ? 1U : 0U;
        }
    }
    QVERIFY(holding > 0);
    QVERIFY(printed >= holding);
    QVERIFY2(printed - holding < switches / 20, "no better than printing all");
}

void tst_textevidence::cutAndOddRecordsArePrinted()
{
    const auto snapshot = recording("sched-basic.dat");
    EventPrinter printer(snapshot->trace);
    const EventFormat *const event = snapshot->trace->events().find("sched", "sched_switch");
    const EventField *const comm = event->field("prev_comm");
    std::vector<std::byte> payload(64);
    const auto put = [&](std::string_view name) {
        for (std::size_t i = 0; i < 16; ++i)
            payload[comm->offset + i] = i < name.size() ? static_cast<std::byte>(name[i])
                                                        : std::byte{0};
    };
    TextEvidence evidence("rcu_sched", false);
    put("bash");
    QVERIFY(!evidence.mayHold(event->id, payload, printer));
    put("my_rcu");
    QVERIFY(evidence.mayHold(event->id, payload, printer));
    put("a\x01");
    QVERIFY(evidence.mayHold(event->id, payload, printer));
    put("bash");
    payload.resize(comm->offset + 8);
    QVERIFY(evidence.mayHold(event->id, payload, printer));
    TextEvidence nothing("", false);
    QVERIFY(nothing.mayHold(event->id, payload, printer));
}

QTEST_GUILESS_MAIN(tst_textevidence)
#include "tst_textevidence.moc"
