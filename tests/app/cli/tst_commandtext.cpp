// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/recordoptions.h"
#include "capture/commandtext.h"

#include <QProcess>
#include <QTest>

#include <random>

using namespace thresher;
using namespace thresher::capture;

/// Recordings as command lines: what is printed, read again, is the same recording.
class tst_commandtext : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wordsAreQuotedForAShell_data();
    void wordsAreQuotedForAShell();
    void aShellReadsThemBack();
    void linesAreSplitAsAShellDoes();
    void theUsualIsShort();
    void everyFieldComesBack();
    void anyPlanComesBack();
    void traceCmdIsToldWhatItCanBe();
    void traceCmdsGapsAreNamed();
};

namespace {

Result<RecordingPlan> readAgain(const std::string &line)
{
    auto words = shellWords(line);
    if (!words)
        return tl::unexpected<Error>(words.error());
    words->erase(words->begin(), words->begin() + 2); // thresher record
    const auto options = Options::parse(recordSpec(), *words);
    if (!options)
        return tl::unexpected<Error>(options.error());
    return readRecordingPlan(*options, 4);
}

bool isSame(const RecordingPlan &a, const RecordingPlan &b)
{
    if (a.command.has_value() != b.command.has_value())
        return false;
    if (a.command
        && (a.command->words != b.command->words || a.command->directory != b.command->directory
            || a.command->environment != b.command->environment
            || a.command->user != b.command->user))
        return false;
    return a.request == b.request && a.launch.privilege == b.launch.privilege
           && a.launch.host == b.launch.host && a.output == b.output && a.mayReplace == b.mayReplace
           && a.version == b.version && a.compression == b.compression;
}

void compareAgain(const RecordingPlan &plan)
{
    const auto line = recordCommandText(plan);
    const auto again = readAgain(line);
    QVERIFY2(again, qPrintable(QString::fromStdString(line) + u"\n"
                               + QString::fromStdString(again ? "" : again.error().text())));
    QVERIFY2(isSame(*again, plan), (line + "\n" + recordCommandText(*again)).c_str());
}

RecordingPlan planOf(std::vector<EventRequest> events)
{
    RecordingPlan plan;
    plan.output = "trace.dat";
    plan.request.instances.emplace_back().events = std::move(events);
    plan.request.instances.back().children = false;
    return plan;
}

/// Plans of all kinds that the options can say.
class Dice
{
public:
    explicit Dice(unsigned seed)
        : m_random(seed)
    {}
    RecordingPlan plan()
    {
        RecordingPlan plan;
        plan.output = "trace.dat";
        const auto count = below(3) + 1;
        if (flip())
            plan.command = command();
        for (unsigned i = 0; i < count; ++i)
            plan.request.instances.push_back(
                instance(i == 0 && flip() ? "" : "b" + std::to_string(i), !!plan.command));
        if (flip())
            plan.request.durationMs = below(100'000) + 1;
        plan.request.stopOnTrigger = flip();
        plan.request.skipMissing = flip();
        plan.request.formats = flip() ? FormatsRequest::All : FormatsRequest::Used;
        plan.launch.privilege = static_cast<Privilege>(below(4));
        if (!plan.command && flip())
            plan.launch.host = "root@" + word();
        plan.output = text();
        plan.mayReplace = flip();
        plan.version = flip() ? 7 : 6;
        if (plan.version == 7 && flip())
            plan.compression = Compression::Zstd;
        return plan;
    }

private:
    unsigned below(unsigned n) { return static_cast<unsigned>(m_random() % n); }
    bool flip() { return below(2) == 1; }
    std::string pick(std::string_view letters, unsigned least)
    {
        std::string text;
        for (auto n = below(8) + least; n > 0; --n)
            text += letters[below(static_cast<unsigned>(letters.size()))];
        return text;
    }
    std::string word() { return pick("abcxyz_059", 1); }
    std::string glob() { return "g" + pick("abc_*?:019", 0); }
    /// What shells make something of.
    std::string text() { return pick("a b'\"\\$`|&;<>()*?~#!%=\t{}[]-", 1); }
    std::vector<std::string> texts()
    {
        std::vector<std::string> all(below(3));
        for (std::string &each : all)
            each = text();
        return all;
    }
    std::vector<std::string> globs()
    {
        std::vector<std::string> all(below(3));
        for (std::string &each : all)
            each = glob();
        return all;
    }
    CommandPlan command()
    {
        CommandPlan command{{text()}, {}, {}, {}};
        for (const auto &each : texts())
            command.words.push_back(each);
        if (flip())
            command.directory = "/" + text();
        for (auto n = below(3); n > 0; --n)
            command.environment.emplace_back(word(), flip() ? text() : "");
        if (flip())
            command.user = word();
        return command;
    }
    InstanceRequest instance(std::string name, bool hasCommand)
    {
        InstanceRequest instance;
        instance.name = std::move(name);
        for (auto n = below(3) + 1; n > 0; --n)
            instance.events.push_back({glob(), flip() ? text() : "", texts(), flip()});
        instance.exclude = globs();
        instance.tracer = flip() ? word() : "";
        instance.functions = globs();
        instance.noFunctions = globs();
        instance.graphFunctions = globs();
        instance.noGraphFunctions = globs();
        instance.graphDepth = flip() ? below(51) : 0;
        if (flip())
            instance.thresholdUs = below(1'000'000);
        for (auto n = below(3); n > 0; --n)
            instance.options["o" + word()] = flip();
        instance.kernelStacks = flip();
        instance.userStacks = flip();
        instance.clock = flip() ? "mono" : word();
        instance.bufferKb = flip() ? below(100'000) : 0;
        instance.subBufferKb = flip() ? below(100) : 0;
        for (CpuId cpu = 0; cpu < 70; ++cpu)
            if (below(20) == 0)
                instance.cpus.push_back(cpu);
        for (auto n = below(3); n > 0; --n)
            instance.pids.push_back(static_cast<Pid>(below(1U << 22U)));
        instance.command = hasCommand && flip();
        instance.children = (instance.command || !instance.pids.empty()) && flip();
        if (flip()) {
            instance.mode = BufferMode::Ring;
            instance.ringSeconds = flip() ? below(1000) + 1 : 0;
        }
        return instance;
    }

    std::mt19937 m_random;
};

} // namespace

void tst_commandtext::wordsAreQuotedForAShell_data()
{
    QTest::addColumn<QByteArray>("word");
    QTest::addColumn<QByteArray>("quoted");
    QTest::newRow("plain") << QByteArray("sched:sched_switch") << QByteArray("sched:sched_switch");
    QTest::newRow("glob") << QByteArray("sched:*") << QByteArray("'sched:*'");
    QTest::newRow("empty") << QByteArray("") << QByteArray("''");
    QTest::newRow("blank") << QByteArray("a b") << QByteArray("'a b'");
    QTest::newRow("quote") << QByteArray("it's") << QByteArray("'it'\\''s'");
    QTest::newRow("home") << QByteArray("~root") << QByteArray("'~root'");
}

void tst_commandtext::wordsAreQuotedForAShell()
{
    QFETCH(QByteArray, word);
    QFETCH(QByteArray, quoted);
    QCOMPARE(QByteArray::fromStdString(shellQuoted(word.toStdString())), quoted);
}

void tst_commandtext::aShellReadsThemBack()
{
    const std::vector<std::string> words{"a b", "it's", "$HOME `x` \\n", "*", "", "~",
                                         "#no", "é",    "--x=\"y\""};
    QProcess shell;
    shell.start(
        QStringLiteral("/bin/sh"),
        {QStringLiteral("-c"), QString::fromStdString("printf '%s\\n' " + shellLine(words))});
    QVERIFY(shell.waitForFinished());
    std::string expected;
    for (const std::string &word : words)
        expected += word + '\n';
    QCOMPARE(shell.readAllStandardOutput(), QByteArray::fromStdString(expected));
    QVERIFY(shellWords(shellLine(words)) == words);
}

void tst_commandtext::linesAreSplitAsAShellDoes()
{
    using Words = std::vector<std::string>;
    QVERIFY((shellWords("  a  b\tc ") == Words{"a", "b", "c"}));
    const std::string quotes = "a\\ b \"c 'd' \\\" \\x\" 'e\\'f";
    QVERIFY((shellWords(quotes) == Words{"a b", "c 'd' \" \\x", "e\\f"}));
    QVERIFY((shellWords("''") == Words{""}));
    QVERIFY(shellWords("")->empty());
    QVERIFY(!shellWords("'open"));
}

void tst_commandtext::theUsualIsShort()
{
    auto plan = planOf({{"sched:*", "prev_prio < 100", {"stacktrace"}, false}});
    QCOMPARE(recordCommandText(plan),
             std::string("thresher record -e 'sched:* if prev_prio < 100' -R stacktrace -o "
                         "trace.dat"));
    plan.request.instances.front().cpus = {0, 5, 7};
    plan.request.durationMs = 1500;
    plan.command = CommandPlan{{"make", "-j4"}, {}, {}, {}};
    QCOMPARE(recordCommandText(plan),
             std::string("thresher record -e 'sched:* if prev_prio < 100' -R stacktrace -M a1 "
                         "--duration 1.5 -o trace.dat make -j4"));
}

void tst_commandtext::everyFieldComesBack()
{
    auto plan = planOf({{"sched:*", "prev_prio < 100", {"stacktrace", "traceoff:1"}, true}});
    auto &instance = plan.request.instances.front();
    instance.exclude = {"sched_stat*"};
    instance.noGraphFunctions = {"x*"};
    instance.thresholdUs = 0;
    instance.mode = BufferMode::Ring;
    instance.bufferKb = 4096;
    instance.probes = {{"p:read vfs_read n=$arg3", "n > 1", {"stacktrace"}, true}};
    instance.latencies = {"w.usecs=sched:sched_waking(pid; prio) if pid > 0 -> "
                          "sched:sched_switch(next_pid; who=next_comm)"};
    instance.histograms = {{"sched:sched_switch", "hist:keys=next_comm:sort=hitcount.descending"},
                           {"synthetic:w", "hist:keys=lat.log2:vals=lat if lat > 0"}};
    plan.request.probeRateLimit = 5;
    plan.request.durationMs = 1001;
    plan.command = CommandPlan{{"-odd", "a b"}, "/tmp/x y", {{"A", "1 2"}, {"B", ""}}, "nobody"};
    compareAgain(plan);
}

void tst_commandtext::anyPlanComesBack()
{
    for (unsigned seed = 0; seed < 2000; ++seed) {
        compareAgain(Dice(seed).plan());
        if (QTest::currentTestFailed()) {
            qWarning("seed %u", seed);
            return;
        }
    }
}

void tst_commandtext::traceCmdIsToldWhatItCanBe()
{
    auto plan = planOf(
        {{"*:*", "", {}, false}, {"sched:*", "prev_prio < 100", {"stacktrace"}, {}}});
    plan.request.instances.front().exclude = {"sched_stat*"};
    plan.request.instances.front().bufferKb = 8192;
    plan.request.durationMs = 2500;
    auto text = traceCmdText(plan);
    QCOMPARE(text.command,
             std::string("sudo trace-cmd record -e all -e 'sched:*' -f 'prev_prio < 100' -R "
                         "stacktrace -C mono -b 8192 -v -e 'sched_stat*' --file-version 7 "
                         "--compression none -o trace.dat sleep 2.5"));
    QVERIFY(text.cannot.empty());
    plan.request.durationMs = 0;
    plan.command = CommandPlan{{"ls"}, "/tmp", {{"A", "b c"}}, "nobody"};
    text = traceCmdText(plan);
    QVERIFY2(
        QByteArray::fromStdString(text.command).endsWith(" --user nobody env -C /tmp 'A=b c' ls"),
        text.command.c_str());
    QVERIFY(text.cannot.empty());
}

void tst_commandtext::traceCmdsGapsAreNamed()
{
    auto plan = planOf({{"sched:*", "", {"traceoff"}, true}});
    auto &instance = plan.request.instances.front();
    instance.noGraphFunctions = {"x"};
    instance.thresholdUs = 5;
    instance.subBufferKb = 8;
    instance.mode = BufferMode::Ring;
    plan.request.stopOnTrigger = true;
    plan.request.formats = FormatsRequest::All;
    plan.launch.host = "there";
    // Each of the eight, and that the buffer's size is left open.
    QCOMPARE(traceCmdText(plan).cannot.size(), 9U);
}

QTEST_GUILESS_MAIN(tst_commandtext)
#include "tst_commandtext.moc"
