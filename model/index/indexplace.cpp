// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/indexplace_p.h"
#include "model/index/keptindex_p.h"

#include <sys/statvfs.h>

namespace thresher {

namespace fs = std::filesystem;

std::uint64_t freeBytes(const fs::path &directory)
{
    struct statvfs status = {};
    return ::statvfs(directory.c_str(), &status) == 0
               ? std::uint64_t{status.f_bavail} * status.f_frsize
               : 0;
}

std::string megabytes(std::uint64_t bytes)
{
    return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

namespace {

fs::path temporaryDirectory(const IndexOptions &options)
{
    if (!options.temporaryDirectory.empty())
        return options.temporaryDirectory;
    std::error_code error;
    const fs::path path = fs::temp_directory_path(error);
    return error ? fs::path("/tmp") : path;
}

} // namespace

IndexPlace chooseIndexPlace(const IndexOptions &options, const std::string &name,
                            std::uint64_t expected)
{
    IndexPlace place;
    place.directory = temporaryDirectory(options);
    if (options.cacheDirectory.empty() || name.empty())
        return place;
    const auto note = [&place](std::string what) {
        Diagnostic diagnostic;
        diagnostic.what = std::move(what);
        diagnostic.section = "index";
        place.notes.push_back(std::move(diagnostic));
    };
    auto building = IndexCache(options.cacheDirectory).begin(name);
    if (!building) {
        note("The index is not kept for the next time, and is in a temporary file for now. "
             + building.error().text());
        return place;
    }
    const std::uint64_t available = freeBytes(building->path());
    if (available < expected && freeBytes(place.directory) > available) {
        note("The index is not kept for the next time, and is in a temporary file for now: "
             + options.cacheDirectory.string() + " has " + megabytes(available)
             + " free, and it may need " + megabytes(expected) + ".");
        return place;
    }
    place.directory = building->path();
    place.building.emplace(*std::move(building));
    return place;
}

void keepIndex(IndexPlace &place, const IndexBuilder &builder, const ColumnStore &store,
               const IndexSnapshot &snapshot, const FileIdentity &identity,
               const IndexOptions &options, IndexStatistics &statistics)
{
    // A file that changes while it is read is not the one that the index would be found for.
    if (identify(*snapshot.trace) != identity)
        return;
    const Manifest manifest = makeManifest(builder, store, snapshot, identity, place.directory);
    if (!writeManifest(manifest, place.directory))
        return;
    const std::string name = indexName(identity);
    if (auto kept = place.building->keep(name))
        statistics.directory = *kept;
    IndexCache(options.cacheDirectory).trim(options.cacheLimitBytes, name);
}

} // namespace thresher
