// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/pagereader.h"

#include "model/base/bytes.h"
#include "model/io/chunkwalk_p.h"
#include "model/io/inflater_p.h"

#include <algorithm>
#include <array>
#include <limits>
#include <list>
#include <unordered_map>

namespace thresher {

namespace {

constexpr std::size_t kCacheBytes = 8U << 20U;

const Chunk *chunkOf(std::span<const Chunk> chunks, std::uint64_t page)
{
    const auto after = std::upper_bound(
        chunks.begin(), chunks.end(), page,
        [](std::uint64_t number, const Chunk &chunk) { return number < chunk.firstPage; });
    return after == chunks.begin() ? nullptr : &*(after - 1);
}

} // namespace

struct PageReader::Private
{
    struct Inflated
    {
        std::uint64_t fileOffset = 0;
        std::unique_ptr<std::byte[]> bytes;
        std::size_t size = 0; // 0: it does not inflate
        std::size_t cost = 0; // of the cache's bytes
    };

    std::shared_ptr<const TraceFile> trace;
    Inflater inflater;
    std::list<Inflated> cache; // used last first
    std::unordered_map<std::uint64_t, std::list<Inflated>::iterator> byOffset;
    std::size_t cachedBytes = 0;

    explicit Private(std::shared_ptr<const TraceFile> file)
        : trace(std::move(file))
        , inflater(trace->metadata().compression)
    {}

    // Chunks may be of a damaged index, which nobody has compared with the file's own.
    std::span<const std::byte> inflate(const Chunk &chunk, std::uint32_t pageSize)
    {
        if (const auto found = byOffset.find(chunk.fileOffset); found != byOffset.end()) {
            cache.splice(cache.begin(), cache, found->second);
            return {cache.front().bytes.get(), cache.front().size};
        }
        Inflated inflated;
        inflated.fileOffset = chunk.fileOffset;
        inflated.cost = 64;
        const auto compressed = slice(trace->bytes(), chunk.fileOffset, chunk.compressedSize);
        if (compressed.size() == chunk.compressedSize
            && ChunkWalk::isPlausible(chunk.compressedSize, chunk.size, pageSize)) {
            inflated.cost += chunk.size;
            inflated.bytes = std::make_unique_for_overwrite<std::byte[]>(chunk.size);
            const auto size = inflater.inflate(compressed, {inflated.bytes.get(), chunk.size});
            inflated.size = size.value_or(0);
        }
        cachedBytes += inflated.cost;
        cache.push_front(std::move(inflated));
        byOffset[chunk.fileOffset] = cache.begin();
        while (cachedBytes > kCacheBytes && cache.size() > 1) {
            cachedBytes -= cache.back().cost;
            byOffset.erase(cache.back().fileOffset);
            cache.pop_back();
        }
        return {cache.front().bytes.get(), cache.front().size};
    }
};

PageReader::PageReader(std::shared_ptr<const TraceFile> trace)
    : d(std::make_unique<Private>(std::move(trace)))
{}

PageReader::~PageReader() = default;

std::span<const std::byte> PageReader::page(StreamIndex stream, std::span<const Chunk> chunks,
                                            std::uint64_t number)
{
    const auto streams = d->trace->streams();
    if (stream >= streams.size())
        return {};
    const auto &info = streams[stream];
    const std::uint64_t pageSize = info.layout.pageSize;
    if (number > std::numeric_limits<std::uint64_t>::max() / pageSize)
        return {};
    std::span<const std::byte> within;
    if (info.compression == Compression::None) {
        within = slice(slice(d->trace->bytes(), info.fileOffset, info.fileBytes), number * pageSize,
                       pageSize);
    } else if (const Chunk *chunk = chunkOf(chunks, number)) {
        within = slice(d->inflate(*chunk, info.layout.pageSize),
                       (number - chunk->firstPage) * pageSize, pageSize);
    }
    return within.size() == pageSize ? within : std::span<const std::byte>();
}

std::int64_t PageReader::fileOffset(StreamIndex stream, std::span<const Chunk> chunks,
                                    std::uint64_t number) const
{
    const auto streams = d->trace->streams();
    if (stream >= streams.size())
        return -1;
    const auto &info = streams[stream];
    const std::uint64_t pageSize = info.layout.pageSize;
    if (info.compression == Compression::None)
        return number < info.fileBytes / pageSize
                   ? static_cast<std::int64_t>(info.fileOffset + number * pageSize)
                   : -1;
    const Chunk *const chunk = chunkOf(chunks, number);
    if (chunk == nullptr || number - chunk->firstPage >= chunk->size / pageSize)
        return -1;
    return static_cast<std::int64_t>(chunk->fileOffset);
}

} // namespace thresher
