// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/instructions.h"

#include <capstone/capstone.h>

#include <algorithm>
#include <memory>

namespace thresher::capture {

namespace {

using Kind = InstructionPlace::Kind;

constexpr std::uint64_t kArm64Bytes = 4; ///< All instructions have as many.

struct Closer
{
    void operator()(cs_insn *instruction) const { cs_free(instruction, 1); }
};

/// Only lengths are asked for.
class X86Decoder
{
public:
    X86Decoder()
    {
        if (cs_open(CS_ARCH_X86, CS_MODE_64, &m_handle) == CS_ERR_OK)
            m_instruction.reset(cs_malloc(m_handle));
    }
    ~X86Decoder()
    {
        m_instruction.reset();
        if (m_handle != 0)
            cs_close(&m_handle);
    }
    X86Decoder(const X86Decoder &) = delete; // owns the handle
    X86Decoder &operator=(const X86Decoder &) = delete;

    /// Bytes of the first one; 0: these are none.
    [[nodiscard]] std::size_t length(std::span<const std::byte> code)
    {
        if (!m_instruction)
            return 0;
        const auto *bytes = reinterpret_cast<const std::uint8_t *>(code.data());
        std::size_t left = code.size();
        std::uint64_t address = 0;
        return cs_disasm_iter(m_handle, &bytes, &left, &address, m_instruction.get())
                   ? m_instruction->size
                   : 0;
    }

private:
    csh m_handle = 0;
    std::unique_ptr<cs_insn, Closer> m_instruction;
};

InstructionPlace onX86(std::span<const std::byte> code, std::uint64_t offset)
{
    constexpr std::size_t kLongest = 15;
    X86Decoder decoder;
    std::uint64_t at = 0;
    while (at < offset) {
        const auto rest = code.subspan(at);
        const std::size_t length = decoder.length(rest.first(std::min(rest.size(), kLongest)));
        if (length == 0)
            return {};
        if (at + length > offset)
            return {Kind::Within, at, at + length};
        at += length;
    }
    const bool isCode = decoder.length(code.subspan(at)) > 0;
    return {isCode ? Kind::Begin : Kind::Unknown, 0, 0};
}

} // namespace

InstructionPlace instructionAt(Machine machine, std::span<const std::byte> code,
                               std::uint64_t offset)
{
    if (offset >= code.size() || offset >= kMostCode)
        return {};
    switch (machine) {
    case Machine::X86_64:
        return onX86(code, offset);
    case Machine::Arm64: {
        const std::uint64_t begin = offset / kArm64Bytes * kArm64Bytes;
        if (begin == offset)
            return {Kind::Begin, 0, 0};
        return {Kind::Within, begin, begin + kArm64Bytes};
    }
    case Machine::Other:
        break;
    }
    return {};
}

} // namespace thresher::capture
