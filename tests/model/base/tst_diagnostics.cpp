// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/diagnostics.h"

#include <QtTest>

#include <limits>
#include <thread>
#include <vector>

using namespace thresher;

namespace {

Diagnostic loss(std::string what, std::uint64_t count = 1)
{
    Diagnostic diagnostic;
    diagnostic.severity = Severity::DataLoss;
    diagnostic.what = std::move(what);
    diagnostic.section = "CPU 1";
    diagnostic.bytes = 4096;
    diagnostic.count = count;
    return diagnostic;
}

} // namespace

class tst_Diagnostics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allKeepsTheOrderOfAdding();
    void equalOnesBeyondTheLimitAreCountedInTheLastOfThem();
    void anotherSectionIsAnotherKind();
    void tooManyKindsEndInOneThatCounts();
    void countsSaturate();
    void severalThreadsMayAdd();
};

void tst_Diagnostics::allKeepsTheOrderOfAdding()
{
    Diagnostics diagnostics;
    QCOMPARE(diagnostics.count(), 0U);
    QVERIFY(diagnostics.all().empty());

    diagnostics.add(loss("first"));
    diagnostics.add(loss("second", 7));
    Diagnostic error;
    error.severity = Severity::Error;
    error.what = "third";
    diagnostics.add(error);

    const auto all = diagnostics.all();
    QCOMPARE(all.size(), 3U);
    QCOMPARE(all[0].what, std::string("first"));
    QCOMPARE(all[1].what, std::string("second"));
    QCOMPARE(all[2].what, std::string("third"));
    QCOMPARE(diagnostics.count(), 9U);
    QCOMPARE(diagnostics.count(Severity::DataLoss), 8U);
    QCOMPARE(diagnostics.count(Severity::Error), 1U);
    QCOMPARE(diagnostics.count(Severity::Info), 0U);
}

void tst_Diagnostics::equalOnesBeyondTheLimitAreCountedInTheLastOfThem()
{
    Diagnostics diagnostics;
    for (std::size_t i = 0; i < Diagnostics::kMaxEach + 50; ++i)
        diagnostics.add(loss("again"));
    diagnostics.add(loss("other"));

    const auto all = diagnostics.all();
    QCOMPARE(all.size(), Diagnostics::kMaxEach + 1);
    QCOMPARE(all[Diagnostics::kMaxEach - 2].count, 1U);
    QCOMPARE(all[Diagnostics::kMaxEach - 1].count, 51U);
    QCOMPARE(all[Diagnostics::kMaxEach - 1].bytes, 51U * 4096U);
    QCOMPARE(all[Diagnostics::kMaxEach].what, std::string("other"));
    QCOMPARE(diagnostics.count(), Diagnostics::kMaxEach + 51);
}

void tst_Diagnostics::anotherSectionIsAnotherKind()
{
    Diagnostics diagnostics;
    for (std::size_t i = 0; i < Diagnostics::kMaxEach; ++i)
        diagnostics.add(loss("again"));
    auto elsewhere = loss("again");
    elsewhere.section = "CPU 2";
    diagnostics.add(elsewhere);
    auto milder = loss("again");
    milder.severity = Severity::Info;
    diagnostics.add(milder);

    QCOMPARE(diagnostics.all().size(), Diagnostics::kMaxEach + 2);
    QCOMPARE(diagnostics.all().back().count, 1U);
}

void tst_Diagnostics::tooManyKindsEndInOneThatCounts()
{
    Diagnostics diagnostics;
    for (std::size_t i = 0; i < Diagnostics::kMaxAll + 20; ++i)
        diagnostics.add(loss(std::to_string(i)));
    Diagnostic error;
    error.severity = Severity::Error;
    error.what = "one more";
    diagnostics.add(error);
    diagnostics.add(loss("0")); // a kind that is kept still counts in its own

    const auto all = diagnostics.all();
    QCOMPARE(all.size(), Diagnostics::kMaxAll);
    QCOMPARE(all.back().count, 22U);
    QCOMPARE(all.back().severity, Severity::Error);
    QCOMPARE(all.front().count, 2U);
    QCOMPARE(diagnostics.count(), Diagnostics::kMaxAll + 22);
    QCOMPARE(diagnostics.count(Severity::Error), 1U);
}

void tst_Diagnostics::countsSaturate()
{
    constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
    Diagnostics diagnostics;
    diagnostics.add(loss("lost", kMax));
    diagnostics.add(loss("lost", 5));
    QCOMPARE(diagnostics.count(), kMax);
    QCOMPARE(diagnostics.count(Severity::DataLoss), kMax);
}

void tst_Diagnostics::severalThreadsMayAdd()
{
    Diagnostics diagnostics;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&diagnostics] {
                for (int i = 0; i < 1000; ++i)
                    diagnostics.add(loss(std::to_string(i % 10)));
            });
        }
    }
    std::uint64_t sum = 0;
    for (const auto &each : diagnostics.all())
        sum += each.count;
    QCOMPARE(sum, 4000U);
    QCOMPARE(diagnostics.count(), 4000U);
    QCOMPARE(diagnostics.all().size(), 10 * Diagnostics::kMaxEach);
}

QTEST_GUILESS_MAIN(tst_Diagnostics)
#include "tst_diagnostics.moc"
