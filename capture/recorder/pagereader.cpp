// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/pagereader.h"

#include "model/base/writeall.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>

namespace thresher::capture {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kPipeBytes = 1U << 20U; ///< What a user may have by default.
constexpr std::size_t kCpusOfThread = 8;
// A buffer is looked at before this much of a second's worth fills half of it.
constexpr std::uint32_t kMostKbPerMs = 200;
constexpr milliseconds kLeastPace{2};
constexpr milliseconds kMostPace{100};
/// How long an incomplete page waits for more events.
constexpr milliseconds kPatience{500};
constexpr int kNiceness = -20; ///< Hundreds of busy threads would leave less no time to read.

bool isNothingThere(int error)
{
    return error == EAGAIN || error == EINTR || error == EBUSY;
}

} // namespace

/// What one thread has for itself.
class PageReader::Worker
{
public:
    explicit Worker(PageReader &reader)
        : m_reader(reader)
    {}

    Result<void> prepare()
    {
        // Failing means to be as nice as others.
        static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness));
        if (m_reader.m_client)
            THRESHER_TRY(becomeClient(*m_reader.m_client));
        return makePipe();
    }

    /// Moves what is there. @param all  incomplete sub-buffers, too.
    Result<void> move(Stream &stream, bool all)
    {
        const auto before = stream.bytes.load();
        THRESHER_TRY(spliceWhole(stream));
        const auto now = std::chrono::steady_clock::now();
        const bool isLate = now - stream.lastMoved >= kPatience;
        if (stream.bytes != before || isLate)
            stream.lastMoved = now;
        if (!all && (stream.bytes != before || !isLate))
            return {};
        bool hasMore = true;
        while (hasMore) {
            THRESHER_TRY_ASSIGN(const bool moved, readOne(stream));
            hasMore = moved && all;
        }
        return {};
    }

    /// What there is now, or somewhat more than `most` bytes of it.
    Result<void> moveHeld(Stream &stream, std::uint64_t most)
    {
        const auto before = stream.bytes.load();
        std::uint64_t last = 0;
        do {
            last = stream.bytes;
            THRESHER_TRY(spliceWhole(stream));
        } while (stream.bytes != last && stream.bytes - before < most);
        return readOne(stream).map([](bool) {}); // the page that is being written
    }

private:
    Result<void> makePipe()
    {
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
            return failErrno(errno, "making a pipe");
        m_out = UniqueFd(ends[0]);
        m_in = UniqueFd(ends[1]);
        m_capacity = 16 * 4096;
        if (const int size = ::fcntl(m_in.get(), F_SETPIPE_SZ, static_cast<int>(kPipeBytes));
            size > 0)
            m_capacity = static_cast<std::size_t>(size);
        return {};
    }

    Result<void> spliceWhole(Stream &stream)
    {
        const std::size_t sub = stream.source.subBufferBytes;
        const std::size_t most = std::max(m_capacity / sub, std::size_t{1}) * sub;
        // One CPU must not keep others waiting for ever.
        for (std::size_t moved = 0; moved < 64 * kPipeBytes;) {
            const ssize_t n = ::splice(stream.source.raw.get(), nullptr, m_in.get(), nullptr, most,
                                       SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
            if (n == 0 || (n < 0 && isNothingThere(errno)))
                return {};
            if (n < 0)
                return failErrno(errno, "reading the kernel's buffer");
            THRESHER_TRY(empty(stream, static_cast<std::size_t>(n)));
            moved += static_cast<std::size_t>(n);
        }
        return {};
    }

    /// From the pipe to where it belongs.
    Result<void> empty(Stream &stream, std::size_t bytes)
    {
        if (!stream.source.file.isValid()) {
            m_pages.resize(bytes);
            for (std::size_t got = 0; got < bytes;) {
                const ssize_t n = ::read(m_out.get(), m_pages.data() + got, bytes - got);
                if (n <= 0)
                    return failErrno(errno, "reading a pipe");
                got += static_cast<std::size_t>(n);
            }
            return sendPages(stream);
        }
        while (bytes > 0) {
            const ssize_t n = ::splice(m_out.get(), nullptr, stream.source.file.get(), nullptr,
                                       bytes, SPLICE_F_MOVE);
            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0)
                return failWriting(stream, n < 0 ? errno : ENOSPC, bytes);
            bytes -= static_cast<std::size_t>(n);
            stream.bytes += static_cast<std::uint64_t>(n);
        }
        return {};
    }

    /// One sub-buffer by read(2), which gives incomplete ones.
    /// @returns whether there was one.
    Result<bool> readOne(Stream &stream)
    {
        const std::size_t sub = stream.source.subBufferBytes;
        m_pages.resize(sub);
        const ssize_t n = ::read(stream.source.raw.get(), m_pages.data(), sub);
        if (n == 0 || (n < 0 && isNothingThere(errno)))
            return false;
        if (n < 0)
            return failErrno(errno, "reading the kernel's buffer");
        std::fill(m_pages.begin() + n, m_pages.end(), std::byte{0});
        if (!stream.source.file.isValid()) {
            THRESHER_TRY(sendPages(stream));
            return true;
        }
        const std::size_t written = writeAll(stream.source.file.get(), m_pages);
        stream.bytes += written;
        if (written < sub)
            return failWriting(stream, errno, sub - written);
        return true;
    }

    Result<void> sendPages(Stream &stream)
    {
        THRESHER_TRY(m_reader.m_channel.send(FrameKind::Pages,
                                             std::array{std::span<const std::byte>(m_pages)},
                                             stream.source.instance, stream.source.cpu));
        stream.bytes += m_pages.size();
        return {};
    }

    tl::unexpected<Error> failWriting(Stream &stream, int error, std::size_t bytesLeft)
    {
        // What is left of the file is whole pages.
        const std::uint64_t part = stream.bytes % stream.source.subBufferBytes;
        stream.bytes -= part;
        const auto size = static_cast<off_t>(stream.bytes.load());
        m_reader.m_bytesLost += bytesLeft + part;
        if (::ftruncate(stream.source.file.get(), size) == 0)
            static_cast<void>(::lseek(stream.source.file.get(), size, SEEK_SET));
        return failErrno(error, "writing the recording");
    }

    PageReader &m_reader;
    UniqueFd m_out;
    UniqueFd m_in;
    std::size_t m_capacity = 0;
    std::vector<std::byte> m_pages;
};

PageReader::PageReader(std::vector<PageSource> sources, Channel &channel,
                       std::optional<Client> client, int wakeUp)
    : m_channel(channel)
    , m_client(client)
    , m_wakeUp(wakeUp)
{
    for (PageSource &source : sources) {
        const milliseconds pace(source.bufferKb / kMostKbPerMs / 2);
        m_pace = std::min(m_pace, std::clamp(pace, kLeastPace, kMostPace));
        auto &stream = m_streams.emplace_back(std::make_unique<Stream>());
        stream->source = std::move(source);
    }
}

PageReader::~PageReader() = default;

template<typename Run>
void PageReader::startThreads(const Run &run)
{
    for (std::size_t first = 0; first < m_streams.size(); first += kCpusOfThread)
        m_threads.emplace_back(
            [run, first, count = std::min(kCpusOfThread, m_streams.size() - first)](
                const std::stop_token &stop) { run(stop, first, count); });
}

void PageReader::start()
{
    const auto now = std::chrono::steady_clock::now();
    for (auto &stream : m_streams)
        stream->lastMoved = now;
    startThreads([this](const std::stop_token &stop, std::size_t first, std::size_t count) {
        run(stop, first, count);
    });
}

void PageReader::readHeld(std::uint32_t bufferKb)
{
    startThreads([this, most = std::uint64_t{bufferKb}
                               * 1024](const std::stop_token &, std::size_t first,
                                       std::size_t count) { runOnce(first, count, most); });
    m_threads.clear(); // waits for them
}

void PageReader::drain()
{
    m_drain = true;
    if (m_threads.empty())
        start();
    for (std::jthread &thread : m_threads)
        thread.request_stop();
    m_threads.clear();
}

void PageReader::run(const std::stop_token &stop, std::size_t first, std::size_t count)
{
    Worker worker(*this);
    Result<void> result = worker.prepare();
    std::mutex mutex;
    std::condition_variable_any sleeper;
    while (result) {
        // Asked before the round: what was there at the request is read after it.
        const bool isLast = stop.stop_requested();
        if (isLast && !m_drain)
            return;
        for (std::size_t i = first; result && i < first + count; ++i)
            result = worker.move(*m_streams[i], isLast);
        if (isLast)
            break;
        std::unique_lock lock(mutex);
        sleeper.wait_for(lock, stop, m_pace, [] { return false; });
    }
    if (!result)
        noteFailure(result.error());
}

void PageReader::runOnce(std::size_t first, std::size_t count, std::uint64_t most)
{
    Worker worker(*this);
    Result<void> result = worker.prepare();
    for (std::size_t i = first; result && i < first + count; ++i)
        result = worker.moveHeld(*m_streams[i], most);
    if (!result)
        noteFailure(result.error());
}

void PageReader::noteFailure(Error error)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_failure)
            m_failure = std::move(error);
    }
    const std::uint64_t one = 1;
    static_cast<void>(!::write(m_wakeUp, &one, sizeof(one)));
}

std::uint64_t PageReader::bytesRead(std::size_t i) const
{
    return m_streams[i]->bytes;
}

std::optional<Error> PageReader::failure() const
{
    const std::scoped_lock lock(m_mutex);
    return m_failure;
}

} // namespace thresher::capture
