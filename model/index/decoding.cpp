// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/decoding_p.h"

namespace thresher {

namespace {

constexpr std::size_t kKernelIds = 65536; // common_type is a u16

class Compiler
{
public:
    Compiler(const TraceFile &trace, std::vector<std::uint32_t> &types)
        : m_events(trace.events())
        , m_bigEndian(trace.metadata().bigEndian)
        , m_types(types)
    {}

    // The event of this name gets `kind`, if it has a field `key` (or if `key` is empty).
    void event(std::string_view system, std::string_view name, EventKind kind, std::string_view key)
    {
        m_event = m_events.find(system, name);
        if (m_event == nullptr || (!key.empty() && m_event->field(key) == nullptr)
            || m_event->kernelId >= kKernelIds
            || m_events.fromKernelId(m_event->kernelId) != m_event->id) {
            m_event = nullptr;
            return;
        }
        m_types[m_event->kernelId] |= static_cast<std::uint32_t>(kind) << 16U;
    }
    [[nodiscard]] FieldReader number(std::string_view name) const
    {
        const EventField *field = m_event == nullptr ? nullptr : m_event->field(name);
        return field == nullptr ? FieldReader() : FieldReader(*field, m_bigEndian);
    }
    [[nodiscard]] CommField comm(std::string_view name) const
    {
        const EventField *field = m_event == nullptr ? nullptr : m_event->field(name);
        if (field == nullptr || !field->isString)
            return {};
        return {field, m_bigEndian,
                !field->isDynamic && !field->isRelative && field->size == sizeof(Comm)};
    }

private:
    const EventCatalog &m_events;
    bool m_bigEndian;
    std::vector<std::uint32_t> &m_types;
    const EventFormat *m_event = nullptr;
};

} // namespace

Comm CommField::read(std::span<const std::byte> payload) const
{
    return Comm(readString(*field, payload, bigEndian));
}

Decoding::Decoding(const TraceFile &trace)
    : types(kKernelIds)
{
    const EventCatalog &events = trace.events();
    for (std::size_t id = 0; id < kKernelIds; ++id) {
        types[id] = static_cast<std::uint32_t>(
            toIndex(events.fromKernelId(static_cast<std::uint32_t>(id))));
    }
    for (const EventFormat &format : events.all()) {
        const EventField *const type = format.field("common_type");
        const EventField *const pid = format.field("common_pid");
        if (type == nullptr || pid == nullptr || type->size != 2 || pid->size != 4)
            continue;
        if (type->offset <= 64 && pid->offset <= 64) {
            typeOffset = type->offset;
            pidOffset = pid->offset;
        }
        break;
    }

    Compiler compile(trace, types);
    compile.event("sched", "sched_switch", EventKind::Switch, "next_pid");
    switchPrevPid = compile.number("prev_pid");
    switchNextPid = compile.number("next_pid");
    switchPrevComm = compile.comm("prev_comm");
    switchNextComm = compile.comm("next_comm");
    compile.event("irq", "irq_handler_entry", EventKind::IrqEntry, "irq");
    irqEntry = compile.number("irq");
    compile.event("irq", "irq_handler_exit", EventKind::IrqExit, "irq");
    irqExit = compile.number("irq");
    compile.event("irq", "softirq_entry", EventKind::SoftirqEntry, "vec");
    softirqEntry = compile.number("vec");
    compile.event("irq", "softirq_exit", EventKind::SoftirqExit, "vec");
    softirqExit = compile.number("vec");
    compile.event("task", "task_rename", EventKind::Rename, "newcomm");
    renamePid = compile.number("pid"); // newer kernels have none: it is the current task
    renameComm = compile.comm("newcomm");
    compile.event("task", "task_newtask", EventKind::NewTask, "pid");
    newTaskPid = compile.number("pid");
    newTaskComm = compile.comm("comm");
    newTaskFlags = compile.number("clone_flags");
    compile.event("sched", "sched_process_fork", EventKind::Fork, "child_pid");
    forkPid = compile.number("child_pid");
    forkComm = compile.comm("child_comm");
    compile.event("sched", "sched_process_exec", EventKind::Exec, "filename");
    execPid = compile.number("pid");
    execFile = compile.comm("filename");
}

} // namespace thresher
