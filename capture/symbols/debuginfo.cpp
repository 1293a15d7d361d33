// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/debuginfo_p.h"

#include <dwarf.h>
#include <elfutils/libdwelf.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

namespace thresher::capture {

namespace {

constexpr std::size_t kMostRanges = std::size_t{1} << 24U;
constexpr std::size_t kMostEntries = std::size_t{1} << 24U; // looked at in a unit
constexpr std::size_t kDeepest = 256;

std::string_view textOf(const char *text)
{
    return text != nullptr ? std::string_view(text) : std::string_view();
}

/// Whether functions of the unit's language keep to the machine's convention of calling.
bool keepsToConvention(Dwarf_Die &unit)
{
    switch (::dwarf_srclang(&unit)) {
    case DW_LANG_C89:
    case DW_LANG_C:
    case DW_LANG_C99:
    case DW_LANG_C11:
    case DW_LANG_C_plus_plus:
    case DW_LANG_C_plus_plus_03:
    case DW_LANG_C_plus_plus_11:
    case DW_LANG_C_plus_plus_14:
    case DW_LANG_ObjC:
    case DW_LANG_ObjC_plus_plus:
        return true;
    default:
        return false;
    }
}

/// Whether the compiler has changed what a function takes: it is a copy for some callers.
bool isSpecialised(std::string_view symbol)
{
    return symbol.find(".isra") != std::string_view::npos
           || symbol.find(".constprop") != std::string_view::npos
           || symbol.find(".part") != std::string_view::npos
           || symbol.find(".cold") != std::string_view::npos;
}

bool hasNoConvention(Dwarf_Die &function)
{
    Dwarf_Attribute attribute;
    Dwarf_Word convention = 0;
    return ::dwarf_attr_integrate(&function, DW_AT_calling_convention, &attribute) != nullptr
           && ::dwarf_formudata(&attribute, &convention) == 0 && convention == DW_CC_nocall;
}

/// Whether DWARF tells address by address where a variable is. What it tells for the whole of a
/// function holds only from where its frame is made, by when the function has begun.
bool isToldByAddress(Dwarf_Die &variable)
{
    Dwarf_Attribute location;
    return ::dwarf_attr_integrate(&variable, DW_AT_location, &location) != nullptr
           && ::dwarf_whatform(&location) != DW_FORM_exprloc
           && ::dwarf_whatform(&location) != DW_FORM_block1;
}

/// Over bytes that stay as they are, and where they are.
Elf *memoryElf(std::span<const std::byte> bytes)
{
    // libelf takes what it only reads as not constant.
    return ::elf_memory(const_cast<char *>(reinterpret_cast<const char *>(bytes.data())),
                        bytes.size());
}

/// Calls back for each place of a unit's code where a statement begins: address, line, file.
template<typename Call>
void forEachStatement(Dwarf_Die &unit, const Call &call)
{
    Dwarf_Lines *all = nullptr;
    std::size_t count = 0;
    if (::dwarf_getsrclines(&unit, &all, &count) != 0)
        return;
    for (std::size_t i = 0; i < count; ++i) {
        Dwarf_Line *const line = ::dwarf_onesrcline(all, i);
        Dwarf_Addr address = 0;
        bool isStatement = false;
        bool isEnd = false;
        int number = 0;
        if (::dwarf_lineaddr(line, &address) == 0
            && ::dwarf_linebeginstatement(line, &isStatement) == 0 && isStatement
            && ::dwarf_lineendsequence(line, &isEnd) == 0 && !isEnd
            && ::dwarf_lineno(line, &number) == 0 && number > 0)
            call(address, static_cast<std::uint32_t>(number),
                 textOf(::dwarf_linesrc(line, nullptr, nullptr)));
    }
}

/// Whether a path is the file that is meant by its name, or by the end of its path.
bool isFile(std::string_view path, std::string_view file)
{
    return path.ends_with(file)
           && (path.size() == file.size() || path[path.size() - file.size() - 1] == '/');
}

bool hasFile(Dwarf_Die &unit, std::string_view file)
{
    Dwarf_Files *files = nullptr;
    std::size_t count = 0;
    if (::dwarf_getsrcfiles(&unit, &files, &count) != 0)
        return false;
    for (std::size_t i = 0; i < count; ++i) {
        if (isFile(textOf(::dwarf_filesrc(files, i, nullptr, nullptr)), file))
            return true;
    }
    return false;
}

} // namespace

bool DwarfFile::open(std::shared_ptr<const ElfImage> from)
{
    ::elf_version(EV_CURRENT);
    image = std::move(from);
    const auto &sections = image->elf.sections();
    // libdw marks in the headers what it has unpacked, which a mapped file does not let it.
    const bool isPacked = std::any_of(sections.begin(), sections.end(), [](const auto &section) {
        return (section.flags & SHF_COMPRESSED) != 0 || section.name.substr(0, 8) == ".zdebug_";
    });
    if (isPacked && image->file != nullptr)
        elf.reset(::elf_begin(image->file->fd(), ELF_C_READ, nullptr));
    else if (!isPacked)
        elf.reset(memoryElf(image->elf.bytes()));
    dwarf.reset(elf ? ::dwarf_begin_elf(elf.get(), DWARF_C_READ, nullptr) : nullptr);
    return dwarf != nullptr;
}

DebugInfo::DebugInfo(std::unique_ptr<Private> data)
    : m_data(std::move(data))
{}

DebugInfo::~DebugInfo() = default;

Result<std::unique_ptr<DebugInfo>> DebugInfo::open(std::shared_ptr<const ProgramSymbols> symbols,
                                                   const std::stop_token &stop, Progress &progress)
{
    auto data = std::make_unique<Private>();
    data->symbols = std::move(symbols);
    const auto image = data->symbols->debugImage();
    if (image == nullptr || !data->file.open(image))
        return fail(ErrorKind::Unsupported,
                    "There is no debugging information: parameters, types and lines are not "
                    "known. A package of debugging symbols may have it.",
                    data->symbols->program().path);
    data->machine = data->symbols->program().elf.machine();
    const char *name = nullptr;
    const void *id = nullptr;
    const ssize_t size = ::dwelf_dwarf_gnu_debugaltlink(data->file.dwarf.get(), &name, &id);
    if (size > 0) {
        const auto shared = findByBuildId(
            hexOf({static_cast<const std::byte *>(id), static_cast<std::size_t>(size)}),
            data->symbols->root());
        if (shared && data->alternative.open(shared))
            ::dwarf_setalt(data->file.dwarf.get(), data->alternative.dwarf.get());
    }
    data->programElf.reset(memoryElf(data->symbols->program().elf.bytes()));
    if (data->programElf)
        data->frames.reset(::dwarf_getcfi_elf(data->programElf.get()));
    if (!data->indexUnits(stop, progress))
        return fail(ErrorKind::Cancelled, "Reading debugging information was stopped.");
    return std::unique_ptr<DebugInfo>(new DebugInfo(std::move(data)));
}

bool DebugInfo::Private::indexUnits(const std::stop_token &stop, Progress &progress)
{
    const ElfSection *const section = file.image->elf.section(".debug_info");
    progress.setTotal(section != nullptr ? section->bytes.size() : 1);
    Dwarf_CU *unit = nullptr;
    Dwarf_Die die;
    Dwarf_Die split;
    std::uint8_t kind = 0;
    Dwarf_Off before = 0;
    while (::dwarf_get_units(file.dwarf.get(), unit, &unit, nullptr, &kind, &die, &split) == 0) {
        if (stop.stop_requested())
            return false;
        const Dwarf_Off at = ::dwarf_dieoffset(&die);
        progress.advance(at > before ? at - before : 0);
        before = std::max(before, at);
        if (kind == DW_UT_type || kind == DW_UT_partial)
            continue;
        Dwarf_Addr base = 0;
        Dwarf_Addr begin = 0;
        Dwarf_Addr end = 0;
        for (std::ptrdiff_t next = 0;
             ranges.size() < kMostRanges
             && (next = ::dwarf_ranges(&die, next, &base, &begin, &end)) > 0;) {
            if (begin < end)
                ranges.push_back({begin, end, at});
        }
    }
    std::sort(ranges.begin(), ranges.end(),
              [](const Range &a, const Range &b) { return a.begin < b.begin; });
    progress.advance(section != nullptr ? section->bytes.size() : 1);
    return true;
}

std::optional<Dwarf_Die> DebugInfo::Private::unitOf(std::uint64_t address)
{
    // Ranges of units do not overlap; damaged ones may.
    const auto after = std::upper_bound(
        ranges.begin(), ranges.end(), address,
        [](std::uint64_t wanted, const Range &range) { return wanted < range.begin; });
    if (after == ranges.begin() || address >= std::prev(after)->end)
        return std::nullopt;
    Dwarf_Die die;
    if (::dwarf_offdie(file.dwarf.get(), std::prev(after)->unit, &die) == nullptr)
        return std::nullopt;
    return die;
}

SourceLine DebugInfo::Private::lineAt(std::uint64_t address, std::uint32_t line,
                                      std::string_view path) const
{
    const std::uint64_t there = address + symbols->debugBias();
    return {std::string(path), line, there, symbols->program().elf.fileOffset(there).value_or(0)};
}

const DebugInfo::Private::FunctionsByEntry &DebugInfo::Private::functionsOf(Dwarf_Die &unit)
{
    const auto [at, isNew] = functions.try_emplace(::dwarf_dieoffset(&unit));
    FunctionsByEntry &list = at->second;
    if (!isNew)
        return list;
    // Definitions may be anywhere: in namespaces, in classes of functions.
    std::vector<Dwarf_Die> path;
    Dwarf_Die die;
    std::size_t looked = 0;
    bool hasMore = ::dwarf_child(&unit, &die) == 0;
    while (hasMore && looked++ < kMostEntries) {
        Dwarf_Addr entry = 0;
        if (::dwarf_tag(&die) == DW_TAG_subprogram && ::dwarf_entrypc(&die, &entry) == 0)
            list.emplace_back(entry, ::dwarf_dieoffset(&die));
        Dwarf_Die child;
        if (path.size() < kDeepest && ::dwarf_haschildren(&die) == 1
            && ::dwarf_child(&die, &child) == 0) {
            path.push_back(die);
            die = child;
            continue;
        }
        while ((hasMore = ::dwarf_siblingof(&die, &child) == 0) == false && !path.empty()) {
            die = path.back();
            path.pop_back();
        }
        if (hasMore)
            die = child;
    }
    std::sort(list.begin(), list.end());
    return list;
}

std::optional<Dwarf_Die> DebugInfo::Private::functionAt(std::uint64_t address)
{
    auto unit = unitOf(address);
    if (!unit)
        return std::nullopt;
    const auto &list = functionsOf(*unit);
    const auto at = std::lower_bound(list.begin(), list.end(), std::pair(address, Dwarf_Off{0}));
    Dwarf_Die die;
    if (at == list.end() || at->first != address
        || ::dwarf_offdie(file.dwarf.get(), at->second, &die) == nullptr)
        return std::nullopt;
    return die;
}

std::optional<Dwarf_Die> DebugInfo::Private::functionAround(Dwarf_Die &unit, std::uint64_t address)
{
    const auto &list = functionsOf(unit);
    const auto after = std::upper_bound(list.begin(), list.end(),
                                        std::pair(address, ~Dwarf_Off{0}));
    Dwarf_Die die;
    if (after == list.begin()
        || ::dwarf_offdie(file.dwarf.get(), std::prev(after)->second, &die) == nullptr
        || ::dwarf_haspc(&die, address) != 1)
        return std::nullopt;
    return die;
}

std::optional<DebugInfo::Private::Entry>
DebugInfo::Private::entryOf(const DebugInfo &types, const ProgramFunction &function)
{
    const std::uint64_t address = function.address - symbols->debugBias();
    auto die = functionAt(address);
    auto unit = unitOf(address);
    if (!die || !unit)
        return std::nullopt;
    Entry entry;
    entry.signature.name = function.name.substr(0, function.name.find('('));
    if (entry.signature.name.empty())
        entry.signature.name = textOf(::dwarf_diename(&*die));
    entry.signature.result = typeOf(*die);
    Dwarf_Die child;
    for (bool hasMore = ::dwarf_child(&*die, &child) == 0; hasMore;
         hasMore = ::dwarf_siblingof(&child, &child) == 0) {
        if (::dwarf_tag(&child) == DW_TAG_unspecified_parameters)
            entry.signature.isVariadic = true;
        if (::dwarf_tag(&child) != DW_TAG_formal_parameter)
            continue;
        entry.signature.parameters.push_back(
            {std::string(textOf(::dwarf_diename(&child))), typeOf(child)});
        entry.parameters.push_back(child);
    }
    entry.places = placesOfCall(machine, types, entry.signature);
    const bool isOrdinary = keepsToConvention(*unit) && !isSpecialised(function.symbol)
                            && !hasNoConvention(*die);
    for (std::size_t i = 0; i < entry.parameters.size(); ++i) {
        const auto told = isToldByAddress(entry.parameters[i])
                              ? placeAt(entry.parameters[i], *die, address, true)
                              : std::nullopt;
        if (told && told->isKnown())
            entry.places.parameters[i] = *told;
        else if (!isOrdinary)
            entry.places.parameters[i] = ValuePlace::nowhere(
                "the compiler has not told where it is when the function begins");
    }
    return entry;
}

std::optional<FunctionDescription> DebugInfo::describe(const ProgramFunction &function)
{
    const auto entry = m_data->entryOf(*this, function);
    if (!entry)
        return std::nullopt;
    return capture::describe(*this, entry->signature, entry->places);
}

std::optional<SourceLine> DebugInfo::sourceOf(const ProgramFunction &function)
{
    auto die = m_data->functionAt(function.address - m_data->symbols->debugBias());
    int line = 0;
    if (!die || ::dwarf_decl_line(&*die, &line) != 0 || line < 0)
        return std::nullopt;
    return SourceLine{std::string(textOf(::dwarf_decl_file(&*die))),
                      static_cast<std::uint32_t>(line), function.address, function.offset};
}

std::vector<SourceLine> DebugInfo::linesOf(const ProgramFunction &function)
{
    const std::uint64_t bias = m_data->symbols->debugBias();
    const std::uint64_t begin = function.address - bias;
    std::vector<SourceLine> lines;
    auto unit = m_data->unitOf(begin);
    if (!unit)
        return lines;
    forEachStatement(*unit, [&](Dwarf_Addr address, std::uint32_t number, std::string_view file) {
        if (address < begin || address - begin >= function.size)
            return;
        // The table is ascending: the same ones are next to each other.
        bool isKnown = false;
        for (auto each = lines.rbegin();
             each != lines.rend() && each->address == address + bias && !isKnown; ++each)
            isKnown = each->line == number && each->file == file;
        if (!isKnown)
            lines.push_back(m_data->lineAt(address, number, file));
    });
    return lines;
}

std::vector<SourceLine> DebugInfo::codeOf(std::string_view file, std::uint32_t line,
                                          const std::stop_token &stop)
{
    std::vector<SourceLine> found;
    std::set<Dwarf_Off> units;
    for (const Private::Range &range : m_data->ranges)
        units.insert(range.unit);
    for (const Dwarf_Off offset : units) {
        Dwarf_Die unit;
        if (stop.stop_requested())
            break;
        if (::dwarf_offdie(m_data->file.dwarf.get(), offset, &unit) == nullptr
            || !hasFile(unit, file))
            continue;
        forEachStatement(unit, [&](Dwarf_Addr address, std::uint32_t number, std::string_view in) {
            const std::uint32_t best = found.empty() ? number : found.front().line;
            if (number < line || number > best || !isFile(in, file))
                return;
            if (number < best)
                found.clear();
            found.push_back(m_data->lineAt(address, number, in));
        });
    }
    std::sort(found.begin(), found.end(),
              [](const SourceLine &a, const SourceLine &b) { return a.address < b.address; });
    const auto last = std::unique(
        found.begin(), found.end(),
        [](const SourceLine &a, const SourceLine &b) { return a.address == b.address; });
    found.erase(last, found.end());
    return found;
}

std::vector<DescribedValue> DebugInfo::variablesAt(const ProgramFunction &function,
                                                   std::uint64_t address)
{
    const std::uint64_t at = address - m_data->symbols->debugBias();
    const bool isEntry = address == function.address;
    const auto entry = isEntry ? m_data->entryOf(*this, function) : std::nullopt;
    auto unit = m_data->unitOf(at);
    auto around = unit ? m_data->functionAround(*unit, at) : std::nullopt;
    std::vector<DescribedValue> values;
    // From the function inwards, into the block or the inlined call that holds the address.
    std::optional<Dwarf_Die> scope = around;
    for (std::size_t depth = 0; scope && depth < kDeepest; ++depth) {
        std::optional<Dwarf_Die> inner;
        std::vector<DescribedValue> here;
        Dwarf_Die child;
        for (bool hasMore = ::dwarf_child(&*scope, &child) == 0; hasMore;
             hasMore = ::dwarf_siblingof(&child, &child) == 0) {
            const int tag = ::dwarf_tag(&child);
            if ((tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine)
                && ::dwarf_haspc(&child, at) == 1)
                inner = child;
            const std::string_view name = textOf(::dwarf_diename(&child));
            if ((tag != DW_TAG_formal_parameter && tag != DW_TAG_variable) || name.empty())
                continue;
            auto place = m_data->placeAt(child, *around, at, isEntry);
            if (isEntry && !isToldByAddress(child))
                place = entry ? entry->placeOf(child) : std::nullopt;
            here.push_back(
                describeValue(*this, m_data->typeOf(child), std::string(name),
                              place.value_or(ValuePlace::nowhere("it has no value here"))));
        }
        values.insert(values.begin(), std::make_move_iterator(here.begin()),
                      std::make_move_iterator(here.end()));
        scope = inner;
    }
    return values;
}

} // namespace thresher::capture
