// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/format/histogramoption.h"

#include "model/base/bytes.h"
#include "model/format/bytewriter.h"

namespace thresher {

std::vector<std::byte> histogramOptionData(const KeptHistograms &kept)
{
    ByteWriter writer(false);
    writer.string(kept.instance);
    writer.string(kept.event);
    writer.string(kept.text);
    return {writer.bytes().begin(), writer.bytes().end()};
}

std::optional<KeptHistograms> parseHistogramOption(std::span<const std::byte> data)
{
    std::string_view rest = asText(data);
    const auto take = [&rest](std::string &text) {
        const auto end = rest.find('\0');
        if (end == std::string_view::npos)
            return false;
        text = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        return true;
    };
    KeptHistograms kept;
    if (!take(kept.instance) || !take(kept.event) || !take(kept.text))
        return std::nullopt;
    return kept;
}

} // namespace thresher
