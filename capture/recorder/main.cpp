// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/kernelconfig.h"
#include "capture/recorder/privileges.h"
#include "capture/recorder/session.h"
#include "model/base/version.h"

#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace thresher;
using namespace thresher::capture;

constexpr const char *kHelp
    = "thresher-recorder: records the kernel's events for thresher, which starts it as root.\n"
      "\n"
      "  thresher-recorder             speaks with the one who started it, on descriptor 0 if "
      "that\n"
      "                                is a socket, else on 0 and 1\n"
      "  thresher-recorder --clean-up  puts back what recorders that were killed have left\n"
      "  thresher-recorder --version\n"
      "  thresher-recorder --help\n";

/// How long a client may leave what is sent to it unread.
constexpr time_t kPatienceSeconds = 30;

void say(const std::string &text)
{
    std::fprintf(stderr, "thresher-recorder: %s\n", text.c_str());
}

/// Those that end a session become readable; a write to what is gone or full becomes an error.
UniqueFd prepareSignals()
{
    std::signal(SIGPIPE, SIG_IGN); // NOLINT(cert-err33-c): these can be ignored
    std::signal(SIGXFSZ, SIG_IGN);
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&signals, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return UniqueFd(::signalfd(-1, &signals, SFD_CLOEXEC));
}

std::unique_ptr<Tracefs> openTracefs(Machine &machine)
{
    machine.isRoot = ::geteuid() == 0;
    machine.tracefsPath = Tracefs::mountPoint();
    if (machine.isRoot && machine.tracefsPath.empty())
        machine.tracefsPath = Tracefs::mount().value_or(std::string());
    if (machine.tracefsPath.empty())
        return nullptr;
    auto root = Tracefs::openRoot(machine.tracefsPath);
    return root ? std::make_unique<Tracefs>(std::move(*root)) : nullptr;
}

int cleanUp(Tracefs *tracefs)
{
    if (tracefs == nullptr) {
        say("Tracing cannot be reached; this needs root.");
        return 1;
    }
    const auto [count, problems] = undoLeftovers(*tracefs, Journal::kFolder);
    for (const std::string &problem : problems)
        say(problem);
    std::printf("%zu put back.\n", count);
    return problems.empty() ? 0 : 1;
}

int converse(Session::Setup setup)
{
    Channel channel(0, 1, kMaxRequestBytes);
    const bool isSocket = channel.isSocket();
    if (isSocket) {
        const auto client = checkPeer(0, ::geteuid(), callerOfRoot());
        if (!client) {
            say(client.error().text());
            return 1;
        }
        if (::geteuid() == 0)
            setup.client = *client;
        const timeval patience{kPatienceSeconds, 0};
        ::setsockopt(0, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    }
    Channel socket(0, 0, kMaxRequestBytes);
    Session session(isSocket ? socket : channel, std::move(setup));
    if (const auto done = session.run(); !done) {
        say(done.error().text());
        return 1;
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    const std::string_view option(argc > 1 ? argv[1] : "");
    if (option == "--help") {
        std::fputs(kHelp, stdout);
        return 0;
    }
    if (option == "--version") {
        std::printf("thresher-recorder %s\n", std::string(version()).c_str());
        return 0;
    }
    if (argc > 2 || (argc == 2 && option != "--clean-up")) {
        std::fputs(kHelp, stderr);
        return 2;
    }

    ::umask(0077);
    const UniqueFd signals = prepareSignals();
    Session::Setup setup;
    const std::unique_ptr<Tracefs> tracefs = openTracefs(setup.machine);
    if (const auto done = restrictSelf(); !done) {
        say(done.error().text());
        return 1;
    }
    if (option == "--clean-up")
        return cleanUp(tracefs.get());
    setup.machine.config = readKernelConfig(kernelConfigFiles());
    setup.machine.lockdown = readLockdown();
    setup.tracefs = tracefs.get();
    setup.signals = signals.get();
    return converse(std::move(setup));
}
