// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/oklch.h"
#include "widgets/stylesheet.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QRegularExpression>
#include <QTest>
#include <QTreeWidget>

#include <array>
#include <cmath>
#include <numbers>
#include <random>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

double luminance(QRgb colour)
{
    const auto linear = [](int value) {
        const double c = value / 255.0;
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(qRed(colour)) + 0.7152 * linear(qGreen(colour))
           + 0.0722 * linear(qBlue(colour));
}

/// WCAG 2: 1 to 21.
double contrast(QRgb a, QRgb b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

double hueDistance(double a, double b)
{
    const double d = std::fmod(std::abs(a - b), 360);
    return std::min(d, 360 - d);
}

const Theme &themeNamed(bool isDark)
{
    return isDark ? Theme::dark() : Theme::light();
}

} // namespace

class tst_Theme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void anEmptyCheckBoxIsSeen_data()
    {
        QTest::addColumn<bool>("isDark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void anEmptyCheckBoxIsSeen()
    {
        QFETCH(const bool, isDark);
        applyTheme(isDark ? ThemeChoice::Dark : ThemeChoice::Light);
        const QRgb outline = (isDark ? Theme::dark() : Theme::light()).faint.rgb();
        const auto count = [&](QWidget &widget) {
            const QImage image = widget.grab().toImage().convertToFormat(QImage::Format_RGB32);
            int found = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    found += image.pixel(x, y) == outline ? 1 : 0;
            return found;
        };
        QCheckBox box;
        box.resize(60, 30);
        QVERIFY(count(box) > 30); // around a square
        QTreeWidget tree;
        tree.setHeaderHidden(true);
        auto *item = new QTreeWidgetItem(&tree);
        const int before = count(tree);
        item->setCheckState(0, Qt::Unchecked);
        QVERIFY(count(tree) > before + 30);
    }

    void oklchOfKnownColours_data()
    {
        QTest::addColumn<QRgb>("colour");
        QTest::addColumn<double>("lightness");
        QTest::addColumn<double>("chroma");
        QTest::addColumn<double>("hue");
        // From the CSS Color 4 specification's conversions.
        QTest::newRow("white") << qRgb(255, 255, 255) << 1.0 << 0.0 << -1.0;
        QTest::newRow("black") << qRgb(0, 0, 0) << 0.0 << 0.0 << -1.0;
        QTest::newRow("red") << qRgb(255, 0, 0) << 0.628 << 0.2577 << 29.23;
        QTest::newRow("green") << qRgb(0, 255, 0) << 0.8664 << 0.2948 << 142.5;
        QTest::newRow("blue") << qRgb(0, 0, 255) << 0.452 << 0.3132 << 264.05;
    }
    void oklchOfKnownColours()
    {
        QFETCH(QRgb, colour);
        QFETCH(double, lightness);
        QFETCH(double, chroma);
        QFETCH(double, hue);
        const Oklch converted = toOklch(colour);
        QVERIFY(std::abs(converted.lightness - lightness) < 0.001);
        QVERIFY(std::abs(converted.chroma - chroma) < 0.001);
        if (hue >= 0)
            QVERIFY(hueDistance(converted.hue, hue) < 0.1);
        QCOMPARE(toSrgb(converted), colour);
    }

    void aColourThatNoScreenShowsKeepsLightnessAndHue()
    {
        const Oklch wanted{0.8, 0.4, 142};
        const Oklch shown = toOklch(toSrgb(wanted));
        QVERIFY(std::abs(shown.lightness - wanted.lightness) < 0.01);
        QVERIFY(hueDistance(shown.hue, wanted.hue) < 2);
        QCOMPARE_LT(shown.chroma, wanted.chroma);
    }

    void mixingEndsAtItsEnds()
    {
        QCOMPARE(mixed(qRgb(10, 20, 30), qRgb(200, 210, 220), 0), qRgb(10, 20, 30));
        QCOMPARE(mixed(qRgb(10, 20, 30), qRgb(200, 210, 220), 255), qRgb(200, 210, 220));
        QCOMPARE(mixed(qRgb(0, 0, 0), qRgb(200, 100, 50), 128), qRgb(100, 50, 25));
    }

    void kinAreNearAndTheirNumbersDoNotMatter()
    {
        const Theme &theme = Theme::light();
        const Oklch a = toOklch(theme.taskColour("kworker/0:1", 31));
        const Oklch b = toOklch(theme.taskColour("kworker/3:2-events", 4711));
        QVERIFY(hueDistance(a.hue, b.hue) <= 74);
        // The same name and pid, but for digits: exactly the same.
        QCOMPARE(theme.taskColour("rcuop1", 12), theme.taskColour("rcuop27", 12));
        QVERIFY(theme.taskColour("cat", 414) != theme.taskColour("cat", 420));
    }

    void theCommonestNamesAreFarApart()
    {
        const std::array<const char *, 8> names{
            "bash", "cat", "sh", "kworker/0:1", "ksoftirqd/1", "rcu_preempt", "migration/2", "gcc"};
        // The middle over pids is the name's own hue.
        std::vector<double> hues;
        for (const char *name : names) {
            double x = 0;
            double y = 0;
            for (Pid pid = 1; pid <= 400; ++pid) {
                const double hue = toOklch(Theme::light().taskColour(name, pid)).hue;
                x += std::cos(hue * std::numbers::pi / 180);
                y += std::sin(hue * std::numbers::pi / 180);
            }
            const double middle = std::atan2(y, x) * 180 / std::numbers::pi;
            for (const double other : hues)
                QVERIFY2(hueDistance(middle, other) > 22, name);
            hues.push_back(middle);
        }
    }

    void coloursAreTheSameInEveryRun()
    {
        QCOMPARE(QColor::fromRgb(Theme::light().taskColour("bash", 412)).name(), u"#b6c37b"_s);
        QCOMPARE(QColor::fromRgb(Theme::dark().taskColour("bash", 412)).name(), u"#6e7833"_s);
    }

    void idleIsGreyAndEveryThemeHasItsOwn()
    {
        QCOMPARE(Theme::light().taskColour("swapper/3", 0), Theme::light().faint.rgb());
        QVERIFY(Theme::light().taskColour("bash", 5) != Theme::dark().taskColour("bash", 5));
    }

    void namesAreReadableOnEveryTasksColour_data()
    {
        QTest::addColumn<bool>("isDark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void namesAreReadableOnEveryTasksColour()
    {
        QFETCH(bool, isDark);
        const Theme &theme = themeNamed(isDark);
        std::mt19937 random(20240607);
        for (int i = 0; i < 2000; ++i) {
            std::string name(1 + random() % 15, ' ');
            for (char &c : name)
                c = static_cast<char>('a' + random() % 26);
            const QRgb colour = theme.taskColour(name, static_cast<Pid>(1 + random() % 99'999));
            const double found = contrast(colour, theme.sliceText.rgb());
            QVERIFY2(found >= (isDark ? 3.4 : 7), qPrintable(u"%1 %2"_s.arg(found).arg(i)));
            // A slice is told from the lane behind it, too.
            QVERIFY(contrast(colour, theme.background.rgb()) >= 1.4);
        }
    }

    void textIsReadableOnWhatLiesBehindIt_data() { namesAreReadableOnEveryTasksColour_data(); }
    void textIsReadableOnWhatLiesBehindIt()
    {
        QFETCH(bool, isDark);
        const Theme &t = themeNamed(isDark);
        for (const QColor &back :
             {t.background, t.panel, t.oddLane, t.selected, t.hovered, t.card}) {
            QVERIFY2(contrast(t.text.rgb(), back.rgb()) >= 7, qPrintable(back.name()));
            QVERIFY2(contrast(t.secondary.rgb(), back.rgb()) >= 3.9, qPrintable(back.name()));
        }
        for (const QColor &ink : {t.accent, t.warning, t.bad})
            QVERIFY2(contrast(ink.rgb(), t.panel.rgb()) >= 3.8, qPrintable(ink.name()));
        QCOMPARE_GE(contrast(t.accentText.rgb(), t.accent.rgb()), 4.5);
    }

    void aPaletteTellsItsTheme()
    {
        QVERIFY(&Theme::of(Theme::light().palette()) == &Theme::light());
        QVERIFY(&Theme::of(Theme::dark().palette()) == &Theme::dark());
    }

    void applyingAThemeReachesWidgets()
    {
        for (const bool isDark : {true, false}) {
            applyTheme(isDark ? ThemeChoice::Dark : ThemeChoice::Light);
            QLabel label;
            label.ensurePolished();
            QCOMPARE(Theme::of(&label).isDark, isDark);
            QCOMPARE(QApplication::palette().color(QPalette::Base), themeNamed(isDark).background);
        }
    }

    void askingTheDesktopLeavesOurPaletteAsItWas()
    {
        applyTheme(ThemeChoice::Dark);
        Q_UNUSED(systemIsDark())
        QVERIFY(Theme::of(QApplication::palette()).isDark);
        applyTheme(ThemeChoice::Light);
    }

    void everyRoleOfTheStyleSheetIsAColour()
    {
        for (const Theme *theme : {&Theme::light(), &Theme::dark()})
            QVERIFY(!styleSheet(*theme).contains(u'@'));
    }
};

QTEST_MAIN(tst_Theme)
#include "tst_theme.moc"
