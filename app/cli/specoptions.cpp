// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/specoptions.h"

#include "app/cli/filtererrortext_p.h"

namespace thresher {

namespace {

tl::unexpected<Error> wrong(const std::string &option, const std::string &text,
                            const FilterError &error)
{
    std::string marked = markedText(text, error.range);
    if (marked.ends_with('\n'))
        marked.pop_back();
    return fail(ErrorKind::InvalidArgument, "--" + option + ": " + error.text() + "\n" + marked);
}

} // namespace

Result<AnalysisOptions> specsOf(const Options &options)
{
    AnalysisOptions specs;
    for (const std::string &text : options.values("pair")) {
        auto pair = parsePair(text);
        if (!pair)
            return wrong("pair", text, pair.error());
        specs.pairs.push_back(*std::move(pair));
    }
    for (const std::string &text : options.values("counter")) {
        auto counter = parseCounter(text);
        if (!counter)
            return wrong("counter", text, counter.error());
        specs.counters.push_back(*std::move(counter));
    }
    return specs;
}

Result<void> checkSpecs(const Analysis &analysis)
{
    // Errors point into the text that was read, which may differ from this one by its blanks.
    for (const PairSummary &pair : analysis.pairs) {
        if (!pair.isBuiltIn && pair.error)
            return fail(ErrorKind::InvalidArgument,
                        "--pair: in '" + pair.spec.text() + "': " + pair.error->text());
    }
    for (const CounterSummary &counter : analysis.counters) {
        if (!counter.isBuiltIn && counter.error)
            return fail(ErrorKind::InvalidArgument,
                        "--counter: in '" + counter.spec.text() + "': " + counter.error->text());
    }
    return {};
}

} // namespace thresher
