// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/cut/cut.h"
#include "model/cut/placeholder_p.h"
#include "model/io/eventcatalog.h"

#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace thresher {

/// Replaces names of tasks and texts, in records and in the file's metadata. Any thread.
class Anonymizer
{
public:
    Anonymizer(const IndexSnapshot &snapshot, Anonymise what);

    [[nodiscard]] bool isNeeded() const { return m_what.names || m_what.strings; }
    [[nodiscard]] bool replacesStrings() const { return m_what.strings; }

    /// "task-7" for the seventh name; names that every machine has (idle and kernel threads) stay.
    [[nodiscard]] std::string comm(std::string_view name) const;
    [[nodiscard]] std::string text(std::string_view text) const { return m_placeholder.of(text); }
    /// Of "Linux HOST 6.1.0 …" the second word.
    [[nodiscard]] std::string uname(std::string_view text) const;
    /// Paths and commands of option PROCMAPS.
    [[nodiscard]] std::string procMaps(std::string_view text) const;

    /// Replaces within one record after the other. One per thread.
    class Records
    {
    public:
        explicit Records(const Anonymizer &owner)
            : m_owner(owner)
        {}
        void replace(std::span<std::byte> payload);

    private:
        void replaceComm(std::span<std::byte> place);

        const Anonymizer &m_owner;
        /// Names that were met, so that no lock is taken for them.
        std::unordered_map<std::string, std::string> m_known;
        std::string m_key;
    };

private:
    enum class Way : std::uint8_t { Comm, CommOrText, Text, Bytes };
    struct Place
    {
        EventField field;
        Way way = Way::Text;
    };
    void compile(const EventFormat &event, std::vector<Place> &places) const;
    [[nodiscard]] bool isKnownComm(std::string_view name) const;

    Anonymise m_what;
    const EventCatalog &m_events;
    bool m_bigEndian;
    Placeholder m_placeholder;
    std::vector<std::vector<Place>> m_places; ///< By EventTypeId.
    std::uint32_t m_typeOffset = 0;
    std::vector<std::string> m_taskNames; ///< Those of the trace's tasks, sorted.
    mutable std::mutex m_mutex;
    mutable std::unordered_map<std::string, std::string> m_names;
    mutable std::size_t m_count = 0;
};

/// Whether any machine may have a task of this name, that tells nothing of who uses it.
[[nodiscard]] bool isKernelTask(std::string_view comm);

} // namespace thresher
