// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/probeset.h"

#include "capture/probes/probespec.h"
#include "capture/probes/thismachine_p.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>

namespace thresher::capture {

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr int kVersion = 1;
constexpr std::string_view kSuffix = ".json";
constexpr std::size_t kMaxFileBytes = 1U << 20U;

tl::unexpected<Error> damaged(std::string what, const std::string &name)
{
    return fail(ErrorKind::Damaged, std::move(what), name);
}

/// Reads an object's keys; those that are left over make it one of another version.
class Keys
{
public:
    Keys(const Json &json, std::string name)
        : m_json(json)
        , m_name(std::move(name))
    {}

    Keys &text(const char *key, std::string &value)
    {
        if (const Json *json = find(key, Json::value_t::string))
            value = json->get<std::string>();
        return *this;
    }
    Keys &flag(const char *key, bool &value)
    {
        if (const Json *json = find(key, Json::value_t::boolean))
            value = json->get<bool>();
        return *this;
    }
    Keys &texts(const char *key, std::vector<std::string> &values)
    {
        return list(key, [&](const Json &json) -> Result<void> {
            if (!json.is_string())
                return damaged("A list of texts was expected at \"" + std::string(key) + "\".",
                               m_name);
            values.push_back(json.get<std::string>());
            return {};
        });
    }
    template<typename Take>
    Keys &list(const char *key, const Take &take)
    {
        if (const Json *json = find(key, Json::value_t::array))
            for (const Json &each : *json)
                if (auto done = take(each); !done && m_result)
                    m_result = std::move(done);
        return *this;
    }
    Result<void> finish()
    {
        if (m_result && !m_json.is_object())
            return damaged("An object was expected.", m_name);
        if (m_result)
            for (const auto &[key, value] : m_json.items())
                if (!m_known.contains(key))
                    return damaged("\"" + key + "\" is not known in a set of probes.", m_name);
        return m_result;
    }

private:
    const Json *find(const char *key, Json::value_t type)
    {
        m_known.insert(key);
        if (!m_result || !m_json.is_object() || !m_json.contains(key))
            return nullptr;
        const Json &json = m_json[key];
        if (json.type() != type)
            m_result = damaged("\"" + std::string(key) + "\" is of the wrong kind.", m_name);
        return m_result ? &json : nullptr;
    }

    const Json &m_json;
    std::string m_name;
    std::set<std::string, std::less<>> m_known;
    Result<void> m_result;
};

/// Puts values in the place of ${NAME}. @returns the first name that has none.
std::string substitute(std::string &text, const std::map<std::string, std::string> &values)
{
    for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at)) {
        const auto end = text.find('}', at);
        const std::string name = text.substr(at + 2, end == std::string::npos ? end : end - at - 2);
        const auto value = values.find(name);
        if (end == std::string::npos || value == values.end())
            return name;
        text.replace(at, end + 1 - at, value->second);
        at += value->second.size();
    }
    return {};
}

Result<ProbeRequest> parseProbeOf(const Json &json, const std::string &name)
{
    ProbeRequest probe;
    if (json.is_string()) {
        probe.line = json.get<std::string>();
    } else {
        THRESHER_TRY(Keys(json, name)
                         .text("line", probe.line)
                         .text("filter", probe.filter)
                         .texts("triggers", probe.triggers)
                         .flag("triggers_only", probe.triggersOnly)
                         .finish());
    }
    return probe;
}

Result<ProbeAlternative> parseAlternative(const Json &json, const std::string &name)
{
    ProbeAlternative alternative;
    THRESHER_TRY(Keys(json, name)
                     .text("machine", alternative.machine)
                     .texts("needs", alternative.needs)
                     .list("lines",
                           [&](const Json &line) -> Result<void> {
                               THRESHER_TRY_ASSIGN(alternative.probes.emplace_back(),
                                                   parseProbeOf(line, name));
                               return {};
                           })
                     .finish());
    if (alternative.probes.empty())
        return damaged("There are no \"lines\".", name);
    return alternative;
}

/// A line with `standIn` for what has no value. An error if it is none, or a name is not known.
Result<void> checkLine(const ProbeSet &set, std::string line, const char *standIn)
{
    std::map<std::string, std::string> values;
    for (const ProbeParameter &parameter : set.parameters) {
        std::string &value = values[parameter.name];
        value = parameter.value.empty() ? standIn : parameter.value;
        if (!substitute(value, {{"libc", "/libc.so.6"}}).empty())
            return damaged("A parameter's value may hold ${libc} only.", set.name);
    }
    if (const std::string missing = substitute(line, values); !missing.empty())
        return damaged("There is no parameter " + missing + ".", set.name);
    if (const auto spec = parseProbe(line); !spec)
        return damaged("\"" + line + "\": " + spec.error().text, set.name);
    return {};
}

/// Each line is one, if the right things are filled in.
Result<void> checkLines(const ProbeSet &set)
{
    for (const ProbeAlternative &alternative : set.alternatives)
        for (const ProbeRequest &probe : alternative.probes) {
            Result<void> checked = checkLine(set, probe.line, "/file");
            for (const char *standIn : {"1", "name"})
                if (!checked && checkLine(set, probe.line, standIn))
                    checked = {};
            THRESHER_TRY(checked);
        }
    return {};
}

/// What a kernel must have for a kind; null: nothing that sets can name.
const char *featureOf(ProbeKind kind)
{
    switch (kind) {
    case ProbeKind::Kprobe:
    case ProbeKind::Kretprobe:
        return "kprobes";
    case ProbeKind::FprobeEntry:
    case ProbeKind::FprobeExit:
    case ProbeKind::Tracepoint:
        return "fprobes";
    case ProbeKind::Uprobe:
    case ProbeKind::Uretprobe:
        return "uprobes";
    case ProbeKind::Eprobe:
        return "eprobes";
    case ProbeKind::Synthetic:
    case ProbeKind::Delete:
        break;
    }
    return nullptr;
}

bool isOfTypes(const FetchSource &source)
{
    using Kind = FetchSource::Kind;
    return source.kind == Kind::Variable || source.kind == Kind::AllArguments
           || source.kind == Kind::Cast || !source.members.empty();
}

bool isOfMachine(const FetchSource &source)
{
    return source.kind == FetchSource::Kind::Register;
}

/// Whether it, or what it is fetched by, is such a one.
bool uses(const FetchSource &source, bool (*isSuch)(const FetchSource &))
{
    return isSuch(source)
           || std::any_of(source.inner.begin(), source.inner.end(),
                          [&](const FetchSource &each) { return uses(each, isSuch); });
}

Json jsonOf(const ProbeRequest &probe)
{
    Json json{{"line", probe.line}};
    if (!probe.filter.empty())
        json["filter"] = probe.filter;
    if (!probe.triggers.empty())
        json["triggers"] = probe.triggers;
    if (probe.triggersOnly)
        json["triggers_only"] = true;
    return json.size() == 1 ? Json(probe.line) : json;
}

} // namespace

Result<ProbeSet> parseProbeSet(std::string_view text, std::string name)
{
    const Json json = Json::parse(text, nullptr, false, true);
    if (!json.is_object())
        return damaged("This is no JSON object.", name);
    if (!json.contains("version") || json["version"] != kVersion)
        return damaged("A set of probes of version 1 was expected.", name);
    Json rest = json;
    rest.erase("version");
    ProbeSet set;
    set.name = name;
    Keys keys(rest, name);
    keys.text("title", set.title).text("help", set.help);
    keys.list("parameters", [&](const Json &each) -> Result<void> {
        ProbeParameter &parameter = set.parameters.emplace_back();
        return Keys(each, name)
            .text("name", parameter.name)
            .text("text", parameter.text)
            .text("value", parameter.value)
            .finish();
    });
    keys.list("alternatives", [&](const Json &each) -> Result<void> {
        THRESHER_TRY_ASSIGN(set.alternatives.emplace_back(), parseAlternative(each, name));
        return {};
    });
    THRESHER_TRY(keys.finish());
    if (set.alternatives.empty())
        return damaged("There are no \"alternatives\".", name);
    THRESHER_TRY(checkLines(set));
    return set;
}

Result<ProbeSet> readProbeSet(const fs::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        return failErrno(errno, "opening a set of probes", file.string());
    std::string text(kMaxFileBytes + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > kMaxFileBytes)
        return damaged("This is larger than any set of probes.", file.string());
    auto set = parseProbeSet(text, file.stem().string());
    if (!set)
        set.error().where = file.string();
    return set;
}

std::string printProbeSet(const ProbeSet &set)
{
    Json json{{"version", kVersion}, {"title", set.title}, {"help", set.help}};
    if (!set.parameters.empty())
        json["parameters"] = Json::array();
    for (const ProbeParameter &parameter : set.parameters)
        json["parameters"].push_back(
            {{"name", parameter.name}, {"text", parameter.text}, {"value", parameter.value}});
    json["alternatives"] = Json::array();
    for (const ProbeAlternative &alternative : set.alternatives) {
        Json each = Json::object();
        if (!alternative.machine.empty())
            each["machine"] = alternative.machine;
        if (!alternative.needs.empty())
            each["needs"] = alternative.needs;
        each["lines"] = Json::array();
        for (const ProbeRequest &probe : alternative.probes)
            each["lines"].push_back(jsonOf(probe));
        json["alternatives"].push_back(std::move(each));
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

ProbeSet setOfProbes(std::string name, const std::vector<ProbeRequest> &probes)
{
    ProbeSet set;
    set.name = std::move(name);
    ProbeAlternative &alternative = set.alternatives.emplace_back();
    alternative.probes = probes;
    std::set<std::string> needs;
    for (const ProbeRequest &probe : probes) {
        const auto spec = parseProbe(probe.line);
        if (!spec)
            continue;
        if (const char *feature = featureOf(spec->kind))
            needs.insert(feature);
        for (const FetchArgument &argument : spec->arguments) {
            if (uses(argument.source, isOfTypes))
                needs.insert("btf");
            if (uses(argument.source, isOfMachine))
                alternative.machine = thisMachine().machine;
        }
    }
    alternative.needs.assign(needs.begin(), needs.end());
    return set;
}

std::vector<fs::path> probeSetFolders()
{
    std::vector<fs::path> folders;
    const auto variable = [](const char *name) {
        const char *value = std::getenv(name);
        return std::string(value != nullptr ? value : "");
    };
    if (const auto config = variable("XDG_CONFIG_HOME"); !config.empty())
        folders.emplace_back(fs::path(config) / "thresher/probes");
    else if (const auto home = variable("HOME"); !home.empty())
        folders.emplace_back(fs::path(home) / ".config/thresher/probes");
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
    // Installed, and where it was built: build/PRESET/bin.
    folders.push_back(program.parent_path() / "share/thresher/probes");
    folders.push_back(program.parent_path().parent_path().parent_path() / "resources/probes");
    return folders;
}

std::map<std::string, Result<ProbeSet>> findProbeSets()
{
    std::map<std::string, Result<ProbeSet>> sets;
    for (const fs::path &folder : probeSetFolders()) {
        std::error_code error;
        for (const auto &entry : fs::directory_iterator(folder, error))
            if (entry.path().extension() == kSuffix && !sets.contains(entry.path().stem()))
                sets.emplace(entry.path().stem(), readProbeSet(entry.path()));
    }
    return sets;
}

const ProbeAlternative *chooseAlternative(const ProbeSet &set, const ProbeTarget &target)
{
    const auto fits = [&](const ProbeAlternative &alternative) {
        return (alternative.machine.empty() || target.machine.empty()
                || alternative.machine == target.machine)
               && (!target.isKnown
                   || std::all_of(alternative.needs.begin(), alternative.needs.end(),
                                  [&](const std::string &feature) {
                                      return target.features.contains(feature);
                                  }));
    };
    const auto found = std::find_if(set.alternatives.begin(), set.alternatives.end(), fits);
    return found == set.alternatives.end() ? nullptr : &*found;
}

Result<std::vector<ProbeRequest>> fillIn(const ProbeSet &set, const ProbeAlternative &alternative,
                                         const std::map<std::string, std::string> &values)
{
    std::map<std::string, std::string> all;
    for (const ProbeParameter &parameter : set.parameters)
        all[parameter.name] = parameter.value;
    for (const auto &[name, value] : values) {
        if (!all.contains(name))
            return fail(ErrorKind::InvalidArgument,
                        "The set " + set.name + " has no parameter " + name + ".");
        all[name] = value;
    }
    for (auto &[name, value] : all) {
        if (value.empty())
            return fail(ErrorKind::InvalidArgument, "The set " + set.name + " needs " + name
                                                        + "=…: ask thresher probe show " + set.name
                                                        + ".");
        if (value.find("${libc}") != std::string::npos) {
            THRESHER_TRY_ASSIGN(const std::string libc, libcPath());
            static_cast<void>(substitute(value, {{"libc", libc}}));
        }
    }
    std::vector<ProbeRequest> probes = alternative.probes;
    for (ProbeRequest &probe : probes) {
        static_cast<void>(substitute(probe.line, all)); // checkLines() has seen to that
        static_cast<void>(substitute(probe.filter, all));
    }
    return probes;
}

} // namespace thresher::capture
