// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/traceindex.h"

#include "model/index/indexplace_p.h"
#include "model/index/keptindex_p.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <thread>

namespace thresher {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

/// Files that columns are spread over: more than there are writers at a time, few enough to keep
/// open.
constexpr std::uint32_t kFileGroups = 16;
/// Samples of the survey: a few for each stream, and not so many in all that it takes long.
constexpr std::size_t kSurveySamples = 256;
constexpr std::size_t kSurveySamplesInflated = 128;

unsigned threadsOf(const IndexOptions &options)
{
    return options.threads != 0 ? options.threads
                                : std::max(std::thread::hardware_concurrency(), 1U);
}

// What the index of a trace most likely takes at most: for a warning before, not for a limit.
std::uint64_t expectedBytes(const TraceFile &trace)
{
    std::uint64_t bytes = 0;
    for (const StreamInfo &stream : trace.streams())
        bytes += stream.compression == Compression::None ? stream.fileBytes / 4
                                                         : stream.fileBytes * 2;
    return bytes;
}

// Says what can be done, where something can.
Error explained(Error error, const IndexPlace &place, const IndexOptions &options,
                const TraceFile &trace)
{
    if (error.kind != ErrorKind::NoSpace && error.kind != ErrorKind::Io)
        return error;
    const fs::path where = place.building ? options.cacheDirectory : place.directory;
    error.what += (error.what.ends_with('.') ? " It" : ". It");
    error.what += " needs up to " + megabytes(expectedBytes(trace)) + " in " + where.string()
                  + ", where " + megabytes(freeBytes(where)) + " are free. Make room there, or set "
                  + (place.building ? "XDG_CACHE_HOME" : "TMPDIR") + " to a folder that has it.";
    error.where = trace.path().string();
    return error;
}

std::vector<StreamSurvey> survey(const TraceFile &trace, const std::stop_token &stop)
{
    const std::size_t streams = std::max<std::size_t>(trace.streams().size(), 1);
    bool isCompressed = false;
    for (const StreamInfo &stream : trace.streams())
        isCompressed |= stream.compression != Compression::None;
    const std::size_t each = std::clamp<std::size_t>(
        (isCompressed ? kSurveySamplesInflated : kSurveySamples) / streams, 2, 64);
    return surveyStreams(trace, static_cast<std::uint32_t>(each), stop);
}

Result<BuiltIndex> build(const std::shared_ptr<const TraceFile> &trace, const IndexOptions &options,
                         const std::stop_token &stop, Progress &progress,
                         const std::optional<FileIdentity> &identity,
                         const IndexBuilder::OnSnapshot &onSnapshot)
{
    IndexPlace place = chooseIndexPlace(options, identity ? indexName(*identity) : std::string(),
                                        expectedBytes(*trace));
    const auto store = std::make_shared<ColumnStore>(
        place.directory, place.building.has_value(),
        std::min(kFileGroups, static_cast<std::uint32_t>(trace->streams().size())),
        expectedBytes(*trace));
    IndexBuilder builder(trace, store, survey(*trace, stop), place.notes, onSnapshot, progress, {});
    auto complete = builder.run(threadsOf(options), stop);
    store->closeFiles();
    if (!complete)
        return tl::unexpected<Error>(explained(complete.error(), place, options, *trace));
    BuiltIndex built;
    built.snapshot = *complete;
    built.statistics.columns = columnSizes(builder, trace->streams().size());
    if (place.building && identity) {
        keepIndex(place, builder, *store, *built.snapshot, *identity, options, built.statistics);
    }
    return built;
}

} // namespace

fs::path defaultCacheDirectory()
{
    // By the XDG specification a relative path is to be ignored.
    const char *const cache = std::getenv("XDG_CACHE_HOME"); // NOLINT(concurrency-mt-unsafe)
    if (cache != nullptr && fs::path(cache).is_absolute())
        return fs::path(cache) / "thresher";
    const char *const home = std::getenv("HOME"); // NOLINT(concurrency-mt-unsafe)
    if (home != nullptr && fs::path(home).is_absolute())
        return fs::path(home) / ".cache" / "thresher";
    return {};
}

Result<BuiltIndex>
openIndex(const std::shared_ptr<const TraceFile> &trace, const IndexOptions &options,
          const std::stop_token &stop, Progress &progress,
          const std::function<void(std::shared_ptr<const IndexSnapshot>)> &onSnapshot)
{
    const auto begin = Clock::now();
    std::optional<FileIdentity> identity;
    if (!options.cacheDirectory.empty())
        identity = identify(*trace);
    std::optional<BuiltIndex> reopened;
    if (identity && !options.ignoreCached)
        reopened = reopenIndex(options.cacheDirectory / indexName(*identity), trace, *identity,
                               options.verifyCached ? std::optional(threadsOf(options))
                                                    : std::nullopt);
    auto result = reopened ? Result<BuiltIndex>(*std::move(reopened))
                           : build(trace, options, stop, progress, identity, onSnapshot);
    if (result) {
        result->statistics.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        // However much there was, and could be read: it is done.
        if (result->statistics.wasReopened)
            progress.setTotal(1);
        progress.advance(std::numeric_limits<std::uint64_t>::max() / 2);
    }
    return result;
}

} // namespace thresher
