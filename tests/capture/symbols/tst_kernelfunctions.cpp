// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/kernelfunctions.h"
#include "capture/symbols/kerneltypes.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::capture;

namespace {

/// A kernel of our own.
struct FakeKernel
{
    QTemporaryDir folder;
    KernelFiles files{path("kallsyms"), path("available_filter_functions"), path("blacklist"),
                      path("btf")};

    [[nodiscard]] std::string path(const char *name) const
    {
        return folder.filePath(QString::fromLatin1(name)).toStdString();
    }
    void write(const char *name, const QByteArray &text) const
    {
        const QString file = folder.filePath(QString::fromLatin1(name));
        QVERIFY(QDir().mkpath(QFileInfo(file).path()));
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly));
        QCOMPARE(out.write(text), text.size());
    }
    [[nodiscard]] std::shared_ptr<const KernelFunctions> read() const
    {
        Progress progress;
        auto functions = KernelFunctions::read(files, {}, progress);
        return functions ? *functions : nullptr;
    }
};

constexpr const char *kSymbols = "ffffffff81000000 T _text\n"
                                 "ffffffff81000100 T vfs_read\n"
                                 "ffffffff810001f0 t __pfx_vfs_write\n"
                                 "ffffffff81000200 T vfs_write\n"
                                 "ffffffff81000280 d some_data\n"
                                 "ffffffff81000300 t twice\n"
                                 "ffffffff81000340 t twice\n"
                                 "ffffffff81000400 t do_int3\n"
                                 "ffffffff81000480 t vfs_read.cold\n"
                                 "nonsense\n"
                                 "zz T zz\n"
                                 "ffffffffc0000000 t ext4_open\t[ext4]\n"
                                 "ffffffffc0000010 t vfs_read\t[ext4]\n"
                                 "ffffffffc0100000 t bpf_prog_1\t[bpf]\n";

ProbeMark markOf(const KernelFunctions &kernel, std::string_view name, std::string_view module = {})
{
    const auto [first, count] = kernel.named(name);
    for (NameTable::Row row = first; row < first + count; ++row) {
        if (kernel.function(row).module == module)
            return kernel.function(row).mark;
    }
    return ProbeMark::Unknown;
}

} // namespace

class tst_kernelfunctions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void listsFunctionsOnly();
    void marksWhatCannotBeTraced();
    void doesNotGuessWhereTheKernelDoesNotTell();
    void copesWithHiddenAddresses();
    void failsWithoutSymbols();
    void stopsWhenAsked();
    void describesSystemCallsByTheirEvents();
    void describesWhatHasNoTypes();
    void readsTypesOfModules();
    void readsThisKernel();
};

void tst_kernelfunctions::listsFunctionsOnly()
{
    const FakeKernel fake;
    fake.write("kallsyms", kSymbols);
    const auto kernel = fake.read();
    QVERIFY(kernel);
    QByteArrayList names;
    for (NameTable::Row row = 0; row < kernel->names().size(); ++row)
        names << QByteArray::fromStdString(std::string(kernel->names()[row]));
    QCOMPARE(names, (QByteArrayList{"_text", "do_int3", "ext4_open", "twice", "twice", "vfs_read",
                                    "vfs_read", "vfs_read.cold", "vfs_write"}));
    const auto [row, count] = kernel->named("vfs_read");
    QCOMPARE(count, NameTable::Row{2});
    const KernelFunction function = kernel->function(row);
    QCOMPARE(function.address, std::uint64_t{0xffffffff81000100});
    QCOMPARE(function.size, std::uint64_t{0xf0}); // up to the padding
    QVERIFY(function.isGlobal);
    QCOMPARE(kernel->function(row + 1).module, std::string_view("ext4"));
    QCOMPARE(kernel->named("nothing").second, NameTable::Row{0});
    QCOMPARE(kernel->named("zzz").second, NameTable::Row{0});
}

void tst_kernelfunctions::marksWhatCannotBeTraced()
{
    const FakeKernel fake;
    fake.write("kallsyms", kSymbols);
    fake.write("available_filter_functions", "vfs_read\ntwice\ntwice\ndo_int3\next4_open [ext4]\n");
    fake.write("blacklist",
               "0xffffffff81000400-0xffffffff81000420\tdo_int3\n0x0-0x0\tnamed_only\ngarbage\n-\n");
    const auto kernel = fake.read();
    QVERIFY(kernel);
    QVERIFY(kernel->hasFilterFunctions() && kernel->hasBlacklist());
    QCOMPARE(markOf(*kernel, "vfs_read"), ProbeMark::Traceable);
    QCOMPARE(markOf(*kernel, "vfs_read", "ext4"), ProbeMark::NoTrace);
    QCOMPARE(markOf(*kernel, "ext4_open", "ext4"), ProbeMark::Traceable);
    QCOMPARE(markOf(*kernel, "vfs_write"), ProbeMark::NoTrace);
    QCOMPARE(markOf(*kernel, "do_int3"), ProbeMark::Blacklisted);
    QCOMPARE(markOf(*kernel, "twice"), ProbeMark::Ambiguous);
    for (const ProbeMark mark :
         {ProbeMark::Unknown, ProbeMark::NoTrace, ProbeMark::Blacklisted, ProbeMark::Ambiguous})
        QVERIFY(!reasonOf(mark).empty());
}

void tst_kernelfunctions::doesNotGuessWhereTheKernelDoesNotTell()
{
    const FakeKernel fake;
    fake.write("kallsyms", kSymbols);
    const auto kernel = fake.read();
    QVERIFY(kernel);
    QVERIFY(!kernel->hasFilterFunctions() && !kernel->hasBlacklist());
    QCOMPARE(markOf(*kernel, "vfs_read"), ProbeMark::Unknown);
    QCOMPARE(markOf(*kernel, "twice"), ProbeMark::Ambiguous);
}

void tst_kernelfunctions::copesWithHiddenAddresses()
{
    const FakeKernel fake;
    fake.write("kallsyms", "0000000000000000 T a\n0000000000000000 T b\n");
    fake.write("blacklist", "0x0000000000000000-0x0000000000000000\tb\n");
    const auto kernel = fake.read();
    QVERIFY(kernel);
    QCOMPARE(kernel->function(0).size, std::uint64_t{0});
    QCOMPARE(markOf(*kernel, "a"), ProbeMark::Unknown);
    QCOMPARE(markOf(*kernel, "b"), ProbeMark::Blacklisted);
}

void tst_kernelfunctions::failsWithoutSymbols()
{
    const FakeKernel fake;
    Progress progress;
    QCOMPARE(KernelFunctions::read(fake.files, {}, progress).error().kind, ErrorKind::Io);
    fake.write("kallsyms", "\n\nno symbols\n");
    QCOMPARE(KernelFunctions::read(fake.files, {}, progress).error().kind, ErrorKind::Unsupported);
}

void tst_kernelfunctions::stopsWhenAsked()
{
    const FakeKernel fake;
    fake.write("kallsyms", kSymbols);
    std::stop_source stop;
    stop.request_stop();
    Progress progress;
    QCOMPARE(KernelFunctions::read(fake.files, stop.get_token(), progress).error().kind,
             ErrorKind::Cancelled);
}

void tst_kernelfunctions::describesSystemCallsByTheirEvents()
{
    const FakeKernel fake;
    fake.write("events/syscalls/sys_enter_openat/format",
               "name: sys_enter_openat\nID: 5\nformat:\n"
               "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n"
               "\tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;\n"
               "\tfield:int dfd;\toffset:16;\tsize:8;\tsigned:0;\n"
               "\tfield:const char * filename;\toffset:24;\tsize:8;\tsigned:0;\n"
               "\tfield:int flags;\toffset:32;\tsize:8;\tsigned:0;\n"
               "\tfield:umode_t mode;\toffset:40;\tsize:8;\tsigned:0;\n");
    const auto fetches = [&fake](Machine machine, const char *function) {
        KernelTypes types(fake.files, fake.path("events"), machine);
        const FunctionDescription described = types.describe(function);
        QByteArrayList list{QByteArray::fromStdString(described.signature)};
        for (const DescribedValue &value : described.parameters)
            list << QByteArray::fromStdString(value.name + '=' + value.fetch);
        return list;
    };
    QCOMPARE(fetches(Machine::X86_64, "__x64_sys_openat"),
             (QByteArrayList{"long openat(int dfd, const char *filename, int flags, umode_t mode)",
                             "dfd=+112(%di):s32", "filename=+0(+104(%di)):ustring",
                             "flags=+96(%di):s32", "mode=+56(%di):u16"}));
    QCOMPARE(fetches(Machine::Arm64, "__arm64_sys_openat").mid(1, 2),
             (QByteArrayList{"dfd=+0(%x0):s32", "filename=+0(+8(%x0)):ustring"}));
    KernelTypes types(fake.files, fake.path("events"));
    const auto fields = types.eventFields("syscalls", "sys_enter_openat");
    QCOMPARE(fields.size(), std::size_t{6});
    QVERIFY(fields[0].isCommon && !fields[2].isCommon);
    QCOMPARE(fields[3].type, std::string("const char *"));
    QCOMPARE(fields[3].fetch, std::string("$filename:x64"));
    QVERIFY(types.eventFields("no", "such").empty());
}

void tst_kernelfunctions::describesWhatHasNoTypes()
{
    const FakeKernel fake;
    KernelTypes types(fake.files, fake.path("events"), Machine::X86_64);
    const FunctionDescription described = types.describe("f");
    QVERIFY(described.signature.empty());
    QCOMPARE(described.parameters.size(), std::size_t{6});
    QCOMPARE(described.parameters[1].name + '=' + described.parameters[1].fetch,
             std::string("arg2=%si:x64"));
    QCOMPARE(described.result.fetch, std::string("$retval:x64"));
    QVERIFY(!types.error().empty());
    QVERIFY(!types.types("../x"));
}

void tst_kernelfunctions::readsTypesOfModules()
{
    const FakeKernel fake;
    QVERIFY(QDir().mkpath(QString::fromStdString(fake.files.btfFolder)));
    const QString sample = QStringLiteral(THRESHER_TEST_DATA "/btf/sample.btf");
    QVERIFY(QFile::copy(sample, QString::fromStdString(fake.files.btfFolder + "/vmlinux")));
    KernelTypes types(fake.files, fake.path("events"), Machine::X86_64);
    QCOMPARE(types.describe("bitten").parameters[1].fetch, std::string("%si:u64"));
    QVERIFY(!types.types("ext4")); // it has none
    QVERIFY(types.describe("bitten", "ext4").signature.empty());
}

// Whatever kernel that is: what it lists is found, and found fast.
void tst_kernelfunctions::readsThisKernel()
{
    QFile symbols(u"/proc/kallsyms"_s);
    if (!symbols.open(QIODevice::ReadOnly))
        QSKIP("this kernel lists no symbols");
    Progress progress;
    QElapsedTimer timer;
    timer.start();
    const auto kernel = KernelFunctions::read({}, {}, progress);
    QVERIFY(kernel);
    qInfo("%u functions: %.1f ms, %.1f MB of names", (*kernel)->names().size(),
          static_cast<double>(timer.nsecsElapsed()) / 1e6,
          static_cast<double>((*kernel)->names().memoryBytes()) / 1e6);
    QCOMPARE(progress.fraction(), 1.0);
    int checked = 0;
    const auto lines = symbols.readAll().split('\n');
    for (qsizetype i = 0; i < lines.size(); i += 997) {
        const auto words = lines[i].simplified().split(' ');
        if (words.size() != 3 || words[1].toLower() != "t" || words[2].startsWith("__pfx_")
            || words[2].startsWith("__cfi_"))
            continue;
        ++checked;
        const auto [row, count] = (*kernel)->named(words[2].toStdString());
        bool isThere = false;
        for (NameTable::Row each = row; each < row + count; ++each)
            isThere = isThere
                      || (*kernel)->function(each).address == words[0].toULongLong(nullptr, 16);
        QVERIFY2(isThere, words[2].constData());
    }
    QVERIFY(checked > 20);
    for (const char *pattern : {"r", "read", "vfs_read", "*page*alloc*"}) {
        timer.start();
        const auto found = (*kernel)->names().find(pattern).size();
        qInfo("find %-12s %6zu in %.2f ms", pattern, found,
              static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
}

QTEST_GUILESS_MAIN(tst_kernelfunctions)

#include "tst_kernelfunctions.moc"
