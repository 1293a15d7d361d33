// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/probekernel.h"

#include "capture/kernelconfig.h"

#include <sys/utsname.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>

namespace thresher::capture {

namespace {

/// A line of kallsyms: "ffffffff81000000 T vfs_read\t[module]".
struct Entry
{
    std::string_view address; ///< Hexadecimal digits.
    char type = 0;
    std::string_view name;
    std::string_view module; ///< With its brackets; empty: the kernel's own.

    [[nodiscard]] std::uint64_t number() const
    {
        std::uint64_t value = 0;
        std::from_chars(address.data(), address.data() + address.size(), value, 16);
        return value;
    }
};

/// Calls `take` with each of the 200,000 lines, none of which is copied.
template<typename Take>
void forEachSymbol(std::string_view text, const Take &take)
{
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto space = line.find(' ');
        if (space == std::string_view::npos || space + 3 >= line.size())
            continue;
        const auto tab = std::min(line.find('\t', space), line.size());
        take(Entry{line.substr(0, space), line[space + 1], line.substr(space + 3, tab - space - 3),
                   line.substr(std::min(tab + 1, line.size()))});
    }
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

std::string MachineProbeKernel::architecture() const
{
    utsname names{};
    return ::uname(&names) == 0 ? names.machine : "";
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
    if (!m_kallsyms) {
        std::ifstream file(m_machine.kallsyms, std::ios::binary);
        m_kallsyms.emplace(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    Symbol symbol;
    if (m_kallsyms->empty())
        return symbol;
    std::optional<Entry> found;
    forEachSymbol(*m_kallsyms, [&](const Entry &entry) {
        if (!entry.name.starts_with(name)
            || (!module.empty() && entry.module != "[" + module + "]"))
            return;
        if (entry.name.size() == name.size() && (!found || !isCode(found->type)))
            found = entry;
        else if (isCode(entry.type) && entry.name.size() > name.size()
                 && entry.name[name.size()] == '.')
            symbol.similar.emplace_back(entry.name);
    });
    symbol.exists = found ? Answer::Yes : Answer::No;
    if (!found)
        return symbol;
    symbol.isFunction = isCode(found->type);
    // Up to the next symbol; all are 0 where addresses are hidden.
    const std::uint64_t begin = found->number();
    std::uint64_t next = 0;
    forEachSymbol(*m_kallsyms, [&](const Entry &entry) {
        if (const std::uint64_t at = entry.number(); at > begin && (next == 0 || at < next))
            next = at;
    });
    symbol.bytes = next == 0 ? 0 : next - begin;
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
        const std::string declared = line.substr(begin, line.find(';', begin) - begin);
        const std::string name = declared.substr(declared.find_last_of(" :*") + 1);
        names.push_back(name.substr(0, name.find('[')));
    }
    return names;
}

} // namespace thresher::capture
