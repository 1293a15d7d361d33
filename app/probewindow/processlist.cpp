// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/processlist_p.h"
#include "capture/symbols/processimages.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

namespace thresher::ui {

using capture::NameTable;
namespace fs = std::filesystem;

namespace {

struct Row
{
    std::string name;
    PlaceEntry entry;
};

PlaceList listOf(std::vector<Row> rows)
{
    auto names = std::make_shared<NameTable>();
    auto entries = std::make_shared<std::vector<PlaceEntry>>();
    for (Row &row : rows) {
        if (!names->add(row.name))
            break;
        entries->push_back(std::move(row.entry));
    }
    return {names, [entries](NameTable::Row row) { return (*entries)[row]; }};
}

/// Folders of programs by the search path, then those of libraries; each once.
std::vector<fs::path> programFolders()
{
    std::vector<fs::path> folders;
    const auto add = [&](const fs::path &folder) {
        std::error_code error;
        const fs::path real = fs::canonical(folder, error);
        if (!error && std::find(folders.begin(), folders.end(), real) == folders.end())
            folders.push_back(real);
    };
    const char *const search = std::getenv("PATH"); // NOLINT(concurrency-mt-unsafe): only read
    std::istringstream parts(search != nullptr ? search : "/usr/bin:/bin");
    for (std::string part; std::getline(parts, part, ':');) {
        if (part.starts_with('/'))
            add(part);
    }
    for (const char *folder : {"/usr/sbin", "/usr/lib64", "/usr/lib", "/usr/local/lib"})
        add(folder);
    std::error_code error;
    for (const auto &each : fs::directory_iterator("/usr/lib", error)) {
        if (each.path().filename().string().ends_with("-linux-gnu"))
            add(each.path());
    }
    return folders;
}

bool hasElfMagic(const fs::path &path)
{
    std::array<char, 4> magic{};
    std::ifstream file(path, std::ios::binary);
    return file.read(magic.data(), magic.size())
           && magic == std::array<char, 4>{'\x7f', 'E', 'L', 'F'};
}

std::string textOf(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    while (!text.empty() && (text.back() == '\n' || text.back() == '\0'))
        text.pop_back();
    std::replace(text.begin(), text.end(), '\0', ' ');
    return text;
}

void addProgram(const fs::path &path, std::set<fs::path> &known, std::vector<Row> &rows)
{
    std::error_code error;
    // A library's three names are one file.
    const fs::path real = fs::canonical(path, error);
    if (error || !fs::is_regular_file(real, error) || !known.insert(real).second
        || !hasElfMagic(real))
        return;
    Row row;
    row.name = real.filename().string();
    row.entry.note = real.parent_path().string();
    row.entry.opens = true;
    row.entry.folder = {PlaceFolder::Kind::Program, 0, real.string(), {}};
    rows.push_back(std::move(row));
}

void sortByName(std::vector<Row> &rows)
{
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row &a, const Row &b) { return a.name < b.name; });
}

} // namespace

Result<PlaceList> programList(const std::stop_token &stop)
{
    std::vector<Row> rows;
    std::set<fs::path> known;
    for (const fs::path &folder : programFolders()) {
        std::error_code error;
        for (const auto &each : fs::directory_iterator(folder, error)) {
            if (stop.stop_requested())
                return fail(ErrorKind::Cancelled, "Listing programs was stopped.");
            const std::string name = each.path().filename().string();
            const bool isLibraryFolder = folder.string().find("/lib") != std::string::npos;
            if (!isLibraryFolder || name.find(".so") != std::string::npos)
                addProgram(each.path(), known, rows);
        }
    }
    sortByName(rows);
    return listOf(std::move(rows));
}

Result<PlaceList> processList(const std::stop_token &stop)
{
    std::vector<Row> rows;
    std::error_code error;
    for (const auto &each : fs::directory_iterator("/proc", error)) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Listing processes was stopped.");
        const std::string number = each.path().filename().string();
        Pid pid = 0;
        const char *const end = number.data() + number.size();
        if (std::from_chars(number.data(), end, pid).ptr != end)
            continue;
        const std::string command = textOf(each.path() / "cmdline");
        if (command.empty())
            continue; // a kernel thread, or gone
        Row row;
        row.name = textOf(each.path() / "comm") + ' ' + number;
        row.entry.note = command;
        row.entry.opens = true;
        row.entry.folder = {PlaceFolder::Kind::Process, pid, {}, {}};
        std::error_code hidden;
        static_cast<void>(fs::read_symlink(each.path() / "exe", hidden));
        if (hidden == std::errc::permission_denied)
            row.entry.whyNot = "it is another user's: only root may look into it";
        rows.push_back(std::move(row));
    }
    sortByName(rows);
    return listOf(std::move(rows));
}

Result<PlaceList> imageList(Pid process)
{
    THRESHER_TRY_ASSIGN(const auto images, capture::readProcessImages(process));
    const std::string root = capture::processRoot(process);
    std::vector<Row> rows;
    for (const capture::ProcessImage &image : images) {
        const fs::path name(image.name);
        Row row;
        row.name = name.filename().string();
        row.entry.note = name.parent_path().string();
        row.entry.opens = true;
        row.entry.folder = {PlaceFolder::Kind::Process, process, image.path, root};
        rows.push_back(std::move(row));
    }
    return listOf(std::move(rows));
}

} // namespace thresher::ui
