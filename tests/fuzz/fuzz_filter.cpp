// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/completion.h"
#include "model/filter/filter.h"
#include "model/filter/listclauses.h"
#include "model/filter/regex.h"
#include "model/filter/textsearch.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace thresher;

/// A trace of some events and no record.
class FuzzTrace final : public TraceFile
{
public:
    FuzzTrace()
    {
        static constexpr const char *kSwitch
            = "name: sched_switch\nID: 1\nformat:\n"
              "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
              "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
              "\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
              "\tfield:int prev_prio;\toffset:24;\tsize:4;\tsigned:1;\n"
              "\tfield:long prev_state;\toffset:32;\tsize:8;\tsigned:1;\n\n"
              "print fmt: \"%s %d state=%s\", REC->prev_comm, REC->prev_prio, "
              "__print_flags(REC->prev_state, \"|\", { 1, \"S\" }, { 2, \"D\" })\n";
        static constexpr const char *kIpi
            = "name: ipi\nID: 2\nformat:\n"
              "\tfield:__data_loc cpumask_t mask;\toffset:8;\tsize:4;\tsigned:0;\n"
              "\tfield:u8 pid;\toffset:12;\tsize:1;\tsigned:0;\n\n"
              "print fmt: \"%s\", __get_cpumask(mask)\n";
        m_events.add("sched", kSwitch);
        m_events.add("irq", kIpi);
    }
};

} // namespace

/// An expression: parsed, written, read again, resolved, completed; and a regular expression.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const auto trace = std::make_shared<const FuzzTrace>();
    static const auto snapshot = [] {
        IndexSnapshot made;
        made.trace = trace;
        made.tasks = std::make_shared<TaskTable>();
        return made;
    }();
    const std::string text(reinterpret_cast<const char *>(data), size);
    if (const auto expr = parseFilter(text)) {
        const std::string written = expr->text();
        const auto again = parseFilter(written);
        // What is written may be longer, by blanks and escapes, than what may be read.
        if (again ? again->text() != written : written.size() <= FilterExpr::kMaxLength)
            std::abort();
        const bool makesSense = Filter::compile(*expr, trace).has_value();
        // What lists show of it is written as it was, as long as they change nothing.
        const auto lists = ListClauses::of(*expr, *trace);
        if (makesSense && !lists)
            std::abort();
        if (lists && withLists(*expr, lists->filter(snapshot), snapshot).text() != written)
            std::abort();
    } else if (expr.error().range.end > size || expr.error().range.begin > expr.error().range.end) {
        std::abort();
    }
    static_cast<void>(completions(text, size, snapshot));
    for (const SearchKind kind : {SearchKind::Text, SearchKind::Glob, SearchKind::Regex}) {
        if (const auto search = searchFor(text, kind, size % 2 == 0))
            static_cast<void>(Filter::compile(*search, trace));
    }
    if (auto regex = Regex::compile(text))
        static_cast<void>(regex->isFoundIn(text));
    return 0;
}
