// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/names_p.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace thresher {

namespace {

constexpr std::size_t kLongestName = 128; // that is worth a suggestion

constexpr std::array kPseudoNames{
    PseudoName{"event", PseudoField::Event, false, "name"},
    PseudoName{"system", PseudoField::System, false, "name"},
    PseudoName{"task", PseudoField::TaskName, false, "text: the task's name then"},
    PseudoName{"comm", PseudoField::TaskName, false, "text: the task's name then"},
    PseudoName{"pid", PseudoField::ThreadId, false, "number: the task's"},
    PseudoName{"tgid", PseudoField::ProcessId, false, "number: the task's process"},
    PseudoName{"cpu", PseudoField::Cpu, false, "number"},
    PseudoName{"time", PseudoField::Time, false, "time"},
    PseudoName{"text", PseudoField::Text, false, "text: the printed line"},
    PseudoName{"instance", PseudoField::Instance, false, "name of a buffer"},
    PseudoName{"common_pid", PseudoField::ThreadId, true, "number: the task's"},
    // As the kernel spells them.
    PseudoName{"COMM", PseudoField::TaskName, true, "text: the task's name then"},
    PseudoName{"common_comm", PseudoField::TaskName, true, "text: the task's name then"},
    PseudoName{"CPU", PseudoField::Cpu, true, "number"},
    PseudoName{"common_cpu", PseudoField::Cpu, true, "number"},
};

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::span<const PseudoName> pseudoNames()
{
    return kPseudoNames;
}

const PseudoName *findPseudo(std::string_view name)
{
    const auto found = std::find_if(kPseudoNames.begin(), kPseudoNames.end(),
                                    [&](const PseudoName &known) { return known.name == name; });
    return found == kPseudoNames.end() ? nullptr : &*found;
}

EventPattern::EventPattern(std::string_view pattern)
    : m_name(pattern.substr(pattern.find(':') + 1)) // npos + 1 is 0
{
    if (const std::size_t colon = pattern.find(':'); colon != std::string_view::npos)
        m_system.emplace(pattern.substr(0, colon));
}

bool EventPattern::matches(const EventFormat &event) const
{
    return m_name.matches(event.name) && (!m_system || m_system->matches(event.system));
}

std::string_view instanceName(const TraceFile &trace, StreamIndex stream)
{
    const std::size_t instance = trace.streams()[stream].instance;
    const auto instances = trace.instances();
    if (instance >= instances.size() || instances[instance].name.empty())
        return "top";
    return instances[instance].name;
}

std::size_t editDistance(std::string_view a, std::string_view b, std::size_t limit)
{
    const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (difference > limit || a.size() > kLongestName || b.size() > kLongestName)
        return limit + 1;
    // Rows of the usual table; two of them, for swapped letters.
    std::vector<std::size_t> before;
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool isSame = lower(a[i - 1]) == lower(b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1)});
            const bool isSwapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2])
                                   && lower(a[i - 2]) == lower(b[j - 1]);
            if (isSwapped)
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = last;
        std::swap(last, row);
    }
    return std::min(last[b.size()], limit + 1);
}

void Suggestion::consider(std::string_view candidate)
{
    const std::size_t limit = std::min<std::size_t>(2, m_word.size() / 3);
    const std::size_t distance = editDistance(m_word, candidate, limit);
    if (distance > limit || distance >= m_distance)
        return;
    m_distance = distance;
    m_best = candidate;
}

} // namespace thresher
