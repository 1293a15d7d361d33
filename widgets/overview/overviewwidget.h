// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/qt/viewstate.h"
#include "widgets/overview/overviewgeometry.h"
#include "widgets/timeline/lanepainter.h"

#include <QImage>
#include <QSize>
#include <QWidget>

#include <optional>

namespace thresher::ui {

struct Theme;

/// The whole trace in one strip: how many events, what is lost, and which part the timeline shows.
///
/// Drag the marked part to move it, its edges to widen it; click elsewhere to go there; shift +
/// drag marks a part anew. Wheel: zoom as in the timeline, at the pointer.
class OverviewWidget final : public QWidget
{
    Q_OBJECT

public:
    /// @param state  must outlive the widget.
    explicit OverviewWidget(ViewState &state, QWidget *parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override { return {900, 46}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {320, 46}; }

    /// Where the visible range is marked, logical pixels; for tests.
    [[nodiscard]] ViewportSpan viewportSpan() const;

protected:
    void paintEvent(QPaintEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    enum class Drag : std::uint8_t { None, Move, Left, Right, New };

    /// What decides the strip's picture.
    struct Key
    {
        std::shared_ptr<const IndexSnapshot> snapshot;
        std::shared_ptr<const Selection> selection;
        std::shared_ptr<const Selection> matches; ///< To be marked; null: none.
        std::shared_ptr<const Selection> found; ///< The same, in another colour.
        TimeRange range;
        QSize size;
        double dpr = 0;
        const Theme *theme = nullptr;
        friend bool operator==(const Key &, const Key &) = default;
    };
    void stateChanged(ViewState::Changes changes);
    void query(const Key &key, std::uint32_t columns);
    void queryMarks(const Key &key, const Selection &selection, std::uint32_t columns);
    void render(const Key &key);
    void paintShapes(QPainter &painter, const Key &key);
    void paintMarks(const LaneTarget &target, const Key &key, const Selection &selection, int top,
                    const QColor &colour);
    void paintCaption(QPainter &painter, const Theme &theme) const;
    void paintViewport(QPainter &painter, const Theme &theme) const;
    void dragTo(double x);
    void updateCursor(double x, bool isShiftHeld);
    [[nodiscard]] Key key(double dpr) const;
    [[nodiscard]] double xOf(TimeNs time) const;
    [[nodiscard]] TimeNs timeAt(double x) const;

    ViewState &m_state;
    Key m_key;
    QImage m_image;
    Overview m_overview;
    OverviewDrawList m_list;
    std::vector<std::uint32_t> m_matches;
    std::vector<LaneRect> m_marks;
    Drag m_drag = Drag::None;
    double m_pressedX = 0;
    TimeRange m_pressedRange;
    TimeNs m_pressedTime = 0;
};

} // namespace thresher::ui
