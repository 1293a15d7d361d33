// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace thresher::capture {

/// Where a value is when a probe hits, in the words of fetch arguments.
struct ValuePlace
{
    /// The value is in these, 8 bytes (4 on machines of 32 bits) each, in this order: "%di",
    /// "$arg1", "$retval". Empty: it is in memory, or nowhere.
    std::vector<std::string> registers;
    /// What the kernel, which knows the types too (BTF), calls the value: its members are written
    /// behind it, where that can be. Empty: it is to be found by numbers alone.
    std::string name;
    /// The value is in memory at this register's value plus `offset`: "%sp". Empty: it is not.
    std::string base;
    std::int64_t offset = 0;
    /// The memory, also that which the value points to, is of user space (seen from the kernel).
    bool isUser = false;
    /// The value itself is the memory's address: what C++ passes by a reference behind the scenes.
    bool isReference = false;
    /// A sentence; empty: it can be had.
    std::string whyNot;

    [[nodiscard]] bool isKnown() const { return whyNot.empty(); }
    [[nodiscard]] static ValuePlace inRegister(std::string name)
    {
        ValuePlace place;
        place.registers.push_back(std::move(name));
        return place;
    }
    [[nodiscard]] static ValuePlace inMemory(std::string base, std::int64_t offset)
    {
        ValuePlace place;
        place.base = std::move(base);
        place.offset = offset;
        return place;
    }
    [[nodiscard]] static ValuePlace nowhere(std::string why)
    {
        ValuePlace place;
        place.whyNot = std::move(why);
        return place;
    }
};

} // namespace thresher::capture
