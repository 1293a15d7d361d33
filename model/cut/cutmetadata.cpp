// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/cut/cutmetadata_p.h"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr auto kFtrace = "ftrace"sv;
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
    , m_kernelLongSize(snapshot.trace->metadata().longSize)
    , m_longSize(m_kernelLongSize)
    , m_pageSize(plan.pageSize)
    , m_cpuCount(std::max(snapshot.trace->metadata().cpuCount, 1U))
{
    // A program of 32 bits may have recorded a kernel of 64.
    const auto bytes = snapshot.trace->bytes();
    if (bytes.size() > kLongSizeAt) {
        const auto said = std::to_integer<std::uint8_t>(bytes[kLongSizeAt]);
        if (said == 4 || said == 8)
            m_longSize = said;
    }
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
        if (isCount || (option.id == kLastBootOption && anonymizer.replacesStrings()))
            continue;
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

void CutMetadata::writeHeaderInfo(ByteWriter &out) const
{
    std::string page(m_raw.headerPage);
    if (!m_raw.isHeaderPageUsable) {
        const auto size = std::to_string(m_kernelLongSize);
        const auto begin = std::to_string(8 + m_kernelLongSize);
        page = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
               "\tfield: local_t commit;\toffset:8;\tsize:"
               + size
               + ";\tsigned:1;\n\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
                 "\tfield: char data;\toffset:"
               + begin + ";\tsize:" + std::to_string(m_pageSize - 8 - m_kernelLongSize)
               + ";\tsigned:1;\n";
    }
    std::string_view event = m_raw.headerEvent;
    if (event.empty())
        event = "# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n"
                "\tarray       :   32 bits\n\n\tpadding     : type == 29\n"
                "\ttime_extend : type == 30\n\ttime_stamp : type == 31\n"
                "\tdata max type_len  == 28\n";
    out.string("header_page");
    out.u64(page.size());
    out.text(page);
    out.string("header_event");
    out.u64(event.size());
    out.text(event);
}

void CutMetadata::writeFormats(ByteWriter &out, bool ofFtrace) const
{
    std::uint32_t systems = 0;
    std::uint32_t ftraceFormats = 0;
    for (const auto &[system, formats] : m_formats) {
        if (system == kFtrace)
            ftraceFormats += static_cast<std::uint32_t>(formats.size());
        else
            ++systems;
    }
    out.u32(ofFtrace ? ftraceFormats : systems);
    for (const auto &[system, formats] : m_formats) {
        if ((system == kFtrace) != ofFtrace)
            continue;
        if (!ofFtrace) {
            out.string(system);
            out.u32(static_cast<std::uint32_t>(formats.size()));
        }
        for (const auto text : formats) {
            out.u64(text.size());
            out.text(text);
        }
    }
}

std::vector<std::byte> CutMetadata::section(std::uint16_t id) const
{
    ByteWriter out(m_bigEndian);
    switch (id) {
    case 16:
        writeHeaderInfo(out);
        break;
    case 17:
    case 18:
        writeFormats(out, id == 17);
        break;
    case 19:
    case 20: {
        const auto text = id == 19 ? m_raw.kallsyms : m_raw.printkFormats;
        out.u32(static_cast<std::uint32_t>(text.size()));
        out.text(text);
        break;
    }
    case 21:
        out.u64(m_tasks.size());
        out.text(m_tasks);
        break;
    default:
        break;
    }
    return {out.bytes().begin(), out.bytes().end()};
}

std::vector<std::string> CutMetadata::notes() const
{
    std::vector<std::string> notes;
    for (const auto id : m_raw.unknownOptions)
        notes.push_back("The file has an option " + std::to_string(id)
                        + " that is not known; it is left out.");
    return notes;
}

} // namespace thresher
