// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/cut/cutmetadata_p.h"
#include "model/format/bytewriter.h"
#include "model/format/headerpage.h"
#include "model/format/histogramoption.h"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr auto kFtrace = "ftrace"sv;
constexpr auto kClockOption = static_cast<std::uint16_t>(OptionId::TraceClock);
constexpr auto kUnameOption = static_cast<std::uint16_t>(OptionId::Uname);
constexpr auto kCpuCountOption = static_cast<std::uint16_t>(OptionId::CpuCount);
constexpr auto kProcMapsOption = static_cast<std::uint16_t>(OptionId::ProcMaps);
constexpr auto kGuestOption = static_cast<std::uint16_t>(OptionId::Guest);
constexpr auto kHistograms = static_cast<std::uint16_t>(kHistogramOption);
constexpr auto kLastBootOption = static_cast<std::uint16_t>(OptionId::LastBootInfo);
constexpr std::size_t kLongSizeAt = 13; // in the file: behind signature, version and byte order

std::vector<std::byte> textOption(std::string_view text)
{
    const auto bytes = asBytes(text);
    std::vector<std::byte> data(bytes.begin(), bytes.end());
    data.push_back(std::byte{0});
    return data;
}

std::string_view textOf(const RawOption &option)
{
    const auto text = asText(option.data);
    return text.substr(0, text.find('\0'));
}

/// The name of a task that has none saved: what was known when the part begins, else what came
/// first.
std::string_view nameOf(const Task &task, TimeNs begin)
{
    std::string_view name = task.comm;
    for (const Task::Name &each : task.names) {
        if (each.from <= begin)
            name = each.comm;
    }
    return name;
}

} // namespace

CutMetadata::CutMetadata(const IndexSnapshot &snapshot, const CutRequest &request,
                         const CutPlan &plan, const Anonymizer &anonymizer, RawMetadata raw)
    : m_raw(std::move(raw))
    , m_bigEndian(snapshot.trace->metadata().bigEndian)
    , m_longSize(snapshot.trace->metadata().longSize)
    , m_cpuCount(std::max(snapshot.trace->metadata().cpuCount, 1U))
{
    // A program of 32 bits may have recorded a kernel of 64.
    const auto bytes = snapshot.trace->bytes();
    if (bytes.size() > kLongSizeAt) {
        const auto said = std::to_integer<std::uint8_t>(bytes[kLongSizeAt]);
        if (said == 4 || said == 8)
            m_longSize = said;
    }
    if (!m_raw.isHeaderPageUsable)
        m_headerPage = headerPageText(snapshot.trace->metadata().longSize, plan.pageSize);
    chooseFormats(snapshot.trace->events(), plan, request.keepsAllFormats);
    nameTasks(snapshot, request, anonymizer);
    makeOptions(snapshot.trace->metadata(), request.version, anonymizer);
}

// By system, since plugins and filters look for events of the one next to those that were kept.
void CutMetadata::chooseFormats(const EventCatalog &events, const CutPlan &plan, bool keepsAll)
{
    std::set<std::string_view> systems = {kFtrace};
    for (const EventFormat &event : events.all()) {
        if (toIndex(event.id) < plan.isTypeKept.size() && plan.isTypeKept[toIndex(event.id)])
            systems.insert(event.system);
    }
    bool hasFtrace = false;
    for (const RawFormat &format : m_raw.formats)
        hasFtrace = hasFtrace || format.system == kFtrace;
    // Without any format nobody could tell where a record's type stands.
    keepsAll = keepsAll || (!hasFtrace && systems.size() == 1);
    for (const RawFormat &format : m_raw.formats) {
        if (!keepsAll && !systems.contains(format.system))
            continue;
        if (m_formats.empty() || m_formats.back().first != format.system)
            m_formats.push_back({format.system, {}});
        m_formats.back().second.push_back(format.text);
    }
}

void CutMetadata::nameTasks(const IndexSnapshot &snapshot, const CutRequest &request,
                            const Anonymizer &anonymizer)
{
    std::unordered_set<Pid> saved;
    const auto add = [&](Pid pid, std::string_view comm) {
        auto name = anonymizer.comm(comm);
        std::replace(name.begin(), name.end(), '\n', '?'); // each line is a task
        m_tasks += std::to_string(pid) + ' ' + name + '\n';
        saved.insert(pid);
    };
    for (const SavedTask &task : snapshot.trace->metadata().savedTasks) {
        if (!task.comm.empty())
            add(task.pid, task.comm);
    }
    for (const Task &task : snapshot.tasks->all()) {
        const auto name = nameOf(task, request.range.begin);
        if (task.pid > 0 && !name.empty() && !saved.contains(task.pid))
            add(task.pid, name);
    }
}

void CutMetadata::makeOptions(const TraceMetadata &metadata, int version,
                              const Anonymizer &anonymizer)
{
    bool hasClock = false;
    std::vector<RawOption> kept;
    for (RawOption &option : m_raw.options) {
        const bool isCount = option.id == kCpuCountOption && option.data.size() <= 8;
        const bool tellsNames = option.id == kLastBootOption || option.id == kHistograms;
        if (isCount || (tellsNames && anonymizer.replacesStrings())) {
            m_leavesHistograms = m_leavesHistograms || option.id == kHistograms;
            continue;
        }
        m_hasHistograms = m_hasHistograms || option.id == kHistograms;
        hasClock = hasClock || option.id == kClockOption;
        if (anonymizer.replacesStrings()) {
            if (option.id == kUnameOption)
                option.data = textOption(anonymizer.uname(textOf(option)));
            if (option.id == kProcMapsOption)
                option.data = textOption(anonymizer.procMaps(textOf(option)));
            if (option.id == kGuestOption) {
                const auto name = anonymizer.text(textOf(option));
                std::copy_n(asBytes(name).begin(), name.size(), option.data.begin());
            }
        }
        if (option.id == kClockOption && version == 7 && textOf(option).empty())
            option.data = textOption(m_raw.clockText);
        kept.push_back(std::move(option));
    }
    if (!hasClock && !metadata.clock.empty())
        kept.push_back({kClockOption, textOption('[' + metadata.clock + ']')});
    ByteWriter count(m_bigEndian);
    count.u32(m_cpuCount);
    kept.push_back({kCpuCountOption, {count.bytes().begin(), count.bytes().end()}});
    m_raw.options = std::move(kept);
    if (anonymizer.replacesStrings())
        m_raw.sections.clear();
}

MetadataTexts CutMetadata::texts() const
{
    return {.headerPage = m_raw.isHeaderPageUsable ? m_raw.headerPage : m_headerPage,
            .headerEvent = m_raw.headerEvent.empty() ? headerEventText() : m_raw.headerEvent,
            .formats = m_formats,
            .kallsyms = m_raw.kallsyms,
            .printkFormats = m_raw.printkFormats,
            .tasks = m_tasks};
}

std::vector<std::string> CutMetadata::notes() const
{
    std::vector<std::string> notes;
    for (const auto id : m_raw.unknownOptions)
        notes.push_back("The file has an option " + std::to_string(id)
                        + " that is not known; it is left out.");
    if (m_leavesHistograms)
        notes.emplace_back(
            "The histograms of the recording are left out: their keys may be names.");
    if (m_hasHistograms)
        notes.emplace_back("The histograms of the recording are kept, and count all of it.");
    return notes;
}

} // namespace thresher
