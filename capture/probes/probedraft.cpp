// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probedraft.h"

#include "capture/probes/callprobe.h"
#include "capture/probes/draftsearch_p.h"
#include "capture/symbols/fetchargument.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace thresher::capture {

namespace {

constexpr std::string_view kEntry = "__entry";
constexpr std::string_view kReturn = "__return";
constexpr std::string_view kStackTrigger = "stacktrace";
constexpr std::string_view kCountTrigger = "hist:keys=common_pid.execname";
constexpr std::string_view kIf = " if ";

tl::unexpected<Error> refuse(std::string what)
{
    return fail(ErrorKind::InvalidArgument, std::move(what));
}

/// The described value that a value of a draft begins with; nullptr: there is none.
const DescribedValue *rootOf(const ProbeSubject &subject, std::string_view name)
{
    for (const DescribedValue &each : subject.description.parameters) {
        if (each.name == name)
            return &each;
    }
    return subject.returns && name == "ret" ? &subject.description.result : nullptr;
}

bool isOfReturn(const ProbeSubject &subject, std::string_view value)
{
    return rootOf(subject, dividedValue(value).first) == &subject.description.result;
}

/// The draft's values of the entry or of the return.
std::vector<DraftValue> valuesOf(const ProbeSubject &subject, const ProbeDraft &draft,
                                 bool ofReturn)
{
    std::vector<DraftValue> values;
    std::copy_if(
        draft.values.begin(), draft.values.end(), std::back_inserter(values),
        [&](const DraftValue &each) { return isOfReturn(subject, each.value) == ofReturn; });
    return values;
}

std::vector<std::string> numberFormats(std::string_view first)
{
    std::vector<std::string> formats{std::string(first)};
    for (const char kind : {'u', 's', 'x'}) {
        std::string each = kind + std::string(first.substr(1));
        if (each != first)
            formats.push_back(std::move(each));
    }
    return formats;
}

/// What a value in this form can be recorded as, the first being that form.
/// @param mayPoint  it may be an address.
std::vector<std::string> formatsOf(const FetchArgument &argument, bool mayPoint, ProbeKind kind)
{
    const std::string &first = argument.type.name;
    if (first.empty() || argument.type.isBitField())
        return {first};
    const bool isUser = kind == ProbeKind::Uprobe;
    std::vector<std::string> texts{"string"};
    if (!isUser)
        texts.emplace_back("ustring");
    if (argument.type.isText()) {
        if (texts.size() == 2 && first == texts.back())
            std::swap(texts.front(), texts.back());
        if (mayPoint)
            texts.emplace_back("x64");
        return texts;
    }
    std::vector<std::string> formats = numberFormats(first);
    if (mayPoint && argument.type.count == 0 && first.ends_with("64")) {
        formats.insert(formats.end(), texts.begin(), texts.end());
        if (!isUser)
            formats.emplace_back("symbol");
    }
    return formats;
}

using Names = std::set<std::string, std::less<>>;

Names namesOf(const ProbeSpec &spec)
{
    Names names;
    for (const FetchArgument &argument : spec.arguments)
        names.insert(argument.name);
    return names;
}

Names without(Names names, const Names &others)
{
    std::erase_if(names, [&](const std::string &each) { return others.count(each) > 0; });
    return names;
}

/// The names in a part of a filter that may be fields: not in quotes, not behind a dot.
std::vector<std::string> namesIn(std::string_view filter)
{
    std::vector<std::string> names;
    char quote = 0;
    for (std::size_t i = 0; i < filter.size();) {
        const char c = filter[i];
        if (quote != 0) {
            quote = c == quote ? '\0' : quote;
            ++i;
            continue;
        }
        const auto isWord = [](char each) {
            return std::isalnum(static_cast<unsigned char>(each)) != 0 || each == '_';
        };
        if (c == '"' || c == '\'') {
            quote = c;
            ++i;
        } else if (isWord(c)) {
            const auto end = std::find_if_not(filter.begin() + static_cast<std::ptrdiff_t>(i),
                                              filter.end(), isWord);
            const auto length = static_cast<std::size_t>(end - filter.begin()) - i;
            const bool isModifier = i > 0 && filter[i - 1] == '.';
            if (!isModifier && std::isdigit(static_cast<unsigned char>(c)) == 0)
                names.emplace_back(filter.substr(i, length));
            i += length;
        } else {
            ++i;
        }
    }
    return names;
}

std::string joined(const std::vector<std::string> &conjuncts)
{
    std::string filter;
    for (const std::string &each : conjuncts)
        filter += (filter.empty() ? "" : " && ") + each;
    return filter;
}

/// That an entry's value has and another one of the return.
Names namesOfTwo(const std::vector<ProbeSpec> &specs)
{
    Names names;
    for (const FetchArgument &entry : specs.front().arguments) {
        for (const FetchArgument &exit : specs.back().arguments) {
            if (exit.name == entry.name && exit != entry)
                names.insert(entry.name);
        }
    }
    return names;
}

bool hasAny(const Names &names, const std::vector<std::string> &of)
{
    return std::any_of(of.begin(), of.end(),
                       [&](const std::string &each) { return names.count(each) > 0; });
}

bool isCommonField(std::string_view name)
{
    constexpr std::array<std::string_view, 4> kPseudo{"comm", "COMM", "cpu", "CPU"};
    return name.starts_with("common_")
           || std::find(kPseudo.begin(), kPseudo.end(), name) != kPseudo.end();
}

/// Each part of the filter at the probes that have its fields.
Result<void> divideFilter(const std::string &filter, const std::vector<ProbeSpec> &specs,
                          std::vector<ProbeRequest> &probes)
{
    std::vector<std::vector<std::string>> parts(specs.size());
    const Names atEntry = namesOf(specs.front());
    const Names atReturn = specs.size() > 1 ? namesOf(specs.back()) : Names();
    const Names atEntryOnly = without(atEntry, atReturn);
    const Names atReturnOnly = without(atReturn, atEntry);
    const Names ofTwo = namesOfTwo(specs);
    for (const std::string &each : conjunctsOf(filter)) {
        const auto names = namesIn(each);
        const bool isCommon = !names.empty()
                              && std::all_of(names.begin(), names.end(), isCommonField);
        const bool needsEntry = hasAny(atEntryOnly, names);
        const bool needsReturn = hasAny(atReturnOnly, names);
        if ((needsEntry && needsReturn) || hasAny(ofTwo, names))
            return refuse("'" + each
                          + "' asks for what is known at entry and for what is returned: no "
                            "probe has both.");
        const bool isOfBoth = hasAny(atReturn, names) && !needsEntry && !needsReturn;
        if (isCommon || isOfBoth) {
            for (auto &part : parts)
                part.push_back(each);
        } else {
            (needsReturn ? parts.back() : parts.front()).push_back(each);
        }
    }
    for (std::size_t i = 0; i < probes.size(); ++i)
        probes[i].filter = joined(parts[i]);
    return {};
}

std::string conditional(std::string_view trigger, const std::string &filter)
{
    return std::string(trigger) + (filter.empty() ? "" : std::string(kIf) + filter);
}

void addTriggers(const ProbeDraft &draft, ProbeRequest &entry)
{
    if (draft.countOnly) {
        // An event's filter says nothing to its triggers.
        entry.triggers.push_back(conditional(kCountTrigger, entry.filter));
        entry.filter.clear();
        entry.triggersOnly = true;
    } else if (draft.kernelStack) {
        entry.triggers.push_back(conditional(kStackTrigger, entry.filter));
    }
}

void setFields(const ProbeSubject &subject, const std::vector<DraftValue> &values, ProbeSpec &spec)
{
    for (std::size_t i = 0; i < values.size() && i < spec.arguments.size(); ++i) {
        FetchArgument &argument = spec.arguments[i];
        std::string name = values[i].name.empty() ? argument.name : values[i].name;
        if (!values[i].format.empty()) {
            if (const auto offer = offerOf(subject, values[i].value))
                argument = inFormat(*offer, values[i].format);
        }
        argument.name = std::move(name);
    }
}

/// Whether a probe of the return can have it as well, as it was: what a parameter points to may be
/// another by then, or gone.
bool isKeptUntilReturn(const FetchSource &source)
{
    return source.kind == FetchSource::Kind::Argument
           || (source.kind == FetchSource::Kind::Variable && source.members.empty());
}

/// What the filter asks of a call's parameters: ends of calls that are left out are left out then.
void addAskedAtReturn(const std::string &filter, const ProbeSpec &entry, ProbeSpec &exit)
{
    const auto asked = namesIn(filter);
    const Names taken = namesOf(exit);
    for (const FetchArgument &argument : entry.arguments) {
        const bool isAsked = std::find(asked.begin(), asked.end(), argument.name) != asked.end();
        if (isAsked && taken.count(argument.name) == 0 && isKeptUntilReturn(argument.source))
            exit.arguments.push_back(argument);
    }
}

Result<std::vector<ProbeSpec>> specsOf(const ProbeSubject &subject, const ProbeDraft &draft)
{
    std::vector<std::string> values;
    for (const DraftValue &each : draft.values)
        values.push_back(each.value);
    THRESHER_TRY_ASSIGN(
        auto specs, probesOfCall(subject.place, subject.description, subject.types.get(), values));
    const bool wantsReturn = subject.returns && draft.withReturn && !draft.countOnly;
    if (specs.size() == 1 && wantsReturn)
        specs.push_back(returnOf(subject.place));
    else if (draft.countOnly)
        specs.resize(1);
    const std::string name = draft.name.empty() ? suggestedName(subject) : draft.name;
    for (ProbeSpec &spec : specs) {
        setFields(subject, valuesOf(subject, draft, spec.isReturn()), spec);
        spec.event = name + std::string(!subject.returns ? "" : spec.isReturn() ? kReturn : kEntry);
    }
    if (specs.size() > 1 && subject.knowsEntryAtReturn)
        addAskedAtReturn(draft.filter, specs.front(), specs.back());
    return specs;
}

/// Whether a probe of somebody's is at the subject's place, at entry or of the return.
bool isAtPlace(const ProbeSubject &subject, const ProbeSpec &spec, bool ofReturn)
{
    ProbeSpec wanted = ofReturn ? returnOf(subject.place) : subject.place;
    wanted.event = spec.event;
    wanted.arguments = spec.arguments;
    wanted.returnSuffix = spec.returnSuffix;
    // 0x0004245c0 is 0x4245c0.
    wanted.offset.base = spec.offset.base;
    wanted.offset.digits = spec.offset.digits;
    return wanted == spec;
}

/// The value that an argument is; nullopt: none of the subject's.
std::optional<DraftValue> valueOf(const ProbeSubject &subject, const FetchArgument &argument,
                                  bool ofReturn)
{
    std::optional<DraftValue> found;
    const auto isIt = [&](const std::string &value) {
        const auto offer = offerOf(subject, value);
        if (!offer)
            return false;
        for (std::size_t i = 0; i < offer->formats.size(); ++i) {
            const FetchArgument made = inFormat(*offer, offer->formats[i]);
            if (made.source != argument.source || made.type != argument.type)
                continue;
            const std::string_view usual = lastNameOf(value);
            // Several members may lie at one place: the one that is called so is meant.
            if (!found || argument.name == usual) {
                found = {value, argument.name == usual ? "" : argument.name,
                         i == 0 ? "" : offer->formats[i]};
            }
            return argument.name == usual;
        }
        return false;
    };
    if (ofReturn) {
        visitValues(subject.description.result, subject.types.get(), argument.source, isIt);
        return found;
    }
    for (const DescribedValue &parameter : subject.description.parameters) {
        if (visitValues(parameter, subject.types.get(), argument.source, isIt))
            break;
    }
    return found;
}

/// Takes "stacktrace if …" and the like apart; false: it is none of a draft's.
bool takeTrigger(const ProbeRequest &probe, ProbeDraft &draft, std::string &filter)
{
    filter = probe.filter;
    if (probe.triggers.empty())
        return !probe.triggersOnly;
    if (probe.triggers.size() != 1)
        return false;
    const std::string &trigger = probe.triggers.front();
    const std::size_t end = std::min(trigger.find(kIf), trigger.size());
    const std::string condition = end < trigger.size() ? trigger.substr(end + kIf.size()) : "";
    const std::string_view command = std::string_view(trigger).substr(0, end);
    if (command == kCountTrigger && probe.triggersOnly && probe.filter.empty()) {
        draft.countOnly = true;
        filter = condition;
        return true;
    }
    draft.kernelStack = command == kStackTrigger;
    return draft.kernelStack && !probe.triggersOnly && condition == probe.filter;
}

/// The name before "__entry"; nullopt: an event that is called otherwise.
std::optional<std::string> nameOf(const ProbeSubject &subject, const ProbeSpec &spec)
{
    if (!subject.returns)
        return spec.event;
    const std::string_view end = spec.isReturn() ? kReturn : kEntry;
    if (!spec.event.ends_with(end) || spec.event.size() == end.size())
        return std::nullopt;
    return spec.event.substr(0, spec.event.size() - end.size());
}

void addConjuncts(std::string &filter, const std::string &more)
{
    auto conjuncts = conjunctsOf(filter);
    for (const std::string &each : conjunctsOf(more)) {
        if (std::find(conjuncts.begin(), conjuncts.end(), each) == conjuncts.end())
            conjuncts.push_back(each);
    }
    filter = joined(conjuncts);
}

/// Adds what one probe says to the draft. @param entry  of the call, if this is its return's.
bool takeProbe(const ProbeSubject &subject, const ProbeRequest &probe, const ProbeSpec *entry,
               ProbeDraft &draft)
{
    const bool ofReturn = entry != nullptr;
    const auto spec = parseProbe(probe.line);
    if (!spec || spec->isReturn() != ofReturn || !isAtPlace(subject, *spec, ofReturn))
        return false;
    const auto name = nameOf(subject, *spec);
    if (!name || (ofReturn && *name != draft.name))
        return false;
    draft.name = *name;
    for (const FetchArgument &argument : spec->arguments) {
        if (ofReturn && subject.knowsEntryAtReturn
            && std::find(entry->arguments.begin(), entry->arguments.end(), argument)
                   != entry->arguments.end())
            continue; // for the filter's sake
        auto value = valueOf(subject, argument, ofReturn);
        if (!value)
            return false;
        draft.values.push_back(*std::move(value));
    }
    std::string filter;
    if (!takeTrigger(probe, draft, filter) || (ofReturn && !probe.triggers.empty()))
        return false;
    addConjuncts(draft.filter, filter);
    return true;
}

/// Whether two lists of probes make the same events, however they are spelt.
bool areSame(const std::vector<ProbeRequest> &a, const std::vector<ProbeRequest> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const ProbeRequest &one, const ProbeRequest &other) {
                          auto first = parseProbe(one.line);
                          auto second = parseProbe(other.line);
                          if (!first || !second)
                              return false;
                          for (ProbeSpec *const spec : {&*first, &*second}) {
                              spec->offset.base = ProbeNumber::Base::Hex;
                              spec->offset.digits = 0;
                              spec->returnSuffix = spec->kind == ProbeKind::FprobeExit;
                          }
                          return *first == *second
                                 && conjunctsOf(one.filter) == conjunctsOf(other.filter)
                                 && one.triggers == other.triggers
                                 && one.triggersOnly == other.triggersOnly;
                      });
}

} // namespace

Result<ValueOffer> offerOf(const ProbeSubject &subject, std::string_view value)
{
    const auto [name, path] = dividedValue(value);
    const DescribedValue *root = rootOf(subject, name);
    if (root == nullptr)
        return refuse("there is no '" + std::string(name) + "'");
    std::string fetch = path.empty() ? root->fetch : std::string();
    bool mayPoint = root->type.empty() || root->type.find('*') != std::string::npos;
    if (fetch.empty()) {
        if (subject.types == nullptr || (path.empty() && !root->whyNot.empty()))
            return refuse(root->whyNot.empty() ? "its type is not known: it has no members"
                                               : root->whyNot);
        THRESHER_TRY_ASSIGN(fetch, fetchArgument(*subject.types, root->typeId, root->place, path));
    }
    if (!path.empty()) {
        const auto type = typeOfPath(*subject.types, root->typeId, path);
        mayPoint = type && subject.types->info(*type).kind == TypeKind::Pointer;
    }
    auto argument = parseFetchArgument("value=" + fetch, subject.place.kind);
    if (!argument)
        return refuse(argument.error().text);
    argument->name.clear();
    ValueOffer offer;
    offer.formats = formatsOf(*argument, mayPoint, subject.place.kind);
    offer.argument = *std::move(argument);
    return offer;
}

FetchArgument inFormat(const ValueOffer &offer, std::string_view format)
{
    FetchArgument argument = offer.argument;
    if (format.empty() || format == argument.type.name)
        return argument;
    const bool wasText = argument.type.isText();
    argument.type.name = format;
    if (wasText && !argument.type.isText() && !argument.source.inner.empty()) {
        // What the pointer is, instead of what it points to.
        FetchSource inner = std::move(argument.source.inner.front());
        argument.source = std::move(inner);
    } else if (!wasText && argument.type.isText()) {
        FetchSource followed;
        followed.kind = FetchSource::Kind::Dereference;
        followed.inner.push_back(std::move(argument.source));
        argument.source = std::move(followed);
    }
    return argument;
}

std::string suggestedName(const ProbeSubject &subject)
{
    ProbeSpec spec = subject.place;
    spec.event.clear();
    if (spec.symbol.empty() || spec.kind == ProbeKind::Uprobe) {
        spec.symbol = subject.description.name;
        spec.hasOffset = false;
    }
    std::string name = suggestedEventName(spec);
    if (name.ends_with(kEntry))
        name.resize(name.size() - kEntry.size());
    return name;
}

std::vector<DraftField> fieldsOf(const ProbeSubject &subject, const ProbeDraft &draft)
{
    std::vector<DraftField> fields;
    ProbeDraft possible = draft;
    std::erase_if(possible.values,
                  [&](const DraftValue &each) { return !offerOf(subject, each.value); });
    const auto specs = specsOf(subject, possible);
    if (!specs)
        return fields;
    std::array<std::size_t, 2> next{};
    for (const DraftValue &value : possible.values) {
        const bool ofReturn = isOfReturn(subject, value.value);
        const std::size_t probe = ofReturn ? 1 : 0;
        if (probe >= specs->size() || next.at(probe) >= (*specs)[probe].arguments.size())
            continue;
        const FetchArgument &argument = (*specs)[probe].arguments[next.at(probe)++];
        fields.push_back({argument.name, value.value, argument.type, ofReturn});
    }
    return fields;
}

Result<std::vector<ProbeRequest>> probesOf(const ProbeSubject &subject, const ProbeDraft &draft)
{
    THRESHER_TRY_ASSIGN(const auto specs, specsOf(subject, draft));
    std::vector<ProbeRequest> probes;
    for (const ProbeSpec &spec : specs)
        probes.emplace_back().line = printProbe(spec);
    THRESHER_TRY(divideFilter(draft.filter, specs, probes));
    addTriggers(draft, probes.front());
    return probes;
}

std::optional<ProbeDraft> draftOf(const ProbeSubject &subject,
                                  const std::vector<ProbeRequest> &probes)
{
    if (probes.empty() || probes.size() > (subject.returns ? 2U : 1U))
        return std::nullopt;
    ProbeDraft draft;
    const auto entry = parseProbe(probes.front().line);
    for (std::size_t i = 0; i < probes.size(); ++i) {
        if (!entry || !takeProbe(subject, probes[i], i == 1 ? &*entry : nullptr, draft))
            return std::nullopt;
    }
    draft.withReturn = probes.size() == 2;
    const auto made = probesOf(subject, draft);
    return made && areSame(*made, probes) ? std::optional(draft) : std::nullopt;
}

std::vector<std::string> conjunctsOf(std::string_view filter)
{
    std::vector<std::string> conjuncts;
    const auto add = [&](std::string_view part) {
        const std::size_t begin = std::min(part.find_first_not_of(' '), part.size());
        part.remove_prefix(begin);
        part = part.substr(0, part.find_last_not_of(' ') + 1);
        if (!part.empty())
            conjuncts.emplace_back(part);
    };
    char quote = 0;
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < filter.size(); ++i) {
        const char c = filter[i];
        if (quote != 0) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '(' || c == ')') {
            depth += c == '(' ? 1 : -1;
        } else if (depth == 0 && filter.substr(i, 2) == "||") {
            // It binds less than &&: the whole is one part.
            conjuncts.clear();
            add(filter);
            return conjuncts;
        } else if (depth == 0 && filter.substr(i, 2) == "&&") {
            add(filter.substr(begin, i - begin));
            begin = ++i + 1;
        }
    }
    add(filter.substr(begin));
    return conjuncts;
}

std::optional<ProbeRequest> callOf(const ProbeSubject &subject, const ProbeDraft &draft)
{
    const ProbeKind kind = subject.place.kind;
    const bool isNamed = !draft.name.empty() && draft.name != suggestedName(subject);
    const bool isFunction = subject.returns
                            && (kind == ProbeKind::Kprobe || kind == ProbeKind::Uprobe);
    if (!isFunction || isNamed)
        return std::nullopt;
    std::string values;
    bool hasReturned = false;
    for (const DraftValue &value : draft.values) {
        if (!value.name.empty() || !value.format.empty())
            return std::nullopt;
        hasReturned = hasReturned || isOfReturn(subject, value.value);
        values += (values.empty() ? "" : ", ") + value.value;
    }
    // What stands behind a call is of both its probes.
    const bool hasMore = !draft.filter.empty() || draft.kernelStack || draft.countOnly;
    if (draft.withReturn != hasReturned || (hasReturned && hasMore))
        return std::nullopt;
    auto probes = probesOf(subject, draft);
    if (!probes)
        return std::nullopt;
    const std::string owner = kind == ProbeKind::Uprobe ? subject.place.path : subject.place.module;
    ProbeRequest call = std::move(probes->front());
    call.line = owner + (owner.empty() ? "" : ":") + subject.description.name + '(' + values + ')';
    return call;
}

} // namespace thresher::capture
