// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/probewords.h"

#include "app/cli/filtererrortext_p.h"
#include "capture/probes/callprobe.h"
#include "capture/probes/probespec.h"

#include <algorithm>
#include <sstream>

namespace thresher {

using namespace capture;

namespace {

tl::unexpected<Error> usage(std::string what)
{
    return fail(ErrorKind::InvalidArgument, std::move(what));
}

Result<std::vector<ProbeRequest>> readSet(const std::string &word, bool isHere)
{
    THRESHER_TRY_ASSIGN(const ProbeSet set, findProbeSet(word));
    std::map<std::string, std::string> values;
    std::istringstream words(word);
    std::string each;
    words >> each; // its name
    while (words >> each) {
        const auto equals = each.find('=');
        if (equals == std::string::npos)
            return usage("'" + each + "' is no parameter of a set of probes (NAME=VALUE)");
        values[each.substr(0, equals)] = each.substr(equals + 1);
    }
    const ProbeAlternative *const alternative = chooseAlternative(set, isHere ? thisMachine()
                                                                              : ProbeTarget{});
    if (alternative == nullptr) {
        std::string needs;
        for (const ProbeAlternative &other : set.alternatives)
            for (const std::string &feature : other.needs)
                needs += (needs.empty() ? "" : ", ") + feature;
        return fail(ErrorKind::Unsupported, "This kernel cannot make the probes of the set "
                                                + set.name + ", which need one of: " + needs
                                                + ". thresher doctor tells why.");
    }
    return fillIn(set, *alternative, values);
}

Result<std::vector<ProbeRequest>> readCall(const std::string &word, bool isHere,
                                           const std::stop_token &stop)
{
    THRESHER_TRY_ASSIGN(const ProbeCall call, parseProbeCall(word));
    if (!isHere)
        return usage("the functions of another machine are not known here: write its line");
    auto specs = probesOfCall(call, stop);
    if (!specs)
        return specs.error().kind == ErrorKind::InvalidArgument ? usage(specs.error().text())
                                                                : tl::unexpected(specs.error());
    std::vector<ProbeRequest> probes;
    for (const ProbeSpec &spec : *specs)
        probes.emplace_back().line = printProbe(spec);
    return probes;
}

} // namespace

bool isProbeSetWord(const std::string &word)
{
    if (isProbeCall(word))
        return false;
    const std::string first = word.substr(0, word.find_first_of(" \t"));
    // A line's first word is one letter, digits, and a name behind a colon.
    const auto end = std::find_if_not(first.begin() + (first.empty() ? 0 : 1), first.end(),
                                      [](char c) { return c >= '0' && c <= '9'; });
    return !first.empty() && end != first.end() && *end != ':' && first.front() != '-';
}

Result<ProbeSet> findProbeSet(const std::string &word)
{
    const std::string name = word.substr(0, word.find_first_of(" \t"));
    if (name.ends_with(".json") || name.find('/') != std::string::npos)
        return readProbeSet(name);
    auto sets = findProbeSets();
    if (const auto found = sets.find(name); found != sets.end())
        return found->second;
    return usage("there is no set of probes '" + name
                 + "' (thresher probe list), and a line begins as in 'p:name function'");
}

Result<std::vector<ProbeRequest>> readProbeWord(const std::string &word, bool isHere,
                                                const std::stop_token &stop)
{
    std::vector<ProbeRequest> probes;
    if (isProbeCall(word)) {
        THRESHER_TRY_ASSIGN(probes, readCall(word, isHere, stop));
    } else if (isProbeSetWord(word)) {
        THRESHER_TRY_ASSIGN(probes, readSet(word, isHere));
    } else {
        probes.emplace_back().line = word;
    }
    for (ProbeRequest &probe : probes) {
        const auto spec = parseProbe(probe.line);
        if (!spec) {
            std::string what = spec.error().text;
            if (!spec.error().help.empty())
                what += " " + spec.error().help;
            return usage(what + "\n"
                         + markedText(probe.line, {spec.error().at.begin, spec.error().at.end}));
        }
        if (spec->isUnresolved() && !isHere)
            return usage("of a program on another machine the place must be an offset in its "
                         "file, not the symbol "
                         + spec->symbol);
        if (isHere) {
            THRESHER_TRY_ASSIGN(probe.line, placeProbe(probe.line, stop));
        }
    }
    return probes;
}

} // namespace thresher
