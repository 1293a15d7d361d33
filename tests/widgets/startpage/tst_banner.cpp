// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/diagnostics/banner.h"
#include "widgets/theme.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

QToolButton *buttonOf(const Banner &banner, const QString &text)
{
    for (QToolButton *button : banner.findChildren<QToolButton *>()) {
        if (button->text() == text && button->isVisible())
            return button;
    }
    return nullptr;
}

} // namespace

class tst_Banner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }

    void detailsAreUnfoldedOnDemandAndMarkupIsText()
    {
        Banner banner;
        QVERIFY(banner.isHidden());
        banner.showMessage(Banner::Kind::Error, u"<b>x</b> cannot be opened."_s, u"/tmp/x: no"_s);
        QVERIFY(banner.isVisible());
        QCOMPARE(banner.text(), u"<b>x</b> cannot be opened."_s);
        QToolButton *more = buttonOf(banner, u"Details"_s);
        QVERIFY(more != nullptr);
        QLabel *details = nullptr;
        for (QLabel *label : banner.findChildren<QLabel *>()) {
            QCOMPARE(label->textFormat(), Qt::PlainText);
            if (label->text() == u"/tmp/x: no")
                details = label;
        }
        QVERIFY(details != nullptr && details->isHidden());
        QTest::mouseClick(more, Qt::LeftButton);
        QVERIFY(details->isVisible());
        QSignalSpy dismissed(&banner, &Banner::dismissed);
        QTest::mouseClick(buttonOf(banner, u"Close"_s), Qt::LeftButton);
        QVERIFY(banner.isHidden());
        QCOMPARE(dismissed.size(), 1);
        banner.showMessage(Banner::Kind::Note, u"Short."_s);
        QCOMPARE(buttonOf(banner, u"Details"_s), nullptr);
        QVERIFY(details->isHidden()); // folded again
    }

    void aQuestionHasItsButton()
    {
        Banner banner;
        banner.showQuestion(Banner::Kind::Note, u"Stopped."_s, u"Continue"_s);
        QSignalSpy triggered(&banner, &Banner::actionTriggered);
        QTest::mouseClick(buttonOf(banner, u"Continue"_s), Qt::LeftButton);
        QCOMPARE(triggered.size(), 1);
        QVERIFY(banner.isHidden());
        banner.showMessage(Banner::Kind::Note, u"Other."_s);
        QCOMPARE(buttonOf(banner, u"Continue"_s), nullptr);
    }
};

QTEST_MAIN(tst_Banner)
#include "tst_banner.moc"
