// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "widgets/timeline/counterpainter.h"
#include "widgets/timeline/lanelayout.h"
#include "widgets/timeline/lanepainter.h"
#include "widgets/timeline/taskpainter.h"
#include "widgets/timeline/textsprites.h"

#include <QImage>
#include <QRect>

#include <array>

namespace thresher::ui {

/// What a timeline is painted on: pixels on a screen, or shapes in a document. Where things lie,
/// and which texts there are, is decided above it (TimelineRenderer); so all canvases show the
/// same. Device pixels throughout. GUI thread, but for paintLane().
class TimelineCanvas
{
public:
    enum class Font : std::uint8_t {
        Lane, ///< CPU 3
        Load, ///< 43 %
        Group,
        Name, ///< Of slices; in the ruler.
    };
    static constexpr std::size_t kFonts = 4;
    /// Threads that may call paintLane() at the same time, each with a number of its own.
    static constexpr std::size_t kWorkers = 2;

    TimelineCanvas() = default;
    TimelineCanvas(const TimelineCanvas &) = delete;
    TimelineCanvas &operator=(const TimelineCanvas &) = delete;
    virtual ~TimelineCanvas();

    [[nodiscard]] virtual QSize size() const = 0;
    /// Threads that paintLane() stands: 1 or kWorkers.
    [[nodiscard]] virtual std::size_t workers() const = 0;
    virtual void setFont(Font which, const QFont &font, double dpr) = 0;
    virtual void fill(QRect rect, QRgb colour) = 0;

    [[nodiscard]] virtual int textWidth(Font font, const QString &text) = 0;
    [[nodiscard]] virtual int textHeight(Font font) const = 0;
    /// As TextSprites::draw().
    virtual int drawText(Font font, QPoint at, int width, std::string_view utf8, QRgb colour,
                         unsigned alpha)
        = 0;
    int drawText(Font font, QPoint at, int width, const QString &text, QRgb colour);

    /// A lane at `place` (top and height in the picture), right of `left`; nothing of it above
    /// `clipTop`.
    struct LanePlace
    {
        Stripe place;
        int left = 0;
        int clipTop = 0;
        std::uint32_t columns = 0;
    };
    virtual void paintLane(std::size_t worker, const LaneDrawList &list, const LanePlace &place,
                           const LaneLook &look)
        = 0;
    /// The same of a task's lane.
    virtual void paintTaskLane(std::size_t worker, const TaskLaneList &list, const LanePlace &place,
                               const TaskLook &look)
        = 0;
    /// The same of a counter's lane.
    virtual void paintCounterLane(std::size_t worker, const CounterLaneList &list,
                                  const LanePlace &place, const CounterLook &look)
        = 0;
    /// All lanes of the picture have been given.
    virtual void endLanes() = 0;
};

/// Pixels, as fast as they can be written.
class ImageCanvas final : public TimelineCanvas
{
public:
    /// @param image  of Format_RGB32, not shared; must outlive what is painted.
    void setImage(QImage &image);

    [[nodiscard]] QSize size() const override { return m_image->size(); }
    [[nodiscard]] std::size_t workers() const override { return kWorkers; }
    void setFont(Font which, const QFont &font, double dpr) override;
    void fill(QRect rect, QRgb colour) override;
    [[nodiscard]] int textWidth(Font font, const QString &text) override;
    [[nodiscard]] int textHeight(Font font) const override;
    int drawText(Font font, QPoint at, int width, std::string_view utf8, QRgb colour,
                 unsigned alpha) override;
    void paintLane(std::size_t worker, const LaneDrawList &list, const LanePlace &place,
                   const LaneLook &look) override;
    void paintTaskLane(std::size_t worker, const TaskLaneList &list, const LanePlace &place,
                       const TaskLook &look) override;
    void paintCounterLane(std::size_t worker, const CounterLaneList &list, const LanePlace &place,
                          const CounterLook &look) override;
    void endLanes() override {}

private:
    [[nodiscard]] LaneTarget targetOf(const LanePlace &place) const;

    QImage *m_image = nullptr;
    QRgb *m_pixels = nullptr; ///< Taken before threads write, as bits() may copy.
    std::ptrdiff_t m_stride = 0;
    std::array<LanePainter, kWorkers> m_painters;
    std::array<TextSprites, kFonts> m_text;
};

} // namespace thresher::ui
