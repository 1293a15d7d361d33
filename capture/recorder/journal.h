// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recorder/tracefs.h"

#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// What must be put back, on disk before it is touched: a recorder that is killed leaves its
/// journal, and the next one undoes it. One text file a recorder, in a folder that is root's alone;
/// the living one holds a lock on it. A reboot empties the folder (/run) as it resets tracing.
class Journal
{
public:
    /// Where recorders keep their journals.
    static constexpr const char *kFolder = "/run/thresher";

    /// A new journal. Makes the folder if it is not there; fails if that is not this user's alone.
    [[nodiscard]] static Result<Journal> create(const std::string &folder);
    /// The journals of recorders that died, locked by these objects.
    [[nodiscard]] static std::vector<Journal> leftovers(const std::string &folder);

    Journal(Journal &&) noexcept = default;
    Journal &operator=(Journal &&) noexcept = delete;
    /// Removes the file if all of it was undone.
    ~Journal();

    [[nodiscard]] const std::string &id() const { return m_id; }
    [[nodiscard]] bool isEmpty() const { return m_entries.empty(); }

    /// To be called before the instance is made.
    [[nodiscard]] Result<void> noteInstance(const std::string &name);
    /// To be called before the dynamic event "GROUP/EVENT" is made.
    [[nodiscard]] Result<void> noteProbe(const std::string &name);
    /// Takes back what was noted last: it was not done, or is undone.
    [[nodiscard]] Result<void> forgetLast();
    /// To be called before `path` is written: `value` is what puts it back. A path that was noted
    /// already keeps its first value. An Append of "!…" takes a line of a list back.
    [[nodiscard]] Result<void> noteSetting(const std::string &path, const std::string &value,
                                           Tracefs::Write how = Tracefs::Write::Truncate);

    /// Puts all back, the last first. What fails is told, and stays in the journal.
    [[nodiscard]] std::vector<Error> undo(Tracefs &tracefs);

    /// A sentence for each thing that is to be put back.
    [[nodiscard]] std::vector<std::string> sentences() const;

private:
    enum class Kind : std::uint8_t { Instance, Setting, Line, Probe };
    struct Entry
    {
        Kind kind;
        std::string path; ///< Or an instance's or a probe's name.
        std::string value;
    };

    Journal(std::string id, std::string file, UniqueFd fd);
    [[nodiscard]] static Result<void> undo(Tracefs &tracefs, const Entry &entry);
    [[nodiscard]] static std::string lineOf(const Entry &entry);
    [[nodiscard]] Result<void> note(Entry entry);
    void parse(std::string_view text);

    std::string m_id;
    std::string m_file;
    UniqueFd m_fd;
    std::vector<Entry> m_entries;
};

} // namespace thresher::capture
