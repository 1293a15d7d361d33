// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/support/memoryindex.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/statusbar/markertext.h"
#include "widgets/statusbar/statusstrip.h"
#include "widgets/theme.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

struct Scene
{
    test::MemoryIndex index;
    std::shared_ptr<const IndexSnapshot> snapshot;
    ViewState view;
    StatusStrip strip{view};

    explicit Scene(std::uint64_t lostSpans = 0)
    {
        index.addEventTypes({"a", "b"});
        index.addTasks({Task{10, 10, "t", {}}});
        test::MemoryStream &cpu = index.addStream(0);
        for (int i = 0; i < 1500; ++i)
            cpu.addEvent(i * 1000, static_cast<EventTypeId>(i % 3 == 0), TaskId{1});
        IndexSnapshot made = *index.snapshot();
        made.lostSpans = lostSpans;
        made.lostEvents = lostSpans * 1204;
        snapshot = std::make_shared<const IndexSnapshot>(std::move(made));
        strip.resize(1400, 28);
        strip.show();
        view.setSnapshot(snapshot);
        QCoreApplication::sendPostedEvents();
    }
    [[nodiscard]] QString visibleText() const
    {
        QStringList texts;
        for (const QLabel *label : strip.findChildren<QLabel *>()) {
            if (label->isVisible())
                texts += label->text();
        }
        return texts.join(u" | "_s);
    }
};

QString plainSpaces(QString text)
{
    return text.replace(QChar(0x202f), u' ').replace(QChar(0xa0), u' ');
}

} // namespace

class tst_StatusStrip : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }

    void itCountsWhatIsShown()
    {
        Scene scene;
        QCOMPARE(scene.strip.countsText(), u"1,500 events"_s);
        ShowFilter filter;
        filter.hiddenEvents = {EventTypeId{1}};
        scene.view.setFilter(filter);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(scene.strip.countsText(), u"… of 1,500 events shown"_s);
        Progress progress;
        scene.view.setSelection(*selectEvents(*scene.snapshot, filter, nullptr, {}, progress));
        QCoreApplication::sendPostedEvents();
        QCOMPARE(scene.strip.countsText(), u"1,000 of 1,500 events shown"_s);
        QVERIFY(scene.visibleText().contains(u"1,000 of 1,500 events shown"_s));
    }

    void aSelectedRangeIsToldWithItsLength()
    {
        Scene scene;
        QVERIFY(!scene.visibleText().contains(u"Δ"_s));
        scene.view.setSelectedRange(TimeRange{100'000, 350'000});
        QCoreApplication::sendPostedEvents();
        QVERIFY2(scene.visibleText().contains(u"Δ 250"_s), qPrintable(scene.visibleText()));
    }

    void lossesAreAWarningOneCanClick()
    {
        const Scene none;
        QCOMPARE(none.strip.lossText(), QString());
        Scene scene(2);
        QCOMPARE(scene.strip.lossText(), u"⚠ 2 lost spans: 2,408 events"_s);
        QSignalSpy clicked(&scene.strip, &StatusStrip::lossesClicked);
        for (QToolButton *button : scene.strip.findChildren<QToolButton *>()) {
            if (button->text() == scene.strip.lossText())
                QTest::mouseClick(button, Qt::LeftButton);
        }
        QCOMPARE(clicked.size(), 1);
    }

    void progressHasAWayOut()
    {
        Scene scene;
        scene.strip.setProgress(0.614, u"index"_s);
        QVERIFY(scene.visibleText().contains(u"index 61 %"_s));
        QSignalSpy cancelled(&scene.strip, &StatusStrip::cancelRequested);
        for (QToolButton *button : scene.strip.findChildren<QToolButton *>()) {
            if (button->text() == u"Cancel")
                QTest::mouseClick(button, Qt::LeftButton);
        }
        QCOMPARE(cancelled.size(), 1);
        scene.strip.setProgress(-1, {});
        QVERIFY(!scene.visibleText().contains(u'%'));
    }

    void withoutATraceItIsEmpty()
    {
        Scene scene(3);
        scene.view.setSnapshot(nullptr);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(scene.visibleText(), QString());
        QCOMPARE(scene.strip.lossText(), QString());
    }

    void markersAreToldAndLedTo()
    {
        Scene scene;
        QVERIFY(!scene.visibleText().contains(u"<a "_s));
        scene.view.setMarker(Marker::A, 100'123);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(plainSpaces(markerText(scene.view)), u"A 0.000 100 123 s"_s);
        scene.view.setMarker(Marker::B, 1'300'123);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(plainSpaces(markerText(scene.view)),
                 u"A 0.000 100 1 s   B 0.001 300 1 s   Δ 1.200 ms (833 Hz)"_s);
        auto *label = scene.strip.findChild<QLabel *>(u"markers"_s);
        QVERIFY(label->isVisible());
        const QSignalSpy clicked(&scene.strip, &StatusStrip::markerClicked);
        Q_EMIT label->linkActivated(u"B"_s);
        QCOMPARE(clicked.first().first().value<Marker>(), Marker::B);
        scene.view.clearMarkers();
        QCoreApplication::sendPostedEvents();
        QVERIFY(!label->isVisible());
    }
};

QTEST_MAIN(tst_StatusStrip)
#include "tst_statusstrip.moc"
