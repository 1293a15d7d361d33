// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/textevidence_p.h"
#include "tests/model/filter/filterscene.h"
#include "tests/model/filter/naivefilter.h"

#include <QTest>

#include <cctype>
#include <random>

using namespace thresher;
using namespace thresher::test;

namespace {

std::string eitherCase(const std::string &text)
{
    std::string glob;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool isLetter = std::isalpha(byte) != 0;
        glob += isLetter ? std::string{'[', static_cast<char>(std::toupper(byte)),
                                       static_cast<char>(std::tolower(byte)), ']'}
                         : std::string{'\\', c};
    }
    return glob;
}

std::string literal(const std::string &text)
{
    std::string glob;
    for (const char c : text)
        glob += std::string{'\\', c};
    return glob;
}

FilterExpr textMatches(const std::string &glob)
{
    FilterNode node;
    node.name = "text";
    node.op = FilterOp::Matches;
    node.values.emplace_back();
    node.values.back().text = glob;
    node.values.back().isQuoted = true;
    FilterExpr expr;
    expr.nodes.push_back(std::move(node));
    return expr;
}

std::shared_ptr<const Selection> selectBy(const std::shared_ptr<const IndexSnapshot> &snapshot,
                                          const FilterExpr &expr)
{
    const auto filter = Filter::compile(expr, snapshot->trace);
    if (!filter)
        return nullptr;
    Progress progress;
    const auto selection = selectFiltered(snapshot, **filter, {}, {}, {}, {}, progress);
    return selection ? *selection : nullptr;
}

/// What "*glob*" requires.
TextPattern patternOf(const std::string &glob)
{
    return Glob('*' + glob + '*').required();
}

} // namespace

class tst_textevidence : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsPrintedIsNeverExcluded_data();
    void whatIsPrintedIsNeverExcluded();
    void aSearchFindsWhatIsPrinted_data();
    void aSearchFindsWhatIsPrinted();
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
        const Glob glob('*' + eitherCase(text) + '*');
        const bool ignoresCase = random() % 2 == 0;
        TextEvidence evidence(ignoresCase ? glob.required() : asPattern(text),
                              snapshot->trace->metadata().bigEndian);
        for (std::size_t i = 0; i < 2000; ++i) {
            const NaiveEvent &event = events[random() % events.size()];
            const bool holds = ignoresCase ? glob.matches(event.text)
                                           : event.text.find(text) != std::string::npos;
            if (!event.isReadable || !holds)
                continue;
            QVERIFY2(evidence.mayHold(event.row.event, event.payload, printer),
                     (text + " in " + event.text).c_str());
        }
    }
}

void tst_textevidence::aSearchFindsWhatIsPrinted_data()
{
    whatIsPrintedIsNeverExcluded_data();
    for (const char *file :
         {"clock-tsc.dat", "empty.dat", "lost-events.dat", "multi-buffer.dat", "one-cpu.dat"})
        QTest::newRow(file) << QString::fromLatin1(file);
}

// All are printed, and looked at one by one.
void tst_textevidence::aSearchFindsWhatIsPrinted()
{
    QFETCH(QString, file);
    const auto snapshot = recording(file.toStdString());
    QVERIFY(snapshot);
    const auto events = naiveEvents(snapshot);
    const std::uint32_t seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    std::vector<const NaiveEvent *> all;
    for (const auto &stream : events) {
        for (const NaiveEvent &event : stream)
            all.push_back(&event);
    }
    for (int round = 0; round < 8; ++round) {
        std::string text = "12";
        if (!all.empty() && round > 0) {
            const std::string &from = all[random() % all.size()]->text;
            text = from.substr(from.empty() ? 0 : random() % from.size(), 1 + random() % 9);
        }
        const std::string pattern = '*' + (round % 2 == 0 ? literal(text) : eitherCase(text)) + '*';
        const auto selection = selectBy(snapshot, textMatches(pattern));
        QVERIFY(selection);
        const Glob glob(pattern);
        for (std::size_t stream = 0; stream < events.size(); ++stream) {
            for (std::size_t i = 0; i < events[stream].size(); ++i) {
                const NaiveEvent &event = events[stream][i];
                const bool holds = event.isReadable && glob.matches(event.text);
                QVERIFY2(selection->streams[stream].contains(i) == holds,
                         (pattern + " in " + event.text).c_str());
            }
        }
    }
}

void tst_textevidence::mostOfTheRestIsExcluded()
{
    const auto snapshot = recording("sched-basic.dat");
    EventPrinter printer(snapshot->trace);
    std::vector<std::vector<NaiveEvent>> events = naiveEvents(snapshot);
    TextEvidence evidence(asPattern("sched-messaging"), false);
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
    TextEvidence evidence(patternOf("[rR]cu_[Ss]ched"), false);
    put("bash");
    QVERIFY(!evidence.mayHold(event->id, payload, printer));
    put("my_Rcu");
    QVERIFY(evidence.mayHold(event->id, payload, printer));
    put("a\x01");
    QVERIFY(evidence.mayHold(event->id, payload, printer));
    put("bash");
    payload.resize(comm->offset + 8);
    QVERIFY(evidence.mayHold(event->id, payload, printer));
    TextEvidence nothing({}, false);
    QVERIFY(nothing.mayHold(event->id, payload, printer));
}

QTEST_GUILESS_MAIN(tst_textevidence)
#include "tst_textevidence.moc"
