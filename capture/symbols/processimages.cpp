// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/processimages.h"

#include "capture/symbols/textscan_p.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

namespace thresher::capture {

namespace {

constexpr std::string_view kDeleted = " (deleted)";

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
        std::string_view line = takeLine(maps);
        const std::string_view range = takeWord(line);
        const std::string_view rights = takeWord(line);
        const std::size_t dash = std::min(range.find('-'), range.size());
        const auto begin = parseNumber(range.substr(0, dash), 16);
        const auto end = parseNumber(range.substr(std::min(dash + 1, range.size())), 16);
        const auto offset = parseNumber(takeWord(line), 16);
        if (!begin || !end || !offset)
            continue;
        takeWord(line); // device
        takeWord(line); // inode
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        if (rights.size() < 3 || rights[2] != 'x' || line.substr(0, 1) != "/")
            continue;
        ProcessImage image{std::string(line), std::string(line), *begin, *end, *offset};
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
    const auto maps = readTextFile(folder + "/maps");
    if (!maps || maps->empty()) {
        if (::access(folder.c_str(), F_OK) != 0)
            return fail(ErrorKind::Io, "There is no process " + std::to_string(pid) + ".");
        return fail(ErrorKind::Io,
                    "What process " + std::to_string(pid)
                        + " runs cannot be seen: it is of another user, or of the kernel.");
    }
    auto images = imagesOf(*maps);
    const std::string root = processRoot(pid);
    for (ProcessImage &image : images) {
        image.path = isDeleted(image.name)
                         ? folder + "/map_files/" + hex(image.begin) + '-' + hex(image.end)
                         : root + image.name;
    }
    return images;
}

} // namespace thresher::capture
