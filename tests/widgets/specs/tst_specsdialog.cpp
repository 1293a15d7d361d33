// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/analysis/analysisscene.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/specs/specform.h"
#include "widgets/specs/specsdialog.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QListView>
#include <QPointer>
#include <QPushButton>
#include <QTableView>
#include <QTest>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

TraceDatWriter recording()
{
    TraceDatWriter writer;
    for (std::uint64_t i = 1; i < 20; ++i) {
        writer.softirqEntry(0, i * 100, 0, 1);
        writer.softirqExit(0, i * 100 + 50, 0, 1);
    }
    return writer;
}

struct Scene
{
    AnalysisScene trace{recording()};
    SpecList list;
    QPointer<SpecsDialog> dialog;

    Scene()
    {
        list.setIndex(trace.index);
        list.setAnalysis(trace.analysis);
        dialog = new SpecsDialog(list, nullptr);
        dialog->show();
        dialog->activateWindow();
        static_cast<void>(QTest::qWaitForWindowActive(dialog));
    }
    Scene(const Scene &) = delete;
    Scene &operator=(const Scene &) = delete;
    ~Scene() { delete dialog; }

    void type(const QString &text) const { type(dialog->field(), text); }
    static void type(FilterField *field, const QString &text)
    {
        field->setFocus();
        QTest::keyClicks(field, text);
    }
    static void click(QWidget *button) { QTest::mouseClick(button, Qt::LeftButton); }
};

} // namespace

class tst_SpecsDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }

    void aPairIsWrittenWithCompletionAndAdded()
    {
        Scene scene;
        FilterField *field = scene.dialog->field();
        QVERIFY(!scene.dialog->saveButton()->isEnabled());
        scene.type(u"mine: softirq_en"_s);
        QVERIFY(field->list()->isVisible());
        QTest::keyClick(field, Qt::Key_Tab);
        QCOMPARE(field->text(), u"mine: softirq_entry "_s);
        scene.type(u"-> softirq_ex"_s);
        QTest::keyClick(field, Qt::Key_Tab);
        QCOMPARE(scene.dialog->said(), u"19 begin events, 19 end events in this trace"_s);
        scene.type(u"by ve"_s);
        QTest::keyClick(field, Qt::Key_Tab);
        QCOMPARE(field->text(), u"mine: softirq_entry -> softirq_exit by vec "_s);
        QTest::keyClick(field, Qt::Key_Escape); // the list
        QVERIFY(scene.dialog->saveButton()->isEnabled());
        Scene::click(scene.dialog->saveButton());
        QCOMPARE(scene.list.toText(), u"pair mine: softirq_entry -> softirq_exit by vec\n"_s);
        QCOMPARE(scene.dialog->table()->currentIndex().row(), 0);
        // It is edited from here on.
        field->setFocus();
        QTest::keyClick(field, Qt::Key_End);
        scene.type(u" on vec"_s);
        QTest::keyClick(field, Qt::Key_Escape);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(scene.list.toText(),
                 u"pair mine: softirq_entry -> softirq_exit by vec on vec\n"_s);
        Scene::click(scene.dialog->removeButton());
        QCOMPARE(scene.list.toText(), QString());
    }

    void aPairIsPutTogetherInTheForm()
    {
        Scene scene;
        using Part = SpecForm::Part;
        SpecForm *form = scene.dialog->form();
        QVERIFY(form->field(Part::Name)->hasFocus());
        Scene::type(form->field(Part::Name), u"my pair"_s);
        // By the keyboard from field to field; each completes what may stand there.
        QTest::keyClick(form->field(Part::Name), Qt::Key_Tab);
        QTest::keyClick(scene.dialog->focusWidget(), Qt::Key_Tab); // the check box
        FilterField *begin = form->field(Part::Begin);
        QTRY_VERIFY(begin->hasFocus());
        QTest::keyClicks(begin, u"softirq_e"_s);
        QVERIFY(begin->list()->isVisible());
        QTest::keyClick(begin, Qt::Key_Tab);
        QCOMPARE(begin->text().trimmed(), u"softirq_entry"_s);
        Scene::type(form->field(Part::BeginFilter), u"ve"_s);
        QTest::keyClick(form->field(Part::BeginFilter), Qt::Key_Tab);
        Scene::type(form->field(Part::BeginFilter), u"== 1"_s);
        QTest::keyClick(form->field(Part::BeginFilter), Qt::Key_Escape);
        Scene::type(form->field(Part::End), u"softirq_exit"_s);
        QCOMPARE(scene.dialog->said(), u"19 begin events, 19 end events in this trace"_s);
        Scene::type(form->field(Part::Keys), u"vec"_s);
        form->firstBox()->click();
        QCOMPARE(scene.dialog->field()->text(),
                 u"\"my pair\": first softirq_entry if (vec == 1) -> softirq_exit by vec"_s);
        // What is written as text is in the form, too.
        scene.dialog->field()->setFocus();
        QTest::keyClick(scene.dialog->field(), Qt::Key_End);
        scene.type(u" on vec"_s);
        QTest::keyClick(scene.dialog->field(), Qt::Key_Escape); // the list
        QCOMPARE(form->field(Part::Lane)->text(), u"vec"_s);
        form->field(Part::Lane)->setFocus();
        QTest::keyClick(form->field(Part::Lane), Qt::Key_Return);
        QCOMPARE(scene.list.toText(), u"pair \"my pair\": first softirq_entry if (vec == 1) -> "
                                      "softirq_exit by vec on vec\n"_s);
        // A wrong part is told and not added.
        form->field(Part::End)->setText(u"softirq_none"_s);
        QVERIFY(scene.dialog->said().contains(u"'softirq_none'"_s));
        QVERIFY(!scene.dialog->saveButton()->isEnabled());
    }

    void aCounterIsPutTogetherInTheForm()
    {
        Scene scene;
        using Part = SpecForm::Part;
        SpecForm *form = scene.dialog->form();
        QVERIFY(form->field(Part::Begin)->isVisible());
        scene.dialog->kindBox()->setCurrentIndex(1);
        QVERIFY(!form->field(Part::Begin)->isVisible());
        Scene::type(form->field(Part::Name), u"vectors"_s);
        Scene::type(form->field(Part::Event), u"softirq_en"_s);
        QTest::keyClick(form->field(Part::Event), Qt::Key_Tab);
        Scene::type(form->field(Part::Field), u"v"_s);
        QTest::keyClick(form->field(Part::Field), Qt::Key_Tab);
        Scene::type(form->field(Part::Series), u"c"_s);
        QTest::keyClick(form->field(Part::Series), Qt::Key_Tab);
        Scene::type(form->field(Part::Unit), u"kinds"_s);
        form->signedBox()->click();
        QCOMPARE(scene.dialog->said(), u"19 events in this trace"_s);
        Scene::click(scene.dialog->saveButton());
        QCOMPARE(scene.list.toText(),
                 u"counter vectors: softirq_entry vec signed by cpu in kinds\n"_s);
        Scene::click(scene.dialog->newButton());
        QCOMPARE(form->text(), QString());
        // A built-in one is shown in its parts.
        scene.dialog->table()->selectRow(1);
        QCOMPARE(scene.dialog->kindBox()->currentIndex(), 0);
        QCOMPARE(form->field(Part::Begin)->text(), u"irq:softirq_entry"_s);
        QCOMPARE(form->text(), scene.dialog->field()->text());
    }

    void whatIsWrongIsMarkedWhileOneTypes()
    {
        Scene scene;
        FilterField *field = scene.dialog->field();
        scene.type(u"x: softirq_entr"_s);
        QVERIFY(!field->isMarked()); // it may become one
        scene.type(u" -> softirq_exit "_s);
        QVERIFY(field->isMarked());
        QVERIFY2(scene.dialog->said().contains(u"'softirq_entr'"_s),
                 qPrintable(scene.dialog->said()));
        QCOMPARE(field->cursorPosition(), field->text().size());
        QVERIFY(!scene.dialog->saveButton()->isEnabled());
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(scene.list.rowCount(), 1); // the built-in one
    }

    void aBuiltInOneIsSwitchedOffByTheMouse()
    {
        Scene scene;
        QTableView *table = scene.dialog->table();
        const QRect cell = table->visualRect(scene.list.index(0, 0));
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                          {cell.left() + 12, cell.center().y()});
        QCOMPARE(scene.list.options().leftOut, (std::vector<std::string>{"softirq"}));
        table->selectRow(0);
        // Its text is a pattern for one of the user's.
        QVERIFY(scene.dialog->field()->text().startsWith(u"softirq: irq:softirq_entry"_s));
        QVERIFY(!scene.dialog->removeButton()->isEnabled());
        QTest::keyClick(table, Qt::Key_Space);
        QVERIFY(scene.list.options().leftOut.empty());
    }

    void linesOfTextArePasted()
    {
        Scene scene;
        QApplication::clipboard()->setText(u"pair a: softirq_entry -> softirq_exit\n"
                                           "counter b: softirq_entry vec\n"_s);
        Scene::click(scene.dialog->pasteButton());
        QCOMPARE(scene.list.rowCount(), 3);
        scene.dialog->table()->selectRow(1);
        QCOMPARE(scene.dialog->kindBox()->currentIndex(), 1);
        QCOMPARE(scene.dialog->said(), u"19 events in this trace"_s);
        Scene::click(scene.dialog->newButton());
        QVERIFY(scene.dialog->field()->text().isEmpty());
        QApplication::clipboard()->setText(u"nothing"_s);
        Scene::click(scene.dialog->pasteButton());
        QCOMPARE(scene.list.rowCount(), 3);
    }

    void escapeClosesIt()
    {
        Scene scene;
        scene.dialog->field()->setFocus();
        QTest::keyClick(scene.dialog->field(), Qt::Key_Escape);
        QTRY_VERIFY(!scene.dialog);
    }
};

QTEST_MAIN(tst_SpecsDialog)
#include "tst_specsdialog.moc"
