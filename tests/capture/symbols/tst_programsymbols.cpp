// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/demangle.h"
#include "capture/symbols/processimages.h"
#include "capture/symbols/programsymbols.h"
#include "tests/app/cli/programrun.h"

#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <map>
#include <random>
#include <set>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::capture;

namespace thresher {

/// One of this program, whatever its libraries are.
int placedFunction(int value);
__attribute__((noinline)) int placedFunction(int value)
{
    return value + 1;
}

} // namespace thresher

namespace {

std::shared_ptr<const ProgramSymbols> readSymbols(const QString &path, const QString &root = {})
{
    Progress progress;
    auto symbols = ProgramSymbols::read(path.toStdString(), {root.toStdString()}, {}, progress);
    return symbols ? *symbols : nullptr;
}

QString tool(const QString &name, const QStringList &args)
{
    const test::Run got = test::run(name, args);
    if (got.status != 0)
        qWarning("%s: %s", qPrintable(name), qPrintable(got.err));
    return got.out;
}

using Place = std::pair<std::string, std::uint64_t>; // symbol, address

/// The functions that readelf finds, without versions.
std::set<Place> placesByReadelf(const QString &path)
{
    std::set<Place> places;
    static const QRegularExpression line(
        u"^ *\\d+: ([0-9a-f]+) +\\S+ (?:FUNC|IFUNC) +\\S+ +\\S+ +(?:\\[.*\\] +)?(\\d+) ([^@\\s]+)"_s,
        QRegularExpression::MultilineOption);
    const QString out = tool(u"readelf"_s, {u"-sW"_s, path});
    for (auto it = line.globalMatch(out); it.hasNext();) {
        const auto match = it.next();
        places.emplace(match.captured(3).toStdString(), match.captured(1).toULongLong(nullptr, 16));
    }
    return places;
}

std::set<Place> placesOf(const ProgramSymbols &symbols, bool alsoOfDebugFiles = true)
{
    std::set<Place> places;
    for (NameTable::Row row = 0; row < symbols.names().size(); ++row) {
        const ProgramFunction function = symbols.function(row);
        if (alsoOfDebugFiles
            || (function.table != SymbolTable::DebugFile
                && function.table != SymbolTable::DebugData))
            places.emplace(function.symbol, function.address);
    }
    return places;
}

void compareSets(const std::set<Place> &got, const std::set<Place> &expected)
{
    std::vector<Place> differing;
    std::set_symmetric_difference(got.begin(), got.end(), expected.begin(), expected.end(),
                                  std::back_inserter(differing));
    for (const auto &[name, address] : differing)
        qWarning("differs: %s %llx", name.c_str(), static_cast<unsigned long long>(address));
    QVERIFY(differing.empty());
}

std::shared_ptr<const ProgramSymbols> copyWith(const QTemporaryDir &folder, const QString &name,
                                               const QStringList &objcopy, const QString &root = {})
{
    const QString copy = folder.filePath(name);
    tool(u"objcopy"_s, objcopy + QStringList{QStringLiteral(THRESHER_PROBED), copy});
    return readSymbols(copy, root);
}

} // namespace

class tst_programsymbols : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void findsTheFunctionsThatReadelfFinds_data();
    void findsTheFunctionsThatReadelfFinds();
    void offsetsAreObjdumps_data();
    void offsetsAreObjdumps();
    void demanglesAsCxxfiltDoes();
    void demanglesRust_data();
    void demanglesRust();
    void survivesNames();
    void tellsVersionsOfOneFunction();
    void findsByNameWithAndWithoutParameters();
    void readsTheDebugFileOfABuildId();
    void readsTheDebugFileOfALink();
    void takesNoDebugFileOfAnotherBuild();
    void readsCompressedSymbols();
    void findsWhatAProcessRuns();
    void readsMaps();
    void saysWhyItCannotRead();
    void survivesDamage();
    void stopsWhenAsked();
};

void tst_programsymbols::findsTheFunctionsThatReadelfFinds_data()
{
    QTest::addColumn<QString>("path");
    QTest::addRow("PIE") << QStringLiteral(THRESHER_PROBED);
    QTest::addRow("fixed") << QStringLiteral(THRESHER_PROBED_FIXED);
    QTest::addRow("library") << QStringLiteral(THRESHER_PROBED_LIBRARY);
    QTest::addRow("itself") << QCoreApplication::applicationFilePath();
    const auto images = readProcessImages(::getpid());
    QVERIFY(images);
    for (const ProcessImage &image : *images) { // libc, libstdc++, Qt…
        if (image.path != QCoreApplication::applicationFilePath().toStdString())
            QTest::addRow("%s", image.path.c_str()) << QString::fromStdString(image.path);
    }
}

void tst_programsymbols::findsTheFunctionsThatReadelfFinds()
{
    QFETCH(QString, path);
    const auto symbols = readSymbols(path);
    QVERIFY(symbols);
    const auto expected = placesByReadelf(path);
    // libicudata has none.
    QVERIFY(!expected.empty() || path.contains(u"data"_s));
    compareSets(placesOf(*symbols, false), expected);
}

void tst_programsymbols::offsetsAreObjdumps_data()
{
    QTest::addColumn<QString>("path");
    QTest::addRow("PIE") << QStringLiteral(THRESHER_PROBED);
    QTest::addRow("fixed") << QStringLiteral(THRESHER_PROBED_FIXED);
    QTest::addRow("library") << QStringLiteral(THRESHER_PROBED_LIBRARY);
    QTest::addRow("bash") << u"/bin/bash"_s;
}

void tst_programsymbols::offsetsAreObjdumps()
{
    QFETCH(QString, path);
    const auto symbols = readSymbols(path);
    QVERIFY(symbols);
    std::map<Place, std::uint64_t> offsets;
    for (NameTable::Row row = 0; row < symbols->names().size(); ++row) {
        const ProgramFunction function = symbols->function(row);
        if (function.whyNot.empty())
            offsets[{std::string(function.symbol), function.address}] = function.offset;
    }
    static const QRegularExpression line(
        u"^([0-9a-f]+) <([^>@]+)(?:@@[^>]+)?> \\(File Offset: 0x([0-9a-f]+)\\)"_s,
        QRegularExpression::MultilineOption);
    const QString out = tool(u"objdump"_s, {u"-dF"_s, u"--no-show-raw-insn"_s, path});
    int compared = 0;
    for (auto it = line.globalMatch(out); it.hasNext();) {
        const auto match = it.next();
        const Place place{match.captured(2).toStdString(),
                          match.captured(1).toULongLong(nullptr, 16)};
        const auto ours = offsets.find(place);
        if (ours == offsets.end())
            continue; // labels of the PLT, and of assembly
        QCOMPARE(ours->second, match.captured(3).toULongLong(nullptr, 16));
        ++compared;
    }
    QVERIFY(compared >= 8);
}

void tst_programsymbols::demanglesAsCxxfiltDoes()
{
    const auto symbols = readSymbols(QCoreApplication::applicationFilePath());
    QVERIFY(symbols);
    QProcess filt;
    filt.start(u"c++filt"_s, QStringList());
    std::vector<std::string> ours;
    for (NameTable::Row row = 0; row < symbols->names().size(); ++row) {
        const ProgramFunction function = symbols->function(row);
        ours.emplace_back(function.name);
        filt.write(QByteArray(function.symbol.data(), static_cast<int>(function.symbol.size()))
                   + '\n');
    }
    filt.closeWriteChannel();
    QVERIFY(filt.waitForFinished());
    const auto theirs = filt.readAllStandardOutput().split('\n');
    QVERIFY(ours.size() > 50);
    for (std::size_t i = 0; i < ours.size(); ++i)
        QCOMPARE(QByteArray::fromStdString(ours[i]), theirs[static_cast<int>(i)]);
}

void tst_programsymbols::demanglesRust_data()
{
    QTest::addColumn<QByteArray>("mangled");
    QTest::addColumn<QByteArray>("plain");
    QTest::addRow("path") << QByteArray("_ZN4core3fmt5write17h01234567890abcdeE")
                          << QByteArray("core::fmt::write");
    QTest::addRow("trait") << QByteArray("_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo.."
                                         "Bar$LT$Test$GT$$GT$3bar17h930b740aa94f1d3aE")
                           << QByteArray("<Test + 'static as foo::Bar<Test>>::bar");
    QTest::addRow("closure") << QByteArray(
        "_ZN3foo4main28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE")
                             << QByteArray("foo::main::{{closure}}");
    QTest::addRow("second mangling") << QByteArray("_RNvNtNtCs1234_7mycrate3foo3bar3baz")
                                     << QByteArray("mycrate::foo::bar::baz");
    QTest::addRow("generic") << QByteArray("_RINvNtC3std3mem8align_ofjE")
                             << QByteArray("std::mem::align_of::<usize>");
    QTest::addRow("C with _R") << QByteArray("_Read") << QByteArray("_Read");
    QTest::addRow("C") << QByteArray("_Zebra") << QByteArray("_Zebra");
    QTest::addRow("C++") << QByteArray("_ZN6probed7Counter5countEi")
                         << QByteArray("probed::Counter::count(int)");
}

void tst_programsymbols::demanglesRust()
{
    QFETCH(QByteArray, mangled);
    QFETCH(QByteArray, plain);
    QCOMPARE(QByteArray::fromStdString(demangled(mangled.toStdString())), plain);
}

void tst_programsymbols::survivesNames()
{
    // Each part says the one before it twice.
    const auto number = [](unsigned value, unsigned base) {
        const std::string_view digits
            = base == 36 ? "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                         : "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTU"
                           "VWXYZ";
        std::string text = "_";
        for (; value > 0; value = (value - 1) / base)
            text.insert(text.begin(), digits[(value - 1) % base]);
        return text;
    };
    std::string cxx = "_Z1f1aIiiE";
    std::string rust = "_RIC1aTyyE";
    std::size_t last = rust.size() - 6; // from behind "_R"
    for (unsigned i = 1; i < 60; ++i) {
        cxx += "S_IS" + number(i, 36) + "S" + number(i, 36) + "E";
        const std::string before = "B" + number(static_cast<unsigned>(last) + 1, 62);
        last = rust.size() - 2;
        rust += "T" + before + before + "E";
        // The first few are names, which shows that all are.
        if (i == 3) {
            QCOMPARE(demangled(rust + "E").substr(0, 12), std::string("a::<(u64, u6"));
            QVERIFY(demangled(cxx).starts_with("f(a<int, int>, a<a<int, int>, a<int, int> >"));
        }
    }
    rust += 'E';
    QCOMPARE(demangled(cxx), cxx);
    QCOMPARE(demangled(rust), rust);
    QCOMPARE(demangled("_Z" + std::string(4000, 'P')), "_Z" + std::string(4000, 'P'));
    QCOMPARE(demangled("_R" + std::string(4000, 'T')), "_R" + std::string(4000, 'T'));

    // Damaged ones: nothing is read behind the end.
    std::mt19937 random(2);
    const std::vector<std::string> names = {
        cxx.substr(0, 60), rust.substr(0, 60), "_RNvNtNtCs1234_7mycrate3foo3bar3baz",
        "_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$"
        "3bar17h930b740aa94f1d3aE",
        "_ZNSt6vectorIiSaIiEE9push_backERKi"};
    for (int i = 0; i < 20'000; ++i) {
        std::string name = names[random() % names.size()];
        for (auto damages = random() % 4; damages-- > 0;)
            name[2 + random() % (name.size() - 2)] = static_cast<char>(random() % 95 + 32);
        name.resize(2 + random() % (name.size() - 1));
        QVERIFY(!demangled(name).empty());
    }
}

void tst_programsymbols::tellsVersionsOfOneFunction()
{
    const auto images = readProcessImages(::getpid());
    QVERIFY(images);
    const auto libc = std::find_if(images->begin(), images->end(), [](const ProcessImage &image) {
        return image.path.find("/libc.so") != std::string::npos;
    });
    QVERIFY(libc != images->end());
    const QString path = QString::fromStdString(libc->path);
    const auto symbols = readSymbols(path);
    QVERIFY(symbols);
    const QString dynamic = tool(u"nm"_s, {u"-D"_s, u"--defined-only"_s, path});
    int versions = 0;
    for (NameTable::Row row = 0; row < symbols->names().size(); ++row) {
        const ProgramFunction function = symbols->function(row);
        if (function.version.empty() || ++versions > 500)
            continue;
        const QString line = u' '
                             + QString::fromUtf8(function.symbol.data(),
                                                 static_cast<int>(function.symbol.size()))
                             + (function.isDefaultVersion ? u"@@"_s : u"@"_s)
                             + QString::fromUtf8(function.version.data(),
                                                 static_cast<int>(function.version.size()))
                             + u'\n';
        QVERIFY2(dynamic.contains(line), qPrintable(line));
    }
    QVERIFY(versions > 100);
}

void tst_programsymbols::findsByNameWithAndWithoutParameters()
{
    const auto symbols = readSymbols(QStringLiteral(THRESHER_PROBED));
    QVERIFY(symbols);
    for (const char *name : {"probed::Counter::count", "probed::Counter::count(int)",
                             "_ZN6probed7Counter5countEi", "probed_add", "probed_hidden"})
        QCOMPARE(symbols->named(name).size(), std::size_t{1});
    QCOMPARE(symbols->named("count").size(), std::size_t{0});
    QCOMPARE(symbols->named("").size(), std::size_t{0});
    const auto row = symbols->names().find("*::largest<int>*");
    QCOMPARE(row.size(), std::size_t{1});
}

void tst_programsymbols::readsTheDebugFileOfABuildId()
{
    const QTemporaryDir folder;
    const auto whole = readSymbols(QStringLiteral(THRESHER_PROBED));
    QVERIFY(whole);
    const QString id = QString::fromStdString(whole->program().elf.buildId());
    QCOMPARE(id.size(), 40);
    QVERIFY(tool(u"readelf"_s, {u"-n"_s, QStringLiteral(THRESHER_PROBED)}).contains(id));
    const QString debug = u"usr/lib/debug/.build-id/"_s + id.left(2);
    QVERIFY(QDir(folder.path()).mkpath(debug));
    QVERIFY(copyWith(folder, debug + u'/' + id.mid(2) + u".debug"_s, {u"--only-keep-debug"_s}));
    const auto stripped = copyWith(folder, u"stripped"_s, {u"--strip-all"_s}, folder.path());
    QVERIFY(stripped);
    compareSets(placesOf(*stripped), placesOf(*whole));
    QVERIFY(stripped->debugImage());
    QCOMPARE(stripped->function(stripped->named("probed_hidden").at(0)).table,
             SymbolTable::DebugFile);
    QCOMPARE(stripped->function(stripped->named("probed_hidden").at(0)).offset,
             whole->function(whole->named("probed_hidden").at(0)).offset);
    const auto alone = copyWith(folder, u"alone"_s, {u"--strip-all"_s}, folder.filePath(u"no"_s));
    QVERIFY(alone);
    QVERIFY(alone->named("probed_hidden").empty());
}

void tst_programsymbols::readsTheDebugFileOfALink()
{
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir(u".debug"_s));
    const QString debug = folder.filePath(u".debug/probed.debug"_s);
    const QStringList noId{u"--remove-section=.note.gnu.build-id"_s};
    QVERIFY(copyWith(folder, u".debug/probed.debug"_s, noId + QStringList{u"--only-keep-debug"_s}));
    const auto linked = copyWith(
        folder, u"linked"_s,
        noId + QStringList{u"--strip-all"_s, u"--add-gnu-debuglink="_s + debug});
    QVERIFY(linked);
    QCOMPARE(linked->named("probed_hidden").size(), std::size_t{1});
}

void tst_programsymbols::takesNoDebugFileOfAnotherBuild()
{
    const QTemporaryDir folder;
    const QString debug = folder.filePath(u"probed.debug"_s);
    const QStringList noId{u"--remove-section=.note.gnu.build-id"_s};
    QVERIFY(copyWith(folder, u"probed.debug"_s, noId + QStringList{u"--only-keep-debug"_s}));
    const QStringList link = noId
                             + QStringList{u"--strip-all"_s, u"--add-gnu-debuglink="_s + debug};
    QVERIFY(copyWith(folder, u"linked"_s, link));
    QFile file(debug);
    QVERIFY(file.open(QIODevice::Append));
    QCOMPARE(file.write("x"), 1); // another checksum
    file.close();
    const auto linked = readSymbols(folder.filePath(u"linked"_s));
    QVERIFY(linked);
    QVERIFY(linked->named("probed_hidden").empty());
}

void tst_programsymbols::readsCompressedSymbols()
{
    const QTemporaryDir folder;
    QVERIFY(
        copyWith(folder, u"symbols"_s, {u"--only-keep-debug"_s, u"--remove-section=.debug*"_s}));
    tool(u"xz"_s, {folder.filePath(u"symbols"_s)});
    const auto mini = copyWith(folder, u"mini"_s,
                               {u"--strip-all"_s, u"--add-section"_s,
                                u".gnu_debugdata="_s + folder.filePath(u"symbols.xz"_s)},
                               folder.filePath(u"no"_s));
    QVERIFY(mini);
    const auto rows = mini->named("probed_hidden");
    QCOMPARE(rows.size(), std::size_t{1});
    QCOMPARE(mini->function(rows[0]).table, SymbolTable::DebugData);
    const auto whole = readSymbols(QStringLiteral(THRESHER_PROBED));
    compareSets(placesOf(*mini), placesOf(*whole));
}

void tst_programsymbols::findsWhatAProcessRuns()
{
    const auto images = readProcessImages(::getpid());
    QVERIFY(images);
    QCOMPARE(QString::fromStdString(images->front().path), QCoreApplication::applicationFilePath());
    // Where a function is now is where its symbol is.
    const auto symbols = readSymbols(QString::fromStdString(images->front().path));
    QVERIFY(symbols);
    const auto here = reinterpret_cast<std::uint64_t>(&thresher::placedFunction);
    const auto placed = symbols->named("thresher::placedFunction");
    QCOMPARE(placed.size(), std::size_t{1});
    QCOMPARE(symbols->function(placed[0]).offset,
             here - images->front().begin + images->front().offset);
    QCOMPARE(processRoot(::getpid()), std::string());
    QVERIFY(!readProcessImages(0x7fffffff));
}

void tst_programsymbols::readsMaps()
{
    const auto images = imagesOf("00400000-00452000 r-xp 00001000 08:02 173521   /usr/bin/a b\n"
                                 "00651000-00652000 r--p 00051000 08:02 173521   /usr/bin/a b\n"
                                 "nonsense\n"
                                 "7f-80 r-xp 0 00:00 0                           [vdso]\n"
                                 "70000-80000 r-xp 0 00:00 1                     /usr/bin/a b\n"
                                 "90000-a0000 r-xp zz 00:00 1                    /bad\n"
                                 "90000-a0000 r-xp 00000010 00:00 1              /lib/x (deleted)");
    QCOMPARE(images.size(), std::size_t{2});
    QCOMPARE(images[0].name, std::string("/usr/bin/a b"));
    QCOMPARE(images[0].begin, std::uint64_t{0x400000});
    QCOMPARE(images[0].end, std::uint64_t{0x452000});
    QCOMPARE(images[0].offset, std::uint64_t{0x1000});
    QCOMPARE(images[1].name, std::string("/lib/x (deleted)"));
}

void tst_programsymbols::saysWhyItCannotRead()
{
    Progress progress;
    const auto none = ProgramSymbols::read("/no/such/file", {}, {}, progress);
    QVERIFY(!none);
    QCOMPARE(none.error().kind, ErrorKind::Io);
    const auto text = ProgramSymbols::read(THRESHER_TEST_DATA "/sched-basic.dat", {}, {}, progress);
    QVERIFY(!text);
    QCOMPARE(text.error().kind, ErrorKind::InvalidArgument);
    QVERIFY(text.error().where.find("sched-basic") != std::string::npos);
}

// Whatever is flipped or cut off, it ends, and stays within the file.
void tst_programsymbols::survivesDamage()
{
    QFile file(QStringLiteral(THRESHER_PROBED));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray whole = file.readAll();
    const QTemporaryDir folder;
    unsigned state = 12345;
    const auto random = [&state](qsizetype below) {
        state = state * 1103515245U + 12345U;
        return static_cast<qsizetype>(state >> 8U) % below;
    };
    int read = 0;
    for (int i = 0; i < 150; ++i) {
        QByteArray bytes = i % 3 == 0 ? whole.left(random(whole.size())) : whole;
        for (int flips = 0; flips < 20 && !bytes.isEmpty(); ++flips) {
            // In the headers at the begin, in those of sections at the end, or anywhere.
            qsizetype at = random(flips % 3 == 0 ? 1024 : bytes.size());
            if (flips % 3 == 1)
                at = whole.size() - 1 - random(40 * 64);
            at = std::min(at, bytes.size() - 1);
            if (at > 16)
                bytes[at] = static_cast<char>(random(256));
        }
        QFile damaged(folder.filePath(u"damaged"_s));
        QVERIFY(damaged.open(QIODevice::WriteOnly));
        QCOMPARE(damaged.write(bytes), bytes.size());
        damaged.close();
        const auto symbols = readSymbols(damaged.fileName());
        if (!symbols)
            continue;
        ++read;
        for (NameTable::Row row = 0; row < symbols->names().size(); ++row) {
            const ProgramFunction function = symbols->function(row);
            QVERIFY(function.whyNot.empty() == (function.offset != 0) || function.offset == 0);
        }
    }
    QVERIFY(read > 50);
}

void tst_programsymbols::stopsWhenAsked()
{
    std::stop_source stop;
    stop.request_stop();
    Progress progress;
    const auto symbols = ProgramSymbols::read(THRESHER_PROBED, {}, stop.get_token(), progress);
    QVERIFY(!symbols);
    QCOMPARE(symbols.error().kind, ErrorKind::Cancelled);
}

QTEST_GUILESS_MAIN(tst_programsymbols)

#include "tst_programsymbols.moc"
