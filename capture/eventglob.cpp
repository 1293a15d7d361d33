// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/eventglob.h"

#include <fnmatch.h>

namespace thresher::capture {

namespace {

bool matches(const std::string &glob, const std::string &name)
{
    return ::fnmatch(glob.c_str(), name.c_str(), 0) == 0;
}

} // namespace

bool matchesEvent(const std::string &glob, const std::string &system, const std::string &event)
{
    const auto colon = glob.find(':');
    if (colon == std::string::npos)
        return matches(glob, event) || matches(glob, system);
    return matches(glob.substr(0, colon), system) && matches(glob.substr(colon + 1), event);
}

} // namespace thresher::capture
