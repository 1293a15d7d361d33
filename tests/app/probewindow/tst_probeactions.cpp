// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/noticebox.h"
#include "app/probewindow/probeactions.h"
#include "app/probewindow/probechecker.h"
#include "app/probewindow/probelinespane.h"
#include "app/probewindow/saveset.h"
#include "capture/probes/probeset.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/theme.h"

#include <QFile>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::ui;
using capture::ProbeRequest;

namespace {

constexpr int kPatienceMs = 10'000;

constexpr const char *kRoot
    = R"({"type":"capabilities","root":true,"tracefs":{"path":"/t","mounted":true},"kernel":"6.12.1"})";
constexpr const char *kNoRoot
    = R"({"type":"capabilities","root":false,"tracefs":{"path":"/t","mounted":true},"kernel":"6.12.1"})";
constexpr const char *kNoTracefs
    = R"({"type":"capabilities","root":true,"tracefs":{"path":"","mounted":false},"kernel":"6.12.1"})";
constexpr const char *kFine
    = R"({"type":"checked_probes","probes":[{"ok":true,"line":"p:g/a vfs_read"}],"set_ns":2000000})";

QByteArray refusal(const char *text, int caret)
{
    return QByteArray(R"({"type":"checked_probes","probes":[{"ok":false,"part":"line","text":")")
           + text + R"(","kernel":"Refused","caret":)" + QByteArray::number(caret) + "}]}";
}

/// Lines and buttons with a recorder that says what the environment tells it to.
struct Scene
{
    QTemporaryDir folder;
    RecorderLink link{{capture::Privilege::Direct, {}, THRESHER_FAKE_RECORDER}};
    ProbeLinesPane pane;
    ProbeChecker checker{pane, link};
    ProbeActions actions{pane, checker, folder.filePath(u"probes"_s)};
    QSignalSpy recorded{&actions, &ProbeActions::recordRequested};
    QSignalSpy added{&actions, &ProbeActions::addRequested};

    explicit Scene(const char *capabilities = kRoot)
    {
        qputenv("FAKE_CAPABILITIES", capabilities);
        actions.resize(900, 50);
        actions.show();
        pane.show();
        pane.setProbes({{"p:a vfs_read n=%dx", "n > 10", {}, false}});
    }
    [[nodiscard]] bool examine()
    {
        link.examine();
        return QTest::qWaitFor([this] { return checker.access() != ProbeChecker::Access::Unknown; },
                               kPatienceMs);
    }
    void click(QPushButton *button) const { QTest::mouseClick(button, Qt::LeftButton); }
};

} // namespace

class tst_ProbeActions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init();
    void buttonsSayWhyTheyCannot();
    void linesAreComparedWhenTypingRests();
    void checkWaitsForAComparison();
    void checkShowsWhatTheKernelSays_data();
    void checkShowsWhatTheKernelSays();
    void withoutRootNothingIsAskedUntilAPasswordIsGiven();
    void aPasswordThatIsNotGivenIsTold();
    void withoutTracefsCheckIsOff();
    void aRecorderThatDiesIsToldAndTheNextWorks();
    void aCoolFunctionIsArmedAtOnce();
    void aHotFunctionIsAskedAbout();
    void addHandsTheProbesOn();
    void aSetIsKeptAndFoundAgain();
};

void tst_ProbeActions::init()
{
    test::failOnWarnings();
    qputenv("FAKE_COMPARED", R"({"type":"checked_probes","probes":[{"ok":true}]})");
    qputenv("FAKE_MADE", kFine);
    qputenv(
        "FAKE_RATES",
        R"({"type":"measured_probes","probes":[{"calls_per_second":500,"recorded_per_second":3}]})");
    qunsetenv("FAKE_DO");
}

void tst_ProbeActions::buttonsSayWhyTheyCannot()
{
    Scene scene;
    scene.pane.setProbes({});
    for (QPushButton *button : {scene.actions.saveButton(), scene.actions.checkButton(),
                                scene.actions.addButton(), scene.actions.recordButton()}) {
        QVERIFY(!button->isEnabled());
        QVERIFY(button->toolTip().contains(u"no probe"_s));
    }
    scene.pane.setProbes({{"p:a vfs_read $foo", {}, {}, false}});
    QVERIFY(!scene.actions.recordButton()->isEnabled());
    QCOMPARE(scene.actions.recordButton()->toolTip(), scene.pane.problem());
    scene.pane.setProbes({{"p:a vfs_read", {}, {}, false}});
    for (QPushButton *button :
         {scene.actions.saveButton(), scene.actions.addButton(), scene.actions.recordButton()})
        QVERIFY(button->isEnabled());
    QVERIFY2(scene.actions.commandText().contains(u"thresher record"_s)
                 && scene.actions.commandText().contains(u"--probe 'p:a vfs_read'"_s),
             qPrintable(scene.actions.commandText()));
}

void tst_ProbeActions::linesAreComparedWhenTypingRests()
{
    qputenv("FAKE_COMPARED", refusal("There is no function vfs_reed.", 4));
    Scene scene;
    QVERIFY(scene.examine());
    scene.pane.text()->selectAll();
    QTest::keyClicks(scene.pane.text(), u"p:a vfs_reed n=%dx"_s);
    QTRY_COMPARE_WITH_TIMEOUT(scene.pane.text()->markedTexts(), QStringList{u"vfs_reed"_s},
                              kPatienceMs);
    QVERIFY(scene.pane.errorText().contains(u"There is no function vfs_reed."_s));
    QCOMPARE(scene.pane.checkNotice()->title(), u"✗ This kernel would refuse it"_s);
}

void tst_ProbeActions::checkWaitsForAComparison()
{
    Scene scene;
    QVERIFY(scene.examine());
    QTRY_VERIFY_WITH_TIMEOUT(!scene.link.isBusy(), kPatienceMs);
    bool isClicked = false;
    connect(&scene.link, &RecorderLink::busyChanged, this, [&] {
        // It is being compared from now on.
        if (!std::exchange(isClicked, true))
            scene.click(scene.actions.checkButton());
    });
    QTRY_VERIFY_WITH_TIMEOUT(scene.pane.isAccepted(), kPatienceMs);
}

void tst_ProbeActions::checkShowsWhatTheKernelSays_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("token");
    const int bad = static_cast<int>(NoticeBox::Kind::Bad);
    QTest::newRow("accepted") << QByteArray(kFine) << static_cast<int>(NoticeBox::Kind::Good)
                              << u"✓ Accepted by this kernel (6.12, kprobes)"_s << QString();
    QTest::newRow("no kprobes") << refusal("This kernel has no kprobes (CONFIG_KPROBE_EVENTS).", 0)
                                << bad << u"✗ Refused by this kernel"_s << u"p"_s;
    QTest::newRow("busy") << refusal("There is an event g/a already.", 2) << bad
                          << u"✗ Refused by this kernel"_s << u"a"_s;
    QTest::newRow("bad type") << refusal("This type does not fit.", 15) << bad
                              << u"✗ Refused by this kernel"_s << u"%dx"_s;
}

void tst_ProbeActions::checkShowsWhatTheKernelSays()
{
    QFETCH(const QByteArray, answer);
    QFETCH(const int, kind);
    QFETCH(const QString, title);
    QFETCH(const QString, token);
    qputenv("FAKE_MADE", answer);
    Scene scene;
    QVERIFY(scene.examine());
    scene.click(scene.actions.checkButton());
    QVERIFY(!scene.actions.checkButton()->isEnabled()); // it is being asked
    QTRY_VERIFY_WITH_TIMEOUT(scene.actions.checkButton()->isEnabled(), kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(scene.pane.checkNotice()->title(), title, kPatienceMs);
    QCOMPARE(static_cast<int>(scene.pane.checkNotice()->kind()), kind);
    QCOMPARE(scene.pane.text()->markedTexts().join(u'|'), token);
    QCOMPARE(scene.pane.isAccepted(), token.isEmpty());
}

/// Puts a pkexec before the real one; it gives root by other capabilities.
class FakePkexec
{
public:
    explicit FakePkexec(const char *script)
        : m_path(qgetenv("PATH"))
    {
        QFile file(m_folder.filePath(u"pkexec"_s));
        if (file.open(QIODevice::WriteOnly))
            file.write(script);
        file.close();
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        qputenv("PATH", m_folder.path().toUtf8() + ':' + m_path);
    }
    ~FakePkexec() { qputenv("PATH", m_path); }
    Q_DISABLE_COPY_MOVE(FakePkexec)

private:
    QTemporaryDir m_folder;
    QByteArray m_path;
};

void tst_ProbeActions::withoutRootNothingIsAskedUntilAPasswordIsGiven()
{
    const FakePkexec pkexec("#!/bin/sh\nFAKE_CAPABILITIES=$FAKE_UNLOCKED exec \"$@\"\n");
    qputenv("FAKE_UNLOCKED", kRoot);
    Scene scene(kNoRoot);
    QVERIFY(scene.examine());
    QCOMPARE(scene.checker.access(), ProbeChecker::Access::NeedsPassword);
    QVERIFY(scene.pane.checkNotice()->details().contains(u"password"_s));
    QVERIFY(scene.actions.checkButton()->text().remove(u'&').contains(u"Unlock"_s));
    scene.click(scene.actions.checkButton());
    // First the password, then what was wanted.
    QTRY_VERIFY_WITH_TIMEOUT(scene.pane.isAccepted(), kPatienceMs);
    QCOMPARE(scene.checker.access(), ProbeChecker::Access::Root);
    QCOMPARE(scene.actions.checkButton()->text().remove(u'&'), u"Check"_s);
}

void tst_ProbeActions::aPasswordThatIsNotGivenIsTold()
{
    const FakePkexec pkexec("#!/bin/sh\necho 'Request dismissed' >&2\nexit 126\n");
    Scene scene(kNoRoot);
    QVERIFY(scene.examine());
    QSignalSpy failed(&scene.checker, &ProbeChecker::failed);
    scene.click(scene.actions.checkButton());
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatienceMs);
    QVERIFY2(scene.pane.checkNotice()->details().contains(u"Request dismissed"_s),
             qPrintable(scene.pane.checkNotice()->details()));
    // It can be tried again.
    QVERIFY(scene.actions.checkButton()->isEnabled());
    QVERIFY(!scene.checker.isBusy());
}

void tst_ProbeActions::withoutTracefsCheckIsOff()
{
    Scene scene(kNoTracefs);
    QVERIFY(scene.examine());
    QCOMPARE(scene.checker.access(), ProbeChecker::Access::Impossible);
    QVERIFY(!scene.actions.checkButton()->isEnabled());
    QVERIFY(!scene.checker.whyNot().isEmpty());
    QCOMPARE(scene.actions.checkButton()->toolTip(), scene.checker.whyNot());
    QVERIFY(!scene.actions.recordButton()->isEnabled());
}

void tst_ProbeActions::aRecorderThatDiesIsToldAndTheNextWorks()
{
    qputenv("FAKE_MADE", R"({"type":"stopped"})"); // an answer to something else
    Scene scene;
    QVERIFY(scene.examine());
    scene.click(scene.actions.checkButton());
    QTRY_VERIFY_WITH_TIMEOUT(
        scene.pane.checkNotice()->details().contains(u"answer to something else"_s), kPatienceMs);
    QVERIFY(scene.actions.checkButton()->isEnabled());
    qputenv("FAKE_MADE", kFine);
    scene.click(scene.actions.checkButton());
    QTRY_VERIFY_WITH_TIMEOUT(scene.pane.isAccepted(), kPatienceMs);
}

void tst_ProbeActions::aCoolFunctionIsArmedAtOnce()
{
    Scene scene;
    QVERIFY(scene.examine());
    scene.click(scene.actions.recordButton());
    QVERIFY(!scene.actions.recordButton()->isEnabled());
    QTRY_COMPARE_WITH_TIMEOUT(scene.recorded.count(), 1, kPatienceMs);
    QVERIFY2(scene.pane.rateNotice()->title().contains(u"500 calls/s, 3 after"_s),
             qPrintable(scene.pane.rateNotice()->title()));
    QCOMPARE(scene.recorded.front().front().value<std::vector<ProbeRequest>>(),
             scene.pane.probes());
}

void tst_ProbeActions::aHotFunctionIsAskedAbout()
{
    qputenv("FAKE_RATES", R"({"type":"measured_probes","probes":[{"calls_per_second":900000}]})");
    Scene scene;
    QVERIFY(scene.examine());
    scene.click(scene.actions.recordButton());
    QMessageBox *question = nullptr;
    QTRY_VERIFY_WITH_TIMEOUT((question = scene.actions.findChild<QMessageBox *>(u"confirmHot"_s))
                                 != nullptr,
                             kPatienceMs);
    QVERIFY(question->text().contains(u"900"_s));
    QCOMPARE(scene.pane.rateNotice()->kind(), NoticeBox::Kind::Warning);
    QTest::mouseClick(question->button(QMessageBox::Cancel), Qt::LeftButton);
    QCOMPARE(scene.recorded.count(), 0);
    // Measured already, it is asked at once.
    scene.click(scene.actions.recordButton());
    QTRY_VERIFY((question = scene.actions.findChild<QMessageBox *>(u"confirmHot"_s)) != nullptr
                && question->isVisible());
    QTest::mouseClick(question->findChild<QPushButton *>(u"confirm"_s), Qt::LeftButton);
    QCOMPARE(scene.recorded.count(), 1);
}

void tst_ProbeActions::addHandsTheProbesOn()
{
    Scene scene;
    scene.click(scene.actions.addButton());
    QCOMPARE(scene.added.count(), 1);
    QCOMPARE(scene.added.front().front().value<std::vector<ProbeRequest>>(), scene.pane.probes());
}

void tst_ProbeActions::aSetIsKeptAndFoundAgain()
{
    Scene scene;
    const std::vector<ProbeRequest> probes{{"p:a vfs_read n=%dx", "n > 10", {"traceoff"}, false},
                                           {"p:b /bin/sh:0x1234 +0(%di):ustring", {}, {}, false}};
    scene.pane.setProbes(probes);
    QSignalSpy saved(&scene.actions, &ProbeActions::setSaved);
    for (const bool isSecond : {false, true}) {
        scene.click(scene.actions.saveButton());
        auto *dialog = scene.actions.findChild<SaveSetDialog *>();
        QVERIFY(dialog != nullptr);
        QVERIFY(!dialog->saveButton()->isEnabled());
        QTest::keyClicks(dialog->nameField(), u"my set/"_s); // neither is part of a name
        QCOMPARE(dialog->nameField()->text(), u"myset"_s);
        QTest::keyClicks(dialog->titleField(), u"Mine"_s);
        QCOMPARE(dialog->problemText().contains(u"already"_s), isSecond);
        scene.click(dialog->saveButton());
        QTRY_VERIFY(scene.actions.findChild<SaveSetDialog *>() == nullptr);
    }
    QCOMPARE(saved.count(), 2);
    const auto set = capture::readProbeSet(saved.front().front().toString().toStdString());
    QVERIFY2(set.has_value(), set ? "" : set.error().text().c_str());
    QCOMPARE(set->title, std::string("Mine"));
    QCOMPARE(set->alternatives.size(), std::size_t{1});
    QCOMPARE(set->alternatives[0].probes, probes);
    QCOMPARE(set->alternatives[0].needs, (std::vector<std::string>{"kprobes", "uprobes"}));
    QCOMPARE(set->alternatives[0].machine, capture::thisMachine().machine); // it names registers
}

QTEST_MAIN(tst_ProbeActions)
#include "tst_probeactions.moc"
