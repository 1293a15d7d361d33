// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/probesetspane.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/theme.h"

#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;

namespace {

constexpr const char *kSet = R"({"version": 1, "title": "Of my own", "help": "It tells.",
    "parameters": [{"name": "file", "text": "Which program.", "value": ""},
                   {"name": "least", "text": "How many.", "value": "10"}],
    "alternatives": [{"needs": ["kprobes"], "lines": ["p:k vfs_read"]},
                     {"machine": "pdp11", "lines": ["p:m vfs_read"]},
                     {"needs": ["uprobes"],
                      "lines": [{"line": "p:u ${file}:0x10 n=%di", "filter": "n > ${least}"}]}]})";

void write(const QString &path, const char *text)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(text);
}

capture::MachineReport reportOf(std::initializer_list<std::pair<const char *, bool>> features)
{
    capture::MachineReport report;
    report.capabilities.root = true;
    for (const auto &[name, isThere] : features)
        report.capabilities.features.push_back(
            {name, isThere, isThere ? "" : "This kernel was built without CONFIG_X."});
    return report;
}

struct Scene
{
    QTemporaryDir config;
    std::unique_ptr<ProbeSetsPane> pane;

    explicit Scene(const char *text = kSet)
    {
        qputenv("XDG_CONFIG_HOME", config.path().toUtf8());
        QDir().mkpath(config.filePath(u"thresher/probes"_s));
        write(config.filePath(u"thresher/probes/mine.json"_s), text);
        pane = std::make_unique<ProbeSetsPane>();
        pane->resize(320, 600);
        pane->show();
        static_cast<void>(QTest::qWaitForWindowActive(pane.get()));
    }
    [[nodiscard]] bool isReady() const
    {
        return QTest::qWaitFor([this] { return !pane->isReading(); });
    }
};

} // namespace

class tst_ProbeSetsPane : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }
    void setsOfTheUserAndOfTheProgramAreListed();
    void theWayThatFitsIsTakenAndTheOthersSayWhyNot();
    void whatMustBeGivenIsAskedFor();
    void aSetThatNothingFitsCannotBeUsed();
    void aDamagedFileSaysWhatIsWrong();
    void aFileFromElsewhereIsOpened();
    void readingAgainDoesNotForgetAFileThatIsOpened();
    void comingBackFromAnotherMachineKnowsThisOne();
};

void tst_ProbeSetsPane::setsOfTheUserAndOfTheProgramAreListed()
{
    Scene scene;
    QVERIFY(scene.isReady());
    QStringList names;
    for (int row = 0; row < scene.pane->list()->count(); ++row)
        names += scene.pane->list()->item(row)->data(Qt::UserRole).toString();
    QVERIFY(names.contains(u"mine"_s));
    QVERIFY(names.contains(u"malloc-sizes"_s));
    scene.pane->select(u"malloc-sizes"_s);
    scene.pane->reload();
    QVERIFY(scene.isReady());
    QCOMPARE(scene.pane->list()->currentItem()->data(Qt::UserRole).toString(), u"malloc-sizes"_s);
}

void tst_ProbeSetsPane::theWayThatFitsIsTakenAndTheOthersSayWhyNot()
{
    Scene scene;
    QVERIFY(scene.isReady());
    scene.pane->setMachine(reportOf({{"kprobes", false}, {"uprobes", true}}));
    scene.pane->select(u"mine"_s);
    const QStringList ways = scene.pane->waysText().split(u'\n');
    QCOMPARE(ways.size(), 3);
    QCOMPARE(ways[0], u"✗ by kprobes: This kernel was built without CONFIG_X."_s);
    QVERIFY2(ways[1].startsWith(u"✗ by any kernel on pdp11: this machine is "_s),
             qPrintable(ways[1]));
    QCOMPARE(ways[2], u"✓ by uprobes"_s);
    QSignalSpy chosen(scene.pane.get(), &ProbeSetsPane::chosen);
    QTest::keyClicks(scene.pane->parameterField(u"file"_s), u"/bin/sh"_s);
    QTest::mouseClick(scene.pane->useButton(), Qt::LeftButton);
    QTRY_COMPARE(chosen.count(), 1);
    QCOMPARE(chosen.front()[1].value<std::vector<capture::ProbeRequest>>(),
             (std::vector<capture::ProbeRequest>{{"p:u /bin/sh:0x10 n=%di", "n > 10", {}, false}}));
}

void tst_ProbeSetsPane::whatMustBeGivenIsAskedFor()
{
    Scene scene;
    QVERIFY(scene.isReady());
    scene.pane->setMachine(reportOf({{"kprobes", false}, {"uprobes", true}}));
    scene.pane->select(u"mine"_s);
    QSignalSpy chosen(scene.pane.get(), &ProbeSetsPane::chosen);
    QTRY_VERIFY(scene.pane->parameterField(u"file"_s)->isVisible());
    QTest::mouseClick(scene.pane->useButton(), Qt::LeftButton);
    QVERIFY(scene.pane->problemText().contains(u"file"_s));
    QVERIFY(scene.pane->parameterField(u"file"_s)->hasFocus());
    QTest::keyClicks(scene.pane->parameterField(u"file"_s), u"/bin/sh"_s);
    QTest::keyClicks(scene.pane->parameterField(u"least"_s), u"7"_s);
    QTest::keyClick(scene.pane->parameterField(u"least"_s), Qt::Key_Return);
    QTRY_COMPARE(chosen.count(), 1);
    QCOMPARE(chosen.front()[1].value<std::vector<capture::ProbeRequest>>()[0].filter,
             std::string("n > 7"));
    QVERIFY(scene.pane->problemText().isEmpty());
}

void tst_ProbeSetsPane::aSetThatNothingFitsCannotBeUsed()
{
    Scene scene;
    QVERIFY(scene.isReady());
    scene.pane->setMachine(reportOf({{"kprobes", false}, {"uprobes", false}}));
    scene.pane->select(u"mine"_s);
    QVERIFY(!scene.pane->useButton()->isEnabled());
    QVERIFY(!scene.pane->waysText().contains(u"✓"_s));
    QVERIFY(!scene.pane->useButton()->toolTip().isEmpty());
}

void tst_ProbeSetsPane::aDamagedFileSaysWhatIsWrong()
{
    Scene scene(R"({"version": 1, "alternatives": [{"lines": ["p vfs_read $foo"]}]})");
    QVERIFY(scene.isReady());
    scene.pane->select(u"mine"_s);
    QVERIFY(!scene.pane->useButton()->isEnabled());
    QVERIFY2(scene.pane->list()->currentItem()->toolTip().contains(u"$foo"_s),
             qPrintable(scene.pane->list()->currentItem()->toolTip()));
}

void tst_ProbeSetsPane::aFileFromElsewhereIsOpened()
{
    Scene scene;
    QVERIFY(scene.isReady());
    QTemporaryDir elsewhere;
    write(elsewhere.filePath(u"theirs.json"_s),
          R"({"version": 1, "title": "Theirs", "alternatives": [{"lines": ["p:x vfs_read"]}]})");
    scene.pane->open(elsewhere.filePath(u"theirs.json"_s));
    QVERIFY(scene.isReady());
    QCOMPARE(scene.pane->list()->currentItem()->text(), u"Theirs"_s);
    QSignalSpy chosen(scene.pane.get(), &ProbeSetsPane::chosen);
    QTest::mouseClick(scene.pane->useButton(), Qt::LeftButton);
    QTRY_COMPARE(chosen.count(), 1);
    QCOMPARE(chosen.front()[0].toString(), u"theirs"_s);
}

void tst_ProbeSetsPane::readingAgainDoesNotForgetAFileThatIsOpened()
{
    Scene scene; // reads
    QTemporaryDir elsewhere;
    write(elsewhere.filePath(u"theirs.json"_s),
          R"({"version": 1, "title": "Theirs", "alternatives": [{"lines": ["p:x vfs_read"]}]})");
    scene.pane->open(elsewhere.filePath(u"theirs.json"_s));
    QVERIFY(scene.isReady());
    QStringList names;
    for (int row = 0; row < scene.pane->list()->count(); ++row)
        names += scene.pane->list()->item(row)->data(Qt::UserRole).toString();
    QVERIFY2(names.contains(u"mine"_s) && names.contains(u"theirs"_s),
             qPrintable(names.join(u' ')));
    QCOMPARE(scene.pane->list()->currentItem()->text(), u"Theirs"_s);
}

void tst_ProbeSetsPane::comingBackFromAnotherMachineKnowsThisOne()
{
    Scene scene;
    QVERIFY(scene.isReady());
    const auto report = reportOf({{"kprobes", false}, {"uprobes", true}});
    scene.pane->setMachine(report);
    scene.pane->select(u"mine"_s);
    const QString here = scene.pane->waysText();
    scene.pane->setMachine(reportOf({{"kprobes", true}, {"uprobes", true}}), false);
    QVERIFY2(scene.pane->waysText().startsWith(u"✓ by kprobes"_s),
             qPrintable(scene.pane->waysText()));
    scene.pane->setMachine(report);
    QCOMPARE(scene.pane->waysText(), here);
}

QTEST_MAIN(tst_ProbeSetsPane)
#include "tst_probesetspane.moc"
