// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/debugfiles.h"
#include "capture/symbols/processimages.h"
#include "capture/symbols/usdt.h"
#include "tests/app/cli/programrun.h"

#include <unistd.h>

#include <QRegularExpression>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace thresher;
using namespace thresher::capture;

class tst_usdt : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsArguments_data();
    void readsArguments();
    void findsWhatReadelfFinds_data();
    void findsWhatReadelfFinds();
    void countersAndPrelinkingAreRight();
};

void tst_usdt::readsArguments_data()
{
    QTest::addColumn<bool>("isArm");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("fetch"); // empty: it cannot be had
    const auto row = [](bool isArm, const char *text, const char *fetch) {
        QTest::addRow("%s", text) << isArm << QByteArray(text) << QByteArray(fetch);
    };
    row(false, "8@%rax", "%ax:u64");
    row(false, "-4@%edi", "%di:s32");
    row(false, "2@%bp", "%bp:u16");
    row(false, "1@%sil", "%si:u8");
    row(false, "1@%al", "%ax:u8");
    row(false, "1@%bh", "%bx:b8@8/64");
    row(false, "4@%r10d", "%r10:u32");
    row(false, "1@%r9b", "%r9:u8");
    row(false, "8@%r15", "%r15:u64");
    row(false, "-4@$-7", "\\-7:s32");
    row(false, "8@16(%rbp)", "+16(%bp):u64");
    row(false, "-4@-20(%rbp)", "-20(%bp):s32");
    row(false, "8@(%rdi)", "+0(%di):u64");
    row(false, "8@main_arena(%rip)", "");
    row(false, "8@8(%rax,%rbx,4)", "");
    row(false, "8@%xmm0", "");
    row(false, "8@%r16", "");
    row(false, "16@%rax", "");
    row(false, "8@", "");
    row(false, "@%rax", "");
    row(false, "rax", "");
    row(false, "8@)(%", "");
    row(true, "8@x0", "%x0:u64");
    row(true, "-4@w19", "%x19:s32");
    row(true, "4@[sp, 12]", "+12(%sp):u32");
    row(true, "8@[x1]", "+0(%x1):u64");
    row(true, "4@[x2, -4]", "-4(%x2):u32");
    row(true, "1@5", "\\5:u8");
    row(true, "8@x31", "");
    row(true, "8@[x1, x2]", "");
    row(true, "8@[", "");
}

void tst_usdt::readsArguments()
{
    QFETCH(bool, isArm);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, fetch);
    const UsdtArgument argument = usdtArgument(isArm ? Machine::Arm64 : Machine::X86_64,
                                               text.toStdString());
    QCOMPARE(QByteArray::fromStdString(argument.fetch), fetch);
    QCOMPARE(argument.whyNot.empty(), !fetch.isEmpty());
}

void tst_usdt::findsWhatReadelfFinds_data()
{
    QTest::addColumn<QString>("path");
    const auto images = readProcessImages(::getpid());
    QVERIFY(images);
    for (const ProcessImage &image : *images) {
        if (image.path.find("libstdc++") != std::string::npos)
            QTest::addRow("%s", image.path.c_str()) << QString::fromStdString(image.path);
    }
}

void tst_usdt::findsWhatReadelfFinds()
{
    QFETCH(QString, path);
    const auto image = openElf(path.toStdString());
    QVERIFY(image);
    const QString notes = test::run(u"readelf"_s, {u"-nW"_s, path}).out;
    static const QRegularExpression note(
        u"Provider: (.*)\n *Name: (.*)\n *Location: 0x([0-9a-f]+), Base: 0x([0-9a-f]+), Semaphore: 0x([0-9a-f]+)\n *Arguments: ?(.*)\n"_s);
    QStringList theirs;
    for (auto it = note.globalMatch(notes); it.hasNext();) {
        const auto match = it.next();
        theirs << match.captured(1) + u' ' + match.captured(2) + u' '
                      + QString::number(match.captured(3).toULongLong(nullptr, 16)) + u' '
                      + match.captured(6).trimmed();
    }
    QStringList ours;
    for (const UsdtProbe &probe : usdtProbesOf((*image)->elf)) {
        QString arguments;
        for (const UsdtArgument &argument : probe.arguments)
            arguments += u' ' + QString::fromStdString(argument.text);
        ours << QString::fromStdString(probe.provider + ' ' + probe.name) + u' '
                    + QString::number(probe.address) + u' ' + arguments.trimmed();
        QVERIFY(probe.whyNot.empty());
        QCOMPARE(probe.offset, *(*image)->elf.fileOffset(probe.address));
    }
    QVERIFY(!theirs.isEmpty());
    QCOMPARE(ours, theirs);
}

// Two notes by hand: one with a counter, in a file that was moved by 0x1000 after it was linked.
void tst_usdt::countersAndPrelinkingAreRight()
{
    std::string file(0x1000, '\0');
    const auto put = [&file](std::size_t at, std::uint64_t value, unsigned size) {
        for (unsigned i = 0; i < size; ++i)
            file[at + i] = static_cast<char>(value >> (8 * i));
    };
    file.replace(0, 7,
                 std::string("\x7f"
                             "ELF\2\1\1",
                             7));
    put(16, 3, 2); // ET_DYN
    put(18, 62, 2); // x86-64
    put(32, 64, 8); // program headers
    put(40, 0x400, 8); // sections
    put(54, 56, 2);
    put(56, 2, 2);
    put(58, 64, 2);
    put(60, 4, 2);
    put(62, 3, 2);
    const auto segment = [&](std::size_t at, unsigned flags, std::uint64_t offset,
                             std::uint64_t address) {
        put(at, 1, 4);
        put(at + 4, flags, 4);
        put(at + 8, offset, 8);
        put(at + 16, address, 8);
        put(at + 32, 0x100, 8);
        put(at + 40, 0x100, 8);
    };
    segment(64, 5, 0x200, 0x2200);
    segment(120, 6, 0x300, 0x4300);
    const auto note = [&](std::size_t at, std::uint64_t address, std::uint64_t semaphore,
                          const std::string &text) {
        put(at, 8, 4);
        put(at + 4, 24 + text.size(), 4);
        put(at + 8, 3, 4);
        file.replace(at + 12, 8, std::string("stapsdt\0", 8));
        put(at + 20, address, 8);
        put(at + 28, 0x1050, 8);
        put(at + 36, semaphore, 8);
        file.replace(at + 44, text.size(), text);
    };
    note(0x600, 0x1210, 0x3310, std::string("app\0one\0-4@%edi 8@8(%rsp)\0\0\0", 28));
    note(0x600 + 72, 0x1220, 0, std::string("app\0two\0\0\0\0\0", 12));
    const auto section = [&](std::size_t index, unsigned name, unsigned type, std::uint64_t address,
                             std::uint64_t offset, std::uint64_t size) {
        const std::size_t at = 0x400 + index * 64;
        put(at, name, 4);
        put(at + 4, type, 4);
        put(at + 16, address, 8);
        put(at + 24, offset, 8);
        put(at + 32, size, 8);
    };
    section(1, 1, 7, 0, 0x600, 72 + 56);
    section(2, 15, 1, 0x2050, 0x250, 1);
    section(3, 29, 3, 0, 0x800, 0x40);
    const std::string names("\0.note.stapsdt\0.stapsdt.base\0.shstrtab\0", 39);
    file.replace(0x800, names.size(), names);
    const auto elf = ElfFile::parse(std::as_bytes(std::span(file)));
    QVERIFY(elf);
    const auto probes = usdtProbesOf(*elf);
    QCOMPARE(probes.size(), std::size_t{2});
    QCOMPARE(probes[0].address, std::uint64_t{0x2210});
    QCOMPARE(probes[0].offset, std::uint64_t{0x210});
    QCOMPARE(probes[0].semaphoreOffset, std::uint64_t{0x310});
    QCOMPARE(probes[0].arguments.size(), std::size_t{2});
    QCOMPARE(probes[0].arguments[1].fetch, std::string("+8(%sp):u64"));
    QCOMPARE(probes[1].name, std::string("two"));
    QCOMPARE(probes[1].semaphoreOffset, std::uint64_t{0});
    QVERIFY(probes[1].arguments.empty());
    // Wherever it is cut off, what is left is read.
    for (std::size_t size = 0; size < file.size(); size += 7) {
        if (const auto cut = ElfFile::parse(std::as_bytes(std::span(file).first(size))))
            QVERIFY(usdtProbesOf(*cut).size() <= 2);
    }
}

QTEST_GUILESS_MAIN(tst_usdt)

#include "tst_usdt.moc"
