// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/analysisrunner.h"
#include "app/tracesession.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
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

    void whatWasFoundIsKeptAndCheckedInTheBackground()
    {
        QTemporaryDir directory(QStringLiteral(THRESHER_TEST_OUTPUT "/XXXXXX"));
        IndexOptions options;
        options.cacheDirectory = directory.path().toStdString();
        const auto open = [](TraceSession &session) {
            session.open(dataFile(u"sched-basic.dat"_s));
            return QTest::qWaitFor(
                [&session] { return session.view().analysis() && session.isSettled(); }, kLong);
        };
        {
            TraceSession session(options);
            QVERIFY(open(session));
            QVERIFY(!session.view().analysis()->kept);
        }
        TraceSession session(options);
        QSignalSpy noted(&session, &TraceSession::noted);
        QVERIFY(open(session));
        const auto kept = session.view().analysis();
        QVERIFY(kept->kept);
        QVERIFY(kept->isComplete());
        // Damaged while it is open, which is as bad.
        std::filesystem::path file;
        for (const auto &entry :
             std::filesystem::recursive_directory_iterator(options.cacheDirectory)) {
            if (entry.path().filename() == "analysis")
                file = entry.path();
        }
        QFile damaged(QString::fromStdString(file.string()));
        QVERIFY(damaged.open(QIODevice::ReadWrite));
        QVERIFY(damaged.seek(65536));
        char byte = 0;
        QVERIFY(damaged.peek(&byte, 1) == 1);
        byte = static_cast<char>(byte ^ 1);
        QVERIFY(damaged.write(&byte, 1) == 1);
        damaged.close();
        QVERIFY(noted.wait(kLong));
        QTRY_VERIFY_WITH_TIMEOUT(session.isSettled(), kLong);
        QVERIFY(!session.view().analysis()->kept);
        QCOMPARE(session.view().analysis()->tracks.size(), kept->tracks.size());
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
