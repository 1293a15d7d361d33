// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/probes/callprobe.h"
#include "capture/probes/draftsearch_p.h"
#include "capture/symbols/fetchargument.h"

#include <algorithm>
#include <limits>

namespace thresher::capture {

namespace {

constexpr int kMostSteps = 4096; ///< Types may be anything: it ends.
constexpr int kMostDepth = 10;

constexpr auto kAnywhere = std::numeric_limits<std::uint64_t>::max(); ///< As an offset.

class Search
{
public:
    Search(const DescribedValue &root, const TypeSource &types, const FetchSource &source,
           const std::function<bool(const std::string &)> &visit)
        : m_root(root)
        , m_types(types)
        , m_source(source)
        , m_visit(visit)
    {}

    /// What a value holds, from its `offset` on.
    bool into(TypeId type, const std::string &path, std::uint64_t offset, int depth)
    {
        const TypeInfo info = m_types.info(type);
        if (depth > kMostDepth)
            return false;
        switch (info.kind) {
        case TypeKind::Struct:
        case TypeKind::Union:
            return intoMembers(type, path, offset, depth);
        case TypeKind::Array:
            return intoElement(info, path, offset, depth);
        case TypeKind::Pointer:
            return intoTarget(info, path, depth);
        default:
            return false;
        }
    }

private:
    bool intoMembers(TypeId type, const std::string &path, std::uint64_t offset, int depth)
    {
        for (const TypeMember &member : m_types.members(type)) {
            const std::uint64_t begin = member.bitOffset / 8;
            const std::uint64_t bytes = std::max<std::uint64_t>(m_types.info(member.type).size, 1);
            if (offset != kAnywhere && (offset < begin || offset - begin >= bytes))
                continue;
            const std::uint64_t within = offset == kAnywhere ? kAnywhere : offset - begin;
            // The members of an unnamed one are its parent's.
            if (member.name.empty() ? intoMembers(member.type, path, within, depth + 1)
                                    : at(member.type, path + "." + member.name, within, depth))
                return true;
            if (--m_left < 0)
                return false;
        }
        return false;
    }

    bool intoElement(const TypeInfo &info, const std::string &path, std::uint64_t offset, int depth)
    {
        const std::uint64_t bytes = m_types.info(info.target).size;
        if (bytes == 0)
            return false;
        const std::uint64_t index = offset == kAnywhere ? 0 : offset / bytes;
        return at(info.target, path + '[' + std::to_string(index) + ']',
                  offset == kAnywhere ? kAnywhere : offset % bytes, depth);
    }

    /// What a pointer points to, if the source goes through it.
    bool intoTarget(const TypeInfo &info, const std::string &path, int depth)
    {
        const auto fetch = fetchArgument(m_types, m_root.typeId, m_root.place, path);
        if (!fetch)
            return false;
        // Of a pointer to text it is the text, behind one more dereference.
        const auto argument = parseFetchArgument("value=" + *fetch, ProbeKind::Kprobe);
        if (!argument)
            return false;
        const FetchSource &pointer = argument->type.isText() ? argument->source.inner.front()
                                                             : argument->source;
        const FetchSource *node = &m_source;
        while (node->kind == FetchSource::Kind::Dereference && node->inner.front() != pointer)
            node = &node->inner.front();
        if (node->kind != FetchSource::Kind::Dereference || node->isNegative)
            return false;
        const TypeInfo target = m_types.info(info.target);
        const std::uint64_t offset = node->number.value;
        if (target.kind == TypeKind::Struct || target.kind == TypeKind::Union)
            return into(info.target, path, offset, depth + 1);
        if (target.size == 0)
            return false;
        return at(info.target, path + '[' + std::to_string(offset / target.size) + ']',
                  offset % target.size, depth);
    }

    bool at(TypeId type, const std::string &path, std::uint64_t offset, int depth)
    {
        if (--m_left < 0)
            return false;
        return m_visit(m_root.name + arrowed(path)) || into(type, path, offset, depth + 1);
    }

    /// As C writes it: "->" behind pointers.
    [[nodiscard]] std::string arrowed(const std::string &path) const
    {
        std::string text;
        std::size_t begin = 0;
        while (begin < path.size()) {
            const std::size_t end = std::min(path.find_first_of(".[", begin + 1), path.size());
            const auto before = typeOfPath(m_types, m_root.typeId, path.substr(0, begin));
            const bool isPointer = before && m_types.info(*before).kind == TypeKind::Pointer;
            const std::string step = path.substr(begin, end - begin);
            text += step.front() == '.' && isPointer ? "->" + step.substr(1) : step;
            begin = end;
        }
        return text;
    }

    const DescribedValue &m_root;
    const TypeSource &m_types;
    const FetchSource &m_source;
    const std::function<bool(const std::string &)> &m_visit;
    int m_left = kMostSteps;
};

/// Where in a value that is in memory the source begins to read; anywhere if it is not.
std::uint64_t offsetWithin(const ValuePlace &place, const FetchSource &source)
{
    const std::string &base = place.base.empty() && place.isReference && !place.registers.empty()
                                  ? place.registers.front()
                                  : place.base;
    const FetchSource *node = &source;
    while (node->kind == FetchSource::Kind::Dereference) {
        const FetchSource &inner = node->inner.front();
        if (inner.kind == FetchSource::Kind::Register && '%' + inner.name == base
            && !node->isNegative) {
            // Numbers of a line may be any.
            constexpr std::uint64_t kMost = std::numeric_limits<std::int32_t>::max();
            if (node->number.value > kMost || place.offset < -static_cast<std::int64_t>(kMost))
                return kAnywhere;
            const auto at = static_cast<std::int64_t>(node->number.value) - place.offset;
            return at < 0 ? kAnywhere : static_cast<std::uint64_t>(at);
        }
        node = &inner;
    }
    return kAnywhere;
}

/// "file->f_path.dentry" of what names it; empty: nothing does.
std::string namedIn(const FetchSource &source)
{
    const FetchSource *node = &source;
    while (node->kind == FetchSource::Kind::Dereference)
        node = &node->inner.front();
    if (node->kind != FetchSource::Kind::Variable)
        return {};
    std::string name = node->name;
    for (const ProbeMember &member : node->members)
        name += (member.isPointer ? "->" : ".") + member.name;
    return name;
}

} // namespace

bool visitValues(const DescribedValue &root, const TypeSource *types, const FetchSource &source,
                 const std::function<bool(const std::string &value)> &visit)
{
    if (visit(root.name))
        return true;
    if (types == nullptr || !root.place.isKnown())
        return false;
    if (const std::string name = namedIn(source); !name.empty())
        return dividedValue(name).first == root.name && visit(name);
    // What no name can say is found by its numbers.
    DescribedValue unnamed = root;
    unnamed.place.name.clear();
    return Search(unnamed, *types, source, visit)
        .into(root.typeId, {}, offsetWithin(root.place, source), 0);
}

} // namespace thresher::capture
