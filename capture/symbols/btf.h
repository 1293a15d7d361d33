// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/symbols/typesource.h"
#include "model/base/result.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// The types of a kernel or of one of its modules: BTF, version 1, of either endianness.
///
/// The bytes may be anything: parsing fails for what does not hold together, and every walk over
/// types is bounded. Takes its bytes and some 4 bytes a type, and 4 a name. Immutable: any thread.
class Btf final : public TypeSource
{
public:
    /// @param base  of split BTF (a module's): the kernel's, whose types and strings it goes on
    /// from; else nullptr. O(n log n), 30 ms for a kernel's 130,000 types.
    [[nodiscard]] static Result<std::shared_ptr<const Btf>>
    parse(std::vector<std::byte> bytes, std::shared_ptr<const Btf> base = nullptr);
    /// The contents of a file such as /sys/kernel/btf/vmlinux.
    [[nodiscard]] static Result<std::shared_ptr<const Btf>>
    read(const std::string &path, std::shared_ptr<const Btf> base = nullptr);

    /// Of this and its base; type 0 is void.
    [[nodiscard]] std::uint32_t typeCount() const { return m_firstId + ownCount(); }
    /// A function of this module (not of its base). O(log n). A name may be there several times:
    /// the first one; `howMany`, if given, is set.
    [[nodiscard]] std::optional<FunctionSignature> function(std::string_view name,
                                                            std::size_t *howMany = nullptr) const;
    /// All functions' names, ascending. O(n).
    [[nodiscard]] std::vector<std::string_view> functionNames() const;
    /// The struct, union, enum or typedef of this name ("file", without "struct"), here or in the
    /// base. O(log n).
    [[nodiscard]] std::optional<TypeId> named(std::string_view name) const;

    [[nodiscard]] TypeInfo info(TypeId type) const override;
    [[nodiscard]] std::string name(TypeId type) const override;
    [[nodiscard]] std::vector<TypeMember> members(TypeId type) const override;
    [[nodiscard]] std::uint32_t pointerSize() const override { return sizeof(std::uint64_t); }

private:
    struct Type; // A type's head, as it is in the bytes.

    Btf() = default;
    [[nodiscard]] std::uint32_t ownCount() const
    {
        return static_cast<std::uint32_t>(m_offsets.size());
    }
    Result<void> index();
    [[nodiscard]] std::optional<Type> typeOf(std::uint32_t id) const;
    [[nodiscard]] std::uint32_t word(std::size_t offset) const;
    [[nodiscard]] std::string_view string(std::uint32_t offset) const;
    [[nodiscard]] std::uint32_t withoutModifiers(std::uint32_t id) const;
    [[nodiscard]] bool isTaggedUser(std::uint32_t id) const;
    [[nodiscard]] bool isConstUnsignedChar(std::uint32_t id) const;
    [[nodiscard]] std::string nameWithin(std::uint32_t id, int &left) const;
    [[nodiscard]] std::string prototypeName(const Type &type, std::string_view inner,
                                            int &left) const;
    [[nodiscard]] std::uint64_t sizeOf(std::uint32_t id, int depth) const;
    [[nodiscard]] FunctionSignature signature(const Type &function) const;
    [[nodiscard]] std::span<const std::uint32_t> rangeOf(const std::vector<std::uint32_t> &sorted,
                                                         std::string_view name) const;

    std::shared_ptr<const Btf> m_base;
    std::vector<std::byte> m_bytes;
    std::span<const std::byte> m_types;
    std::span<const std::byte> m_strings;
    std::uint32_t m_firstId = 1; ///< Of the types that are here.
    std::uint32_t m_firstString = 0; ///< Likewise.
    bool m_swap = false;
    std::vector<std::uint32_t> m_offsets; ///< Of each type, in m_types.
    std::vector<std::uint32_t> m_functions; ///< Ids, ascending by name.
    std::vector<std::uint32_t> m_named; ///< The same of structs, unions, enums, typedefs.
};

} // namespace thresher::capture
