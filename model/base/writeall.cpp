// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/writeall.h"

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>

namespace thresher {

namespace {

template<typename Write>
std::size_t repeated(std::size_t size, const Write &write)
{
    std::size_t done = 0;
    while (done < size) {
        const ssize_t written = write(done);
        if (written > 0) {
            done += static_cast<std::size_t>(written);
            continue;
        }
        if (written < 0 && errno == EINTR)
            continue;
        if (written == 0)
            errno = ENOSPC;
        break;
    }
    return done;
}

} // namespace

std::size_t writeAll(int fd, std::span<const std::byte> bytes)
{
    return repeated(bytes.size(), [&](std::size_t done) {
        return ::write(fd, bytes.data() + done, bytes.size() - done);
    });
}

std::size_t writeAllAt(int fd, std::span<const std::byte> bytes, std::uint64_t offset)
{
    return repeated(bytes.size(), [&](std::size_t done) {
        return ::pwrite(fd, bytes.data() + done, bytes.size() - done,
                        static_cast<off_t>(offset + done));
    });
}

} // namespace thresher
