// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/placeinword.h"

#include <algorithm>
#include <vector>

namespace thresher::capture {

namespace {

std::vector<std::size_t> wordBegins(const std::string &line)
{
    std::vector<std::size_t> begins;
    for (std::size_t i = 0; i < line.size(); ++i)
        if (line[i] != ' ' && line[i] != '\t'
            && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t'))
            begins.push_back(i);
    return begins;
}

} // namespace

int placeInWord(const std::string &sent, int at, const std::string &written)
{
    if (at < 0)
        return at;
    const auto sentWords = wordBegins(sent);
    const auto words = wordBegins(written);
    const auto next = std::upper_bound(sentWords.begin(), sentWords.end(),
                                       static_cast<std::size_t>(at));
    const auto index = static_cast<std::size_t>(next - sentWords.begin());
    if (index == 0 || index > words.size())
        return static_cast<int>(written.size());
    const std::size_t begin = words[index - 1];
    const std::size_t end = std::min(written.find_first_of(" \t", begin), written.size());
    // The first word, with the names, is ours; in the others only the spelling may differ.
    const std::size_t inside = index == 1 ? 0 : static_cast<std::size_t>(at) - sentWords[index - 1];
    return static_cast<int>(std::min(begin + inside, end));
}

} // namespace thresher::capture
