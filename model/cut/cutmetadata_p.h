// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/cut/anonymizer_p.h"
#include "model/cut/bytewriter_p.h"
#include "model/cut/cutplan_p.h"
#include "model/io/rawmetadata.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace thresher {

/// Ids of sections and options that are made anew; see TraceDatLoader.
inline constexpr std::uint16_t kBufferOption = 3;
inline constexpr std::uint16_t kClockOption = 4;
inline constexpr std::uint16_t kUnameOption = 5;
inline constexpr std::uint16_t kCpuCountOption = 8;
inline constexpr std::uint16_t kProcMapsOption = 10;
inline constexpr std::uint16_t kGuestOption = 13;
inline constexpr std::uint16_t kLastBootOption = 24;

/// The part's metadata, as bodies of sections and options. Immutable once made.
class CutMetadata
{
public:
    CutMetadata(const IndexSnapshot &snapshot, const CutRequest &request, const CutPlan &plan,
                const Anonymizer &anonymizer, RawMetadata raw);

    /// Bodies of the sections 16 to 21 of version 7, which are steps 1 to 6 of version 6.
    [[nodiscard]] std::vector<std::byte> section(std::uint16_t id) const;
    /// All that both versions have, ended by nothing.
    [[nodiscard]] const std::vector<RawOption> &options() const { return m_raw.options; }
    /// Further sections, of version 7.
    [[nodiscard]] const std::vector<RawSection> &sections() const { return m_raw.sections; }
    [[nodiscard]] std::uint32_t cpuCount() const { return m_cpuCount; }
    [[nodiscard]] std::uint8_t longSize() const { return m_longSize; } ///< Of the file's head.
    [[nodiscard]] std::vector<std::string> notes() const;

private:
    void chooseFormats(const EventCatalog &events, const CutPlan &plan, bool keepsAll);
    void nameTasks(const IndexSnapshot &snapshot, const CutRequest &request,
                   const Anonymizer &anonymizer);
    void makeOptions(const TraceMetadata &metadata, int version, const Anonymizer &anonymizer);
    void writeHeaderInfo(ByteWriter &out) const;
    void writeFormats(ByteWriter &out, bool ofFtrace) const;

    RawMetadata m_raw;
    bool m_bigEndian;
    std::uint8_t m_kernelLongSize;
    std::uint8_t m_longSize;
    std::uint32_t m_pageSize;
    std::uint32_t m_cpuCount;
    std::vector<std::pair<std::string, std::vector<std::string_view>>> m_formats; ///< By system.
    std::string m_tasks;
};

} // namespace thresher
