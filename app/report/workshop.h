// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"

#include <filesystem>
#include <memory>

namespace thresher::ui {

/// A hidden folder beside a file that is being made; nothing of it remains.
class Workshop
{
public:
    /// On the same disk as `target`, or what is made could not be put in its place.
    [[nodiscard]] static Result<std::shared_ptr<Workshop>>
    beside(const std::filesystem::path &target);
    Workshop(const Workshop &) = delete;
    Workshop &operator=(const Workshop &) = delete;
    ~Workshop();

    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }

private:
    explicit Workshop(std::filesystem::path path);

    std::filesystem::path m_path;
};

} // namespace thresher::ui
