// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/cut/anonymizer_p.h"
#include "model/cut/cutplan_p.h"
#include "model/format/metadatasections.h"
#include "model/io/rawmetadata.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace thresher {

/// The part's metadata, as bodies of sections and options. Immutable once made.
class CutMetadata
{
public:
    CutMetadata(const IndexSnapshot &snapshot, const CutRequest &request, const CutPlan &plan,
                const Anonymizer &anonymizer, RawMetadata raw);

    [[nodiscard]] MetadataTexts texts() const;
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
    RawMetadata m_raw;
    bool m_hasHistograms = false; ///< In what is written.
    bool m_leavesHistograms = false;
    bool m_bigEndian;
    std::uint8_t m_longSize;
    std::uint32_t m_cpuCount;
    std::vector<std::pair<std::string_view, std::vector<std::string_view>>>
        m_formats; ///< By system.
    std::string m_headerPage; ///< If the trace has none that can be used.
    std::string m_tasks;
};

} // namespace thresher
