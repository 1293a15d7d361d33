// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/channel.h"
#include "capture/recorder/strictjson.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace thresher::capture {

/// The client's end of a conversation, for tests.
class FakeClient
{
public:
    /// @param fd  a socket, which this owns.
    explicit FakeClient(UniqueFd fd);

    void send(const Json &json);
    void sendText(std::string_view text);
    void sendFile(int file, std::uint16_t instance, std::uint32_t cpu);

    /// The next message of one of these types; notes blobs and pages on the way, and passes over
    /// progress that nobody waits for. An object without a type at the end of the stream.
    [[nodiscard]] Json receive(const std::vector<std::string> &types);
    /// Any message but progress and signs of life.
    [[nodiscard]] Json receive();

    /// Sends and waits for the answer, which is one of `types` or an error.
    [[nodiscard]] Json ask(const Json &json, const std::string &type);

    void hangUp() { m_fd = UniqueFd(); }

    std::map<std::string, std::string> blobs; ///< The last of each name.
    std::map<std::pair<std::uint16_t, std::uint32_t>, std::string> pages; ///< By instance and CPU.
    std::vector<std::string> order; ///< Types and names of blobs, as they came.

private:
    UniqueFd m_fd;
    Channel m_channel;
};

} // namespace thresher::capture
