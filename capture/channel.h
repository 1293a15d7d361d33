// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/protocol.h"
#include "model/base/mappedfile.h"
#include "model/base/result.h"

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace thresher::capture {

struct Frame
{
    FrameHeader header;
    std::vector<std::byte> payload;
    UniqueFd file; ///< Of kind File: the descriptor that came with it.
};

/// Frames in both directions over two descriptors, which may be the same Unix socket (of type
/// SOCK_STREAM). Sending is thread-safe, and blocks; receiving is for one thread at a time.
class Channel
{
public:
    /// @param input,output  not owned; kept open by the caller.
    /// @param maxMessage  longest message that is accepted.
    Channel(int input, int output, std::uint32_t maxMessage = limitOf(FrameKind::Message));

    [[nodiscard]] int input() const { return m_input; } ///< For poll().
    [[nodiscard]] int output() const { return m_output; }
    /// Whether descriptors can be passed.
    [[nodiscard]] bool isSocket() const { return m_isSocket; }

    /// The next frame; blocks until it is there as a whole. None at a proper end of the stream.
    /// Fails (Damaged) on an end within a frame, unknown kinds, and lengths beyond limits; after
    /// that the channel is of no use. At most the bytes of one frame are held.
    [[nodiscard]] Result<std::optional<Frame>> receive();

    /// @param parts  written one after the other as the payload.
    [[nodiscard]] Result<void> send(FrameKind kind,
                                    std::span<const std::span<const std::byte>> parts,
                                    std::uint16_t instance = 0, std::uint32_t cpu = 0);
    [[nodiscard]] Result<void> sendMessage(std::string_view json);
    [[nodiscard]] Result<void> sendBlob(std::string_view name, std::string_view bytes,
                                        std::uint16_t instance = 0, std::uint32_t cpu = 0);
    /// A frame of kind File with `file`, which stays open here. The channel must be a socket.
    [[nodiscard]] Result<void> sendFile(int file, std::uint16_t instance, std::uint32_t cpu);

    /// Name and bytes of a Blob's payload; none if there is no NUL.
    [[nodiscard]] static std::optional<std::pair<std::string_view, std::span<const std::byte>>>
    blobOf(const Frame &frame);

private:
    [[nodiscard]] Result<std::size_t> read(std::byte *to, std::size_t size);
    [[nodiscard]] Result<void> write(std::span<const std::byte> bytes, int file);

    int m_input;
    int m_output;
    std::uint32_t m_maxMessage;
    bool m_isSocket;
    bool m_outputIsSocket;
    std::deque<UniqueFd> m_files; ///< That arrived, and belong to frames not yet returned.
    std::mutex m_sending;
};

} // namespace thresher::capture
