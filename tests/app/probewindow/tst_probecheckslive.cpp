// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/noticebox.h"
#include "app/probewindow/probeactions.h"
#include "app/probewindow/probeactionsform.h"
#include "app/probewindow/probechecker.h"
#include "app/probewindow/probelinespane.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/theme.h"

#include <unistd.h>

#include <QElapsedTimer>
#include <QFile>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <atomic>
#include <thread>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;
using capture::ProbeRequest;

/// Called as often as the test says; its address is told apart by nothing else.
extern "C" __attribute__((noinline, used)) int thresherProbedFunction(int number)
{
    asm volatile("" : : "r"(number)); // NOLINT(hicpp-no-assembler): or it would be left out
    return number + 1;
}

extern "C" __attribute__((noinline, used)) int thresherNeverCalled(int number)
{
    return number + 2;
}

namespace {

constexpr int kPatienceMs = 30'000;

QByteArray dynamicEvents()
{
    for (const char *folder : {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"}) {
        QFile file(QString::fromLatin1(folder) + u"/dynamic_events"_s);
        if (file.open(QIODevice::ReadOnly))
            return file.readAll();
    }
    return {};
}

struct Scene
{
    RecorderLink link{{capture::Privilege::Direct, {}, THRESHER_RECORDER_PROGRAM}};
    ProbeLinesPane pane;
    ProbeChecker checker{pane, link};
    QSignalSpy examined{&link, &RecorderLink::examined};
    ProbeActions actions{pane, checker, {}};
    QSignalSpy checked{&checker, &ProbeChecker::checked};
    QSignalSpy measured{&checker, &ProbeChecker::measured};

    Scene()
    {
        pane.show();
        actions.show();
        link.examine();
    }
    [[nodiscard]] bool has(std::string_view feature) const
    {
        const auto report = examined.front().front().value<capture::MachineReport>();
        return capture::whyNot(report.capabilities, feature).empty();
    }
    [[nodiscard]] bool isReady() const
    {
        return QTest::qWaitFor([this] { return checker.access() == ProbeChecker::Access::Root; },
                               kPatienceMs);
    }
};

/// Calls the function about `perSecond` times a second while it lives.
class Caller
{
public:
    explicit Caller(int perSecond)
        : m_thread([this, perSecond](const std::stop_token &stop) {
            constexpr int kBatches = 100;
            auto next = std::chrono::steady_clock::now();
            while (!stop.stop_requested()) {
                for (int i = 0; i < perSecond / kBatches; ++i)
                    m_calls += thresherProbedFunction(i) > 0 ? 1 : 0;
                next += std::chrono::milliseconds(1000 / kBatches);
                std::this_thread::sleep_until(next);
            }
        })
    {}
    [[nodiscard]] std::uint64_t calls() const { return m_calls; }

private:
    std::atomic<std::uint64_t> m_calls = 0;
    std::jthread m_thread;
};

QString thisProgram()
{
    return QFile::symLinkTarget(u"/proc/self/exe"_s);
}

} // namespace

/// On the kernel that runs this, as root.
class tst_ProbeChecksLive : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { test::failOnWarnings(); }
    void cleanup();
    void whatTheKernelTakesIsAcceptedAndGone();
    void whatItRefusesIsUnderItsToken_data();
    void whatItRefusesIsUnderItsToken();
    void callsAreCountedAsTheyAre();

private:
    QByteArray m_before;
};

void tst_ProbeChecksLive::initTestCase()
{
    if (::geteuid() != 0 || !QFile::exists(u"/sys/kernel/tracing/uprobe_events"_s))
        QSKIP("This needs root, and tracefs with uprobes.");
    applyTheme(ThemeChoice::Light);
    m_before = dynamicEvents();
}

void tst_ProbeChecksLive::cleanup()
{
    QCOMPARE(dynamicEvents(), m_before);
}

void tst_ProbeChecksLive::whatTheKernelTakesIsAcceptedAndGone()
{
    Scene scene;
    QVERIFY(scene.isReady());
    // A symbol, a trigger, a filter; event probes where this kernel has them.
    const std::string place = thisProgram().toStdString() + ":thresherProbedFunction";
    std::vector<ProbeRequest> probes{
        {"p:calls " + place + " n=%di:s32", "n > 10 && comm ~ \"tst*\"", {"stacktrace"}, false},
        {"r " + place + " ret=$retval:s32", {}, {}, false}};
    if (scene.has("eprobes"))
        probes.push_back({"e:wakes sched.sched_switch next=$next_pid:s32", "next > 1", {}, false});
    scene.pane.setProbes(probes);
    QTest::mouseClick(scene.actions.checkButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(scene.checked.count(), 1, kPatienceMs);
    QVERIFY2(scene.pane.isAccepted(), qPrintable(scene.pane.problem()));
    QCOMPARE(scene.pane.checkNotice()->kind(), NoticeBox::Kind::Good);
    QVERIFY(scene.pane.checkNotice()->title().contains(u"uprobes"_s));
    qInfo("%s; %s", qPrintable(scene.pane.checkNotice()->title()),
          qPrintable(scene.pane.checkNotice()->details()));
}

void tst_ProbeChecksLive::whatItRefusesIsUnderItsToken_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("trigger");
    QTest::addColumn<QString>("token");
    QTest::addColumn<QString>("word");
    QTest::newRow("no such file") << u"p:x /nowhere/program:0x10"_s << QString()
                                  << u"/nowhere/program"_s << QString();
    QTest::newRow("no such symbol")
        << u"p:x /bin/sh:thresher_nothing"_s << QString() << u"/bin/sh"_s << u"thresher_nothing"_s;
    QTest::newRow("no function") << u"p:x no_such_function"_s << QString() << u"no_such_function"_s
                                 << u"no"_s;
    QTest::newRow("trigger") << u"p:x /bin/sh:0x1000"_s << u"stacktrace if nothing > 1"_s
                             << QString() << u"The kernel says"_s;
}

void tst_ProbeChecksLive::whatItRefusesIsUnderItsToken()
{
    QFETCH(const QString, line);
    QFETCH(const QString, trigger);
    QFETCH(const QString, token);
    QFETCH(const QString, word);
    Scene scene;
    QVERIFY(scene.isReady());
    ProbeRequest probe{line.toStdString(), {}, {}, false};
    if (!trigger.isEmpty())
        probe.triggers = {trigger.toStdString()};
    scene.pane.setProbes({probe});
    QTest::mouseClick(scene.actions.checkButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(scene.checked.count(), 1, kPatienceMs);
    QCOMPARE(scene.pane.checkNotice()->kind(), NoticeBox::Kind::Bad);
    const QString marked = scene.pane.text()->markedTexts().join(u'|');
    if (token.isEmpty()) {
        QVERIFY(marked.isEmpty());
        QVERIFY2(scene.pane.form()->wrongText().contains(word),
                 qPrintable(scene.pane.form()->wrongText()));
        return;
    }
    QVERIFY2(!marked.isEmpty() && (token.contains(marked) || marked.contains(token)),
             qPrintable(marked));
    QVERIFY2(scene.pane.errorText().contains(word), qPrintable(scene.pane.errorText()));
}

void tst_ProbeChecksLive::callsAreCountedAsTheyAre()
{
    constexpr int kPerSecond = 20'000;
    const Caller caller(kPerSecond);
    Scene scene;
    QVERIFY(scene.isReady());
    // Of each batch of 200 calls the filter lets 50 through.
    scene.pane.setProbes(
        {{"p:calls " + thisProgram().toStdString() + ":thresherProbedFunction n=%di:s32",
          "n < 50",
          {},
          false},
         {"p:never " + thisProgram().toStdString() + ":thresherNeverCalled", {}, {}, false}});
    QElapsedTimer timer;
    timer.start();
    const auto before = caller.calls();
    QTest::mouseClick(scene.pane.rateNotice()->button(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(scene.measured.count(), 1, kPatienceMs);
    const double real = static_cast<double>(caller.calls() - before)
                        / (static_cast<double>(timer.elapsed()) / 1000);
    const double rate = scene.pane.hottestRate().value_or(0);
    qInfo("%s | %s | really about %.0f", qPrintable(scene.pane.rateNotice()->title()),
          qPrintable(scene.pane.rateNotice()->details()), real);
    // The machine is shared, and a batch is a hundredth of a second.
    QVERIFY2(rate > 0.5 * real && rate < 1.6 * real, qPrintable(QString::number(rate)));
    QVERIFY(scene.pane.rateNotice()->details().contains(u"never: 0 calls/s"_s));
}

QTEST_MAIN(tst_ProbeChecksLive)
#include "tst_probecheckslive.moc"
