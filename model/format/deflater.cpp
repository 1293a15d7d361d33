// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/format/deflater.h"

#include "model/base/bytes.h"

#include <zlib.h>
#include <zstd.h>

#include <cstring>

namespace thresher {

namespace {

constexpr int kZlibLevel = 6; // its default
constexpr std::uint32_t kPagesOfChunk = 10; // as trace-cmd writes them
constexpr std::size_t kChunkHeadSize = 8;

// {u32 compressed size, u32 size}
void putChunkHead(std::byte *to, std::size_t compressed, std::size_t size, bool swap)
{
    for (const auto value : {compressed, size}) {
        auto number = static_cast<std::uint32_t>(value);
        number = swap ? byteSwapped(number) : number;
        std::memcpy(to, &number, sizeof number);
        to += sizeof number;
    }
}

} // namespace

struct Deflater::Private
{
    ZSTD_CCtx *zstd = nullptr;

    ~Private() { ZSTD_freeCCtx(zstd); }
};

Deflater::Deflater(Compression compression)
    : m_compression(compression)
    , d(std::make_unique<Private>())
{
    if (compression != Compression::Zstd)
        return;
    d->zstd = ZSTD_createCCtx();
    // trace-cmd writes frames without their size, and knows it from elsewhere.
    if (d->zstd != nullptr)
        ZSTD_CCtx_setParameter(d->zstd, ZSTD_c_contentSizeFlag, 0);
}

Deflater::~Deflater() = default;

std::size_t Deflater::deflate(std::span<const std::byte> from, std::vector<std::byte> &to)
{
    const auto begin = to.size();
    std::size_t size = 0;
    if (m_compression == Compression::Zstd) {
        to.resize(begin + ZSTD_compressBound(from.size()));
        if (d->zstd != nullptr)
            size = ZSTD_compress2(d->zstd, to.data() + begin, to.size() - begin, from.data(),
                                  from.size());
        if (ZSTD_isError(size) != 0)
            size = 0;
    } else {
        uLongf bound = compressBound(from.size());
        to.resize(begin + bound);
        if (compress2(reinterpret_cast<Bytef *>(to.data() + begin), &bound,
                      reinterpret_cast<const Bytef *>(from.data()), from.size(), kZlibLevel)
            == Z_OK)
            size = bound;
    }
    to.resize(begin + size);
    return size;
}

std::uint32_t Deflater::deflatePages(std::span<const std::byte> pages, std::uint32_t pageSize,
                                     bool bigEndian, std::vector<std::byte> &to)
{
    const auto chunkSize = std::size_t{pageSize} * kPagesOfChunk;
    std::uint32_t chunks = 0;
    for (std::size_t at = 0; at < pages.size(); at += chunkSize) {
        const auto chunk = slice(pages, at, chunkSize);
        const auto headAt = to.size();
        to.resize(headAt + kChunkHeadSize);
        const auto size = deflate(chunk, to);
        if (size == 0)
            return 0;
        putChunkHead(to.data() + headAt, size, chunk.size(), needsSwap(bigEndian));
        ++chunks;
    }
    return chunks;
}

std::string_view compressionName(Compression compression)
{
    switch (compression) {
    case Compression::None:
        break;
    case Compression::Zlib:
        return "zlib";
    case Compression::Zstd:
        return "zstd";
    }
    return "none";
}

std::string_view compressionLibrary(Compression compression)
{
    switch (compression) {
    case Compression::None:
        break;
    case Compression::Zlib:
        return zlibVersion();
    case Compression::Zstd:
        return ZSTD_versionString();
    }
    return {};
}

} // namespace thresher
