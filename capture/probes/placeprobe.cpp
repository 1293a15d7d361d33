// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probeset.h"
#include "capture/probes/probespec.h"
#include "capture/probes/thismachine_p.h"
#include "capture/symbols/processimages.h"
#include "capture/symbols/programsymbols.h"

#include <unistd.h>

#include <algorithm>

namespace thresher::capture {

Result<std::string> libcPath()
{
    THRESHER_TRY_ASSIGN(const auto images, readProcessImages(::getpid()));
    for (const ProcessImage &image : images)
        if (image.path.find("/libc.so") != std::string::npos
            || image.path.find("/ld-musl") != std::string::npos)
            return image.path;
    return fail(ErrorKind::Unsupported, "This program has no C library of its own to go by.");
}

Result<std::string> placeProbe(const std::string &line, const std::stop_token &stop)
{
    auto spec = parseProbe(line);
    if (!spec || !spec->isUnresolved())
        return line;
    Progress progress;
    THRESHER_TRY_ASSIGN(const auto symbols, ProgramSymbols::read(spec->path, {}, stop, progress));
    std::vector<ProgramFunction> found;
    for (const NameTable::Row row : symbols->named(spec->symbol))
        found.push_back(symbols->function(row));
    // Of several versions of a symbol the one that programs get, which is no question in a
    // program's own table.
    std::stable_partition(found.begin(), found.end(), [](const ProgramFunction &each) {
        return each.whyNot.empty() && each.isDefaultVersion;
    });
    if (found.empty())
        return fail(ErrorKind::InvalidArgument,
                    "There is no function " + spec->symbol + " in it: it may have no symbols.",
                    spec->path);
    if (!found.front().whyNot.empty())
        return fail(ErrorKind::InvalidArgument,
                    spec->symbol + ": " + std::string(found.front().whyNot), spec->path);
    if (spec->event.empty())
        spec->event = suggestedEventName(*spec);
    spec->offset = {found.front().offset + (spec->hasOffset ? spec->offset.value : 0),
                    ProbeNumber::Base::Hex, 0};
    spec->hasOffset = true;
    spec->symbol.clear();
    return printProbe(*spec);
}

} // namespace thresher::capture
