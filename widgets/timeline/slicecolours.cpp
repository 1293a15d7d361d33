// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/slicecolours.h"

#include "model/analysis/probevalue.h"
#include "model/analysis/syscallvalue.h"

namespace thresher::ui {

namespace {

/// Hues of slices that are of no pair.
constexpr std::uint32_t kNames = 26 * 26;

QRgb mixed(QRgb a, QRgb b)
{
    return qRgb((qRed(a) + qRed(b)) / 2, (qGreen(a) + qGreen(b)) / 2, (qBlue(a) + qBlue(b)) / 2);
}

} // namespace

void SliceColours::reset(const Theme &theme)
{
    if (&theme == m_theme)
        return;
    m_theme = &theme;
    m_lanes.clear();
}

SliceColours::OfLane &SliceColours::of(const Lane &lane)
{
    std::string name = lane.isOfPair() ? lane.of.name : std::string();
    std::string key = name;
    key += static_cast<char>('A' + static_cast<int>(lane.what));
    const auto [at, isNew] = m_lanes.try_emplace(std::move(key));
    if (isNew) {
        at->second.m_theme = m_theme;
        at->second.m_name = std::move(name);
        at->second.m_what = lane.what;
    }
    return at->second;
}

QRgb SliceColours::OfLane::work(std::uint32_t number) const
{
    // A hue for each pair, and one near it for each key.
    if (m_what == TrackClass::Pair)
        return m_theme->taskColour(m_name, static_cast<Pid>(number + 1));
    // A hue of its own for each; no task's name reads like this.
    const std::string kin(1, static_cast<char>('a' + number % 26));
    const std::string name = kin + static_cast<char>('a' + number / 26)
                             + static_cast<char>('A' + static_cast<int>(m_what));
    return m_theme->taskColour(name, 1);
}

QRgb SliceColours::OfLane::operator()(std::uint32_t value)
{
    if (m_what == TrackClass::Syscall)
        value = SyscallValue{value}.call(); // the same whether it failed or not
    if (m_what == TrackClass::Probe) {
        const ProbeValue probe{value};
        // Paler, as if it faded out.
        if (probe.isUnfinished())
            return mixed((*this)(probe.number()), m_theme->background.rgb());
        value = probe.number();
    }
    const std::uint32_t number = m_what == TrackClass::Pair ? value & 0xffffU : value % kNames;
    Known &known = m_known[number % m_known.size()];
    if (known.colour == 0 || known.number != number)
        known = {number, work(number)};
    return known.colour;
}

} // namespace thresher::ui
