// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/probes.h"

#include "capture/probes/placeinword.h"
#include "capture/recorder/instance.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>
#include <thread>

namespace thresher::capture {

namespace {

using std::chrono::milliseconds;

constexpr const char *kFile = "dynamic_events";
constexpr std::size_t kMaxNameBytes = 63;

const char *defaultGroup(ProbeKind kind)
{
    switch (kind) {
    case ProbeKind::Kprobe:
    case ProbeKind::Kretprobe:
        return "kprobes";
    case ProbeKind::FprobeEntry:
    case ProbeKind::FprobeExit:
        return "fprobes";
    case ProbeKind::Tracepoint:
        return "tracepoints";
    case ProbeKind::Uprobe:
    case ProbeKind::Uretprobe:
        return "uprobes";
    case ProbeKind::Eprobe:
        return "eprobes";
    case ProbeKind::Synthetic:
    case ProbeKind::Delete:
        break;
    }
    return "synthetic";
}

std::vector<std::string> linesOf(const Tracefs &tracefs, const std::string &path)
{
    std::vector<std::string> lines;
    std::istringstream text(tracefs.read(path).value_or(std::string()));
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    return lines;
}

bool isKernels(ProbeKind kind)
{
    return kind == ProbeKind::Kprobe || kind == ProbeKind::Kretprobe;
}

/// Of probes of the same sort as `spec`, in the kernel's order: the same as in its profile.
std::vector<std::string> namesInOrder(const Tracefs &tracefs, bool isUser)
{
    std::vector<std::string> names;
    for (const std::string &line : linesOf(tracefs, kFile))
        if (const auto spec = parseProbe(line);
            spec && (isUser ? spec->isUser() : isKernels(spec->kind)))
            names.push_back(eventName(*spec));
    return names;
}

} // namespace

std::string eventName(const ProbeSpec &spec)
{
    return spec.group + "/" + spec.event;
}

std::string listedProbe(const Tracefs &tracefs, const std::string &name)
{
    for (const std::string &line : linesOf(tracefs, kFile)) {
        const std::string head = line.substr(0, line.find_first_of(" \t"));
        const std::string called = head.substr(std::min(head.find(':'), head.size() - 1) + 1);
        if (called == name || "synthetic/" + called == name)
            return line;
    }
    return {};
}

Refusal asRefusal(const ProbeError &error, std::string path)
{
    Refusal refusal{std::move(path), error.text, {}, static_cast<int>(error.at.begin)};
    if (!error.help.empty())
        refusal.text += " " + error.help;
    return refusal;
}

std::string writtenGroup(const ProbeSpec &spec)
{
    return spec.group.empty() ? defaultGroup(spec.kind) : spec.group;
}

std::string probeGroup(const Journal &journal)
{
    std::string group = "thresher_" + journal.id();
    std::replace(group.begin(), group.end(), '-', '_');
    return group;
}

void nameProbes(std::vector<PlannedProbe *> probes, const std::string &group)
{
    std::set<std::string> taken;
    for (const PlannedProbe *probe : probes)
        taken.insert(probe->spec.event); // those that the user chose stay
    std::map<std::string, std::string> moved; // "GROUP.EVENT" of the user's, to ours
    for (PlannedProbe *probe : probes) {
        ProbeSpec &spec = probe->spec;
        if (spec.event.empty()) {
            const std::string wanted = suggestedEventName(spec);
            spec.event = wanted;
            for (int i = 2; !taken.insert(spec.event).second; ++i) {
                const std::string suffix = "_" + std::to_string(i);
                spec.event = wanted.substr(0, kMaxNameBytes - suffix.size()) + suffix;
            }
        }
        const std::string old = writtenGroup(spec);
        spec.group = spec.kind == ProbeKind::Synthetic ? "synthetic" : group;
        moved[old + "." + spec.event] = spec.group;
        if (const auto found = moved.find(spec.parentGroup + "." + spec.symbol);
            spec.kind == ProbeKind::Eprobe && found != moved.end())
            spec.parentGroup = found->second;
        probe->event.system = spec.group;
        probe->event.event = spec.event;
    }
}

std::vector<Checked<void>> checkEach(const std::vector<PlannedProbe *> &probes,
                                     const ProbeKernel &kernel)
{
    std::vector<Checked<void>> all;
    std::set<std::string> own; // event probes on others of the request, which are not there yet
    for (const PlannedProbe *probe : probes) {
        const ProbeSpec &spec = probe->spec;
        Checked<void> &checked = all.emplace_back();
        if (spec.kind != ProbeKind::Eprobe || !own.contains(spec.parentGroup + "/" + spec.symbol))
            if (const auto done = capture::checkProbe(spec, kernel); !done)
                checked = tl::unexpected<Refusal>(asRefusal(done.error(), probe->path + "/line"));
        own.insert(eventName(spec));
    }
    return all;
}

Checked<void> checkProbes(const std::vector<PlannedProbe *> &probes, const ProbeKernel &kernel)
{
    for (Checked<void> &checked : checkEach(probes, kernel))
        THRESHER_CHECK(std::move(checked));
    return {};
}

Checked<void> createProbe(Tracefs &tracefs, Journal &journal, const ProbeSpec &spec,
                          const std::string &line, const std::string &path)
{
    const std::string sent = printProbe(spec);
    if (!listedProbe(tracefs, eventName(spec)).empty())
        return refuse(path, "There is an event " + eventName(spec) + " already.");
    if (const auto noted = journal.noteProbe(eventName(spec)); !noted)
        return refuse(path, noted.error().text());
    // With its end: it is one line, whatever is behind it in the list.
    const auto written = tracefs.write(kFile, sent + "\n", Tracefs::Write::Append);
    if (written)
        return {};
    Refusal refusal = explainRefusal(
        tracefs.line("error_log"), sent,
        {path, "The kernel refused this probe. " + written.error().text(), {}, -1});
    refusal.caret = placeInWord(sent, refusal.caret, line);
    if (const auto forgotten = journal.forgetLast(); !forgotten)
        return refuse(path, forgotten.error().text());
    return tl::unexpected<Refusal>(std::move(refusal));
}

Result<void> removeProbe(Tracefs &tracefs, const std::string &name)
{
    constexpr int kAttempts = 50;
    for (int attempt = 0;; ++attempt) {
        auto removed = tracefs.write(kFile, "-:" + name + "\n", Tracefs::Write::Append);
        if (removed || listedProbe(tracefs, name).empty())
            return {};
        if (attempt == kAttempts)
            return removed;
        std::vector<std::string> folders{""};
        for (const std::string &instance : tracefs.folders("instances"))
            folders.push_back("instances/" + instance + "/");
        for (const std::string &folder : folders)
            if (const std::string file = folder + "events/" + name + "/enable";
                tracefs.line(file) != "0")
                static_cast<void>(tracefs.write(file, "0")); // it may be going just now
        std::this_thread::sleep_for(milliseconds(20));
    }
}

std::optional<HitCount> readHits(const Tracefs &tracefs, const ProbeSpec &spec)
{
    if (!spec.isUser() && !isKernels(spec.kind))
        return std::nullopt;
    // "  EVENT  HITS  MISSES", or "  FILE  EVENT  HITS": without the group, in the list's order.
    const auto names = namesInOrder(tracefs, spec.isUser());
    const auto lines = linesOf(tracefs, spec.isUser() ? "uprobe_profile" : "kprobe_profile");
    std::optional<HitCount> all;
    for (std::size_t i = 0; i < lines.size() && names.size() == lines.size(); ++i) {
        const auto words = splitWords(lines[i]);
        if (names[i] != eventName(spec) || words.size() < 3)
            continue;
        const auto number = [](const std::string &word) {
            std::uint64_t value = 0;
            std::from_chars(word.data(), word.data() + word.size(), value);
            return value;
        };
        HitCount &sum = all ? *all : all.emplace();
        sum.hits += number(words[words.size() - (spec.isUser() ? 1 : 2)]);
        if (!spec.isUser())
            sum.misses = sum.misses.value_or(0) + number(words.back());
    }
    return all;
}

} // namespace thresher::capture
