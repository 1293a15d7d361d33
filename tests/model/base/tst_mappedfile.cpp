// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/mappedfile.h"

#include <sys/stat.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>

#include <csetjmp>
#include <csignal>
#include <numeric>

using namespace thresher;

namespace {

std::filesystem::path write(const QTemporaryDir &folder, const QByteArray &content)
{
    QFile file(folder.filePath(QStringLiteral("file")));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write");
    return file.fileName().toStdString();
}

std::size_t sum(std::span<const std::byte> bytes)
{
    return std::accumulate(bytes.begin(), bytes.end(), std::size_t{0}, [](auto total, auto byte) {
        return total + std::to_integer<std::size_t>(byte);
    });
}

} // namespace

class tst_MappedFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFileIsMappedAsItIs();
    void anEmptyFileIsAnEmptySpan();
    void whatIsNoFileIsRefused();
    void aFileThatIsCutWhileMappedReadsAsZeros();
    void aFileThatIsNotReadBeyondItsCutIsNotDamaged();
    void manyFilesCanBeMappedAtOnce();
};

void tst_MappedFile::aFileIsMappedAsItIs()
{
    const QTemporaryDir folder;
    const auto path = write(folder, QByteArray("hello"));
    const auto mapped = MappedFile::open(path);
    QVERIFY(mapped.has_value());
    const auto bytes = (*mapped)->bytes();
    QCOMPARE(QByteArray(reinterpret_cast<const char *>(bytes.data()),
                        static_cast<qsizetype>(bytes.size())),
             QByteArray("hello"));
    QCOMPARE((*mapped)->path(), path);
    QVERIFY((*mapped)->fd() >= 0);
    QVERIFY(!(*mapped)->wasDamaged());
}

void tst_MappedFile::anEmptyFileIsAnEmptySpan()
{
    const QTemporaryDir folder;
    const auto mapped = MappedFile::open(write(folder, {}));
    QVERIFY(mapped.has_value());
    QVERIFY((*mapped)->bytes().empty());
    QVERIFY(!(*mapped)->wasDamaged());
}

void tst_MappedFile::whatIsNoFileIsRefused()
{
    const QTemporaryDir folder;
    const auto path = folder.path().toStdString();
    QCOMPARE(MappedFile::open(path).error().kind, ErrorKind::InvalidArgument);
    QCOMPARE(MappedFile::open("/dev/null").error().kind, ErrorKind::InvalidArgument);
    const auto pipe = path + "/pipe";
    QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
    QCOMPARE(MappedFile::open(pipe).error().kind, ErrorKind::InvalidArgument); // and does not wait
    const auto missing = MappedFile::open(path + "/missing");
    QCOMPARE(missing.error().kind, ErrorKind::Io);
    QVERIFY(missing.error().text().find("No such file") != std::string::npos);
}

void tst_MappedFile::aFileThatIsCutWhileMappedReadsAsZeros()
{
    const QTemporaryDir folder;
    const auto path = write(folder, QByteArray(100'000, '\1'));
    const auto mapped = *MappedFile::open(path);
    QCOMPARE(sum(mapped->bytes()), std::size_t{100'000});
    QCOMPARE(::truncate(path.c_str(), 40'000), 0);
    QCOMPARE(sum(mapped->bytes()), std::size_t{40'000}); // SIGBUS, if it were not caught
    QVERIFY(mapped->wasDamaged());
    QCOMPARE(sum(mapped->bytes()), std::size_t{40'000});
}

void tst_MappedFile::aFileThatIsNotReadBeyondItsCutIsNotDamaged()
{
    const QTemporaryDir folder;
    const auto path = write(folder, QByteArray(100'000, '\1'));
    const auto mapped = *MappedFile::open(path);
    QCOMPARE(::truncate(path.c_str(), 40'000), 0);
    QCOMPARE(sum(mapped->bytes().first(40'000)), std::size_t{40'000});
    QVERIFY(!mapped->wasDamaged());
}

void tst_MappedFile::manyFilesCanBeMappedAtOnce()
{
    const QTemporaryDir folder;
    const auto path = write(folder, QByteArray(10'000, '\1'));
    std::vector<std::shared_ptr<const MappedFile>> files;
    for (int i = 0; i < 100; ++i)
        files.push_back(*MappedFile::open(path));
    QCOMPARE(::truncate(path.c_str(), 0), 0);
    QCOMPARE(sum(files[60]->bytes()), std::size_t{0});
    QVERIFY(files[60]->wasDamaged());
    QVERIFY(!files[61]->wasDamaged());
    files.clear();
    const auto again = *MappedFile::open(write(folder, QByteArray("x"))); // in a slot that was used
    QVERIFY(!again->wasDamaged());
}

QTEST_GUILESS_MAIN(tst_MappedFile)
#include "tst_mappedfile.moc"
