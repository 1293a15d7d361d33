// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/model/analysis/analysisscene.h"
#include "tests/support/memoryindex.h"
#include "tests/widgets/failonwarnings.h"
#include "widgets/details/detailshtml.h"
#include "widgets/details/detailspane.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>

using namespace thresher;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

EventDetails details()
{
    EventDetails d;
    d.row = {{0, 1}, 38'829'207'311, 7, 412, TaskId{1}, EventTypeId{0}};
    d.system = "sched";
    d.name = "sched_switch";
    d.task = "a<b>&sh";
    d.stream = "CPU 7";
    d.fields = {
        {"common_type", "unsigned short", "312", "0x138", "312", false, 0, 2, false, true},
        {"prev_comm", "char[16]", "\"a<b>&sh\"", "", "a<b>&sh", true, 8, 16, false, false},
        {"prev_state", "long", "D", "0x20000", "D", false, 24, 8, false, false},
        {"args", "__data_loc char[]", "\"x\"", "", "x", true, 32, 5, true, false},
    };
    d.stack = {"__schedule+0x618", "schedule+0x23"};
    for (int i = 0; i < 20; ++i)
        d.payload.push_back(static_cast<std::byte>(i * 13));
    d.payloadSize = d.payload.size();
    d.fileOffset = 1'125'646;
    d.format = "name: sched_switch\nID: 312\n";
    return d;
}

struct Scene
{
    test::MemoryIndex index;
    ViewState view;
    DetailsPane pane{view};
    int asked = 0;

    Scene()
    {
        index.addEventTypes({"sched_switch"});
        index.addTasks({Task{412, 412, "sh", {}}});
        test::MemoryStream &cpu = index.addStream(7);
        cpu.addEvent(1000, EventTypeId{0}, TaskId{1});
        cpu.addEvent(2000, EventTypeId{0}, TaskId{1});
        view.setSnapshot(index.snapshot());
        pane.setProvider([this](Place place) {
            ++asked;
            EventDetails d = details();
            d.row.place = place;
            return std::optional(d);
        });
        pane.resize(330, 800);
        pane.show();
        view.setCurrentEvent(Place{0, 1});
        QCoreApplication::sendPostedEvents();
    }
    [[nodiscard]] QString text() const { return pane.document()->toPlainText(); }
    void clickFold(const QString &section)
    {
        Q_EMIT pane.anchorClicked(QUrl(u"fold:"_s + section));
    }
};

} // namespace

class tst_DetailsPane : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void init() { test::failOnWarnings(); }

    void everythingOfAnEventIsThereAsItIs()
    {
        const Scene scene;
        const QString text = scene.text();
        for (const QString &part :
             {u"sched_switch"_s, u"#2"_s, u"CPU 7"_s, u"a<b>&sh 412"_s, u"prev_comm"_s,
              u"\"a<b>&sh\""_s, u"char[16]"_s, u"D 0x20000"_s, u"__schedule+0x618\nschedule+0x23"_s,
              u"0000  00 0d 1a 27 34 41 4e 5b"_s, u"20 bytes, at byte 1,125,646 of the file"_s})
            QVERIFY2(text.contains(part), qPrintable(part + u" not in\n"_s + text));
        QVERIFY(!text.contains(u"common_type"_s)); // folded at first
        QVERIFY(!text.contains(u"ID: 312"_s));
    }

    void aFieldsPlaceInTheRecordIsBesideItsTypeAndInFullInItsToolTip()
    {
        const Scene scene;
        QVERIFY(scene.text().contains(u"char[16]\n8+16\n"_s));
        QStringList tips;
        for (QTextBlock block = scene.pane.document()->begin(); block.isValid();
             block = block.next()) {
            for (auto it = block.begin(); it != block.end(); ++it) {
                const QString tip = it.fragment().charFormat().toolTip();
                if (!tip.isEmpty() && !tips.contains(tip))
                    tips += tip;
            }
        }
        QCOMPARE(tips, (QStringList{u"offset 8, 16 bytes"_s, u"offset 24, 8 bytes · 0x20000"_s,
                                    u"offset 32, 5 bytes of dynamic length"_s}));
    }

    void noNameTypeOrValueIsBroken_data()
    {
        QTest::addColumn<int>("width");
        for (const int width : {260, 330, 344, 600})
            QTest::addRow("%d pixels", width) << width;
    }
    void noNameTypeOrValueIsBroken()
    {
        QFETCH(int, width);
        Scene scene;
        EventDetails d = details();
        d.task = "qemu-system-x86";
        d.fields = {
            {"common_preempt_count", "unsigned char", "0", "0x0", "0", false, 3, 1, false, false},
            {"a_rather_long_name_of_a_field", "unsigned long long", "7", "0x7", "7", false, 8, 8,
             false, false},
            {"prev_comm", "char[16]", "\"qemu-system-x86\"", "", "qemu-system-x86", true, 16, 16,
             false, false},
            {"ip", "unsigned long", "_raw_spin_unlock", "0xffff", "_raw_spin_unlock", false, 32, 8,
             false, false},
        };
        scene.pane.setProvider([d](Place) { return std::optional(d); });
        scene.pane.setFoldedSections({});
        scene.pane.resize(width, 500);
        QStringList parts{QString::fromStdString(d.task) + u" 412"_s};
        for (const EventDetails::Field &field : d.fields)
            parts += {QString::fromStdString(field.name), QString::fromStdString(field.type),
                      QString::fromStdString(field.text)};
        int found = 0;
        for (QTextBlock block = scene.pane.document()->begin(); block.isValid();
             block = block.next()) {
            const QString text = block.text().replace(QChar::Nbsp, u' ');
            const bool isPart = std::ranges::any_of(parts, [&text](const QString &part) {
                return text == part || text.endsWith(u" · "_s + part);
            });
            if (!isPart)
                continue;
            ++found;
            QVERIFY2(block.layout()->lineCount() == 1, qPrintable(block.text()));
            // Neither is it cut: all of it lies within the pane.
            QVERIFY2(block.layout()->lineAt(0).naturalTextWidth()
                         <= scene.pane.document()->textWidth() - 2 * 16,
                     qPrintable(block.text()));
        }
        QCOMPARE_GE(found, int(parts.size()) - 1); // a number may have its other base beside it
    }

    void whatAnEventIsAPartOfLeadsToItsOtherEnd()
    {
        test::TraceDatWriter writer;
        writer.softirqEntry(0, 10'000, 0, 1);
        writer.softirqEntry(1, 15'000, 0, 3);
        writer.softirqExit(0, 20'000, 0, 1);
        writer.softirqExit(1, 60'000, 0, 3);
        const test::AnalysisScene recording(writer);
        ViewState view;
        view.setSnapshot(recording.index);
        DetailsPane pane(view);
        pane.setProvider([](Place place) {
            EventDetails d = details();
            d.row.place = place;
            return std::optional(d);
        });
        pane.resize(330, 800);
        pane.show();
        view.setCurrentEvent(Place{1, 0});
        QCoreApplication::sendPostedEvents();
        QVERIFY(!pane.document()->toPlainText().contains(u"PART OF"_s)); // not known yet
        view.setAnalysis(recording.analysis);
        QCoreApplication::sendPostedEvents();
        const QString begin = pane.document()->toPlainText().replace(QChar::Nbsp, u' ');
        QVERIFY2(begin.contains(u"▾ PART OF\n\nsoftirq NET_RX\n45.000 µs"_s), qPrintable(begin));

        // The link is where it is drawn.
        const QTextCursor link = pane.document()->find(u"from here"_s);
        QVERIFY(!link.isNull());
        QTest::mouseClick(pane.viewport(), Qt::LeftButton, {},
                          pane.cursorRect(link).center() - QPoint(6, 0));
        QCoreApplication::sendPostedEvents();
        QCOMPARE(view.currentEvent(), std::optional(Place{1, 1}));
        const QString end = pane.document()->toPlainText();
        QVERIFY2(end.contains(u"◂ to here"_s), qPrintable(end));
        QCOMPARE(end.count(u"softirq"_s), 1);
    }

    void captionsFoldAndUnfold()
    {
        Scene scene;
        QSignalSpy folded(&scene.pane, &DetailsPane::foldedChanged);
        scene.clickFold(u"format"_s);
        QVERIFY(scene.text().contains(u"ID: 312"_s));
        scene.clickFold(u"fields"_s);
        QVERIFY(!scene.text().contains(u"prev_comm"_s));
        QCOMPARE(folded.size(), 2);
        QCOMPARE(scene.pane.foldedSections(), (QStringList{u"common"_s, u"fields"_s}));
        scene.pane.setFoldedSections({});
        QVERIFY(scene.text().contains(u"common_type"_s));
    }

    void allOfItCanBeSelectedAndCopied()
    {
        Scene scene;
        scene.pane.setFocus();
        QTest::keyClick(&scene.pane, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(&scene.pane, Qt::Key_C, Qt::ControlModifier);
        const QString copied = QApplication::clipboard()->text();
        QVERIFY(copied.contains(u"prev_comm"_s));
        QVERIFY(copied.contains(u"__schedule+0x618"_s));
    }

    void withoutACurrentEventItSaysHowToGetOne()
    {
        Scene scene;
        scene.view.setCurrentEvent(std::nullopt);
        QCoreApplication::sendPostedEvents();
        QVERIFY(scene.text().startsWith(u"Choose an event"_s));
        scene.view.setSnapshot(nullptr);
        QCoreApplication::sendPostedEvents();
        QVERIFY(!scene.pane.details());
    }

    void thePlaceOfACompressedEventIsItsChunks()
    {
        EventDetails d = details();
        d.isInChunk = true;
        const std::set<QString> folded;
        QTextDocument document;
        document.setHtml(detailsHtml(d, {Theme::light(), {}, std::nullopt, folded, {}}));
        QVERIFY(document.toPlainText().contains(
            u"20 bytes, in the compressed chunk at byte 1,125,646 of the file"_s));
    }

    void aPageThatCannotBeReadIsSaid()
    {
        EventDetails d = details();
        d.isReadable = false;
        d.fields.clear();
        d.payload.clear();
        d.lostBefore = LostSpan{1, 2, 1, 89};
        const std::set<QString> folded;
        QTextDocument document;
        document.setHtml(detailsHtml(d, {Theme::dark(), {}, std::nullopt, folded, {}}));
        const QString text = document.toPlainText();
        QVERIFY(text.contains(u"cannot be read"_s));
        QVERIFY(text.contains(u"89 events were lost right before"_s));
        QVERIFY(text.contains(u"hidden in the table"_s));
    }

    void aDumpsLinesAreWhole_data()
    {
        QTest::addColumn<int>("size");
        QTest::addColumn<QString>("expected");
        QTest::newRow("nothing") << 0 << QString();
        QTest::newRow("a part of a line") << 3 << u"0000  40 41 42        @AB\n"_s;
        QTest::newRow("a line") << 5 << u"0000  40 41 42 43 44  @ABCD\n"_s;
        QTest::newRow("a line and a byte")
            << 6 << u"0000  40 41 42 43 44  @ABCD\n0005  45              E\n"_s;
    }
    void aDumpsLinesAreWhole()
    {
        QFETCH(int, size);
        std::vector<std::byte> bytes;
        for (int i = 0; i < size; ++i)
            bytes.push_back(static_cast<std::byte>(0x40 + i));
        QTEST(hexDump(bytes, 5), "expected");
    }
};

QTEST_MAIN(tst_DetailsPane)
#include "tst_detailspane.moc"
