// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/probetrial.h"

#include "capture/recorder/instance.h"
#include "capture/recorder/probes.h"

#include <thread>

namespace thresher::capture {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kBufferKb = 64;

std::uint64_t entriesOf(const Tracefs &tracefs, const std::string &folder)
{
    std::uint64_t all = 0;
    for (const CpuId cpu : bufferCpus(tracefs, folder))
        all += parseCounters(tracefs.read(folder + "per_cpu/cpu" + std::to_string(cpu) + "/stats")
                                 .value_or(std::string()))
                   .all();
    return all;
}

bool hasCondition(const PlannedProbe &probe)
{
    return !probe.event.filter.empty() || !probe.spec.filter.empty();
}

bool hasActions(const PlannedProbe &probe)
{
    return !probe.event.filter.empty() || !probe.event.triggers.empty();
}

/// Probes and an instance to enable them in, for as long as this lives.
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
                m_isClean = removeProbe(m_tracefs, eventName(**spec)).has_value()
                            && m_journal.forgetLast().has_value();
    }
    Trial(const Trial &) = delete; // one owner of what is to be put back
    Trial &operator=(const Trial &) = delete;

    /// Without arguments. What the kernel refuses is not measured: it tells why when the whole
    /// probe is made.
    void addBare(ProbeSpec spec)
    {
        spec.arguments.clear();
        spec.filter.clear();
        add(std::move(spec));
    }
    void add(ProbeSpec spec)
    {
        spec.event = "rate_" + std::to_string(m_specs.size());
        const bool isMade = spec.kind != ProbeKind::Synthetic
                            && createProbe(m_tracefs, m_journal, spec, "", "").has_value();
        m_specs.push_back(isMade ? std::optional(std::move(spec)) : std::nullopt);
    }
    [[nodiscard]] bool begin()
    {
        if (!m_journal.noteInstance(m_instance))
            return false;
        m_hasInstance = true;
        return m_tracefs.makeInstance(m_instance)
               && m_tracefs.write(folder() + "buffer_size_kb", std::to_string(kBufferKb));
    }
    [[nodiscard]] const std::vector<std::optional<ProbeSpec>> &specs() const { return m_specs; }
    [[nodiscard]] std::string folder() const { return "instances/" + m_instance + "/"; }
    [[nodiscard]] bool write(const ProbeSpec &spec, const char *file, const std::string &text)
    {
        return m_tracefs.write(folder() + "events/" + eventName(spec) + "/" + file, text)
            .has_value();
    }
    void enable(const ProbeSpec &spec, bool on)
    {
        static_cast<void>(write(spec, "enable", on ? "1" : "0"));
    }
    void setTracing(bool on)
    {
        static_cast<void>(m_tracefs.write(folder() + "tracing_on", on ? "1" : "0"));
    }
    /// Events a second that come into the buffer meanwhile.
    [[nodiscard]] double recordedPerSecond(const ProbeSpec &spec, milliseconds duration)
    {
        const std::uint64_t before = entriesOf(m_tracefs, folder());
        const auto from = Clock::now();
        enable(spec, true);
        std::this_thread::sleep_until(from + duration);
        const double time = std::chrono::duration<double>(Clock::now() - from).count();
        enable(spec, false);
        return static_cast<double>(entriesOf(m_tracefs, folder()) - before) / time;
    }

private:
    Tracefs &m_tracefs;
    Journal &m_journal;
    std::string m_instance;
    std::vector<std::optional<ProbeSpec>> m_specs; ///< As they were made.
    bool m_hasInstance = false;
    bool m_isClean = true;
};

/// Those that the kernel counts itself, all at once and with nothing written.
void measureCounted(Tracefs &tracefs, Trial &trial, milliseconds duration,
                    std::vector<TrialRate> &rates)
{
    trial.setTracing(false);
    const auto begin = Clock::now();
    std::vector<bool> counted;
    for (const auto &spec : trial.specs()) {
        counted.push_back(spec && readHits(tracefs, *spec).has_value());
        if (counted.back())
            trial.enable(*spec, true);
    }
    std::this_thread::sleep_until(begin + duration);
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    for (std::size_t i = 0; i < rates.size(); ++i) {
        if (!counted[i])
            continue;
        const ProbeSpec &spec = *trial.specs()[i];
        trial.enable(spec, false);
        // Nothing where another made or removed a probe just now.
        if (const auto hits = readHits(tracefs, spec))
            rates[i].calls = static_cast<double>(hits->hits) / seconds;
    }
    trial.setTracing(true);
}

void measureConditions(Tracefs &tracefs, Journal &journal,
                       const std::vector<const PlannedProbe *> &probes, milliseconds duration,
                       std::vector<TrialRate> &rates)
{
    for (std::size_t i = 0; i < probes.size(); ++i) {
        const PlannedProbe &probe = *probes[i];
        if (!hasCondition(probe))
            rates[i].recorded = rates[i].calls;
        if (!hasCondition(probe) || rates[i].calls.value_or(0) > kMostCallsForTrial)
            continue;
        Trial trial(tracefs, journal);
        trial.add(probe.spec);
        const auto &spec = trial.specs().front();
        if (spec && trial.begin()
            && (probe.event.filter.empty() || trial.write(*spec, "filter", probe.event.filter)))
            rates[i].recorded = trial.recordedPerSecond(*spec, duration);
    }
}

} // namespace

ProbeTrials tryProbes(Tracefs &tracefs, Journal &journal, const std::vector<PlannedProbe *> &probes,
                      const std::vector<Checked<void>> &checked)
{
    ProbeTrials trials;
    const auto begin = Clock::now();
    for (std::size_t i = 0; i < probes.size(); ++i) {
        const PlannedProbe &probe = *probes[i];
        auto made = checked[i] ? createProbe(tracefs, journal, probe.spec, probe.line,
                                             probe.path + "/line")
                               : checked[i];
        trials.lines.push_back(
            made ? Checked<std::string>(listedProbe(tracefs, eventName(probe.spec)))
                 : tl::unexpected<Refusal>(std::move(made).error()));
    }
    std::optional<Checked<Instance>> instance;
    for (std::size_t i = 0; i < probes.size(); ++i) {
        if (!trials.lines[i] || !hasActions(*probes[i]))
            continue;
        if (!instance) {
            PlannedInstance plan;
            plan.bufferKb = kBufferKb;
            plan.request.clock = "local"; // which every kernel has
            instance = Instance::setUp(tracefs, journal, plan, "thresher-" + journal.id() + "-try");
        }
        auto set = *instance ? (*instance)->setEvent(probes[i]->event)
                             : Checked<void>(tl::unexpected<Refusal>(instance->error()));
        if (!set)
            trials.lines[i] = tl::unexpected<Refusal>(std::move(set).error());
    }
    trials.left = journal.undo(tracefs);
    trials.set = Clock::now() - begin;
    return trials;
}

std::vector<TrialRate> measureProbes(Tracefs &tracefs, Journal &journal,
                                     const std::vector<const PlannedProbe *> &probes,
                                     milliseconds duration, RateOf what)
{
    std::vector<TrialRate> rates(probes.size());
    {
        Trial trial(tracefs, journal);
        for (const PlannedProbe *probe : probes)
            trial.addBare(probe->spec);
        if (!trial.begin())
            return rates;
        measureCounted(tracefs, trial, duration, rates);
        for (std::size_t i = 0; i < probes.size(); ++i)
            if (const auto &spec = trial.specs()[i]; spec && !rates[i].calls)
                rates[i].calls = trial.recordedPerSecond(*spec, duration / 2);
    }
    if (what == RateOf::CallsAndRecorded)
        measureConditions(tracefs, journal, probes, duration, rates);
    return rates;
}

} // namespace thresher::capture
