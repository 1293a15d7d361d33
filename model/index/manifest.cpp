// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/index/manifest_p.h"

#include <xxhash.h>

#include <bit>
#include <string_view>

namespace thresher {

namespace {

constexpr std::string_view kMagic = "ThrIndex";
constexpr std::uint32_t kByteOrder = 0x01020304;
constexpr bool kIsBigEndian = std::endian::native == std::endian::big;

class Writer
{
public:
    template<typename T>
    void number(T value)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        const auto bytes = std::as_bytes(std::span<const T>(&value, 1));
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    }
    void raw(std::span<const std::byte> bytes)
    {
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    }
    void text(std::string_view text)
    {
        number(static_cast<std::uint32_t>(text.size()));
        raw(asBytes(text));
    }
    template<typename T>
    void list(const std::vector<T> &values)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        number(std::uint64_t{values.size()});
        raw(std::as_bytes(std::span<const T>(values)));
    }
    [[nodiscard]] std::vector<std::byte> take() { return std::move(m_bytes); }

private:
    std::vector<std::byte> m_bytes;
};

class Reader
{
public:
    explicit Reader(std::span<const std::byte> bytes)
        : m_bytes(bytes, kIsBigEndian)
    {}
    [[nodiscard]] bool isOk() const { return m_bytes.isOk(); }
    [[nodiscard]] bool isAtEnd() const { return m_bytes.isOk() && m_bytes.remaining() == 0; }
    std::uint32_t u32() { return m_bytes.u32(); }
    std::uint64_t u64() { return m_bytes.u64(); }
    std::int64_t s64() { return static_cast<std::int64_t>(m_bytes.u64()); }
    std::string text() { return std::string(asText(m_bytes.take(m_bytes.u32()))); }
    /// How many items of at least `bytesEach` follow: never more than there are bytes for.
    std::uint64_t count(std::size_t bytesEach)
    {
        const std::uint64_t count = m_bytes.u64();
        if (count > m_bytes.remaining() / bytesEach) {
            m_bytes.take(std::uint64_t{m_bytes.remaining()} + 1); // fails from now on
            return 0;
        }
        return count;
    }
    template<typename T>
    void list(std::vector<T> &values)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        values.resize(count(sizeof(T)));
        const auto bytes = m_bytes.take(values.size() * sizeof(T));
        if (!bytes.empty())
            std::memcpy(values.data(), bytes.data(), bytes.size());
    }
    bool expect(std::string_view text) { return asText(m_bytes.take(text.size())) == text; }
    std::span<const std::byte> rest() { return m_bytes.take(m_bytes.remaining()); }

private:
    ByteReader m_bytes;
};

void write(Writer &to, const Manifest::Stream &stream)
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

bool read(Reader &from, Manifest::Stream &stream)
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

void write(Writer &to, const Diagnostic &diagnostic)
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

Diagnostic readDiagnostic(Reader &from)
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

void write(Writer &to, const Task &task)
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

Task readTask(Reader &from)
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
    Writer rest;
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
    const auto bytes = rest.take();

    Writer all;
    all.raw(asBytes(kMagic));
    all.number(kVersion);
    all.number(kByteOrder);
    all.number(std::uint64_t{bytes.size()});
    all.number(std::uint64_t{XXH3_64bits(bytes.data(), bytes.size())});
    all.raw(bytes);
    return all.take();
}

std::optional<Manifest> Manifest::parse(std::span<const std::byte> bytes)
{
    Reader from(bytes);
    if (!from.expect(kMagic) || from.u32() != kVersion || from.u32() != kByteOrder)
        return std::nullopt;
    const std::uint64_t size = from.u64();
    const std::uint64_t hash = from.u64();
    const auto payload = from.rest();
    if (!from.isOk() || payload.size() != size
        || XXH3_64bits(payload.data(), payload.size()) != hash)
        return std::nullopt;

    from = Reader(payload);
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
