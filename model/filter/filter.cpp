// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/filter.h"

#include "model/filter/blockfilter_p.h"
#include "model/filter/filtercompiler_p.h"

namespace thresher {

namespace {

/// Blocks of a job, by cost: 0.2 ms to 20 ms of work.
constexpr std::array<std::uint64_t, 3> kJobBlocks{1024, 256, 64};

std::vector<TaskPass> taskPasses(const FilterProgram &program, const TaskTable &tasks)
{
    std::vector<TaskPass> passes;
    passes.reserve(program.taskTests.size());
    for (const TaskTest &test : program.taskTests)
        passes.emplace_back(test, tasks);
    return passes;
}

/// Whether the tasks that were known before still have the names that they had then: while an
/// index is built, names are learnt.
bool holdsStill(const Selection &previous, const FilterProgram &program,
                std::span<const TaskPass> passes)
{
    if (passes.empty())
        return true;
    if (!previous.tasks)
        return false;
    const auto before = taskPasses(program, *previous.tasks);
    for (std::size_t i = 0; i < passes.size(); ++i) {
        if (!passes[i].extends(before[i]))
            return false;
    }
    return true;
}

} // namespace

FilterResult<std::shared_ptr<const Filter>> Filter::compile(const FilterExpr &expr,
                                                            std::shared_ptr<const TraceFile> trace)
{
    THRESHER_FILTER_TRY(FilterProgram program, FilterCompiler(expr, *trace).compile());
    const std::shared_ptr<Filter> filter(new Filter);
    filter->m_text = expr.text();
    filter->m_trace = std::move(trace);
    filter->m_program = std::make_unique<const FilterProgram>(std::move(program));
    return std::shared_ptr<const Filter>(filter);
}

FilterResult<std::shared_ptr<const Filter>> Filter::compile(std::string_view text,
                                                            std::shared_ptr<const TraceFile> trace)
{
    THRESHER_FILTER_TRY(const FilterExpr expr, parseFilter(text));
    return compile(expr, std::move(trace));
}

Filter::~Filter() = default;

Filter::Cost Filter::cost() const
{
    return static_cast<Cost>(m_program->cost());
}

Result<std::shared_ptr<const Selection>>
selectFiltered(const std::shared_ptr<const IndexSnapshot> &snapshot, const Filter &filter,
               const ShowFilter &shown, std::shared_ptr<const Selection> previous,
               const std::function<void(std::shared_ptr<const Selection>)> &onPartial,
               const std::stop_token &stop, Progress &progress)
{
    const FilterProgram &program = filter.program();
    const std::vector<TaskPass> passes = taskPasses(program, *snapshot->tasks);
    if (previous && !holdsStill(*previous, program, passes))
        previous.reset();
    NarrowRequest request;
    request.filter = shown;
    request.expression = filter.text();
    request.jobBlocks = kJobBlocks[static_cast<std::size_t>(program.cost())];
    request.onPartial = onPartial;
    if (program.steps.back().kind != FilterStep::Kind::All)
        request.makeNarrower = [&]() -> std::unique_ptr<BlockNarrower> {
            return std::make_unique<BlockFilter>(program, passes, snapshot);
        };
    return selectNarrowed(*snapshot, request, std::move(previous), stop, progress);
}

} // namespace thresher
