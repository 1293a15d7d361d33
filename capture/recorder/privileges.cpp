// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/privileges.h"

#include <linux/capability.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace thresher::capture {

namespace {

constexpr std::array<unsigned, 4> kKeptCapabilities{CAP_SETGID, CAP_SETUID, CAP_SYS_NICE,
                                                    CAP_SYSLOG};

Result<void> dropCapabilities()
{
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
    if (::syscall(SYS_capget, &header, sets.data()) != 0)
        return failErrno(errno, "reading capabilities");
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> kept{};
    for (const unsigned capability : kKeptCapabilities) {
        const unsigned bit = 1U << (capability % 32U);
        kept[capability / 32U].permitted |= sets[capability / 32U].permitted & bit;
        kept[capability / 32U].effective |= sets[capability / 32U].permitted & bit;
    }
    if (::syscall(SYS_capset, &header, kept.data()) != 0)
        return failErrno(errno, "giving up capabilities");
    return {};
}

Result<void> forbidSystemCalls()
{
    const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(::seccomp_init(SCMP_ACT_ALLOW),
                                                                  ::seccomp_release);
    if (filter == nullptr)
        return fail(ErrorKind::Io, "Forbidding system calls failed.");
    static constexpr std::array kForbidden{SCMP_SYS(execve),
                                           SCMP_SYS(execveat),
                                           SCMP_SYS(ptrace),
                                           SCMP_SYS(socket),
                                           SCMP_SYS(connect),
                                           SCMP_SYS(bind),
                                           SCMP_SYS(listen),
                                           SCMP_SYS(accept),
                                           SCMP_SYS(accept4),
                                           SCMP_SYS(bpf),
                                           SCMP_SYS(init_module),
                                           SCMP_SYS(finit_module),
                                           SCMP_SYS(delete_module),
                                           SCMP_SYS(kexec_load),
                                           SCMP_SYS(mount),
                                           SCMP_SYS(umount2),
                                           SCMP_SYS(pivot_root),
                                           SCMP_SYS(chroot),
                                           SCMP_SYS(setns),
                                           SCMP_SYS(unshare),
                                           SCMP_SYS(perf_event_open),
                                           SCMP_SYS(keyctl),
                                           SCMP_SYS(process_vm_writev),
                                           SCMP_SYS(chmod),
                                           SCMP_SYS(fchmodat),
                                           SCMP_SYS(chown),
                                           SCMP_SYS(fchownat),
                                           SCMP_SYS(link),
                                           SCMP_SYS(linkat),
                                           SCMP_SYS(symlink),
                                           SCMP_SYS(symlinkat),
                                           SCMP_SYS(rename),
                                           SCMP_SYS(renameat),
                                           SCMP_SYS(renameat2),
                                           SCMP_SYS(mknod),
                                           SCMP_SYS(mknodat)};
    for (const int call : kForbidden)
        if (const int error = ::seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0);
            error != 0)
            return failErrno(-error, "forbidding system calls");
    if (const int error = ::seccomp_load(filter.get()); error != 0)
        return failErrno(-error, "forbidding system calls");
    return {};
}

} // namespace

Result<Client> checkPeer(int socket, uid_t self, std::optional<uid_t> caller)
{
    ucred peer{};
    socklen_t size = sizeof(peer);
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return failErrno(errno, "asking who is at the other end");
    if (peer.uid != 0 && peer.uid != self && peer.uid != caller)
        return fail(ErrorKind::InvalidArgument,
                    "The user at the other end is not the one who started the recorder.");
    return Client{peer.uid, peer.gid};
}

std::optional<uid_t> callerOfRoot()
{
    for (const char *variable : {"PKEXEC_UID", "SUDO_UID"}) {
        const char *text = std::getenv(variable);
        if (text == nullptr)
            continue;
        const std::string_view digits(text);
        uid_t uid = 0;
        const auto [end, error] = std::from_chars(digits.begin(), digits.end(), uid);
        if (error == std::errc() && end == digits.end())
            return uid;
    }
    return std::nullopt;
}

Result<void> restrictSelf()
{
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return failErrno(errno, "giving up new privileges");
    THRESHER_TRY(dropCapabilities());
    return forbidSystemCalls();
}

Result<void> becomeClient(const Client &client)
{
    // The C library's functions change all threads; the kernel's change one.
    if (::syscall(SYS_setgroups, 0, nullptr) != 0
        || ::syscall(SYS_setresgid, client.gid, client.gid, client.gid) != 0
        || ::syscall(SYS_setresuid, client.uid, client.uid, client.uid) != 0)
        return failErrno(errno, "giving up root's rights");
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
    if (::syscall(SYS_capset, &header, none.data()) != 0)
        return failErrno(errno, "giving up capabilities");
    return {};
}

} // namespace thresher::capture
