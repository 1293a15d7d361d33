// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/probekernel.h"

#include "capture/kernelconfig.h"

#include <sys/utsname.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace thresher::capture {

namespace {

struct Entry
{
    std::uint64_t address = 0;
    char type = 0;
    std::string name;
    std::string module;
};

/// Calls `take` with each line of kallsyms. @returns whether it could be read.
template<typename Take>
bool forEachSymbol(const std::string &path, const Take &take)
{
    std::ifstream file(path);
    std::string line;
    bool hasAny = false;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        Entry entry;
        if (!(words >> std::hex >> entry.address >> entry.type >> entry.name))
            continue;
        words >> entry.module; // "[ext4]", or nothing
        hasAny = true;
        take(entry);
    }
    return hasAny;
}

bool isCode(char type)
{
    return std::string_view("tTwW").find(type) != std::string_view::npos;
}

} // namespace

MachineProbeKernel::MachineProbeKernel(const Tracefs &tracefs, const Machine &machine)
    : m_tracefs(tracefs)
    , m_machine(machine)
    , m_readme(tracefs.read("README").value_or(std::string()))
{}

bool MachineProbeKernel::hasFile(const std::string &name) const
{
    return m_tracefs.exists(name);
}

bool MachineProbeKernel::hasEventProbes() const
{
    // Its README says so whether they were built in or not.
    utsname names{};
    ::uname(&names);
    return m_machine.config.empty() ? m_readme.find("e[:") != std::string::npos
                                    : capture::hasEventProbes(m_machine.config, names.release);
}

ProbeKernel::Symbol MachineProbeKernel::symbol(const std::string &module,
                                               const std::string &name) const
{
    Symbol symbol;
    std::optional<Entry> found;
    const bool isRead = forEachSymbol(m_machine.kallsyms, [&](const Entry &entry) {
        if (!module.empty() && entry.module != "[" + module + "]")
            return;
        if (entry.name == name && (!found || !isCode(found->type)))
            found = entry;
        if (isCode(entry.type) && entry.name.size() > name.size() && entry.name.starts_with(name)
            && entry.name[name.size()] == '.')
            symbol.similar.push_back(entry.name);
    });
    if (!isRead)
        return symbol;
    symbol.exists = found ? Answer::Yes : Answer::No;
    if (!found)
        return symbol;
    symbol.isFunction = isCode(found->type);
    // Up to the next symbol; all are 0 where addresses are hidden.
    std::uint64_t next = 0;
    forEachSymbol(m_machine.kallsyms, [&](const Entry &entry) {
        if (entry.address > found->address && (next == 0 || entry.address < next))
            next = entry.address;
    });
    symbol.bytes = next == 0 ? 0 : next - found->address;
    return symbol;
}

ProbeKernel::Answer MachineProbeKernel::isTraceable(const std::string &function) const
{
    if (!m_traceable) {
        // "vfs_read", "ext4_iget [ext4]"
        m_traceable.emplace();
        std::istringstream text(
            m_tracefs.read("available_filter_functions").value_or(std::string()));
        for (std::string line; std::getline(text, line);)
            m_traceable->insert(line.substr(0, line.find(' ')));
    }
    if (m_traceable->empty())
        return Answer::Unknown;
    return m_traceable->contains(function) ? Answer::Yes : Answer::No;
}

bool MachineProbeKernel::probesNotrace() const
{
    // Where the configuration is not known the kernel shall speak.
    return m_machine.config.empty() || m_machine.config.contains("CONFIG_KPROBE_EVENTS_ON_NOTRACE");
}

ProbeKernel::Answer MachineProbeKernel::isBlacklisted(const std::string &function) const
{
    if (!m_blacklist) {
        // "0xffffffff81001000-0xffffffff81001040\tname"
        m_blacklist.emplace();
        std::ifstream file(m_machine.kprobeBlacklist);
        for (std::string line; std::getline(file, line);)
            m_blacklist->insert(line.substr(line.find('\t') + 1));
    }
    if (m_blacklist->empty())
        return Answer::Unknown;
    return m_blacklist->contains(function) ? Answer::Yes : Answer::No;
}

std::optional<std::vector<std::string>> MachineProbeKernel::fields(const std::string &group,
                                                                   const std::string &event) const
{
    if (!isPlainName(group) || !isPlainName(event)) // they become a path
        return std::nullopt;
    const auto format = m_tracefs.read("events/" + group + "/" + event + "/format");
    if (!format)
        return std::nullopt;
    // "\tfield:char comm[16];\toffset:8;…"
    std::vector<std::string> names;
    std::istringstream text(*format);
    for (std::string line; std::getline(text, line);) {
        const auto begin = line.find("field:");
        if (begin == std::string::npos)
            continue;
        std::string declared = line.substr(begin, line.find(';', begin) - begin);
        declared.resize(std::min(declared.find('['), declared.size()));
        names.push_back(declared.substr(declared.find_last_of(" :*") + 1));
    }
    return names;
}

} // namespace thresher::capture
