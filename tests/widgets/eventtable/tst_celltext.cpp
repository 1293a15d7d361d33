// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/celltext.h"
#include "widgets/theme.h"

#include <QFontDatabase>
#include <QImage>
#include <QPainter>
#include <QTest>

#include <algorithm>
#include <random>

using namespace Qt::StringLiterals;
using namespace thresher::ui;

namespace {

constexpr QSize kSize(400, 21);

QImage white()
{
    QImage image(kSize, QImage::Format_RGB32);
    image.fill(Qt::white);
    return image;
}

/// Where something is drawn.
QRect inkOf(const QImage &image)
{
    QRect ink;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (qGray(image.pixel(x, y)) < 160)
                ink |= QRect(x, y, 1, 1);
        }
    }
    return ink;
}

} // namespace

class tst_CellText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatFitsIsWhole_data();
    void whatFitsIsWhole();
    void isDrawnWhereQtDrawsIt_data();
    void isDrawnWhereQtDrawsIt();
    void noLettersBecomeOne();
};

void tst_CellText::whatFitsIsWhole_data()
{
    QTest::addColumn<QFont>("font");
    QTest::addRow("mono") << fonts().mono;
    QTest::addRow("ui") << fonts().ui;
}

void tst_CellText::whatFitsIsWhole()
{
    QFETCH(QFont, font);
    const QImage device = white();
    CellText text(font, &device);
    const QFontMetricsF metrics(font, &device);
    std::mt19937 random(1);
    for (int i = 0; i < 2000; ++i) {
        QString any(static_cast<qsizetype>(random() % 40), u'x');
        for (QChar &c : any)
            c = i % 10 == 0 ? QChar(u'é') : QChar(static_cast<char16_t>(u' ' + random() % 95));
        const int width = static_cast<int>(random() % 300);
        const auto fits = text.fitting(any, width);
        QVERIFY2(fits.text.size() < 2 || metrics.horizontalAdvance(fits.text) < width + 1,
                 qPrintable(any));
        if (fits.text == any || font == fonts().ui)
            continue;
        // Not one letter more would have had room. (Where letters differ, Qt leaves some room.)
        QVERIFY(fits.text.isEmpty() || fits.text.endsWith(u'…'));
        const QString kept = fits.text.chopped(fits.text.isEmpty() ? 0 : 1);
        QVERIFY(any.startsWith(kept));
        QVERIFY2(metrics.horizontalAdvance(any.left(kept.size() + 1) + u'…') > width - 1,
                 qPrintable(any));
    }
}

void tst_CellText::isDrawnWhereQtDrawsIt_data()
{
    QTest::addColumn<QFont>("font");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isRight");
    const QString plain = u"prev_comm=sh ip: 0xffff_Qg|"_s;
    for (const bool isRight : {false, true}) {
        const char *side = isRight ? "right" : "left";
        QTest::addRow("mono %s", side) << fonts().mono << plain << isRight;
        QTest::addRow("mono, other letters %s", side) << fonts().mono << u"größer: Ω"_s << isRight;
        QTest::addRow("ui %s", side) << fonts().ui << plain << isRight;
        QTest::addRow("cut %s", side) << fonts().mono << plain.repeated(4) << isRight;
    }
}

void tst_CellText::isDrawnWhereQtDrawsIt()
{
    QFETCH(QFont, font);
    QFETCH(QString, text);
    QFETCH(bool, isRight);
    const QRect rect(10, 0, 300, kSize.height());
    QImage ours = white();
    {
        CellText cell(font, &ours);
        QPainter painter(&ours);
        painter.setPen(Qt::black);
        cell.draw(painter, rect, text, isRight);
    }
    QImage theirs = white();
    {
        QPainter painter(&theirs);
        painter.setPen(Qt::black);
        painter.setFont(font);
        painter.drawText(
            rect,
            static_cast<int>(isRight ? Qt::AlignRight : Qt::AlignLeft)
                | static_cast<int>(Qt::AlignVCenter) | static_cast<int>(Qt::TextSingleLine),
            QFontMetrics(font, &theirs).elidedText(text, Qt::ElideRight, rect.width()));
    }
    const QRect a = inkOf(ours);
    const QRect b = inkOf(theirs);
    QVERIFY(!a.isEmpty());
    QCOMPARE(a.top(), b.top());
    QCOMPARE(a.bottom(), b.bottom());
    // Parts of a pixel are rounded here, or there.
    QVERIFY2(std::abs(a.left() - b.left()) <= 1, qPrintable(QString::number(a.left() - b.left())));
    QVERIFY2(std::abs(a.right() - b.right()) <= 1,
             qPrintable(QString::number(a.right() - b.right())));
}

/// "==>" is what the kernel prints; an arrow is not.
void tst_CellText::noLettersBecomeOne()
{
    if (!QFontInfo(fonts().mono).fixedPitch())
        QSKIP("There is no font with letters of equal width.");
    const auto drawn = [](const QString &text, int x) {
        QImage image = white();
        CellText cell(fonts().mono, &image);
        QPainter painter(&image);
        painter.setPen(Qt::black);
        cell.draw(painter, QRect(x, 0, 300, kSize.height()), text, false);
        return image;
    };
    const QString arrow = u"==>"_s;
    QImage apart = white();
    const qreal advance = QFontMetricsF(fonts().mono, &apart).horizontalAdvance(u'=');
    QImage together = drawn(arrow, 0);
    for (qsizetype i = 0; i < arrow.size(); ++i) {
        const int x = static_cast<int>(std::round(static_cast<qreal>(i) * advance));
        const QImage one = drawn(arrow.mid(i, 1), x);
        const QRect ink = inkOf(one);
        const QRect here = inkOf(together.copy(x, 0, static_cast<int>(advance), kSize.height()));
        QVERIFY2(std::abs(ink.left() - x - here.left()) <= 1, qPrintable(QString::number(i)));
        QCOMPARE(here.top(), ink.top());
        QCOMPARE(here.bottom(), ink.bottom());
    }
}

QTEST_MAIN(tst_CellText)
#include "tst_celltext.moc"
