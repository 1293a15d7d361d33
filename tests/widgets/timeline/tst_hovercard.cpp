// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/theme.h"
#include "widgets/timeline/hovercard.h"

#include <QImage>
#include <QPainter>
#include <QTest>

using namespace thresher::ui;
using namespace Qt::StringLiterals;

class tst_HoverCard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aCardStaysInTheWindowAndOffThePointer()
    {
        const QRect bounds(4, 30, 800, 400);
        const QSize size(220, 110);
        for (int x = 0; x <= 810; x += 3) {
            for (int y = 30; y <= 430; y += 3) {
                const QRect card = hoverCardPlace(size, {x, y}, bounds);
                QVERIFY(bounds.contains(card));
                QVERIFY(!card.contains(QPoint(x, y)));
            }
        }
    }

    void aCardLargerThanTheWindowBeginsAtItsCorner()
    {
        const QRect bounds(4, 30, 100, 50);
        QCOMPARE(hoverCardPlace({220, 110}, {50, 40}, bounds).topLeft(), bounds.topLeft());
    }

    void longTextIsElidedInsideTheCard()
    {
        HoverText text;
        text.title = u"a-task-of-fifteen"_s;
        text.titleRest = u"pid 4194304 of process 4194303 · CPU 127"_s;
        text.main = u"ran 3.214 ms"_s;
        text.details = {QString(300, u'x')};
        text.lost = QString(300, u'y');
        text.event = QString(3000, u'z');
        QImage image(300, 200, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        const QRect bounds(10, 10, 280, 180);
        paintHoverCard(painter, text, {150, 100}, bounds, Theme::light());
        painter.end();
        // Only the soft shadow may reach over the bounds.
        for (int y = 0; y < image.height(); ++y)
            QVERIFY(qGray(image.pixel(2, y)) > 235 && qGray(image.pixel(297, y)) > 235);
    }
};

QTEST_MAIN(tst_HoverCard)
#include "tst_hovercard.moc"
