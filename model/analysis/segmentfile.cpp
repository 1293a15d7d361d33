// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/segmentfile_p.h"
#include "model/base/bytes.h"
#include "model/base/writeall.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

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

Result<SegmentFile> SegmentFile::create(std::optional<KeptFile::Draft> draft,
                                        const std::filesystem::path &temporary)
{
    SegmentFile file;
    const char *const usual = std::getenv("TMPDIR");
    file.m_directory = !temporary.empty() ? temporary
                       : usual != nullptr ? std::filesystem::path(usual)
                                          : std::filesystem::path("/tmp");
    if (draft) {
        file.m_draft.emplace(*std::move(draft));
        file.m_size = kPage; // begins with where the tables are
    } else {
        THRESHER_TRY(file.openTemporary());
    }
    return file;
}

Result<void> SegmentFile::openTemporary()
{
    std::string name = (m_directory / "thresher-XXXXXX").string();
    m_temporary = UniqueFd(::mkostemp(name.data(), O_CLOEXEC));
    if (!m_temporary.isValid()) {
        return failErrno(errno, "The analysis cannot be written: set TMPDIR to a folder with room",
                         m_directory.string());
    }
    ::unlink(name.c_str());
    m_size = 0;
    return {};
}

Result<std::shared_ptr<const TrackSegment>> SegmentFile::add(SegmentWriter &writer)
{
    THRESHER_TRY_ASSIGN(MappedPart part, append(writer.bytes()));
    std::vector<SegmentEntry> entries = std::move(writer.entries());
    writer.clear();
    return std::make_shared<const TrackSegment>(std::move(entries), part.bytes,
                                                std::move(part.storage));
}

Result<void> SegmentFile::write(std::span<const std::byte> bytes, std::uint64_t at) const
{
    if (writeAllAt(fd(), bytes, at) < bytes.size())
        return failErrno(errno == EFBIG ? ENOSPC : errno,
                         "The analysis cannot be written: set TMPDIR to a folder with room",
                         m_directory.string());
    return {};
}

Result<MappedPart> SegmentFile::append(std::span<const std::byte> bytes)
{
    if (m_draft && !write(bytes, m_size)) {
        // What is mapped of it stays; the rest goes where there may be room.
        m_draft.reset();
        THRESHER_TRY(openTemporary());
    }
    if (!m_draft)
        THRESHER_TRY(write(bytes, m_size));
    const std::uint64_t begin = m_size;
    const std::size_t size = bytes.size();
    m_last = {begin, size, m_draft ? XXH3_64bits(bytes.data(), size) : 0};
    m_size = (begin + size + kPage - 1) / kPage * kPage;
    MappedPart part;
    if (size > 0) {
        void *const address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd(),
                                     static_cast<off_t>(begin));
        if (address == MAP_FAILED)
            return failErrno(errno, "The analysis cannot be read back", m_directory.string());
        part.storage = std::make_shared<const Mapping>(address, size);
        part.bytes = {static_cast<const std::byte *>(address), size};
    }
    return part;
}

Result<void> SegmentFile::keep(std::span<const std::byte> tables, std::uint64_t limitBytes)
{
    THRESHER_TRY(write(tables, m_size));
    THRESHER_TRY(write(std::as_bytes(std::span<const std::uint64_t>(&m_size, 1)), 0));
    return m_draft->keep(limitBytes);
}

std::span<const std::byte> tablesOf(std::span<const std::byte> file)
{
    if (file.size() < sizeof(std::uint64_t))
        return {};
    const auto begin = loadNumber<std::uint64_t>(file.data(), false);
    return begin < kPage ? std::span<const std::byte>() : slice(file, begin, file.size());
}

} // namespace thresher
