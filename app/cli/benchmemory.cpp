// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/bench_p.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <memory>

extern char **environ;

namespace thresher::bench {

namespace {

/// A "Name:   123 kB" line of one of the files in /proc/self, in bytes; 0 if it is not there.
std::uint64_t procBytes(const char *file, std::string_view name)
{
    std::ifstream lines(file);
    std::string line;
    while (std::getline(lines, line)) {
        if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == ':')
            return std::strtoull(line.c_str() + name.size() + 1, nullptr, 10) * 1024;
    }
    return 0;
}

std::uint64_t anonymousBytes()
{
    return procBytes("/proc/self/smaps_rollup", "Anonymous");
}

/// Runs this program with `args`; what it prints, or nullopt if it fails.
std::optional<std::string> runSelf(std::vector<std::string> args)
{
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
        return std::nullopt;
    UniqueFd reading(pipe[0]);
    UniqueFd writing(pipe[1]);
    std::string self = "/proc/self/exe";
    std::vector<char *> argv{self.data()};
    for (std::string &arg : args)
        argv.push_back(arg.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
    pid_t child = 0;
    const int error = ::posix_spawn(&child, self.c_str(), &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    writing = UniqueFd();
    if (error != 0)
        return std::nullopt;
    std::string output;
    std::array<char, 256> buffer{};
    for (;;) {
        const ssize_t got = ::read(reading.get(), buffer.data(), buffer.size());
        if (got <= 0)
            break;
        output.append(buffer.data(), static_cast<std::size_t>(got));
    }
    int status = 0;
    if (::waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return std::nullopt;
    return output;
}

} // namespace

std::optional<Memory> measureMemory(const std::filesystem::path &file,
                                    const std::filesystem::path &directory)
{
    const auto output = runSelf(
        {"bench", "--measure-memory", "--directory", directory.string(), file.string()});
    Memory memory;
    unsigned long long heap = 0;
    unsigned long long peak = 0;
    unsigned long long analysisHeap = 0;
    if (!output || std::sscanf(output->c_str(), "%llu %llu %llu", &heap, &peak, &analysisHeap) != 3)
        return std::nullopt;
    memory.heap = heap;
    memory.peak = peak;
    memory.analysisHeap = analysisHeap;
    return memory;
}

int memoryChild(const std::filesystem::path &file, const std::filesystem::path &directory)
{
    const std::uint64_t before = anonymousBytes();
    std::uint64_t most = before;
    const auto trace = TraceFile::open(file);
    if (!trace)
        return kExitFailed;
    IndexOptions options;
    options.cacheDirectory = directory;
    options.ignoreCached = true;
    Progress progress;
    const auto index = openIndex(*trace, options, {}, progress,
                                 [&](const auto &) { most = std::max(most, anonymousBytes()); });
    if (!index)
        return kExitFailed;
    most = std::max(most, anonymousBytes());
    const std::uint64_t peak = procBytes("/proc/self/status", "VmHWM");
    AnalysisOptions how;
    how.temporaryDirectory = directory;
    std::uint64_t mostOfAnalysis = before;
    const auto watch = [&](const auto &) {
        mostOfAnalysis = std::max(mostOfAnalysis, anonymousBytes());
    };
    const auto analysis = analyse(index->snapshot, how, {}, progress, watch);
    if (!analysis)
        return kExitFailed;
    watch(*analysis); // there may be no part of it
    std::printf("%llu %llu %llu\n", static_cast<unsigned long long>(most - before),
                static_cast<unsigned long long>(peak),
                static_cast<unsigned long long>(mostOfAnalysis - before));
    return std::fflush(stdout) == 0 ? kExitOk : kExitFailed;
}

} // namespace thresher::bench
