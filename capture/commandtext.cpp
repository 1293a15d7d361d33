// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/commandtext.h"

#include <algorithm>
#include <utility>

namespace thresher::capture {

namespace {

using Words = std::vector<std::string>;

bool isSafe(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || std::string_view("_-+=:,./@%").find(c) != std::string_view::npos;
}

void add(Words &words, const char *option, std::string value)
{
    words.emplace_back(option);
    words.push_back(std::move(value));
}

void addAll(Words &words, const char *option, const std::vector<std::string> &values)
{
    for (const std::string &value : values)
        add(words, option, value);
}

/// "a1": CPUs 0, 5, 7.
std::string maskOf(const std::vector<CpuId> &cpus)
{
    std::string digits(*std::max_element(cpus.begin(), cpus.end()) / 4 + 1, '0');
    for (const CpuId cpu : cpus) {
        char &digit = digits[digits.size() - 1 - cpu / 4];
        const unsigned value = (digit <= '9' ? static_cast<unsigned>(digit - '0')
                                             : static_cast<unsigned>(digit - 'a') + 10U)
                               | 1U << cpu % 4;
        digit = "0123456789abcdef"[value];
    }
    return digits;
}

/// Seconds, without zeros that say nothing: "1.5".
std::string secondsOf(std::uint64_t milliseconds)
{
    std::string text = std::to_string(milliseconds / 1000);
    if (milliseconds % 1000 != 0) {
        std::string part = std::to_string(milliseconds % 1000 + 1000).substr(1);
        part.erase(part.find_last_not_of('0') + 1);
        text += '.' + part;
    }
    return text;
}

const char *wordOf(Privilege privilege)
{
    switch (privilege) {
    case Privilege::Auto:
        return "auto";
    case Privilege::Direct:
        return "direct";
    case Privilege::Sudo:
        return "sudo";
    case Privilege::Pkexec:
        break;
    }
    return "pkexec";
}

/// What both programs call the same.
void addShared(Words &words, const InstanceRequest &instance)
{
    if (!instance.tracer.empty())
        add(words, "-p", instance.tracer);
    addAll(words, "-l", instance.functions);
    addAll(words, "-n", instance.noFunctions);
    addAll(words, "-g", instance.graphFunctions);
    if (instance.graphDepth > 0)
        add(words, "--max-graph-depth", std::to_string(instance.graphDepth));
    for (const auto &[option, isOn] : instance.options)
        add(words, "-O", (isOn ? "" : "no") + option);
    if (instance.kernelStacks)
        words.emplace_back("-T");
    if (instance.bufferKb > 0)
        add(words, "-b", std::to_string(instance.bufferKb));
    if (!instance.cpus.empty())
        add(words, "-M", maskOf(instance.cpus));
    for (const Pid pid : instance.pids)
        add(words, "-P", std::to_string(pid));
    if (instance.command)
        words.emplace_back("-F");
    if (instance.children && (instance.command || !instance.pids.empty()))
        words.emplace_back("-c");
}

void addInstance(Words &words, const InstanceRequest &instance)
{
    if (!instance.name.empty())
        add(words, "-B", instance.name);
    for (const EventRequest &event : instance.events) {
        add(words, "-e", event.filter.empty() ? event.match : event.match + " if " + event.filter);
        addAll(words, "-R", event.triggers);
        if (event.triggersOnly)
            words.emplace_back("--triggers-only");
    }
    for (const ProbeRequest &probe : instance.probes) {
        add(words, "--probe", probe.line);
        if (!probe.filter.empty())
            add(words, "-f", probe.filter);
        addAll(words, "-R", probe.triggers);
        if (probe.triggersOnly)
            words.emplace_back("--triggers-only");
    }
    addAll(words, "--latency", instance.latencies);
    for (const HistogramRequest &histogram : instance.histograms)
        add(words, "--hist",
            histogram.event
                + histogram.trigger.substr(
                    std::min<std::size_t>(histogram.trigger.find(':'), histogram.trigger.size())));
    addAll(words, "-v", instance.exclude);
    addAll(words, "--no-graph-function", instance.noGraphFunctions);
    if (instance.thresholdUs)
        add(words, "--threshold", std::to_string(*instance.thresholdUs));
    if (instance.userStacks)
        words.emplace_back("--user-stacks");
    if (instance.subBufferKb > 0)
        add(words, "--sub-buffer", std::to_string(instance.subBufferKb));
    if (instance.clock != InstanceRequest().clock)
        add(words, "-C", instance.clock);
    if (instance.mode == BufferMode::Ring)
        add(words, "--ring",
            instance.ringSeconds > 0 ? std::to_string(instance.ringSeconds) + 's' : "auto");
    addShared(words, instance);
}

void addCommand(Words &words, const CommandPlan &command)
{
    if (!command.directory.empty())
        add(words, "--directory", command.directory.string());
    for (const auto &[name, value] : command.environment)
        add(words, "--env", name + '=' + value);
    if (!command.user.empty())
        add(words, "--user", command.user);
    if (!command.words.empty() && command.words.front().starts_with('-'))
        words.emplace_back("--");
    words.insert(words.end(), command.words.begin(), command.words.end());
}

void addTraceCmdInstance(Words &words, const InstanceRequest &instance, Words &cannot)
{
    if (!instance.name.empty())
        add(words, "-B", instance.name);
    for (const EventRequest &event : instance.events) {
        add(words, "-e", event.match == "*:*" ? "all" : event.match);
        if (!event.filter.empty())
            add(words, "-f", event.filter);
        addAll(words, "-R", event.triggers);
        if (event.triggersOnly)
            cannot.push_back("Triggers of " + event.match + " without recording it.");
    }
    if (!instance.probes.empty())
        cannot.emplace_back("Probes: it records those that are there, and makes none.");
    if (!instance.latencies.empty())
        cannot.emplace_back("Latency events: trace-cmd sqlhist makes them, for another command.");
    if (!instance.histograms.empty())
        cannot.emplace_back("Keeping the kernel's histograms.");
    if (!instance.noGraphFunctions.empty())
        cannot.emplace_back("Functions that function_graph leaves out.");
    if (instance.thresholdUs)
        cannot.emplace_back("The threshold of the tracer.");
    if (instance.userStacks)
        add(words, "-O", "userstacktrace");
    if (instance.subBufferKb > 0)
        cannot.emplace_back("The size of the buffers' pages.");
    add(words, "-C", instance.clock); // its own is another one
    if (instance.mode == BufferMode::Ring)
        cannot.emplace_back("Keeping the newest only: trace-cmd start, stop and extract do that.");
    if (instance.bufferKb == 0)
        cannot.emplace_back("Buffers as large as the rate asks for: it takes the kernel's 1,408 KB "
                            "unless -b is given, and loses events where that is too little.");
    addShared(words, instance);
    if (!instance.exclude.empty()) {
        words.emplace_back("-v"); // all behind it
        addAll(words, "-e", instance.exclude);
    }
}

void addTraceCmdCommand(Words &words, const RecordingPlan &plan, Words &cannot)
{
    const auto duration = plan.request.durationMs;
    if (!plan.command) {
        if (duration > 0)
            add(words, "sleep", secondsOf(duration)); // it records while a command runs
        return;
    }
    if (duration > 0)
        cannot.emplace_back("A duration besides a command.");
    const CommandPlan &command = *plan.command;
    if (!command.user.empty())
        add(words, "--user", command.user);
    if (!command.directory.empty() || !command.environment.empty()) {
        words.emplace_back("env");
        if (!command.directory.empty())
            add(words, "-C", command.directory.string());
        for (const auto &[name, value] : command.environment)
            words.push_back(name + '=' + value);
    }
    words.insert(words.end(), command.words.begin(), command.words.end());
}

} // namespace

std::string shellQuoted(std::string_view word)
{
    if (!word.empty() && std::all_of(word.begin(), word.end(), isSafe))
        return std::string(word);
    std::string quoted = "'";
    for (const char c : word) {
        if (c == '\'')
            quoted += "'\\''";
        else
            quoted += c;
    }
    return quoted + '\'';
}

std::string shellLine(std::span<const std::string> words)
{
    std::string line;
    for (const std::string &word : words)
        line += (line.empty() ? "" : " ") + shellQuoted(word);
    return line;
}

Result<std::vector<std::string>> shellWords(std::string_view line)
{
    std::vector<std::string> words;
    std::string word;
    bool isWord = false;
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const bool isEscape = c == '\\' && quote != '\'' && i + 1 < line.size()
                              && (quote == 0
                                  || std::string_view("\"\\$`").find(line[i + 1])
                                         != std::string_view::npos);
        if (isEscape) {
            word += line[++i];
            isWord = true;
        } else if (quote != 0) {
            if (c == quote)
                quote = 0;
            else
                word += c;
        } else if (c == '\'' || c == '"') {
            quote = c;
            isWord = true;
        } else if (c == ' ' || c == '\t' || c == '\n') {
            if (isWord)
                words.push_back(std::exchange(word, {}));
            isWord = false;
        } else {
            word += c;
            isWord = true;
        }
    }
    if (quote != 0)
        return fail(ErrorKind::InvalidArgument, std::string("A ") + quote + " is not closed.");
    if (isWord)
        words.push_back(std::move(word));
    return words;
}

std::vector<std::string> recordWords(const RecordingPlan &plan)
{
    Words words{"record"};
    for (const InstanceRequest &instance : plan.request.instances)
        addInstance(words, instance);
    if (plan.request.probeRateLimit != RecordRequest().probeRateLimit)
        add(words, "--probe-rate", std::to_string(plan.request.probeRateLimit));
    if (plan.request.stopOnTrigger)
        words.emplace_back("--stop-on-trigger");
    if (plan.request.skipMissing)
        words.emplace_back("--skip-missing");
    if (plan.request.durationMs > 0)
        add(words, "--duration", secondsOf(plan.request.durationMs));
    if (plan.request.formats == FormatsRequest::All)
        words.emplace_back("-a");
    if (!plan.launch.host.empty())
        add(words, "--host", plan.launch.host);
    if (plan.launch.privilege != Privilege::Auto)
        add(words, "--privilege", wordOf(plan.launch.privilege));
    if (plan.version == 6)
        add(words, "--format", "v6");
    if (plan.compression == Compression::Zstd)
        add(words, "--compression", "zstd");
    if (!plan.output.empty())
        add(words, "-o", plan.output.string());
    if (plan.mayReplace)
        words.emplace_back("--force");
    if (plan.command)
        addCommand(words, *plan.command);
    return words;
}

std::string recordCommandText(const RecordingPlan &plan)
{
    return "thresher " + shellLine(recordWords(plan));
}

TraceCmdText traceCmdText(const RecordingPlan &plan)
{
    TraceCmdText text;
    Words words{"sudo", "trace-cmd", "record"};
    const auto &instances = plan.request.instances;
    // Its -v acts on all that follows.
    if (instances.size() > 1
        && std::any_of(instances.begin(), instances.end() - 1,
                       [](const auto &each) { return !each.exclude.empty(); }))
        text.cannot.emplace_back("Events that a buffer leaves out, with another buffer behind it.");
    for (const InstanceRequest &instance : instances)
        addTraceCmdInstance(words, instance, text.cannot);
    if (plan.request.stopOnTrigger)
        text.cannot.emplace_back("Ending when a trigger has fired.");
    if (plan.request.formats == FormatsRequest::All)
        text.cannot.emplace_back("Keeping the formats of events that are not recorded.");
    if (!plan.launch.host.empty())
        text.cannot.emplace_back("Recording another machine over ssh: run it there.");
    add(words, "--file-version", std::to_string(plan.version));
    if (plan.version == 7)
        add(words, "--compression", plan.compression == Compression::Zstd ? "zstd" : "none");
    if (!plan.output.empty())
        add(words, "-o", plan.output.string());
    addTraceCmdCommand(words, plan, text.cannot);
    text.command = shellLine(words);
    return text;
}

} // namespace thresher::capture
