// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/capture/recorder/fakeclient.h"

#include "model/base/bytes.h"

#include <algorithm>

namespace thresher::capture {

FakeClient::FakeClient(UniqueFd fd)
    : m_fd(std::move(fd))
    , m_channel(m_fd.get(), m_fd.get())
{}

void FakeClient::sendText(std::string_view text)
{
    static_cast<void>(m_channel.sendMessage(text)); // the other end may be gone already
}

void FakeClient::send(const Json &json)
{
    sendText(json.dump());
}

void FakeClient::sendFile(int file, std::uint16_t instance, std::uint32_t cpu)
{
    static_cast<void>(m_channel.sendFile(file, instance, cpu));
}

Json FakeClient::receive(const std::vector<std::string> &types)
{
    while (true) {
        const auto frame = m_channel.receive();
        if (!frame || !*frame)
            return Json::object();
        const Frame &got = **frame;
        if (got.header.kind == FrameKind::Blob) {
            const auto [name, bytes] = Channel::blobOf(got).value();
            blobs[std::string(name)] = asText(bytes);
            order.emplace_back(name);
        } else if (got.header.kind == FrameKind::Pages) {
            pages[{got.header.instance, got.header.cpu}] += asText(got.payload);
        } else {
            Json json = Json::parse(asText(got.payload));
            const auto type = json["type"].get<std::string>();
            const bool isAsked = std::find(types.begin(), types.end(), type) != types.end();
            if (type == "working" && !isAsked)
                continue; // on a slow machine
            order.push_back(type);
            if (types.empty() ? type != "progress" : isAsked)
                return json;
        }
    }
}

Json FakeClient::receive()
{
    return receive(std::vector<std::string>{});
}

Json FakeClient::ask(const Json &json, const std::string &type)
{
    send(json);
    return receive(std::vector<std::string>{type, "error"});
}

} // namespace thresher::capture
