// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recordingfolder.h"
#include "model/format/metadatasections.h"
#include "model/format/ringbuffer.h"
#include "model/format/tracewriter.h"

#include <cstdint>
#include <string>
#include <vector>

namespace thresher::capture {

/// What stands in a trace.dat besides its pages, out of a recording that may be incomplete. Views
/// are into the contents, which must outlive this. Immutable once made.
class RecordedMetadata
{
public:
    explicit RecordedMetadata(const RecordingContents &contents);
    RecordedMetadata(const RecordedMetadata &) = delete; // texts point into it
    RecordedMetadata &operator=(const RecordedMetadata &) = delete;

    [[nodiscard]] bool bigEndian() const { return m_bigEndian; }
    [[nodiscard]] std::uint8_t longSize() const { return m_longSize; }
    [[nodiscard]] std::uint32_t pageSize() const; ///< The largest of the buffers'.
    [[nodiscard]] std::uint32_t cpuCount() const { return m_cpuCount; }
    [[nodiscard]] const MetadataTexts &texts() const { return m_texts; }
    [[nodiscard]] const std::vector<RawOption> &options() const { return m_options; }
    /// The top one, without a name, first.
    [[nodiscard]] const std::vector<TraceBuffer> &buffers() const { return m_buffers; }
    [[nodiscard]] std::size_t bufferOf(std::uint16_t instance) const;
    [[nodiscard]] PageLayout layoutOf(std::uint16_t instance) const;
    [[nodiscard]] const std::vector<std::string> &notes() const { return m_notes; }

private:
    void findByteOrder();
    void findBuffers();
    void takeTexts();
    void takeFormats();
    void makeOptions();
    void addHistograms();
    void addText(OptionId id, std::string_view text);
    void addStats();

    const RecordingContents &m_contents;
    bool m_bigEndian = false;
    std::uint8_t m_longSize = 8;
    std::uint32_t m_cpuCount = 1;
    std::string m_headerPage; ///< If none was recorded.
    MetadataTexts m_texts;
    std::vector<RawOption> m_options;
    std::vector<TraceBuffer> m_buffers;
    std::vector<std::size_t> m_bufferOf; ///< By instance.
    std::vector<std::string> m_notes;
};

} // namespace thresher::capture
