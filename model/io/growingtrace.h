// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/growingfiles.h"
#include "model/io/tracefile.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace thresher {

/// Where the pages of one CPU arrive.
struct GrowingPages
{
    std::string instance; ///< Its name; empty: the top buffer.
    CpuId cpu = 0;
    UniqueFd file; ///< Whole pages, uncompressed, that are only ever appended to. Open for reading.
};

/// A trace that is being recorded: the head of a trace.dat, and files in which each CPU's pages
/// arrive. All CPUs that are recorded have a stream, with or without data so far; StreamInfo's
/// fileBytes are what there is room for, pagesOf() says how much is there.
class GrowingTrace final : public TraceFile
{
public:
    /// @param path  what the trace will be called.
    /// @param head  a trace.dat without pages, with all instances that `pages` name.
    /// Fails as TraceFile::open() does, and with InvalidArgument if there is no such instance.
    [[nodiscard]] static Result<std::shared_ptr<const GrowingTrace>>
    open(std::filesystem::path path, std::span<const std::byte> head,
         std::vector<GrowingPages> pages);
    ~GrowingTrace() override;

    /// Whole pages that have arrived of a stream. Less than before, if the file was cut. Thread:
    /// any; one system call.
    [[nodiscard]] std::uint64_t pagesOf(StreamIndex stream) const;

private:
    GrowingTrace() = default;

    std::shared_ptr<const GrowingFiles> m_files;
    std::vector<std::size_t> m_fileOf; ///< By stream.
    std::vector<std::unique_ptr<std::byte[]>> m_buffers; ///< Inflated metadata.
};

} // namespace thresher
