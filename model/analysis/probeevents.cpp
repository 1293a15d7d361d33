// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/probeevents.h"

#include <initializer_list>

namespace thresher {

namespace {

/// Without the first of the suffixes, else without the prefix; empty: it has neither.
std::string_view stemOf(std::string_view name, std::initializer_list<std::string_view> suffixes,
                        std::string_view prefix)
{
    for (const std::string_view suffix : suffixes) {
        if (name.size() > suffix.size() && name.ends_with(suffix))
            return name.substr(0, name.size() - suffix.size());
    }
    if (name.size() > prefix.size() && name.starts_with(prefix))
        return name.substr(prefix.size());
    return {};
}

} // namespace

bool isProbedEntry(const EventFormat &event)
{
    return event.field("__probe_ip") != nullptr;
}

bool isProbedReturn(const EventFormat &event)
{
    return event.field("__probe_func") != nullptr && event.field("__probe_ret_ip") != nullptr;
}

bool isProbePlaceField(std::string_view name)
{
    return name == "__probe_ip" || name == "__probe_func" || name == "__probe_ret_ip";
}

std::string_view probedEntryStem(std::string_view name)
{
    const std::string_view stem = stemOf(name, {"__entry", "_entry", "__enter", "_enter"}, "p_");
    return stem.empty() ? name : stem;
}

std::string_view probedReturnStem(std::string_view name)
{
    return stemOf(name, {"__return", "_return", "__exit", "_exit"}, "r_");
}

} // namespace thresher
