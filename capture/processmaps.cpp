// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/processmaps.h"

#include "model/format/formattext.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <vector>

namespace thresher::capture {

namespace {

using namespace std::string_view_literals;
namespace fs = std::filesystem;

std::string contentsOf(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Pid> allProcesses()
{
    std::vector<Pid> pids;
    std::error_code error;
    for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
        const auto name = at->path().filename().string();
        Pid pid = 0;
        const auto last = name.data() + name.size();
        if (const auto result = std::from_chars(name.data(), last, pid);
            result.ec == std::errc() && result.ptr == last)
            pids.push_back(pid);
    }
    return pids;
}

// The fourth word of /proc/PID/stat, behind a name that may hold anything but ends at the last ')'.
Pid parentOf(Pid pid)
{
    const auto stat = contentsOf("/proc/" + std::to_string(pid) + "/stat");
    std::istringstream rest(stat.substr(std::min(stat.rfind(')') + 1, stat.size())));
    std::string state;
    Pid parent = 0;
    rest >> state >> parent;
    return parent;
}

std::string hex(std::uint64_t number)
{
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%llx", static_cast<unsigned long long>(number));
    return text.data();
}

} // namespace

// "BEGIN-END r-xp OFFSET DEVICE INODE PATH": those that hold code of a file.
void ProcessMaps::read(Pid pid)
{
    const auto folder = "/proc/" + std::to_string(pid);
    const auto maps = contentsOf(folder + "/maps");
    std::string lines;
    std::size_t count = 0;
    std::string_view rest = maps;
    while (!rest.empty()) {
        const auto line = formattext::takeLine(rest);
        const auto dash = line.find('-');
        const auto blank = line.find(' ');
        const auto path = line.find('/');
        if (dash == std::string_view::npos || blank == std::string_view::npos
            || path == std::string_view::npos || blank + 3 >= line.size() || line[blank + 3] != 'x')
            continue;
        lines += line.substr(0, dash);
        lines += ' ';
        lines += line.substr(dash + 1, blank - dash - 1);
        lines += ' ';
        lines += line.substr(path);
        lines += '\n';
        ++count;
    }
    if (count == 0)
        return; // a kernel thread, or gone, or another user's
    auto name = contentsOf(folder + "/comm");
    name = name.substr(0, name.find('\n'));
    m_maps[pid] = hex(static_cast<std::uint64_t>(pid)) + ' ' + hex(count) + ' ' + name + '\n'
                  + lines;
}

void ProcessMaps::readAll()
{
    for (const Pid pid : allProcesses())
        read(pid);
}

void ProcessMaps::readTree(Pid root)
{
    std::multimap<Pid, Pid> children;
    for (const Pid pid : allProcesses())
        children.emplace(parentOf(pid), pid);
    std::vector<Pid> open{root};
    std::set<Pid> seen;
    while (!open.empty()) {
        const Pid pid = open.back();
        open.pop_back();
        if (!seen.insert(pid).second)
            continue;
        read(pid);
        const auto [begin, end] = children.equal_range(pid);
        for (auto at = begin; at != end; ++at)
            open.push_back(at->second);
    }
}

std::string ProcessMaps::text() const
{
    std::string all;
    for (const auto &[pid, part] : m_maps)
        all += part;
    return all;
}

} // namespace thresher::capture
