// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/symbols/instructions.h"

#include <capstone/capstone.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace thresher::capture {

namespace {

using Kind = InstructionPlace::Kind;

constexpr std::uint64_t kArm64Bytes = 4; ///< All instructions have as many.
constexpr std::size_t kLongest = 15; ///< Bytes of an instruction of x86.

struct Closer
{
    void operator()(cs_insn *instruction) const { cs_free(instruction, 1); }
};

/// An instruction, as far as the way through the code goes.
struct Step
{
    std::size_t length = 0; ///< Bytes; 0: these are none.
    bool endsWay = false; ///< What is behind it is not reached from it.
    std::optional<std::uint64_t> target; ///< Of a branch.
};

class X86Decoder
{
public:
    X86Decoder()
    {
        if (cs_open(CS_ARCH_X86, CS_MODE_64, &m_handle) == CS_ERR_OK
            && cs_option(m_handle, CS_OPT_DETAIL, CS_OPT_ON) == CS_ERR_OK)
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

    /// The one that begins at `at`.
    [[nodiscard]] Step decode(std::span<const std::byte> code, std::uint64_t at)
    {
        Step step;
        const auto rest = code.subspan(at);
        const auto *bytes = reinterpret_cast<const std::uint8_t *>(rest.data());
        std::size_t left = std::min(rest.size(), kLongest);
        std::uint64_t address = at;
        if (!m_instruction
            || !cs_disasm_iter(m_handle, &bytes, &left, &address, m_instruction.get()))
            return step;
        step.length = m_instruction->size;
        switch (m_instruction->id) {
        case X86_INS_JMP:
        case X86_INS_LJMP:
        case X86_INS_HLT:
        case X86_INS_INT3:
        case X86_INS_UD2:
            step.endsWay = true;
            break;
        default:
            step.endsWay = cs_insn_group(m_handle, m_instruction.get(), CS_GRP_RET)
                           || cs_insn_group(m_handle, m_instruction.get(), CS_GRP_IRET);
            break;
        }
        const cs_x86 &x86 = m_instruction->detail->x86;
        if (cs_insn_group(m_handle, m_instruction.get(), CS_GRP_JUMP) && x86.op_count == 1
            && x86.operands[0].type == X86_OP_IMM)
            step.target = static_cast<std::uint64_t>(x86.operands[0].imm);
        return step;
    }

private:
    csh m_handle = 0;
    std::unique_ptr<cs_insn, Closer> m_instruction;
};

/// How many bytes the instruction has that begins at each byte; 0: none that is reached does.
std::vector<std::uint8_t> reachedFrom0(std::span<const std::byte> code)
{
    X86Decoder decoder;
    std::vector<std::uint8_t> lengths(code.size());
    std::vector<std::uint64_t> ways{0};
    while (!ways.empty()) {
        std::uint64_t at = ways.back();
        ways.pop_back();
        while (at < code.size() && lengths[at] == 0) {
            const Step step = decoder.decode(code, at);
            if (step.length == 0)
                break;
            lengths[at] = static_cast<std::uint8_t>(step.length);
            if (step.target && *step.target < code.size())
                ways.push_back(*step.target);
            if (step.endsWay)
                break;
            at += step.length;
        }
    }
    return lengths;
}

InstructionPlace onX86(std::span<const std::byte> code, std::uint64_t offset)
{
    const auto lengths = reachedFrom0(code);
    if (lengths[offset] > 0)
        return {Kind::Begin, 0, 0};
    for (std::uint64_t back = 1; back < kLongest && back <= offset; ++back) {
        const std::uint64_t begin = offset - back;
        if (lengths[begin] > back)
            return {Kind::Within, begin, begin + lengths[begin]};
    }
    return {};
}

} // namespace

InstructionPlace instructionAt(Machine machine, std::span<const std::byte> code,
                               std::uint64_t offset)
{
    if (offset >= code.size() || offset >= kMostCode)
        return {};
    switch (machine) {
    case Machine::X86_64:
        return onX86(code.first(std::min<std::uint64_t>(code.size(), kMostCode)), offset);
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
