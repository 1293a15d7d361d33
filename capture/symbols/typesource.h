// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// A type within one TypeSource; means nothing in another.
enum class TypeId : std::uint64_t {};
inline constexpr TypeId kVoidType{0};

enum class TypeKind : std::uint8_t {
    Void,
    Bool,
    Integer,
    Enum,
    Float,
    Pointer, ///< References of C++ too.
    Array,
    Struct, ///< Classes of C++ too.
    Union,
    Function, ///< Only pointed to.
    Unknown, ///< Not described, or in a way that makes no sense.
};

/// What a type is, without its typedefs and qualifiers.
struct TypeInfo
{
    TypeKind kind = TypeKind::Unknown;
    std::uint64_t size = 0; ///< Bytes; 0 where there is none or it is not known.
    bool isSigned = false;
    bool isCharacter = false; ///< char, of which texts are made.
    /// A pointer to what is text though it is not of char: the kernel's names are of const unsigned
    /// char.
    bool isOtherText = false;
    /// A class that C++ passes by the address of a copy.
    bool isPassedByReference = false;
    /// A pointer to memory of user space, where the kernel's types tell.
    bool isUserPointer = false;
    TypeId target = kVoidType; ///< What a pointer points to; an array's element.
    std::uint64_t count = 0; ///< Elements of an array.
};

struct TypeMember
{
    std::string name; ///< Empty: an unnamed struct or union, whose members are those of its parent.
    TypeId type = kVoidType;
    std::uint64_t bitOffset = 0; ///< From the begin of the struct.
    std::uint32_t bitSize = 0; ///< Of a bit-field; 0: none.
};

/// Types of a kernel (BTF) or a program (DWARF).
///
/// Whatever the bytes say, every function ends; depth is bounded. Thread: as the implementation
/// says.
class TypeSource
{
public:
    TypeSource() = default;
    TypeSource(const TypeSource &) = delete; // has an identity: TypeIds are of one
    TypeSource &operator=(const TypeSource &) = delete;
    virtual ~TypeSource() = default;

    [[nodiscard]] virtual TypeInfo info(TypeId type) const = 0;
    /// As C writes it: "const struct file *".
    [[nodiscard]] virtual std::string name(TypeId type) const = 0;
    /// Of a struct or union, in order; empty for others.
    [[nodiscard]] virtual std::vector<TypeMember> members(TypeId type) const = 0;
    [[nodiscard]] virtual std::uint32_t pointerSize() const = 0; ///< Bytes.

    /// The member of this name, also one of an unnamed member; its bitOffset is from the begin of
    /// `type`.
    [[nodiscard]] std::optional<TypeMember> member(TypeId type, std::string_view name) const;

private:
    [[nodiscard]] std::optional<TypeMember> memberWithin(TypeId type, std::string_view name,
                                                         int &left) const;
};

struct FunctionParameter
{
    std::string name; ///< Empty: not known.
    TypeId type = kVoidType;
};

struct FunctionSignature
{
    std::string name;
    std::vector<FunctionParameter> parameters;
    TypeId result = kVoidType;
    bool isVariadic = false;

    /// "ssize_t vfs_read(struct file *file, char *buf)".
    [[nodiscard]] std::string text(const TypeSource &types) const;
};

/// `type` and `name` as a declaration: "char *buf".
[[nodiscard]] std::string declaration(std::string type, std::string_view name);

} // namespace thresher::capture
