// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/analysis/analysisscene.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/specs/specsdialog.h"
#include "widgets/theme.h"

#include <QApplication>
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

    void type(const QString &text) const
    {
        dialog->field()->setFocus();
        QTest::keyClicks(dialog->field(), text);
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
