// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/tracetext.h"
#include "app/report/report.h"
#include "model/base/grouped.h"
#include "model/base/version.h"

#include <algorithm>
#include <numeric>

// summary.md: read by people first, in a mail or a bug tracker.
namespace thresher::ui {

namespace {

constexpr std::size_t kMostLines = 40; ///< Of a table.

/// A name of the trace, which may hold anything, in one line.
std::string clean(std::string_view text)
{
    std::string result(text);
    for (char &c : result) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = '?';
    }
    return result;
}

std::string rightAligned(const std::string &text, std::size_t width)
{
    return text.size() >= width ? text : std::string(width - text.size(), ' ') + text;
}

/// Text that may hold anything, as it is. The fence is longer than any in it.
std::string block(const std::string &text)
{
    std::size_t longest = 2;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = std::min(text.find_first_not_of('`', i), text.size());
        longest = std::max(longest, end - i);
        i = std::max(end, i + 1);
    }
    const std::string fence(longest + 1, '`');
    return fence + "\n" + text + (text.ends_with('\n') ? "" : "\n") + fence + "\n";
}

struct Line
{
    std::uint64_t count = 0;
    std::string name;
};

std::string table(const std::string &head, std::vector<Line> lines)
{
    std::erase_if(lines, [](const Line &line) { return line.count == 0; });
    std::ranges::stable_sort(lines, std::greater<>(), &Line::count);
    std::string text = rightAligned("events", 15) + "  " + head + "\n";
    for (std::size_t i = 0; i < std::min(kMostLines, lines.size()); ++i)
        text += rightAligned(grouped(lines[i].count), 15) + "  " + lines[i].name + "\n";
    if (lines.size() > kMostLines)
        text += rightAligned("…", 17) + "  and " + grouped(lines.size() - kMostLines) + " more\n";
    return text;
}

std::string countsText(const IndexSnapshot &snapshot, const RangeCounts &counts)
{
    std::vector<Line> types;
    for (std::size_t i = 0; i < counts.perType.size(); ++i) {
        const EventFormat &event = snapshot.trace->events().all()[i];
        types.push_back(
            {counts.perType[i],
             clean(event.system.empty() ? event.name : event.system + ":" + event.name)});
    }
    std::vector<Line> tasks;
    for (std::size_t i = 0; i < counts.perTask.size(); ++i) {
        const TaskId id{static_cast<std::uint32_t>(i)};
        tasks.push_back({counts.perTask[i], clean(snapshot.tasks->name(id)) + "-"
                                                + std::to_string(snapshot.tasks->task(id).pid)});
    }
    std::string cpus = rightAligned("events", 15) + "  CPU   lost\n";
    for (const auto &[id, cpu] : counts.cpus) {
        std::string lost = cpu.lostSpans == 0 ? "-" : grouped(cpu.lostEvents) + " known";
        if (cpu.unknownLosses > 0)
            lost += ", and an unknown number in " + grouped(cpu.unknownLosses);
        if (cpu.lostSpans > 0)
            lost += ", in " + grouped(cpu.lostSpans) + (cpu.lostSpans == 1 ? " gap" : " gaps");
        std::string name = std::to_string(id);
        name.resize(std::max<std::size_t>(name.size(), 5), ' ');
        cpus += rightAligned(grouped(cpu.events), 15) + "  " + name + " " + lost + "\n";
    }
    return block(table("event", std::move(types))) + "\n" + block(cpus) + "\n"
           + block(table("task", std::move(tasks)));
}

std::string lossText(const RangeCounts &counts)
{
    if (counts.lostSpans == 0)
        return "Nothing was lost in the range.\n";
    std::string text = "**Events are missing:** " + grouped(counts.lostEvents)
                       + " known to be lost";
    if (counts.unknownLosses > 0)
        text += ", and an unknown number in " + grouped(counts.unknownLosses)
                + (counts.unknownLosses == 1 ? " gap" : " gaps");
    return text + "; " + grouped(counts.lostSpans)
           + (counts.lostSpans == 1 ? " gap in all.\n" : " gaps in all.\n");
}

} // namespace

std::string summaryText(const ReportRequest &request, const RangeCounts &counts,
                        const std::vector<ReportFile> &further)
{
    const IndexSnapshot &snapshot = *request.snapshot;
    std::string text = "# Report on " + clean(snapshot.trace->path().filename().string()) + "\n\n";
    if (!request.whatHappened.empty())
        text += "## What happened\n\n" + request.whatHappened + "\n\n";
    text += "## What is looked at\n\n" + block(request.caption) + "\n";
    text += grouped(counts.events) + (counts.events == 1 ? " event" : " events") + " in the range"
            + (request.filter.empty() ? ".\n" : ", of those that the filter lets through.\n");
    text += "\n" + lossText(counts);
    text += "\n## Files\n\n";
    if (further.empty())
        text += "This summary alone.\n";
    for (const ReportFile &file : further)
        text += "- **" + file.name + "**: " + file.about + "\n";
    text += "\nPictures open in any browser. Thresher (" + std::string(version())
            + ") made this; it is free software.\n";
    text += "\n## Counts in the range\n\n" + countsText(snapshot, counts);
    text += "\n## The whole recording\n\nAs `thresher info` tells it.\n\n"
            + block(infoText(snapshot));
    return text;
}

} // namespace thresher::ui
