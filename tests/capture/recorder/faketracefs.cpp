// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "tests/capture/recorder/faketracefs.h"

#include "capture/probes/probespec.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>

namespace thresher::capture {

namespace fs = std::filesystem;

namespace {

constexpr const char *kEvents[][2] = {{"sched", "sched_switch"},   {"sched", "sched_waking"},
                                      {"sched", "sched_wakeup"},   {"irq", "irq_handler_entry"},
                                      {"irq", "irq_handler_exit"}, {"raw_syscalls", "sys_enter"}};

constexpr std::string_view kClocks[] = {"local", "global", "mono"};

bool isChoice(std::string_view path)
{
    return path.ends_with("trace_clock");
}
bool isList(std::string_view path)
{
    return path.ends_with("/trigger") || path.ends_with("_pid") || path.ends_with("_filter")
           || path.ends_with("set_ftrace_notrace") || path.ends_with("trace_marker");
}

void buildEvent(const fs::path &place)
{
    fs::create_directories(place);
    writeFile(place / "enable", "0\n");
    writeFile(place / "filter", "none\n");
    writeFile(place / "trigger", "");
    writeFile(place / "hist", "# event histogram of " + place.filename().string() + "\n");
}

/// What the top buffer and each instance have.
void buildBuffer(const fs::path &folder)
{
    fs::create_directories(folder / "options");
    writeFile(folder / "current_tracer", "nop\n");
    writeFile(folder / "available_tracers", "function nop\n");
    writeFile(folder / "trace_clock", "[local] global mono\n");
    writeFile(folder / "tracing_on", "1\n");
    writeFile(folder / "buffer_size_kb", "1408\n");
    writeFile(folder / "tracing_cpumask", "3\n");
    writeFile(folder / "error_log", "");
    writeFile(folder / "trace_marker", "");
    writeFile(folder / "trace", "");
    for (const char *list : {"set_event", "set_event_pid", "set_ftrace_pid", "set_ftrace_filter",
                             "set_ftrace_notrace"})
        writeFile(folder / list, "");
    for (const char *option :
         {"overwrite", "stacktrace", "userstacktrace", "event-fork", "function-fork", "irq-info"})
        writeFile(folder / "options" / option, "0\n");
    for (const auto &event : kEvents) {
        const fs::path place = folder / "events" / event[0] / event[1];
        buildEvent(place);
        writeFile(place.parent_path() / "enable", "0\n");
    }
    writeFile(folder / "events/header_page",
              "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
              "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
              "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
              "\tfield: char data;\toffset:16;\tsize:4080;\tsigned:0;\n");
    for (const char *cpu : {"cpu0", "cpu1"}) {
        const fs::path place = folder / "per_cpu" / cpu;
        fs::create_directories(place);
        writeFile(place / "trace_pipe_raw", "");
        writeFile(place / "stats",
                  "entries: 0\noverrun: 0\ncommit overrun: 0\nbytes: 0\n"
                  "oldest event ts: 0.0\nnow ts: 1.0\ndropped events: 0\nread events: 0\n");
    }
}

/// Lines of its format, where a test asks for fields.
std::string fieldsOf(std::string_view event)
{
    if (event == "sched_waking")
        return "format:\n\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
               "\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
               "\tfield:pid_t pid;\toffset:24;\tsize:4;\tsigned:1;\n";
    if (event == "sched_switch")
        return "format:\n\tfield:pid_t next_pid;\toffset:8;\tsize:4;\tsigned:1;\n";
    return {};
}

std::string nameOf(const ProbeSpec &spec)
{
    return spec.group + "/" + spec.event;
}

} // namespace

std::string readFile(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void writeFile(const fs::path &path, std::string_view text)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

std::string fakePage(unsigned number)
{
    std::string page(4096, static_cast<char>('a' + number % 26));
    page.replace(0, 8, "page" + std::to_string(1000 + number));
    return page;
}

void FakeTracefs::build(const fs::path &folder)
{
    fs::remove_all(folder);
    fs::create_directories(folder / "instances");
    buildBuffer(folder);
    std::string available;
    for (const auto &event : kEvents) {
        available += std::string(event[0]) + ":" + event[1] + "\n";
        writeFile(folder / "events" / event[0] / event[1] / "format",
                  "name: " + std::string(event[1]) + "\nID: 1\n" + fieldsOf(event[1]));
    }
    fs::create_directories(folder / "events/ftrace/print");
    writeFile(folder / "events/ftrace/print/format", "name: print\nID: 5\n");
    writeFile(folder / "events/header_event", "# compressed entry header\n");
    writeFile(folder / "available_events", available);
    writeFile(folder / "available_tracers", "irqsoff function nop\n");
    writeFile(folder / "saved_cmdlines", "1 init\n");
    writeFile(folder / "saved_cmdlines_size", "128\n");
    writeFile(folder / "printk_formats", "");
    writeFile(folder / "max_graph_depth", "0\n");
    writeFile(folder / "set_graph_function", "#### all functions enabled ####\n");
    writeFile(folder / "tracing_thresh", "0\n");
    writeFile(folder / "tracing_max_latency", "17\n");
    writeFile(folder / "README",
              "tracing mini-HOWTO:\n  dynamic_events\n"
              "\t   Format: p[:[<group>/][<event>]] <place> [<args>]\n"
              "\t           f[:[<group>/][<event>]] <func-name>[%return] [<args>]\n"
              "\t           e[:[<group>/][<event>]] <attached-group>.<attached-event>\n"
              "      hist trigger\t- If set, event hits are aggregated into a hash table\n");
    for (const char *list : {"dynamic_events", "kprobe_events", "uprobe_events", "synthetic_events",
                             "kprobe_profile", "uprobe_profile"})
        writeFile(folder / list, "");
}

FakeTracefs::FakeTracefs(const fs::path &folder)
    : Tracefs(openRoot(folder).value_or(UniqueFd()))
    , m_folder(folder)
{}

std::vector<FakeTracefs::Written> FakeTracefs::log() const
{
    const std::scoped_lock lock(m_mutex);
    return m_log;
}

Result<void> FakeTracefs::refuseWith(const std::string &path, const std::string &message,
                                     std::string_view text, std::size_t caret)
{
    const auto events = path.find("events/");
    const std::string_view command = text.substr(0, text.find('\n'));
    writeFile(m_folder / (events == std::string::npos ? "" : path.substr(0, events)) / "error_log",
              "[   12.345678] event filter parse error: error: " + message + "\n  Command: "
                  + std::string(command) + "\n           " + std::string(caret, ' ') + "^\n");
    return failErrno(EINVAL, "writing to a file of tracing", path);
}

Result<void> FakeTracefs::write(const std::string &path, std::string_view text, Write how)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_log.push_back({path, std::string(text)});
    }
    return apply(path, text, how);
}

Result<void> FakeTracefs::apply(const std::string &path, std::string_view text, Write how)
{
    const fs::path file = m_folder / path;
    if (!fs::exists(file))
        return failErrno(ENOENT, "opening a file of tracing", path);
    if (path == "dynamic_events" && how == Write::Append
        && text.find("WRONG") == std::string_view::npos)
        return changeProbes(text);
    if (const auto wrong = text.rfind("WRONG"); wrong != std::string_view::npos)
        return refuseWith(path, "Field not found", text, wrong);
    if (isChoice(path)) {
        // Not from the file, which a writer that was killed leaves empty: a kernel's never are.
        std::string all;
        for (const std::string_view word : kClocks)
            all += (all.empty() ? "" : " ")
                   + (word == text ? '[' + std::string(word) + ']' : std::string(word));
        writeFile(file, all + "\n");
        return {};
    }
    if (isList(path)) {
        if (text.ends_with('\n'))
            text.remove_suffix(1);
        std::vector<std::string> lines;
        std::istringstream before(how == Write::Append ? readFile(file) : std::string());
        for (std::string line; std::getline(before, line);)
            lines.push_back(line);
        if (text.starts_with('!')) {
            if (std::erase(lines, std::string(text.substr(1))) == 0)
                return failErrno(ENOENT, "writing to a file of tracing", path);
        } else if (!text.empty()) {
            lines.emplace_back(text);
        }
        std::string all;
        for (const std::string &line : lines)
            all += line + "\n";
        writeFile(file, all);
        return {};
    }
    if (path.ends_with("/filter") && text == "0")
        text = "none";
    writeFile(file, text.empty() ? std::string() : std::string(text) + "\n");
    // The file of a system stands for all of its events.
    if (text == "1" && path.ends_with("/enable"))
        onEnabled(path);
    if (path.ends_with("/enable"))
        for (const auto &entry : fs::directory_iterator(file.parent_path()))
            if (entry.is_directory())
                writeFile(entry.path() / "enable", std::string(text) + "\n");
    return {};
}

Result<void> FakeTracefs::makeInstance(const std::string &name)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_log.push_back({"instances/" + name, "mkdir"});
    }
    std::error_code error;
    if (!fs::create_directory(m_folder / "instances" / name, error))
        return failErrno(EEXIST, "making a tracing instance", name);
    buildBuffer(m_folder / "instances" / name);
    std::istringstream probes(readFile(m_folder / "dynamic_events"));
    for (std::string line; std::getline(probes, line);)
        buildEvent(m_folder / "instances" / name / "events" / nameOf(parseProbe(line).value()));
    return {};
}

void FakeTracefs::setHits(const std::string &symbol, std::uint64_t hits, std::uint64_t misses)
{
    m_hits[symbol] = {hits, misses};
}

Result<void> FakeTracefs::changeProbes(std::string_view command)
{
    const auto refused = [&](int number) {
        return failErrno(number, "writing to a file of tracing", "dynamic_events");
    };
    const auto spec = parseProbe(command);
    if (!spec)
        return refused(EINVAL);
    const std::string name = nameOf(*spec);
    std::vector<fs::path> roots{m_folder};
    for (const std::string &instance : folders("instances"))
        roots.push_back(m_folder / "instances" / instance);
    std::string all;
    bool isThere = false;
    std::istringstream before(readFile(m_folder / "dynamic_events"));
    for (std::string line; std::getline(before, line);) {
        const bool isIt = nameOf(parseProbe(line).value()) == name;
        isThere |= isIt;
        if (!isIt || spec->kind != ProbeKind::Delete)
            all += line + "\n";
    }
    const bool isDelete = spec->kind == ProbeKind::Delete;
    if (isThere && !isDelete)
        return refused(EEXIST);
    if (isDelete && std::any_of(roots.begin(), roots.end(), [&](const fs::path &root) {
            return readFile(root / "events" / name / "enable") == "1\n";
        }))
        return refused(EBUSY);
    // The list last when it is made, first when it goes: who is killed in between leaves what a
    // second try removes.
    if (isDelete)
        writeFile(m_folder / "dynamic_events", all);
    for (const fs::path &root : roots) {
        if (isDelete) {
            fs::remove_all(root / "events" / name);
            std::error_code isNotEmpty; // others are in this group
            fs::remove(root / "events" / spec->group, isNotEmpty);
        } else {
            buildEvent(root / "events" / name);
        }
    }
    if (!isDelete) {
        writeFile(m_folder / "events" / name / "format", "name: " + spec->event + "\nID: 2\n");
        writeFile(m_folder / "dynamic_events", all + printProbe(*spec) + "\n");
    }
    writeProfiles();
    return isDelete && !isThere ? Result<void>(refused(ENOENT)) : Result<void>();
}

void FakeTracefs::onEnabled(const std::string &path)
{
    std::istringstream probes(readFile(m_folder / "dynamic_events"));
    for (std::string line; std::getline(probes, line);) {
        const ProbeSpec spec = parseProbe(line).value();
        if (path.find("events/" + nameOf(spec) + "/enable") == std::string::npos)
            continue;
        m_counts[nameOf(spec)].hits += m_hits[spec.symbol].hits;
        m_counts[nameOf(spec)].misses += m_hits[spec.symbol].misses;
    }
    writeProfiles();
}

void FakeTracefs::writeProfiles()
{
    std::string kernel;
    std::string user;
    std::istringstream probes(readFile(m_folder / "dynamic_events"));
    for (std::string line; std::getline(probes, line);) {
        const ProbeSpec spec = parseProbe(line).value();
        const Counted &count = m_counts[nameOf(spec)];
        if (spec.isUser())
            user += "  " + spec.path + " " + spec.event + "   " + std::to_string(count.hits) + "\n";
        else if (spec.kind == ProbeKind::Kprobe || spec.kind == ProbeKind::Kretprobe)
            kernel += "  " + spec.event + "    " + std::to_string(count.hits) + "   "
                      + std::to_string(count.misses) + "\n";
    }
    writeFile(m_folder / "kprobe_profile", kernel);
    writeFile(m_folder / "uprobe_profile", user);
}

Result<void> FakeTracefs::removeInstance(const std::string &name)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_log.push_back({"instances/" + name, "rmdir"});
    }
    std::error_code error;
    fs::remove_all(m_folder / "instances" / name, error);
    return {};
}

std::map<std::string, std::string> FakeTracefs::contents(const fs::path &folder)
{
    std::map<std::string, std::string> all;
    for (const auto &entry : fs::recursive_directory_iterator(folder))
        all[fs::relative(entry.path(), folder)] = entry.is_regular_file() ? readFile(entry.path())
                                                                          : std::string("folder");
    return all;
}

} // namespace thresher::capture
