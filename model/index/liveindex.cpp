// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/liveindex.h"

#include "model/index/indexbuilder_p.h"
#include "model/index/indexplace_p.h"
#include "model/index/keptindex_p.h"

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace thresher {

namespace {

constexpr std::uint32_t kFileGroups = 16;
/// Address space for the columns' files: they are mapped before it is known how large they become.
constexpr std::uint64_t kExpectedBytes = std::uint64_t{64} << 30U;

// What it is called until its file is known: like an index, so that it is cleaned up as one.
std::string provisionalName()
{
    std::random_device random;
    std::string name;
    while (name.size() < 32)
        name += "0123456789abcdef"[random() & 15U];
    return name;
}

} // namespace

struct LiveIndex::Private
{
    Private(std::shared_ptr<const GrowingTrace> growing, IndexOptions wanted, Tuning tuned)
        : trace(std::move(growing))
        , options(std::move(wanted))
        , tuning(tuned)
        , place(chooseIndexPlace(
              options, options.cacheDirectory.empty() ? std::string() : provisionalName(), 0))
        , store(std::make_shared<ColumnStore>(
              place.directory, place.building.has_value(),
              std::min(kFileGroups, static_cast<std::uint32_t>(
                                        std::max<std::size_t>(trace->streams().size(), 1))),
              kExpectedBytes))
        , builder(trace, store, {}, place.notes, {}, progress,
                  {tuning.sliceBytes, std::chrono::milliseconds(0)})
        , pages(trace->streams().size())
        , isGivenUp(trace->streams().size())
    {}

    struct Seen
    {
        Clock::time_point when;
        TimeNs newest = kTimeMin; ///< Time of the newest event that was here then.
    };

    [[nodiscard]] bool look();
    [[nodiscard]] Result<void> readNew(const std::stop_token &stop);
    void settle(Clock::time_point now);

    std::shared_ptr<const GrowingTrace> trace;
    IndexOptions options;
    Tuning tuning;
    IndexPlace place;
    std::shared_ptr<ColumnStore> store;
    Progress progress; // nobody watches: there is no end
    IndexBuilder builder;
    std::vector<std::uint64_t> pages; ///< By stream, as of the last look.
    std::vector<bool> isGivenUp;
    std::deque<Seen> seen; ///< Ascending; those that count no longer are removed.
    TimeNs floor = kTimeMin;
    bool isFirst = true;
    std::optional<Error> failure;
};

LiveIndex::LiveIndex(std::shared_ptr<const GrowingTrace> trace, IndexOptions options, Tuning tuning)
    : d(std::make_unique<Private>(std::move(trace), std::move(options), tuning))
{}

LiveIndex::~LiveIndex() = default;

const std::shared_ptr<const GrowingTrace> &LiveIndex::trace() const
{
    return d->trace;
}

/// @returns whether something has arrived.
bool LiveIndex::Private::look()
{
    bool hasGrown = false;
    for (std::size_t i = 0; i < pages.size(); ++i) {
        if (isGivenUp[i])
            continue;
        const auto stream = static_cast<StreamIndex>(i);
        const auto now = trace->pagesOf(stream);
        if (now < pages[i]) {
            isGivenUp[i] = true;
            builder.note(stream, "The recording's file of this CPU became shorter while it was "
                                 "read: what it held is missing, and nothing more is shown of it.");
            hasGrown = true; // there is something to tell
            continue;
        }
        hasGrown = hasGrown || now > pages[i];
        pages[i] = now;
    }
    return hasGrown;
}

Result<void> LiveIndex::Private::readNew(const std::stop_token &stop)
{
    // In turns, as streams of a file are: none is far ahead of the others for long.
    for (bool hasMore = true; hasMore;) {
        hasMore = false;
        for (std::size_t i = 0; i < pages.size(); ++i) {
            THRESHER_TRY_ASSIGN(const bool more,
                                builder.grow(static_cast<StreamIndex>(i), pages[i], stop));
            hasMore = hasMore || more;
        }
    }
    return {};
}

void LiveIndex::Private::settle(Clock::time_point now)
{
    const TimeNs newest = builder.newestTime();
    if (newest == kTimeMin)
        return;
    if (seen.empty() || newest > seen.back().newest)
        seen.push_back({now, newest});
    while (!seen.empty() && now - seen.front().when >= tuning.settling) {
        floor = std::max(floor, seen.front().newest);
        seen.pop_front();
    }
    builder.settle(floor);
}

Result<std::shared_ptr<const IndexSnapshot>> LiveIndex::advance(const std::stop_token &stop,
                                                                Clock::time_point now)
{
    if (d->failure)
        return tl::unexpected<Error>(*d->failure);
    const bool hasGrown = d->look();
    const TimeNs before = d->builder.frontier();
    if (auto read = d->readNew(stop); !read) {
        d->failure = std::move(read).error();
        return tl::unexpected<Error>(*d->failure);
    }
    d->settle(now);
    if (!hasGrown && !d->isFirst && d->builder.frontier() == before)
        return nullptr;
    d->isFirst = false;
    return d->builder.growingSnapshot();
}

Result<std::optional<BuiltIndex>> LiveIndex::finish(const std::shared_ptr<const TraceFile> &trace,
                                                    const std::stop_token &stop)
{
    const auto begin = Clock::now();
    if (d->failure
        || std::find(d->isGivenUp.begin(), d->isGivenUp.end(), true) != d->isGivenUp.end())
        return std::nullopt;
    THRESHER_TRY_ASSIGN(const auto complete, d->builder.become(trace, stop));
    if (!complete)
        return std::nullopt;
    d->store->closeFiles();
    BuiltIndex built;
    built.snapshot = complete;
    built.statistics.columns = columnSizes(d->builder, trace->streams().size());
    const auto identity = identify(*trace);
    if (d->place.building && identity)
        keepIndex(d->place, d->builder, *d->store, *complete, *identity, d->options,
                  built.statistics);
    built.statistics.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return built;
}

} // namespace thresher
