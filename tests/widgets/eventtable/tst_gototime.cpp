// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/eventtable/gototime.h"
#include "widgets/theme.h"

#include <QLabel>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr TimeStyle kAbsolute{TimeFormat::Absolute, 5'000'000'000, true};
constexpr TimeStyle kRelative{TimeFormat::Relative, 5'000'000'000, true};
constexpr TimeStyle kTicks{TimeFormat::Absolute, 0, false};
constexpr qint64 kNone = -4711;

} // namespace

class tst_GotoTime : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void timesAreReadExactly_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("absolute");
        QTest::addColumn<qint64>("relative");
        QTest::addColumn<qint64>("ticks");
        QTest::newRow("seconds") << u"38"_s << 38'000'000'000LL << 43'000'000'000LL << 38LL;
        QTest::newRow("as written")
            << u"38.828\u202f480\u202f935"_s << 38'828'480'935LL << 43'828'480'935LL << kNone;
        QTest::newRow("with unit") << u" 1.5 s "_s << 1'500'000'000LL << 6'500'000'000LL << kNone;
        QTest::newRow("finer than the clock")
            << u"0.0000000019"_s << 1LL << 5'000'000'001LL << kNone;
        QTest::newRow("negative") << u"-1"_s << -1'000'000'000LL << 4'000'000'000LL << -1LL;
        QTest::newRow("grouped ticks")
            << u"6 459 426 589 668"_s << kNone << kNone << 6'459'426'589'668LL;
        QTest::newRow("too large") << u"99999999999999999999"_s << kNone << kNone << kNone;
        QTest::newRow("two points") << u"1.2.3"_s << kNone << kNone << kNone;
        QTest::newRow("a word") << u"soon"_s << kNone << kNone << kNone;
        QTest::newRow("nothing") << u""_s << kNone << kNone << kNone;
        QTest::newRow("a point") << u"."_s << kNone << kNone << kNone;
    }
    void timesAreReadExactly()
    {
        QFETCH(QString, text);
        QTEST(qint64{parseTime(text, kAbsolute).value_or(kNone)}, "absolute");
        QTEST(qint64{parseTime(text, kRelative).value_or(kNone)}, "relative");
        if (qstrcmp(QTest::currentDataTag(), "grouped ticks") == 0 || !text.contains(u'.'))
            QTEST(qint64{parseTime(text, kTicks).value_or(kNone)}, "ticks");
    }

    void whatIsWrittenIsReadBack()
    {
        constexpr quint32 kSeed = 815;
        QRandomGenerator random(kSeed);
        for (int i = 0; i < 2000; ++i) {
            const auto time = static_cast<TimeNs>(random.generate64() >> (2 + i % 40));
            for (const TimeStyle &style : {kAbsolute, kRelative, kTicks})
                QCOMPARE(parseTime(formatTime(time, style), style), std::optional(time));
        }
    }

    void rowsAreCountedFromOne()
    {
        QCOMPARE(parseRow(u"#1"_s), std::optional<Row>(0));
        QCOMPARE(parseRow(u" # 3,000,000,000 "_s), std::optional<Row>(2'999'999'999));
        for (const QString &wrong : {u"#0"_s, u"#"_s, u"1"_s, u"#-1"_s, u"#x"_s})
            QCOMPARE(parseRow(wrong), std::nullopt);
    }

    void theFieldTellsWhereToGoAndStaysWhereItIsNoTime()
    {
        QWidget window;
        GotoField field(&window);
        window.show();
        QSignalSpy times(&field, &GotoField::timeEntered);
        QSignalSpy rows(&field, &GotoField::rowEntered);
        field.begin(u"3"_s, kAbsolute);
        QTest::keyClicks(&field, u".5"_s);
        QTest::keyClick(&field, Qt::Key_Return);
        QCOMPARE(times.size(), 1);
        QCOMPARE(times.first().first().value<TimeNs>(), TimeNs{3'500'000'000});
        QVERIFY(!field.isVisible());
        field.begin(u"#"_s, kAbsolute);
        QTest::keyClicks(&field, u"12"_s);
        QTest::keyClick(&field, Qt::Key_Return);
        QCOMPARE(rows.size(), 1);
        field.begin(u"x"_s, kAbsolute);
        QTest::keyClick(&field, Qt::Key_Return);
        QVERIFY(field.isVisible());
        QTest::keyClick(&field, Qt::Key_Escape);
        QVERIFY(!field.isVisible());
        QCOMPARE(times.size() + rows.size(), 2);
    }

    void whatIsNoTimeTurnsRedUntilItIsEdited()
    {
        applyTheme(ThemeChoice::Light);
        QWidget window;
        window.resize(500, 200);
        GotoField field(&window);
        field.setGeometry(150, 30, 300, 28);
        window.show();
        const auto redPixels = [&field] {
            const QImage image = field.grab().toImage();
            int count = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x)
                    count += image.pixelColor(x, y).rgb() == Theme::light().bad.rgb() ? 1 : 0;
            }
            return count;
        };
        field.begin(u"soon"_s, kAbsolute);
        QCOMPARE(redPixels(), 0);
        QVERIFY(!field.note()->isVisible());
        QTest::keyClick(&field, Qt::Key_Return);
        QCOMPARE_GT(redPixels(), 100);
        QVERIFY(field.note()->isVisible());
        QVERIFY(field.note()->text().contains(u"seconds"_s));
        QVERIFY(!field.note()->geometry().intersects(field.geometry()));
        QTest::keyClicks(&field, u"er"_s);
        QCOMPARE(redPixels(), 0);
        QVERIFY(!field.note()->isVisible());
        QTest::keyClick(&field, Qt::Key_Return);
        QTest::keyClick(&field, Qt::Key_Escape);
        QVERIFY(!field.note()->isVisible());
        field.begin({}, kTicks);
        QTest::keyClick(&field, Qt::Key_Return);
        QVERIFY(field.note()->text().contains(u"ticks"_s));
    }
};

QTEST_MAIN(tst_GotoTime)
#include "tst_gototime.moc"
