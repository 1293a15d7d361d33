// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/report/report.h"

#include "app/cli/tracetext.h"
#include "app/report/ziparchive.h"
#include "model/cut/cut.h"
#include "model/index/traceindex.h"

#include <sys/stat.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>

namespace thresher::ui {

namespace {

namespace fs = std::filesystem;

Result<void> writeText(const fs::path &path, const std::string &bytes)
{
    errno = 0;
    std::ofstream file(path, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file)
        return failErrno(errno != 0 ? errno : EIO, "writing the report", path.string());
    return {};
}

struct CloseFile
{
    void operator()(std::FILE *file) const { std::fclose(file); }
};

/// events.txt. @returns how many are in it.
Result<std::uint64_t> writeEvents(const ReportRequest &request, const fs::path &path,
                                  const std::stop_token &stop)
{
    const RowOrder rows(request.snapshot, request.selection);
    const Row first = rows.lowerBound(request.range.begin);
    const Row end = std::max(first, rows.lowerBound(request.range.end));
    const Row last = first + std::min<Row>(end - first, request.eventLimit);
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "wbe"));
    if (!file)
        return failErrno(errno, "writing the events", path.string());
    THRESHER_TRY(writeEventLines(rows, first, last, file.get(), stop));
    if (last < end)
        std::fprintf(file.get(),
                     "\n# Here the list stops: %llu more events of the range are not in it.\n",
                     static_cast<unsigned long long>(end - last));
    if (std::fflush(file.get()) != 0)
        return failErrno(errno, "writing the events", path.string());
    return last - first;
}

constexpr const char *kTraceName = "trace.dat";

Result<void> cut(const ReportRequest &request, const fs::path &path, const std::stop_token &stop,
                 Progress &progress)
{
    CutRequest part;
    part.range = request.range;
    part.path = path;
    return cutTrace(request.snapshot, part, stop, progress).map([](const CutSummary &) {});
}

std::string eventsAbout(std::uint64_t listed, std::uint64_t all)
{
    std::string text = "The events of the range, a line each, as trace-cmd report prints them.";
    if (listed < all)
        text += " Only the first " + std::to_string(listed) + " of " + std::to_string(all) + ".";
    return text;
}

bool isCompressed(const std::string &name)
{
    return name.ends_with(".png") || name.ends_with(".dat");
}

/// The name of the folder in the archive: that of the archive.
std::string folderName(const fs::path &path)
{
    const std::string name = path.stem().string();
    return name.empty() ? "report" : name;
}

Result<std::uint64_t> pack(const ReportRequest &request, const std::vector<ReportFile> &files,
                           const fs::path &from, const std::stop_token &stop, Progress &progress)
{
    std::uint64_t bytes = 0;
    std::error_code error;
    if (request.isFolder) {
        for (const ReportFile &file : files)
            bytes += fs::file_size(from / file.name, error);
        fs::permissions(from,
                        fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec
                            | fs::perms::others_read | fs::perms::others_exec,
                        error);
        fs::rename(from, request.path, error);
        if (error)
            return failErrno(error.value(), "making the folder", request.path.string());
        return bytes;
    }
    std::vector<ZipMember> members;
    for (const ReportFile &file : files)
        members.push_back({folderName(request.path) + "/" + file.name, from / file.name,
                           isCompressed(file.name)});
    THRESHER_TRY(writeZip(request.path, members, stop, progress));
    return fs::file_size(request.path, error);
}

} // namespace

Result<AnonymousPart> anonymousPart(const std::shared_ptr<const IndexSnapshot> &snapshot,
                                    const std::shared_ptr<const Selection> &selection,
                                    TimeRange range, const fs::path &target,
                                    const std::stop_token &stop, Progress &progress)
{
    AnonymousPart part;
    THRESHER_TRY_ASSIGN(part.workshop, Workshop::beside(target));
    CutRequest request;
    request.range = range;
    request.selection = selection;
    request.anonymise = {true, true};
    request.path = part.workshop->path() / kTraceName;
    THRESHER_TRY(cutTrace(snapshot, request, stop, progress));
    THRESHER_TRY_ASSIGN(auto trace, TraceFile::open(request.path));
    Progress indexing;
    THRESHER_TRY_ASSIGN(const BuiltIndex built,
                        openIndex(std::move(trace), {}, stop, indexing, {}));
    part.snapshot = built.snapshot;
    return part;
}

Result<void> checkReportPath(const QString &path, bool mayReplace)
{
    const std::string name = QFile::encodeName(path).toStdString();
    const auto refuse = [&name](const QString &why) {
        return fail(ErrorKind::InvalidArgument,
                    "The report cannot be written: " + why.toStdString(), name);
    };
    struct stat status = {};
    const QString folder = QFileInfo(path).absolutePath();
    if (!QFileInfo(folder).isDir())
        return refuse(
            QStringLiteral("there is no folder %1.").arg(QDir::toNativeSeparators(folder)));
    if (::stat(name.c_str(), &status) != 0)
        return {};
    if (S_ISDIR(status.st_mode))
        return refuse(QStringLiteral("there is a folder of that name. Choose another name."));
    if (!S_ISREG(status.st_mode))
        return refuse(QStringLiteral("this is a device or pipe. Give the name of a file."));
    if (!mayReplace)
        return refuse(QStringLiteral("there is a file of that name. Choose another name, or give "
                                     "--force to replace it."));
    return {};
}

Result<ReportSummary> writeReport(const ReportRequest &request, const std::stop_token &stop,
                                  Progress &progress)
{
    ReportSummary summary;
    std::shared_ptr<Workshop> workshop = request.workshop;
    if (!workshop) {
        THRESHER_TRY_ASSIGN(workshop, Workshop::beside(request.path));
    }
    const fs::path &folder = workshop->path();
    Progress counting;
    THRESHER_TRY_ASSIGN(
        const RangeCounts counts,
        countRange(*request.snapshot, request.selection.get(), request.range, stop, counting));
    summary.events = counts.events;
    std::vector<ReportFile> files = request.files;
    for (const ReportFile &file : files)
        THRESHER_TRY(writeText(folder / file.name, file.bytes));
    if (request.hasEvents) {
        THRESHER_TRY_ASSIGN(summary.listed, writeEvents(request, folder / "events.txt", stop));
        files.push_back({"events.txt", {}, eventsAbout(summary.listed, counts.events)});
    }
    if (request.hasTrace) {
        if (!request.workshop) // else it lies there
            THRESHER_TRY(cut(request, folder / kTraceName, stop, progress));
        files.push_back({kTraceName,
                         {},
                         std::string("The recording of the range")
                             + (request.workshop ? "" : ", all events of it")
                             + ": `thresher trace.dat`, `kernelshark trace.dat`, "
                               "`trace-cmd report trace.dat`."});
    } else if (request.workshop) {
        std::error_code ignored;
        fs::remove(folder / kTraceName, ignored);
    }
    THRESHER_TRY(writeText(folder / "summary.md", summaryText(request, counts, files)));
    files.insert(files.begin(), {"summary.md", {}, {}});
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "The report was cancelled.");
    Progress packing;
    THRESHER_TRY_ASSIGN(summary.bytes,
                        pack(request, files, folder, stop, request.hasTrace ? packing : progress));
    return summary;
}

} // namespace thresher::ui
