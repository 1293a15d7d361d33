// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/noticebox.h"
#include "app/probewindow/probeactionsform.h"
#include "app/probewindow/probecost.h"
#include "app/probewindow/probefields.h"
#include "app/probewindow/probelinespane.h"
#include "app/probewindow/probesetspane.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/theme.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;
using capture::ProbeRequest;

namespace {

const std::string kLong = "f:vfs_read vfs_read name=file->f_path.dentry->d_name.name:string "
                          "f_pos=file->f_pos:s64 count=count:u64";

/// A pane as wide as in the probe editor.
struct Scene
{
    ProbeLinesPane pane;
    QSignalSpy edited{&pane, &ProbeLinesPane::probesEdited};

    explicit Scene(const std::vector<ProbeRequest> &probes = {})
    {
        pane.resize(440, 700);
        pane.show();
        static_cast<void>(QTest::qWaitForWindowActive(&pane));
        pane.setProbes(probes);
    }
    void type(const QString &text) { QTest::keyClicks(pane.text(), text); }
    [[nodiscard]] QStringList lines() const
    {
        QStringList lines;
        for (const ProbeRequest &probe : pane.probes())
            lines += QString::fromStdString(probe.line);
        return lines;
    }
    /// An answer about what is there now.
    [[nodiscard]] ProbeCheckAnswer answer(std::vector<capture::CheckedProbe> checked,
                                          ProbeTrial trial = ProbeTrial::Make) const
    {
        return {pane.probes(),
                trial,
                {std::move(checked), 4'200'000, {}},
                std::chrono::steady_clock::now()};
    }
};

ProbeRequest probe(const char *line, const char *filter = "")
{
    return {line, filter, {}, false};
}

} // namespace

class tst_ProbeLines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }
    void whatIsShownIsCopiedAsItIs();
    void errorsAreUnderTheirTokenWhileOneTypes_data();
    void errorsAreUnderTheirTokenWhileOneTypes();
    void emptyLinesAndCommentsAreNoProbes();
    void aFilterStaysWithItsLine();
    void undoBringsAFilterBack();
    void theNameIsWrittenIntoTheLine();
    void triggersAreListedAndTold();
    void aWrongFilterIsUnderlined();
    void filtersCompleteTheProbesArguments();
    void fieldsAreThoseOfTheEvent();
    void theChoiceGoesToALine();
    void removingALineTakesItsFilterAlong();
    void theKernelsWordIsUnderItsToken_data();
    void theKernelsWordIsUnderItsToken();
    void anAnswerAboutOtherLinesIsPassedOver();
    void editingForgetsTheAnswer();
    void acceptanceSaysByWhatAndHowLong();
    void aProbeThatStaysIsTold();
    void ratesAreToldWithWhatTheyCost_data();
    void ratesAreToldWithWhatTheyCost();
    void aSetIsAddedBehindTheLines();
    void settingTheSameProbesIsNoEdit();
};

void tst_ProbeLines::whatIsShownIsCopiedAsItIs()
{
    Scene scene({probe(kLong.c_str()), probe("f:vfs_read_ret vfs_read%return ret=$retval:s64")});
    // It is wrapped on the screen.
    QTRY_VERIFY(scene.pane.text()->document()->begin().layout()->lineCount() > 1);
    scene.pane.text()->selectAll();
    scene.pane.text()->copy();
    const QString wanted = QString::fromStdString(kLong)
                           + u"\nf:vfs_read_ret vfs_read%return ret=$retval:s64"_s;
    QCOMPARE(QGuiApplication::clipboard()->text(), wanted);
    QGuiApplication::clipboard()->clear();
    QTest::mouseClick(scene.pane.findChild<QPushButton *>(u"copyLines"_s), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), wanted);
    QCOMPARE(scene.edited.count(), 0);
}

void tst_ProbeLines::errorsAreUnderTheirTokenWhileOneTypes_data()
{
    QTest::addColumn<QString>("token");
    QTest::addColumn<QString>("word");
    QTest::newRow("p vfs_read $foo") << u"$foo"_s << u"$"_s;
    QTest::newRow("p vfs_read a=%di:u7") << u"u7"_s << u"type"_s;
    QTest::newRow("r:x vfs_read a=%di:b99@0/32") << u"b99@0/32"_s << u"bit"_s;
    QTest::newRow("x vfs_read") << u"x"_s << u"p"_s;
    QTest::newRow("p:1name vfs_read") << u"1name"_s << u"name"_s;
}

void tst_ProbeLines::errorsAreUnderTheirTokenWhileOneTypes()
{
    QFETCH(const QString, token);
    QFETCH(const QString, word);
    Scene scene({probe("p:fine vfs_write")});
    scene.pane.text()->moveCursor(QTextCursor::End);
    QTest::keyClick(scene.pane.text(), Qt::Key_Return);
    scene.type(QString::fromLatin1(QTest::currentDataTag()));
    const QStringList marked = scene.pane.text()->markedTexts();
    QCOMPARE(marked.size(), 1);
    QVERIFY2(marked.front().contains(token) || token.contains(marked.front()),
             qPrintable(marked.front()));
    QCOMPARE(scene.pane.text()->marks().front().index, 1);
    QVERIFY2(scene.pane.errorText().contains(word, Qt::CaseInsensitive),
             qPrintable(scene.pane.errorText()));
    QVERIFY(!scene.pane.problem().isEmpty());
    QCOMPARE(scene.pane.checkNotice()->kind(), NoticeBox::Kind::Bad);
    // Until it is right.
    scene.pane.setProbes({probe("p:fine vfs_write")});
    QVERIFY(scene.pane.text()->markedTexts().isEmpty());
    QVERIFY(scene.pane.errorText().isEmpty());
    QVERIFY(scene.pane.problem().isEmpty());
}

void tst_ProbeLines::emptyLinesAndCommentsAreNoProbes()
{
    Scene scene;
    scene.type(u"# what it is for"_s);
    QTest::keyClick(scene.pane.text(), Qt::Key_Return);
    QTest::keyClick(scene.pane.text(), Qt::Key_Return);
    QVERIFY(scene.pane.probes().empty());
    QVERIFY(!scene.pane.problem().isEmpty());
    scene.type(u"p:a vfs_read"_s);
    QCOMPARE(scene.lines(), QStringList{u"p:a vfs_read"_s});
    QVERIFY(scene.pane.problem().isEmpty());
    QVERIFY(scene.edited.count() > 12);
}

void tst_ProbeLines::aFilterStaysWithItsLine()
{
    Scene scene({probe("p:a vfs_read n=%dx", "n > 1"), probe("p:b vfs_write n=%dx", "n > 2")});
    // A line before them.
    scene.pane.text()->moveCursor(QTextCursor::Start);
    scene.type(u"p:c vfs_open"_s);
    QTest::keyClick(scene.pane.text(), Qt::Key_Return);
    auto probes = scene.pane.probes();
    QCOMPARE(scene.lines().size(), 3);
    QCOMPARE(probes[1], probe("p:a vfs_read n=%dx", "n > 1"));
    QCOMPARE(probes[2], probe("p:b vfs_write n=%dx", "n > 2"));
    // Edited, it keeps it.
    scene.pane.text()->moveCursor(QTextCursor::End);
    scene.type(u" m=%si"_s);
    QCOMPARE(scene.pane.probes()[2], probe("p:b vfs_write n=%dx m=%si", "n > 2"));
    // Cut and pasted to another place.
    scene.pane.text()->setCurrentIndex(1);
    scene.pane.text()->moveCursor(QTextCursor::StartOfBlock);
    scene.pane.text()->moveCursor(QTextCursor::NextBlock, QTextCursor::KeepAnchor);
    scene.pane.text()->cut();
    QCOMPARE(scene.lines().size(), 2);
    scene.pane.text()->moveCursor(QTextCursor::End);
    QTest::keyClick(scene.pane.text(), Qt::Key_Return);
    scene.pane.text()->paste();
    probes = scene.pane.probes();
    QCOMPARE(probes.size(), std::size_t{3});
    QCOMPARE(probes[2], probe("p:a vfs_read n=%dx", "n > 1"));
    QCOMPARE(probes[1].filter, std::string("n > 2"));
}

void tst_ProbeLines::undoBringsAFilterBack()
{
    Scene scene({probe("p:a vfs_read n=%dx", "n > 1"), probe("p:b vfs_write")});
    scene.pane.text()->selectAll();
    QTest::keyClick(scene.pane.text(), Qt::Key_Delete);
    QVERIFY(scene.pane.probes().empty());
    scene.pane.text()->undo();
    QCOMPARE(scene.pane.probes(), (std::vector<ProbeRequest>{probe("p:a vfs_read n=%dx", "n > 1"),
                                                             probe("p:b vfs_write")}));
}

void tst_ProbeLines::theNameIsWrittenIntoTheLine()
{
    Scene scene({probe("p  vfs_read   n=%dx  # why")});
    QLineEdit *name = scene.pane.form()->nameField();
    QCOMPARE(name->text(), QString());
    QCOMPARE(name->placeholderText(), u"vfs_read__entry"_s);
    QTest::keyClicks(name, u"reads"_s);
    QCOMPARE(scene.lines(), QStringList{u"p:reads  vfs_read   n=%dx  # why"_s});
    QCOMPARE(name->text(), u"reads"_s);
    QTest::keyClicks(name, u"-2"_s); // no part of a name
    QCOMPARE(scene.lines(), QStringList{u"p:reads2  vfs_read   n=%dx  # why"_s});
    QCOMPARE(scene.edited.count(), 6);
    // A group stays.
    scene.pane.setProbes({probe("r8:own/x vfs_read")});
    name->selectAll();
    QTest::keyClicks(name, u"y"_s);
    QCOMPARE(scene.lines(), QStringList{u"r8:own/y vfs_read"_s});
}

void tst_ProbeLines::triggersAreListedAndTold()
{
    Scene scene({probe("p:a vfs_read n=%dx")});
    QTest::keyClicks(scene.pane.form()->triggerField(), u"stacktrace:5 if n > 3; traceoff;"_s);
    QCOMPARE(scene.pane.probes()[0].triggers,
             (std::vector<std::string>{"stacktrace:5 if n > 3", "traceoff"}));
    QCheckBox *only = scene.pane.form()->triggersOnly();
    QVERIFY(only->isVisible());
    QTest::mouseClick(only, Qt::LeftButton, {}, QPoint(8, only->height() / 2));
    QVERIFY(scene.pane.probes()[0].triggersOnly);
    scene.pane.form()->triggerField()->selectAll();
    QTest::keyClick(scene.pane.form()->triggerField(), Qt::Key_Delete);
    QCOMPARE(scene.pane.probes()[0], probe("p:a vfs_read n=%dx"));
    QVERIFY(!only->isVisible());
}

void tst_ProbeLines::aWrongFilterIsUnderlined()
{
    Scene scene({probe("p:a vfs_read n=%dx name=+0(%si):string")});
    FilterField *filter = scene.pane.form()->filterField();
    QTest::keyClicks(filter, u"n > 3 && m == 2"_s);
    QVERIFY(filter->isMarked());
    QVERIFY(scene.pane.form()->wrongText().contains(u"m"_s));
    QVERIFY(!scene.pane.problem().isEmpty());
    filter->selectAll();
    QTest::keyClicks(filter, u"n > 3 && name ~ \"x*\""_s);
    QVERIFY(!filter->isMarked());
    QVERIFY(scene.pane.form()->wrongText().isEmpty());
    QVERIFY(scene.pane.problem().isEmpty());
    QCOMPARE(scene.pane.probes()[0].filter, std::string("n > 3 && name ~ \"x*\""));
}

void tst_ProbeLines::filtersCompleteTheProbesArguments()
{
    Scene scene({probe("p:a vfs_read number=%dx")});
    FilterField *filter = scene.pane.form()->filterField();
    filter->setFocus();
    QTest::keyClicks(filter, u"num"_s);
    QTest::keyClick(filter, Qt::Key_Tab);
    QVERIFY2(filter->text().startsWith(u"number"_s), qPrintable(filter->text()));
}

void tst_ProbeLines::fieldsAreThoseOfTheEvent()
{
    const auto names = [](const char *line) {
        QStringList found;
        for (const auto &field : fieldsOf(capture::parseProbe(line).value()))
            if (!field.isCommon)
                found += QString::fromStdString(field.name);
        return found.join(u' ');
    };
    QCOMPARE(names("p vfs_read %di b=%si:u8"), u"arg1 b __probe_ip"_s);
    QCOMPARE(names("r vfs_read $retval"), u"arg1 __probe_func __probe_ret_ip"_s);
    QCOMPARE(names("e sched.sched_switch next=$next_pid:s32"), u"next"_s);
    QCOMPARE(names("f vfs_read $arg*"), QString()); // known to the kernel only
    QCOMPARE(names("f vfs_read count"), QString()); // so is its kind
    QCOMPARE(names("f vfs_read count:u64"), u"count __probe_ip"_s);
    const auto fields = fieldsOf(
        capture::parseProbe("p x a=%di:string b=%di:u8[4] c=$comm").value());
    QCOMPARE(fields[0].kind, capture::EventField::Kind::Text);
    QCOMPARE(fields[1].kind, capture::EventField::Kind::Other);
    QCOMPARE(fields[2].kind, capture::EventField::Kind::Text);
}

void tst_ProbeLines::theChoiceGoesToALine()
{
    Scene scene({probe("p:a vfs_read n=%dx", "n > 1")});
    QVERIFY(!scene.pane.form()->choice()->isVisible());
    scene.pane.setProbes({probe("p:a vfs_read n=%dx", "n > 1"), probe("p:b vfs_write")});
    QComboBox *choice = scene.pane.form()->choice();
    QVERIFY(choice->isVisible());
    QCOMPARE(choice->itemText(0), u"a   n > 1"_s);
    choice->setFocus();
    QTest::keyClick(choice, Qt::Key_Down);
    QCOMPARE(scene.pane.text()->currentIndex(), 1);
    QCOMPARE(scene.pane.form()->nameField()->text(), u"b"_s);
    QCOMPARE(scene.pane.form()->filterField()->text(), QString());
    scene.pane.text()->moveCursor(QTextCursor::Start);
    QCOMPARE(choice->currentIndex(), 0);
    QCOMPARE(scene.pane.form()->filterField()->text(), u"n > 1"_s);
}

void tst_ProbeLines::removingALineTakesItsFilterAlong()
{
    Scene scene({probe("p:a vfs_read n=%dx", "n > 1"), probe("p:b vfs_write n=%si", "n > 2"),
                 probe("p:c vfs_open")});
    auto *remove = scene.pane.findChild<QToolButton *>(u"removeProbe"_s);
    QTest::mouseClick(remove, Qt::LeftButton);
    QCOMPARE(scene.pane.probes(), (std::vector<ProbeRequest>{probe("p:b vfs_write n=%si", "n > 2"),
                                                             probe("p:c vfs_open")}));
    QCOMPARE(scene.pane.form()->filterField()->text(), u"n > 2"_s);
    scene.pane.text()->setCurrentIndex(1);
    QTest::mouseClick(remove, Qt::LeftButton);
    QTest::mouseClick(remove, Qt::LeftButton);
    QVERIFY(scene.pane.probes().empty());
    QVERIFY(scene.edited.count() >= 3);
}

void tst_ProbeLines::theKernelsWordIsUnderItsToken_data()
{
    QTest::addColumn<QString>("part");
    QTest::addColumn<int>("caret");
    QTest::addColumn<QString>("token");
    QTest::newRow("function") << u"line"_s << 4 << u"vfs_reed"_s;
    QTest::newRow("type") << u"line"_s << 19 << u"string"_s;
    QTest::newRow("nowhere") << u"line"_s << -1 << u"p:a vfs_reed n=%dx:string"_s;
    QTest::newRow("behind the end") << u"line"_s << 900 << u"g"_s;
    QTest::newRow("filter") << u"filter"_s << 0 << QString();
    QTest::newRow("trigger") << u"triggers/0"_s << -1 << QString();
}

void tst_ProbeLines::theKernelsWordIsUnderItsToken()
{
    QFETCH(const QString, part);
    QFETCH(const int, caret);
    QFETCH(const QString, token);
    Scene scene({{"p:a vfs_reed n=%dx:string", "", {"hist:keys=m"}, false}, probe("p:b x")});
    capture::CheckedProbe wrong;
    wrong.part = part.toStdString();
    wrong.text = "It does not fit.";
    wrong.kernel = "Bad thing";
    wrong.caret = caret;
    scene.pane.setChecked(scene.answer({wrong, {true, "p:g/b x", {}, {}, {}, -1}}));
    QCOMPARE(scene.pane.text()->markedTexts().join(u'|'), token);
    const QString where = part == u"line"_s ? scene.pane.errorText()
                                            : scene.pane.form()->wrongText();
    QVERIFY2(where.contains(u"It does not fit. The kernel says: Bad thing."_s), qPrintable(where));
    QCOMPARE(scene.pane.checkNotice()->kind(), NoticeBox::Kind::Bad);
    QCOMPARE(scene.pane.checkNotice()->details().contains(u"It does not fit."_s),
             part != u"line"_s); // which has it already
    QVERIFY(!scene.pane.isAccepted());
    QVERIFY(scene.pane.problem().contains(u"It does not fit."_s));
}

void tst_ProbeLines::anAnswerAboutOtherLinesIsPassedOver()
{
    Scene scene({probe("p:a vfs_read")});
    auto answer = scene.answer({{true, "p:g/a vfs_read", {}, {}, {}, -1}});
    answer.probes[0].filter = "n > 1";
    scene.pane.setChecked(answer);
    QVERIFY(!scene.pane.isAccepted());
    scene.pane.setRates({answer.probes, {{{1e6, 1e6}}, {}}});
    QVERIFY(!scene.pane.hottestRate());
}

void tst_ProbeLines::editingForgetsTheAnswer()
{
    Scene scene({probe("p:a vfs_read n=%dx")});
    scene.pane.setChecked(scene.answer({{true, "p:g/a vfs_read n=%dx", {}, {}, {}, -1}}));
    scene.pane.setRates({scene.pane.probes(), {{{50, 50}}, {}}});
    QVERIFY(scene.pane.isAccepted());
    QCOMPARE(scene.pane.hottestRate().value_or(0), 50.0);
    // A comparison says less than the kernel has said.
    scene.pane.setChecked(scene.answer({{true, {}, {}, {}, {}, -1}}, ProbeTrial::Compare));
    QVERIFY(scene.pane.isAccepted());
    QTest::keyClicks(scene.pane.form()->filterField(), u"n > 1"_s);
    QVERIFY(!scene.pane.isAccepted());
    QVERIFY(!scene.pane.hottestRate());
    QCOMPARE(scene.pane.checkNotice()->kind(), NoticeBox::Kind::Plain);
}

void tst_ProbeLines::acceptanceSaysByWhatAndHowLong()
{
    Scene scene({probe(kLong.c_str()), probe("f:r vfs_read%return ret=$retval:s64")});
    capture::MachineReport report;
    report.capabilities.kernel = "6.12.9+bpo-amd64";
    scene.pane.setMachine(report);
    scene.pane.setChecked(scene.answer({{true, "x", {}, {}, {}, -1}, {true, "y", {}, {}, {}, -1}}));
    QCOMPARE(scene.pane.checkNotice()->kind(), NoticeBox::Kind::Good);
    QCOMPARE(scene.pane.checkNotice()->title(),
             u"✓ Accepted by this kernel (6.12, fprobes, BTF arguments)"_s);
    QVERIFY2(scene.pane.checkNotice()->details().endsWith(u"s ago, set for 4.2 ms and removed"_s),
             qPrintable(scene.pane.checkNotice()->details()));
    QCOMPARE(agoText(std::chrono::milliseconds(230)), u"0.2 s"_s);
    QCOMPARE(agoText(std::chrono::seconds(185)), u"3 min"_s);
}

void tst_ProbeLines::aProbeThatStaysIsTold()
{
    Scene scene({probe("p:a vfs_read")});
    auto answer = scene.answer({{true, "p:g/a vfs_read", {}, {}, {}, -1}});
    answer.checked.left = {"Device or resource busy (removing g/a)"};
    scene.pane.setChecked(answer);
    QCOMPARE(scene.pane.checkNotice()->kind(), NoticeBox::Kind::Bad);
    QVERIFY(scene.pane.checkNotice()->details().contains(u"busy"_s));
}

void tst_ProbeLines::ratesAreToldWithWhatTheyCost_data()
{
    QTest::addColumn<double>("calls");
    QTest::addColumn<double>("recorded");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("details");
    QTest::addColumn<bool>("isHot");
    // 380 stacks at 2.5 µs are 0.095 %, 41,000 hits at 0.3 µs and 380 events 1.2 %.
    QTest::newRow("the mockup's") << 41'234.0 << 380.4
                                  << u"About 41,000 calls/s, 380 after the condition"_s
                                  << u"the stack of 380 events/s costs about 0.1 % of one CPU\n"
                                     "estimated cost: about 1.3 % of one CPU"_s
                                  << false;
    QTest::newRow("hot") << 1'234'567.0 << 12.0
                         << u"⚠ About 1,200,000 calls/s, 12 after the condition"_s
                         << u"the stack of 12 events/s costs less than 0.1 % of one CPU\n"
                            "estimated cost: about 37 % of one CPU"_s
                         << true;
    QTest::newRow("never") << 0.0 << 0.0 << u"About 0 calls/s, 0 after the condition"_s
                           << u"the stack of 0 events/s costs less than 0.1 % of one CPU\n"
                              "estimated cost: less than 0.1 % of one CPU"_s
                           << false;
}

void tst_ProbeLines::ratesAreToldWithWhatTheyCost()
{
    QFETCH(const double, calls);
    QFETCH(const double, recorded);
    QFETCH(const QString, title);
    QFETCH(const QString, details);
    QFETCH(const bool, isHot);
    Scene scene({{"p:a vfs_read n=%dx", "n > 1", {"stacktrace"}, false}});
    QVERIFY(scene.pane.rateNotice()->button()->isEnabled());
    scene.pane.setRates({scene.pane.probes(), {{{calls, recorded}}, {}}});
    QCOMPARE(scene.pane.rateNotice()->title(), title);
    QCOMPARE(scene.pane.rateNotice()->details(), details);
    QCOMPARE(scene.pane.rateNotice()->kind(),
             isHot ? NoticeBox::Kind::Warning : NoticeBox::Kind::Plain);
}

void tst_ProbeLines::aSetIsAddedBehindTheLines()
{
    QTemporaryDir config;
    qputenv("XDG_CONFIG_HOME", config.path().toUtf8());
    QDir().mkpath(config.filePath(u"thresher/probes"_s));
    QFile file(config.filePath(u"thresher/probes/a-mine.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"version": 1, "title": "Mine",
                   "alternatives": [{"lines": [{"line": "p:z vfs_open", "triggers": ["traceoff"]}]}]})");
    file.close();
    Scene scene({probe("p:a vfs_read")});
    QTest::mouseClick(scene.pane.findChild<QPushButton *>(u"addSet"_s), Qt::LeftButton);
    auto *sets = scene.pane.findChild<ProbeSetsPane *>();
    QVERIFY(sets != nullptr);
    QTRY_VERIFY(!sets->isReading());
    sets->select(u"a-mine"_s);
    QTest::mouseClick(sets->useButton(), Qt::LeftButton);
    QTRY_COMPARE(scene.pane.probes(),
                 (std::vector<ProbeRequest>{probe("p:a vfs_read"),
                                            {"p:z vfs_open", {}, {"traceoff"}, false}}));
    QVERIFY(scene.edited.count() > 0);
    QTRY_VERIFY(scene.pane.findChild<ProbeSetsPane *>() == nullptr);
}

void tst_ProbeLines::settingTheSameProbesIsNoEdit()
{
    Scene scene({probe("p:a vfs_read")});
    QSignalSpy changed(&scene.pane, &ProbeLinesPane::probesChanged);
    scene.pane.setProbes({probe("p:a vfs_read")});
    QCOMPARE(changed.count(), 0);
    scene.pane.setProbes({probe("p:a vfs_read", "common_pid > 1")});
    QCOMPARE(changed.count(), 1);
    QCOMPARE(scene.pane.probes()[0].filter, std::string("common_pid > 1"));
    QCOMPARE(scene.edited.count(), 0);
    scene.pane.addProbes({probe("p:b vfs_write", "common_pid > 2")});
    QCOMPARE(scene.pane.probes()[1], probe("p:b vfs_write", "common_pid > 2"));
    QVERIFY(scene.edited.count() > 0);
}

QTEST_MAIN(tst_ProbeLines)
#include "tst_probelines.moc"
