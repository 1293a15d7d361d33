// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/channel.h"

#include "model/base/bytes.h"
#include "model/format/bytewriter.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace thresher::capture {

namespace {

// What a peer announces is not believed before it arrives.
constexpr std::size_t kStepBytes = 1U << 20U;
constexpr std::size_t kMaxFilesInFlight = 4;

bool isStreamSocket(int fd)
{
    int type = 0;
    socklen_t size = sizeof(type);
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

using HeaderBytes = std::array<std::byte, kFrameHeaderBytes>;

HeaderBytes encoded(const FrameHeader &header)
{
    ByteWriter writer(false);
    writer.u32(header.length);
    writer.u16(static_cast<std::uint16_t>(header.kind));
    writer.u16(header.instance);
    writer.u32(header.cpu);
    HeaderBytes bytes{};
    std::ranges::copy(writer.bytes(), bytes.begin());
    return bytes;
}

FrameHeader decoded(const HeaderBytes &bytes)
{
    ByteReader reader(bytes, false);
    FrameHeader header;
    header.length = reader.u32();
    header.kind = static_cast<FrameKind>(reader.u16());
    header.instance = reader.u16();
    header.cpu = reader.u32();
    return header;
}

} // namespace

Channel::Channel(int input, int output, std::uint32_t maxMessage)
    : m_input(input)
    , m_output(output)
    , m_maxMessage(maxMessage)
    , m_isSocket(isStreamSocket(input))
    , m_outputIsSocket(isStreamSocket(output))
{}

Result<std::size_t> Channel::read(std::byte *to, std::size_t size)
{
    std::size_t got = 0;
    while (got < size) {
        ssize_t n = 0;
        if (m_isSocket) {
            alignas(cmsghdr) std::array<char, CMSG_SPACE(kMaxFilesInFlight * sizeof(int))>
                control{};
            iovec part{to + got, size - got};
            msghdr message{};
            message.msg_iov = &part;
            message.msg_iovlen = 1;
            message.msg_control = control.data();
            message.msg_controllen = control.size();
            n = recvmsg(m_input, &message, MSG_CMSG_CLOEXEC);
            const int error = errno;
            for (auto *c = CMSG_FIRSTHDR(&message); n > 0 && c != nullptr;
                 c = CMSG_NXTHDR(&message, c)) {
                if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
                    continue;
                for (std::size_t i = 0; CMSG_LEN((i + 1) * sizeof(int)) <= c->cmsg_len; ++i) {
                    int file = -1;
                    std::memcpy(&file, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
                    m_files.emplace_back(file);
                }
            }
            if (m_files.size() > kMaxFilesInFlight)
                return fail(ErrorKind::Damaged, "More descriptors came than were announced.");
            errno = error;
        } else {
            n = ::read(m_input, to + got, size - got);
        }
        if (n < 0 && errno == EINTR)
            continue;
        // A peer that died with unread bytes resets the connection: it is gone either way.
        if (n == 0 || (n < 0 && errno == ECONNRESET))
            break;
        if (n < 0)
            return failErrno(errno, "reading from the other side");
        got += static_cast<std::size_t>(n);
    }
    return got;
}

Result<std::optional<Frame>> Channel::receive()
{
    HeaderBytes bytes{};
    THRESHER_TRY_ASSIGN(const std::size_t got, read(bytes.data(), bytes.size()));
    if (got == 0)
        return std::nullopt;
    if (got < bytes.size())
        return fail(ErrorKind::Damaged, "The stream ends within a frame.");

    Frame frame;
    frame.header = decoded(bytes);
    const auto kind = static_cast<std::uint16_t>(frame.header.kind);
    if (kind < static_cast<std::uint16_t>(FrameKind::Message)
        || kind > static_cast<std::uint16_t>(FrameKind::File))
        return fail(ErrorKind::Damaged, "A frame of an unknown kind.");
    const std::uint32_t limit = frame.header.kind == FrameKind::Message
                                    ? m_maxMessage
                                    : limitOf(frame.header.kind);
    if (frame.header.length > limit)
        return fail(ErrorKind::Damaged, "A frame that is longer than allowed.");

    while (frame.payload.size() < frame.header.length) {
        const std::size_t at = frame.payload.size();
        const std::size_t step = std::min(kStepBytes, frame.header.length - at);
        frame.payload.resize(at + step);
        THRESHER_TRY_ASSIGN(const std::size_t part, read(frame.payload.data() + at, step));
        if (part < step)
            return fail(ErrorKind::Damaged, "The stream ends within a frame.");
    }
    if (frame.header.kind == FrameKind::File && !m_files.empty()) {
        frame.file = std::move(m_files.front());
        m_files.pop_front();
    }
    return frame;
}

Result<void> Channel::write(std::span<const std::byte> bytes, int file)
{
    while (!bytes.empty()) {
        ssize_t n = 0;
        if (m_outputIsSocket) {
            alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
            // sendmsg() does not change what it reads from.
            iovec part{const_cast<std::byte *>(bytes.data()), bytes.size()};
            msghdr message{};
            message.msg_iov = &part;
            message.msg_iovlen = 1;
            if (file >= 0) {
                message.msg_control = control.data();
                message.msg_controllen = control.size();
                auto *c = CMSG_FIRSTHDR(&message);
                c->cmsg_level = SOL_SOCKET;
                c->cmsg_type = SCM_RIGHTS;
                c->cmsg_len = CMSG_LEN(sizeof(int));
                std::memcpy(CMSG_DATA(c), &file, sizeof(int));
            }
            n = sendmsg(m_output, &message, MSG_NOSIGNAL);
        } else {
            n = ::write(m_output, bytes.data(), bytes.size());
        }
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failErrno(errno, "writing to the other side");
        file = -1; // goes with the first byte
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return {};
}

Result<void> Channel::send(FrameKind kind, std::span<const std::span<const std::byte>> parts,
                           std::uint16_t instance, std::uint32_t cpu)
{
    std::size_t length = 0;
    for (const auto part : parts)
        length += part.size();
    if (length > limitOf(kind))
        return fail(ErrorKind::InvalidArgument, "A frame that is longer than allowed.");
    const std::scoped_lock lock(m_sending);
    const HeaderBytes header = encoded({static_cast<std::uint32_t>(length), kind, instance, cpu});
    THRESHER_TRY(write(header, -1));
    for (const auto part : parts)
        THRESHER_TRY(write(part, -1));
    return {};
}

Result<void> Channel::sendMessage(std::string_view json)
{
    return send(FrameKind::Message, std::array{asBytes(json)});
}

Result<void> Channel::sendBlob(std::string_view name, std::string_view bytes,
                               std::uint16_t instance, std::uint32_t cpu)
{
    return send(FrameKind::Blob,
                std::array{asBytes(name), asBytes(std::string_view("\0", 1)), asBytes(bytes)},
                instance, cpu);
}

Result<void> Channel::sendFile(int file, std::uint16_t instance, std::uint32_t cpu)
{
    const std::scoped_lock lock(m_sending);
    return write(encoded({0, FrameKind::File, instance, cpu}), file);
}

std::optional<std::pair<std::string_view, std::span<const std::byte>>>
Channel::blobOf(const Frame &frame)
{
    const std::string_view text = asText(frame.payload);
    const auto end = text.find('\0');
    if (end == std::string_view::npos)
        return std::nullopt;
    return std::pair{text.substr(0, end), std::span(frame.payload).subspan(end + 1)};
}

} // namespace thresher::capture
