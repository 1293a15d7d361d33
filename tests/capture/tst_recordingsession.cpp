// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recordingsession.h"
#include "tests/capture/recordedscene.h"

#include <fcntl.h>
#include <unistd.h>

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <csignal>
#include <random>
#include <thread>

using namespace thresher;
using namespace thresher::capture;
using namespace thresher::test;
using namespace Qt::StringLiterals;

/// Recordings by a recorder that has all it records from a trace.
class tst_recordingsession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aRecordingBecomesATrace_data();
    void aRecordingBecomesATrace();
    void aCommandRunsWhileItIsRecorded();
    void aCommandThatCannotRunIsToldBefore();
    void recordingEndsTheCommand();
    void aRecorderThatDiesLeavesWhatItHadRecorded_data();
    void aRecorderThatDiesLeavesWhatItHadRecorded();
    void whatCannotBeginLeavesNothing_data();
    void whatCannotBeginLeavesNothing();
    void closedStreamsAreNoHindrance();
    void theKernelsMarkIsShown();
    void commandsAreAnswered();
    void countsComeWhileTheyGrow_data();
    void countsComeWhileTheyGrow();
    void anotherMachineIsReachedBySsh();
    void rootIsReachedBySudoOrPkexec_data();
    void rootIsReachedBySudoOrPkexec();
    void pagesComeInFramesWherePipesAreBetween();
    void leftoversAreTold();
    void silenceIsGivenUpNotSlowness();
    void userStacksBringTheirMaps();

private:
    [[nodiscard]] RecordingPlan plan(const char *file = "multi-buffer.dat")
    {
        m_trace = *TraceFile::open(std::filesystem::path(THRESHER_TEST_DATA) / file);
        qputenv("FAKE_TRACE", m_trace->path().c_str());
        RecordingPlan plan;
        for (const Instance &instance : m_trace->instances()) {
            plan.request.instances.emplace_back().name = instance.name;
            plan.request.instances.back().events.push_back({"sched:*", "prev_pri == 1", {}, false});
        }
        plan.launch.privilege = Privilege::Direct;
        plan.launch.recorder = THRESHER_FAKE_RECORDER;
        plan.output = path("out.dat");
        return plan;
    }
    [[nodiscard]] std::filesystem::path path(const char *name) const
    {
        return std::filesystem::path(m_dir->path().toStdString()) / name;
    }
    /// A program of this name that becomes the recorder is found first.
    void pretend(const char *name, const QByteArray &script)
    {
        QFile file(QString::fromStdString(path(name).string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\n" + script + "\n");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    [[nodiscard]] bool isFolderEmpty() const { return QDir(m_dir->path()).isEmpty(); }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::shared_ptr<const TraceFile> m_trace;
    RecordingControl m_control;
    Progress m_assembling;
    std::stop_source m_stop;
    QByteArray m_path = qgetenv("PATH");
};

void tst_recordingsession::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
    m_stop = {};
    for (const char *each : {"FAKE_DO", "FAKE_PAGES"})
        qunsetenv(each);
    qputenv("PATH", m_path);
}

void tst_recordingsession::aRecordingBecomesATrace_data()
{
    QTest::addColumn<QByteArray>("file");
    for (const char *file : {"multi-buffer.dat", "lab-sched-16cpu.dat", "v6.dat"})
        QTest::addRow("%s", file) << QByteArray(file);
}

void tst_recordingsession::aRecordingBecomesATrace()
{
    QFETCH(const QByteArray, file);
    const auto asked = plan(file);
    QStringList heard;
    std::filesystem::path folder;
    const auto self = std::this_thread::get_id();
    const auto hear = [&](const QString &what) {
        QVERIFY(std::this_thread::get_id() == self);
        heard << what;
    };
    RecordingCallbacks callbacks;
    callbacks.ready = [&](const Ready &ready, const std::filesystem::path &where) {
        hear(u"ready"_s);
        QCOMPARE(ready.instances.size(), m_trace->instances().size());
        QCOMPARE(ready.instances.front().bufferKb, 1408U);
        folder = where;
        QVERIFY(std::filesystem::exists(folder / "pages.0.0"));
    };
    callbacks.started = [&](const Started &started) {
        hear(u"started"_s);
        QCOMPARE(started.time, 1000);
    };
    callbacks.progress = [&](const RecordProgress &progress) {
        hear(u"progress"_s);
        QCOMPARE(progress.instances.front().cpus.front().entries, 77U);
        QCOMPARE(progress.instances.front().cpus.front().fill, 0.25);
        m_stop.request_stop();
    };
    callbacks.stopped = [&](const Stopped &) { hear(u"stopped"_s); };
    const auto result = record(asked, callbacks, m_stop.get_token(), m_control, m_assembling);
    QVERIFY2(result.has_value(), result ? "" : result.error().text().c_str());
    QCOMPARE(heard, (QStringList{u"ready"_s, u"started"_s, u"progress"_s, u"stopped"_s}));
    QCOMPARE(result->stopped.reason, StopReason::Request);
    QCOMPARE(result->stopped.instances.front().cpus.front().entries, 1234U);
    QVERIFY(result->trace);
    QVERIFY(result->trace->notes.empty());
    const auto made = TraceFile::open(asked.output);
    QVERIFY(made);
    QVERIFY(pagesOf(*made) == pagesOf(m_trace));
    QVERIFY((*made)->metadata().traceId != 0);
    QCOMPARE(folder, recordingFolderOf(asked.output));
    QVERIFY(!std::filesystem::exists(folder));
    QCOMPARE(m_assembling.fraction(), 1.0);
}

void tst_recordingsession::aCommandRunsWhileItIsRecorded()
{
    auto asked = plan();
    std::filesystem::create_directory(path("there"));
    asked.command = CommandPlan{
        {"sh", "-c", "printf '%s %s %s' \"$PWD\" \"$GIVEN\" \"$1\" > said; exit 3", "sh", "word"},
        path("there"),
        {{"GIVEN", "a value"}}};
    bool ranEarly = true;
    RecordingCallbacks callbacks;
    callbacks.ready = [&](const Ready &, const auto &) {
        ranEarly = std::filesystem::exists(path("there") / "said");
    };
    const auto result = record(asked, callbacks, m_stop.get_token(), m_control, m_assembling);
    QVERIFY2(result.has_value(), result ? "" : result.error().text().c_str());
    QVERIFY(!ranEarly);
    QCOMPARE(result->commandStatus, 3);
    QCOMPARE(result->stopped.reason, StopReason::Request);
    QFile said(QString::fromStdString((path("there") / "said").string()));
    QVERIFY(said.open(QIODevice::ReadOnly));
    QCOMPARE(said.readAll(), QByteArray::fromStdString(path("there").string()) + " a value word");
}

void tst_recordingsession::aCommandThatCannotRunIsToldBefore()
{
    auto asked = plan();
    asked.command = CommandPlan{{"there-is-no-such-program"}, {}, {}};
    auto result = record(asked, {}, m_stop.get_token(), m_control, m_assembling);
    QVERIFY(!result);
    QVERIFY(QString::fromStdString(result.error().what).contains(u"there-is-no-such-program"_s));
    QVERIFY(isFolderEmpty());
    // One that looks like a program, and is none, is known when it is to run only.
    pretend("broken", "");
    QFile file(QString::fromStdString(path("broken").string()));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("#!/nothing/here\n");
    file.close();
    asked.command = CommandPlan{{path("broken").string()}, {}, {}};
    result = record(asked, {}, m_stop.get_token(), m_control, m_assembling);
    QVERIFY(!result);
    QVERIFY(QString::fromStdString(result.error().what).contains(u"broken"_s));
    QVERIFY(!std::filesystem::exists(recordingFolderOf(asked.output)));
    QVERIFY(!std::filesystem::exists(asked.output));
}

void tst_recordingsession::recordingEndsTheCommand()
{
    qputenv("FAKE_DO", "duration");
    auto asked = plan();
    asked.command = CommandPlan{{"sleep", "1000"}, {}, {}};
    QElapsedTimer timer;
    timer.start();
    const auto result = record(asked, {}, m_stop.get_token(), m_control, m_assembling);
    QVERIFY(result);
    QCOMPARE(result->stopped.reason, StopReason::Duration);
    QCOMPARE(result->commandStatus, 128 + SIGTERM);
    QVERIFY(timer.elapsed() < 100'000);
}

void tst_recordingsession::aRecorderThatDiesLeavesWhatItHadRecorded_data()
{
    QTest::addColumn<bool>("isRemote");
    QTest::newRow("files") << false;
    QTest::newRow("frames") << true;
}

void tst_recordingsession::aRecorderThatDiesLeavesWhatItHadRecorded()
{
    QFETCH(const bool, isRemote);
    const auto seed = std::random_device()();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 5; ++round) {
        auto asked = plan("lab-sched-16cpu.dat");
        asked.output = path(("out" + std::to_string(round)).c_str());
        std::uint64_t all = 0;
        const auto before = pagesOf(m_trace);
        for (const auto &[key, bytes] : before)
            all += bytes.size() / m_trace->metadata().pageSize;
        const auto count = random() % all;
        qputenv("FAKE_PAGES", QByteArray::number(static_cast<qulonglong>(count)));
        if (isRemote) {
            pretend("ssh", "exec " THRESHER_FAKE_RECORDER);
            qputenv("PATH", m_dir->path().toLocal8Bit() + ':' + m_path);
            asked.launch.host = "somewhere";
        }
        const auto result = record(asked, {}, m_stop.get_token(), m_control, m_assembling);
        QVERIFY2(result.has_value(), result ? "" : result.error().text().c_str());
        QCOMPARE(result->stopped.reason, StopReason::Disconnected);
        QVERIFY(!result->stopped.text.empty());
        QVERIFY(result->trace);
        QCOMPARE(result->trace->pages, count + result->trace->tornPages);
        QVERIFY(!result->trace->notes.empty()); // no counters of losses
        const auto made = TraceFile::open(asked.output);
        QVERIFY(made);
        std::uint64_t same = 0;
        for (const auto &[key, bytes] : pagesOf(*made)) {
            const auto size = m_trace->metadata().pageSize;
            for (std::size_t at = 0; at < bytes.size(); at += size)
                if (std::equal(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                               bytes.begin() + static_cast<std::ptrdiff_t>(at + size),
                               before.at(key).begin() + static_cast<std::ptrdiff_t>(at)))
                    ++same;
        }
        QVERIFY(same >= count);
    }
}

void tst_recordingsession::whatCannotBeginLeavesNothing_data()
{
    QTest::addColumn<QByteArray>("fault");
    QTest::addColumn<QString>("told");
    QTest::newRow("refuses") << QByteArray("refuse") << u"a password is required"_s;
    QTest::newRow("another version") << QByteArray("other-version") << u"another version (9.9)"_s;
    QTest::newRow("dies") << QByteArray("die-early") << u"ended before it recorded"_s;
    QTest::newRow("an error") << QByteArray("error") << u"The filter is wrong."_s;
}

void tst_recordingsession::whatCannotBeginLeavesNothing()
{
    QFETCH(const QByteArray, fault);
    QFETCH(const QString, told);
    qputenv("FAKE_DO", fault);
    const auto result = record(plan(), {}, m_stop.get_token(), m_control, m_assembling);
    QVERIFY(!result);
    const auto what = QString::fromStdString(result.error().what);
    QVERIFY2(what.contains(told), qPrintable(what));
    QVERIFY(isFolderEmpty());
}

void tst_recordingsession::closedStreamsAreNoHindrance()
{
    // What the recorder gets as its own then has numbers that it is to get.
    const auto asked = plan();
    std::array<UniqueFd, 3> kept;
    for (int fd = 0; fd < 3; ++fd)
        kept.at(static_cast<std::size_t>(fd)) = UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
    const auto recorded = [&](const char *what) {
        qputenv("FAKE_DO", what);
        for (int fd = 0; fd < 3; ++fd)
            ::close(fd);
        auto result = record(asked, {}, m_stop.get_token(), m_control, m_assembling);
        for (int fd = 0; fd < 3; ++fd)
            ::dup2(kept.at(static_cast<std::size_t>(fd)).get(), fd);
        return result;
    };
    const auto refused = recorded("refuse");
    QVERIFY(!refused);
    QVERIFY2(refused.error().what.find("a password is required") != std::string::npos,
             refused.error().what.c_str());
    const auto result = recorded("duration");
    QVERIFY2(result.has_value(), result ? "" : result.error().text().c_str());
    const auto made = TraceFile::open(asked.output);
    QVERIFY(made);
    QVERIFY(pagesOf(*made) == pagesOf(m_trace));
}

void tst_recordingsession::theKernelsMarkIsShown()
{
    qputenv("FAKE_DO", "error");
    const auto result = record(plan(), {}, m_stop.get_token(), m_control, m_assembling);
    QVERIFY(!result);
    QCOMPARE(result.error().what, "The filter is wrong.\nThe kernel says: Field not found\n"
                                  "  prev_pri == 1\n     ^");
}

void tst_recordingsession::commandsAreAnswered()
{
    QVERIFY(!m_control.mark("too early"));
    QStringList answers;
    RecordingCallbacks callbacks;
    callbacks.progress = [&](const RecordProgress &) {
        // From another thread, as from a window.
        std::thread([&] {
            QVERIFY(m_control.mark("a mark"));
            QVERIFY(m_control.snapshot(0));
        }).join();
    };
    callbacks.answered = [&](const std::string &command, const std::optional<Error> &error) {
        answers << QString::fromStdString(command + ": " + (error ? error->what : "done"));
        if (answers.size() == 2)
            m_stop.request_stop();
    };
    QVERIFY(record(plan(), callbacks, m_stop.get_token(), m_control, m_assembling));
    QCOMPARE(answers, (QStringList{u"marker: done"_s, u"snapshot: No snapshots here."_s}));
    QVERIFY(!m_control.mark("too late"));
}

void tst_recordingsession::countsComeWhileTheyGrow_data()
{
    QTest::addColumn<QString>("wanted");
    for (const char *wanted : {"a histogram", "an event's trigger", "a probe's trigger"})
        QTest::newRow(wanted) << QString::fromUtf8(wanted);
}

/// However it was asked for.
void tst_recordingsession::countsComeWhileTheyGrow()
{
    QFETCH(const QString, wanted);
    auto asked = plan();
    InstanceRequest &instance = asked.request.instances.front();
    const std::string trigger = "hist:keys=next_pid";
    if (wanted == u"a histogram"_s)
        instance.histograms.push_back({"sched:sched_switch", trigger});
    else if (wanted == u"a probe's trigger"_s)
        instance.probes.push_back({"p:read vfs_read", {}, {trigger}, true});
    else
        instance.events.front().triggers = {trigger};
    QStringList counts;
    RecordingCallbacks callbacks;
    callbacks.histograms = [&](std::uint16_t, const std::string &event, const std::string &text) {
        counts << QString::fromStdString(event + ": " + text);
        m_stop.request_stop();
    };
    QVERIFY(record(asked, callbacks, m_stop.get_token(), m_control, m_assembling));
    QCOMPARE(counts.size(), 1);
    QVERIFY(counts.front().startsWith(u"sched/sched_switch: # event histogram"_s));
}

void tst_recordingsession::anotherMachineIsReachedBySsh()
{
    auto asked = plan();
    asked.launch.host = "user@machine";
    const auto words = QByteArray::fromStdString(path("words").string());
    pretend("ssh", "printf '%s\\n' \"$1\" \"$2\" > " + words + "\nexec " THRESHER_FAKE_RECORDER);
    qputenv("PATH", m_dir->path().toLocal8Bit() + ':' + m_path);
    qputenv("FAKE_DO", "duration");
    const auto result = record(asked, {}, m_stop.get_token(), m_control, m_assembling);
    QVERIFY2(result.has_value(), result ? "" : result.error().text().c_str());
    const auto made = TraceFile::open(asked.output);
    QVERIFY(made);
    QVERIFY(pagesOf(*made) == pagesOf(m_trace));
    QFile file(QString::fromLocal8Bit(words));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("-T\nuser@machine\n"));
    asked.launch.host = "-oProxyCommand=x";
    QVERIFY(!record(asked, {}, m_stop.get_token(), m_control, m_assembling));
}

void tst_recordingsession::rootIsReachedBySudoOrPkexec_data()
{
    QTest::addColumn<int>("privilege");
    QTest::addColumn<QByteArray>("program");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("sudo") << static_cast<int>(Privilege::Sudo) << QByteArray("sudo")
                          << QByteArray("-n -- " THRESHER_FAKE_RECORDER "\n");
    QTest::newRow("pkexec") << static_cast<int>(Privilege::Pkexec) << QByteArray("pkexec")
                            << QByteArray(THRESHER_FAKE_RECORDER "\n");
}

void tst_recordingsession::rootIsReachedBySudoOrPkexec()
{
    QFETCH(const int, privilege);
    QFETCH(const QByteArray, program);
    QFETCH(const QByteArray, words);
    auto asked = plan();
    asked.launch.privilege = static_cast<Privilege>(privilege);
    const auto said = QByteArray::fromStdString(path("words").string());
    pretend(program, "echo \"$*\" > " + said + "\nexec " THRESHER_FAKE_RECORDER);
    qputenv("PATH", m_dir->path().toLocal8Bit() + ':' + m_path);
    qputenv("FAKE_DO", "duration");
    const auto result = record(asked, {}, m_stop.get_token(), m_control, m_assembling);
    QVERIFY2(result.has_value(), result ? "" : result.error().text().c_str());
    QFile file(QString::fromLocal8Bit(said));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), words);
    // Where it does not work, the sentence says what does.
    std::filesystem::remove(asked.output);
    pretend(program, "echo not allowed >&2; exit 1");
    const auto refused = record(asked, {}, m_stop.get_token(), m_control, m_assembling);
    QVERIFY(!refused);
    const auto what = QString::fromStdString(refused.error().what);
    QVERIFY2(what.contains(u"not allowed"_s) && what.contains(u"sudo thresher"_s),
             qPrintable(what));
    QVERIFY2(what.contains(QString::fromLatin1(program) + u" does not give it"_s)
                 && !what.contains(u"neither"_s),
             qPrintable(what));
}

void tst_recordingsession::silenceIsGivenUpNotSlowness()
{
    using namespace std::chrono_literals;
    qputenv("FAKE_DO", "slow"); // 1.2 s, with a sign of life every 300 ms
    qputenv("FAKE_CAPABILITIES", R"({"type": "capabilities", "kernel": "a slow one"})");
    const auto recorder = RecorderProcess::launch(plan().launch, m_stop.get_token());
    QVERIFY(recorder);
    const auto answer = (*recorder)->ask(plainMessage("capabilities"), 1s, m_stop.get_token());
    QVERIFY2(answer.has_value(), answer ? "" : answer.error().text().c_str());
    QCOMPARE(std::get<Capabilities>(*answer).kernel, std::string("a slow one"));
    const auto silent = (*recorder)->ask(plainMessage("no such thing"), 10ms, m_stop.get_token());
    QVERIFY(!silent);
    QCOMPARE(silent.error().what, std::string("The recorder does not answer."));
    qunsetenv("FAKE_CAPABILITIES");
}

void tst_recordingsession::pagesComeInFramesWherePipesAreBetween()
{
    // As sudo has them where it gives programs a terminal of their own (use_pty).
    auto asked = plan();
    asked.launch.privilege = Privilege::Sudo;
    pretend("sudo", "cat | " THRESHER_FAKE_RECORDER " | cat");
    qputenv("PATH", m_dir->path().toLocal8Bit() + ':' + m_path);
    qputenv("FAKE_DO", "duration");
    const auto result = record(asked, {}, m_stop.get_token(), m_control, m_assembling);
    QVERIFY2(result.has_value(), result ? "" : result.error().text().c_str());
    const auto made = TraceFile::open(asked.output);
    QVERIFY(made);
    QVERIFY(pagesOf(*made) == pagesOf(m_trace));
}

void tst_recordingsession::leftoversAreTold()
{
    qputenv("FAKE_DO", "leftovers");
    QStringList warnings;
    RecordingCallbacks callbacks;
    callbacks.warning = [&](const std::string &text) {
        warnings << QString::fromStdString(text);
        m_stop.request_stop();
    };
    static_cast<void>(record(plan(), callbacks, m_stop.get_token(), m_control, m_assembling));
    QCOMPARE(warnings.size(), 1);
    QVERIFY(warnings.front().contains(u"The event x is on."_s));
    QVERIFY(warnings.front().contains(u"--clean-up"_s));
}

void tst_recordingsession::userStacksBringTheirMaps()
{
    auto asked = plan();
    asked.request.instances.front().userStacks = true;
    asked.request.instances.front().command = true;
    asked.command = CommandPlan{{"sh", "-c", "sleep 1; exit 0"}, {}, {}};
    const auto result = record(asked, {}, m_stop.get_token(), m_control, m_assembling);
    QVERIFY(result);
    const auto made = TraceFile::open(asked.output);
    QVERIFY(made);
    const auto &mappings = (*made)->metadata().mappings;
    QVERIFY(std::any_of(mappings.begin(), mappings.end(), [](const ProcessMapping &mapping) {
        return mapping.path.find("libc") != std::string::npos && mapping.end > mapping.begin;
    }));
}

QTEST_GUILESS_MAIN(tst_recordingsession)
#include "tst_recordingsession.moc"
