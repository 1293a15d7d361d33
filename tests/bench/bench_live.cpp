// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recordingsession.h"
#include "tests/app/appscene.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

double cpuSeconds(clockid_t clock)
{
    timespec time = {};
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// Notes how long the window's frames take.
class TimedApplication final : public QApplication
{
public:
    using QApplication::QApplication;
    bool notify(QObject *receiver, QEvent *event) override
    {
        if (event->type() != QEvent::UpdateRequest)
            return QApplication::notify(receiver, event);
        QElapsedTimer timer;
        timer.start();
        const double before = cpuSeconds(CLOCK_THREAD_CPUTIME_ID);
        const bool isDone = QApplication::notify(receiver, event);
        frameCpu.push_back((cpuSeconds(CLOCK_THREAD_CPUTIME_ID) - before) * 1e3);
        frames.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        return isDone;
    }
    std::vector<double> frames; ///< ms
    std::vector<double> frameCpu; ///< ms of it in which its thread had a CPU.
};

/// System calls in bursts, each ms, from a thread of its own; its CPU time is not the window's.
class Load
{
public:
    explicit Load(long callsPerSecond)
        : m_thread([this, callsPerSecond](const std::stop_token &stop) {
            auto next = std::chrono::steady_clock::now();
            while (!stop.stop_requested()) {
                for (long i = 0; i < callsPerSecond / 1000; ++i)
                    ::syscall(SYS_getppid);
                next += std::chrono::milliseconds(1);
                std::this_thread::sleep_until(next);
            }
        })
    {
        ::pthread_getcpuclockid(m_thread.native_handle(), &m_clock);
    }
    [[nodiscard]] double cpu() const { return cpuSeconds(m_clock); }

private:
    clockid_t m_clock{};
    std::jthread m_thread;
};

double percentile(std::vector<double> values, double share)
{
    std::sort(values.begin(), values.end());
    return values.empty()
               ? 0
               : values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

} // namespace

/// The window while this machine records. Needs root. THRESHER_BENCH_SECONDS: how long, else 10;
/// THRESHER_BENCH_RATE: events a second, else 200000.
class bench_live : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void watchingCostsLessThanACpu()
    {
        if (::geteuid() != 0)
            QSKIP("recording needs root");
        qputenv("THRESHER_RECORDER", THRESHER_RECORDER_PROGRAM);
        const auto number = [](const char *name, int otherwise) {
            return qEnvironmentVariableIsSet(name) ? qEnvironmentVariableIntValue(name) : otherwise;
        };
        const int seconds = number("THRESHER_BENCH_SECONDS", 10);
        AppScene scene;
        scene.window.resize(1920, 1080);
        capture::RecordingPlan plan;
        auto &instance = plan.request.instances.emplace_back();
        instance.events.push_back({"raw_syscalls:*", {}, {}, false});
        instance.events.push_back({"sched:sched_switch", {}, {}, false});
        instance.events.push_back({"sched:sched_waking", {}, {}, false});
        instance.events.push_back({"irq:*", {}, {}, false});
        plan.launch.privilege = capture::Privilege::Direct;
        QTemporaryDir dir;
        plan.output = dir.filePath(u"live.dat"_s).toStdString();
        // Each call is two events: it begins, and ends.
        const Load load(number("THRESHER_BENCH_RATE", 200'000) / 2);
        scene.window.startRecording(plan);
        QTRY_VERIFY_WITH_TIMEOUT(scene.window.session().isLive(), 20'000);
        QTest::qWait(1000);
        auto *app = dynamic_cast<TimedApplication *>(qApp);
        QVERIFY(app);
        app->frames.clear();
        app->frameCpu.clear();
        const auto eventsBefore = scene.view().snapshot()->eventCount;
        const double cpuBefore = cpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - load.cpu();
        QElapsedTimer timer;
        timer.start();
        QTest::qWait(seconds * 1000);
        const double elapsed = static_cast<double>(timer.elapsed()) / 1e3;
        const double cpu = cpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - load.cpu() - cpuBefore;
        const auto events = scene.view().snapshot()->eventCount - eventsBefore;
        const auto frames = app->frames;
        const auto frameCpu = app->frameCpu;
        std::printf("live_events_per_second %.0f\n", static_cast<double>(events) / elapsed);
        std::printf("live_window_cpu %.2f cores\n", cpu / elapsed);
        std::printf("live_frames_per_second %.1f\n", static_cast<double>(frames.size()) / elapsed);
        std::printf("live_frame_median %.2f ms\nlive_frame_p99 %.2f ms\n", percentile(frames, 0.5),
                    percentile(frames, 0.99));
        std::printf("live_frame_cpu_median %.2f ms\nlive_frame_cpu_p99 %.2f ms\n",
                    percentile(frameCpu, 0.5), percentile(frameCpu, 0.99));
        std::printf("live_lost_events %llu\n",
                    static_cast<unsigned long long>(scene.view().snapshot()->lostEvents));
        scene.window.action(u"stopRecording"_s)->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!scene.window.isRecording(), 60'000);
        timer.start();
        QTRY_VERIFY_WITH_TIMEOUT(!scene.window.isLiveBusy(), 60'000);
        std::printf("live_to_browsing %lld ms, %llu events\n", timer.elapsed(),
                    static_cast<unsigned long long>(scene.view().snapshot()->eventCount));
        std::fflush(stdout);
        QVERIFY(scene.view().snapshot()->isComplete);
        QVERIFY2(cpu / elapsed < 1, qPrintable(QString::number(cpu / elapsed)));
    }
};

int main(int argc, char **argv)
{
    TimedApplication app(argc, argv);
    bench_live bench;
    return QTest::qExec(&bench, argc, argv);
}

#include "bench_live.moc"
