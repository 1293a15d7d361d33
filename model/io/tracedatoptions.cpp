// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/formattext_p.h"
#include "model/io/rawmetadata.h"
#include "model/io/tracedatloader_p.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace thresher {

namespace {

using namespace std::string_view_literals;
using formattext::number;
using formattext::takeLine;
using formattext::trimmed;

constexpr std::size_t kMaxOptions = 10'000; // of each kind that adds up
constexpr std::size_t kMaxText = 4096;
// Short lines become objects of ten times their size: no more of them than there can be.
constexpr std::size_t kMaxPids = 1U << 22U; // the kernel's PID_MAX_LIMIT
constexpr std::size_t kMaxMappings = 1U << 20U;

std::string_view upToNul(std::string_view text)
{
    return text.substr(0, text.find('\0'));
}

std::string_view takeWord(std::string_view &text)
{
    text = trimmed(text);
    const auto word = text.substr(0, text.find_first_of(" \t"sv));
    text.remove_prefix(word.size());
    return word;
}

// As strtoll(…, 0): decimal, 0x…, a sign.
std::optional<std::int64_t> signedNumber(std::string_view text)
{
    text = trimmed(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    const auto value = number(text);
    if (!value || *value < 0)
        return std::nullopt;
    return negative ? -*value : *value;
}

template<typename T>
bool parseHex(std::string_view text, T &value)
{
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

std::int64_t saturatedSum(std::int64_t a, std::int64_t b)
{
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum))
        return b > 0 ? kTimeMax : kTimeMin;
    return sum;
}

} // namespace

void TraceDatLoader::readOption(OptionId id, std::span<const std::byte> data, std::uint64_t offset)
{
    const auto text = upToNul(asText(data));
    ByteReader reader(data, m_bigEndian);
    if (raw != nullptr)
        keepOption(id, data);
    switch (id) {
    case OptionId::Date:
    case OptionId::Offset: {
        const std::int64_t unit = id == OptionId::Date ? 1000 : 1; // dates are microseconds
        const auto value = signedNumber(text);
        std::int64_t nanoseconds = 0;
        if (value && !__builtin_mul_overflow(*value, unit, &nanoseconds))
            m_timeOffset = saturatedSum(m_timeOffset, nanoseconds);
        else
            report(Severity::Error,
                   "The offset of the clock is no number; times are shown without.", "options",
                   offset, data.size());
        break;
    }
    case OptionId::CpuStat:
        readCpuStat(text);
        break;
    case OptionId::Buffer:
        readBuffer(data, offset);
        break;
    case OptionId::BufferText:
        m_hasLatencyText = true;
        break;
    case OptionId::TraceClock:
        m_hasTraceClock = true;
        readTraceClock(text);
        break;
    case OptionId::Uname: {
        metadata.uname = text.substr(0, kMaxText);
        auto rest = trimmed(text).substr(0, kMaxText);
        takeWord(rest);
        metadata.host = takeWord(rest);
        metadata.kernel = takeWord(rest);
        break;
    }
    case OptionId::Version: {
        auto rest = trimmed(text).substr(0, kMaxText);
        // trace-cmd gives its version alone, and all manner of things behind it.
        const bool isNamed = !rest.empty() && (rest.front() < '0' || rest.front() > '9');
        metadata.recorder = isNamed ? std::string(rest)
                                    : "trace-cmd " + std::string(takeWord(rest));
        break;
    }
    case OptionId::Hook:
        if (metadata.hooks.size() < kMaxOptions)
            metadata.hooks.emplace_back(text.substr(0, kMaxText));
        break;
    case OptionId::CpuCount:
        if (data.size() >= 4)
            m_cpuCount = reader.u32();
        // Some files carry saved_tgids under this number (seen by gpuvis).
        if (data.size() > 8)
            readTgids(text);
        break;
    case OptionId::SavedTgids:
        readTgids(text);
        break;
    case OptionId::ProcMaps:
        readProcMaps(text, offset);
        break;
    case OptionId::TraceId:
        metadata.traceId = reader.u64();
        break;
    case OptionId::TimeShift:
        readTimeShift(data, offset);
        break;
    case OptionId::Guest:
        readGuest(data, offset);
        break;
    case OptionId::TscToNsec:
        if (data.size() >= 16) {
            m_tscMult = reader.u32();
            m_tscShift = reader.u32();
            m_tscOffset = reader.u64();
            if (m_tscShift > 63) {
                report(Severity::Error,
                       "The conversion of the clock's ticks to nanoseconds cannot be; ticks are "
                       "shown.",
                       "options", offset, data.size());
                m_tscMult = 0;
            }
        }
        break;
    case OptionId::HeaderInfo:
    case OptionId::FtraceEvents:
    case OptionId::EventFormats:
    case OptionId::Kallsyms:
    case OptionId::Printk:
    case OptionId::CmdLines:
        if (data.size() >= 8)
            m_sectionOffsets[static_cast<std::uint16_t>(id)] = reader.u64();
        break;
    case OptionId::Done:
    case OptionId::Strings:
    case OptionId::BtfFile:
    case OptionId::LastBootInfo:
    case OptionId::ModulesFile:
        break;
    }
}

// The top buffer's CPUs come first; then "Buffer: NAME" is followed by those of that instance.
void TraceDatLoader::readCpuStat(std::string_view text)
{
    CpuStat stat;
    stat.text = text.substr(0, kMaxText);
    bool hasCpu = false;
    const std::array<std::pair<std::string_view, std::uint64_t *>, 5> counters = {{
        {"entries:"sv, &stat.entries},
        {"overrun:"sv, &stat.overrun},
        {"commit overrun:"sv, &stat.commitOverrun},
        {"dropped events:"sv, &stat.droppedEvents},
        {"read events:"sv, &stat.readEvents},
    }};
    while (!text.empty()) {
        const auto line = trimmed(takeLine(text));
        if (line.starts_with("Buffer:"sv))
            m_cpuStatInstance = trimmed(line.substr(7)).substr(0, kMaxText);
        const auto value = number(line.substr(std::min(line.find(':') + 1, line.size())));
        if (!value || *value < 0)
            continue;
        if (line.starts_with("CPU:"sv)) {
            stat.cpu = static_cast<CpuId>(std::min<std::int64_t>(*value, 0xffffffff));
            hasCpu = true;
        }
        for (const auto &[name, counter] : counters) {
            if (line.starts_with(name))
                *counter = static_cast<std::uint64_t>(*value);
        }
    }
    auto &stats = m_cpuStats[m_cpuStatInstance];
    if (hasCpu && stats.size() < kMaxOptions && m_cpuStats.size() < kMaxOptions)
        stats.push_back(std::move(stat));
}

// "[local] global counter": the one in brackets was in use.
void TraceDatLoader::readTraceClock(std::string_view text)
{
    if (raw != nullptr && !text.empty())
        raw->clockText = text.substr(0, kMaxText);
    const auto open = text.find('[');
    const auto close = text.find(']', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos)
        return;
    metadata.clock = trimmed(text.substr(open + 1, close - open - 1)).substr(0, 100);
}

void TraceDatLoader::readTgids(std::string_view text)
{
    while (!text.empty()) {
        auto line = takeLine(text);
        const auto pid = number(takeWord(line));
        const auto tgid = number(takeWord(line));
        if (m_tgids.size() < kMaxPids && pid && tgid && *pid >= 0 && *pid <= 0x7fffffff
            && *tgid >= 0 && *tgid <= 0x7fffffff)
            m_tgids[static_cast<Pid>(*pid)] = static_cast<Pid>(*tgid);
    }
}

// Per CPU {count, times, offsets, scalings}; behind all of them, in newer files, the fraction bits.
void TraceDatLoader::readTimeShift(std::span<const std::byte> data, std::uint64_t offset)
{
    ByteReader reader(data, m_bigEndian);
    reader.u64(); // the peer's id
    const auto flags = reader.u32();
    const auto cpus = reader.u32();
    std::vector<std::vector<ClockTransform::Shift>> shifts;
    for (std::uint32_t cpu = 0; cpu < cpus && reader.isOk(); ++cpu) {
        const auto count = reader.u32();
        if (std::uint64_t{count} * 24 > reader.remaining()) {
            reader.take(reader.remaining() + 1); // fails
            break;
        }
        std::vector<ClockTransform::Shift> samples(count);
        for (auto &sample : samples)
            sample.time = reader.u64();
        for (auto &sample : samples)
            sample.offset = static_cast<std::int64_t>(reader.u64());
        for (auto &sample : samples)
            sample.scaling = reader.u64();
        shifts.push_back(std::move(samples));
    }
    if (!reader.isOk()) {
        report(Severity::Error,
               "The guest's clock corrections end too early; the guest's own times are shown.",
               "options", offset, data.size());
        return;
    }
    if (reader.remaining() > 0) {
        for (auto &samples : shifts) {
            for (auto &sample : samples)
                sample.fractionBits = reader.u64();
        }
    }
    for (auto &samples : shifts) {
        std::stable_sort(samples.begin(), samples.end(),
                         [](const auto &a, const auto &b) { return a.time < b.time; });
        const auto last = std::unique(
            samples.begin(), samples.end(),
            [](const auto &a, const auto &b) { return a.time == b.time; });
        samples.erase(last, samples.end());
    }
    m_interpolate = (flags & 1U) != 0;
    m_shifts = std::move(shifts);
}

void TraceDatLoader::readGuest(std::span<const std::byte> data, std::uint64_t offset)
{
    ByteReader reader(data, m_bigEndian);
    Guest guest;
    guest.name = reader.string().substr(0, kMaxText);
    guest.traceId = reader.u64();
    const auto count = reader.u32();
    for (std::uint32_t i = 0; i < count && reader.isOk(); ++i) {
        const auto cpu = reader.u32();
        const auto pid = static_cast<Pid>(reader.u32());
        if (reader.isOk())
            guest.vcpus.emplace_back(cpu, pid);
    }
    if (!reader.isOk())
        report(Severity::Error, "The description of a guest ends too early.", "options", offset,
               data.size());
    if (metadata.guests.size() < kMaxOptions)
        metadata.guests.push_back(std::move(guest));
}

// "PID COUNT COMMAND", then COUNT lines of "BEGIN END PATH"; all numbers hexadecimal.
void TraceDatLoader::readProcMaps(std::string_view text, std::uint64_t offset)
{
    const auto size = text.size();
    while (!text.empty()) {
        auto head = takeLine(text);
        if (trimmed(head).empty())
            continue;
        std::uint32_t pid = 0;
        std::uint32_t count = 0;
        if (!parseHex(takeWord(head), pid) || !parseHex(takeWord(head), count)) {
            report(Severity::Error, "A list of a process's mappings cannot be read.", "options",
                   offset, size);
            return;
        }
        for (std::uint32_t i = 0; i < count && !text.empty(); ++i) {
            auto line = takeLine(text);
            ProcessMapping mapping;
            mapping.pid = static_cast<Pid>(pid);
            if (metadata.mappings.size() < kMaxMappings && parseHex(takeWord(line), mapping.begin)
                && parseHex(takeWord(line), mapping.end)) {
                mapping.path = trimmed(line).substr(0, kMaxText);
                metadata.mappings.push_back(std::move(mapping));
            }
        }
    }
}

void TraceDatLoader::readBuffer(std::span<const std::byte> data, std::uint64_t offset)
{
    ByteReader reader(data, m_bigEndian);
    BufferDescription buffer;
    buffer.offset = reader.u64();
    buffer.name = reader.string().substr(0, kMaxText);
    if (metadata.version == 7) {
        buffer.clock = reader.string().substr(0, kMaxText);
        buffer.pageSize = reader.u32();
        const auto count = reader.u32();
        for (std::uint32_t i = 0; i < count && reader.isOk(); ++i) {
            CpuPlace place;
            place.cpu = reader.u32();
            place.offset = reader.u64();
            place.size = reader.u64();
            if (reader.isOk())
                buffer.cpus.push_back(place);
        }
    }
    if (!reader.isOk()) {
        report(Severity::Error,
               "The description of a buffer ends too early; some of its CPUs may be missing.",
               "options", offset, data.size());
        m_isDamaged = true;
    }
    if (m_descriptions.size() < kMaxOptions)
        m_descriptions.push_back(std::move(buffer));
}

} // namespace thresher
