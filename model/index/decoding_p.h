// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/index/tasklist_p.h"
#include "model/io/tracefile.h"

#include <vector>

namespace thresher {

/// Events that say more to the index than that they happened.
enum class EventKind : std::uint8_t {
    Plain,
    Switch,
    IrqEntry,
    IrqExit,
    SoftirqEntry,
    SoftirqExit,
    Rename,
    NewTask,
    Fork,
    Exec,
};

/// A string field that names a task.
struct CommField
{
    const EventField *field = nullptr;
    bool bigEndian = false;
    bool isPlain = false; ///< char[16], as the kernel's own are.

    [[nodiscard]] bool isValid() const { return field != nullptr; }
    [[nodiscard]] Comm read(std::span<const std::byte> payload) const;
    /// The bytes of a plain field are these, so that it need not be read: what is behind the NUL
    /// counts.
    [[nodiscard]] bool isSame(std::span<const std::byte> payload, const Comm &raw) const
    {
        return isPlain && payload.size() >= field->offset + sizeof raw
               && std::memcmp(payload.data() + field->offset, raw.text.data(), sizeof raw) == 0;
    }
    /// The bytes of a plain field; none of another one.
    [[nodiscard]] Comm raw(std::span<const std::byte> payload) const
    {
        Comm raw;
        if (isPlain && payload.size() >= field->offset + sizeof raw)
            std::memcpy(raw.text.data(), payload.data() + field->offset, sizeof raw);
        return raw;
    }
};

/// What the builder has to know of the formats of a trace, compiled once. Immutable, shared.
struct Decoding
{
    explicit Decoding(const TraceFile &trace);

    /// By kernel id: event type | EventKind << 16.
    std::vector<std::uint32_t> types;
    // Where each record has them; the same in all formats, as the kernel itself relies on.
    std::uint32_t typeOffset = 0;
    std::uint32_t pidOffset = 4;

    FieldReader switchPrevPid;
    FieldReader switchNextPid;
    CommField switchPrevComm;
    CommField switchNextComm;
    FieldReader irqEntry;
    FieldReader irqExit;
    FieldReader softirqEntry;
    FieldReader softirqExit;
    FieldReader renamePid;
    CommField renameComm;
    FieldReader newTaskPid;
    CommField newTaskComm;
    FieldReader newTaskFlags;
    FieldReader forkPid;
    CommField forkComm;
    FieldReader execPid;
    CommField execFile;
};

} // namespace thresher
