// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/support/memoryindex.h"
#include "widgets/eventtable/columnchooser.h"
#include "widgets/theme.h"

#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QTreeWidget>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

std::shared_ptr<const IndexSnapshot> snapshot()
{
    test::MemoryIndex index;
    index.addEventTypes({"zz_seen", "aa_seen", "unseen"});
    index.addTasks({Task{1, 1, "t", {}}});
    test::MemoryStream &cpu = index.addStream(0);
    cpu.addEvent(1, EventTypeId{0}, TaskId{1});
    cpu.addEvent(2, EventTypeId{1}, TaskId{1});
    return index.snapshot();
}

struct Scene
{
    QWidget window;
    ColumnChooser *chooser = new ColumnChooser(defaultColumns(), {}, snapshot(), &window);
    QTreeWidget *tree = chooser->findChild<QTreeWidget *>();
    QLineEdit *search = chooser->findChild<QLineEdit *>();
    QSignalSpy chosen{chooser, &ColumnChooser::chosen};

    QStringList groups() const
    {
        QStringList names;
        for (int i = 0; i < tree->topLevelItemCount(); ++i) {
            if (!tree->topLevelItem(i)->isHidden())
                names += tree->topLevelItem(i)->text(0);
        }
        return names;
    }
    QTreeWidgetItem *item(const QString &text) const
    {
        const auto found = tree->findItems(text, Qt::MatchExactly | Qt::MatchRecursive);
        return found.isEmpty() ? nullptr : found.first();
    }
    QStringList lastIds() const
    {
        QStringList ids;
        for (const EventColumn &column : chosen.last().first().value<std::vector<EventColumn>>())
            ids += column.id();
        return ids;
    }
};

} // namespace

class tst_ColumnChooser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }

    void theFieldsOfEventsThatHappenedAreOffered()
    {
        const Scene scene;
        QCOMPARE(scene.groups(), (QStringList{u"Every event"_s, u"aa_seen"_s, u"zz_seen"_s}));
    }

    void aTickAddsAColumnBeforeTheInfo()
    {
        Scene scene;
        scene.item(u"Row"_s)->setCheckState(0, Qt::Checked);
        QCOMPARE(scene.chosen.size(), 1);
        QCOMPARE(scene.lastIds(), (QStringList{u"time"_s, u"delta"_s, u"cpu"_s, u"task"_s, u"pid"_s,
                                               u"event"_s, u"row"_s, u"info"_s}));
        scene.item(u"CPU"_s)->setCheckState(0, Qt::Unchecked);
        QVERIFY(!scene.lastIds().contains(u"cpu"_s));
    }

    void aClickAnywhereOnARowTicksIt()
    {
        Scene scene;
        scene.chooser->popupAt({400, 10});
        const QRect row = scene.tree->visualItemRect(scene.item(u"Row"_s));
        QTest::mouseClick(scene.tree->viewport(), Qt::LeftButton, {}, row.center());
        QVERIFY(scene.lastIds().contains(u"row"_s));
        QTest::mouseClick(scene.tree->viewport(), Qt::LeftButton, {},
                          QPoint(row.left() + 8, row.center().y()));
        QVERIFY(!scene.lastIds().contains(u"row"_s));
        QTest::keyClick(scene.tree, Qt::Key_Space);
        QVERIFY(scene.lastIds().contains(u"row"_s));
    }

    void theLastColumnCannotBeTakenAway()
    {
        Scene scene;
        for (const QString &id :
             {u"Time (s)"_s, u"Δ (µs)"_s, u"CPU"_s, u"Task"_s, u"PID"_s, u"Event"_s, u"Info"_s})
            scene.item(id)->setCheckState(0, Qt::Unchecked);
        QCOMPARE(scene.lastIds().size(), 1);
        QCOMPARE(scene.item(u"Info"_s)->checkState(0), Qt::Checked);
    }

    void theSearchLeavesWhatMatches()
    {
        Scene scene;
        QTest::keyClicks(scene.search, u"ZZ"_s);
        QCOMPARE(scene.groups(), QStringList{u"zz_seen"_s});
        scene.search->clear();
        QCOMPARE(scene.groups().size(), 3);
        QTest::keyClicks(scene.search, u"pid"_s);
        QVERIFY(!scene.item(u"PID"_s)->isHidden());
        QVERIFY(scene.item(u"Task"_s)->isHidden());
    }
};

QTEST_MAIN(tst_ColumnChooser)
#include "tst_columnchooser.moc"
