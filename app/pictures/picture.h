// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"
#include "model/qt/viewstate.h"
#include "widgets/timeline/timelinewidget.h"

#include <QByteArray>
#include <QImage>
#include <QSize>
#include <QString>

#include <optional>

class QPainter;

/// Pictures of a trace for documents, mails and bug reports.
namespace thresher::ui {

enum class PictureFormat : std::uint8_t { Png, Svg, Pdf };
enum class PictureWhat : std::uint8_t {
    Timeline, ///< Overview, ruler and lanes.
    Window, ///< All that the program shows.
};
enum class PictureColours : std::uint8_t { AsShown, Light, Dark };

inline constexpr int kLargestScale = 3;
/// Of a picture, in pixels that are written.
inline constexpr int kLargestPictureSide = 16384;
inline constexpr qint64 kMostPicturePixels = qint64{128} << 20;

/// What a picture is to be.
struct PictureOptions
{
    PictureWhat what = PictureWhat::Timeline;
    PictureColours colours = PictureColours::Light;
    bool hasOverview = true; ///< Of PictureWhat::Timeline.
    bool hasCaption = true;
    /// Of the whole picture, before scaling; empty: what is drawn is as large as on the screen, and
    /// the caption comes to it.
    QSize size;
    int scale = 1; ///< PNG: pixels to one of the screen's, up to kLargestScale.
};

/// What is drawn.
struct PictureSubject
{
    ViewState &view;
    /// On the screen, for its size, the lanes' height and how far they are scrolled; null: all
    /// lanes are fitted in.
    TimelineWidget *timeline = nullptr;
    QWidget *window = nullptr; ///< For PictureWhat::Window.
};

/// Sets a picture up once, and draws it in any format: at the same size, saying the same. GUI
/// thread. A picture costs what its pixels do, whatever the number of events; vectors some tenths
/// of a second.
class Picture
{
public:
    /// Makes what has to be made; the subject must outlive it and keep its state.
    Picture(const PictureSubject &subject, const PictureOptions &options);
    Picture(const Picture &) = delete; // the colours of the whole program may be on loan
    Picture &operator=(const Picture &) = delete;
    ~Picture();

    /// Before scaling; logical pixels.
    [[nodiscard]] QSize size() const;
    [[nodiscard]] QImage image() const;
    /// Fails where the picture would be too large for memory.
    [[nodiscard]] Result<QByteArray> bytes(PictureFormat format) const;
    /// What it says of itself, also where the caption is not drawn.
    [[nodiscard]] QString description() const;

private:
    void render(QPainter &painter) const;
    [[nodiscard]] QByteArray png() const;
    [[nodiscard]] QByteArray svg() const;
    [[nodiscard]] QByteArray pdf() const;
    struct Private;
    std::unique_ptr<Private> d;
};

/// By the ending of a file's name; nullopt if it is of none.
[[nodiscard]] std::optional<PictureFormat> pictureFormatOf(const QString &path);
[[nodiscard]] QString endingOf(PictureFormat format); ///< "png"

/// Writes a file as a whole or not at all; a pipe is written to. Refuses devices and folders, and
/// says why where it cannot write.
[[nodiscard]] Result<void> writePicture(const QByteArray &bytes, const QString &path);

/// Another view of the same trace, showing the same: to draw it at another range.
[[nodiscard]] std::unique_ptr<ViewState> copyOf(const ViewState &view);

} // namespace thresher::ui
