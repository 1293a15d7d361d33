// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/io/pluginprinter_p.h"

#include <traceevent/event-parse.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace thresher {

namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kMaxFieldEnd = 64U << 10U;
constexpr std::size_t kMaxPayload = 64U << 10U;
constexpr std::size_t kZeros = 192U << 10U; // a __data_loc reaches 128 KiB behind a record's begin
constexpr std::uint32_t kFirstOwnId = 0xf000; // kernels count events from 1; thousands are many

std::mutex &libraryMutex()
{
    static std::mutex mutex;
    return mutex;
}

bool isWord(std::string_view text)
{
    return !text.empty() && text.size() < 200 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || c == '_';
    });
}

bool isTypeName(std::string_view text)
{
    return !text.empty() && text.size() < 200 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || "_ *[]"sv.find(c) != std::string_view::npos;
    });
}

void declareField(std::string &text, const EventField &field)
{
    if (!isWord(field.name) || !isTypeName(field.type) || field.offset > kMaxFieldEnd
        || field.size > kMaxFieldEnd - field.offset)
        return;
    std::string type = field.type;
    std::string dimensions;
    if (!field.isDynamic && !field.isRelative) {
        const auto open = type.find('[');
        if (open != std::string::npos) {
            dimensions = type.substr(open);
            type.resize(open);
        }
    }
    if (type.find_first_not_of(" *[]") == std::string::npos)
        return;
    text += "\tfield:" + type + ' ' + field.name + dimensions
            + ";\toffset:" + std::to_string(field.offset) + ";\tsize:" + std::to_string(field.size)
            + ";\tsigned:" + (field.isSigned ? "1" : "0") + ";\n";
}

// The event as the kernel would declare it, but for the print format.
std::string declaration(const EventFormat &event, std::uint32_t id, std::string_view printFormat)
{
    std::string text = "name: " + event.name + "\nID: " + std::to_string(id) + "\nformat:\n";
    for (const auto &field : event.fields) {
        if (field.isCommon)
            declareField(text, field);
    }
    text += '\n';
    for (const auto &field : event.fields) {
        if (!field.isCommon)
            declareField(text, field);
    }
    text += "\nprint fmt: ";
    text += printFormat;
    text += '\n';
    return text;
}

struct FreeTep
{
    void operator()(tep_handle *tep) const { tep_free(tep); }
};

// A trace_seq that frees itself.
class Sequence
{
public:
    Sequence() { trace_seq_init(&m_sequence); }
    ~Sequence() { trace_seq_destroy(&m_sequence); }
    Sequence(const Sequence &) = delete; // owns a buffer
    Sequence &operator=(const Sequence &) = delete;
    [[nodiscard]] trace_seq *get() { return &m_sequence; }
    [[nodiscard]] std::string_view text() const
    {
        if (m_sequence.state != TRACE_SEQ__GOOD || m_sequence.buffer == nullptr)
            return {};
        return {m_sequence.buffer, m_sequence.len};
    }

private:
    trace_seq m_sequence = {};
};

} // namespace

struct PluginPrinter::Private
{
    const TraceFile &trace;
    const KernelSymbols &symbols;
    std::unique_ptr<tep_handle, FreeTep> tep;
    tep_plugin_list *plugins = nullptr;
    std::unordered_map<std::uint32_t, tep_event *> events; // by kernel id; null: not for plugins
    std::map<std::string, std::uint32_t> calls; // id of the event that was declared for a call
    std::uint32_t nextId = kFirstOwnId;
    std::vector<std::byte> buffer = std::vector<std::byte>(kMaxPayload + kZeros);
    std::string symbolName; // what resolve() returned last

    Private(const TraceFile &file, const KernelSymbols &kernelSymbols)
        : trace(file)
        , symbols(kernelSymbols)
        , tep(tep_alloc())
    {
        if (!tep)
            return;
        tep_set_loglevel(TEP_LOG_NONE);
        const auto &metadata = trace.metadata();
        tep_set_file_bigendian(tep.get(), metadata.bigEndian ? TEP_BIG_ENDIAN : TEP_LITTLE_ENDIAN);
        tep_set_long_size(tep.get(), metadata.longSize);
        tep_set_page_size(tep.get(), static_cast<int>(metadata.pageSize));
        tep_set_function_resolver(tep.get(), &Private::resolve, this);
        plugins = tep_load_plugins(tep.get());
    }

    ~Private()
    {
        const std::scoped_lock lock(libraryMutex());
        if (plugins != nullptr)
            tep_unload_plugins(plugins, tep.get());
        tep.reset();
    }

    Private(const Private &) = delete; // libtraceevent holds its address
    Private &operator=(const Private &) = delete;

    static char *resolve(void *self, unsigned long long *address, char **module)
    {
        auto &d = *static_cast<Private *>(self);
        const auto *const symbol = d.symbols.find(*address);
        if (symbol == nullptr)
            return nullptr;
        *address = symbol->address;
        *module = nullptr;
        d.symbolName = symbol->name;
        return d.symbolName.data();
    }

    tep_event *declare(const EventFormat &event, std::uint32_t id,
                       std::string_view printFormat) const
    {
        if (!tep || !isWord(event.name) || !isWord(event.system)
            || event.field("common_type") == nullptr)
            return nullptr;
        const auto text = declaration(event, id, printFormat);
        if (tep_parse_event(tep.get(), text.c_str(), text.size(), event.system.c_str()) != 0)
            return nullptr;
        auto *const declared = tep_find_event(tep.get(), static_cast<int>(id));
        if (declared == nullptr || (declared->flags & static_cast<int>(TEP_EVENT_FL_FAILED)) != 0)
            return nullptr;
        return declared;
    }

    // The record in front of zeros; valid until the next one.
    tep_record load(const Record &record)
    {
        const auto size = std::min(record.payload.size(), kMaxPayload);
        std::copy_n(record.payload.begin(), size, buffer.begin());
        tep_record copy = {};
        copy.ts = static_cast<unsigned long long>(record.time);
        copy.size = static_cast<int>(size);
        copy.record_size = copy.size;
        copy.data = buffer.data();
        copy.cpu = static_cast<int>(record.cpu);
        return copy;
    }

    void unload(const tep_record &record)
    {
        std::fill_n(buffer.begin(), record.size, std::byte{0});
    }
};

PluginPrinter::PluginPrinter(const TraceFile &trace, const KernelSymbols &symbols)
{
    const std::scoped_lock lock(libraryMutex());
    d = std::make_unique<Private>(trace, symbols);
}

PluginPrinter::~PluginPrinter() = default;

bool PluginPrinter::mayKnow(const EventFormat &event)
{
    static const bool kHasUsersPlugins = [] {
        if (std::getenv("TRACEEVENT_PLUGIN_DIR") != nullptr)
            return true;
        const char *const home = std::getenv("HOME");
        std::error_code error;
        return home != nullptr
               && std::filesystem::exists(
                   std::filesystem::path(home) / ".local/lib/traceevent/plugins", error);
    }();
    static constexpr std::array systems = {"kvm"sv, "kvmmmu"sv, "mac80211"sv, "tlb"sv};
    return kHasUsersPlugins
           || std::find(systems.begin(), systems.end(), event.system) != systems.end()
           || event.name == "sys_enter_futex"sv
           || (event.system == "ftrace"sv
               && (event.name == "raw_data"sv || event.name == "func_repeats"sv));
}

PluginPrinter::Result PluginPrinter::print(const EventFormat &event, const Record &record,
                                           BoundedText &out)
{
    const std::scoped_lock lock(libraryMutex());
    auto [found, isNew] = d->events.try_emplace(event.kernelId, nullptr);
    if (isNew) {
        auto *const declared = d->declare(event, event.kernelId, R"("%s", "")");
        found->second = declared != nullptr && declared->handler != nullptr ? declared : nullptr;
    }
    auto *const declared = found->second;
    if (declared == nullptr)
        return Result::None;
    Sequence sequence;
    auto copy = d->load(record);
    const int more = declared->handler(sequence.get(), &copy, declared, declared->context);
    d->unload(copy);
    out.add(sequence.text());
    return more != 0 ? Result::Begun : Result::Done;
}

std::uint64_t PluginPrinter::call(const EventFormat &event, const PrintFormat &format,
                                  const PrintNode &node, const Record &record, BoundedText &out)
{
    std::string arguments;
    for (const auto index : node.arguments) {
        const auto &argument = format.nodes[index];
        if (!arguments.empty())
            arguments += ", ";
        if (argument.kind == PrintNode::Kind::Atom) {
            arguments += isWord(argument.text) ? argument.text : "0";
            continue;
        }
        const auto &name = event.fields[argument.field].name;
        if (!isWord(name))
            return 0;
        arguments += argument.kind == PrintNode::Kind::Field ? "REC->" + name
                     : argument.kind == PrintNode::Kind::DynamicArray
                         ? "__get_dynamic_array(" + name + ')'
                         : "__get_dynamic_array_len(" + name + ')';
    }
    const auto text = "\"%lld:%s\", " + node.text + '(' + arguments + "), " + node.text + '('
                      + arguments + ')';
    const std::scoped_lock lock(libraryMutex());
    auto [found, isNew] = d->calls.try_emplace(event.system + ':' + event.name + ' ' + text, 0U);
    if (isNew && d->nextId < 0xffff) {
        if (d->declare(event, d->nextId, text) != nullptr)
            found->second = d->nextId;
        ++d->nextId;
    }
    if (found->second == 0 || record.payload.size() < 2)
        return 0;
    Sequence sequence;
    auto copy = d->load(record);
    auto id = static_cast<std::uint16_t>(found->second);
    if (needsSwap(d->trace.metadata().bigEndian))
        id = byteSwapped(id);
    std::memcpy(d->buffer.data(), &id, sizeof id);
    tep_print_event(d->tep.get(), sequence.get(), &copy, "%s", TEP_PRINT_INFO);
    d->unload(copy);
    const auto printed = sequence.text();
    std::int64_t value = 0;
    const auto result = std::from_chars(printed.data(), printed.data() + printed.size(), value);
    if (result.ec == std::errc()) {
        const auto colon = printed.find(':');
        out.add(printed.substr(std::min(colon + 1, printed.size())));
    }
    return static_cast<std::uint64_t>(value);
}

} // namespace thresher
