// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/pictures/caption.h"
#include "tests/widgets/timeline/timelinescene.h"

#include <QPainter>
#include <QTest>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

QString valueOf(const ViewState &view, const QString &label)
{
    for (const CaptionFact &fact : captionFacts(view)) {
        if (fact.label == label)
            return fact.value;
    }
    return {};
}

} // namespace

class tst_Caption : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aViewWithoutATraceSaysNothing()
    {
        const ViewState view;
        QVERIFY(captionFacts(view).empty());
        QCOMPARE(captionText({}), QString());
        QCOMPARE(captionHeight({}, 500), 0);
    }

    void itTellsRangeCpusEventsAndLosses()
    {
        const TimelineTrace trace;
        ViewState view;
        view.setSnapshot(trace.snapshot);
        view.setVisibleRange({10'000, 30'000});
        const QString times = valueOf(view, u"Time"_s);
        QVERIFY2(times.endsWith(u"(20.000 µs)"_s), qPrintable(times));
        QCOMPARE(valueOf(view, u"CPUs"_s), u"0, 2, 5"_s);
        // CPU 0 one, CPU 2 every 100, CPU 5 every 1,000 ns.
        QCOMPARE(valueOf(view, u"Events"_s), u"221"_s);
        QCOMPARE(valueOf(view, u"Lost"_s), QString()); // none there
        view.setVisibleRange({50'000, 55'000});
        QCOMPARE(valueOf(view, u"Lost"_s), u"89 events in 1 gap"_s);
        const auto facts = captionFacts(view);
        QVERIFY(std::ranges::any_of(facts, &CaptionFact::isWarning));
        QVERIFY(captionText(facts).contains(u"Lost: 89 events in 1 gap. "_s));
        QVERIFY(captionText(facts).contains(u"Thresher "_s));
    }

    void whatIsHiddenIsSaid()
    {
        const TimelineTrace trace;
        ViewState view;
        view.setSnapshot(trace.snapshot);
        ShowFilter filter;
        filter.hiddenCpus = {2};
        filter.hiddenTasks = {TaskId{1}, TaskId{2}};
        view.setFilter(filter);
        QCOMPARE(valueOf(view, u"CPUs"_s), u"0, 5 (2 of 3)"_s);
        QVERIFY(valueOf(view, u"Hidden"_s).startsWith(u"2 task"_s));
        // What a hidden CPU lost is not missing in the picture.
        QCOMPARE(valueOf(view, u"Lost"_s), QString());
        view.setExpression(u"pid == 412"_s);
        QCOMPARE(valueOf(view, u"Filter"_s), u"pid == 412 (these are marked)"_s);
        view.setFilterUse({true, true, true});
        QCOMPARE(valueOf(view, u"Filter"_s), u"pid == 412 (only these are shown)"_s);
    }

    void longValuesAreBrokenAndCutAtTheBottom()
    {
        std::vector<CaptionFact> facts{{u"Filter"_s, u"pid == 412 || "_s.repeated(60)},
                                       {u"Word"_s, QString(3000, u'x')}};
        const int wide = captionHeight(facts, 2000);
        const int narrow = captionHeight(facts, 500);
        QCOMPARE_GT(narrow, 2 * wide);
        // Nothing is drawn below the rectangle, and something in each of its lines.
        QImage image(500, 120, QImage::Format_RGB32);
        image.fill(Qt::magenta);
        QPainter painter(&image);
        paintCaption(painter, facts, {0, 0, 500, 60}, Theme::light());
        painter.end();
        for (int y = 60; y < 120; ++y) {
            for (int x = 0; x < 500; ++x)
                QCOMPARE(QColor(image.pixel(x, y)), QColor(Qt::magenta));
        }
        int dark = 0;
        for (int x = 0; x < 500; ++x) {
            for (int y = 30; y < 60; ++y)
                dark += qGray(image.pixel(x, y)) < 100 ? 1 : 0;
        }
        QCOMPARE_GT(dark, 50);
    }
};

QTEST_MAIN(tst_Caption)
#include "tst_caption.moc"
