// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/jobrunner.h"

#include <QSemaphore>
#include <QTest>
#include <QThread>

#include <atomic>

using namespace thresher;
using namespace thresher::ui;

class tst_JobRunner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aResultArrivesOnTheThreadOfTheRunner()
    {
        JobRunner runner;
        QThread *workedOn = nullptr;
        QThread *doneOn = nullptr;
        int result = 0;
        runner.start(
            [&](const std::stop_token &, Progress &progress) {
                workedOn = QThread::currentThread();
                progress.setTotal(4);
                progress.advance(1);
                return 42;
            },
            [&](int value) {
                result = value;
                doneOn = QThread::currentThread();
            });
        QVERIFY(runner.isRunning());
        QTRY_COMPARE(result, 42);
        QVERIFY(!runner.isRunning());
        QCOMPARE(doneOn, thread());
        QVERIFY(workedOn != thread());
    }

    void cancelAsksTheJobToStopAndStillHearsOfIt()
    {
        JobRunner runner;
        bool wasStopped = false;
        runner.start(
            [](const std::stop_token &stop, Progress &) {
                QSemaphore wake;
                const std::stop_callback callback(stop, [&wake] { wake.release(); });
                wake.acquire();
                return stop.stop_requested();
            },
            [&](bool stopped) { wasStopped = stopped; });
        runner.cancel();
        QTRY_VERIFY(wasStopped);
    }

    void anotherJobDropsTheResultOfTheOneBefore()
    {
        JobRunner runner;
        QList<int> results;
        QSemaphore first;
        runner.start(
            [&](const std::stop_token &, Progress &) {
                first.acquire(); // until the second one has been started
                return 1;
            },
            [&](int value) { results += value; });
        runner.start([](const std::stop_token &, Progress &) { return 2; },
                     [&](int value) { results += value; });
        first.release();
        QTRY_COMPARE(results, QList<int>{2});
        runner.start([](const std::stop_token &, Progress &) { return 3; },
                     [&](int value) { results += value; });
        QTRY_COMPARE(results, (QList<int>{2, 3}));
    }

    void aDestroyedRunnerWaitsAndDeliversNothing()
    {
        std::atomic<bool> hasEnded = false;
        bool isDelivered = false;
        {
            JobRunner runner;
            QSemaphore begun;
            runner.start(
                [&](const std::stop_token &stop, Progress &) {
                    begun.release();
                    while (!stop.stop_requested())
                        QThread::yieldCurrentThread();
                    hasEnded = true;
                    return 0;
                },
                [&](int) { isDelivered = true; });
            begun.acquire();
        }
        QVERIFY(hasEnded);
        QCoreApplication::processEvents();
        QVERIFY(!isDelivered);
    }
};

QTEST_GUILESS_MAIN(tst_JobRunner)
#include "tst_jobrunner.moc"
