// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/probes.h"

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

std::string nameOf(const ProbeSpec &spec)
{
    return spec.group + "/" + spec.event;
}

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

/// The line of "GROUP/EVENT" in the kernel's list; empty if it is not there.
std::string listed(const Tracefs &tracefs, const std::string &name)
{
    for (const std::string &line : linesOf(tracefs, kFile)) {
        const std::string head = line.substr(0, line.find_first_of(" \t"));
        const std::string called = head.substr(std::min(head.find(':'), head.size() - 1) + 1);
        if (called == name || "synthetic/" + called == name)
            return line;
    }
    return {};
}

std::vector<std::size_t> wordBegins(const std::string &line)
{
    std::vector<std::size_t> begins;
    for (std::size_t i = 0; i < line.size(); ++i)
        if (line[i] != ' ' && line[i] != '\t'
            && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t'))
            begins.push_back(i);
    return begins;
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
            names.push_back(nameOf(*spec));
    return names;
}

std::uint64_t entriesOf(const Tracefs &tracefs, const std::string &folder)
{
    std::uint64_t all = 0;
    for (const CpuId cpu : bufferCpus(tracefs, folder))
        all += parseCounters(tracefs.read(folder + "per_cpu/cpu" + std::to_string(cpu) + "/stats")
                                 .value_or(std::string()))
                   .all();
    return all;
}

/// Probes without arguments and an instance to enable them in, for as long as this lives.
class Trial
{
public:
    Trial(Tracefs &tracefs, Journal &journal)
        : m_tracefs(tracefs)
        , m_journal(journal)
        , m_instance("thresher-" + journal.id() + "-rate")
    {}
    ~Trial()
    {
        // What fails here stays in the journal, and is told of with all the rest.
        if (m_hasInstance)
            m_isClean = m_tracefs.removeInstance(m_instance) && m_journal.forgetLast().has_value();
        for (auto spec = m_specs.rbegin(); spec != m_specs.rend(); ++spec)
            if (spec->has_value() && m_isClean)
                m_isClean = removeProbe(m_tracefs, nameOf(**spec)).has_value()
                            && m_journal.forgetLast().has_value();
    }
    Trial(const Trial &) = delete; // one owner of what is to be put back
    Trial &operator=(const Trial &) = delete;

    /// What the kernel refuses is not measured: it tells why when the whole probe is made.
    void add(const ProbeSpec &wanted)
    {
        ProbeSpec spec = wanted;
        spec.arguments.clear();
        spec.filter.clear();
        spec.event = "rate_" + std::to_string(m_specs.size());
        const bool isMade = wanted.kind != ProbeKind::Synthetic
                            && createProbe(m_tracefs, m_journal, spec, "", "").has_value();
        m_specs.push_back(isMade ? std::optional(spec) : std::nullopt);
    }
    [[nodiscard]] bool begin()
    {
        if (!m_journal.noteInstance(m_instance))
            return false;
        m_hasInstance = true;
        return m_tracefs.makeInstance(m_instance)
               && m_tracefs.write(folder() + "buffer_size_kb", "64");
    }
    [[nodiscard]] const std::vector<std::optional<ProbeSpec>> &specs() const { return m_specs; }
    [[nodiscard]] std::string folder() const { return "instances/" + m_instance + "/"; }
    void enable(const ProbeSpec &spec, bool on)
    {
        static_cast<void>(
            m_tracefs.write(folder() + "events/" + nameOf(spec) + "/enable", on ? "1" : "0"));
    }

private:
    Tracefs &m_tracefs;
    Journal &m_journal;
    std::string m_instance;
    std::vector<std::optional<ProbeSpec>> m_specs; ///< As they were made.
    bool m_hasInstance = false;
    bool m_isClean = true;
};

} // namespace

Refusal asRefusal(const ProbeError &error, std::string path)
{
    Refusal refusal{std::move(path), error.text, {}, static_cast<int>(error.at.begin)};
    if (!error.help.empty())
        refusal.text += " " + error.help;
    return refusal;
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
        const std::string old = spec.group.empty() ? defaultGroup(spec.kind) : spec.group;
        spec.group = spec.kind == ProbeKind::Synthetic ? "synthetic" : group;
        moved[old + "." + spec.event] = spec.group;
        if (const auto found = moved.find(spec.parentGroup + "." + spec.symbol);
            spec.kind == ProbeKind::Eprobe && found != moved.end())
            spec.parentGroup = found->second;
        probe->event.system = spec.group;
        probe->event.event = spec.event;
    }
}

Checked<void> checkProbes(const std::vector<PlannedProbe *> &probes, const ProbeKernel &kernel)
{
    std::set<std::string> own; // event probes on others of the request, which are not there yet
    for (const PlannedProbe *probe : probes) {
        const ProbeSpec &spec = probe->spec;
        if (spec.kind != ProbeKind::Eprobe || !own.contains(spec.parentGroup + "/" + spec.symbol))
            if (const auto done = capture::checkProbe(spec, kernel); !done)
                return tl::unexpected<Refusal>(asRefusal(done.error(), probe->path + "/line"));
        own.insert(nameOf(spec));
    }
    return {};
}

int placeInWord(const std::string &sent, int at, const std::string &written)
{
    if (at < 0)
        return at;
    const auto sentWords = wordBegins(sent);
    const auto words = wordBegins(written);
    const auto next = std::upper_bound(sentWords.begin(), sentWords.end(),
                                       static_cast<std::size_t>(at));
    const auto index = static_cast<std::size_t>(next - sentWords.begin());
    if (index == 0 || index > words.size())
        return static_cast<int>(written.size());
    const std::size_t begin = words[index - 1];
    const std::size_t end = std::min(written.find_first_of(" \t", begin), written.size());
    // The first word, with the names, is ours; in the others only the spelling may differ.
    const std::size_t inside = index == 1 ? 0 : static_cast<std::size_t>(at) - sentWords[index - 1];
    return static_cast<int>(std::min(begin + inside, end));
}

Checked<void> createProbe(Tracefs &tracefs, Journal &journal, const ProbeSpec &spec,
                          const std::string &line, const std::string &path)
{
    const std::string sent = printProbe(spec);
    if (!listed(tracefs, nameOf(spec)).empty())
        return refuse(path, "There is an event " + nameOf(spec) + " already.");
    if (const auto noted = journal.noteProbe(nameOf(spec)); !noted)
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

Checked<std::string> tryProbe(Tracefs &tracefs, Journal &journal, const PlannedProbe &probe)
{
    THRESHER_CHECK(createProbe(tracefs, journal, probe.spec, probe.line, probe.path));
    const std::string name = nameOf(probe.spec);
    std::string line = listed(tracefs, name);
    if (const auto removed = removeProbe(tracefs, name); !removed)
        return refuse(probe.path, removed.error().text());
    if (const auto forgotten = journal.forgetLast(); !forgotten)
        return refuse(probe.path, forgotten.error().text());
    return line;
}

Result<void> removeProbe(Tracefs &tracefs, const std::string &name)
{
    constexpr int kAttempts = 50;
    for (int attempt = 0;; ++attempt) {
        auto removed = tracefs.write(kFile, "-:" + name + "\n", Tracefs::Write::Append);
        if (removed || listed(tracefs, name).empty())
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

std::optional<ProbeHits> readHits(const Tracefs &tracefs, const ProbeSpec &spec)
{
    if (!spec.isUser() && !isKernels(spec.kind))
        return std::nullopt;
    // "  EVENT  HITS  MISSES", or "  FILE  EVENT  HITS": without the group, in the list's order.
    const auto names = namesInOrder(tracefs, spec.isUser());
    const auto lines = linesOf(tracefs, spec.isUser() ? "uprobe_profile" : "kprobe_profile");
    std::optional<ProbeHits> all;
    for (std::size_t i = 0; i < lines.size() && names.size() == lines.size(); ++i) {
        const auto words = splitWords(lines[i]);
        if (names[i] != nameOf(spec) || words.size() < 3)
            continue;
        const auto number = [](const std::string &word) {
            std::uint64_t value = 0;
            std::from_chars(word.data(), word.data() + word.size(), value);
            return value;
        };
        ProbeHits &sum = all ? *all : all.emplace();
        sum.hits += number(words[words.size() - (spec.isUser() ? 1 : 2)]);
        if (!spec.isUser())
            sum.misses = sum.misses.value_or(0) + number(words.back());
    }
    return all;
}

std::vector<std::optional<double>> measureProbes(Tracefs &tracefs, Journal &journal,
                                                 const std::vector<const PlannedProbe *> &probes,
                                                 milliseconds duration)
{
    using Clock = std::chrono::steady_clock;
    std::vector<std::optional<double>> rates(probes.size());
    Trial trial(tracefs, journal);
    for (const PlannedProbe *probe : probes)
        trial.add(probe->spec);
    if (!trial.begin())
        return rates;
    const auto wait = [](Clock::time_point begin, milliseconds time) {
        std::this_thread::sleep_until(begin + time);
        return std::chrono::duration<double>(Clock::now() - begin).count();
    };
    const auto isCounted = [&](const std::optional<ProbeSpec> &spec) {
        return spec && readHits(tracefs, *spec).has_value();
    };

    // Those that the kernel counts itself, all at once and with nothing written.
    static_cast<void>(tracefs.write(trial.folder() + "tracing_on", "0"));
    const auto begin = Clock::now();
    std::vector<bool> counted;
    for (const auto &spec : trial.specs()) {
        counted.push_back(isCounted(spec));
        if (counted.back())
            trial.enable(*spec, true);
    }
    const double seconds = wait(begin, duration);
    for (std::size_t i = 0; i < probes.size(); ++i) {
        if (!counted[i])
            continue;
        const ProbeSpec &spec = *trial.specs()[i];
        trial.enable(spec, false);
        // Nothing where another made or removed a probe just now.
        if (const auto hits = readHits(tracefs, spec))
            rates[i] = static_cast<double>(hits->hits) / seconds;
    }

    // The others one after the other, by what comes into the buffer.
    static_cast<void>(tracefs.write(trial.folder() + "tracing_on", "1"));
    for (std::size_t i = 0; i < probes.size(); ++i) {
        const auto &spec = trial.specs()[i];
        if (!spec || rates[i])
            continue;
        const std::uint64_t before = entriesOf(tracefs, trial.folder());
        const auto from = Clock::now();
        trial.enable(*spec, true);
        const double time = wait(from, duration / 2);
        trial.enable(*spec, false);
        rates[i] = static_cast<double>(entriesOf(tracefs, trial.folder()) - before) / time;
    }
    return rates;
}

} // namespace thresher::capture
