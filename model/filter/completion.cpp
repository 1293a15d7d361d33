// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/completion.h"

#include "model/filter/completionplace_p.h"
#include "model/filter/names_p.h"
#include "model/io/fieldsymbols.h"

#include <algorithm>
#include <map>
#include <set>

namespace thresher {

namespace {

using Expected = CompletionPlace::Expected;
using Kind = Completion::Kind;

bool hasLetters(std::string_view text, std::string_view part, bool atBegin)
{
    const auto isSame = [](char a, char b) {
        const auto lower = [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        };
        return lower(a) == lower(b);
    };
    const auto found = std::search(text.begin(), text.end(), part.begin(), part.end(), isSame);
    return atBegin ? found == text.begin() && part.size() <= text.size() : found != text.end();
}

/// Gathers what fits at one place.
class Completer
{
public:
    Completer(CompletionPlace place, const IndexSnapshot &snapshot)
        : m_place(std::move(place))
        , m_snapshot(snapshot)
        , m_trace(*snapshot.trace)
    {}

    [[nodiscard]] std::vector<Completion> complete(std::size_t limit)
    {
        switch (m_place.expected) {
        case Expected::Operand:
            if (!isBehindSystem())
                addFields();
            addEvents();
            break;
        case Expected::Operator:
            addOperators();
            break;
        case Expected::Value:
            addValues();
            break;
        case Expected::Join:
            for (const char *text : {"&&", "||"})
                add(text, Kind::Operator);
            if (m_place.isInSet)
                m_found = {{m_place.range, ",", Kind::Operator, {}},
                           {m_place.range, "}", Kind::Operator, {}}};
            break;
        case Expected::Nothing:
            add("{", Kind::Operator);
            break;
        }
        // What begins with the letters before what has them anywhere.
        std::stable_partition(m_found.begin(), m_found.end(), [&](const Completion &one) {
            const std::size_t quote = one.text.starts_with('"') ? 1 : 0;
            return hasLetters(std::string_view(one.text).substr(quote), m_place.begun, true);
        });
        if (m_found.size() > limit)
            m_found.resize(limit);
        return std::move(m_found);
    }

private:
    void add(std::string text, Kind kind, std::string detail = {})
    {
        if (hasLetters(text, m_place.begun, false) && m_known.emplace(kind, text).second)
            m_found.push_back({m_place.range, std::move(text), kind, std::move(detail)});
    }

    void addValue(std::string_view value, std::string detail = {})
    {
        std::string text = filterValueText(value);
        if (m_place.isQuoted && !text.starts_with('"'))
            text = '"' + text + '"';
        add(std::move(text), Kind::Value, std::move(detail));
    }

    [[nodiscard]] bool occurs(const EventFormat &event) const
    {
        const auto &counts = m_snapshot.eventsPerType;
        return toIndex(event.id) < counts.size() && counts[toIndex(event.id)] > 0;
    }

    /// Calls `visit` with the events that the prefix leaves, those that occur first.
    template<typename Visit>
    void forEachEvent(Visit visit) const
    {
        const EventPattern pattern(m_place.prefix);
        for (const bool wanted : {true, false}) {
            for (const EventFormat &event : m_trace.events().all()) {
                const bool isIn = m_place.prefix.empty() || pattern.matches(event);
                if (isIn && occurs(event) == wanted && event.id != m_trace.events().unknownEvent())
                    visit(event);
            }
        }
    }

    void addFields()
    {
        std::vector<std::pair<std::string, std::string>> common;
        forEachEvent([&](const EventFormat &event) {
            // Of a trace with a thousand formats, those that it has no event of are noise.
            if (m_place.prefix.empty() && !occurs(event))
                return;
            for (const EventField &field : event.fields) {
                if (field.isCommon)
                    common.emplace_back(field.name, field.type);
                else
                    add(field.name, Kind::Field, field.type);
            }
        });
        for (const PseudoName &name : pseudoNames())
            add(std::string(name.name), Kind::Field, std::string(name.detail));
        for (auto &[name, type] : common)
            add(name, Kind::Field, type);
    }

    /// Behind "sched:", which is no event: its events are to follow.
    [[nodiscard]] bool isBehindSystem() const
    {
        const auto all = m_trace.events().all();
        const EventPattern pattern(m_place.prefix);
        const bool isSystem = std::any_of(all.begin(), all.end(), [&](const EventFormat &event) {
            return event.system == m_place.prefix;
        });
        return !m_place.prefix.empty() && isSystem
               && std::none_of(all.begin(), all.end(),
                               [&](const EventFormat &event) { return pattern.matches(event); });
    }

    void addEvents()
    {
        const bool isSystem = isBehindSystem();
        for (const bool wanted : {true, false}) {
            for (const EventFormat &event : m_trace.events().all()) {
                const bool isIn = m_place.prefix.empty()
                                  || (isSystem && event.system == m_place.prefix);
                if (isIn && occurs(event) == wanted && event.id != m_trace.events().unknownEvent())
                    add(event.name, Kind::Event, event.system);
            }
        }
    }

    /// The field of that name, of the first event that has one; null if it is none.
    [[nodiscard]] const EventField *field(const EventFormat **of = nullptr) const
    {
        const PseudoName *const pseudo = findPseudo(m_place.name);
        if (pseudo != nullptr && (pseudo->isAlways || m_place.prefix.empty()))
            return nullptr;
        const EventField *found = nullptr;
        forEachEvent([&](const EventFormat &event) {
            const EventField *const here = found == nullptr ? event.field(m_place.name) : nullptr;
            if (here == nullptr)
                return;
            found = here;
            if (of != nullptr)
                *of = &event;
        });
        return found;
    }

    void addOperators()
    {
        static constexpr std::array kNumber{"==", "!=", "<", "<=", ">", ">=", "&", "in", "not in"};
        static constexpr std::array kTime{"<", "<=", ">", ">=", "==", "!=", "in", "not in"};
        static constexpr std::array kText{"==", "!=", "~", "!~", "=~", "!=~", "in", "not in"};
        const auto addAll = [&](const auto &operators) {
            for (const char *text : operators)
                add(text, Kind::Operator);
        };
        const EventField *const known = field();
        const PseudoName *const pseudo = known == nullptr ? findPseudo(m_place.name) : nullptr;
        if (known != nullptr) {
            known->isString ? addAll(kText) : addAll(kNumber);
        } else if (pseudo != nullptr) {
            const PseudoField which = pseudo->field;
            const bool isNumber = which == PseudoField::ThreadId || which == PseudoField::ProcessId
                                  || which == PseudoField::Cpu;
            if (which == PseudoField::Time)
                addAll(kTime);
            else
                isNumber ? addAll(kNumber) : addAll(kText);
        } else {
            for (const char *text : {":", "&&", "||"})
                add(text, Kind::Operator);
        }
    }

    void addTasks(bool byPid)
    {
        // The busiest are most likely meant.
        std::vector<std::uint32_t> order(m_snapshot.tasks->size());
        for (std::uint32_t i = 0; i < order.size(); ++i)
            order[i] = i;
        const auto count = [&](std::uint32_t task) {
            const auto &counts = m_snapshot.eventsPerTask;
            return task < counts.size() ? counts[task] : 0;
        };
        std::stable_sort(order.begin(), order.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return count(a) > count(b); });
        for (const std::uint32_t i : order) {
            const TaskId id{i};
            const Task &task = m_snapshot.tasks->task(id);
            const std::string name(m_snapshot.tasks->name(id));
            if (byPid) {
                addValue(std::to_string(task.pid), name);
                continue;
            }
            addValue(name, std::to_string(task.pid));
            for (const Task::Name &other : task.names)
                addValue(other.comm, std::to_string(task.pid));
        }
    }

    void addValues()
    {
        const EventFormat *event = nullptr;
        if (const EventField *const known = field(&event)) {
            addFieldValues(*event, *known);
            return;
        }
        const PseudoName *const pseudo = findPseudo(m_place.name);
        if (pseudo == nullptr)
            return;
        switch (pseudo->field) {
        case PseudoField::Event:
            m_place.prefix.clear();
            forEachEvent([&](const EventFormat &one) { addValue(one.name, one.system); });
            break;
        case PseudoField::System:
            m_place.prefix.clear();
            forEachEvent([&](const EventFormat &one) { addValue(one.system); });
            break;
        case PseudoField::TaskName:
            addTasks(false);
            break;
        case PseudoField::ThreadId:
            addTasks(true);
            break;
        case PseudoField::Cpu:
            for (const CpuId cpu : m_snapshot.cpus())
                addValue(std::to_string(cpu));
            break;
        case PseudoField::Instance:
            for (StreamIndex i = 0; i < m_trace.streams().size(); ++i)
                addValue(instanceName(m_trace, i));
            break;
        case PseudoField::ProcessId:
        case PseudoField::Time:
        case PseudoField::Text:
            break;
        }
    }

    void addFieldValues(const EventFormat &event, const EventField &known)
    {
        for (const FieldSymbols &symbols : FieldSymbols::of(event)) {
            if (&symbols.field() != &known)
                continue;
            if (!symbols.areFlags() || symbols.text(0) != "0x0")
                addValue(symbols.text(0), "0");
            for (const FieldSymbols::Symbol &symbol : symbols.symbols())
                addValue(symbol.name, std::to_string(symbol.value));
        }
        if (known.isString && known.name.find("comm") != std::string::npos)
            addTasks(false);
        const bool isPid = !known.isString && (known.name == "pid" || known.name.ends_with("_pid"));
        if (isPid)
            addTasks(true);
    }

    CompletionPlace m_place;
    const IndexSnapshot &m_snapshot;
    const TraceFile &m_trace;
    std::vector<Completion> m_found;
    std::set<std::pair<Kind, std::string>> m_known; ///< Those in m_found.
};

} // namespace

std::vector<Completion> completions(std::string_view text, std::size_t cursor,
                                    const IndexSnapshot &snapshot, std::size_t limit)
{
    text = text.substr(0, std::min({cursor, text.size(), FilterExpr::kMaxLength}));
    return Completer(findPlace(text), snapshot).complete(limit);
}

} // namespace thresher
