// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/segmentfile_p.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace thresher {

namespace {

constexpr std::uint64_t kPage = 65536; // of any machine

class Mapping
{
public:
    Mapping(void *address, std::size_t size)
        : m_address(address)
        , m_size(size)
    {}
    Mapping(const Mapping &) = delete; // unmaps once
    Mapping &operator=(const Mapping &) = delete;
    ~Mapping() { ::munmap(m_address, m_size); }

private:
    void *m_address;
    std::size_t m_size;
};

} // namespace

Result<SegmentFile> SegmentFile::create(const std::filesystem::path &directory)
{
    SegmentFile file;
    const char *const temporary = std::getenv("TMPDIR");
    file.m_directory = !directory.empty()     ? directory
                       : temporary != nullptr ? std::filesystem::path(temporary)
                                              : std::filesystem::path("/tmp");
    std::string name = (file.m_directory / "thresher-XXXXXX").string();
    file.m_fd = UniqueFd(::mkostemp(name.data(), O_CLOEXEC));
    if (!file.m_fd.isValid()) {
        return failErrno(errno, "The analysis cannot be written: set TMPDIR to a folder with room",
                         file.m_directory.string());
    }
    ::unlink(name.c_str());
    return file;
}

Result<std::shared_ptr<const TrackSegment>> SegmentFile::add(SegmentWriter &writer)
{
    THRESHER_TRY_ASSIGN(MappedPart part, append(writer.bytes()));
    std::vector<SegmentEntry> entries = std::move(writer.entries());
    writer.clear();
    return std::make_shared<const TrackSegment>(std::move(entries), part.bytes,
                                                std::move(part.storage));
}

Result<MappedPart> SegmentFile::append(std::span<const std::byte> bytes)
{
    const std::size_t size = bytes.size();
    const std::uint64_t begin = m_size;
    for (std::uint64_t at = begin; !bytes.empty();) {
        const ssize_t written = ::pwrite(m_fd.get(), bytes.data(), bytes.size(),
                                         static_cast<off_t>(at));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            const int error = written == 0 ? ENOSPC : errno;
            return failErrno(error == EFBIG ? ENOSPC : error,
                             "The analysis cannot be written: set TMPDIR to a folder with room",
                             m_directory.string());
        }
        at += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    m_size = (begin + size + kPage - 1) / kPage * kPage;
    MappedPart part;
    if (size > 0) {
        void *const address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, m_fd.get(),
                                     static_cast<off_t>(begin));
        if (address == MAP_FAILED)
            return failErrno(errno, "The analysis cannot be read back", m_directory.string());
        part.storage = std::make_shared<const Mapping>(address, size);
        part.bytes = {static_cast<const std::byte *>(address), size};
    }
    return part;
}

} // namespace thresher
