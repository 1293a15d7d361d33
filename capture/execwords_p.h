// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <string>
#include <vector>

namespace thresher::capture {

/// As exec() wants words or variables: with a null behind. They are `texts`' own, and exec()
/// changes nothing. For before fork(): it allocates.
[[nodiscard]] inline std::vector<char *> execWords(const std::vector<std::string> &texts)
{
    std::vector<char *> words;
    for (const std::string &text : texts)
        words.push_back(const_cast<char *>(text.c_str()));
    words.push_back(nullptr);
    return words;
}

} // namespace thresher::capture
