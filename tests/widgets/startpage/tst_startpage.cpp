// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/widgets/failonwarnings.h"
#include "widgets/startpage/recentrow.h"
#include "widgets/startpage/startpage.h"
#include "widgets/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace thresher::ui;
using namespace Qt::StringLiterals;

class tst_StartPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { thresher::test::failOnWarnings(); }

    void recentFilesAreOpenedAndForgotten()
    {
        StartPage page;
        page.setRecentFiles({{u"/data/one.dat"_s, 2048, QDateTime::currentDateTime()},
                             {u"/data/gone & lost.dat"_s, -1, {}}});
        page.resize(1200, 800);
        page.show();
        const auto rows = page.findChildren<RecentRow *>();
        QCOMPARE(rows.size(), 2);
        QVERIFY(rows[0]->accessibleName().contains(u"2.0 KiB"_s));
        QVERIFY(rows[1]->accessibleName().contains(u"no longer there"_s));
        QSignalSpy chosen(&page, &StartPage::fileChosen);
        QSignalSpy forgotten(&page, &StartPage::forgetRequested);
        QTest::mouseClick(rows[0], Qt::LeftButton);
        QCOMPARE(chosen.first().first().toString(), u"/data/one.dat"_s);
        QTest::keyClick(rows[1], Qt::Key_Delete);
        QCOMPARE(forgotten.first().first().toString(), u"/data/gone & lost.dat"_s);
        QVERIFY(!page.grab().isNull());
        page.setRecentFiles({});
        QCOMPARE(page.findChildren<RecentRow *>().size(), 0);
    }

    void openIsTheFirstThingToPress()
    {
        StartPage page;
        page.show();
        QSignalSpy open(&page, &StartPage::openRequested);
        QTest::mouseClick(page.findChild<QPushButton *>(), Qt::LeftButton);
        QCOMPARE(open.size(), 1);
        QCOMPARE(page.focusProxy(), page.findChild<QPushButton *>());
    }

    void nothingIsSqueezedInALowWindow_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<int>("files");
        QTest::newRow("large, no files") << QSize(1920, 1000) << 0;
        QTest::newRow("large, ten files") << QSize(1920, 1000) << 10;
        QTest::newRow("a laptop's screen") << QSize(1280, 660) << 10;
        QTest::newRow("the smallest window") << QSize(800, 420) << 12;
    }
    void nothingIsSqueezedInALowWindow()
    {
        QFETCH(QSize, size);
        QFETCH(int, files);
        StartPage page;
        std::vector<RecentFile> recent;
        for (int i = 0; i < files; ++i)
            recent.push_back({u"/data/%1.dat"_s.arg(i), 2048, QDateTime::currentDateTime()});
        page.setRecentFiles(recent);
        page.resize(size);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        const auto rows = page.findChildren<RecentRow *>();
        QCOMPARE(rows.size(), files);
        for (const RecentRow *row : rows)
            QCOMPARE(row->height(), row->sizeHint().height());
        for (const QLabel *label : page.findChildren<QLabel *>()) {
            if (label->isVisible())
                QVERIFY2(label->height() >= label->heightForWidth(label->width()),
                         qPrintable(label->text()));
        }
        // What is not in view is reached by the keyboard.
        QWidget *last = rows.isEmpty() ? nullptr : static_cast<QWidget *>(rows.back());
        if (last == nullptr)
            return;
        rows.front()->setFocus();
        for (int i = 1; i < files; ++i)
            QTest::keyClick(rows[i - 1], Qt::Key_Down);
        QVERIFY(last->hasFocus());
        QCOMPARE(last->visibleRegion().boundingRect(), last->rect());
    }

    void aFileThatIsDraggedOverItIsAnswered()
    {
        StartPage page;
        page.resize(900, 600);
        const QImage before = page.grab().toImage();
        page.setDropHighlighted(true);
        QVERIFY(page.grab().toImage() != before);
        page.setDropHighlighted(false);
        QVERIFY(page.grab().toImage() == before);
    }
};

QTEST_MAIN(tst_StartPage)
#include "tst_startpage.moc"
