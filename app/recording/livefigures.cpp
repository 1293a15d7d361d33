// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recording/livefigures.h"

#include <QCoreApplication>

#include <algorithm>

namespace thresher::ui {

namespace {

constexpr double kSecond = 1e9;

struct LiveFiguresText
{
    Q_DECLARE_TR_FUNCTIONS(LiveFigures)
};

} // namespace

void LiveFigureMaker::begin(const capture::Ready &ready)
{
    m_instances = ready.instances;
    m_before.clear();
    m_begin = 0;
}

LiveFigures LiveFigureMaker::figures(const capture::RecordProgress &progress)
{
    LiveFigures figures;
    figures.seconds = static_cast<double>(progress.time - m_begin) / kSecond;
    for (std::size_t i = 0; i < progress.instances.size(); ++i) {
        const QString buffer = i < m_instances.size() && progress.instances.size() > 1
                                   ? QString::fromStdString(m_instances[i].name)
                                   : QString();
        const bool isRing = i < m_instances.size()
                            && m_instances[i].mode == capture::BufferMode::Ring;
        for (const capture::CpuProgress &cpu : progress.instances[i].cpus) {
            CpuGauge gauge;
            gauge.name = buffer.isEmpty()
                             ? LiveFiguresText::tr("CPU %1").arg(cpu.cpu)
                             : LiveFiguresText::tr("CPU %1 of %2").arg(cpu.cpu).arg(buffer);
            gauge.eventsPerSecond = cpu.eventsPerSecond;
            gauge.fill = cpu.fill;
            gauge.secondsKept = cpu.secondsKept;
            // What a ring overwrites is not lost: that is what it is for.
            gauge.lost = cpu.dropped + (isRing ? 0 : cpu.overrun);
            Before &before = m_before[{i, cpu.cpu}];
            if (before.time != 0 && progress.time > before.time && cpu.bytesRead >= before.bytes)
                gauge.bytesPerSecond = static_cast<double>(cpu.bytesRead - before.bytes) * kSecond
                                       / static_cast<double>(progress.time - before.time);
            before = {progress.time, cpu.bytesRead};
            figures.events += cpu.entries;
            figures.eventsPerSecond += gauge.eventsPerSecond;
            figures.bytes += cpu.bytesRead;
            figures.bytesPerSecond += gauge.bytesPerSecond;
            figures.fill = std::max(figures.fill, gauge.fill);
            figures.lost += gauge.lost;
            figures.cpus.push_back(std::move(gauge));
        }
    }
    return figures;
}

} // namespace thresher::ui
