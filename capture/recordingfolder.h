// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/mappedfile.h"
#include "model/base/result.h"
#include "model/base/types.h"
#include "model/format/tracedat.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

/// The folder that a recording grows in, OUT.dat.recording beside the trace that it becomes: one
/// file of pages for each (instance, CPU), and a journal of all that is known besides. Whatever
/// dies, what was written is there: the journal is only ever appended to, each entry with its own
/// checksum, and pages are whole but for the last one of a file.
///
/// Nothing is synced while it records: what was written outlives the programs, not a power failure
/// (the kernel writes back within half a minute). The journal is synced once, before the first
/// page.
namespace thresher::capture {

/// A buffer as it will stand in the trace.
struct RecordedInstance
{
    std::string name; ///< Empty: the top buffer. Of several without a name the first one is.
    std::string clock;
    std::uint32_t pageSize = 4096; ///< Bytes of a sub-buffer.
    friend bool operator==(const RecordedInstance &, const RecordedInstance &) = default;
};

/// What is decided before the first page.
struct RecordingSettings
{
    std::filesystem::path output; ///< The trace.dat.
    bool mayReplace = false; ///< A file of that name.
    int version = 7;
    Compression compression = Compression::None; ///< None or Zstd; version 6 has None only.
    std::uint32_t cpuCount = 0; ///< Possible CPUs of the machine; 0: not known.
    std::uint64_t traceId = 0;
    std::vector<RecordedInstance> instances; ///< By their index in the request.
    friend bool operator==(const RecordingSettings &, const RecordingSettings &) = default;
};

/// A blob's name (protocol.h), instance and CPU.
using BlobKey = std::tuple<std::string, std::uint16_t, CpuId>;

/// "/proc/PID/maps" in the form of the option PROCMAPS; kept as a blob by the client.
inline constexpr std::string_view kProcMapsBlob = "proc_maps";

/// What the names of a folder's files of pages begin with.
inline constexpr std::string_view kPagesPrefix = "pages.";

class RecordingFolder
{
public:
    /// Makes the folder for `output`. Fails if it is there already: a recording was left behind.
    [[nodiscard]] static Result<RecordingFolder> create(const std::filesystem::path &output);

    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }
    /// Appends to the journal. What was kept under the same key before is replaced for readers.
    [[nodiscard]] Result<void> keepBlob(std::string_view name, std::span<const std::byte> bytes,
                                        std::uint16_t instance = 0, CpuId cpu = 0);
    [[nodiscard]] Result<void> keepSettings(const RecordingSettings &settings);
    /// Has the journal written to the disk.
    [[nodiscard]] Result<void> sync();
    /// A new, empty file for pages, open for writing.
    [[nodiscard]] Result<UniqueFd> createPages(std::uint16_t instance, CpuId cpu);

private:
    RecordingFolder(std::filesystem::path path, UniqueFd journal);
    [[nodiscard]] tl::unexpected<Error> failed(int error, std::string_view doing) const;

    std::filesystem::path m_path;
    UniqueFd m_journal; ///< Locked while it is open.
};

/// A file of pages as it was found.
struct PagesFile
{
    std::uint16_t instance = 0;
    CpuId cpu = 0;
    std::filesystem::path path;
    std::uint64_t size = 0; ///< Bytes.
};

/// All that a folder holds.
struct RecordingContents
{
    std::filesystem::path folder;
    std::optional<RecordingSettings> settings;
    std::map<BlobKey, std::string> blobs; ///< The last of each key; lists of tasks joined.
    std::vector<PagesFile> pages; ///< Ordered by instance, then CPU.
    bool isJournalDamaged = false; ///< Its end, or an entry, is not whole.
    UniqueFd lock; ///< While it is open nobody else reads the folder.

    /// Empty if there is none.
    [[nodiscard]] std::string_view blob(std::string_view name, std::uint16_t instance = 0,
                                        CpuId cpu = 0) const;
};

/// Reads the journal and lists the pages. Fails if the folder is none of a recording, or if it is
/// being recorded into. O(journal).
[[nodiscard]] Result<RecordingContents> readRecording(const std::filesystem::path &folder);

/// The same of a folder that may be being recorded into, as far as it is written; not locked. An
/// entry of the journal that is only written in part is left out.
[[nodiscard]] Result<RecordingContents> peekRecording(const std::filesystem::path &folder);

/// "OUT.dat" → "OUT.dat.recording".
[[nodiscard]] std::filesystem::path recordingFolderOf(const std::filesystem::path &output);

/// Removes the files that belong to a recording, and the folder if nothing else is in it.
void removeRecording(const RecordingContents &contents);

} // namespace thresher::capture
