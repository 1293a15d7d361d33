// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/workertables_p.h"

namespace thresher {

PidTable::Entry &PidTable::freeFor(Pid pid)
{
    const std::size_t mask = m_entries.size() - 1;
    std::size_t i = hash(pid) & mask;
    while (m_entries[i].isUsed)
        i = (i + 1) & mask;
    return m_entries[i];
}

PidTable::Entry &PidTable::add(Pid pid)
{
    const TaskId id = m_tasks.idOf(pid);
    if (id == kNoTask)
        return m_none; // a damaged file is full of them: they must not fill the table
    if (m_used * 2 >= m_entries.size()) {
        std::vector<Entry> old(m_entries.size() * 2);
        old.swap(m_entries);
        for (const Entry &entry : old) {
            if (entry.isUsed)
                freeFor(entry.pid) = entry;
        }
    }
    ++m_used;
    Entry &entry = freeFor(pid);
    entry.pid = pid;
    entry.id = id;
    entry.isUsed = true;
    return entry;
}

} // namespace thresher
