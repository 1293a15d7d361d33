// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/offer.h"

#include <algorithm>
#include <charconv>
#include <fstream>

namespace thresher::capture {

std::uint64_t memoryAvailableKb()
{
    std::ifstream info("/proc/meminfo");
    std::string key;
    std::uint64_t kb = 0;
    std::string unit;
    while (info >> key >> kb) {
        if (key == "MemAvailable:")
            return kb;
        std::getline(info, unit);
    }
    return 0;
}

std::vector<CpuId> bufferCpus(const Tracefs &tracefs, const std::string &folder)
{
    std::vector<CpuId> cpus;
    for (const std::string &name : tracefs.folders(folder + "per_cpu")) {
        CpuId cpu = 0;
        if (name.starts_with("cpu")
            && std::from_chars(name.data() + 3, name.data() + name.size(), cpu).ec == std::errc())
            cpus.push_back(cpu);
    }
    std::sort(cpus.begin(), cpus.end());
    return cpus;
}

std::vector<std::string> choices(const Tracefs &tracefs, const std::string &path)
{
    std::vector<std::string> words = tracefs.words(path);
    for (std::string &word : words)
        if (word.size() > 2 && word.front() == '[' && word.back() == ']')
            word = word.substr(1, word.size() - 2);
    return words;
}

std::string chosen(const Tracefs &tracefs, const std::string &path)
{
    for (const std::string &word : tracefs.words(path))
        if (word.size() > 2 && word.front() == '[' && word.back() == ']')
            return word.substr(1, word.size() - 2);
    return {};
}

Offer readOffer(const Tracefs &tracefs)
{
    Offer offer;
    for (const std::string &word : tracefs.words("available_events")) {
        const auto colon = word.find(':');
        if (colon == std::string::npos)
            continue;
        const std::string system = word.substr(0, colon);
        const std::string event = word.substr(colon + 1);
        // They become paths; a dynamic event's name is its maker's choice.
        if (isPlainName(system) && isPlainName(event))
            offer.events[system].push_back(event);
    }
    for (auto &[system, events] : offer.events)
        std::sort(events.begin(), events.end());
    for (std::string &tracer : tracefs.words("available_tracers"))
        offer.tracers.insert(std::move(tracer));
    for (std::string &clock : choices(tracefs, "trace_clock"))
        offer.clocks.insert(std::move(clock));
    for (const std::string &option : tracefs.list("options"))
        offer.options[option] = tracefs.line("options/" + option) == "1";
    offer.cpus = bufferCpus(tracefs, "");
    offer.instances = tracefs.folders("instances");
    offer.hasSnapshot = tracefs.exists("snapshot");
    offer.hasEventPid = tracefs.exists("set_event_pid");
    offer.hasFunctionPid = tracefs.exists("set_ftrace_pid");
    offer.hasFunctionFilter = tracefs.exists("set_ftrace_filter");
    offer.hasGraphFilter = tracefs.exists("set_graph_function");
    offer.hasGraphDepth = tracefs.exists("max_graph_depth");
    offer.hasThreshold = tracefs.exists("tracing_thresh");
    offer.hasSubBufferSize = tracefs.exists("buffer_subbuf_size_kb");
    offer.hasSavedCmdlinesSize = tracefs.exists("saved_cmdlines_size");
    offer.hasDynamicEvents = tracefs.exists("dynamic_events");
    offer.hasHistograms = tracefs.line("README").find("hist trigger") != std::string::npos;
    offer.hasSyntheticEvents = tracefs.exists("synthetic_events");
    offer.memoryAvailableKb = memoryAvailableKb();
    return offer;
}

} // namespace thresher::capture
