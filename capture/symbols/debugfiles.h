// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/symbols/elffile.h"
#include "model/base/mappedfile.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace thresher::capture {

/// An ELF file and the memory that it is in.
struct ElfImage
{
    std::shared_ptr<const MappedFile> file; ///< nullptr: `unpacked` holds it.
    std::vector<std::byte> unpacked;
    ElfFile elf;
    std::string path; ///< Empty: unpacked from another one.
};

/// Opens and parses. Fails as MappedFile and ElfFile do, with the path as `where`.
[[nodiscard]] Result<std::shared_ptr<const ElfImage>> openElf(const std::filesystem::path &path);

/// The separate file with the program's symbols and DWARF, if there is one: by its build id under
/// `root`/usr/lib/debug/.build-id, or by .gnu_debuglink beside the program, in .debug there, or
/// under `root`/usr/lib/debug. One of another build is not taken. O(its bytes) if only a checksum
/// tells.
/// @param root  "" or "/proc/PID/root": where the program's file system begins.
[[nodiscard]] std::shared_ptr<const ElfImage> findDebugFile(const ElfImage &program,
                                                            const std::string &root);
/// By a build id alone, in lower-case hexadecimal; nullptr: there is none.
[[nodiscard]] std::shared_ptr<const ElfImage> findByBuildId(const std::string &buildId,
                                                            const std::string &root);

/// What .gnu_debugdata holds: the symbols of functions that .dynsym has not, compressed by xz.
/// nullptr: there is none, or it is damaged, or would take more than 256 MB. O(its bytes).
[[nodiscard]] std::shared_ptr<const ElfImage> unpackDebugData(const ElfFile &program);

} // namespace thresher::capture
