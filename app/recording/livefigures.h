// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "capture/messages.h"
#include "widgets/livebar/livebar.h"

#include <map>
#include <utility>
#include <vector>

namespace thresher::ui {

/// Makes figures for people of what the recorder tells of its progress.
class LiveFigureMaker
{
public:
    void begin(const capture::Ready &ready);
    void begin(const capture::Started &started) { m_begin = started.time; }
    [[nodiscard]] LiveFigures figures(const capture::RecordProgress &progress);

private:
    struct Before
    {
        TimeNs time = 0;
        std::uint64_t bytes = 0;
    };
    std::vector<capture::ReadyInstance> m_instances;
    TimeNs m_begin = 0;
    std::map<std::pair<std::size_t, CpuId>, Before> m_before;
};

} // namespace thresher::ui
