// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/journal.h"

#include "capture/recorder/probes.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace thresher::capture {

namespace {

constexpr std::string_view kSuffix = ".journal";
constexpr std::array<std::string_view, 4> kKinds{"instance", "setting", "line", "probe"};

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : text)
        if (c == '\n')
            out += "\\n";
        else if (c == '\\')
            out += "\\\\";
        else
            out += c;
    return out;
}

std::string unescaped(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\\' && i + 1 < text.size())
            out += text[++i] == 'n' ? '\n' : text[i];
        else
            out += text[i];
    return out;
}

bool isSafePath(const std::string &path)
{
    return !path.empty() && path.front() != '/' && path.find("..") == std::string::npos;
}

/// "GROUP/EVENT", which becomes a path.
bool isProbeName(const std::string &name)
{
    const auto slash = name.find('/');
    return slash != std::string::npos && isPlainName(name.substr(0, slash))
           && isPlainName(name.substr(slash + 1));
}

Result<void> checkFolder(const std::string &folder)
{
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return failErrno(errno, "making the folder of journals", folder);
    struct stat info
    {};
    if (::lstat(folder.c_str(), &info) != 0)
        return failErrno(errno, "looking at the folder of journals", folder);
    if (!S_ISDIR(info.st_mode) || info.st_uid != ::geteuid() || (info.st_mode & 0022U) != 0)
        return fail(ErrorKind::Io, "Others can write to the folder of journals.", folder);
    return {};
}

/// Opens and locks; invalid if another recorder lives that has it, or it is gone.
UniqueFd lockFile(const std::string &file, int flags)
{
    UniqueFd fd(::open(file.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0600));
    if (!fd.isValid() || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        return {};
    // Whoever looks for leftovers may have been quicker, and removed it.
    struct stat info
    {};
    if (::fstat(fd.get(), &info) != 0 || info.st_nlink == 0)
        return {};
    return fd;
}

} // namespace

Journal::Journal(std::string id, std::string file, UniqueFd fd)
    : m_id(std::move(id))
    , m_file(std::move(file))
    , m_fd(std::move(fd))
{}

Journal::~Journal()
{
    if (m_fd.isValid() && m_entries.empty())
        ::unlink(m_file.c_str());
}

Result<Journal> Journal::create(const std::string &folder)
{
    THRESHER_TRY(checkFolder(folder));
    for (int attempt = 0; attempt < 100; ++attempt) {
        const std::string id = std::to_string(::getpid()) + "-" + std::to_string(attempt);
        std::string file = folder + "/" + id + std::string(kSuffix);
        if (UniqueFd fd = lockFile(file, O_CREAT | O_EXCL); fd.isValid())
            return Journal(id, std::move(file), std::move(fd));
    }
    return failErrno(errno, "making a journal", folder);
}

std::vector<Journal> Journal::leftovers(const std::string &folder)
{
    std::vector<Journal> found;
    if (!checkFolder(folder))
        return found;
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename();
        if (!name.ends_with(kSuffix))
            continue;
        UniqueFd fd = lockFile(entry.path(), 0);
        if (!fd.isValid())
            continue;
        std::ifstream stream(entry.path());
        std::ostringstream text;
        text << stream.rdbuf();
        Journal journal(name.substr(0, name.size() - kSuffix.size()), entry.path(), std::move(fd));
        journal.parse(text.str());
        if (!journal.isEmpty()) // else it was made, and nothing was done: its end removes it
            found.push_back(std::move(journal));
    }
    return found;
}

void Journal::parse(std::string_view text)
{
    // A last line without an end was being written: what it tells of was not yet done.
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        const auto first = line.find(' ');
        const auto second = line.find(' ', first + 1);
        if (first == std::string_view::npos || second == std::string_view::npos)
            continue;
        const auto *const kind = std::find(kKinds.begin(), kKinds.end(), line.substr(0, first));
        const std::string path(line.substr(first + 1, second - first - 1));
        if (kind != kKinds.end() && isSafePath(path))
            m_entries.push_back({static_cast<Kind>(kind - kKinds.begin()), path,
                                 unescaped(line.substr(second + 1))});
    }
}

std::string Journal::lineOf(const Entry &entry)
{
    return std::string(kKinds[static_cast<std::size_t>(entry.kind)]) + " " + entry.path + " "
           + escaped(entry.value) + "\n";
}

Result<void> Journal::forgetLast()
{
    const auto size = static_cast<off_t>(lineOf(m_entries.back()).size());
    if (::ftruncate(m_fd.get(), ::lseek(m_fd.get(), 0, SEEK_END) - size) != 0)
        return failErrno(errno, "writing the journal", m_file);
    m_entries.pop_back();
    return {};
}

Result<void> Journal::note(Entry entry)
{
    const std::string line = lineOf(entry);
    if (::write(m_fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())
        || ::fsync(m_fd.get()) != 0)
        return failErrno(errno, "writing the journal", m_file);
    m_entries.push_back(std::move(entry));
    return {};
}

Result<void> Journal::noteInstance(const std::string &name)
{
    return note({Kind::Instance, name, {}});
}

Result<void> Journal::noteProbe(const std::string &name)
{
    return note({Kind::Probe, name, {}});
}

Result<void> Journal::noteSetting(const std::string &path, const std::string &value,
                                  Tracefs::Write how)
{
    if (how == Tracefs::Write::Append)
        return note({Kind::Line, path, value});
    if (std::any_of(m_entries.begin(), m_entries.end(), [&](const Entry &entry) {
            return entry.kind == Kind::Setting && entry.path == path;
        }))
        return {};
    return note({Kind::Setting, path, value});
}

Result<void> Journal::undo(Tracefs &tracefs, const Entry &entry)
{
    switch (entry.kind) {
    case Kind::Instance:
        return isPlainName(entry.path) ? tracefs.removeInstance(entry.path) : Result<void>{};
    case Kind::Setting:
        return tracefs.write(entry.path, entry.value);
    case Kind::Line:
        // It may not be there: it was noted before it was written.
        static_cast<void>(tracefs.write(entry.path, entry.value + "\n", Tracefs::Write::Append));
        break;
    case Kind::Probe:
        return isProbeName(entry.path) ? removeProbe(tracefs, entry.path) : Result<void>{};
    }
    return {};
}

std::vector<Error> Journal::undo(Tracefs &tracefs)
{
    std::vector<Error> errors;
    std::vector<Entry> kept;
    for (auto entry = m_entries.rbegin(); entry != m_entries.rend(); ++entry)
        if (auto done = undo(tracefs, *entry); !done) {
            errors.push_back(std::move(done).error());
            kept.insert(kept.begin(), *entry);
        }
    // If this is cut short the old text is undone once more, which does no harm.
    m_entries.clear();
    if (::ftruncate(m_fd.get(), 0) != 0)
        m_entries = std::move(kept);
    else
        for (Entry &entry : kept)
            if (auto noted = note(std::move(entry)); !noted)
                errors.push_back(std::move(noted).error());
    return errors;
}

std::vector<std::string> Journal::sentences() const
{
    std::vector<std::string> texts;
    for (const Entry &entry : m_entries)
        texts.push_back(entry.kind == Kind::Instance
                            ? "The tracing instance " + entry.path + " is still there."
                        : entry.kind == Kind::Probe ? "The probe " + entry.path + " is still there."
                                                    : entry.path + " was changed.");
    return texts;
}

} // namespace thresher::capture
