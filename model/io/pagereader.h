// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"
#include "model/io/tracefile.h"

#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace thresher {

/// A compressed run of pages of a stream. Trivially copyable: stored in the index as it is.
struct Chunk
{
    std::uint64_t fileOffset = 0; ///< Of the compressed bytes (behind their two sizes).
    std::uint64_t firstPage = 0; ///< Number of its first page within the stream.
    std::uint32_t compressedSize = 0;
    std::uint32_t size = 0; ///< Inflated; a multiple of the page size, or the stream's odd tail.
};
static_assert(sizeof(Chunk) == 24);

/// A run of pages that lie one after the other, as the builder reads them.
struct PageRun
{
    std::span<const std::byte>
        bytes; ///< Valid until the next call. Whole pages; a cut tail is dropped.
    std::uint64_t firstPage = 0; ///< Of the first of them, within the stream.
    std::uint64_t fileOffset = 0; ///< Where they lie (compressed: the chunk).
    std::uint64_t fileBytes = 0; ///< What they take in the file; for progress.
    std::optional<Chunk> chunk; ///< If compressed.
};

/// Reads one stream from its begin to its end, inflating as it goes. Not thread-safe; one per
/// worker.
class PageRunReader
{
public:
    /// `trace` must outlive the reader. Damage is added to `diagnostics`: a chunk that does not
    /// inflate is skipped (its pages count, so that later page numbers hold), a chunk whose sizes
    /// lie ends the stream.
    PageRunReader(const TraceFile &trace, StreamIndex stream, Diagnostics &diagnostics);
    ~PageRunReader();
    PageRunReader(const PageRunReader &) = delete; // owns a buffer that runs point into
    PageRunReader &operator=(const PageRunReader &) = delete;

    /// @returns false at the end. Runs are at most 1 MiB of uncompressed data, or one chunk (chunks
    /// of more than 64 MiB are damage). A damaged chunk gives no run, but is reported.
    [[nodiscard]] bool next(PageRun &run);
    /// Behind next()'s last run there was more of the stream, which is not in the file or cannot be
    /// read. Final once next() has returned false.
    [[nodiscard]] bool isCutShort() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// Random access to pages. Not thread-safe; one per thread. Keeps the chunks inflated last (8 MiB).
class PageReader
{
public:
    explicit PageReader(std::shared_ptr<const TraceFile> trace);
    ~PageReader();
    PageReader(const PageReader &) = delete; // owns a cache that results point into
    PageReader &operator=(const PageReader &) = delete;

    /// @param chunks  the stream's chunks, ascending by firstPage; empty for an uncompressed
    /// stream.
    /// @returns the page's bytes, valid until the next call; an empty span if it lies outside the
    /// stream or does not inflate. O(log chunks), plus inflating one chunk if it is not cached.
    [[nodiscard]] std::span<const std::byte> page(StreamIndex stream, std::span<const Chunk> chunks,
                                                  std::uint64_t number);
    /// Where the page lies in the file; of a compressed one the chunk's offset. -1 outside.
    [[nodiscard]] std::int64_t fileOffset(StreamIndex stream, std::span<const Chunk> chunks,
                                          std::uint64_t number) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// A first look before anything is indexed: times of a few pages of each stream, evenly spread.
struct StreamSurvey
{
    struct Sample
    {
        TimeNs time = 0; ///< Of the page's first event.
        std::uint64_t bytesBefore = 0; ///< Of the stream, in the file.
    };
    std::vector<Sample> samples; ///< Ascending in bytesBefore; times clamped to ascend.
    std::uint64_t fileBytes = 0;
};

/// Reads at most `samplesEach` page heads of every stream (compressed: inflates as many chunks).
/// Gives the trace's span and density within milliseconds at any size. Ends early when asked to
/// stop.
[[nodiscard]] std::vector<StreamSurvey>
surveyStreams(const TraceFile &trace, std::uint32_t samplesEach, std::stop_token stop);

} // namespace thresher
