// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/messages.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <limits>
#include <utility>

namespace thresher::capture {

namespace {

using Json = nlohmann::json;

/// A number as far as T can hold it: the other side may be any program.
template<typename T>
std::optional<T> numberOf(const Json &json)
{
    if (!json.is_number())
        return std::nullopt;
    if constexpr (std::floating_point<T>) {
        return json.get<T>();
    } else if (json.is_number_unsigned()) {
        const auto value = json.get<std::uint64_t>();
        return std::in_range<T>(value) ? std::optional(static_cast<T>(value)) : std::nullopt;
    } else if (json.is_number_integer()) {
        const auto value = json.get<std::int64_t>();
        return std::in_range<T>(value) ? std::optional(static_cast<T>(value)) : std::nullopt;
    } else {
        // Half of the largest one is a double exactly, and so is twice that, which T lacks.
        constexpr auto kHalf = static_cast<double>(std::numeric_limits<T>::max() / 2 + 1);
        const double value = std::trunc(json.get<double>());
        const bool fits = value >= static_cast<double>(std::numeric_limits<T>::min())
                          && value < 2 * kHalf;
        return fits ? std::optional(static_cast<T>(value)) : std::nullopt;
    }
}

/// An object whose keys are read where they are there and of the right kind.
class Reader
{
public:
    explicit Reader(const Json &json)
        : m_json(json)
    {}

    [[nodiscard]] const Json *find(const char *key, Json::value_t type) const
    {
        if (!m_json.is_object())
            return nullptr;
        const auto at = m_json.find(key);
        return at != m_json.end() && at->type() == type ? &*at : nullptr;
    }
    void read(const char *key, std::string &value) const
    {
        if (const auto *json = find(key, Json::value_t::string))
            value = json->get_ref<const std::string &>();
    }
    void read(const char *key, bool &value) const
    {
        if (const auto *json = find(key, Json::value_t::boolean))
            value = json->get<bool>();
    }
    template<typename T>
    requires std::integral<T> || std::floating_point<T>
    void read(const char *key, T &value) const
    {
        const auto at = m_json.is_object() ? m_json.find(key) : m_json.end();
        if (at == m_json.end())
            return;
        if (const auto number = numberOf<T>(*at))
            value = *number;
    }
    template<typename T, typename Make>
    void readList(const char *key, std::vector<T> &values, const Make &make) const
    {
        if (const auto *list = find(key, Json::value_t::array)) {
            for (const Json &each : *list)
                values.push_back(make(each));
        }
    }
    void read(const char *key, std::vector<std::string> &values) const
    {
        readList(key, values, [](const Json &json) {
            return json.is_string() ? json.get<std::string>() : std::string();
        });
    }
    void read(const char *key, std::vector<CpuId> &values) const
    {
        readList(key, values, [](const Json &json) { return numberOf<CpuId>(json).value_or(0); });
    }

private:
    const Json &m_json;
};

CpuProgress cpuProgress(const Json &json)
{
    const Reader reader(json);
    CpuProgress cpu;
    reader.read("cpu", cpu.cpu);
    reader.read("entries", cpu.entries);
    reader.read("overrun", cpu.overrun);
    reader.read("dropped", cpu.dropped);
    reader.read("bytes_read", cpu.bytesRead);
    reader.read("fill", cpu.fill);
    reader.read("events_per_second", cpu.eventsPerSecond);
    reader.read("seconds_kept", cpu.secondsKept);
    return cpu;
}

InstanceProgress instanceProgress(const Json &json)
{
    const Reader reader(json);
    InstanceProgress instance;
    reader.read("on", instance.on);
    reader.readList("cpus", instance.cpus, cpuProgress);
    return instance;
}

ReadyInstance readyInstance(const Json &json)
{
    const Reader reader(json);
    ReadyInstance instance;
    reader.read("name", instance.name);
    reader.read("buffer_kb", instance.bufferKb);
    reader.read("buffer_chosen", instance.bufferChosen);
    reader.read("sub_buffer_bytes", instance.subBufferBytes);
    reader.read("clock", instance.clock);
    reader.read("cpus", instance.cpus);
    reader.read("events", instance.events);
    reader.read("top", instance.top);
    std::string mode;
    reader.read("mode", mode);
    instance.mode = mode == "ring" ? BufferMode::Ring : BufferMode::Stream;
    return instance;
}

Hello hello(const Reader &reader)
{
    Hello hello;
    reader.read("protocol", hello.protocol);
    reader.read("version", hello.version);
    reader.read("pid", hello.pid);
    reader.read("files", hello.files);
    reader.readList("leftovers", hello.leftovers, [](const Json &json) {
        const Reader each(json);
        Leftover leftover;
        each.read("id", leftover.id);
        each.read("items", leftover.items);
        return leftover;
    });
    return hello;
}

RecorderError recorderError(const Reader &reader)
{
    RecorderError error;
    reader.read("request", error.request);
    reader.read("path", error.path);
    reader.read("text", error.text);
    reader.read("kernel", error.kernel);
    reader.read("caret", error.caret);
    return error;
}

ProbeHits probeHits(const Json &json)
{
    const Reader reader(json);
    ProbeHits probe;
    reader.read("instance", probe.instance);
    reader.read("group", probe.group);
    reader.read("event", probe.event);
    for (const auto &[key, value] :
         {std::pair("hits", &probe.hits), std::pair("misses", &probe.misses)})
        if (reader.find(key, Json::value_t::number_unsigned) != nullptr)
            reader.read(key, value->emplace());
    return probe;
}

CheckedProbe checkedProbe(const Json &json)
{
    const Reader reader(json);
    CheckedProbe probe;
    reader.read("ok", probe.ok);
    reader.read("line", probe.line);
    reader.read("part", probe.part);
    reader.read("text", probe.text);
    reader.read("kernel", probe.kernel);
    reader.read("caret", probe.caret);
    return probe;
}

CheckedProbes checkedProbes(const Reader &reader)
{
    CheckedProbes checked;
    reader.readList("probes", checked.probes, checkedProbe);
    if (reader.find("set_ns", Json::value_t::number_unsigned) != nullptr)
        reader.read("set_ns", checked.set.emplace());
    reader.read("left", checked.left);
    return checked;
}

MeasuredProbes measuredProbes(const Reader &reader)
{
    MeasuredProbes measured;
    reader.readList("probes", measured.probes, [](const Json &json) {
        const Reader each(json);
        ProbeRate rate;
        for (const auto &[key, value] : {std::pair("calls_per_second", &rate.calls),
                                         std::pair("recorded_per_second", &rate.recorded)})
            if (json.is_object() && json.contains(key) && json[key].is_number())
                each.read(key, value->emplace());
        return rate;
    });
    reader.read("left", measured.left);
    return measured;
}

Stopped stopped(const Reader &reader)
{
    static constexpr std::array<std::pair<std::string_view, StopReason>, 7> kReasons{{
        {"request", StopReason::Request},
        {"duration", StopReason::Duration},
        {"trigger", StopReason::Trigger},
        {"no_space", StopReason::NoSpace},
        {"disconnected", StopReason::Disconnected},
        {"signal", StopReason::Signal},
        {"error", StopReason::Error},
    }};
    Stopped stopped;
    stopped.reason = StopReason::Error;
    std::string reason;
    reader.read("reason", reason);
    for (const auto &[name, value] : kReasons) {
        if (name == reason)
            stopped.reason = value;
    }
    reader.read("text", stopped.text);
    reader.read("time_ns", stopped.time);
    reader.readList("instances", stopped.instances, instanceProgress);
    reader.readList("probes", stopped.probes, probeHits);
    return stopped;
}

Measured measured(const Reader &reader)
{
    Measured measured;
    reader.readList("instances", measured.instances, [](const Json &json) {
        const Reader each(json);
        MeasuredInstance instance;
        each.read("name", instance.name);
        each.read("events_per_second", instance.eventsPerSecond);
        each.read("bytes_per_second", instance.bytesPerSecond);
        each.read("lost", instance.lost);
        each.read("suggested_buffer_kb", instance.suggestedBufferKb);
        return instance;
    });
    return measured;
}

void readMachine(const Reader &reader, Capabilities &capabilities)
{
    if (const auto *tracefs = reader.find("tracefs", Json::value_t::object)) {
        Reader(*tracefs).read("path", capabilities.tracefsPath);
        Reader(*tracefs).read("mounted", capabilities.tracefsMounted);
    }
    reader.read("root", capabilities.root);
    reader.read("lockdown", capabilities.lockdown);
    reader.read("kernel", capabilities.kernel);
    reader.read("cpus", capabilities.cpus);
    reader.read("online", capabilities.online);
    reader.read("page_bytes", capabilities.pageBytes);
    reader.read("sub_buffer_sizes", capabilities.subBufferSizes);
    reader.read("buffer_total_kb", capabilities.bufferTotalKb);
    reader.read("memory_available_kb", capabilities.memoryAvailableKb);
}

Capabilities capabilities(const Reader &reader)
{
    Capabilities capabilities;
    readMachine(reader, capabilities);
    reader.readList("tracers", capabilities.tracers, [](const Json &json) {
        std::pair<std::string, bool> tracer{{}, true}; // not told where nobody can know
        Reader(json).read("name", tracer.first);
        Reader(json).read("in_instance", tracer.second);
        return tracer;
    });
    reader.read("clocks", capabilities.clocks);
    if (const auto *events = reader.find("events", Json::value_t::object)) {
        for (const auto &[system, names] : events->items())
            Reader(*events).read(system.c_str(), capabilities.events[system]);
    }
    if (const auto *options = reader.find("options", Json::value_t::object)) {
        for (const auto &[name, isOn] : options->items())
            Reader(*options).read(name.c_str(), capabilities.options[name]);
    }
    reader.read("functions", capabilities.functions);
    reader.readList("features", capabilities.features, [](const Json &json) {
        Feature feature;
        Reader(json).read("name", feature.name);
        Reader(json).read("available", feature.available);
        Reader(json).read("reason", feature.reason);
        return feature;
    });
    reader.readList("enabled", capabilities.enabled, [](const Json &json) {
        std::pair<std::string, std::string> item;
        Reader(json).read("id", item.first);
        Reader(json).read("text", item.second);
        return item;
    });
    reader.read("instances", capabilities.instances);
    return capabilities;
}

Json jsonOf(const EventRequest &event)
{
    return {{"match", event.match},
            {"filter", event.filter},
            {"triggers", event.triggers},
            {"triggers_only", event.triggersOnly}};
}

Json jsonOf(const ProbeRequest &probe)
{
    return {{"line", probe.line},
            {"filter", probe.filter},
            {"triggers", probe.triggers},
            {"triggers_only", probe.triggersOnly}};
}

Json jsonOf(const std::vector<ProbeRequest> &probes)
{
    Json list = Json::array();
    for (const ProbeRequest &probe : probes)
        list.push_back(jsonOf(probe));
    return list;
}

Json jsonOf(const InstanceRequest &instance)
{
    Json json{{"name", instance.name},
              {"exclude", instance.exclude},
              {"tracer", instance.tracer},
              {"functions", instance.functions},
              {"no_functions", instance.noFunctions},
              {"graph_functions", instance.graphFunctions},
              {"no_graph_functions", instance.noGraphFunctions},
              {"graph_depth", instance.graphDepth},
              {"options", Json::object()},
              {"kernel_stacks", instance.kernelStacks},
              {"user_stacks", instance.userStacks},
              {"clock", instance.clock},
              {"buffer_kb", instance.bufferKb},
              {"sub_buffer_kb", instance.subBufferKb},
              {"cpus", instance.cpus},
              {"pids", instance.pids},
              {"command", instance.command},
              {"children", instance.children},
              {"mode", instance.mode == BufferMode::Ring ? "ring" : "stream"},
              {"ring_seconds", instance.ringSeconds}};
    json["events"] = Json::array();
    for (const EventRequest &event : instance.events)
        json["events"].push_back(jsonOf(event));
    json["probes"] = jsonOf(instance.probes);
    json["latencies"] = instance.latencies;
    json["histograms"] = Json::array();
    for (const HistogramRequest &histogram : instance.histograms)
        json["histograms"].push_back({{"event", histogram.event}, {"trigger", histogram.trigger}});
    for (const auto &[name, isOn] : instance.options)
        json["options"][name] = isOn;
    if (instance.thresholdUs)
        json["threshold_us"] = *instance.thresholdUs;
    return json;
}

Json jsonOf(const RecordRequest &request)
{
    Json json{{"duration_ms", request.durationMs},
              {"stop_on_trigger", request.stopOnTrigger},
              {"skip_missing", request.skipMissing},
              {"formats", request.formats == FormatsRequest::All ? "all" : "used"},
              {"kallsyms", request.kallsyms},
              {"saved_cmdlines", request.savedCmdlines},
              {"progress_ms", request.progressMs},
              {"probe_rate_limit", request.probeRateLimit}};
    json["instances"] = Json::array();
    for (const InstanceRequest &instance : request.instances)
        json["instances"].push_back(jsonOf(instance));
    return json;
}

// What is typed may be no UTF-8, which JSON has to be.
std::string textOf(const Json &json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace

Result<RecorderMessage> parseMessage(std::string_view text)
{
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object())
        return fail(ErrorKind::Damaged, "The recorder said something that is no message.");
    const Reader reader(json);
    std::string type;
    reader.read("type", type);
    if (type == "hello")
        return hello(reader);
    if (type == "capabilities")
        return capabilities(reader);
    if (type == "ready") {
        Ready ready;
        reader.readList("instances", ready.instances, readyInstance);
        return ready;
    }
    if (type == "started") {
        Started started;
        reader.read("time_ns", started.time);
        return started;
    }
    if (type == "progress") {
        RecordProgress progress;
        reader.read("time_ns", progress.time);
        reader.readList("instances", progress.instances, instanceProgress);
        return progress;
    }
    if (type == "warning") {
        Warning warning;
        reader.read("text", warning.text);
        return warning;
    }
    if (type == "error")
        return recorderError(reader);
    if (type == "measured")
        return measured(reader);
    if (type == "stopped")
        return stopped(reader);
    if (type == "checked_probes")
        return checkedProbes(reader);
    if (type == "measured_probes")
        return measuredProbes(reader);
    if (type == "working")
        return Working{};
    if (type == "done") {
        Done done;
        reader.read("request", done.request);
        return done;
    }
    return fail(ErrorKind::Damaged, "The recorder said \"" + type.substr(0, 40)
                                        + "\", which is not known: is it of another version?");
}

std::string partOf(const ProbeRequest &probe, const std::string &part)
{
    if (part == "line")
        return probe.line;
    if (part == "filter")
        return probe.filter;
    for (std::size_t i = 0; i < probe.triggers.size(); ++i)
        if (part == "triggers/" + std::to_string(i))
            return probe.triggers[i];
    return {};
}

std::string textAt(const RecordRequest &request, const std::string &path)
{
    const Json json = jsonOf(request);
    const Json *at = &json;
    for (std::size_t begin = 1; begin < path.size();) {
        const auto end = std::min(path.find('/', begin), path.size());
        const auto word = path.substr(begin, end - begin);
        if (at->is_object() && at->contains(word))
            at = &(*at)[word];
        else if (at->is_array() && !word.empty() && word.size() < 6
                 && word.find_first_not_of("0123456789") == std::string::npos
                 && std::stoul(word) < at->size())
            at = &(*at)[std::stoul(word)];
        else
            return {};
        begin = end + 1;
    }
    return at->is_string() ? at->get<std::string>() : std::string();
}

std::string requestText(const RecordRequest &request)
{
    return textOf(jsonOf(request));
}

std::string recordMessage(const RecordRequest &request)
{
    return textOf({{"type", "record"}, {"request", jsonOf(request)}});
}

std::string measureMessage(const RecordRequest &request, std::uint32_t durationMs)
{
    return textOf({{"type", "measure"}, {"request", jsonOf(request)}, {"duration_ms", durationMs}});
}

std::string startMessage(std::optional<Pid> pid)
{
    Json json{{"type", "start"}};
    if (pid)
        json["pid"] = *pid;
    return textOf(json);
}

std::string describeMessage(Description what)
{
    return textOf(
        {{"type", "describe"}, {"what", what == Description::Events ? "events" : "functions"}});
}

std::string plainMessage(std::string_view type)
{
    return textOf({{"type", type}});
}

std::string snapshotMessage(std::uint16_t instance)
{
    return textOf({{"type", "snapshot"}, {"instance", instance}});
}

std::string markerMessage(std::string_view text)
{
    return textOf({{"type", "marker"}, {"text", text}});
}

std::string checkProbesMessage(const std::vector<ProbeRequest> &probes, bool make)
{
    return textOf({{"type", "check_probes"}, {"probes", jsonOf(probes)}, {"make", make}});
}

std::string measureProbesMessage(const std::vector<ProbeRequest> &probes, std::uint32_t durationMs)
{
    return textOf(
        {{"type", "measure_probes"}, {"probes", jsonOf(probes)}, {"duration_ms", durationMs}});
}

std::string resetMessage(const std::vector<std::string> &items)
{
    return textOf({{"type", "reset"}, {"items", items}});
}

} // namespace thresher::capture
