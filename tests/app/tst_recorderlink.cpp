// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/recorderlink.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include <cerrno>
#include <csignal>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;

namespace {

using namespace std::chrono_literals;
constexpr int kPatienceMs = 20'000;
/// Far less than a recorder may take to end, and than an answer may take.
constexpr qint64 kAtOnceMs = 2000;

bool isAlive(Pid pid)
{
    return ::kill(pid, 0) == 0 || errno == EPERM;
}

} // namespace

/// The window's talk with a recorder that does not do what it should.
class tst_recorderlink : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void oneThatHangsHoldsUpNobodyAndIsEndedByForce_data();
    void oneThatHangsHoldsUpNobodyAndIsEndedByForce();
    void oneThatDoesNotAnswerHoldsUpNobody();
    void whoAskedAnotherMachineIsToldThatItDoesNotAnswer();

private:
    [[nodiscard]] static std::unique_ptr<RecorderLink> link()
    {
        return std::make_unique<RecorderLink>(
            capture::LaunchOptions{capture::Privilege::Direct, {}, THRESHER_FAKE_RECORDER});
    }
    /// @returns the recorder's number, 0 if there is none.
    [[nodiscard]] static Pid examine(RecorderLink &link)
    {
        Pid pid = 0;
        connect(&link, &RecorderLink::examined, &link,
                [&pid](const capture::MachineReport &report) { pid = report.hello.pid; });
        link.examine();
        static_cast<void>(QTest::qWaitFor([&pid] { return pid != 0; }, kPatienceMs));
        link.disconnect(&link);
        return pid;
    }
};

void tst_recorderlink::init()
{
    qputenv("FAKE_DO", "hang");
    qputenv("FAKE_CAPABILITIES", R"({"type": "capabilities", "kernel": "fake"})");
}

void tst_recorderlink::oneThatHangsHoldsUpNobodyAndIsEndedByForce_data()
{
    QTest::addColumn<QByteArray>("how");
    QTest::newRow("closed") << QByteArray("closed");
    QTest::newRow("unlocked") << QByteArray("unlocked");
    QTest::newRow("another machine") << QByteArray("host");
}

void tst_recorderlink::oneThatHangsHoldsUpNobodyAndIsEndedByForce()
{
    QFETCH(const QByteArray, how);
    auto talk = link();
    talk->setGrace(300ms);
    const Pid pid = examine(*talk);
    QVERIFY(pid > 0);
    qputenv("PATH", ""); // neither pkexec nor ssh is started
    QElapsedTimer timer;
    timer.start();
    if (how == "closed")
        talk.reset();
    else if (how == "unlocked")
        talk->unlock();
    else
        talk->useHost("nowhere");
    QVERIFY2(timer.elapsed() < kAtOnceMs, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(isAlive(pid)); // it may still put something back
    QTRY_VERIFY_WITH_TIMEOUT(!isAlive(pid), kPatienceMs);
    QVERIFY(timer.elapsed() >= 300);
}

void tst_recorderlink::oneThatDoesNotAnswerHoldsUpNobody()
{
    auto talk = link();
    const Pid pid = examine(*talk);
    QVERIFY(pid > 0);
    talk->setGrace(0ms);
    talk->measure({}, 1000); // the fake one knows no such thing
    QVERIFY(talk->isBusy());
    QElapsedTimer timer;
    timer.start();
    talk.reset();
    QVERIFY2(timer.elapsed() < kAtOnceMs, qPrintable(QString::number(timer.elapsed())));
    QTRY_VERIFY_WITH_TIMEOUT(!isAlive(pid), kPatienceMs);
}

void tst_recorderlink::whoAskedAnotherMachineIsToldThatItDoesNotAnswer()
{
    auto talk = link();
    const Pid pid = examine(*talk);
    QVERIFY(pid > 0);
    talk->setGrace(0ms);
    QSignalSpy failed(talk.get(), &RecorderLink::failed);
    talk->checkProbes({}, ProbeTrial::Make); // the fake one knows no such thing
    talk->askFunctions();
    qputenv("PATH", "");
    talk->useHost("nowhere");
    QCOMPARE(failed.count(), 2);
    QCOMPARE(failed[0][0].value<RecorderLink::Question>(), RecorderLink::Question::CheckProbes);
    QCOMPARE(failed[1][0].value<RecorderLink::Question>(), RecorderLink::Question::Functions);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 3, kPatienceMs); // ssh is not there
    QCOMPARE(failed[2][0].value<RecorderLink::Question>(), RecorderLink::Question::Examine);
    QVERIFY(!talk->isBusy());
    QTRY_VERIFY_WITH_TIMEOUT(!isAlive(pid), kPatienceMs);
}

QTEST_GUILESS_MAIN(tst_recorderlink)
#include "tst_recorderlink.moc"
