// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/filter/textevidence_p.h"

#include <algorithm>

namespace thresher {

namespace {

constexpr std::size_t kMaxSize = 63; // its positions, and the end, are bits of a word
constexpr std::size_t kFragment = 3;

std::size_t asByte(char c)
{
    return static_cast<unsigned char>(c);
}

// What the printer writes as it is.
bool isPlain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

} // namespace

TextEvidence::TextEvidence(const TextPattern &pattern, bool bigEndian)
    : m_size(std::min(kMaxSize, pattern.size()))
    , m_bigEndian(bigEndian)
    , m_fragment(std::min(kFragment, m_size))
{
    for (std::size_t i = 0; i < m_size; ++i) {
        for (std::size_t byte = 0; byte < m_at.size(); ++byte)
            m_at[byte] |= std::uint64_t{pattern[i][byte]} << i;
    }
}

// How much of the pattern has been met, as bits, one for each place where it may have begun; from
// `reached` on, over these letters.
std::uint64_t TextEvidence::walk(std::uint64_t reached, std::string_view text) const
{
    const std::uint64_t end = std::uint64_t{1} << m_size;
    std::uint64_t isMet = 0;
    for (const char c : text) {
        reached = (reached & m_at[asByte(c)]) << 1U | 1U;
        isMet |= reached & end;
    }
    return reached | isMet;
}

std::uint64_t TextEvidence::repeat(std::uint64_t reached, std::string_view letters) const
{
    std::uint64_t mask = 0;
    for (const char c : letters)
        mask |= m_at[asByte(c)];
    for (std::uint64_t last = 0; last != reached;) {
        last = reached;
        reached |= (reached & mask) << 1U;
    }
    return reached;
}

// Whether the pattern can come about with at most `ofStrings` letters of each string.
bool TextEvidence::canHold(const std::vector<TextPart> &parts, std::size_t ofStrings) const
{
    const std::uint64_t end = std::uint64_t{1} << m_size;
    std::uint64_t reached = 1;
    for (const TextPart &part : parts) {
        switch (part.kind) {
        case TextPart::Kind::Text:
            reached = walk(reached, part.text);
            break;
        case TextPart::Kind::Letters:
            reached = repeat(reached, part.text);
            break;
        case TextPart::Kind::String:
            reached = repeat(reached, " ");
            for (std::size_t i = 0; i < ofStrings; ++i)
                reached |= reached << 1U;
            reached = repeat(reached, " ");
            break;
        case TextPart::Kind::Anything:
            return true;
        }
        if ((reached & end) != 0)
            return true;
    }
    return false;
}

TextEvidence::OfType TextEvidence::study(const std::vector<TextPart> &parts) const
{
    OfType type;
    if (canHold(parts, m_fragment - 1)) {
        type.how = How::Print;
        return type;
    }
    for (const TextPart &part : parts) {
        if (part.kind == TextPart::Kind::String)
            type.strings.push_back(part.field);
    }
    type.how = type.strings.empty() ? How::Never : How::ByStrings;
    return type;
}

bool TextEvidence::hasFragment(std::string_view text) const
{
    // Which places of the pattern the letters from here on could be at: three in a row are met.
    std::uint64_t one = 0;
    std::uint64_t two = 0;
    for (const char c : text) {
        const std::uint64_t here = m_at[asByte(c)];
        const std::uint64_t three = (two << 1U) & here;
        two = (one << 1U) & here;
        one = here;
        if ((m_fragment == 3 ? three : m_fragment == 2 ? two : one) != 0)
            return true;
    }
    return false;
}

bool TextEvidence::mayHold(EventTypeId event, std::span<const std::byte> payload,
                           EventPrinter &printer)
{
    if (m_size == 0)
        return true;
    if (toIndex(event) >= m_types.size())
        m_types.resize(toIndex(event) + 1);
    OfType &type = m_types[toIndex(event)];
    if (type.how == How::NotKnown)
        type = study(printer.outline(event));
    if (type.how != How::ByStrings)
        return type.how == How::Print;
    return std::any_of(type.strings.begin(), type.strings.end(), [&](const EventField *field) {
        // Of a record that is cut within the field, what is left of it is printed.
        const bool isCut = payload.size() < std::size_t{field->offset} + field->size;
        const std::string_view text = readString(*field, payload, m_bigEndian);
        return isCut || hasFragment(text) || !isPlain(text);
    });
}

} // namespace thresher
