// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// Whether `glob` (* ? [a-z] [!a-z]) fits the whole of `name`. O(length of both multiplied), and
/// linear as a rule. Any thread.
[[nodiscard]] bool globMatches(std::string_view glob, std::string_view name);

/// Very many names, packed, that are searched anew with each key that is typed.
///
/// Takes twice the names' bytes and 4 bytes a name: some 9 MB for a kernel's 200,000. Filling is
/// for one thread, reading for any.
class NameTable
{
public:
    using Row = std::uint32_t;

    NameTable();
    /// A byte of 0 would end the name: what follows it is left out. Names of more than 4 GB in all
    /// are not taken; @returns whether it was.
    bool add(std::string_view name);
    void reserve(std::size_t names, std::size_t bytes);

    [[nodiscard]] Row size() const { return static_cast<Row>(m_begin.size() - 1); }
    [[nodiscard]] std::string_view operator[](Row row) const
    {
        return std::string_view(m_text).substr(m_begin[row], m_begin[row + 1] - m_begin[row] - 1);
    }
    [[nodiscard]] std::size_t memoryBytes() const;

    /// The rows whose names fit.
    ///
    /// A pattern without * ? [ may be anywhere in the name; those that it is, that it begins and in
    /// which it begins a word come first, in this order, and by row among themselves. One with
    /// these is a glob that fits the whole name; by row. Capital and small letters are one if the
    /// pattern has no capital. Everything fits an empty pattern. Rows begun before it was asked to
    /// stop are in the result. O(bytes): 5 to 100 ns a name,
    /// the more that fit.
    [[nodiscard]] std::vector<Row> find(std::string_view pattern,
                                        const std::stop_token &stop = {}) const;

private:
    [[nodiscard]] std::vector<Row> findGlob(std::string_view glob, const std::string &text,
                                            const std::stop_token &stop) const;
    template<typename Visit>
    void eachRowWith(std::string_view literal, const std::string &text, const std::stop_token &stop,
                     Visit visit) const;

    std::string m_text; ///< Each name ended by a NUL, so that no match reaches over two.
    std::string m_folded; ///< The same in small letters.
    std::vector<std::uint32_t> m_begin; ///< Of each name, and one past the last.
};

} // namespace thresher::capture
