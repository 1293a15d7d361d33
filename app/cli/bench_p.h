// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/cli.h"
#include "model/base/result.h"
#include "model/index/traceindex.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// What `thresher bench` measures, and how.
namespace thresher::bench {

struct Quantiles
{
    double median = 0;
    double p99 = 0;
};
[[nodiscard]] Quantiles quantilesOf(std::vector<double> values);
[[nodiscard]] double medianOf(std::vector<double> values);

/// What a build takes of memory, measured in a process of its own.
struct Memory
{
    std::uint64_t heap = 0; ///< Bytes of anonymous memory above those of an empty start, at most.
    std::uint64_t peak = 0; ///< Bytes resident, at most, with the file's and the index's pages.
};

struct Report
{
    std::filesystem::path file;
    std::uint64_t fileBytes = 0;
    std::uint64_t events = 0;
    unsigned threads = 0;
    double scanNs = 0; ///< An event.
    double buildNs = 0;
    std::optional<double> inflateNs; ///< Where compressed.
    double reopenMs = 0;
    bool reopenDraws = false; ///< reopenMs is up to the first full frame.
    Quantiles rowUs;
    Quantiles rowTextUs;
    double filterNs = 0;
    double analyseNs = 0; ///< An event, of the whole pass (model/analysis).
    std::uint64_t analysisBytes = 0;
    bool drawsFrames = false; ///< This program has a window.
    std::vector<FrameTimes> frames; ///< Empty where there is no event to draw.
    std::vector<ColumnSize> columns;
    std::optional<Memory> memory;
};

/// A directory that is removed with all in it.
class TemporaryDirectory
{
public:
    /// @param parent  empty: /var/tmp, which is not memory.
    [[nodiscard]] static Result<TemporaryDirectory> make(const std::filesystem::path &parent);
    TemporaryDirectory(TemporaryDirectory &&other) noexcept;
    TemporaryDirectory &operator=(TemporaryDirectory &&) = delete; // made once, kept in place
    TemporaryDirectory(const TemporaryDirectory &) = delete; // one owner removes once
    TemporaryDirectory &operator=(const TemporaryDirectory &) = delete;
    ~TemporaryDirectory();
    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }

private:
    explicit TemporaryDirectory(std::filesystem::path path);
    std::filesystem::path m_path;
};

/// Seconds for looking at the time delta, type and length of each record, on one thread, from
/// memory.
[[nodiscard]] double scanSeconds(const TraceFile &trace);
/// Seconds for inflating all chunks on `threads` threads.
[[nodiscard]] double inflateSeconds(const std::shared_ptr<const IndexSnapshot> &snapshot,
                                    unsigned threads);
/// Jumps to random rows: what each takes, in µs, without and with its text.
struct RowTimes
{
    std::vector<double> numbers;
    std::vector<double> text;
};
[[nodiscard]] RowTimes rowTimes(const std::shared_ptr<const IndexSnapshot> &snapshot);
/// Seconds for filtering all events by event and task.
[[nodiscard]] double filterSeconds(const IndexSnapshot &snapshot);
/// Seconds for all analyses.
[[nodiscard]] Result<double> analyseSeconds(const std::shared_ptr<const IndexSnapshot> &snapshot,
                                            const std::filesystem::path &directory,
                                            std::uint64_t &bytes);

/// Starts this program again to build the index of `file` and to tell what memory that took;
/// nullopt where that is not possible.
[[nodiscard]] std::optional<Memory> measureMemory(const std::filesystem::path &file,
                                                  const std::filesystem::path &directory);
/// The other side of measureMemory(): prints two numbers. @returns the exit status.
[[nodiscard]] int memoryChild(const std::filesystem::path &file,
                              const std::filesystem::path &directory);

/// All of it, several runs each; `directory` is for indexes. Progress in words on stderr.
[[nodiscard]] Result<Report> measure(const std::filesystem::path &file,
                                     const std::filesystem::path &directory, unsigned runs,
                                     const CliHooks &hooks);

} // namespace thresher::bench
