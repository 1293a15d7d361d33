// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/counterspec.h"

#include "model/analysis/spectext_p.h"

#include <array>
#include <cassert>

namespace thresher {

namespace {

constexpr std::array<std::string_view, 9> kCounters{
    R"("CPU frequency": power:cpu_frequency state by cpu_id in kHz)",
    R"("CPU idle state": power:cpu_idle state signed by cpu_id)", // -1: not idle
    R"("CPU frequency limit": power:cpu_frequency_limits max_freq by cpu_id in kHz)",
    R"("CPU busy": power:pstate_sample core_busy by cpu in "%")",
    R"("halt poll": power:guest_halt_poll_ns new by cpu in ns)",
    R"("napi work": napi:napi_poll work by cpu)",
    R"("dirty pages": writeback:global_dirty_state nr_dirty in pages)",
    R"("temperature": thermal:thermal_temperature temp by id in m°C)",
    R"("timer latency": osnoise:timerlat_sample timer_latency by cpu in ns)",
};

class Parser : private SpecText
{
public:
    using SpecText::SpecText;

    FilterResult<CounterSpec> parse()
    {
        CounterSpec spec;
        if (m_text.size() > kMaxSpecText)
            return wrongSpec({kMaxSpecText, m_text.size()}, "a text of more than 64 KiB", "");
        THRESHER_FILTER_TRY(Word name, this->name("a name for the counter"));
        spec.name = std::move(name.text);
        if (!take(":"))
            return unexpected("':' behind the counter's name");
        THRESHER_FILTER_TRY(Word event, this->event());
        spec.event = std::move(event.text);
        spec.eventRange = event.range;
        THRESHER_FILTER_TRY(Word field, this->plainName("a field"));
        spec.field = std::move(field.text);
        spec.fieldRange = field.range;
        spec.isSigned = takeKeyword("signed");
        const bool hasKey = takeKeyword("by");
        if (hasKey) {
            THRESHER_FILTER_TRY(Word key, this->plainName("a field, task or cpu"));
            spec.key = std::move(key.text);
            spec.keyRange = key.range;
        }
        const bool hasUnit = takeKeyword("in");
        if (hasUnit) {
            THRESHER_FILTER_TRY(Word unit, this->name("a unit"));
            spec.unit = std::move(unit.text);
        }
        skipBlanks();
        if (m_at < m_text.size())
            return unexpected(hasUnit  ? "the end"
                              : hasKey ? "in or the end"
                                       : "signed, by, in or the end");
        return spec;
    }
};

FilterResult<void> checkNumber(const std::string &name, TextRange range, const EventFormat &event,
                               std::string expected)
{
    const EventField *const field = event.field(name);
    if (field != nullptr && !field->isString && FieldReader(*field, false).isValid())
        return {};
    return wrongSpec(range, "'" + name + "'", std::move(expected));
}

} // namespace

std::string CounterSpec::text() const
{
    return quotedName(name) + ": " + event + ' ' + field + (isSigned ? " signed" : "")
           + (key.empty() ? "" : " by " + key) + (unit.empty() ? "" : " in " + quotedName(unit));
}

FilterResult<CounterSpec> parseCounter(std::string_view text)
{
    return Parser(text).parse();
}

FilterResult<const EventFormat *> resolveCounter(const CounterSpec &spec, const TraceFile &trace)
{
    THRESHER_FILTER_TRY(const EventFormat *const event,
                        findSpecEvent(spec.event, spec.eventRange, trace));
    const std::string number = "a field of " + event->name + " that is a number";
    if (auto checked = checkNumber(spec.field, spec.fieldRange, *event, number); !checked)
        return tl::unexpected(std::move(checked).error());
    if (!spec.key.empty() && spec.key != "cpu" && spec.key != "task") {
        auto checked = checkNumber(spec.key, spec.keyRange, *event, number + ", task or cpu");
        if (!checked)
            return tl::unexpected(std::move(checked).error());
    }
    return event;
}

std::vector<CounterSpec> builtInCounters(const IndexSnapshot &index)
{
    std::vector<CounterSpec> counters;
    for (const std::string_view text : kCounters) {
        auto spec = parseCounter(text);
        assert(spec);
        if (!spec)
            continue;
        const auto event = resolveCounter(*spec, *index.trace);
        if (event && toIndex((*event)->id) < index.eventsPerType.size()
            && index.eventsPerType[toIndex((*event)->id)] > 0)
            counters.push_back(std::move(*spec));
    }
    return counters;
}

} // namespace thresher
