// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/pictures/svgpaths.h"

#include <QBuffer>
#include <QImage>
#include <QPainter>
#include <QPainterPath>
#include <QSvgGenerator>
#include <QSvgRenderer>
#include <QTest>

#include <functional>
#include <random>

using namespace thresher::ui;

namespace {

constexpr QSize kSize{400, 300};

QByteArray svgOf(const std::function<void(QPainter &)> &paint)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(kSize);
    generator.setViewBox(QRect(QPoint(0, 0), kSize));
    QPainter painter(&generator);
    paint(painter);
    painter.end();
    return bytes;
}

QImage imageOf(const QByteArray &svg)
{
    QImage image(kSize, QImage::Format_ARGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    QSvgRenderer(svg).render(&painter);
    return image;
}

QByteArray path(const QByteArray &data)
{
    return "<svg><path d=\"" + data + "\"/></svg>";
}

} // namespace

class tst_svgpaths : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pathsAreSaidShorter_data()
    {
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *data, const char *expected) {
            QTest::newRow(data) << QByteArray(data) << QByteArray(expected);
        };
        row("M20,34 L27,34", "M20 34h7");
        row("M20,34 L27,34 M1000.5,-3 L1000,-3", "M20 34h7M1000.5-3h-.5");
        row("M0,0.25 L0,10 L5,10 L6,11.125 L6,0", "M0 .25V10H5L6 11.125V0");
        row("M1,2 L3,2 L3,2", "M1 2H3H3");
        row("M-0.000001,0 L0,0", "M-.000001 0H0");
        // Nothing is changed of what is written otherwise.
        row("M1,2 C1,2 3,4 5,6", "M1,2 C1,2 3,4 5,6");
        row("M1e-05,2 L3,4", "M1e-05,2 L3,4");
        row("M1.0000001,2 L3,4", "M1.0000001,2 L3,4");
        row("M10000000,2 L3,4", "M10000000,2 L3,4");
        row("M1,2 L3", "M1,2 L3");
        row("", "");
    }
    void pathsAreSaidShorter()
    {
        QFETCH(QByteArray, data);
        QFETCH(QByteArray, expected);
        QCOMPARE(withShortPaths(path(data)), path(expected));
    }
    void whatIsNoPathIsLeft()
    {
        for (const QByteArray &svg :
             {QByteArray(), QByteArray("<svg><text d=\"M1,2 L3,2\">M1,2</text></svg>"),
              QByteArray("<svg><path d=\"M1,2 L3,2")})
            QCOMPARE(withShortPaths(svg), svg);
    }
    void theShapesAreTheSame()
    {
        const std::uint32_t seed = std::random_device()();
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        const auto number = [&](int below) {
            return std::uniform_int_distribution<int>(0, below * 16 - 1)(random) / 16.0;
        };
        const QByteArray svg = svgOf([&](QPainter &painter) {
            for (int shape = 0; shape < 60; ++shape) {
                const QColor colour = QColor::fromHsv(shape * 6, 255, 200, 128);
                QPainterPath outline;
                for (int i = 0; i < 40; ++i) {
                    const double x = number(kSize.width());
                    const double y = number(kSize.height());
                    outline.moveTo(x, y);
                    outline.lineTo(x + number(9), y);
                    if (i % 3 == 0)
                        outline.lineTo(x + number(9), y + number(20));
                }
                if (shape % 4 == 0)
                    painter.fillPath(outline, colour);
                else
                    painter.strokePath(outline, QPen(colour, 3, Qt::SolidLine, Qt::FlatCap));
            }
            painter.drawEllipse(50, 50, 40, 30);
            painter.drawText(20, 20, QStringLiteral("M1,2 L3,2"));
        });
        const QByteArray shorter = withShortPaths(svg);
        QCOMPARE_LT(shorter.size(), svg.size() * 4 / 5);
        QVERIFY(imageOf(svg) != imageOf(svgOf([](QPainter &) {})));
        QCOMPARE(imageOf(shorter), imageOf(svg));
    }
};

QTEST_MAIN(tst_svgpaths)
#include "tst_svgpaths.moc"
