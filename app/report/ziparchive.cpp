// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/report/ziparchive.h"

#include <zip.h>

#include <cerrno>
#include <memory>

namespace thresher::ui {

namespace {

constexpr int kProgressSteps = 1000;

tl::unexpected<Error> failZip(const zip_error_t *error, const std::filesystem::path &path)
{
    // What the operating system said is worth more than libzip's words around it.
    if (zip_error_system_type(error) == ZIP_ET_SYS)
        return failErrno(zip_error_code_system(error), "writing the archive", path.string());
    zip_error_t copy;
    zip_error_init_with_code(&copy, zip_error_code_zip(error));
    const std::string what = zip_error_strerror(&copy);
    zip_error_fini(&copy);
    return fail(ErrorKind::Io, "The archive cannot be written: " + what + ".", path.string());
}

/// What libzip's callbacks are given.
struct Watch
{
    const std::stop_token &stop;
    Progress &progress;
    int told = 0;
};

void tellProgress(zip_t * /*archive*/, double fraction, void *data)
{
    auto *watch = static_cast<Watch *>(data);
    const int now = static_cast<int>(fraction * kProgressSteps);
    if (now > watch->told) {
        watch->progress.advance(static_cast<std::uint64_t>(now - watch->told));
        watch->told = now;
    }
}

int isCancelled(zip_t * /*archive*/, void *data)
{
    return static_cast<const Watch *>(data)->stop.stop_requested() ? 1 : 0;
}

struct Discard
{
    void operator()(zip_t *archive) const { zip_discard(archive); }
};

} // namespace

Result<void> writeZip(const std::filesystem::path &path, const std::vector<ZipMember> &members,
                      const std::stop_token &stop, Progress &progress)
{
    int code = 0;
    std::unique_ptr<zip_t, Discard> owner(zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
    if (!owner) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        auto failed = failZip(&error, path);
        zip_error_fini(&error);
        return failed;
    }
    zip_t *const archive = owner.get();
    for (const ZipMember &member : members) {
        zip_source_t *const source = zip_source_file(archive, member.file.c_str(), 0, -1);
        if (source == nullptr)
            return failZip(zip_get_error(archive), path);
        const zip_int64_t index = zip_file_add(archive, member.name.c_str(), source,
                                               ZIP_FL_ENC_UTF_8);
        if (index < 0) {
            zip_source_free(source);
            return failZip(zip_get_error(archive), path);
        }
        const int how = member.isCompressed ? ZIP_CM_STORE : ZIP_CM_DEFLATE;
        if (zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), how, 0) != 0)
            return failZip(zip_get_error(archive), path);
    }
    Watch watch{stop, progress};
    progress.setTotal(kProgressSteps);
    zip_register_progress_callback_with_state(archive, 0.002, tellProgress, nullptr, &watch);
    zip_register_cancel_callback_with_state(archive, isCancelled, nullptr, &watch);
    if (zip_close(archive) != 0) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Writing the archive was cancelled.");
        return failZip(zip_get_error(archive), path);
    }
    static_cast<void>(owner.release()); // closed, which has freed it
    return {};
}

} // namespace thresher::ui
