// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/metadata.h"

#include "capture/recorder/histograms.h"

#include <sys/utsname.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace thresher::capture {

namespace {

/// The worst case is wanted, not all of what a large buffer would give as text.
constexpr std::size_t kMaxLatencyBytes = 16U << 20U;

/// Those that keep the worst case apart, as text.
bool isLatencyTracer(std::string_view tracer)
{
    return tracer.starts_with("wakeup") || tracer == "irqsoff" || tracer == "preemptoff"
           || tracer == "preemptirqsoff";
}

/// Sends a file of tracefs, unless it is empty or not there.
Result<void> sendFile(Channel &channel, const Tracefs &tracefs, std::string_view name,
                      const std::string &path, std::uint16_t instance = 0)
{
    const auto text = tracefs.read(path);
    if (!text || text->empty())
        return {};
    return channel.sendBlob(name, *text, instance);
}

Result<void> sendFormat(Channel &channel, const Tracefs &tracefs, const std::string &system,
                        const std::string &event)
{
    return sendFile(channel, tracefs, std::string(blob::kFormatPrefix) + system + "/" + event,
                    "events/" + system + "/" + event + "/format");
}

Result<void> sendFormats(Channel &channel, const Tracefs &tracefs, const Plan &plan,
                         const Offer &offer)
{
    for (const std::string &event : tracefs.folders("events/ftrace"))
        THRESHER_TRY(sendFormat(channel, tracefs, "ftrace", event));
    std::set<std::pair<std::string, std::string>> wanted;
    for (const PlannedInstance &instance : plan.instances)
        for (const PlannedEvent &event : instance.events)
            wanted.emplace(event.system, event.event);
    if (plan.request.formats == FormatsRequest::All)
        for (const auto &[system, events] : offer.events)
            for (const std::string &event : events)
                wanted.emplace(system, event);
    for (const auto &[system, event] : wanted)
        THRESHER_TRY(sendFormat(channel, tracefs, system, event));
    return {};
}

Result<void> sendKallsyms(Channel &channel)
{
    std::ifstream file("/proc/kallsyms");
    std::ostringstream text;
    text << file.rdbuf();
    const std::string symbols = text.str();
    if (!hasAddresses(symbols))
        return {};
    return channel.sendBlob(blob::kKallsyms, symbols);
}

std::string unameText()
{
    utsname names{};
    ::uname(&names);
    return std::string(names.sysname) + " " + names.nodename + " " + names.release + " "
           + names.machine;
}

Result<void> sendNames(Channel &channel, const Tracefs &tracefs)
{
    THRESHER_TRY(sendFile(channel, tracefs, blob::kSavedCmdlines, "saved_cmdlines"));
    return sendFile(channel, tracefs, blob::kSavedTgids, "saved_tgids");
}

Result<void> sendHistograms(Channel &channel, const Tracefs &tracefs, const Instance &instance,
                            std::uint16_t index, std::string_view prefix, std::size_t maxBytes)
{
    // One after the other: each may be as large as maxBytes.
    for (const std::string &event : eventsWithHistograms(instance)) {
        if (const auto text = tracefs.read(instance.folder() + "events/" + event + "/hist",
                                           maxBytes))
            THRESHER_TRY(channel.sendBlob(std::string(prefix) + event, *text, index));
    }
    return {};
}

} // namespace

bool hasAddresses(std::string_view kallsyms)
{
    while (!kallsyms.empty()) {
        const std::string_view address = kallsyms.substr(0, kallsyms.find(' '));
        if (address.find_first_not_of('0') != std::string_view::npos)
            return true;
        kallsyms.remove_prefix(std::min(kallsyms.find('\n'), kallsyms.size() - 1) + 1);
    }
    return false;
}

Result<void> sendMetadata(Channel &channel, const Tracefs &tracefs, const Plan &plan,
                          const Offer &offer, const std::vector<Instance> &instances)
{
    for (std::size_t i = 0; i < instances.size(); ++i) {
        const auto index = static_cast<std::uint16_t>(i);
        const std::string &folder = instances[i].folder();
        THRESHER_TRY(
            sendFile(channel, tracefs, blob::kHeaderPage, folder + "events/header_page", index));
        THRESHER_TRY(sendFile(channel, tracefs, blob::kTraceClock, folder + "trace_clock", index));
        THRESHER_TRY(
            sendFile(channel, tracefs, blob::kTraceOptions, folder + "trace_options", index));
    }
    THRESHER_TRY(sendFile(channel, tracefs, blob::kHeaderEvent, "events/header_event"));
    THRESHER_TRY(sendFormats(channel, tracefs, plan, offer));
    THRESHER_TRY(sendFile(channel, tracefs, blob::kPrintkFormats, "printk_formats"));
    THRESHER_TRY(channel.sendBlob(blob::kUname, unameText()));
    THRESHER_TRY(sendNames(channel, tracefs));
    return plan.request.kallsyms ? sendKallsyms(channel) : Result<void>{};
}

Result<void> sendAllFormats(Channel &channel, const Tracefs &tracefs, const Offer &offer)
{
    for (const auto &[system, events] : offer.events)
        for (const std::string &event : events)
            THRESHER_TRY(sendFormat(channel, tracefs, system, event));
    return {};
}

Result<void> sendFunctions(Channel &channel, const Tracefs &tracefs)
{
    return sendFile(channel, tracefs, blob::kFunctions, "available_filter_functions");
}

Result<void> sendLiveHistograms(Channel &channel, const Tracefs &tracefs,
                                const std::vector<Instance> &instances)
{
    for (std::size_t i = 0; i < instances.size(); ++i)
        THRESHER_TRY(sendHistograms(channel, tracefs, instances[i], static_cast<std::uint16_t>(i),
                                    blob::kLiveHistogramPrefix, kMaxLiveHistogramBytes));
    return {};
}

Result<void> sendClosingData(Channel &channel, const Tracefs &tracefs,
                             const std::vector<Instance> &instances)
{
    for (std::size_t i = 0; i < instances.size(); ++i) {
        const auto index = static_cast<std::uint16_t>(i);
        for (const CpuId cpu : instances[i].cpus())
            THRESHER_TRY(channel.sendBlob(blob::kStats, instances[i].stats(cpu), index, cpu));
        if (isLatencyTracer(instances[i].plan().request.tracer))
            if (const auto text = tracefs.read(instances[i].folder() + "trace", kMaxLatencyBytes))
                THRESHER_TRY(channel.sendBlob(blob::kLatencyTrace, *text, index));
        THRESHER_TRY(sendHistograms(channel, tracefs, instances[i], index, blob::kHistogramPrefix,
                                    kMaxHistogramBytes));
    }
    return sendNames(channel, tracefs);
}

} // namespace thresher::capture
