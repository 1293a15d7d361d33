// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/btf.h"
#include "capture/symbols/fetchargument.h"
#include "capture/symbols/functiondescription.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

using namespace thresher::capture;

// A kernel's types, whatever they say: every walk over them ends, within the bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto bytes = std::as_bytes(std::span(data, size));
    const auto btf = Btf::parse({bytes.begin(), bytes.end()});
    if (!btf)
        return 0;
    const Btf &types = **btf;
    for (const std::string_view name : types.functionNames()) {
        const auto signature = types.function(name);
        if (!signature)
            std::abort(); // it is listed
        for (const Machine machine : {Machine::X86_64, Machine::Arm64}) {
            const auto places = placesOfCall(machine, types, *signature);
            const auto description = describe(types, *signature, places);
            for (const DescribedValue &value : description.parameters) {
                if (value.fetch.empty() == value.whyNot.empty())
                    std::abort(); // one or the other
                const TypeId target = types.info(value.typeId).target;
                const auto members = types.members(target);
                if (!members.empty())
                    static_cast<void>(fetchArgument(types, value.typeId, value.place,
                                                    "->" + members.back().name + "[1]"));
            }
        }
    }
    return 0;
}
