// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/callprobe.h"

#include "capture/symbols/debuginfo.h"
#include "capture/symbols/fetchargument.h"
#include "capture/symbols/kerneltypes.h"

#include <algorithm>
#include <utility>

namespace thresher::capture {

namespace {

constexpr std::string_view kReturned = "ret";

tl::unexpected<Error> refuse(std::string what)
{
    return fail(ErrorKind::InvalidArgument, std::move(what));
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t";
    const std::size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
    text.remove_prefix(begin);
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

/// The last name of a path, as the event's field is to be called: "name" of "dentry->d_name.name".
std::string fieldName(std::string_view value, const std::vector<FetchArgument> &others)
{
    value = lastNameOf(value);
    std::string name(value);
    const auto isTaken = [&others](const std::string &wanted) {
        return std::any_of(others.begin(), others.end(),
                           [&](const FetchArgument &each) { return each.name == wanted; });
    };
    for (int number = 2; isTaken(name); ++number)
        name = std::string(value) + std::to_string(number);
    return name;
}

Result<void> addArgument(ProbeSpec &spec, std::string_view value, const std::string &fetch)
{
    const std::string text = fieldName(value, spec.arguments) + '=' + fetch;
    auto argument = parseFetchArgument(text, spec.kind);
    if (!argument)
        return refuse("'" + text + "': " + argument.error().text);
    spec.arguments.push_back(*std::move(argument));
    return {};
}

/// All that can be had as it is.
std::vector<std::string> allOf(const FunctionDescription &description)
{
    std::vector<std::string> values;
    for (const DescribedValue &value : description.parameters) {
        if (!value.fetch.empty())
            values.push_back(value.name);
    }
    if (!description.result.fetch.empty())
        values.emplace_back(kReturned);
    return values;
}

std::string namesOf(const FunctionDescription &description)
{
    std::string names;
    for (const DescribedValue &value : description.parameters)
        names += value.name + ", ";
    return names + std::string(kReturned);
}

Result<FunctionDescription> describeKernel(const ProbeCall &call, ProbeSpec &place,
                                           KernelTypes &types, const std::stop_token &stop)
{
    Progress progress;
    THRESHER_TRY_ASSIGN(const auto kernel, KernelFunctions::read({}, stop, progress));
    const auto [first, count] = kernel->named(call.function);
    for (NameTable::Row row = first; row < first + count; ++row) {
        const KernelFunction function = kernel->function(row);
        if (!call.module.empty() && function.module != call.module)
            continue;
        if (function.mark != ProbeMark::Traceable && function.mark != ProbeMark::Unknown)
            return refuse(call.function + ": " + std::string(reasonOf(function.mark)) + '.');
        place.kind = ProbeKind::Kprobe;
        place.module = call.module;
        place.symbol = call.function;
        return types.describe(call.function, function.module);
    }
    return refuse("There is no function " + call.function + " in this kernel"
                  + (call.module.empty() ? "." : "'s module " + call.module + '.'));
}

Result<ProgramFunction> findFunction(const ProgramSymbols &symbols, const std::string &name)
{
    const auto rows = symbols.named(name);
    if (rows.empty())
        return refuse("There is no function " + name + " in it: it may have no symbols.");
    // Of several versions the one that programs get.
    ProgramFunction found = symbols.function(rows.front());
    for (const NameTable::Row row : rows) {
        const ProgramFunction each = symbols.function(row);
        if (each.whyNot.empty() && (each.isDefaultVersion || !found.whyNot.empty())) {
            found = each;
            if (each.isDefaultVersion)
                break;
        }
    }
    if (!found.whyNot.empty())
        return refuse(name + ": " + std::string(found.whyNot) + '.');
    return found;
}

Result<std::vector<ProbeSpec>> probesOfProgram(const ProbeCall &call, const std::stop_token &stop)
{
    Progress progress;
    THRESHER_TRY_ASSIGN(const auto symbols, ProgramSymbols::read(call.program, {}, stop, progress));
    THRESHER_TRY_ASSIGN(const ProgramFunction function, findFunction(*symbols, call.function));
    ProbeSpec place;
    place.kind = ProbeKind::Uprobe;
    place.path = call.program;
    place.symbol = call.function; // For the name.
    place.event = suggestedEventName(place);
    place.event.resize(place.event.rfind("__entry"));
    place.symbol.clear();
    place.offset = {function.offset, ProbeNumber::Base::Hex, 0};
    place.hasOffset = true;
    std::unique_ptr<DebugInfo> debug;
    if (symbols->debugImage() != nullptr) {
        THRESHER_TRY_ASSIGN(debug, DebugInfo::open(symbols, stop, progress));
    }
    const auto described = debug ? debug->describe(function) : std::nullopt;
    return probesOfCall(
        place,
        described ? *described : describeUntyped(symbols->program().elf.machine(), call.function),
        described ? debug.get() : nullptr, call.values);
}

} // namespace

std::pair<std::string_view, std::string_view> dividedValue(std::string_view value)
{
    const std::size_t end = std::min(value.find_first_of(".-["), value.size());
    return {value.substr(0, end), value.substr(end)};
}

std::string_view lastNameOf(std::string_view value)
{
    value = value.substr(0, value.find('['));
    value.remove_prefix(value.find_last_of(".>") + 1);
    return value;
}

ProbeSpec returnOf(ProbeSpec place)
{
    place.kind = place.kind == ProbeKind::Uprobe        ? ProbeKind::Uretprobe
                 : place.kind == ProbeKind::FprobeEntry ? ProbeKind::FprobeExit
                                                        : ProbeKind::Kretprobe;
    place.returnSuffix = place.kind == ProbeKind::FprobeExit;
    return place;
}

bool isProbeCall(std::string_view text)
{
    text = trimmed(text);
    const std::size_t open = text.find('(');
    return open != std::string_view::npos && open > 0 && text.back() == ')'
           && text.substr(0, open).find_first_of(" \t") == std::string_view::npos;
}

Result<ProbeCall> parseProbeCall(std::string_view text)
{
    text = trimmed(text);
    if (!isProbeCall(text))
        return refuse("'" + std::string(text) + "' is no call, as in 'vfs_read(count, ret)'");
    const std::size_t open = text.find('(');
    std::string_view target = text.substr(0, open);
    std::string_view values = text.substr(open + 1, text.size() - open - 2);
    ProbeCall call;
    const std::size_t slash = target.rfind('/');
    const std::size_t colon = target.find(':', slash == std::string_view::npos ? 0 : slash);
    const std::string_view owner = target.substr(0, std::min(colon, target.size()));
    if (colon != std::string_view::npos && target.substr(colon, 2) != "::") {
        (slash != std::string_view::npos ? call.program : call.module) = owner;
        target.remove_prefix(colon + 1);
    } else if (slash != std::string_view::npos) {
        return refuse("'" + std::string(target)
                      + "' has no function behind the file: FILE:FUNCTION");
    }
    if (target.empty())
        return refuse("which function? 'FUNCTION(…)' or 'FILE:FUNCTION(…)'");
    call.function = target;
    while (!trimmed(values).empty()) {
        const std::size_t comma = std::min(values.find(','), values.size());
        const std::string_view value = trimmed(values.substr(0, comma));
        if (value.empty())
            return refuse("a value is missing before a comma");
        call.values.emplace_back(value);
        values.remove_prefix(std::min(comma + 1, values.size()));
    }
    return call;
}

Result<std::vector<ProbeSpec>> probesOfCall(const ProbeSpec &place,
                                            const FunctionDescription &description,
                                            const TypeSource *types,
                                            const std::vector<std::string> &values)
{
    std::vector<std::string> wanted;
    for (const std::string &value : values) {
        const auto more = value == "*" ? allOf(description) : std::vector{value};
        wanted.insert(wanted.end(), more.begin(), more.end());
    }
    ProbeSpec entry = place;
    ProbeSpec exit = returnOf(place);
    bool wantsReturn = false;
    for (const std::string &value : wanted) {
        const auto [name, path] = dividedValue(value);
        const auto parameter = std::find_if(
            description.parameters.begin(), description.parameters.end(),
            [name = name](const DescribedValue &each) { return each.name == name; });
        const bool isReturned = parameter == description.parameters.end();
        if (isReturned && name != kReturned)
            return refuse("There is no '" + std::string(name) + "' in " + description.name + ": "
                          + namesOf(description) + '.');
        const DescribedValue &found = isReturned ? description.result : *parameter;
        wantsReturn = wantsReturn || isReturned;
        if (!path.empty() && types == nullptr)
            return refuse("The type of " + found.name + " is not known: it has no members.");
        // Without types, or as a whole, it is described already.
        auto fetch = path.empty() && !found.fetch.empty() ? Result<std::string>(found.fetch)
                     : types != nullptr ? fetchArgument(*types, found.typeId, found.place, path)
                                        : refuse(found.whyNot);
        if (!fetch)
            return refuse(value + ": " + fetch.error().what + '.');
        THRESHER_TRY(addArgument(isReturned ? exit : entry, value, *fetch));
    }
    for (ProbeSpec *const spec : {&entry, &exit}) {
        if (!spec->event.empty())
            spec->event += spec->isReturn() ? "__return" : "__entry";
    }
    std::vector<ProbeSpec> probes{std::move(entry)};
    if (wantsReturn)
        probes.push_back(std::move(exit));
    return probes;
}

Result<std::vector<ProbeSpec>> probesOfCall(const ProbeCall &call, const std::stop_token &stop)
{
    if (!call.program.empty()) {
        auto probes = probesOfProgram(call, stop);
        if (!probes && probes.error().where.empty())
            probes.error().where = call.program;
        return probes;
    }
    KernelTypes types({}, "/sys/kernel/tracing/events");
    ProbeSpec place;
    THRESHER_TRY_ASSIGN(const auto description, describeKernel(call, place, types, stop));
    const bool isTyped = !description.signature.empty() && syscallOf(call.function).empty();
    return probesOfCall(place, description, isTyped ? types.types(call.module).get() : nullptr,
                        call.values);
}

} // namespace thresher::capture
