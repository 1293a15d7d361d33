// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/qt/diagnosticsmodel.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace thresher;
using namespace Qt::StringLiterals;

namespace {

Diagnostic lost(std::uint64_t count)
{
    Diagnostic diagnostic;
    diagnostic.severity = Severity::DataLoss;
    diagnostic.what = "Events were lost.";
    diagnostic.section = "CPU 1";
    diagnostic.offset = 4096;
    diagnostic.bytes = 12'000;
    diagnostic.time = TimeRange{100, 200};
    diagnostic.count = count;
    return diagnostic;
}

Diagnostic note()
{
    Diagnostic diagnostic;
    diagnostic.what = "No kallsyms.";
    return diagnostic;
}

QString dump(const DiagnosticsModel &model)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells += model.index(row, column).data().toString();
        lines += cells.join(u'|');
    }
    return lines.join(u'\n');
}

} // namespace

class tst_DiagnosticsModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void itIsAModelWhileItFillsGrowsAndIsReplaced()
    {
        DiagnosticsModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QCOMPARE(dump(model), QString());
        model.setDiagnostics({note()});
        model.setDiagnostics({note(), lost(1)});
        QCOMPARE(inserted.size(), 2);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(dump(model), u"Note|No kallsyms.|||||\n"
                              "Data loss|Events were lost.|CPU 1|100||12,000|4,096"_s);
        model.setDiagnostics({note(), lost(1)});
        QCOMPARE(inserted.size(), 2);
        model.setDiagnostics({note(), lost(1500)});
        QCOMPARE(reset.size(), 1);
        QCOMPARE(model.index(1, DiagnosticsModel::CountColumn).data().toString(), u"1,500"_s);
        model.setDiagnostics({});
        QCOMPARE(model.rowCount(), 0);
    }

    void countsAddWhatHappenedSeveralTimes()
    {
        DiagnosticsModel model;
        model.setDiagnostics({note(), lost(3), lost(4)});
        QCOMPARE(model.count(Severity::DataLoss), std::uint64_t{7});
        QCOMPARE(model.count(Severity::Info), std::uint64_t{1});
        QCOMPARE(model.count(Severity::Error), std::uint64_t{0});
    }
};

QTEST_GUILESS_MAIN(tst_DiagnosticsModel)
#include "tst_diagnosticsmodel.moc"
