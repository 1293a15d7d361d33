// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/speccompletion.h"
#include "tests/model/analysis/analysisscene.h"

#include <QTest>

using namespace thresher;
using namespace thresher::test;

class TestSpecCompletion final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatMayStandAtTheCursor_data()
    {
        QTest::addColumn<bool>("isPair");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("first"); // what is offered first, with where it would stand
        const auto row = [](const char *name, bool isPair, const char *text, const char *first) {
            QTest::newRow(name) << isPair << QByteArray(text) << QByteArray(first);
        };
        row("a name is free", true, "x", "");
        row("an event", true, "x: softirq_en", "softirq_entry at 3");
        row("with its system", true, "x: irq:softirq_en", "irq:softirq_entry at 3");
        row("behind an event", true, "x: softirq_entry ", "-> at 17");
        row("the other event", true, "x: softirq_entry -> softirq_ex", "softirq_exit at 20");
        row("behind both", true, "x: softirq_entry -> softirq_exit b", "by at 33");
        row("a key", true, "x: softirq_entry -> softirq_exit by v", "vec at 36");
        row("a second one", true, "x: softirq_entry -> softirq_exit by vec, c", "cpu at 41");
        row("of the other event", true, "x: softirq_entry -> sched_switch by vec=next_p",
            "next_pid at 40");
        row("a lane", true, "x: softirq_entry -> softirq_exit by vec on v", "vec at 43");
        row("a condition", true, "x: softirq_entry if (ve", "vec at 21");
        row("behind a condition", true, "x: softirq_entry if (vec == 1) ", "-> at 31");
        row("a counter's event", false, "x: softirq_en", "softirq_entry at 3");
        row("its field", false, "x: softirq_entry v", "vec at 17");
        row("its key", false, "x: softirq_entry vec by cp", "cpu at 24");
        row("its unit is free", false, "x: softirq_entry vec in ", "");
        row("an event that is not recorded", true, "x: irq_handler_en", "");
    }
    void whatMayStandAtTheCursor()
    {
        QFETCH(const bool, isPair);
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, first);
        TraceDatWriter writer;
        writer.softirqEntry(0, 100, 0, 1);
        writer.softirqExit(0, 200, 0, 1);
        writer.schedSwitch(0, 300, {0, "swapper"}, 0, {10, "a"});
        const AnalysisScene scene(writer);
        const std::string whole = text.toStdString();
        const auto found = specCompletions(isPair ? SpecKind::Pair : SpecKind::Counter,
                                           whole + " behind", whole.size(), *scene.index);
        const std::string said = found.empty() ? std::string()
                                               : found.front().text + " at "
                                                     + std::to_string(found.front().range.begin);
        QCOMPARE(QByteArray::fromStdString(said), first);
        for (const Completion &each : found) {
            QVERIFY(each.range.begin <= each.range.end && each.range.end <= whole.size());
        }
    }

    void anyTextIsCompletedWithoutHarm()
    {
        TraceDatWriter writer;
        writer.softirqEntry(0, 100, 0, 1);
        const AnalysisScene scene(writer);
        const std::string text
            = "\"a b\": first irq:x if (f(\"x\") && y) -> b if (c by d=e, f on \"g";
        for (std::size_t from = 0; from < text.size(); ++from) {
            for (std::size_t to = from; to <= text.size(); ++to) {
                const std::string part = text.substr(from, to - from);
                for (const SpecKind kind : {SpecKind::Pair, SpecKind::Counter})
                    QCOMPARE_LE(specCompletions(kind, part, part.size(), *scene.index).size(), 64U);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestSpecCompletion)
#include "tst_speccompletion.moc"
