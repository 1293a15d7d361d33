// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/mappedfile.h"
#include "model/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thresher::capture {

/// A mounted tracefs: its files read and written as a whole. Paths are relative to its root; they
/// are made of constants and of names that were checked (isPlainName()), never taken from outside.
/// Where something is written or made is virtual, so that a test can play the kernel. Errors are
/// the kernel's. Thread: any, as far as the kernel is concerned.
class Tracefs
{
public:
    enum class Write : std::uint8_t {
        Truncate, ///< As `echo >`: in most lists of tracefs what was there before is gone.
        Append, ///< As `echo >>`.
    };

    /// Opens a folder that is a tracefs, or looks like one.
    [[nodiscard]] static Result<UniqueFd> openRoot(const std::string &path);
    /// Where tracefs is mounted; empty if it is not.
    [[nodiscard]] static std::string mountPoint();
    /// Mounts it at its usual place, unless it is mounted somewhere. Needs CAP_SYS_ADMIN.
    [[nodiscard]] static Result<std::string> mount();

    explicit Tracefs(UniqueFd root);
    virtual ~Tracefs() = default;
    Tracefs(const Tracefs &) = delete; // a base class
    Tracefs &operator=(const Tracefs &) = delete;

    [[nodiscard]] bool exists(const std::string &path) const;
    /// The text, up to a length that no list of the kernel's has.
    [[nodiscard]] Result<std::string> read(const std::string &path,
                                           std::size_t maxBytes = 64U << 20U) const;
    /// The text without white space at its ends; empty if it cannot be read.
    [[nodiscard]] std::string line(const std::string &path) const;
    /// The whitespace-separated words of a file; none if it cannot be read.
    [[nodiscard]] std::vector<std::string> words(const std::string &path) const;
    /// Names in a folder, sorted; none if it cannot be read.
    [[nodiscard]] std::vector<std::string> list(const std::string &folder) const;
    [[nodiscard]] std::vector<std::string> folders(const std::string &folder) const;
    /// @param flags  of open(2); close-on-exec and no links are added.
    [[nodiscard]] Result<UniqueFd> open(const std::string &path, int flags) const;

    /// Writes `text` by one write(2), which is what the kernel takes for one command.
    [[nodiscard]] virtual Result<void> write(const std::string &path, std::string_view text,
                                             Write how = Write::Truncate);
    [[nodiscard]] virtual Result<void> makeInstance(const std::string &name);
    /// Waits up to a second for those that still hold it. It being gone already is no error.
    [[nodiscard]] virtual Result<void> removeInstance(const std::string &name);

protected:
    [[nodiscard]] int root() const { return m_root.get(); }

private:
    UniqueFd m_root;
};

/// Whether `name` can be the name of one file: not empty, only letters, digits and _ . - , and not
/// beginning with a dot or a dash.
[[nodiscard]] bool isPlainName(std::string_view name);

/// The words of a text that white space separates.
[[nodiscard]] std::vector<std::string> splitWords(std::string_view text);

} // namespace thresher::capture
