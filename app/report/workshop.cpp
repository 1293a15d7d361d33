// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/report/workshop.h"

#include <cerrno>
#include <cstdlib>

namespace thresher::ui {

Workshop::Workshop(std::filesystem::path path)
    : m_path(std::move(path))
{}

Workshop::~Workshop()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

Result<std::shared_ptr<Workshop>> Workshop::beside(const std::filesystem::path &target)
{
    const std::filesystem::path folder = target.parent_path();
    std::string name = (folder / ".thresher-report-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        return failErrno(errno, "making a folder for the report", folder.string());
    return std::shared_ptr<Workshop>(new Workshop(name));
}

} // namespace thresher::ui
