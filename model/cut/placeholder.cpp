// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/base/bytes.h"
#include "model/cut/placeholder_p.h"

#include <array>
#include <bit>
#include <random>

namespace thresher {

namespace {

// SipHash-2-4 (Aumasson, Bernstein 2012): fast for short texts, and not to be inverted without its
// key, other than a plain hash, whose short inputs can be tried.
class SipHash
{
public:
    SipHash(std::uint64_t key0, std::uint64_t key1)
        : m_state{key0 ^ 0x736f6d6570736575ULL, key1 ^ 0x646f72616e646f6dULL,
                  key0 ^ 0x6c7967656e657261ULL, key1 ^ 0x7465646279746573ULL}
    {}

    [[nodiscard]] std::uint64_t of(std::span<const std::byte> bytes)
    {
        std::size_t at = 0;
        for (; bytes.size() - at >= 8; at += 8)
            take(loadNumber<std::uint64_t>(bytes.data() + at, false));
        std::uint64_t last = std::uint64_t{bytes.size()} << 56U;
        for (std::size_t i = 0; at + i < bytes.size(); ++i)
            last |= std::to_integer<std::uint64_t>(bytes[at + i]) << (8 * i);
        take(last);
        m_state[2] ^= 0xffU;
        for (int i = 0; i < 4; ++i)
            round();
        return m_state[0] ^ m_state[1] ^ m_state[2] ^ m_state[3];
    }

private:
    void take(std::uint64_t word)
    {
        m_state[3] ^= word;
        round();
        round();
        m_state[0] ^= word;
    }
    void round()
    {
        auto &[a, b, c, d] = m_state;
        a += b;
        b = std::rotl(b, 13) ^ a;
        a = std::rotl(a, 32);
        c += d;
        d = std::rotl(d, 16) ^ c;
        a += d;
        d = std::rotl(d, 21) ^ a;
        c += b;
        b = std::rotl(b, 17) ^ c;
        c = std::rotl(c, 32);
    }

    std::array<std::uint64_t, 4> m_state;
};

} // namespace

Placeholder::Placeholder()
    : m_key{}
{
    std::random_device random;
    for (auto &half : m_key)
        half = static_cast<std::uint64_t>(random()) << 32U | random();
}

void Placeholder::replace(std::span<std::byte> text) const
{
    constexpr unsigned kLetters = 26;
    constexpr int kLettersOfHash = 12; // 26^12 is below 2^64
    while (!text.empty() && text.back() == std::byte{'\n'})
        text = text.first(text.size() - 1);
    while (!text.empty()) {
        std::size_t length = 0;
        while (length < text.size() && text[length] != std::byte{'/'})
            ++length;
        const auto part = text.first(length);
        std::uint64_t hash = SipHash(m_key[0], m_key[1]).of(part);
        std::uint64_t rest = hash;
        int left = kLettersOfHash;
        for (std::byte &letter : part) {
            if (left-- == 0) {
                // What follows says nothing new, and shows where a long text has a name of its own.
                hash = std::rotl(hash, 23) * 0x9e3779b97f4a7c15ULL;
                rest = hash;
                left = kLettersOfHash - 1;
            }
            letter = static_cast<std::byte>('a' + rest % kLetters);
            rest /= kLetters;
        }
        text = text.subspan(length < text.size() ? length + 1 : length);
    }
}

std::string Placeholder::of(std::string_view text) const
{
    std::string result(text);
    replace(std::as_writable_bytes(std::span(result)));
    return result;
}

} // namespace thresher
