// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorderprocess.h"

#include "capture/execwords_p.h"
#include "model/base/bytes.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace thresher::capture {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// Until a program begins to speak that needs no password: what cannot begin ends, and is heard of.
constexpr std::chrono::milliseconds kPatience = 60s;
constexpr std::chrono::milliseconds kLongPatience = 24h; // with somebody who types a password
constexpr auto kEndPatience = 10s; // until it has put all back
constexpr off_t kLastWords = 2000;

// Where the remote machine may have it, with or without being root there.
constexpr auto kRemoteScript
    = "for r in \"$(command -v thresher-recorder)\" /usr/libexec/thresher/thresher-recorder "
      "/usr/local/libexec/thresher/thresher-recorder; do if [ -x \"$r\" ]; then "
      "if [ \"$(id -u)\" = 0 ]; then exec \"$r\"; else exec sudo -n \"$r\"; fi; fi; done; "
      "echo 'thresher-recorder is not installed on that machine.' >&2; exit 127";

std::string trimmedLines(std::string text)
{
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    return text;
}

bool isExecutable(const fs::path &path)
{
    std::error_code ignored;
    return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

// Only what is safe between fork() and exec() in a program with threads.
[[noreturn]] void become(char *const *words, int socket, int errors)
{
    // Signals that this program blocks are not the recorder's business; Ctrl+C is: the client asks
    // it to stop in order.
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGINT, SIG_IGN);
    // Where this program's own three are closed, these may have their numbers, and dup2() to the
    // same number would leave a descriptor that exec() closes.
    socket = ::fcntl(socket, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    errors = ::fcntl(errors, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    ::dup2(socket, STDIN_FILENO);
    ::dup2(socket, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    ::execvp(words[0], words);
    const char *const why = std::strerror(errno);
    static constexpr char kCannot[] = "cannot be started: ";
    [[maybe_unused]] auto ignored = ::write(STDERR_FILENO, words[0], std::strlen(words[0]));
    ignored = ::write(STDERR_FILENO, " ", 1);
    ignored = ::write(STDERR_FILENO, kCannot, sizeof kCannot - 1);
    ignored = ::write(STDERR_FILENO, why, std::strlen(why));
    ::_exit(127);
}

} // namespace

fs::path findRecorder()
{
    if (const char *const said = std::getenv("THRESHER_RECORDER"); said != nullptr && *said != 0)
        return said;
    std::error_code error;
    const auto self = fs::read_symlink("/proc/self/exe", error);
    if (error)
        return {};
    for (const auto &place :
         {self.parent_path() / "thresher-recorder",
          self.parent_path().parent_path() / "libexec/thresher/thresher-recorder"}) {
        if (isExecutable(place))
            return place;
    }
    return {};
}

RecorderProcess::RecorderProcess(UniqueFd socket, UniqueFd errors, Pid pid, bool passesFiles)
    : m_socket(std::move(socket))
    , m_errors(std::move(errors))
    , m_pid(pid)
    , m_passesFiles(passesFiles)
    , m_channel(m_socket.get(), m_socket.get())
{}

RecorderProcess::~RecorderProcess()
{
    const bool waits = !m_isLeft;
    leave();
    const auto until = std::chrono::steady_clock::now() + kEndPatience;
    constexpr std::chrono::milliseconds kStep = 1ms;
    while (!hasEnded() && waits && std::chrono::steady_clock::now() < until)
        ::poll(nullptr, 0, static_cast<int>(kStep.count()));
}

void RecorderProcess::leave()
{
    ::shutdown(m_socket.get(), SHUT_RDWR);
    // Still asking for a password: there is nothing to put back, and pkexec and ssh do not hear of
    // the socket. Until then they run as this user. By what cannot be caught: the child may not
    // have become another program yet, and has the handlers of this one.
    if (m_hello.protocol == 0)
        kill();
    m_isLeft = true;
}

bool RecorderProcess::hasEnded()
{
    // Its number may be another one's as soon as it was waited for.
    m_hasEnded = m_hasEnded || ::waitpid(m_pid, nullptr, WNOHANG) != 0;
    return m_hasEnded;
}

bool RecorderProcess::kill()
{
    return hasEnded() || ::kill(m_pid, SIGKILL) == 0;
}

std::string RecorderProcess::lastWords() const
{
    const auto size = ::lseek(m_errors.get(), 0, SEEK_END);
    const auto from = std::max<off_t>(size - kLastWords, 0);
    std::string text(static_cast<std::size_t>(std::max<off_t>(size - from, 0)), '\0');
    const auto got = ::pread(m_errors.get(), text.data(), text.size(), from);
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return trimmedLines(std::move(text));
}

Result<RecorderMessage> RecorderProcess::nextMessage(std::chrono::milliseconds patience,
                                                     const std::stop_token &stop, Blobs *blobs)
{
    // Also out of the midst of a frame that does not end.
    const std::stop_callback hangUp(stop, [this] { ::shutdown(m_socket.get(), SHUT_RDWR); });
    auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            until - std::chrono::steady_clock::now());
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, "Nothing was recorded.");
        if (left <= 0ms)
            return fail(ErrorKind::Io, "The recorder does not answer.");
        pollfd wait{m_socket.get(), POLLIN, 0};
        if (::poll(&wait, 1, static_cast<int>(std::min(left, 1h + 0ms).count())) <= 0)
            continue;
        auto frame = m_channel.receive();
        if ((!frame || !*frame) && !stop.stop_requested()) {
            const auto words = lastWords();
            return fail(ErrorKind::Io,
                        words.empty() ? "The recorder ended without a word." : words);
        }
        if (!frame || !*frame)
            continue;
        until = std::chrono::steady_clock::now() + patience;
        if ((*frame)->header.kind == FrameKind::Message) {
            auto message = parseMessage(asText((*frame)->payload));
            if (message && std::holds_alternative<Working>(*message))
                continue;
            return message;
        }
        if (blobs == nullptr)
            continue;
        if (const auto blob = Channel::blobOf(**frame))
            (*blobs)[std::string(blob->first)] = asText(blob->second);
    }
}

Result<RecorderMessage> RecorderProcess::ask(std::string_view json,
                                             std::chrono::milliseconds patience,
                                             const std::stop_token &stop)
{
    THRESHER_TRY(m_channel.sendMessage(json));
    THRESHER_TRY_ASSIGN(RecorderMessage message, nextMessage(patience, stop));
    if (const auto *error = std::get_if<RecorderError>(&message))
        return tl::unexpected<Error>(errorOf(*error, {}));
    return message;
}

Result<RecorderProcess::Blobs> RecorderProcess::askForBlobs(std::string_view json,
                                                            std::chrono::milliseconds patience,
                                                            const std::stop_token &stop)
{
    Blobs blobs;
    THRESHER_TRY(m_channel.sendMessage(json));
    THRESHER_TRY_ASSIGN(const RecorderMessage message, nextMessage(patience, stop, &blobs));
    if (const auto *error = std::get_if<RecorderError>(&message))
        return tl::unexpected<Error>(errorOf(*error, {}));
    if (!std::holds_alternative<Done>(message))
        return fail(ErrorKind::Damaged, "The recorder gave an answer to something else.");
    return blobs;
}

Result<std::unique_ptr<RecorderProcess>>
RecorderProcess::start(const std::vector<std::string> &words, bool passesFiles,
                       const std::stop_token &stop)
{
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return failErrno(errno, "starting the recorder");
    UniqueFd ours(ends[0]);
    UniqueFd theirs(ends[1]);
    UniqueFd errors(::memfd_create("thresher-recorder's words", MFD_CLOEXEC));
    if (!errors.isValid())
        return failErrno(errno, "starting the recorder");
    const auto pointers = execWords(words);
    const auto pid = ::fork();
    if (pid < 0)
        return failErrno(errno, "starting the recorder");
    if (pid == 0)
        become(pointers.data(), theirs.get(), errors.get());
    theirs = UniqueFd(); // or its end would not be heard
    std::unique_ptr<RecorderProcess> process(
        new RecorderProcess(std::move(ours), std::move(errors), pid, passesFiles));
    const bool mayAsk = words.front() == "pkexec" || words.front() == "ssh";
    THRESHER_TRY_ASSIGN(const RecorderMessage message,
                        process->nextMessage(mayAsk ? kLongPatience : kPatience, stop));
    if (const auto *hello = std::get_if<Hello>(&message))
        process->m_hello = *hello;
    if (process->m_hello.protocol != kProtocolVersion)
        return fail(ErrorKind::Unsupported, "The recorder is of another version ("
                                                + process->m_hello.version
                                                + "): install the same one on both sides.");
    return process;
}

Result<std::unique_ptr<RecorderProcess>> RecorderProcess::launch(const LaunchOptions &options,
                                                                 const std::stop_token &stop)
{
    if (!options.host.empty()) {
        if (options.host.front() == '-')
            return fail(ErrorKind::InvalidArgument, "This is no name of a machine.", options.host);
        auto remote = start({"ssh", "-T", options.host, kRemoteScript}, false, stop);
        if (!remote)
            remote.error().where = options.host;
        return remote;
    }
    const auto recorder = options.recorder.empty() ? findRecorder() : options.recorder;
    if (recorder.empty())
        return fail(ErrorKind::Io,
                    "thresher-recorder, which records as root, is not installed: it belongs beside "
                    "this program or in libexec.");
    const auto path = recorder.string();
    if (options.privilege == Privilege::Direct
        || (options.privilege == Privilege::Auto && ::geteuid() == 0))
        return start({path}, true, stop);
    std::string why;
    if (options.privilege != Privilege::Pkexec) {
        auto sudo = start({"sudo", "-n", "--", path}, true, stop);
        if (sudo || sudo.error().kind == ErrorKind::Cancelled)
            return sudo;
        why = sudo.error().what;
    }
    if (options.privilege != Privilege::Sudo) {
        auto pkexec = start({"pkexec", path}, true, stop);
        if (pkexec || pkexec.error().kind == ErrorKind::Cancelled)
            return pkexec;
        why += (why.empty() ? "" : "; ") + pkexec.error().what;
    }
    std::string help = "Run this as root (sudo thresher record …)";
    if (options.privilege != Privilege::Pkexec)
        help += ", or allow sudo without a password for " + path;
    if (options.privilege != Privilege::Sudo)
        help += ", or install polkit for pkexec";
    const char *const tried = options.privilege == Privilege::Sudo ? "sudo does not give it"
                              : options.privilege == Privilege::Pkexec
                                  ? "pkexec does not give it"
                                  : "neither sudo nor pkexec gives it";
    return fail(ErrorKind::Io, std::string("Recording needs root, and ") + tried + " (" + why
                                   + "). " + help + '.');
}

Error errorOf(const RecorderError &error, std::string_view value)
{
    Error result{ErrorKind::InvalidArgument, error.text, {}, -1};
    if (!error.kernel.empty())
        result.what += "\nThe kernel says: " + error.kernel;
    if (error.caret >= 0 && !value.empty()) {
        const auto caret = std::min<std::size_t>(static_cast<std::size_t>(error.caret),
                                                 value.size());
        result.what += "\n  " + std::string(value) + "\n  " + std::string(caret, ' ') + '^';
    }
    return result;
}

} // namespace thresher::capture
