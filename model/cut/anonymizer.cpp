// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/cut/anonymizer_p.h"

#include <algorithm>
#include <array>

namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kCommSize = 16; // TASK_COMM_LEN
constexpr std::size_t kCommonSize = 8; // of type, flags, preempt count and pid
constexpr std::size_t kMaxNames = 1U << 20U; // of a damaged trace's; further ones are all one

std::span<std::byte> writable(std::span<std::byte> payload, std::span<const std::byte> part)
{
    if (part.empty())
        return {};
    return payload.subspan(static_cast<std::size_t>(part.data() - payload.data()), part.size());
}

bool isByteArray(const EventField &field)
{
    return (field.isDynamic || field.isRelative)
           && (field.type.find("u8[") != std::string::npos
               || field.type.find("uint8_t[") != std::string::npos
               || field.type.find("unsigned char[") != std::string::npos);
}

// "task-123", or as much of the number as there is room for.
std::string_view fitted(std::string_view name, std::size_t room)
{
    constexpr auto kPrefix = "task-"sv;
    if (name.size() <= room)
        return name;
    if (name.starts_with(kPrefix))
        name.remove_prefix(kPrefix.size());
    return name.size() <= room ? name : name.substr(name.size() - room);
}

std::string_view takeLine(std::string_view &text)
{
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

} // namespace

bool isKernelTask(std::string_view comm)
{
    static constexpr std::array kWhole = {""sv,           "<idle>"sv,       "<...>"sv,
                                          "swapper"sv,    "kthreadd"sv,     "khungtaskd"sv,
                                          "kauditd"sv,    "oom_reaper"sv,   "writeback"sv,
                                          "khugepaged"sv, "ksmd"sv,         "kdevtmpfs"sv,
                                          "rcu_gp"sv,     "rcu_par_gp"sv,   "rcu_preempt"sv,
                                          "rcu_sched"sv,  "rcu_bh"sv,       "netns"sv,
                                          "kthrotld"sv,   "mm_percpu_wq"sv, "pool_workqueue"sv};
    static constexpr std::array kBegins = {
        "swapper/"sv,     "kworker/"sv,  "ksoftirqd/"sv, "migration/"sv,   "cpuhp/"sv,
        "idle_inject/"sv, "watchdog/"sv, "rcuc/"sv,      "rcuog/"sv,       "rcuop/"sv,
        "rcuos/"sv,       "rcub/"sv,     "rcu_exp_"sv,   "rcu_tasks_"sv,   "rcu_tasks"sv,
        "kswapd"sv,       "kcompactd"sv, "ktimers/"sv,   "posixcputmr/"sv, "backlog_napi/"sv};
    return std::find(kWhole.begin(), kWhole.end(), comm) != kWhole.end()
           || std::any_of(kBegins.begin(), kBegins.end(),
                          [&](std::string_view begin) { return comm.starts_with(begin); });
}

Anonymizer::Anonymizer(const IndexSnapshot &snapshot, Anonymise what)
    : m_what(what)
    , m_events(snapshot.trace->events())
    , m_bigEndian(snapshot.trace->metadata().bigEndian)
{
    if (!isNeeded())
        return;
    for (const EventFormat &event : m_events.all()) {
        compile(event, m_places.emplace_back());
        if (const auto *type = event.field("common_type"))
            m_typeOffset = std::min(type->offset, std::uint32_t{64});
    }
    if (!m_what.names)
        return;
    // Numbers follow the pids, not the order in which threads meet the names.
    std::vector<const Task *> tasks;
    for (const Task &task : snapshot.tasks->all())
        tasks.push_back(&task);
    std::stable_sort(tasks.begin(), tasks.end(),
                     [](const Task *a, const Task *b) { return a->pid < b->pid; });
    for (const Task *task : tasks) {
        static_cast<void>(comm(task->comm));
        for (const Task::Name &name : task->names)
            static_cast<void>(comm(name.comm));
    }
    for (const SavedTask &task : snapshot.trace->metadata().savedTasks)
        static_cast<void>(comm(task.comm));
    for (const auto &[name, replacement] : m_names)
        m_taskNames.push_back(name);
    std::sort(m_taskNames.begin(), m_taskNames.end());
}

void Anonymizer::compile(const EventFormat &event, std::vector<Place> &places) const
{
    const bool isBinary = event.system == "ftrace"sv
                          && (event.name == "bprint"sv || event.name == "raw_data"sv);
    for (const EventField &field : event.fields) {
        if (field.isCommon)
            continue;
        // Arguments of trace_printk(), with strings among them where only its format knows.
        const bool isHidden = (isBinary && field.name == "buf"sv) || isByteArray(field);
        const bool isComm = field.isString && field.name.ends_with("comm"sv);
        const bool mayBeComm = field.isString && !field.isDynamic && !field.isRelative
                               && field.size == kCommSize;
        if (isComm && m_what.names)
            places.push_back({field, Way::Comm});
        else if (mayBeComm && !isComm && m_what.names)
            places.push_back({field, Way::CommOrText});
        else if (isHidden && m_what.strings)
            places.push_back({field, Way::Bytes});
        else if (field.isString && !isComm && m_what.strings && field.name != "rwbs"sv)
            places.push_back({field, Way::Text});
    }
}

bool Anonymizer::isKnownComm(std::string_view name) const
{
    return std::binary_search(m_taskNames.begin(), m_taskNames.end(), name);
}

std::string Anonymizer::comm(std::string_view name) const
{
    if (!m_what.names || isKernelTask(name))
        return std::string(name);
    const std::scoped_lock lock(m_mutex);
    const auto found = m_names.find(std::string(name));
    if (found != m_names.end())
        return found->second;
    if (m_names.size() >= kMaxNames)
        return "task-0";
    return m_names.emplace(name, "task-" + std::to_string(++m_count)).first->second;
}

std::string Anonymizer::uname(std::string_view text) const
{
    const auto begin = text.find(' ');
    if (begin == std::string_view::npos)
        return std::string(text);
    const auto end = std::min(text.find(' ', begin + 1), text.size());
    return std::string(text.substr(0, begin + 1))
           + this->text(text.substr(begin + 1, end - begin - 1)) + std::string(text.substr(end));
}

std::string Anonymizer::procMaps(std::string_view text) const
{
    std::string result;
    while (!text.empty()) {
        const auto line = takeLine(text);
        // Two numbers, then a path; or, like [heap], what every process has.
        const auto first = line.find(' ');
        const auto second = first == line.npos ? line.npos : line.find(' ', first + 1);
        const auto at = second == line.npos ? line.size() : second + 1;
        result += line.substr(0, at);
        const auto path = line.substr(at);
        result += path.starts_with('[') ? std::string(path) : this->text(path);
        result += '\n';
    }
    return result;
}

void Anonymizer::Records::replaceComm(std::span<std::byte> place)
{
    const auto old = asText(place);
    m_key = old.substr(0, old.find('\0'));
    auto known = m_known.find(m_key);
    if (known == m_known.end()) {
        if (m_known.size() >= kMaxNames)
            m_known.clear();
        known = m_known.emplace(m_key, m_owner.comm(m_key)).first;
    }
    if (known->second == m_key && m_key.size() == place.size())
        return;
    // Room for the NUL; behind it may be left what was there before.
    const auto name = fitted(known->second, place.size() - 1);
    std::fill(place.begin(), place.end(), std::byte{0});
    std::copy_n(asBytes(name).begin(), name.size(), place.begin());
}

void Anonymizer::Records::replace(std::span<std::byte> payload)
{
    if (payload.size() < m_owner.m_typeOffset + std::size_t{2} || payload.size() <= kCommonSize)
        return;
    const auto kernelId = loadNumber<std::uint16_t>(payload.data() + m_owner.m_typeOffset,
                                                    needsSwap(m_owner.m_bigEndian));
    const auto type = m_owner.m_events.fromKernelId(kernelId);
    if (type == m_owner.m_events.unknownEvent()) {
        // Nobody knows what is in it.
        std::fill(payload.begin() + kCommonSize, payload.end(), std::byte{0});
        return;
    }
    for (const Place &place : m_owner.m_places[toIndex(type)]) {
        const auto bytes = writable(payload, readBytes(place.field, payload, m_owner.m_bigEndian));
        if (bytes.empty() || bytes.data() < payload.data() + kCommonSize)
            continue;
        auto way = place.way;
        const auto length = std::min(asText(bytes).find('\0'), bytes.size());
        if (way == Way::CommOrText) {
            if (m_owner.isKnownComm(asText(bytes).substr(0, length)))
                way = Way::Comm;
            else if (m_owner.m_what.strings)
                way = Way::Text;
            else
                continue;
        }
        if (way == Way::Comm) {
            replaceComm(bytes);
            continue;
        }
        if (way == Way::Text)
            m_owner.m_placeholder.replace(bytes.first(length));
        const auto rest = bytes.subspan(way == Way::Text ? length : 0);
        std::fill(rest.begin(), rest.end(), std::byte{0});
    }
}

} // namespace thresher
