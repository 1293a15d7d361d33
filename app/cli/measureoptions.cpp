// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/measureoptions_p.h"
#include "app/cli/progressline_p.h"
#include "app/cli/specoptions.h"
#include "model/index/traceindex.h"

#include <fnmatch.h>

#include <algorithm>

namespace thresher {

namespace {

Result<Measured> measured(const MeasureOptions &options, const Filter *filter,
                          const std::shared_ptr<const IndexSnapshot> &index, bool needsAnalysis)
{
    Measured result;
    result.words.ticks = !index->trace->metadata().clockIsNanoseconds;
    result.limit = options.limit;
    THRESHER_TRY_ASSIGN(result.range, rangeOf(options.part, *index->trace, index->range));
    THRESHER_TRY_ASSIGN(result.shown, shownPart(options.part, *index));
    if (filter != nullptr) {
        Progress progress;
        const ProgressLine line("filtering", progress);
        THRESHER_TRY_ASSIGN(result.selection,
                            selectFiltered(index, *filter, {}, {}, {}, {}, progress));
    }
    if (needsAnalysis) {
        AnalysisOptions how = options.specs;
        if (options.keepIndex)
            how.cacheDirectory = defaultCacheDirectory();
        how.verifyKept = true; // what is printed cannot be taken back
        Progress progress;
        const ProgressLine line("analysing", progress);
        THRESHER_TRY_ASSIGN(result.analysis, analyse(index, how, {}, progress, {}));
        THRESHER_TRY(checkSpecs(*result.analysis));
    } else {
        auto analysis = std::make_shared<Analysis>();
        analysis->index = index;
        result.analysis = std::move(analysis);
    }
    return result;
}

} // namespace

Result<MeasureOptions> readMeasureOptions(const CommandSpec &command, const Options &options)
{
    MeasureOptions read;
    THRESHER_TRY_ASSIGN(read.file, options.operand(command));
    read.keepIndex = !options.has("no-cache");
    THRESHER_TRY_ASSIGN(read.part, readTracePart(options));
    THRESHER_TRY_ASSIGN(read.specs, specsOf(options));
    read.json = options.has("json");
    read.csv = options.has("csv");
    if (read.json && read.csv)
        return fail(ErrorKind::InvalidArgument, "either --json or --csv, please, not both");
    return read;
}

std::string Measured::taskName(TaskId task, TimeNs time) const
{
    if (task == kNoTask)
        return "(not known)";
    const TaskTable &tasks = *index().tasks;
    return std::string(tasks.nameAt(task, time)) + "-" + std::to_string(tasks.task(task).pid);
}

int measureTrace(const CommandSpec &command, const MeasureOptions &options, bool needsAnalysis,
                 const std::function<Result<std::string>(const Measured &)> &print)
{
    const auto open = openPart(command, options.file, options.part, options.keepIndex);
    if (!open)
        return open.error();
    const auto found = measured(options, open->filter.get(), open->snapshot, needsAnalysis);
    if (!found)
        return printError(found.error());
    const auto text = print(*found);
    if (!text)
        return printError(text.error());
    return printText(*text, *open->snapshot->trace);
}

} // namespace thresher
