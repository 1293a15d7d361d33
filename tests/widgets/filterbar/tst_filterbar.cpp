// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/traceindex.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/filterbar/filterbar.h"
#include "widgets/filterbar/filterfield.h"
#include "widgets/theme.h"

#include <QListView>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

struct Scene
{
    ViewState view;
    FilterBar bar{view};

    Scene()
    {
        static const auto snapshot = [] {
            const auto trace = TraceFile::open(THRESHER_TEST_DATA "/sched-basic.dat");
            Progress progress;
            return openIndex(trace.value(), {}, {}, progress, {}).value().snapshot;
        }();
        view.setSnapshot(snapshot);
        bar.resize(800, 40);
        bar.show();
        bar.focusField();
        settle();
    }
    static void settle()
    {
        for (int i = 0; i < 3; ++i)
            QCoreApplication::processEvents();
    }
    void type(const QString &text) { QTest::keyClicks(bar.field(), text); }
    void key(Qt::Key key)
    {
        QTest::keyClick(bar.field(), key);
        settle();
    }
    [[nodiscard]] QString offered(int row) const
    {
        return bar.field()->list()->model()->index(row, 0).data().toString();
    }
    QToolButton *button(const QString &text)
    {
        for (QToolButton *button : bar.findChildren<QToolButton *>()) {
            if (button->text() == text)
                return button;
        }
        return nullptr;
    }
};

} // namespace

class tst_FilterBar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }

    void anExpressionIsAppliedByReturn()
    {
        Scene scene;
        scene.type(u"cpu == 1"_s);
        QCOMPARE(scene.view.expression(), QString());
        scene.key(Qt::Key_Escape); // the list
        scene.key(Qt::Key_Return);
        QCOMPARE(scene.view.expression(), u"cpu == 1"_s);
        QCOMPARE(scene.bar.errorText(), QString());
    }

    void whatIsWrongIsMarkedAndSaid_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("said");
        QTest::newRow("a misspelt event") << u"sched_swich"_s << u"sched_switch"_s;
        QTest::newRow("a misspelt field") << u"sched_switch: prev_prioo == 1"_s << u"prev_prio"_s;
        QTest::newRow("an end too soon") << u"cpu == 1 &&"_s << u"expected"_s;
    }
    void whatIsWrongIsMarkedAndSaid()
    {
        QFETCH(QString, text);
        QFETCH(QString, said);
        Scene scene;
        scene.bar.apply(text);
        QCOMPARE(scene.view.expression(), QString());
        QVERIFY(scene.bar.field()->isMarked());
        QVERIFY2(scene.bar.errorText().contains(said), qPrintable(scene.bar.errorText()));
        scene.type(u"x"_s);
        QVERIFY(!scene.bar.field()->isMarked());
        QCOMPARE(scene.bar.errorText(), QString());
    }

    void theMarkIsUnderTheWrongToken()
    {
        Scene scene;
        scene.bar.apply(u"cpu == 1 && nonsense == 2"_s);
        const int at = scene.bar.field()->markX();
        const QFontMetricsF metrics(scene.bar.field()->font());
        const double width = metrics.horizontalAdvance(u"cpu == 1 && "_s);
        QCOMPARE_GT(at, width);
        QCOMPARE_LT(at, width + 24);
    }

    void wordsAreCompletedWithTheKeyboard()
    {
        Scene scene;
        scene.type(u"sched_sw"_s);
        QVERIFY(scene.bar.field()->list()->isVisible());
        QVERIFY2(scene.offered(0).startsWith(u"sched_switch"_s), qPrintable(scene.offered(0)));
        scene.key(Qt::Key_Tab);
        QVERIFY2(scene.bar.field()->text().startsWith(u"sched_switch"_s),
                 qPrintable(scene.bar.field()->text()));
        QVERIFY(scene.bar.field()->hasFocus());
        scene.bar.field()->setText(u"sched_switch: prev_pr"_s);
        scene.type(u"i"_s);
        QCOMPARE(scene.offered(0), u"prev_prio"_s);
        scene.key(Qt::Key_Down);
        scene.key(Qt::Key_Return);
        QCOMPARE(scene.bar.field()->text(), u"sched_switch: prev_prio "_s);
        QCOMPARE(scene.view.expression(), QString()); // taken, not applied
        scene.key(Qt::Key_Escape);
        QVERIFY(!scene.bar.field()->list()->isVisible());
    }

    void escapeGivesBackWhatIsApplied()
    {
        Scene scene;
        scene.bar.apply(u"cpu == 1"_s);
        Scene::settle();
        QSignalSpy left(&scene.bar, &FilterBar::left);
        scene.type(u" && pid"_s);
        scene.key(Qt::Key_Escape); // closes the list
        scene.key(Qt::Key_Escape);
        QCOMPARE(left.count(), 1);
        QCOMPARE(scene.bar.field()->text(), u"cpu == 1"_s);
        QCOMPARE(scene.view.expression(), u"cpu == 1"_s);
    }

    void switchesChangeWhatTheFilterDoes()
    {
        Scene scene;
        QVERIFY(scene.button(u"Table"_s)->isChecked());
        QVERIFY(!scene.button(u"Timeline"_s)->isChecked());
        QTest::mouseClick(scene.button(u"Timeline"_s), Qt::LeftButton);
        QTest::mouseClick(scene.button(u"Highlight"_s), Qt::LeftButton);
        QCOMPARE(scene.view.filterUse(), (FilterUse{true, true, false}));
        scene.view.setFilterUse({false, false, true});
        Scene::settle();
        QVERIFY(!scene.button(u"Table"_s)->isChecked());
        QVERIFY(scene.button(u"Highlight"_s)->isChecked());
    }

    void whereThereIsLittleRoomTheSwitchesAreInAMenu()
    {
        Scene scene;
        QVERIFY(scene.button(u"Table"_s)->isVisible());
        QVERIFY(!scene.button(u"In ▾"_s)->isVisible());
        const int before = scene.bar.field()->width();
        scene.bar.resize(480, 40);
        Scene::settle();
        QVERIFY(!scene.button(u"Table"_s)->isVisible());
        QVERIFY(scene.button(u"In ▾"_s)->isVisible());
        QVERIFY2(scene.bar.field()->width() > before * 3 / 4,
                 qPrintable(QString::number(scene.bar.field()->width())));
        const auto actions = scene.button(u"In ▾"_s)->menu()->actions();
        QCOMPARE(actions.size(), 3);
        QVERIFY(actions.at(0)->isChecked());
        actions.at(0)->trigger();
        QVERIFY(!scene.view.filterUse().table);
        scene.bar.resize(900, 40);
        Scene::settle();
        QVERIFY(scene.button(u"Table"_s)->isVisible());
        QVERIFY(!scene.button(u"Table"_s)->isChecked());
    }

    void theCountAndItsProgressAreSaid()
    {
        Scene scene;
        scene.bar.apply(u"cpu == 1"_s);
        scene.bar.setProgress(0.5);
        QCOMPARE(scene.bar.countText(), u"0 …  50 %"_s);
        auto matches = std::make_shared<Selection>();
        matches->count = 20769;
        scene.view.setMatches(matches);
        scene.bar.setProgress(-1);
        Scene::settle();
        QCOMPARE(scene.bar.countText(), u"✓ 20,769 of 49,177"_s);
        scene.type(u"x"_s); // no longer what is counted
        QCOMPARE(scene.bar.countText(), QString());
    }
};

QTEST_MAIN(tst_FilterBar)
#include "tst_filterbar.moc"
