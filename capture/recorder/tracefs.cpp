// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/tracefs.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>
#include <thread>

namespace thresher::capture {

namespace {

constexpr const char *kUsualPlace = "/sys/kernel/tracing";
// linux/magic.h
constexpr long kTracefsMagic = 0x74726163;

bool isTracefs(const char *path)
{
    struct statfs info
    {};
    return ::statfs(path, &info) == 0 && info.f_type == kTracefsMagic;
}

bool isSpace(char c)
{
    return c == ' ' || c == '\n' || c == '\t';
}

} // namespace

Result<UniqueFd> Tracefs::openRoot(const std::string &path)
{
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.isValid())
        return failErrno(errno, "opening the folder of tracing", path);
    return fd;
}

std::string Tracefs::mountPoint()
{
    for (const char *place : {kUsualPlace, "/sys/kernel/debug/tracing"})
        if (isTracefs(place))
            return place;
    return {};
}

Result<std::string> Tracefs::mount()
{
    if (const std::string place = mountPoint(); !place.empty())
        return place;
    if (::mount("nodev", kUsualPlace, "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0)
        return failErrno(errno, "mounting tracefs", kUsualPlace);
    return kUsualPlace;
}

Tracefs::Tracefs(UniqueFd root)
    : m_root(std::move(root))
{}

bool Tracefs::exists(const std::string &path) const
{
    return ::faccessat(root(), path.c_str(), F_OK, 0) == 0;
}

Result<UniqueFd> Tracefs::open(const std::string &path, int flags) const
{
    UniqueFd fd(::openat(root(), path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW));
    if (!fd.isValid())
        return failErrno(errno, "opening a file of tracing", path);
    return fd;
}

Result<std::string> Tracefs::read(const std::string &path, std::size_t maxBytes) const
{
    THRESHER_TRY_ASSIGN(const UniqueFd fd, open(path, O_RDONLY));
    std::string text;
    std::array<char, 1U << 16U> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): read into
    while (text.size() < maxBytes) {
        const ssize_t n = ::read(fd.get(), buffer.data(),
                                 std::min(buffer.size(), maxBytes - text.size()));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failErrno(errno, "reading a file of tracing", path);
        if (n == 0)
            break;
        text.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return text;
}

std::string Tracefs::line(const std::string &path) const
{
    std::string text = read(path).value_or(std::string());
    while (!text.empty() && isSpace(text.back()))
        text.pop_back();
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), isSpace));
    return text;
}

std::vector<std::string> Tracefs::words(const std::string &path) const
{
    return splitWords(read(path).value_or(std::string()));
}

std::vector<std::string> Tracefs::list(const std::string &folder) const
{
    std::vector<std::string> names;
    auto fd = open(folder, O_RDONLY | O_DIRECTORY);
    if (!fd)
        return names;
    // fdopendir() takes a descriptor over; ours is closed by its owner.
    const std::unique_ptr<DIR, int (*)(DIR *)> dir(::fdopendir(::dup(fd->get())), ::closedir);
    while (dir != nullptr) {
        const dirent *entry = ::readdir(dir.get());
        if (entry == nullptr)
            break;
        if (const std::string_view name(entry->d_name); name != "." && name != "..")
            names.emplace_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string> Tracefs::folders(const std::string &folder) const
{
    std::vector<std::string> names = list(folder);
    std::erase_if(names, [&](const std::string &name) {
        struct stat info
        {};
        return ::fstatat(root(), (folder + "/" + name).c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0
               || !S_ISDIR(info.st_mode);
    });
    return names;
}

Result<void> Tracefs::write(const std::string &path, std::string_view text, Write how)
{
    THRESHER_TRY_ASSIGN(const UniqueFd fd,
                        open(path, O_WRONLY | (how == Write::Append ? O_APPEND : O_TRUNC)));
    // Opening for truncation has emptied a list; writing nothing would be an error to some files.
    if (text.empty())
        return {};
    ssize_t n = 0;
    do {
        n = ::write(fd.get(), text.data(), text.size());
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return failErrno(errno, "writing to a file of tracing", path);
    if (static_cast<std::size_t>(n) < text.size())
        return fail(ErrorKind::Io, "The kernel took only a part of what was written.", path);
    return {};
}

Result<void> Tracefs::makeInstance(const std::string &name)
{
    if (::mkdirat(root(), ("instances/" + name).c_str(), 0750) != 0)
        return failErrno(errno, "making a tracing instance", name);
    return {};
}

Result<void> Tracefs::removeInstance(const std::string &name)
{
    // A reader that was just killed may hold it for a moment.
    for (int attempt = 0;; ++attempt) {
        if (::unlinkat(root(), ("instances/" + name).c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT)
            return {};
        if (errno != EBUSY || attempt == 50)
            return failErrno(errno, "removing a tracing instance", name);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

bool isPlainName(std::string_view name)
{
    const auto isFine = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || c == '_' || c == '.' || c == '-';
    };
    return !name.empty() && name.front() != '.' && name.front() != '-'
           && std::all_of(name.begin(), name.end(), isFine);
}

std::vector<std::string> splitWords(std::string_view text)
{
    std::vector<std::string> words;
    while (true) {
        const auto begin = std::find_if_not(text.begin(), text.end(), isSpace);
        const auto end = std::find_if(begin, text.end(), isSpace);
        if (begin == end)
            return words;
        words.emplace_back(begin, end);
        text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    }
}

} // namespace thresher::capture
