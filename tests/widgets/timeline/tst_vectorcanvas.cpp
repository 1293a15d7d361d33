// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/widgets/timeline/timelinescene.h"
#include "widgets/timeline/timelinerenderer.h"
#include "widgets/timeline/vectorcanvas.h"

#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>
#include <QSvgRenderer>
#include <QTest>
#include <QXmlStreamReader>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

TimelineScene sceneOf(const std::shared_ptr<const IndexSnapshot> &snapshot, QSize size)
{
    TimelineScene scene;
    scene.snapshot = snapshot;
    scene.range = {0, 100'000};
    scene.layout = LaneLayout(snapshot->cpus(), kLaneHeight);
    scene.cpuCount = snapshot->cpus().size();
    scene.size = size;
    scene.theme = &Theme::light();
    scene.withText = false;
    return scene;
}

template<typename Paint>
QByteArray svgOf(QSize size, const Paint &paint)
{
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(0, 0), size));
    QPainter painter(&generator);
    paint(painter);
    painter.end();
    return buffer.data();
}

QImage drawn(const QByteArray &svg, QSize size)
{
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::white);
    QSvgRenderer renderer(svg);
    QPainter painter(&image);
    renderer.render(&painter, QRectF(QPointF(0, 0), QSizeF(size)));
    return image;
}

/// Pixels that differ by more than edges do which are smoothed, of a thousand.
int differing(const QImage &a, const QImage &b)
{
    qint64 count = 0;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            const QRgb one = a.pixel(x, y);
            const QRgb two = b.pixel(x, y);
            const int worst = std::max({std::abs(qRed(one) - qRed(two)),
                                        std::abs(qGreen(one) - qGreen(two)),
                                        std::abs(qBlue(one) - qBlue(two))});
            count += worst > 48 ? 1 : 0;
        }
    }
    return static_cast<int>(count * 1000 / (qint64{a.width()} * a.height()));
}

} // namespace

class tst_VectorCanvas : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void shapesLookAsPixelsDo_data()
    {
        QTest::addColumn<bool>("isDark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void shapesLookAsPixelsDo()
    {
        QFETCH(bool, isDark);
        const TimelineTrace trace;
        TimelineScene scene = sceneOf(trace.snapshot, {700, 140});
        scene.theme = isDark ? &Theme::dark() : &Theme::light();
        TimelineRenderer renderer;
        QImage pixels;
        renderer.render(scene, pixels);
        const QByteArray svg = svgOf(scene.size,
                                     [&](QPainter &painter) { renderer.paint(scene, painter); });
        QVERIFY(!svg.contains("<image"));
        QCOMPARE_LE(differing(drawn(svg, scene.size), pixels), 25);
        // What would make the comparison worthless: an empty picture.
        QImage blank(pixels.size(), QImage::Format_RGB32);
        blank.fill(scene.theme->background);
        QCOMPARE_GT(differing(blank, pixels), 100);
    }

    void textRemainsText()
    {
        const TimelineTrace trace;
        TimelineScene scene = sceneOf(trace.snapshot, {900, 140});
        scene.withText = true;
        TimelineRenderer renderer;
        const QByteArray svg = svgOf(scene.size,
                                     [&](QPainter &painter) { renderer.paint(scene, painter); });
        QXmlStreamReader reader(svg);
        QString text;
        while (!reader.atEnd()) {
            reader.readNext();
            if (reader.isCharacters())
                text += reader.text() + u'\n';
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        for (const QString &word : {u"CPU 0"_s, u"CPU 5"_s, u"bash"_s, u"cat"_s, u"3 of 3"_s})
            QVERIFY2(text.contains(word), qPrintable(word + u" in "_s + text));
    }

    void nothingReachesOverThePicture()
    {
        const TimelineTrace trace;
        TimelineScene scene = sceneOf(trace.snapshot, {700, 70});
        scene.scroll = 30; // lanes are cut above and below
        const QSize room(700, 170);
        const QByteArray svg = svgOf(room, [&](QPainter &painter) {
            painter.fillRect(QRectF(QPointF(0, 0), QSizeF(room)), Qt::magenta);
            painter.translate(0, 50);
            TimelineRenderer().paint(scene, painter);
        });
        const QImage image = drawn(svg, room);
        for (const int y : {2, 30, 48, 122, 140, 168}) {
            for (int x = 0; x < room.width(); ++x)
                QCOMPARE(QColor(image.pixel(x, y)), QColor(Qt::magenta));
        }
    }

    void barsOfOneLookAreOnePath()
    {
        const QByteArray svg = svgOf({400, 40}, [](QPainter &painter) {
            BarShapes shapes;
            for (int i = 0; i < 100; ++i)
                shapes.add(0, 4 * i, 4 * i + 2, 10, 20, qRgb(200, 0, i % 2 == 0 ? 0 : 200));
            shapes.add(0, 0, 10, 20, 20, qRgb(1, 2, 3)); // of no height
            shapes.paint(painter);
        });
        QCOMPARE(svg.count("<path"), 2);
        const QImage image = drawn(svg, {400, 40});
        QCOMPARE(QColor(image.pixel(0, 15)), QColor(200, 0, 0));
        QCOMPARE(QColor(image.pixel(5, 15)), QColor(200, 0, 200));
        QCOMPARE(QColor(image.pixel(3, 15)), QColor(Qt::white));
        QCOMPARE(QColor(image.pixel(0, 21)), QColor(Qt::white));
    }

    void theHatchStaysInItsRectangle()
    {
        const QByteArray svg = svgOf({100, 60}, [](QPainter &painter) {
            BarShapes shapes;
            shapes.addHatch(0, QRectF(20, 10, 41, 33), qRgb(200, 0, 0), 1);
            shapes.paint(painter);
        });
        const QImage image = drawn(svg, {100, 60});
        int strong = 0;
        for (int y = 0; y < 60; ++y) {
            for (int x = 0; x < 100; ++x) {
                const bool isInside = x >= 20 && x < 61 && y >= 10 && y < 43;
                QCOMPARE(image.pixel(x, y) != qRgb(255, 255, 255), isInside);
                strong += qGreen(image.pixel(x, y)) < 190 ? 1 : 0;
            }
        }
        // A third of it: two of six.
        QVERIFY2(strong > 41 * 33 / 6 && strong < 41 * 33 / 2, qPrintable(QString::number(strong)));
    }
};

QTEST_MAIN(tst_VectorCanvas)
#include "tst_vectorcanvas.moc"
