// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/liverecording.h"

#include "capture/recordedmetadata_p.h"
#include "capture/recordingfolder.h"
#include "model/format/outputfile.h"
#include "model/format/tracewriter.h"

#include <utility>

namespace thresher::capture {

bool hasPages(const std::filesystem::path &folder)
{
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error);
         !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        std::error_code ignored;
        if (entry->path().filename().string().starts_with(kPagesPrefix)
            && entry->file_size(ignored) > 0 && !ignored)
            return true;
    }
    return false;
}

Result<LiveRecording> readLiveRecording(const std::filesystem::path &folder)
{
    THRESHER_TRY_ASSIGN(const RecordingContents contents, peekRecording(folder));
    if (!contents.settings)
        return fail(ErrorKind::Damaged, "The recording does not say yet what is recorded.",
                    folder.string());
    const RecordedMetadata metadata(contents);
    const TraceHead head{.version = 7,
                         .bigEndian = metadata.bigEndian(),
                         .longSize = metadata.longSize(),
                         .pageSize = metadata.pageSize(),
                         .compression = Compression::None,
                         .cpuCount = metadata.cpuCount()};
    // Never given a name: it is read back, and gone.
    THRESHER_TRY_ASSIGN(OutputFile file, OutputFile::create(folder / "head", false, -1));
    TraceWriter writer(file, head, metadata.buffers());
    THRESHER_TRY(writer.begin(metadata.texts(), metadata.options(), {}));
    THRESHER_TRY(writer.finish());
    LiveRecording live;
    THRESHER_TRY_ASSIGN(live.head, file.read());
    for (const PagesFile &pages : contents.pages)
        live.pages.push_back(
            {metadata.buffers()[metadata.bufferOf(pages.instance)].name, pages.cpu, pages.path});
    return live;
}

} // namespace thresher::capture
