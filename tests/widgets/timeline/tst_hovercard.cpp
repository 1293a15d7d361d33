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

    void aTitleIsWholeWhereItIsTheWidestLine_data()
    {
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("rest");
        for (const QString &title : {u"qemu-system-x86"_s, u"CPU 7"_s, u"CPU 12"_s, u"cat"_s}) {
            QTest::newRow(qPrintable(title)) << title << QString();
            QTest::newRow(qPrintable(title + u" and more"_s)) << title << u"pid 26618 · CPU 1"_s;
        }
    }
    void aTitleIsWholeWhereItIsTheWidestLine()
    {
        QFETCH(QString, title);
        QFETCH(QString, rest);
        // Beside a long line there is room: the title is painted as it is.
        const auto titleLine = [&](const QString &below) {
            HoverText text;
            text.title = title;
            text.titleRest = rest;
            text.main = below;
            QImage image(600, 200, QImage::Format_RGB32);
            image.fill(Qt::white);
            QPainter painter(&image);
            paintHoverCard(painter, text, {0, 0}, image.rect(), Theme::light());
            painter.end();
            const double width = QFontMetricsF(fonts().strong).horizontalAdvance(title)
                                 + QFontMetricsF(fonts().small).horizontalAdvance(rest);
            return image.copy(16, 20, 10 + static_cast<int>(width), 16);
        };
        QCOMPARE(titleLine({}), titleLine(u"ran 3.214 ms and then waited for long, long, long"_s));
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
