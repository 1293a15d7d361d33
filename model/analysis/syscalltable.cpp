// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/analysis.h"

#include <seccomp.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace thresher {

namespace {

struct Machine
{
    std::string_view name; ///< As uname has it, or how that begins.
    std::uint32_t big = 0; ///< libseccomp's number; 0: there is no such.
    std::uint32_t little = 0;
    std::uint32_t compat = 0;
};

// The first that fits: "mips64" is before "mips".
constexpr std::array kMachines{
    Machine{"x86_64", 0, SCMP_ARCH_X86_64, SCMP_ARCH_X86},
    Machine{"aarch64", SCMP_ARCH_AARCH64, SCMP_ARCH_AARCH64, SCMP_ARCH_ARM},
    Machine{"arm", SCMP_ARCH_ARM, SCMP_ARCH_ARM, 0},
    Machine{"riscv64", 0, SCMP_ARCH_RISCV64, 0},
    Machine{"ppc64", SCMP_ARCH_PPC64, SCMP_ARCH_PPC64LE, SCMP_ARCH_PPC},
    Machine{"ppc", SCMP_ARCH_PPC, 0, 0},
    Machine{"s390x", SCMP_ARCH_S390X, 0, SCMP_ARCH_S390},
    Machine{"s390", SCMP_ARCH_S390, 0, 0},
    Machine{"mips64", SCMP_ARCH_MIPS64, SCMP_ARCH_MIPSEL64, 0},
    Machine{"mips", SCMP_ARCH_MIPS, SCMP_ARCH_MIPSEL, 0},
    Machine{"parisc64", SCMP_ARCH_PARISC64, 0, SCMP_ARCH_PARISC},
    Machine{"parisc", SCMP_ARCH_PARISC, 0, 0},
};

std::string_view machineOf(std::string_view uname)
{
    while (uname.ends_with(' ') || uname.ends_with('\n') || uname.ends_with('\0'))
        uname.remove_suffix(1);
    return uname.substr(uname.find_last_of(' ') + 1); // npos + 1 is 0
}

std::uint32_t tableOf(std::string_view machine, bool isBigEndian, SyscallValue value)
{
    // "i386" to "i686"
    if (machine.size() == 4 && machine.front() == 'i' && machine.ends_with("86"))
        return SCMP_ARCH_X86;
    for (const Machine &each : kMachines) {
        if (!machine.starts_with(each.name))
            continue;
        if ((value.bits & SyscallValue::kX32) != 0)
            return each.little == SCMP_ARCH_X86_64 ? SCMP_ARCH_X32 : 0;
        if ((value.bits & SyscallValue::kCompat) != 0)
            return each.compat;
        return isBigEndian ? each.big : each.little;
    }
    return 0;
}

} // namespace

std::string syscallTableName(std::string_view machine, bool isBigEndian, SyscallValue value)
{
    const std::uint32_t table = tableOf(machine, isBigEndian, value);
    if (table == 0)
        return {};
    auto number = static_cast<int>(value.number());
    if (table == SCMP_ARCH_X32)
        number |= 0x40000000;
    const std::unique_ptr<char, decltype(&std::free)> name(
        seccomp_syscall_resolve_num_arch(table, number), &std::free);
    return name ? std::string(name.get()) : std::string();
}

std::string syscallName(const Analysis &analysis, std::uint32_t value)
{
    const SyscallValue call{SyscallValue{value}.call()};
    const auto known = std::lower_bound(
        analysis.syscalls.begin(), analysis.syscalls.end(), call.bits,
        [](const SyscallName &name, std::uint32_t wanted) { return name.call < wanted; });
    if (known != analysis.syscalls.end() && known->call == call.bits)
        return known->name;
    const TraceMetadata &metadata = analysis.index->trace->metadata();
    std::string name = syscallTableName(machineOf(metadata.uname), metadata.bigEndian, call);
    return name.empty() ? "syscall " + std::to_string(call.number()) : name;
}

} // namespace thresher
