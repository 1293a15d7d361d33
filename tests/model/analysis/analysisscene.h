// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/analysis/analysis.h"
#include "model/index/traceindex.h"
#include "tests/support/tracedatwriter.h"

#include <QTest>

#include <sstream>

namespace thresher::test {

/// A trace in memory with its index and analysis.
struct AnalysisScene
{
    std::vector<std::byte> bytes;
    std::shared_ptr<const IndexSnapshot> index;
    std::shared_ptr<const Analysis> analysis;

    explicit AnalysisScene(const TraceDatWriter &writer, const AnalysisOptions &options = {})
        : bytes(writer.bytes())
    {
        const auto trace = TraceFile::fromBytes(bytes, "scene");
        if (!trace)
            qFatal("no trace: %s", trace.error().text().c_str());
        analyseTrace(*trace, options);
    }
    /// A recording of tests/data.
    explicit AnalysisScene(const std::string &name, const AnalysisOptions &options = {})
    {
        const auto trace = TraceFile::open(std::string(THRESHER_TEST_DATA) + "/" + name);
        if (!trace)
            qFatal("no trace: %s", trace.error().text().c_str());
        analyseTrace(*trace, options);
    }

    [[nodiscard]] TaskId task(Pid pid) const { return index->tasks->fromPid(pid); }
    [[nodiscard]] std::vector<PlacedSlice> slices(const TrackKey &key) const
    {
        std::vector<PlacedSlice> found;
        forEachSlice(*analysis, key, {kTimeMin, kTimeMax}, [&found](const Slice &slice, CpuId cpu) {
            found.push_back({slice, cpu});
            return true;
        });
        return found;
    }
    /// A line a slice: "begin end value cpu"; states by their letter, '?' for unknown.
    [[nodiscard]] std::string text(const TrackKey &key) const
    {
        std::ostringstream out;
        for (const PlacedSlice &found : slices(key)) {
            out << found.slice.begin << ' ' << found.slice.end << ' ';
            if (found.slice.value == kNoValue)
                out << '?';
            else if (key.what == TrackClass::TaskState)
                out << "NrWPDSTX"[found.slice.value]; // r: running, W: waits
            else
                out << found.slice.value;
            out << ' ' << found.cpu << '\n';
        }
        return out.str();
    }
    [[nodiscard]] std::string states(Pid pid) const
    {
        return text({TrackClass::TaskState, 0, ownerOfTask(task(pid)), 0});
    }

private:
    void analyseTrace(const std::shared_ptr<const TraceFile> &trace, const AnalysisOptions &options)
    {
        Progress progress;
        const auto built = openIndex(trace, {}, {}, progress, {});
        if (!built)
            qFatal("no index: %s", built.error().text().c_str());
        index = built->snapshot;
        const auto result = analyse(index, options, {}, progress, {});
        if (!result)
            qFatal("no analysis: %s", result.error().text().c_str());
        analysis = *result;
    }
};

} // namespace thresher::test
