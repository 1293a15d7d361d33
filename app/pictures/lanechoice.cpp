// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/pictures/lanechoice.h"

#include <algorithm>

namespace thresher::ui {

namespace {

tl::unexpected<Error> usage(std::string what)
{
    return fail(ErrorKind::InvalidArgument, std::move(what));
}

} // namespace

Result<LaneChoice> parseLanes(std::string_view text)
{
    LaneChoice choice;
    std::string kind;
    for (;;) {
        const auto comma = text.find(',');
        std::string_view part = text.substr(0, comma);
        if (const auto colon = part.find(':'); colon != part.npos) {
            kind = part.substr(0, colon);
            part.remove_prefix(colon + 1);
        }
        if (kind != "cpu")
            return usage("--lanes: '" + (kind.empty() ? std::string(part) : kind)
                         + "' is no kind of lane; give CPUs, as in cpu:0-3,7");
        const auto ranges = parseCpuList(part);
        if (!ranges)
            return usage("--lanes: " + ranges.error().what);
        choice.cpus.insert(choice.cpus.end(), ranges->begin(), ranges->end());
        if (comma == text.npos)
            return choice;
        text.remove_prefix(comma + 1);
    }
}

Result<ShowFilter> LaneChoice::applied(ShowFilter filter, const IndexSnapshot &snapshot) const
{
    const std::vector<CpuId> all = snapshot.cpus();
    const auto holds = [](CpuRange range, CpuId cpu) {
        return range.first <= cpu && cpu <= range.last;
    };
    for (const CpuRange range : cpus) {
        if (std::ranges::none_of(all, [&](CpuId cpu) { return holds(range, cpu); }))
            return usage("--lanes: the trace has nothing of CPU " + std::to_string(range.first)
                         + (range.last > range.first ? "-" + std::to_string(range.last) : ""));
    }
    filter.hiddenCpus.clear();
    for (const CpuId cpu : all) {
        if (std::ranges::none_of(cpus, [&](CpuRange range) { return holds(range, cpu); }))
            filter.hiddenCpus.push_back(cpu);
    }
    return filter;
}

} // namespace thresher::ui
