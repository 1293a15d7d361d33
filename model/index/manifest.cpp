// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/index/manifest_p.h"
#include "model/index/tables.h"

namespace thresher {

namespace {

constexpr std::string_view kMagic = "ThrIndex";

void write(TableWriter &to, const Manifest::Stream &stream)
{
    to.number(stream.meta.size);
    for (const TrackMeta &track : stream.meta.tracks) {
        to.number(track.size);
        to.number(track.end);
    }
    std::uint64_t used = 0;
    for (const auto &column : stream.columns)
        used += column.size > 0 ? 1 : 0;
    to.number(used);
    for (std::size_t i = 0; i < kColumns; ++i) {
        const auto &column = stream.columns[i];
        if (column.size == 0)
            continue;
        to.number(static_cast<std::uint32_t>(i));
        to.number(column.file);
        to.number(column.offset);
        to.number(column.size);
        to.list(column.pieces);
    }
}

bool read(TableReader &from, Manifest::Stream &stream)
{
    stream.meta.size = from.u64();
    for (TrackMeta &track : stream.meta.tracks) {
        track.size = from.u64();
        track.end = from.s64();
    }
    for (std::uint64_t left = from.count(32); left > 0 && from.isOk(); --left) {
        const std::uint32_t number = from.u32();
        if (number >= kColumns)
            return false;
        auto &column = stream.columns[number];
        column.file = from.u32();
        column.offset = from.u64();
        column.size = from.u64();
        from.list(column.pieces);
        std::uint64_t sum = 0;
        for (const ColumnPiece &piece : column.pieces) {
            if (piece.bytes > column.size - sum)
                return false;
            sum += piece.bytes;
        }
        if (sum != column.size)
            return false;
    }
    return from.isOk();
}

void write(TableWriter &to, const Diagnostic &diagnostic)
{
    to.number(static_cast<std::uint32_t>(diagnostic.severity));
    to.text(diagnostic.what);
    to.text(diagnostic.section);
    to.number(diagnostic.offset);
    to.number(diagnostic.bytes);
    to.number(diagnostic.count);
    to.number(static_cast<std::uint32_t>(diagnostic.stream.has_value()));
    to.number(diagnostic.stream.value_or(0));
    to.number(static_cast<std::uint32_t>(diagnostic.time.has_value()));
    to.number(diagnostic.time.value_or(TimeRange{}));
}

Diagnostic readDiagnostic(TableReader &from)
{
    Diagnostic diagnostic;
    const std::uint32_t severity = from.u32();
    diagnostic.severity = severity <= static_cast<std::uint32_t>(Severity::Error)
                              ? Severity{static_cast<std::uint8_t>(severity)}
                              : Severity::Error;
    diagnostic.what = from.text();
    diagnostic.section = from.text();
    diagnostic.offset = from.s64();
    diagnostic.bytes = from.u64();
    diagnostic.count = from.u64();
    const bool hasStream = from.u32() != 0;
    const std::uint32_t stream = from.u32();
    if (hasStream)
        diagnostic.stream = stream;
    const bool hasTime = from.u32() != 0;
    TimeRange time;
    time.begin = from.s64();
    time.end = from.s64();
    if (hasTime)
        diagnostic.time = time;
    return diagnostic;
}

void write(TableWriter &to, const Task &task)
{
    to.number(task.pid);
    to.number(task.tgid);
    to.text(task.comm);
    to.number(std::uint64_t{task.names.size()});
    for (const Task::Name &name : task.names) {
        to.number(name.from);
        to.text(name.comm);
    }
}

Task readTask(TableReader &from)
{
    Task task;
    task.pid = static_cast<Pid>(from.u32());
    task.tgid = static_cast<Pid>(from.u32());
    task.comm = from.text();
    for (std::uint64_t left = from.count(12); left > 0 && from.isOk(); --left) {
        Task::Name &name = task.names.emplace_back();
        name.from = from.s64();
        name.comm = from.text();
    }
    return task;
}

} // namespace

std::vector<std::byte> Manifest::serialize() const
{
    TableWriter rest;
    rest.number(identity);
    rest.list(fileSizes);
    rest.number(std::uint64_t{streams.size()});
    for (const Stream &stream : streams)
        write(rest, stream);
    rest.number(std::uint64_t{diagnostics.size()});
    for (const Diagnostic &diagnostic : diagnostics)
        write(rest, diagnostic);
    rest.number(range);
    rest.number(eventCount);
    rest.number(lostEvents);
    rest.number(lostSpans);
    rest.list(eventsPerType);
    rest.list(eventsPerTask);
    rest.list(runtimePerTask);
    rest.number(std::uint64_t{tasks.size()});
    for (const Task &task : tasks)
        write(rest, task);
    return sealTables(kMagic, kVersion, rest.take());
}

std::optional<Manifest> Manifest::parse(std::span<const std::byte> bytes)
{
    const auto tables = unsealTables(kMagic, kVersion, bytes);
    if (!tables)
        return std::nullopt;
    TableReader from(*tables);
    Manifest manifest;
    manifest.identity.size = from.u64();
    manifest.identity.modified = from.s64();
    for (std::uint64_t &part : manifest.identity.hash)
        part = from.u64();
    from.list(manifest.fileSizes);
    for (std::uint64_t left = from.count(64); left > 0 && from.isOk(); --left) {
        if (!read(from, manifest.streams.emplace_back()))
            return std::nullopt;
    }
    for (std::uint64_t left = from.count(64); left > 0 && from.isOk(); --left)
        manifest.diagnostics.push_back(readDiagnostic(from));
    manifest.range.begin = from.s64();
    manifest.range.end = from.s64();
    manifest.eventCount = from.u64();
    manifest.lostEvents = from.u64();
    manifest.lostSpans = from.u64();
    from.list(manifest.eventsPerType);
    from.list(manifest.eventsPerTask);
    from.list(manifest.runtimePerTask);
    for (std::uint64_t left = from.count(20); left > 0 && from.isOk(); --left)
        manifest.tasks.push_back(readTask(from));
    if (!from.isAtEnd() || manifest.eventsPerTask.size() != manifest.tasks.size()
        || manifest.runtimePerTask.size() != manifest.tasks.size())
        return std::nullopt;
    return manifest;
}

} // namespace thresher
