// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/format/headerpage.h"

#include "model/format/formattext.h"

namespace thresher {

using namespace std::string_view_literals;

// "field: local_t commit;	offset:8;	size:8;	signed:1;": the long of the kernel, and
// where data begins.
std::optional<HeaderPage> parseHeaderPage(std::string_view text)
{
    std::int64_t commitSize = 0;
    std::int64_t dataOffset = -1;
    std::int64_t dataSize = -1;
    while (!text.empty()) {
        const auto line = formattext::takeLine(text);
        const auto size = formattext::attribute(line, "size"sv).value_or(0);
        const auto offset = formattext::attribute(line, "offset"sv).value_or(-1);
        if (line.find(" commit;"sv) != std::string_view::npos)
            commitSize = size;
        if (line.find(" data;"sv) != std::string_view::npos) {
            dataOffset = offset;
            dataSize = size;
        }
    }
    if ((commitSize != 4 && commitSize != 8) || dataOffset != 8 + commitSize)
        return std::nullopt;
    HeaderPage page;
    page.longSize = static_cast<std::uint8_t>(commitSize);
    page.headerSize = static_cast<std::uint32_t>(dataOffset);
    if (dataSize > 0 && dataSize < (1 << 30))
        page.pageSize = static_cast<std::uint32_t>(dataOffset + dataSize);
    return page;
}

std::string headerPageText(std::uint8_t longSize, std::uint32_t pageSize)
{
    const auto size = std::to_string(longSize);
    const auto begin = std::to_string(8 + longSize);
    return "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
           "\tfield: local_t commit;\toffset:8;\tsize:"
           + size
           + ";\tsigned:1;\n\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
             "\tfield: char data;\toffset:"
           + begin + ";\tsize:" + std::to_string(pageSize - 8 - longSize) + ";\tsigned:1;\n";
}

std::string_view headerEventText()
{
    return "# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n"
           "\tarray       :   32 bits\n\n\tpadding     : type == 29\n"
           "\ttime_extend : type == 30\n\ttime_stamp : type == 31\n"
           "\tdata max type_len  == 28\n"sv;
}

} // namespace thresher
