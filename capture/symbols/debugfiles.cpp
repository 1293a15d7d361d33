// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/debugfiles.h"

#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>

namespace thresher::capture {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostUnpacked = std::size_t{256} << 20U;
constexpr std::string_view kDebugFolder = "/usr/lib/debug";

/// The CRC-32 that .gnu_debuglink holds.
std::uint32_t checksum(std::span<const std::byte> bytes)
{
    return static_cast<std::uint32_t>(
        ::crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size()));
}

bool areOneBuild(const ElfImage &program, const ElfImage &debug, std::uint32_t expected)
{
    const std::string id = program.elf.buildId();
    return id.empty() ? checksum(debug.elf.bytes()) == expected : debug.elf.buildId() == id;
}

} // namespace

Result<std::shared_ptr<const ElfImage>> openElf(const fs::path &path)
{
    THRESHER_TRY_ASSIGN(auto file, MappedFile::open(path));
    auto elf = ElfFile::parse(file->bytes());
    if (!elf) {
        elf.error().where = path.string();
        return tl::unexpected<Error>(elf.error());
    }
    return std::make_shared<const ElfImage>(
        ElfImage{std::move(file), {}, *std::move(elf), path.string()});
}

std::shared_ptr<const ElfImage> findByBuildId(const std::string &buildId, const std::string &root)
{
    constexpr std::size_t kFolderDigits = 2;
    if (buildId.size() <= kFolderDigits)
        return nullptr;
    const auto image = openElf(root + std::string(kDebugFolder) + "/.build-id/"
                               + buildId.substr(0, kFolderDigits) + '/'
                               + buildId.substr(kFolderDigits) + ".debug");
    return image && (*image)->elf.buildId() == buildId ? *image : nullptr;
}

std::shared_ptr<const ElfImage> findDebugFile(const ElfImage &program, const std::string &root)
{
    if (auto image = findByBuildId(program.elf.buildId(), root))
        return image;
    const auto [name, expected] = program.elf.debugLink();
    // It is a name in folders that we choose: nothing else is opened because a file says so.
    if (name.empty() || name.find('/') != std::string_view::npos)
        return nullptr;
    std::error_code error;
    const fs::path folder = fs::absolute(program.path, error).parent_path();
    std::string inRoot = folder.string();
    if (!root.empty() && inRoot.compare(0, root.size(), root) == 0)
        inRoot.erase(0, root.size());
    const std::array candidates{folder / name, folder / ".debug" / name,
                                fs::path(root + std::string(kDebugFolder) + inRoot) / name};
    for (const fs::path &candidate : candidates) {
        if (fs::equivalent(candidate, program.path, error))
            continue;
        auto image = openElf(candidate);
        if (image && areOneBuild(program, **image, expected))
            return *image;
    }
    return nullptr;
}

std::shared_ptr<const ElfImage> unpackDebugData(const ElfFile &program)
{
    const ElfSection *const packed = program.section(".gnu_debugdata");
    if (packed == nullptr || packed->bytes.empty())
        return nullptr;
    lzma_stream stream = LZMA_STREAM_INIT;
    if (::lzma_stream_decoder(&stream, kMostUnpacked, 0) != LZMA_OK)
        return nullptr;
    stream.next_in = reinterpret_cast<const std::uint8_t *>(packed->bytes.data());
    stream.avail_in = packed->bytes.size();
    std::vector<std::byte> unpacked;
    lzma_ret status = LZMA_OK;
    while (status == LZMA_OK && unpacked.size() < kMostUnpacked) {
        const std::size_t before = unpacked.size();
        unpacked.resize(std::max<std::size_t>(before * 2, packed->bytes.size() * 4));
        stream.next_out = reinterpret_cast<std::uint8_t *>(unpacked.data() + before);
        stream.avail_out = unpacked.size() - before;
        status = ::lzma_code(&stream, LZMA_FINISH);
        unpacked.resize(unpacked.size() - stream.avail_out);
    }
    ::lzma_end(&stream);
    if (status != LZMA_STREAM_END)
        return nullptr;
    auto elf = ElfFile::parse(unpacked);
    if (!elf)
        return nullptr;
    // The bytes stay where they are when the vector is moved.
    return std::make_shared<const ElfImage>(
        ElfImage{nullptr, std::move(unpacked), *std::move(elf), {}});
}

} // namespace thresher::capture
