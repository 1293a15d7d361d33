// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/conditionpane.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/filterbar/filterfield.h"

#include <QComboBox>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;

namespace {

using Kind = capture::EventField::Kind;

capture::EventField field(const char *name, Kind kind)
{
    capture::EventField field;
    field.name = name;
    field.kind = kind;
    return field;
}

void choose(QComboBox *box, const QString &data)
{
    box->setFocus();
    const int at = box->findData(data);
    QVERIFY(at >= 0);
    while (box->currentIndex() < at)
        QTest::keyClick(box, Qt::Key_Down);
    while (box->currentIndex() > at)
        QTest::keyClick(box, Qt::Key_Up);
}

} // namespace

/// When events are recorded.
class tst_conditionpane : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { test::failOnWarnings(); }
    void takesFiltersApart_data();
    void takesFiltersApart();
    void aFilterIsPutTogether();
    void whatIsMoreThanComparisonsIsText();
    void aRowIsTakenAway();
};

void tst_conditionpane::takesFiltersApart_data()
{
    QTest::addColumn<QByteArray>("filter");
    QTest::addColumn<QByteArray>("parts"); // "FIELD|OP|VALUE" and '"' of a text; "-": none
    const auto row = [](const char *filter, const char *parts) {
        QTest::addRow("%s", filter) << QByteArray(filter) << QByteArray(parts);
    };
    row("", "");
    row("count >= 65536", "count|>=|65536;");
    row("count>=0x10&&comm~\"a && b\"", "count|>=|0x10;comm|~|a && b\";");
    row("ret < -1 && flags & 4", "ret|<|-1;flags|&|4;");
    row("a == 1 || b == 2", "-");
    row("(a == 1)", "-");
    row("!a", "-");
    row("a.ustring == \"x\"", "-");
    row("a", "-");
    row("a ==", "-");
    row("a == \"x", "-");
}

void tst_conditionpane::takesFiltersApart()
{
    QFETCH(QByteArray, filter);
    QFETCH(QByteArray, parts);
    const auto comparisons = comparisonsOf(filter.toStdString());
    QByteArray got = comparisons ? "" : "-";
    if (comparisons) {
        for (const Comparison &each : *comparisons)
            got += QByteArray::fromStdString(each.field + '|' + each.op + '|' + each.value)
                   + (each.isText ? "\";" : ";");
        // And back.
        QVERIFY(comparisonsOf(filterOf(*comparisons)) == comparisons);
    }
    QCOMPARE(got, parts);
}

void tst_conditionpane::aFilterIsPutTogether()
{
    ConditionPane pane;
    pane.setFields({field("count", Kind::Number), field("name", Kind::Text)});
    pane.show();
    QVERIFY(QTest::qWaitForWindowExposed(&pane));
    QSignalSpy changed(&pane, &ConditionPane::changed);
    QTest::mouseClick(pane.andButton(), Qt::LeftButton);
    QCOMPARE(pane.filter(), std::string()); // Nothing is compared yet.
    choose(pane.opBox(0), u">="_s);
    QTest::keyClicks(pane.valueField(0), u"65536"_s);
    QCOMPARE(pane.filter(), std::string("count >= 65536"));
    QTest::mouseClick(pane.andButton(), Qt::LeftButton);
    choose(pane.fieldBox(1), u"name"_s);
    QCOMPARE(pane.opBox(1)->findData(u">="_s), -1); // Texts are not larger.
    choose(pane.opBox(1), u"~"_s);
    QTest::keyClicks(pane.valueField(1), u"post\"gres*"_s); // A quote would end it.
    QCOMPARE(pane.filter(), std::string("count >= 65536 && name ~ \"postgres*\""));
    QVERIFY(changed.count() > 0);
    QCOMPARE(pane.problem(), QString());
    // A field that is no longer recorded stays, and is told of.
    pane.setFields({field("count", Kind::Number)});
    QCOMPARE(pane.filter(), std::string("count >= 65536 && name ~ \"postgres*\""));
    QVERIFY(pane.problem().contains(u"name"_s));
}

void tst_conditionpane::whatIsMoreThanComparisonsIsText()
{
    ConditionPane pane;
    pane.setFields({field("count", Kind::Number)});
    pane.show();
    QVERIFY(QTest::qWaitForWindowActive(&pane));
    pane.setFilter("count > 1 || count < 0");
    QVERIFY(pane.textField()->isVisible());
    QCOMPARE(pane.filter(), std::string("count > 1 || count < 0"));
    pane.setFilter("count > 1");
    QVERIFY(!pane.textField()->isVisible());
    QCOMPARE(pane.rowCount(), 1);
    QSignalSpy changed(&pane, &ConditionPane::changed);
    QTest::mouseClick(pane.asTextButton(), Qt::LeftButton);
    QCOMPARE(pane.textField()->text(), u"count > 1"_s);
    pane.textField()->setFocus();
    pane.textField()->selectAll();
    QTest::keyClicks(pane.textField(), u"count > 1 && nobody"_s);
    QVERIFY(changed.count() > 0);
    QVERIFY(!pane.problem().isEmpty());
    QTest::keyClick(pane.textField(), Qt::Key_Escape);
    pane.textField()->setText(u"count < 7"_s);
    QTest::mouseClick(pane.asTextButton(), Qt::LeftButton);
    QCOMPARE(pane.rowCount(), 1);
    QCOMPARE(pane.filter(), std::string("count < 7"));
}

void tst_conditionpane::aRowIsTakenAway()
{
    ConditionPane pane;
    pane.setFields({field("count", Kind::Number)});
    pane.setFilter("count > 1 && count < 9");
    pane.show();
    QSignalSpy changed(&pane, &ConditionPane::changed);
    QVERIFY(QTest::qWaitForWindowExposed(&pane));
    auto *remove = pane.fieldBox(0)->parentWidget()->findChild<QToolButton *>();
    QTest::mouseClick(remove, Qt::LeftButton);
    QCOMPARE(pane.filter(), std::string("count < 9"));
    QCOMPARE(changed.count(), 1);
}

QTEST_MAIN(tst_conditionpane)
#include "tst_conditionpane.moc"
