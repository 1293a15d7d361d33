// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/cli/cli.h"
#include "model/analysis/analysis.h"
#include "model/base/result.h"
#include "model/filter/filterexpr.h"
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

/// What a build and an analysis take of memory, measured in a process of their own.
struct Memory
{
    std::uint64_t heap = 0; ///< Bytes of anonymous memory above those of an empty start, at most.
    std::uint64_t peak = 0; ///< Bytes resident, at most, with the file's and the index's pages.
    std::uint64_t analysisHeap = 0; ///< As heap, while analysing.
};

/// How long a view takes to be filled.
struct ViewTimes
{
    double wholeMs = 0; ///< Of the whole trace.
    double hundredthMs = 0; ///< Of a hundredth of its time.
};

/// Of the whole pass (model/analysis).
struct AnalysisReport
{
    double seconds = 0;
    double cpuSeconds = 0; ///< Of all threads.
    std::uint64_t bytes = 0; ///< On disk.
    std::uint64_t slices = 0;
    double reopenMs = 0; ///< Of what was kept.
    std::optional<ViewTimes> latency; ///< Of wakeups; where those were recorded.
    ViewTimes statistics;
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
    double filterNs = 0; ///< By lists of events and tasks.
    double expressionNs = 0; ///< By a field of a frequent event.
    double searchNs = 0; ///< For a text that is nowhere.
    AnalysisReport analysis;
    bool drawsFrames = false; ///< This program has a window.
    std::vector<FrameTimes> frames; ///< Of all CPUs. Empty where there is no event to draw.
    std::vector<FrameTimes> taskFrames; ///< Of 200 tasks, or all if they are fewer.
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
/// An expression that the records of the most frequent event with a number have to be read for;
/// empty if there is none.
[[nodiscard]] std::string exampleExpression(const IndexSnapshot &snapshot);
/// Seconds for finding all events that fulfil an expression.
[[nodiscard]] Result<double> selectSeconds(const std::shared_ptr<const IndexSnapshot> &snapshot,
                                           const FilterExpr &expression);
/// The analysis of an index that is kept in `directory`. @param analysis  gets it, reopened.
[[nodiscard]] Result<AnalysisReport>
measureAnalysis(const std::shared_ptr<const IndexSnapshot> &index,
                const std::filesystem::path &directory, unsigned runs,
                std::shared_ptr<const Analysis> &analysis);

/// Starts this program again to build the index of `file`, to analyse it, and to tell what memory
/// that took; nullopt where that is not possible.
[[nodiscard]] std::optional<Memory> measureMemory(const std::filesystem::path &file,
                                                  const std::filesystem::path &directory);
/// The other side of measureMemory(): prints three numbers. @returns the exit status.
[[nodiscard]] int memoryChild(const std::filesystem::path &file,
                              const std::filesystem::path &directory);

/// All of it, several runs each; `directory` is for indexes. Progress in words on stderr.
[[nodiscard]] Result<Report> measure(const std::filesystem::path &file,
                                     const std::filesystem::path &directory, unsigned runs,
                                     const CliHooks &hooks);

} // namespace thresher::bench
