// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/channel.h"
#include "capture/protocol.h"
#include "model/base/bytes.h"
#include "tests/capture/recordedscene.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>

/// Speaks as thresher-recorder does, and records what is in a trace (FAKE_TRACE). FAKE_DO says what
/// goes wrong; "count": nothing is recorded.
namespace {

using namespace thresher;
using namespace thresher::capture;

constexpr std::string_view kCounts
    = "# event histogram\n#\n"
      "# trigger info: hist:keys=next_pid:vals=hitcount:sort=hitcount:size=2048 [active]\n#\n\n"
      "{ next_pid:         42 } hitcount:          7\n\n"
      "Totals:\n    Hits: 7\n    Entries: 1\n    Dropped: 0\n";
constexpr std::chrono::milliseconds kSlowStep{300}; ///< Between signs of life, "slow".

std::string variable(const char *name)
{
    const char *const value = std::getenv(name);
    return value != nullptr ? value : "";
}

class FakeRecorder
{
public:
    FakeRecorder()
        : m_do(variable("FAKE_DO"))
    {}

    int run()
    {
        if (m_do == "refuse") {
            std::fputs("a password is required\n", stderr);
            return 1;
        }
        if (m_do == "other-version")
            return say(R"({"type": "hello", "protocol": 99, "version": "9.9", "pid": 1})");
        say(std::string(R"({"type": "hello", "protocol": )") + std::to_string(kProtocolVersion)
            + R"(, "version": "fake", "pid": )" + std::to_string(::getpid()) + R"(, "files": )"
            + (m_channel.isSocket() ? "true" : "false") + R"(, "leftovers": [)"
            + (m_do == "leftovers" ? R"({"id": "a", "items": ["The event x is on."]})"
                                   : std::string())
            + "]}");
        if (const auto trace = TraceFile::open(variable("FAKE_TRACE")))
            m_trace = *trace;
        for (;;) {
            auto frame = m_channel.receive();
            while (m_do == "hang" && (!frame || !*frame))
                ::pause(); // whatever it is told
            if (!frame || !*frame)
                return 0;
            if ((*frame)->header.kind == FrameKind::File)
                m_files[{(*frame)->header.instance, (*frame)->header.cpu}] = std::move(
                    (*frame)->file);
            else if (const int status = answer(asText((*frame)->payload)); status >= 0)
                return status;
        }
    }

private:
    int say(const std::string &json) { return m_channel.sendMessage(json) ? 0 : 1; }

    static bool isType(std::string_view json, const std::string &type)
    {
        return json.find("\"type\":\"" + type + '"') != std::string_view::npos;
    }

    int answer(std::string_view json)
    {
        if (isType(json, "record"))
            return prepare();
        if (isType(json, "start"))
            return start();
        if (isType(json, "stop"))
            return m_do == "deaf" ? -1 : stop("request");
        if (isType(json, "marker")) {
            say(R"({"type": "done", "request": "marker"})");
            return -1;
        }
        if (isType(json, "snapshot")) {
            say(R"({"type": "error", "request": "snapshot", "text": "No snapshots here."})");
            return -1;
        }
        if (isType(json, "histograms")) {
            static_cast<void>(m_channel.sendBlob("hist_now:sched/sched_switch", kCounts, 0));
            say(R"({"type": "done", "request": "histograms"})");
            return -1;
        }
        if (isType(json, "capabilities") && m_do == "slow")
            for (int i = 0; i < 4; ++i) {
                std::this_thread::sleep_for(kSlowStep);
                say(R"({"type": "working"})");
            }
        if (isType(json, "capabilities"))
            say(variable("FAKE_CAPABILITIES"));
        if (isType(json, "describe"))
            say(R"({"type": "done", "request": "describe"})");
        if (isType(json, "check_probes"))
            say(variable(json.find("\"make\":true") != std::string_view::npos ? "FAKE_MADE"
                                                                              : "FAKE_COMPARED"));
        if (isType(json, "measure_probes"))
            say(variable("FAKE_RATES"));
        if (isType(json, "clean_up"))
            say(R"({"type": "done", "request": "clean_up"})");
        return -1;
    }

    int prepare()
    {
        if (m_do == "error") {
            say(R"({"type": "error", "request": "record", "path": "/instances/0/events/0/filter",)"
                R"( "text": "The filter is wrong.", "kernel": "Field not found", "caret": 3})");
            return -1;
        }
        if (m_do == "die-early")
            return 1;
        std::string ready;
        for (std::size_t i = 0; i < m_trace->instances().size(); ++i) {
            const auto &instance = m_trace->instances()[i];
            std::string cpus;
            for (const StreamInfo &stream : m_trace->streams()) {
                if (stream.instance == i)
                    cpus += (cpus.empty() ? "" : ",") + std::to_string(stream.cpu);
            }
            ready += std::string(i == 0 ? "" : ",") + R"({"name": ")" + instance.name
                     + R"(", "buffer_kb": 1408, "buffer_chosen": true, "sub_buffer_bytes": )"
                     + std::to_string(instance.pageSize) + R"(, "clock": ")" + instance.clock
                     + R"(", "cpus": [)" + cpus + R"(], "events": 12, "mode": "stream"})";
        }
        for (const test::SentBlob &blob : test::blobsOf(*m_trace)) {
            if (blob.name != blob::kStats
                && !m_channel.sendBlob(blob.name, blob.bytes, blob.instance, blob.cpu))
                return 1;
        }
        say(R"({"type": "ready", "instances": [)" + ready + "]}");
        return -1;
    }

    // Gives the pages, some at a time; FAKE_PAGES: dies within the page of this number.
    int start()
    {
        say(R"({"type": "started", "time_ns": 1000})");
        const auto limit = variable("FAKE_PAGES");
        auto left = limit.empty() ? -1L : std::atol(limit.c_str());
        const auto pages = test::pagesOf(m_trace);
        for (std::size_t i = 0; m_do != "count" && i < m_trace->instances().size(); ++i) {
            const auto &instance = m_trace->instances()[i];
            for (const auto &[key, bytes] : pages) {
                if (key.first != instance.name)
                    continue;
                std::span<const std::byte> rest = bytes;
                for (; !rest.empty(); rest = rest.subspan(instance.pageSize)) {
                    if (left-- == 0) {
                        give(i, key.second, rest.first(instance.pageSize / 3));
                        std::raise(SIGKILL);
                    }
                    if (!give(i, key.second, rest.first(instance.pageSize)))
                        return stop("no_space");
                }
            }
        }
        say(R"({"type": "progress", "time_ns": 2000000000, "instances": [{"on": true, "cpus": [)"
            R"({"cpu": 0, "entries": 77, "overrun": 3, "dropped": 2, "bytes_read": 8192,)"
            R"( "fill": 0.25, "events_per_second": 1000.5}]}]})");
        if (m_do == "duration")
            return stop("duration");
        return -1;
    }

    bool give(std::size_t instance, CpuId cpu, std::span<const std::byte> page)
    {
        const auto number = static_cast<std::uint16_t>(instance);
        const auto file = m_files.find({number, cpu});
        if (file == m_files.end())
            return m_channel.send(FrameKind::Pages, std::array{page}, number, cpu).has_value();
        return ::write(file->second.get(), page.data(), page.size())
               == static_cast<ssize_t>(page.size());
    }

    int stop(const std::string &reason)
    {
        for (const test::SentBlob &blob : test::blobsOf(*m_trace)) {
            if (blob.name == blob::kStats) [[maybe_unused]]
                const auto sent = m_channel.sendBlob(blob.name, blob.bytes, blob.instance,
                                                     blob.cpu);
        }
        if (m_do == "count")
            static_cast<void>(m_channel.sendBlob("hist:sched/sched_switch", kCounts, 0));
        say(R"({"type": "stopped", "reason": ")" + reason
            + R"(", "text": "It is over.", "time_ns": 3000000000, "instances": [{"on": false,)"
              R"( "cpus": [{"cpu": 0, "entries": 1234, "overrun": 0, "dropped": 0}]}]})");
        return -1;
    }

    std::string m_do;
    Channel m_channel{STDIN_FILENO, STDOUT_FILENO};
    std::shared_ptr<const TraceFile> m_trace;
    std::map<std::pair<std::uint16_t, CpuId>, UniqueFd> m_files;
};

} // namespace

int main()
{
    return FakeRecorder().run();
}
