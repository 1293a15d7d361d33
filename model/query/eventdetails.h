// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/query/rowprinter.h"

#include <optional>
#include <string>
#include <vector>

namespace thresher {

/// All that is known of one event, in words: what a details pane shows. A value; it points nowhere.
struct EventDetails
{
    struct Field
    {
        std::string name;
        std::string type; ///< As declared: "char[16]"
        std::string
            text; ///< As the event prints it: "D  0x2"; empty where the record is too short.
        std::string raw; ///< Of a number, in the other base: hexadecimal, or decimal of a pointer.
        /// To compare it with: a whole string, or a number, decimal or of a pointer hexadecimal;
        /// empty if it is neither.
        std::string value;
        bool isText = false; ///< The value is a string.
        std::uint32_t offset = 0; ///< From the record's first byte.
        std::uint32_t size = 0; ///< Bytes of it in the record; of dynamic arrays the whole content.
        bool isDynamic = false;
        bool isCommon = false;
    };

    RowData row;
    std::string system;
    std::string name;
    std::string task; ///< comm at that time.
    std::string stream; ///< "CPU 3 of irqs"
    std::string info; ///< As printed; may hold several lines.
    std::string latency; ///< "d.h.3"; empty if the record does not tell.
    std::vector<Field> fields; ///< In the format's order, common ones first.
    std::vector<std::string> stack; ///< Innermost first; of the event, or recorded right behind it.
    bool isUserStack = false;
    std::vector<std::byte> payload; ///< common_type first; at most kMaxPayload of it.
    std::uint64_t payloadSize = 0; ///< All of it.
    std::int64_t fileOffset = -1; ///< See Record::fileOffset.
    bool isInChunk = false; ///< fileOffset is that of the compressed chunk it lies in.
    std::string format; ///< The whole text of the format file.
    std::optional<LostSpan> lostBefore; ///< Events lost right before it on its stream.
    bool isReadable = true; ///< false: its page cannot be read; all from `fields` on is empty.

    static constexpr std::size_t kMaxPayload = 65536;
};

/// Looks up and decodes one event, with a printer of its snapshot or of a later one. Some 100 µs.
/// nullopt if there is no such event.
[[nodiscard]] std::optional<EventDetails> describeEvent(RowPrinter &printer, Place place);

} // namespace thresher
