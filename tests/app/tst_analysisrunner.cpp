// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/analysisrunner.h"
#include "app/tracesession.h"

#include <QSignalSpy>
#include <QTest>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr int kLong = 20'000; // ms

QString dataFile(const QString &name)
{
    return QStringLiteral(THRESHER_TEST_DATA "/") + name;
}

} // namespace

class tst_AnalysisRunner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatTasksDidIsKnownWhenASessionHasSettled()
    {
        TraceSession session{IndexOptions()};
        QSignalSpy opened(&session, &TraceSession::opened);
        QSignalSpy progressed(&session.analysis(), &AnalysisRunner::progressed);
        session.open(dataFile(u"sched-basic.dat"_s));
        QVERIFY(opened.wait(kLong));
        QTRY_VERIFY_WITH_TIMEOUT(session.isSettled(), kLong);
        const auto &analysis = session.view().analysis();
        QVERIFY(analysis != nullptr);
        QVERIFY(analysis->isComplete());
        QVERIFY(analysis->hasSwitches);
        QVERIFY(!analysis->tracks.empty());
        QCOMPARE(analysis->index, session.view().snapshot());
        QCOMPARE(progressed.last()[0].toDouble(), -1.0);
    }

    void closingForgetsIt()
    {
        TraceSession session{IndexOptions()};
        QSignalSpy opened(&session, &TraceSession::opened);
        session.open(dataFile(u"sched-basic.dat"_s));
        QVERIFY(opened.wait(kLong));
        session.close();
        QCoreApplication::sendPostedEvents();
        QTRY_VERIFY_WITH_TIMEOUT(session.isSettled(), kLong);
        QVERIFY(!session.view().analysis());
        QVERIFY(!session.analysis().isRunning());
    }

    void whatWasStoppedGoesOnWhenAsked()
    {
        TraceSession session{IndexOptions()};
        AnalysisRunner &runner = session.analysis();
        QSignalSpy stopped(&runner, &AnalysisRunner::stopped);
        // As soon as it runs: cancelled before it can be done.
        QObject eager;
        connect(&session.view(), &ViewState::changed, &eager, [&runner] {
            if (runner.isRunning())
                runner.cancel();
        });
        session.open(dataFile(u"lab-sched-16cpu.dat"_s));
        QTRY_VERIFY_WITH_TIMEOUT(session.view().snapshot() && session.isSettled(), kLong);
        disconnect(&session.view(), nullptr, &eager, nullptr);
        if (stopped.isEmpty())
            QVERIFY(session.view().analysis()->isComplete()); // it was faster
        runner.restart();
        QTRY_VERIFY_WITH_TIMEOUT(session.view().analysis() && !runner.isRunning(), kLong);
        QVERIFY(session.view().analysis()->isComplete());
    }
};

QTEST_MAIN(tst_AnalysisRunner)
#include "tst_analysisrunner.moc"
