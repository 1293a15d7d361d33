// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/buserrors_p.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <mutex>

namespace thresher {

namespace {

// What the signal handler may look at: a table of fixed size, since it can neither lock nor
// allocate.
struct Slot
{
    std::atomic<std::uintptr_t> begin = 0; // 0: free
    std::atomic<std::uintptr_t> end = 0;
    std::atomic<int> fd = -1;
    std::atomic<bool> damaged = false;
};
constexpr std::size_t kSlots = 512;
constinit std::array<Slot, kSlots> slots;
constinit std::mutex slotsMutex; // of those who fill and free slots; the handler takes none
struct sigaction previousAction;
std::uintptr_t osPageSize = 4096;

// Maps zeros over what cannot be read: over one page, or, where the file has been cut, over all the
// rest.
bool coverWithZeros(Slot &slot, std::uintptr_t address)
{
    const auto begin = slot.begin.load(std::memory_order_acquire);
    const auto end = slot.end.load(std::memory_order_acquire);
    if (begin == 0 || address < begin || address >= end)
        return false;
    const auto page = address & ~(osPageSize - 1);
    auto length = osPageSize;
    struct stat status = {};
    if (::fstat(slot.fd.load(std::memory_order_relaxed), &status) == 0
        && static_cast<std::uintptr_t>(status.st_size) <= page - begin)
        length = ((end - page) + osPageSize - 1) & ~(osPageSize - 1);
    void *const where = reinterpret_cast<void *>(page); // NOLINT(performance-no-int-to-ptr)
    if (::mmap(where, length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
        == MAP_FAILED)
        return false;
    slot.damaged.store(true, std::memory_order_release);
    return true;
}

void onBusError(int signal, siginfo_t *info, void *context)
{
    const int savedErrno = errno;
    const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    for (auto &slot : slots) {
        if (coverWithZeros(slot, address)) {
            errno = savedErrno;
            return;
        }
    }
    errno = savedErrno;
    if ((previousAction.sa_flags & SA_SIGINFO) != 0 && previousAction.sa_sigaction != nullptr) {
        previousAction.sa_sigaction(signal, info, context);
    } else if (previousAction.sa_handler == SIG_DFL || previousAction.sa_handler == SIG_IGN) {
        ::signal(signal, SIG_DFL); // returning faults again, and then it kills as it would have
    } else {
        previousAction.sa_handler(signal);
    }
}

void installHandler()
{
    osPageSize = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction action = {};
    action.sa_sigaction = onBusError;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, &previousAction);
}

} // namespace

std::size_t guardMapping(std::span<const std::byte> bytes, int fd)
{
    if (bytes.empty())
        return kNoMapping;
    const std::scoped_lock lock(slotsMutex);
    static std::once_flag installed;
    std::call_once(installed, installHandler);
    for (std::size_t i = 0; i < kSlots; ++i) {
        auto &slot = slots[i];
        if (slot.begin.load(std::memory_order_relaxed) != 0)
            continue;
        const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
        slot.damaged.store(false, std::memory_order_relaxed);
        slot.fd.store(fd, std::memory_order_relaxed);
        slot.end.store(begin + bytes.size(), std::memory_order_release);
        slot.begin.store(begin, std::memory_order_release);
        return i;
    }
    return kNoMapping;
}

void releaseMapping(std::size_t mapping)
{
    if (mapping == kNoMapping)
        return;
    const std::scoped_lock lock(slotsMutex);
    slots[mapping].end.store(0, std::memory_order_release);
    slots[mapping].begin.store(0, std::memory_order_release);
}

bool wasMappingDamaged(std::size_t mapping)
{
    return mapping != kNoMapping && slots[mapping].damaged.load(std::memory_order_acquire);
}

} // namespace thresher
