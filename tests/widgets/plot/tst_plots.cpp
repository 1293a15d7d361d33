// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/widgets/failonwarnings.h"
#include "widgets/plot/histogramplot.h"
#include "widgets/plot/timeplot.h"
#include "widgets/theme.h"

#include <QFile>
#include <QImage>
#include <QSignalSpy>
#include <QTest>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

HistogramData threeBars()
{
    HistogramData data;
    data.bars = {{1000, 2000, 90}, {2000, 4000, 0}, {4000, 8000, 9}, {1e6, 2e6, 1}};
    data.marks = {{1500, u"p50"_s}, {5000, u"p99"_s}, {1.5e6, u"max"_s}};
    data.axisLabel = u"Wakeup"_s;
    return data;
}

TimePlotData fourColumns(TimePlotData::Kind kind)
{
    TimePlotData data;
    data.kind = kind;
    data.range = {1'000'000'000'000'000'000, 1'000'000'000'000'004'000};
    data.columns = {{5000.0, 3}, {std::nullopt, 0}, {2e6, 1}, {100.0, 2}};
    return data;
}

template<typename Plot>
void show(Plot &plot)
{
    plot.resize(480, 260);
    plot.show();
    QVERIFY(QTest::qWaitForWindowExposed(&plot));
}

QWidget *inner(const QWidget &plot)
{
    return plot.findChildren<QWidget *>().value(0);
}

} // namespace

class tst_Plots : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }

    void axesHoldAllThatThereIs()
    {
        HistogramPlot plot(u"Distribution"_s);
        show(plot);
        plot.setData(threeBars());
        QCOMPARE(plot.itemCount(), 3); // none for what is nought
        QVERIFY(plot.durationRange().first < 1000 && plot.durationRange().second > 2e6);
        QVERIFY(plot.countRange().first < 1 && plot.countRange().second > 90);
        const auto curve = plot.curve();
        QCOMPARE(curve.front().second, 0.0);
        QCOMPARE(curve[1], (std::pair{2000.0, 90.0}));
        QCOMPARE(curve.back().second, 100.0);
        QCOMPARE(plot.markLabels(),
                 (QStringList{u"p50 1.50 µs"_s, u"p99 5.00 µs"_s, u"max 1.50 ms"_s}));
    }

    void hostileNumbersDoNoHarm()
    {
        HistogramPlot plot(u"Distribution"_s);
        show(plot);
        HistogramData data;
        data.bars = {{0, 0, 5}, {9.2e18, 9.3e18, ~std::uint64_t{0}}};
        data.marks = {{0, u"p50"_s}};
        plot.setData(data);
        QCOMPARE(plot.itemCount(), 2);
        QVERIFY(plot.durationRange().first > 0);
        plot.setData({});
        QCOMPARE(plot.itemCount(), 0);
        QCOMPARE(plot.itemText(0), QString());
    }

    void aClickOnABarTellsWhich()
    {
        HistogramPlot plot(u"Distribution"_s);
        show(plot);
        plot.setData(threeBars());
        const QSignalSpy activated(&plot, &PlotWidget::itemActivated);
        const QSignalSpy hovered(&plot, &PlotWidget::itemHovered);
        QWidget *target = inner(plot);
        QTest::mouseMove(target, target->mapFromParent(plot.itemPosition(1)));
        QTRY_COMPARE(plot.currentItem(), 1);
        QCOMPARE(hovered.last().first().toInt(), 1);
        QVERIFY(plot.itemText(1).contains(u"9 of 4"_s));
        QTest::mouseClick(target, Qt::LeftButton, {}, target->mapFromParent(plot.itemPosition(2)));
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated.first().first().toInt(), 2);
    }

    void keysGoFromBarToBar()
    {
        HistogramPlot plot(u"Distribution"_s);
        show(plot);
        plot.setData(threeBars());
        plot.activateWindow();
        plot.setFocus();
        const QSignalSpy activated(&plot, &PlotWidget::itemActivated);
        QTest::keyClick(&plot, Qt::Key_Right);
        QCOMPARE(plot.currentItem(), 0);
        QTest::keyClick(&plot, Qt::Key_End);
        QTest::keyClick(&plot, Qt::Key_Right);
        QCOMPARE(plot.currentItem(), 2);
        QTest::keyClick(&plot, Qt::Key_Left);
        QTest::keyClick(&plot, Qt::Key_Return);
        QCOMPARE(activated.last().first().toInt(), 1);
    }

    void timesOfManyDigitsKeepTheirNanoseconds()
    {
        TimePlot plot(u"Over time"_s);
        show(plot);
        plot.setData(fourColumns(TimePlotData::Kind::Durations));
        QCOMPARE(plot.itemCount(), 3);
        QCOMPARE(plot.columnOf(1), std::size_t{2});
        QCOMPARE(plot.rangeOf(2),
                 (TimeRange{1'000'000'000'000'002'000, 1'000'000'000'000'003'000}));
        QVERIFY(plot.valueRange().first < 100 && plot.valueRange().second > 2e6);
        const QSignalSpy activated(&plot, &PlotWidget::itemActivated);
        QWidget *target = inner(plot);
        QTest::mouseClick(target, Qt::LeftButton, {}, target->mapFromParent(plot.itemPosition(1)));
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated.first().first().toInt(), 1);
    }

    void lengthsBeginAtNought()
    {
        TimePlot plot(u"Runqueue"_s);
        show(plot);
        TimePlotData data = fourColumns(TimePlotData::Kind::Lengths);
        data.columns = {{1.0, 0.5}, {7.0, 2}, {0.0, 0}, {3.0, 1}};
        plot.setData(data);
        QCOMPARE(plot.itemCount(), 4);
        QCOMPARE(plot.valueRange().first, 0.0);
        QVERIFY(plot.valueRange().second >= 7);
        plot.setData({});
        QCOMPARE(plot.itemCount(), 0);
    }

    void picturesAreWritten()
    {
        HistogramPlot plot(u"Distribution"_s);
        show(plot);
        plot.setData(threeBars());
        const QString folder = QStringLiteral(THRESHER_TEST_OUTPUT);
        QVERIFY(plot.savePicture(folder + u"/plot.svg"_s));
        QFile svg(folder + u"/plot.svg"_s);
        QVERIFY(svg.open(QIODevice::ReadOnly));
        const QByteArray text = svg.readAll();
        QVERIFY(text.contains("<svg") && text.contains("p99"));
        QVERIFY(plot.savePicture(folder + u"/plot.png"_s));
        QVERIFY(!QImage(folder + u"/plot.png"_s).isNull());
        QVERIFY(!plot.savePicture(folder + u"/none/plot.png"_s));
    }

    void anotherThemeRepaintsIt()
    {
        HistogramPlot plot(u"Distribution"_s);
        show(plot);
        plot.setData(threeBars());
        const QColor light = plot.grab().toImage().pixelColor(240, 3);
        applyTheme(ThemeChoice::Dark);
        QCoreApplication::processEvents();
        const QColor dark = plot.grab().toImage().pixelColor(240, 3);
        applyTheme(ThemeChoice::Light);
        QVERIFY(light.lightness() > 200);
        QVERIFY(dark.lightness() < 80);
    }
};

QTEST_MAIN(tst_Plots)
#include "tst_plots.moc"
