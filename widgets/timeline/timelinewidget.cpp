// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/timelinewidget.h"

#include "widgets/theme.h"
#include "widgets/timeformat.h"
#include "widgets/timeline/vectorcanvas.h"

#include <QActionGroup>
#include <QFocusEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QToolButton>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kLargeLaneHeight = 40;
/// A machine of few CPUs need not leave half the window empty.
constexpr int kRoomyLaneHeight = 36;
/// The least height at which a slice's name is readable; below it one has to ask for it.
constexpr int kReadableLaneHeight = 18;
/// How far from the pointer a thing counts as pointed at.
constexpr double kReach = 3;

/// @param isAll  there are no others: the room is theirs.
int laneHeight(LaneSize size, std::size_t lanes, int room, bool isAll)
{
    switch (size) {
    case LaneSize::Normal:
        return kLaneHeight;
    case LaneSize::Large:
        return kLargeLaneHeight;
    case LaneSize::FitAll:
        return fittingLaneHeight(lanes, room);
    case LaneSize::Automatic:
        break;
    }
    return std::max(kReadableLaneHeight,
                    fittingLaneHeight(lanes, room, isAll ? kRoomyLaneHeight : kLaneHeight));
}

/// Tasks' lanes stay readable; there are too many to fit in view.
int taskHeight(LaneSize size, int laneHeight)
{
    return size == LaneSize::Large ? kLargeLaneHeight
                                   : std::clamp(laneHeight, kReadableLaneHeight, kLaneHeight);
}

} // namespace

TimelineWidget::TimelineWidget(ViewState &state, QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_state(state)
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Timeline"));

    m_lanesButton = new QToolButton(viewport());
    m_lanesButton->setText(tr("Lanes ▾"));
    m_lanesButton->setToolTip(tr("Which lanes there are, in which order, and how high (L)"));
    m_lanesButton->setProperty("flat", true);
    m_lanesButton->setFont(fonts().small);
    m_lanesButton->setFocusPolicy(Qt::TabFocus);
    m_lanesButton->setPopupMode(QToolButton::InstantPopup);
    m_lanesButton->setCursor(Qt::ArrowCursor);
    auto *menu = new QMenu(m_lanesButton);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        m_lanes->addChoices(menu);
        addLaneSizes(menu);
    });
    m_lanesButton->setMenu(menu);
    m_lanesButton->setGeometry(4, 3, kLanesButtonEnd - 4, kRulerHeight - 6);

    connectLanes();
    connect(&m_state, &ViewState::changed, this, &TimelineWidget::stateChanged);
    updateLayout();
}

TimelineWidget::~TimelineWidget() = default;

void TimelineWidget::setEventLine(EventLine line)
{
    m_lanes->setEventLine(line);
    m_eventLine = std::move(line);
}

void TimelineWidget::setMarkText(const MarkText &text)
{
    m_lanes->setMarkText(text);
    m_renderer.setMarkText(text);
}

void TimelineWidget::setCallProvider(const CallProvider &provider)
{
    m_lanes->setCallProvider(provider);
    m_renderer.setCallProvider(provider);
}

void TimelineWidget::setRequests(ViewRequests *requests)
{
    m_requests = requests;
    m_lanes->setRequests(requests);
}

void TimelineWidget::setLaneSize(LaneSize size)
{
    if (size == m_laneSize)
        return;
    m_laneSize = size;
    updateLayout();
    Q_EMIT laneSizeChanged(size);
}

void TimelineWidget::addLaneSizes(QMenu *menu)
{
    struct Choice
    {
        LaneSize size;
        QString text;
    };
    const std::array<Choice, 4> choices{{{LaneSize::Automatic, tr("Automatic height")},
                                         {LaneSize::Normal, tr("Normal lanes")},
                                         {LaneSize::Large, tr("Large lanes")},
                                         {LaneSize::FitAll, tr("All CPUs in view")}}};
    auto *group = new QActionGroup(menu);
    for (const Choice &choice : choices) {
        auto *action = menu->addAction(choice.text, this,
                                       [this, size = choice.size] { setLaneSize(size); });
        action->setCheckable(true);
        action->setChecked(choice.size == m_laneSize);
        group->addAction(action);
    }
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): the menu owns the group
}

std::shared_ptr<const IndexSnapshot> TimelineWidget::shownSnapshot() const
{
    return m_state.selectionSnapshot();
}

void TimelineWidget::stateChanged(ViewState::Changes changes)
{
    if ((changes & ViewState::SnapshotChanged) && m_scene.snapshot
        && (!m_state.snapshot() || m_state.snapshot()->trace != m_scene.snapshot->trace))
        m_lanes->reset();
    if (changes
        & (ViewState::SnapshotChanged | ViewState::FilterChanged | ViewState::AnalysisChanged
           | ViewState::LanesChanged))
        updateLayout();
    m_isSceneStale = true;
    updateHover();
    if (changes & (ViewState::VisibleRangeChanged | ViewState::SnapshotChanged))
        updateAccessible();
    viewport()->update();
}

void TimelineWidget::updateLayout()
{
    std::vector<Lane> lanes;
    const auto &snapshot = m_state.snapshot();
    m_scene.analysis = m_state.analysis();
    m_scene.texts = m_state.texts();
    if (snapshot)
        lanes = makeLanes(m_state.lanes(), *snapshot, m_scene.analysis.get(), m_state.filter(),
                          m_scene.texts ? m_scene.texts->size() : 0);
    m_scene.cpuCount = snapshot ? snapshot->cpus().size() : 0;
    const auto cpus = static_cast<std::size_t>(std::ranges::count_if(
        lanes, [](const Lane &lane) { return lane.kind == Lane::Kind::Cpu; }));
    // The scroll bar takes width, not height, so there is no circle here.
    const int room = viewport()->height() - kRulerHeight;
    const bool isOnlyCpus = std::ranges::none_of(
        lanes, [](const Lane &lane) { return lane.kind > Lane::Kind::Cpu; });
    const int height = laneHeight(m_laneSize, cpus, room, isOnlyCpus);
    m_scene.layout = LaneLayout(lanes, height, taskHeight(m_laneSize, height));
    verticalScrollBar()->setRange(0, std::max(0, m_scene.layout.contentHeight() - room));
    verticalScrollBar()->setPageStep(std::max(1, room));
    verticalScrollBar()->setSingleStep(m_scene.layout.laneHeight());
    m_lanes->followLayout();
    m_isSceneStale = true;
    viewport()->update();
}

void TimelineWidget::updateScene()
{
    if (!m_isSceneStale)
        return;
    m_isSceneStale = false;
    m_scene.snapshot = shownSnapshot();
    m_scene.selection = m_state.selection();
    m_scene.matches = m_state.filterUse().highlight ? m_state.matches() : nullptr;
    m_scene.found = m_state.found().shown;
    m_scene.range = m_state.visibleRange();
    m_scene.style = timeStyle(m_state);
    m_scene.scroll = verticalScrollBar()->value();
    m_scene.size = viewport()->size();
    m_scene.dpr = devicePixelRatioF();
    m_scene.theme = &Theme::of(this);
}

const TimelineScene &TimelineWidget::scene()
{
    updateScene();
    return m_scene;
}

TimelineOverlay TimelineWidget::overlay() const
{
    TimelineOverlay overlay;
    overlay.selected = m_state.selectedRange();
    overlay.hovered = m_hovered;
    overlay.lanes = m_lanes->overlay();
    std::ranges::copy(m_renderer.wakes(), std::back_inserter(overlay.lanes.wakes));
    overlay.marks = {m_state.marks(), m_hoveredMark, m_draggedMark};
    if (!m_hoveredMark && !m_draggedMark) // whose flag its time would cover
        overlay.pointer = m_pointer;
    overlay.lanes = m_lanes->overlay();
    std::ranges::copy(m_renderer.wakes(), std::back_inserter(overlay.lanes.wakes));
    overlay.card = m_card;
    if (m_pointer || !overlay.marks.marks.isEmpty())
        overlay.rulerLabels = m_renderer.rulerLabels();
    overlay.hasFocusFrame = m_hasFocusFrame;
    if (m_scene.snapshot && m_scene.snapshot->isComplete && m_scene.snapshot->eventCount == 0)
        overlay.emptyText = tr("This recording holds no events.");
    const auto &snapshot = m_state.snapshot();
    if (const auto place = m_state.currentEvent();
        place && snapshot && place->stream < snapshot->streams.size()
        && place->event < snapshot->streams[place->stream].size) {
        overlay.current = {snapshot->streams[place->stream].time(place->event),
                           snapshot->trace->streams()[place->stream].cpu};
    }
    return overlay;
}

void TimelineWidget::paintEvent(QPaintEvent *event)
{
    Q_UNUSED(event)
    updateScene();
    QPainter painter(viewport());
    // The screen's, or that of the picture that the widget is rendered to.
    m_scene.dpr = pixelRatio(painter, *this);
    if (isVector(painter)) {
        m_renderer.paint(m_scene, painter);
    } else {
        if (m_image.isNull() || m_painted != m_scene) {
            m_renderer.render(m_scene, m_image);
            m_painted = m_scene;
        }
        painter.drawImage(QPoint(0, 0), m_image);
    }
    paintOverlay(painter, m_scene, overlay());
    m_scene.dpr = devicePixelRatioF();
}

/// Finds what is under the pointer anew: it, or what is drawn there, has moved.
void TimelineWidget::updateHover()
{
    m_hovered.reset();
    m_card.reset();
    m_hoveredMark = m_pointer && m_drag == Drag::None ? markAt(*m_pointer) : std::nullopt;
    const bool isDragging = m_drag != Drag::None && m_drag != Drag::Pressed;
    if (!m_pointer || isDragging || !isInLanes(*m_pointer)) {
        std::ignore = m_lanes->hover(std::nullopt, 0);
        return;
    }
    updateScene();
    m_card = m_lanes->hover(*m_pointer, durationOf(kReach));
    const auto cpu = cpuAt(*m_pointer);
    if (!cpu || !m_scene.snapshot)
        return;
    const TimeNs time = m_scene.timeAt(m_pointer->x() + 0.5);
    const CpuMoment moment = momentNear(*m_scene.snapshot, m_scene.selection.get(), *cpu, time,
                                        durationOf(kReach));
    if (moment.running && moment.running->value != kNoValue
        && TaskId{moment.running->value} != kIdleTask)
        m_hovered = {*cpu, *moment.running};
    QString line;
    if (moment.nearestEvent && m_eventLine)
        line = m_eventLine(*moment.nearestEvent);
    m_card = hoverText(*m_scene.snapshot, *cpu, moment, m_scene.style, line);
}

void TimelineWidget::updateAccessible()
{
    const TimeRange range = m_state.visibleRange();
    const TimeStyle style = timeStyle(m_state);
    const DurationNs resolution = std::max<DurationNs>(1, range.duration() / 1000);
    setAccessibleDescription(tr("%1 CPUs, %2 to %3")
                                 .arg(m_scene.layout.cpuRows())
                                 .arg(formatTimeWithUnit(range.begin, style, resolution),
                                      formatTimeWithUnit(range.end, style, resolution)));
}

bool TimelineWidget::isInLanes(QPoint position) const
{
    return position.x() >= kLabelWidth && position.y() >= kRulerHeight
           && viewport()->rect().contains(position);
}

std::optional<CpuId> TimelineWidget::cpuAt(QPoint position)
{
    updateScene();
    const LaneRow *row = m_scene.rowAt(position.y());
    return row && row->isCpu() ? std::optional(row->cpu) : std::nullopt;
}

DurationNs TimelineWidget::durationOf(double pixels) const
{
    const double width = std::max(1, viewport()->width() - kLabelWidth);
    const double duration = pixels / width * static_cast<double>(m_state.visibleRange().duration());
    return static_cast<DurationNs>(std::clamp(std::round(duration), -9.2e18, 9.2e18));
}

void TimelineWidget::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateLayout();
}

void TimelineWidget::scrollContentsBy(int dx, int dy)
{
    Q_UNUSED(dx)
    Q_UNUSED(dy)
    m_isSceneStale = true;
    updateHover();
    viewport()->update();
}

void TimelineWidget::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        m_isSceneStale = true;
        viewport()->update();
    }
}

void TimelineWidget::focusInEvent(QFocusEvent *event)
{
    // Who came by mouse knows where he is.
    m_hasFocusFrame = event->reason() == Qt::TabFocusReason
                      || event->reason() == Qt::BacktabFocusReason
                      || event->reason() == Qt::ShortcutFocusReason;
    viewport()->update();
}

void TimelineWidget::focusOutEvent(QFocusEvent *event)
{
    Q_UNUSED(event)
    m_hasFocusFrame = false;
    viewport()->update();
}

} // namespace thresher::ui
