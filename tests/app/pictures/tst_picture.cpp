// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/pictures/picture.h"
#include "tests/widgets/timeline/timelinescene.h"
#include "widgets/theme.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

struct PictureScene
{
    TimelineTrace trace;
    ViewState view;
    PictureOptions options;

    PictureScene()
    {
        view.setSnapshot(trace.snapshot);
        options.size = {900, 300};
        QCoreApplication::processEvents();
    }
    [[nodiscard]] QByteArray bytes(PictureFormat format)
    {
        const auto bytes = Picture({view}, options).bytes(format);
        return bytes ? *bytes : QByteArray();
    }
};

QString textOf(const QByteArray &svg)
{
    QXmlStreamReader reader(svg);
    QString text;
    while (!reader.atEnd()) {
        if (reader.readNext() == QXmlStreamReader::Characters)
            text += reader.text().trimmed() + u' ';
    }
    return reader.hasError() ? reader.errorString() : text;
}

/// As many CPUs and columns as a large machine's busiest trace has, each another colour.
std::shared_ptr<const IndexSnapshot> busyTrace(MemoryIndex &index, CpuId cpus)
{
    constexpr TimeNs kSlice = 500;
    index.addEventTypes({"sched_switch"});
    std::vector<Task> tasks;
    for (int i = 0; i < 200; ++i)
        tasks.push_back(
            {.pid = 1000 + i, .tgid = -1, .comm = "task" + std::to_string(i), .names = {}});
    index.addTasks(std::move(tasks));
    std::uint32_t seed = 1;
    for (CpuId cpu = 0; cpu < cpus; ++cpu) {
        MemoryStream &stream = index.addStream(cpu);
        for (TimeNs time = 0; time < 1'000'000; time += kSlice) {
            seed = seed * 1664525 + 1013904223;
            stream.addEvent(time, EventTypeId{0}, TaskId{1});
            stream.running.add({time, time + kSlice, 1 + (seed >> 16) % 200});
        }
    }
    return index.snapshot();
}

} // namespace

class tst_Picture : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase() { applyTheme(ThemeChoice::Light); }

    void aPngIsOfItsSizeTimesTheScale()
    {
        PictureScene scene;
        for (const int scale : {1, 2, 3}) {
            scene.options.scale = scale;
            const QImage image = QImage::fromData(scene.bytes(PictureFormat::Png), "PNG");
            QCOMPARE(image.size(), QSize(900, 300) * scale);
            QVERIFY(image.text(u"Description"_s).contains(u"CPUs: 0, 2, 5"_s));
            QCOMPARE(std::lround(image.dotsPerMeterX() * 0.0254), 96L * scale);
        }
    }

    /// Not the same pixels drawn larger.
    void aLargerScaleShowsMore()
    {
        PictureScene scene;
        scene.options.scale = 2;
        const QImage large = QImage::fromData(scene.bytes(PictureFormat::Png), "PNG");
        int differing = 0;
        for (int y = 0; y < large.height(); y += 2) {
            for (int x = 0; x < large.width(); x += 2)
                differing += large.pixel(x, y) != large.pixel(x + 1, y) ? 1 : 0;
        }
        QCOMPARE_GT(differing, 500);
    }

    void anSvgSaysAsTextWhatItShows()
    {
        PictureScene scene;
        const QByteArray svg = scene.bytes(PictureFormat::Svg);
        const QString text = textOf(svg);
        for (const QString &word : {u"CPU 0"_s, u"CPU 5"_s, u"bash"_s, u"3 of 3"_s,
                                    u"89 events in 1 gap"_s, u"Clock"_s, u"Thresher "_s})
            QVERIFY2(text.contains(word), qPrintable(word + u": "_s + text));
        QVERIFY(!svg.contains("<image"));
        QVERIFY(svg.contains("viewBox=\"0 0 900 300\""));
        scene.options.hasCaption = false;
        QVERIFY(!textOf(scene.bytes(PictureFormat::Svg)).contains(u"Since the trace's begin "_s));
    }

    void aPdfIsOneOfItsSizeWithFonts()
    {
        PictureScene scene;
        const QByteArray pdf = scene.bytes(PictureFormat::Pdf);
        QVERIFY(pdf.startsWith("%PDF-1."));
        const QRegularExpression box(u"/MediaBox \\[0 0 ([0-9.]+) ([0-9.]+)\\]"_s);
        const auto match = box.match(QString::fromLatin1(pdf));
        QVERIFY(match.hasMatch());
        QCOMPARE(match.captured(1).toDouble(), 675.0); // points: 900 of 96 an inch
        QCOMPARE(match.captured(2).toDouble(), 225.0);
        QVERIFY(pdf.contains("/Type /Font"));
        QVERIFY(pdf.contains("/ToUnicode"));
        QVERIFY(!pdf.contains("/Subtype /Image"));
        QCOMPARE(pdf.count("/Type /Page\n"), 1);
    }

    void coloursAreThoseThatWereAskedFor_data()
    {
        QTest::addColumn<int>("program");
        QTest::addColumn<int>("colours");
        QTest::addColumn<bool>("isDark");
        for (const auto program : {ThemeChoice::Light, ThemeChoice::Dark}) {
            const bool isProgramDark = program == ThemeChoice::Dark;
            const auto row = [&](const char *name, PictureColours colours, bool isDark) {
                QTest::addRow("%s in a %s program", name, isProgramDark ? "dark" : "light")
                    << static_cast<int>(program) << static_cast<int>(colours) << isDark;
            };
            row("light", PictureColours::Light, false);
            row("dark", PictureColours::Dark, true);
            row("as shown", PictureColours::AsShown, isProgramDark);
        }
    }
    void coloursAreThoseThatWereAskedFor()
    {
        QFETCH(int, program);
        QFETCH(int, colours);
        QFETCH(bool, isDark);
        applyTheme(static_cast<ThemeChoice>(program));
        PictureScene scene;
        scene.options.colours = static_cast<PictureColours>(colours);
        const QImage image = QImage::fromData(scene.bytes(PictureFormat::Png), "PNG");
        // The overview, the names, the ruler, empty lanes, the caption.
        for (const QPoint at :
             {QPoint(140, 2), QPoint(100, 60), QPoint(800, 180), QPoint(895, 298)})
            QVERIFY2((image.pixelColor(at).lightness() < 128) == isDark,
                     qPrintable(u"at %1, %2"_s.arg(at.x()).arg(at.y())));
        applyTheme(ThemeChoice::Light);
    }

    void aBusyTraceIsNoLargeFile()
    {
        for (const CpuId cpus : {CpuId{1}, CpuId{16}, CpuId{64}}) {
            MemoryIndex index;
            ViewState view;
            view.setSnapshot(busyTrace(index, cpus));
            PictureOptions options;
            options.size = {1920, 1080};
            const Picture picture({view}, options);
            const auto svg = picture.bytes(PictureFormat::Svg);
            const auto pdf = picture.bytes(PictureFormat::Pdf);
            QVERIFY(svg && pdf);
            qInfo("%u CPUs: SVG %lld, PDF %lld bytes", cpus, svg->size(), pdf->size());
            const QString text = textOf(*svg);
            QVERIFY(text.contains(u"CPU %1 "_s.arg(cpus - 1))); // all are in view
            QCOMPARE_LT(pdf->size(), qsizetype{2} << 20);
            QCOMPARE_LT(svg->size(), qsizetype{2} << 20);
        }
    }

    void whatIsTooLargeIsRefused()
    {
        PictureScene scene;
        scene.options.size = {9000, 9000};
        scene.options.scale = 2;
        const auto bytes = Picture({scene.view}, scene.options).bytes(PictureFormat::Png);
        QVERIFY(!bytes);
        QVERIFY(bytes.error().what.find("18000 × 18000") != std::string::npos);
    }

    void aTinyPictureAndOneWithoutATraceAreDrawn()
    {
        PictureScene scene;
        scene.options.size = {1, 1};
        QCOMPARE(QImage::fromData(scene.bytes(PictureFormat::Png), "PNG").size(), QSize(1, 1));
        ViewState none;
        scene.options.size = {400, 200};
        const auto bytes = Picture({none}, scene.options).bytes(PictureFormat::Svg);
        QVERIFY(bytes);
        QVERIFY(textOf(*bytes).contains(u"Overview"_s));
    }

    void aCopyOfAViewShowsTheSame()
    {
        PictureScene scene;
        ShowFilter filter;
        filter.hiddenCpus = {2};
        scene.view.setFilter(filter);
        scene.view.setVisibleRange({20'000, 50'000});
        scene.view.setSelectedRange(TimeRange{30'000, 35'000});
        const auto copy = copyOf(scene.view);
        QCOMPARE(copy->save(), scene.view.save());
        copy->showAll();
        QCOMPARE(scene.view.visibleRange(), (TimeRange{20'000, 50'000}));
    }

    void theFormatIsTheNamesEnding()
    {
        QCOMPARE(pictureFormatOf(u"/a.b/x.PNG"_s), PictureFormat::Png);
        QCOMPARE(pictureFormatOf(u"x.svg"_s), PictureFormat::Svg);
        QCOMPARE(pictureFormatOf(u"x.tar.pdf"_s), PictureFormat::Pdf);
        QCOMPARE(pictureFormatOf(u"x.jpg"_s), std::nullopt);
        QCOMPARE(pictureFormatOf(u"/a.svg/x"_s), std::nullopt);
    }

    void aFileIsWrittenAsAWhole()
    {
        const QString path = m_folder.filePath(u"x.png"_s);
        QVERIFY(writePicture("one", path));
        QVERIFY(writePicture("other", path));
        QFile file(path);
        QVERIFY(file.open(QFile::ReadOnly));
        QCOMPARE(file.readAll(), "other");
        QCOMPARE(QDir(m_folder.path()).entryList(QDir::Files).size(), 1);
    }

    void whatCannotBeWrittenIsSaid_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("part");
        QTest::newRow("device") << u"/dev/null"_s << u"this is a device"_s;
        QTest::newRow("folder") << m_folder.path() << u"this is a folder"_s;
        QTest::newRow("no folder") << u"/no/such/x.png"_s << u"there is no folder /no/such"_s;
        QTest::newRow("no files there") << u"/proc/x.png"_s << u"cannot be written"_s;
    }
    void whatCannotBeWrittenIsSaid()
    {
        QFETCH(QString, path);
        QFETCH(QString, part);
        const auto written = writePicture("bytes", path);
        QVERIFY(!written);
        QVERIFY2(written.error().what.find(part.toStdString()) != std::string::npos,
                 written.error().what.c_str());
    }
};

QTEST_MAIN(tst_Picture)
#include "tst_picture.moc"
