// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/inflater_p.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>

namespace thresher {

namespace {

struct FreeContext
{
    void operator()(ZSTD_DCtx *context) const { ZSTD_freeDCtx(context); }
};

} // namespace

struct Inflater::Private
{
    std::unique_ptr<ZSTD_DCtx, FreeContext> zstd;
};

Inflater::Inflater(Compression compression)
    : m_compression(compression)
    , d(std::make_unique<Private>())
{
    if (m_compression == Compression::Zstd)
        d->zstd.reset(ZSTD_createDCtx());
}

Inflater::~Inflater() = default;

std::optional<std::size_t> Inflater::inflate(std::span<const std::byte> from,
                                             std::span<std::byte> to)
{
    switch (m_compression) {
    case Compression::None:
        if (from.size() > to.size())
            return std::nullopt;
        std::copy(from.begin(), from.end(), to.begin());
        return from.size();
    case Compression::Zstd: {
        if (!d->zstd)
            return std::nullopt;
        const auto size = ZSTD_decompressDCtx(d->zstd.get(), to.data(), to.size(), from.data(),
                                              from.size());
        if (ZSTD_isError(size) != 0)
            return std::nullopt;
        return size;
    }
    case Compression::Zlib: {
        uLongf size = to.size();
        const int result = ::uncompress(reinterpret_cast<Bytef *>(to.data()), &size,
                                        reinterpret_cast<const Bytef *>(from.data()), from.size());
        if (result != Z_OK)
            return std::nullopt;
        return size;
    }
    }
    return std::nullopt;
}

} // namespace thresher
