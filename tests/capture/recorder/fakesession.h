// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/recorder/session.h"
#include "tests/capture/recorder/fakeclient.h"
#include "tests/capture/recorder/faketracefs.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTest>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <thread>

namespace thresher::capture {

/// A recorder over the fake kernel, in a thread, and a client that has seen its greeting.
struct FakeSession
{
    FakeSession(const std::filesystem::path &tree, const std::filesystem::path &journals)
        : tracefs(tree)
    {
        int ends[2] = {-1, -1};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            std::abort();
        server = UniqueFd(ends[0]);
        client = std::make_unique<FakeClient>(UniqueFd(ends[1]));
        thread = std::jthread([this, tree, journals] {
            Channel channel(server.get(), server.get(), kMaxRequestBytes);
            Session session(
                channel,
                {&tracefs,
                 {tree, true, {}, {}, (tree / "kallsyms").string(), (tree / "blacklist").string()},
                 journals,
                 {},
                 -1});
            result = session.run();
            server = UniqueFd(); // the client sees the end
        });
        hello = client->receive();
    }
    ~FakeSession() { end(); }
    /// Hangs up, and waits until all is put back.
    void end()
    {
        client->hangUp();
        if (thread.joinable())
            thread.join();
    }

    FakeTracefs tracefs;
    UniqueFd server;
    std::unique_ptr<FakeClient> client;
    Result<void> result;
    Json hello;
    std::jthread thread;
};

/// A recorder over the fake kernel, in a process of its own that is killed a while after `talk` has
/// said to it what it wants, wherever it is then.
template<typename Talk>
void killRecorder(const std::filesystem::path &tree, const std::filesystem::path &journals,
                  const Machine &machine, const Talk &talk, std::chrono::microseconds after)
{
    int ends[2] = {-1, -1};
    QCOMPARE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    UniqueFd server(ends[0]);
    FakeClient client{UniqueFd(ends[1])};
    const pid_t child = ::fork();
    if (child == 0) {
        FakeTracefs tracefs(tree);
        Channel channel(server.get(), server.get(), kMaxRequestBytes);
        Session session(channel, {&tracefs, machine, journals, {}, -1});
        static_cast<void>(!session.run());
        ::_exit(0);
    }
    server = UniqueFd();
    talk(client);
    std::this_thread::sleep_for(after);
    ::kill(child, SIGKILL);
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
}

} // namespace thresher::capture
