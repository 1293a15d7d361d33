// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/processimages.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>

namespace thresher::capture {

namespace {

constexpr std::string_view kDeleted = " (deleted)";

/// The word at the begin of `rest`, which it is taken off from.
std::string_view nextWord(std::string_view &rest)
{
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(word.size());
    return word;
}

bool readHex(std::string_view text, std::uint64_t &number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
    return error == std::errc() && end == text.data() + text.size();
}

bool isDeleted(std::string_view name)
{
    return name.size() > kDeleted.size() && name.substr(name.size() - kDeleted.size()) == kDeleted;
}

std::string hex(std::uint64_t number)
{
    std::ostringstream text;
    text << std::hex << number;
    return text.str();
}

} // namespace

std::vector<ProcessImage> imagesOf(std::string_view maps)
{
    std::vector<ProcessImage> images;
    while (!maps.empty()) {
        std::string_view line = maps.substr(0, maps.find('\n'));
        maps.remove_prefix(std::min(line.size() + 1, maps.size()));
        const std::string_view range = nextWord(line);
        const std::string_view rights = nextWord(line);
        ProcessImage image;
        const std::size_t dash = range.find('-');
        if (dash == std::string_view::npos || !readHex(range.substr(0, dash), image.begin)
            || !readHex(range.substr(dash + 1), image.end)
            || !readHex(nextWord(line), image.offset))
            continue;
        nextWord(line); // device
        nextWord(line); // inode
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        if (rights.size() < 3 || rights[2] != 'x' || line.substr(0, 1) != "/")
            continue;
        image.name = image.path = std::string(line);
        if (std::none_of(images.begin(), images.end(),
                         [&](const ProcessImage &each) { return each.name == image.name; }))
            images.push_back(std::move(image));
    }
    return images;
}

std::string processRoot(Pid pid)
{
    const std::string root = "/proc/" + std::to_string(pid) + "/root";
    struct stat theirs = {};
    struct stat ours = {};
    if (::stat((root + "/").c_str(), &theirs) != 0 || ::stat("/", &ours) != 0)
        return {};
    return theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino ? std::string() : root;
}

Result<std::vector<ProcessImage>> readProcessImages(Pid pid)
{
    const std::string folder = "/proc/" + std::to_string(pid);
    std::ifstream file(folder + "/maps");
    std::ostringstream maps;
    if (!file || !(maps << file.rdbuf())) {
        // A process of the kernel has none; a stream does not tell that from a failure.
        if (::access(folder.c_str(), F_OK) != 0)
            return fail(ErrorKind::Io, "There is no process " + std::to_string(pid) + ".");
        return fail(ErrorKind::Io,
                    "What process " + std::to_string(pid)
                        + " runs cannot be seen: it is of another user, or of the kernel.");
    }
    auto images = imagesOf(maps.str());
    const std::string root = processRoot(pid);
    for (ProcessImage &image : images) {
        image.path = isDeleted(image.name)
                         ? folder + "/map_files/" + hex(image.begin) + '-' + hex(image.end)
                         : root + image.name;
    }
    return images;
}

} // namespace thresher::capture
