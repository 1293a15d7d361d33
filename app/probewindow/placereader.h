// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "app/probewindow/placelist.h"
#include "capture/probes/probedraft.h"
#include "model/base/progress.h"
#include "model/base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {
struct MachineReport;
}

namespace thresher::ui {

/// A line of source within a function, where a probe can be set as well.
struct PlaceLine
{
    std::string text; ///< "read_write.c:460"
    std::uint64_t address = 0; ///< In the program's own address space.
};

/// "probed.c:42": the file by its name or the end of its path.
struct SourcePlace
{
    std::string file;
    std::uint32_t line = 0;
};
/// nullopt: it is none.
[[nodiscard]] std::optional<SourcePlace> sourcePlaceOf(std::string_view text);

struct LineList
{
    PlaceList list; ///< Named "probed.c:44 in probed_add".
    std::string text; ///< "probed.c:44": the line that was found, which all names begin with.
};

/// All that is known of a place.
struct PlaceDescription
{
    PlaceRef place;
    capture::ProbeSubject subject;
    std::string name; ///< For the events: "openat".
    std::string source; ///< "fs/read_write.c:460", where it is declared; empty: not known.
    std::vector<PlaceLine> lines; ///< `place.line` is the address of one of these, or 0.
};

/// Reads what can be pointed at in this machine, and keeps what it has read. Blocks for up to a
/// second or so; from any thread, one after the other.
///
/// Types of a subject may be asked as long as nothing else is described: they are one program's
/// debugging information, which is for one thread.
class PlaceReader
{
public:
    using Machine = std::shared_ptr<const capture::MachineReport>; ///< nullptr: not known yet.

    PlaceReader();
    ~PlaceReader();
    PlaceReader(const PlaceReader &) = delete; // shared
    PlaceReader &operator=(const PlaceReader &) = delete;

    [[nodiscard]] Result<PlaceList> list(const PlaceFolder &folder, const Machine &machine,
                                         const std::stop_token &stop, Progress &progress);
    /// Functions that have code of a line of source, in a program's folder. Fails (InvalidArgument)
    /// with a sentence if there is none.
    [[nodiscard]] Result<LineList> listLine(const PlaceFolder &folder, const SourcePlace &source,
                                            const std::stop_token &stop, Progress &progress);
    [[nodiscard]] Result<PlaceDescription> describe(const PlaceRef &place, const Machine &machine,
                                                    const std::stop_token &stop,
                                                    Progress &progress);

private:
    struct Private;
    std::unique_ptr<Private> m;
};

} // namespace thresher::ui
