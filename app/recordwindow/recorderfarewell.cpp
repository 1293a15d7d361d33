// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recordwindow/recorderfarewell.h"

#include <QCoreApplication>

#include <utility>

namespace thresher::ui {

namespace {

constexpr std::chrono::milliseconds kPace{50};

} // namespace

void RecorderFarewell::say(std::unique_ptr<capture::RecorderProcess> process,
                           std::chrono::milliseconds grace)
{
    if (!process)
        return;
    process->leave();
    auto *const application = QCoreApplication::instance();
    if (application == nullptr)
        return;
    // What is sent between threads has to be copyable.
    auto shared = std::make_shared<std::unique_ptr<capture::RecorderProcess>>(std::move(process));
    QMetaObject::invokeMethod(application, [application, shared, grace] {
        auto *farewell = application->findChild<RecorderFarewell *>(QString(),
                                                                    Qt::FindDirectChildrenOnly);
        if (farewell == nullptr)
            farewell = new RecorderFarewell(application);
        farewell->m_leaving.push_back(
            {std::move(*shared), std::chrono::steady_clock::now() + grace});
        farewell->m_timer.start();
    });
}

RecorderFarewell::RecorderFarewell(QObject *parent)
    : QObject(parent)
{
    m_timer.setInterval(kPace);
    connect(&m_timer, &QTimer::timeout, this, &RecorderFarewell::look);
}

void RecorderFarewell::look()
{
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(m_leaving, [now](const Leaving &each) {
        if (each.process->hasEnded())
            return true;
        if (now < each.end)
            return false;
        // One that may be killed has ended the next time; root's is left alone.
        return !each.process->kill();
    });
    if (m_leaving.empty())
        m_timer.stop();
}

} // namespace thresher::ui
