// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/snapshot.h"

#include <algorithm>
#include <atomic>

namespace thresher {

std::vector<CpuId> IndexSnapshot::cpus() const
{
    std::vector<CpuId> cpus;
    if (!trace)
        return cpus;
    for (const StreamInfo &stream : trace->streams())
        cpus.push_back(stream.cpu);
    std::sort(cpus.begin(), cpus.end());
    cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
    return cpus;
}

std::vector<StreamIndex> IndexSnapshot::streamsOf(CpuId cpu) const
{
    std::vector<StreamIndex> found;
    if (!trace)
        return found;
    const auto all = trace->streams();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].cpu == cpu)
            found.push_back(static_cast<StreamIndex>(i));
    }
    return found;
}

std::uint64_t newSnapshotId()
{
    static std::atomic<std::uint64_t> last = 0;
    return ++last;
}

} // namespace thresher
