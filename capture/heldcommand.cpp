// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/heldcommand.h"

#include "capture/execwords_p.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <utility>

namespace thresher::capture {

namespace {

namespace fs = std::filesystem;

constexpr int kCannotExec = 127;

/// As a shell: a name with a slash is a path, others are looked for in PATH. Relative paths are
/// from where the command will run.
std::optional<fs::path> findProgram(const std::string &name, const fs::path &directory)
{
    const auto isProgram = [](const fs::path &path) {
        std::error_code ignored;
        return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
    };
    if (name.find('/') != std::string::npos) {
        const fs::path path = directory / name;
        return isProgram(path) ? std::optional(fs::absolute(path)) : std::nullopt;
    }
    const char *const said = std::getenv("PATH");
    std::string places = said != nullptr ? said : "/usr/local/bin:/usr/bin:/bin";
    for (std::size_t at = 0; at <= places.size();) {
        const auto end = std::min(places.find(':', at), places.size());
        const auto path = directory / places.substr(at, end - at) / name;
        if (!name.empty() && isProgram(path))
            return fs::absolute(path);
        at = end + 1;
    }
    return std::nullopt;
}

using Variables = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> environmentWith(const Variables &variables)
{
    std::vector<std::string> all;
    for (char **each = environ; *each != nullptr; ++each) {
        const std::string entry = *each;
        bool isReplaced = false;
        for (const auto &[name, value] : variables)
            isReplaced = isReplaced || entry.starts_with(name + '=');
        if (!isReplaced)
            all.push_back(entry);
    }
    for (const auto &[name, value] : variables)
        all.push_back(name + '=' + value);
    return all;
}

/// Who the command is to be.
struct User
{
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;
    std::string home;
};

Result<User> findUser(const std::string &name)
{
    if (::geteuid() != 0)
        return fail(ErrorKind::InvalidArgument,
                    "Only root can run a command as another user: leave " + name
                        + " out, or run this as root.");
    std::vector<char> room(64U << 10U);
    passwd entry{};
    passwd *found = nullptr;
    if (::getpwnam_r(name.c_str(), &entry, room.data(), room.size(), &found) != 0
        || found == nullptr)
        return fail(ErrorKind::InvalidArgument, "There is no user '" + name + "'.");
    User user{entry.pw_uid, entry.pw_gid, {}, entry.pw_dir};
    int count = 64;
    user.groups.resize(static_cast<std::size_t>(count));
    if (::getgrouplist(name.c_str(), entry.pw_gid, user.groups.data(), &count) < 0) {
        user.groups.resize(static_cast<std::size_t>(count));
        ::getgrouplist(name.c_str(), entry.pw_gid, user.groups.data(), &count);
    }
    user.groups.resize(static_cast<std::size_t>(std::max(count, 0)));
    return user;
}

struct Child
{
    const char *program;
    const char *directory; ///< Null: as it is.
    char *const *words;
    char *const *environment;
    const User *user; ///< Null: who it is.
    int gate;
    int failure;
};

// The kernel's own calls: the C library's would tell the threads that fork() left behind.
bool becomeUser(const User &user)
{
    return ::syscall(SYS_setgroups, user.groups.size(), user.groups.data()) == 0
           && ::syscall(SYS_setresgid, user.gid, user.gid, user.gid) == 0
           && ::syscall(SYS_setresuid, user.uid, user.uid, user.uid) == 0;
}

// Only what is safe between fork() and exec() in a program with threads.
[[noreturn]] void waitAndBecome(const Child &child)
{
    char go = 0;
    ssize_t got = 0;
    do
        got = ::read(child.gate, &go, 1);
    while (got < 0 && errno == EINTR);
    if (got != 1)
        ::_exit(kCannotExec); // the recording came to nothing
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if ((child.user == nullptr || becomeUser(*child.user))
        && (child.directory == nullptr || ::chdir(child.directory) == 0))
        ::execve(child.program, child.words, child.environment);
    const int error = errno;
    [[maybe_unused]] const auto ignored = ::write(child.failure, &error, sizeof error);
    ::_exit(kCannotExec);
}

} // namespace

HeldCommand::HeldCommand(HeldCommand &&other) noexcept
    : m_name(std::move(other.m_name))
    , m_pid(std::exchange(other.m_pid, 0))
    , m_pidFd(std::move(other.m_pidFd))
    , m_gate(std::move(other.m_gate))
    , m_failure(std::move(other.m_failure))
    , m_status(other.m_status)
{}

HeldCommand::~HeldCommand()
{
    if (m_pid == 0 || m_status)
        return;
    const bool wasHeld = m_gate.isValid();
    m_gate = UniqueFd(); // which ends one that waits
    ::waitpid(m_pid, nullptr, wasHeld ? 0 : WNOHANG);
}

Result<HeldCommand> HeldCommand::hold(const CommandPlan &plan)
{
    const std::string name = plan.words.empty() ? std::string() : plan.words.front();
    const auto program = findProgram(name, plan.directory);
    if (!program)
        return fail(ErrorKind::InvalidArgument,
                    "There is no program '" + name + "' that could be run.");
    Variables variables;
    std::optional<User> user;
    if (!plan.user.empty()) {
        THRESHER_TRY_ASSIGN(user, findUser(plan.user));
        variables = {{"HOME", user->home}, {"USER", plan.user}, {"LOGNAME", plan.user}};
    }
    variables.insert(variables.end(), plan.environment.begin(), plan.environment.end());
    std::array<int, 2> gate{};
    std::array<int, 2> failure{};
    // Unlike a pipe, a socket whose other end is dead can be written to without a signal.
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gate.data()) != 0)
        return failErrno(errno, "starting the command");
    const UniqueFd gateOut(gate[0]);
    HeldCommand command;
    command.m_name = name;
    command.m_gate = UniqueFd(gate[1]);
    if (::pipe2(failure.data(), O_CLOEXEC) != 0)
        return failErrno(errno, "starting the command");
    command.m_failure = UniqueFd(failure[0]);
    const UniqueFd failureIn(failure[1]);
    const auto environment = environmentWith(variables);
    const auto words = execWords(plan.words);
    const auto environmentWords = execWords(environment);
    const auto path = program->string();
    const auto directory = plan.directory.string();
    const auto pid = ::fork();
    if (pid < 0)
        return failErrno(errno, "starting the command");
    if (pid == 0) {
        ::close(gate[1]); // its own end would keep it waiting
        waitAndBecome({path.c_str(), directory.empty() ? nullptr : directory.c_str(), words.data(),
                       environmentWords.data(), user ? &*user : nullptr, gate[0], failure[1]});
    }
    command.m_pid = pid;
    command.m_pidFd = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!command.m_pidFd.isValid())
        return failErrno(errno, "watching the command");
    return command;
}

Result<void> HeldCommand::release()
{
    const char go = 1;
    ssize_t written = 0;
    do
        written = ::send(m_gate.get(), &go, 1, MSG_NOSIGNAL);
    while (written < 0 && errno == EINTR);
    m_gate = UniqueFd();
    int error = 0;
    ssize_t got = 0;
    do
        got = ::read(m_failure.get(), &error, sizeof error);
    while (got < 0 && errno == EINTR);
    m_failure = UniqueFd();
    if (written == 1 && got == 0)
        return {};
    return failErrno(got == sizeof error ? error : EPIPE, "running '" + m_name + "'");
}

void HeldCommand::terminate()
{
    if (!status())
        ::kill(m_pid, SIGTERM);
}

std::optional<int> HeldCommand::status()
{
    int status = 0;
    if (!m_status && ::waitpid(m_pid, &status, WNOHANG) == m_pid)
        m_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return m_status;
}

} // namespace thresher::capture
