// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers

// Runs a fuzzer over given files, where it is built without libFuzzer.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> filesIn(const fs::path &path)
{
    if (!fs::is_directory(path))
        return {path};
    std::vector<fs::path> files;
    for (const auto &entry : fs::recursive_directory_iterator(path)) {
        if (entry.is_regular_file())
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

int main(int argc, char **argv)
{
    std::size_t count = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto &file : filesIn(argv[i])) {
            std::ifstream stream(file, std::ios::binary);
            std::stringstream bytes;
            bytes << stream.rdbuf();
            const std::string text = bytes.str();
            std::printf("%s: %zu bytes\n", file.c_str(), text.size());
            std::fflush(stdout); // So that a crash tells its file.
            const std::vector<std::uint8_t> copy(text.begin(), text.end());
            LLVMFuzzerTestOneInput(copy.data(), copy.size());
            ++count;
        }
    }
    std::printf("%zu files\n", count);
    return count == 0 ? 1 : 0;
}
