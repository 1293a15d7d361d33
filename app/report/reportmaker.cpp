// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/report/reportmaker.h"

#include "app/pictures/caption.h"
#include "app/pictures/picture.h"
#include "model/base/version.h"
#include "widgets/timeline/lanelayout.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr int kPictureWidth = 1600;
constexpr int kOverviewHeight = 46;
constexpr int kLargestPictureHeight = 1600;

std::string bytesOf(const Picture &picture, PictureFormat format)
{
    // None is too large for memory: their size is ours.
    return picture.bytes(format).value_or(QByteArray()).toStdString();
}

/// High enough for all lanes, where that is not too high for a screen.
QSize pictureSize(const ViewState &view, bool hasOverview)
{
    const auto lanes = static_cast<int>(
        std::min<std::size_t>(view.snapshot()->cpus().size(), kLargestPictureHeight));
    const int height = kRulerHeight + kGroupHeight + lanes * kLaneHeight + kLaneHeight
                       + captionHeight(captionFacts(view), kPictureWidth)
                       + (hasOverview ? kOverviewHeight : 0);
    return {kPictureWidth, std::min(height, kLargestPictureHeight)};
}

ReportFile sessionOf(const ViewState &view)
{
    const std::string_view number = version();
    const QFileInfo file(QFile::decodeName(view.snapshot()->trace->path().c_str()));
    const QJsonObject session{
        {u"thresher"_s, QString::fromLatin1(number.data(), static_cast<qsizetype>(number.size()))},
        {u"trace"_s,
         QJsonObject{{u"file"_s, file.fileName()},
                     {u"bytes"_s, static_cast<qint64>(view.snapshot()->trace->bytes().size())}}},
        {u"view"_s, view.save()}};
    return {"session.json", QJsonDocument(session).toJson().toStdString(),
            "What was looked at: range, selection, filter, current event; times are in "
            "nanoseconds."};
}

std::filesystem::path targetOf(const ReportOptions &options)
{
    return QFile::encodeName(QFileInfo(options.path).absoluteFilePath()).toStdString();
}

} // namespace

std::vector<ReportFile> reportPictures(const ViewState &view, TimeRange range)
{
    std::vector<ReportFile> files;
    const auto shown = copyOf(view);
    shown->setVisibleRange(range);
    PictureOptions options;
    options.size = pictureSize(*shown, true);
    {
        const Picture picture({*shown}, options);
        files.push_back({"timeline.png", bytesOf(picture, PictureFormat::Png),
                         "The range, as Thresher draws it."});
        files.push_back({"timeline.svg", bytesOf(picture, PictureFormat::Svg),
                         "The same as shapes and text: enlarge it, search in it."});
    }
    shown->setSelectedRange(range);
    shown->showAll();
    options.hasOverview = false;
    options.size = pictureSize(*shown, false);
    const Picture picture({*shown}, options);
    files.push_back({"overview.png", bytesOf(picture, PictureFormat::Png),
                     "The whole trace, with the range marked."});
    return files;
}

ReportRequest reportRequest(const ViewState &view, const ReportOptions &options,
                            std::vector<ReportFile> pictures)
{
    ReportRequest request;
    request.snapshot = view.rows().snapshot();
    request.selection = view.rows().selection();
    request.range = options.range;
    if (view.filterUse().table)
        request.filter = view.expression().toStdString();
    const auto shown = copyOf(view);
    shown->setVisibleRange(options.range);
    for (const CaptionFact &fact : captionFacts(*shown)) {
        const QString line = fact.label.isEmpty() ? fact.value : fact.label + u": "_s + fact.value;
        request.caption += line.toStdString() + '\n';
    }
    request.whatHappened = options.whatHappened.trimmed().toStdString();
    if (options.hasPictures)
        request.files = std::move(pictures);
    if (options.hasSession)
        request.files.push_back(sessionOf(view));
    request.hasEvents = options.hasEvents;
    request.hasTrace = options.hasTrace;
    request.eventLimit = options.eventLimit;
    request.path = targetOf(options);
    request.isFolder = options.isFolder;
    return request;
}

ReportMaker::ReportMaker(QObject *parent)
    : QObject(parent)
{}

ReportMaker::~ReportMaker() = default;

void ReportMaker::start(const ViewState &view, const ReportOptions &options,
                        std::vector<ReportFile> pictures)
{
    if (options.isAnonymous) {
        startAnonymous(view, options);
        return;
    }
    if (options.hasPictures && pictures.empty())
        pictures = reportPictures(view, options.range);
    write(reportRequest(view, options, std::move(pictures)));
}

/// First the part of the trace, then all else from it, as of any other trace.
void ReportMaker::startAnonymous(const ViewState &view, const ReportOptions &options)
{
    const auto fromPart = [this, options, format = view.timeFormat(),
                           marks = view.marks()](const Result<AnonymousPart> &part) {
        if (!part) {
            Q_EMIT failed(part.error());
            return;
        }
        ViewState shown;
        shown.setSnapshot(part->snapshot);
        shown.setTimeFormat(format);
        shown.setVisibleRange(options.range);
        for (const Marker marker : kMarkers)
            shown.setMarker(marker, marks.marker(marker));
        std::vector<ReportFile> pictures;
        if (options.hasPictures) {
            pictures = reportPictures(shown, options.range);
            pictures.pop_back(); // of the whole, which here is the same
        }
        ReportRequest request = reportRequest(shown, options, std::move(pictures));
        request.workshop = part->workshop;
        write(std::move(request));
    };
    m_job.start(
        [snapshot = view.rows().snapshot(), selection = view.rows().selection(),
         range = options.range,
         target = targetOf(options)](const std::stop_token &stop, Progress &progress) {
            return anonymousPart(snapshot, selection, range, target, stop, progress);
        },
        fromPart);
}

void ReportMaker::write(ReportRequest request)
{
    m_job.start(
        [request = std::move(request)](const std::stop_token &stop, Progress &progress) {
            return writeReport(request, stop, progress);
        },
        [this](const Result<ReportSummary> &summary) {
            if (summary)
                Q_EMIT finished(*summary);
            else
                Q_EMIT failed(summary.error());
        });
}

void ReportMaker::cancel()
{
    m_job.cancel();
}

} // namespace thresher::ui
