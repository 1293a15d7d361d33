// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
/// The menus of LaneControl.
#include "model/qt/numbertext.h"
#include "widgets/timeline/lanecontrol.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QWidgetAction>

#include <algorithm>
#include <array>

namespace thresher::ui {

namespace {

QAction *addChoice(QMenu *menu, const QString &text, bool isOn)
{
    auto *action = menu->addAction(text);
    action->setCheckable(true);
    action->setChecked(isOn);
    return action;
}

void addKey(QAction *action, const QKeySequence &key)
{
    action->setShortcut(key);
    action->setShortcutVisibleInContextMenu(true);
}

} // namespace

void LaneControl::addActions(QMenu *menu, QPoint position)
{
    const LaneRow *row = rowAt(position);
    if (row == nullptr || !m_state.snapshot())
        return;
    const Lane lane = row->lane;
    menu->addSeparator();
    if (lane.isFoldable)
        addKey(menu->addAction(lane.isFolded ? tr("Unfold") : tr("Fold"), this,
                               [this, lane] { fold(lane); }),
               Qt::Key_K);
    const auto id = lane.id();
    if (!id)
        return;
    if (lane.isOfTask() && position.x() >= kLabelWidth) {
        const TaskId task{lane.owner};
        const TimeNs time = m_scene().timeAt(position.x() + 0.5);
        addKey(menu->addAction(
                   tr("Why?"), this,
                   [this, task, time] { Q_EMIT whyRequested(static_cast<quint32>(task), time); }),
               Qt::Key_Y);
        menu->addAction(tr("Go to its next run"), this, [this, lane, time] {
            const auto &analysis = m_state.analysis();
            if (!analysis)
                return;
            const TrackKey key{TrackClass::TaskState, 0, lane.owner, 0};
            forEachSlice(*analysis, key, {time, kTimeMax}, [&](const Slice &slice, CpuId) {
                const bool isRun = slice.begin > time
                                   && slice.value == static_cast<std::uint32_t>(TaskState::Running);
                if (isRun) {
                    Lane states = lane;
                    states.kind = Lane::Kind::Task;
                    states.what = TrackClass::TaskState;
                    states.depth = 0;
                    setChosen({states, slice});
                    m_state.ensureVisible(slice.begin);
                }
                return !isRun;
            });
        });
    }
    if (lane.isOfPair() || lane.kind == Lane::Kind::Nested) {
        const double perPixel = static_cast<double>(m_scene().range.duration())
                                / std::max(1, m_scene().size.width() - kLabelWidth);
        if (const auto slice = sliceNear(position, static_cast<DurationNs>(3 * perPixel)))
            lane.isOfPair() ? addPairActions(menu, *slice) : addSliceActions(menu, *slice);
    }
    const bool isPinned = m_state.lanes().isPinned(*id);
    addKey(menu->addAction(isPinned ? tr("Unpin the lane") : tr("Pin the lane to the top"), this,
                           [this, id] {
                               change([&](LaneSet &set) {
                                   set.isPinned(*id) ? set.unpin(*id) : set.pin(*id);
                               });
                           }),
           Qt::Key_P);
    if (id->kind != LaneId::Kind::Cpu)
        addKey(menu->addAction(tr("Hide the lane"), this,
                               [this, id] { change([&](LaneSet &set) { set.hide(*id); }); }),
               Qt::Key_H);
}

void LaneControl::addSliceActions(QMenu *menu, const TaskSlice &slice)
{
    menu->addAction(tr("Select its range"), this, [this, slice] {
        m_state.setSelectedRange(TimeRange{slice.slice.begin, slice.slice.end});
    });
    if (const auto &analysis = m_scene().analysis)
        addProbeAction(*menu, offerOfSlice(*analysis, slice.lane.what, slice.slice.value),
                       m_requests);
}

void LaneControl::addChoices(QMenu *menu)
{
    if (!m_state.snapshot())
        return;
    addSearch(menu);
    const LaneSet &set = m_state.lanes();
    const bool hasTasks = m_state.analysis() != nullptr;
    struct Toggle
    {
        QString text;
        bool LaneSet::*is;
        bool isPossible;
    };
    const auto &analysis = m_state.analysis();
    const bool hasPairs = analysis
                          && std::ranges::any_of(analysis->pairs, [](const PairSummary &pair) {
                                 return pair.slices > 0;
                             });
    const bool hasCounters = analysis
                             && std::ranges::any_of(analysis->counters,
                                                    [](const CounterSummary &counter) {
                                                        return !counter.series.empty();
                                                    });
    const bool hasTexts = m_state.texts() && m_state.texts()->size() > 0;
    const std::array<Toggle, 7> toggles{
        {{tr("CPUs"), &LaneSet::showsCpus, true},
         {tr("Texts"), &LaneSet::showsMarks, hasTexts},
         {tr("Counters"), &LaneSet::showsCounters, hasCounters},
         {tr("Pairs"), &LaneSet::showsPairs, hasPairs},
         {tr("Tasks"), &LaneSet::showsTasks, hasTasks},
         {tr("Calls below tasks"), &LaneSet::showsCalls, hasTasks},
         {tr("Threads below their process"), &LaneSet::isGroupedByProcess, hasTasks}}};
    for (const Toggle &toggle : toggles) {
        QAction *action = addChoice(menu, toggle.text, set.*toggle.is);
        action->setEnabled(toggle.isPossible);
        connect(action, &QAction::triggered, this, [this, is = toggle.is](bool isOn) {
            change([&](LaneSet &changed) { changed.*is = isOn; });
        });
    }
    menu->addAction(tr("Pairs and counters…"), this, &LaneControl::specsRequested);
    addOrders(menu);
    menu->addSeparator();
    if (!set.hidden.empty())
        menu->addAction(tr("Show hidden lanes (%1)").arg(groupedNumber(set.hidden.size())), this,
                        [this] { change([](LaneSet &changed) { changed.hidden.clear(); }); });
    if (!set.pinned.empty())
        menu->addAction(tr("Unpin all lanes"), this,
                        [this] { change([](LaneSet &changed) { changed.pinned.clear(); }); });
    if (set != LaneSet())
        menu->addAction(tr("The usual lanes again"), this, [this] { m_state.setLanes(LaneSet()); });
    menu->addSeparator();
}

void LaneControl::addOrders(QMenu *menu)
{
    const LaneSet &set = m_state.lanes();
    menu->addSection(tr("Order of tasks"));
    const std::array<std::pair<TaskOrder, QString>, kTaskOrders> orders{
        {{TaskOrder::RunTime, tr("By time on CPUs")},
         {TaskOrder::Name, tr("By name")},
         {TaskOrder::FirstSeen, tr("By when first seen")},
         {TaskOrder::ByPid, tr("By pid")},
         {TaskOrder::ByHand, tr("By hand")}}};
    auto *group = new QActionGroup(menu);
    for (const auto &[order, text] : orders) {
        if (order == TaskOrder::ByHand && set.byHand.empty())
            continue;
        QAction *action = addChoice(menu, text, set.order == order);
        action->setEnabled(m_state.analysis() != nullptr);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, chosen = order] {
            change([chosen](LaneSet &changed) { changed.order = chosen; });
        });
    }
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): the menu owns the group
}

void LaneControl::addSearch(QMenu *menu)
{
    auto *line = new QWidget(menu);
    auto *layout = new QHBoxLayout(line);
    layout->setContentsMargins(8, 6, 8, 6);
    auto *field = new QLineEdit(m_state.lanes().search, line);
    field->setObjectName(QStringLiteral("laneSearch"));
    field->setPlaceholderText(tr("Lanes by name or pid"));
    field->setAccessibleName(field->placeholderText());
    field->setClearButtonEnabled(true);
    field->setMinimumWidth(200);
    layout->addWidget(field);
    auto *action = new QWidgetAction(menu);
    action->setDefaultWidget(line);
    menu->addAction(action);
    connect(field, &QLineEdit::textChanged, this, [this](const QString &text) {
        change([&](LaneSet &set) { set.search = text.trimmed(); });
    });
    connect(field, &QLineEdit::returnPressed, menu, &QMenu::close);
    // Whoever opens the menu by its key means to type.
    QMetaObject::invokeMethod(
        field, [field] { field->setFocus(Qt::ShortcutFocusReason); }, Qt::QueuedConnection);
}

} // namespace thresher::ui
