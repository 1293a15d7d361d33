// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/recording/livefeed.h"

#include "capture/liverecording.h"
#include "model/index/liveindex.h"

#include <fcntl.h>

#include <QFile>

#include <cerrno>
#include <utility>
#include <vector>

namespace thresher::ui {

namespace {

/// Between two looks at the files. More often than people see new things, and cheap.
constexpr int kPaceMs = 66;

using OpenedIndex = Result<std::shared_ptr<LiveIndex>>;

/// Null: nothing has arrived so far.
OpenedIndex openIndexOf(const std::filesystem::path &folder, const std::filesystem::path &output,
                        const IndexOptions &options)
{
    // The byte order of another machine's recording is known by its first page; and the journal is
    // not to be read again and again until a ring gives what it holds.
    if (!capture::hasPages(folder))
        return nullptr;
    THRESHER_TRY_ASSIGN(const capture::LiveRecording live, capture::readLiveRecording(folder));
    std::vector<GrowingPages> pages;
    for (const auto &each : live.pages) {
        UniqueFd file(::open(each.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        if (!file.isValid())
            return failErrno(errno, "reading the recording", each.path.string());
        pages.push_back({each.buffer, each.cpu, std::move(file)});
    }
    THRESHER_TRY_ASSIGN(auto trace, GrowingTrace::open(output, live.head, std::move(pages)));
    return std::make_shared<LiveIndex>(std::move(trace), options);
}

Result<BuiltIndex> completeIndex(LiveIndex &live, const std::filesystem::path &path,
                                 const IndexOptions &options, const std::stop_token &stop,
                                 Progress &progress)
{
    THRESHER_TRY_ASSIGN(const auto trace, TraceFile::open(path));
    THRESHER_TRY_ASSIGN(auto built, live.finish(trace, stop));
    if (built)
        return *std::move(built);
    return openIndex(trace, options, stop, progress, {});
}

} // namespace

LiveFeed::LiveFeed(IndexOptions options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
{
    m_timer.setInterval(kPaceMs);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (m_isAtWork)
            return;
        if (!m_index)
            open();
        else if (!m_finished.isEmpty())
            complete();
        else
            advance();
    });
}

LiveFeed::~LiveFeed() = default;

void LiveFeed::start(const std::filesystem::path &folder, const QString &output)
{
    abandon();
    m_folder = folder;
    m_output = output;
    m_isRunning = true;
    m_timer.start();
}

void LiveFeed::abandon()
{
    m_timer.stop();
    m_job.abandon();
    m_index.reset();
    m_finished.clear();
    m_isAtWork = false;
    m_isRunning = false;
}

void LiveFeed::finish(const QString &trace)
{
    if (!m_isRunning)
        return;
    m_finished = trace;
    // Nothing was ever shown of it, and the folder has gone: there is only the file.
    if (!m_index && !m_isAtWork) {
        abandon();
        Q_EMIT failed({ErrorKind::Cancelled, "Nothing had arrived.", {}, -1});
    }
}

void LiveFeed::open()
{
    m_isAtWork = true;
    m_job.start([folder = m_folder, output = QFile::encodeName(m_output).toStdString(),
                 options = m_options](const std::stop_token &,
                                      Progress &) { return openIndexOf(folder, output, options); },
                [this](OpenedIndex opened) {
                    m_isAtWork = false;
                    if (opened && (*opened || m_finished.isEmpty())) {
                        m_index = *std::move(opened);
                        return;
                    }
                    abandon();
                    Q_EMIT failed(opened
                                      ? Error{ErrorKind::Cancelled, "Nothing had arrived.", {}, -1}
                                      : opened.error());
                });
}

void LiveFeed::advance()
{
    m_isAtWork = true;
    m_job.start(
        [index = m_index](const std::stop_token &stop, Progress &) { return index->advance(stop); },
        [this](const Result<std::shared_ptr<const IndexSnapshot>> &snapshot) {
            m_isAtWork = false;
            if (!snapshot) {
                // The file has an index of its own in the end.
                m_timer.stop();
                const Error error = snapshot.error();
                abandon();
                Q_EMIT failed(error);
            } else if (*snapshot) {
                Q_EMIT arrived(*snapshot);
            }
        });
}

void LiveFeed::complete()
{
    m_isAtWork = true;
    m_timer.stop();
    m_job.start(
        [index = m_index, path = QFile::encodeName(m_finished).toStdString(),
         options = m_options](const std::stop_token &stop, Progress &progress) {
            return completeIndex(*index, path, options, stop, progress);
        },
        [this](const Result<BuiltIndex> &built) {
            abandon();
            if (built)
                Q_EMIT finished(*built);
            else
                Q_EMIT failed(built.error());
        });
}

} // namespace thresher::ui
