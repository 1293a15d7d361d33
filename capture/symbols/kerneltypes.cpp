// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/kerneltypes.h"

#include "capture/symbols/textscan_p.h"

#include <utility>

namespace thresher::capture {

KernelTypes::KernelTypes(KernelFiles files, std::string events, Machine machine)
    : m_files(std::move(files))
    , m_events(std::move(events))
    , m_machine(machine)
{}

std::shared_ptr<const Btf> KernelTypes::types(std::string_view module)
{
    if (const auto known = m_types.find(module); known != m_types.end())
        return known->second;
    std::shared_ptr<const Btf> base;
    if (!module.empty()) {
        base = types();
        // A name of kallsyms that is none of a file here.
        if (base == nullptr || module.find('/') != std::string_view::npos)
            return nullptr;
    }
    auto read = Btf::read(
        m_files.btfFolder + '/' + std::string(module.empty() ? "vmlinux" : module), base);
    if (!read)
        m_error = read.error().text();
    return m_types.emplace(module, read ? *std::move(read) : nullptr).first->second;
}

FunctionDescription KernelTypes::describe(std::string_view function, std::string_view module)
{
    if (const std::string_view call = syscallOf(function); !call.empty()) {
        const auto format = readTextFile(m_events + "/syscalls/sys_enter_" + std::string(call)
                                         + "/format");
        if (format) {
            FunctionDescription description = describeSyscall(m_machine, call, *format);
            description.name = function; // What a probe is put on.
            return description;
        }
    }
    const auto types = this->types(module);
    if (types != nullptr) {
        if (const auto signature = types->function(function))
            return capture::describe(*types, *signature,
                                     placesOfCall(m_machine, *types, *signature));
    }
    return describeUntyped(m_machine, function);
}

std::vector<EventField> KernelTypes::eventFields(std::string_view system,
                                                 std::string_view event) const
{
    const auto format = readTextFile(m_events + '/' + std::string(system) + '/' + std::string(event)
                                     + "/format");
    return format ? eventFieldsOf(*format) : std::vector<EventField>();
}

} // namespace thresher::capture
