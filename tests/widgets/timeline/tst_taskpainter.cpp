// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "model/analysis/syscallvalue.h"
#include "widgets/oklch.h"
#include "widgets/timeline/slicecolours.h"
#include "widgets/timeline/taskgeometry.h"
#include "widgets/timeline/taskpainter.h"

#include <QImage>
#include <QTest>

#include <array>
#include <cmath>
#include <map>
#include <random>

using namespace thresher;
using namespace thresher::ui;

namespace {

constexpr int kWidth = 60;
constexpr int kHeight = 24;

TrackLane laneOfColumns(std::uint32_t columns)
{
    TrackLane lane;
    lane.columns.resize(columns);
    lane.background.assign(columns, TrackLane::kNoBackground);
    return lane;
}

void put(TrackLane &lane, std::uint32_t column, TaskState state, std::uint16_t covered)
{
    lane.columns[column].value = static_cast<std::uint32_t>(state);
    lane.columns[column].covered = covered;
}

/// A lane over its whole width in one state; 1 where it is not as the ground.
QImage painted(const TaskLaneList &list, const Theme &theme = Theme::light())
{
    QImage image(kWidth, kHeight, QImage::Format_RGB32);
    image.fill(Qt::magenta);
    LaneTarget target;
    target.pixels = reinterpret_cast<QRgb *>(image.bits());
    target.stride = image.bytesPerLine() / 4;
    target.columns = kWidth;
    target.height = kHeight;
    target.clipBottom = kHeight;
    TaskLook look;
    look.lane.theme = &theme;
    look.stripes = taskStripes(kHeight);
    look.running = qRgb(90, 160, 90);
    paintTaskLane(list, target, look);
    return image;
}

TaskLaneList listOf(TaskState state, std::uint8_t level = kFullLevel)
{
    TaskLaneList list;
    const LaneRect rect{0, kWidth, static_cast<std::uint32_t>(state), level};
    (isActive(state) ? list.slices : list.background).push_back(rect);
    return list;
}

/// The pixels of a picture by the order in which their colours come first: what is left of it
/// without them.
std::vector<int> shapeOf(const QImage &image)
{
    std::map<QRgb, int> order{{Theme::light().background.rgb(), 0}};
    std::vector<int> shape;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            shape.push_back(
                order.emplace(image.pixel(x, y), static_cast<int>(order.size())).first->second);
    }
    return shape;
}

std::vector<LaneRect> randomRects(std::mt19937_64 &random)
{
    const auto below = [&random](std::uint32_t n) {
        return static_cast<std::uint32_t>(random() % n);
    };
    std::vector<LaneRect> rects;
    for (std::uint32_t x = below(4); x < kWidth; x += below(3)) {
        const std::uint32_t end = std::min<std::uint32_t>(kWidth, x + 1 + below(9));
        rects.push_back(
            {x, end, below(kTaskStates), static_cast<std::uint8_t>(1 + below(kFullLevel))});
        x = end;
    }
    return rects;
}

TaskLaneList randomList(std::mt19937_64 &random)
{
    TaskLaneList list;
    for (auto *rects : {&list.background, &list.slices, &list.runs, &list.unknown, &list.edges}) {
        if (random() % 3 != 0)
            *rects = randomRects(random);
    }
    return list;
}

/// What is to be seen in a pixel of a lane without losses, layer by layer.
QRgb naivePixel(const TaskLaneList &list, const TaskLook &look, std::uint32_t x, int y, int phase)
{
    const Theme &theme = *look.lane.theme;
    const auto period = static_cast<unsigned>(std::max(4L, std::lround(5 * look.lane.dpr)));
    const QRgb plain = (look.lane.isOdd ? theme.oddLane : theme.background).rgb();
    const auto grid = look.lane.gridColumns;
    QRgb pixel = std::ranges::find(grid, x) != grid.end() ? theme.grid.rgb() : plain;
    const auto lay = [&](const LaneRect &rect, const StateLook &of, unsigned alpha) {
        const int row = y - of.stripe.top;
        if (x < rect.begin || x >= rect.end || row < 0 || row >= of.stripe.height)
            return;
        const bool isOutline = of.pattern == Pattern::Hollow
                               && (row == 0 || row + 1 == of.stripe.height || x == rect.begin
                                   || x + 1 == rect.end);
        const unsigned strength = isOutline
                                      ? 255
                                      : patternAlpha(of.pattern, x % period,
                                                     static_cast<unsigned>(y + phase), period);
        pixel = mixed(pixel, of.colour, strength * alpha / 255);
    };
    const auto lookOf = [&](std::uint32_t state) {
        return stateLook(static_cast<TaskState>(state), look.stripes, theme, look.running,
                         look.lane.dpr);
    };
    for (const LaneRect &rect : list.background)
        lay(rect, lookOf(rect.value), 255);
    for (const LaneRect &rect : list.unknown)
        lay(rect, unknownLook(look.stripes, theme), 255);
    for (std::size_t i = 0; i < list.slices.size(); ++i) {
        const LaneRect &rect = list.slices[i];
        const StateLook of = look.colours.empty()
                                 ? lookOf(rect.value)
                                 : StateLook{Pattern::Solid, look.colours[i], look.stripes.state};
        lay(rect, of, levelAlpha(rect.level));
    }
    for (const LaneRect &rect : list.runs)
        lay(rect, runsLook(look.stripes, look.running, look.lane.dpr), 255);
    for (const LaneRect &rect : list.edges)
        lay(rect, {Pattern::Solid, plain, look.stripes.state}, kEdgeAlpha);
    return pixel;
}

} // namespace

class tst_TaskPainter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void columnsBecomeRectangles()
    {
        TrackLane lane = laneOfColumns(10);
        for (std::uint32_t x = 0; x < 8; ++x)
            lane.background[x] = static_cast<std::uint8_t>(TaskState::Sleeping);
        put(lane, 2, TaskState::Running, 65535);
        put(lane, 3, TaskState::Running, 65535);
        put(lane, 4, TaskState::Blocked, 1);
        lane.columns[9].flags = kTrackUnknown;
        for (const std::uint32_t x : {3U, 4U, 6U}) // the state of column 3 says it already
            lane.columns[x].flags = kTrackHolds;
        lane.labelled = {{20, 40, 1}, {40, 41, 4}};
        const std::vector<std::uint8_t> lost{0, 0, 0, 0, 0, 0, 1, 0, 0, 0};
        TaskLaneList list;
        buildTaskLane(lane, {{0, 100}, 10}, lost, 3, list);
        QCOMPARE(dump(list), std::string("background 0..8 value 5 level 15\n"
                                         "slice 2..4 value 1 level 15\n"
                                         "slice 4..5 value 4 level 1\n"
                                         "runs 4..5\n"
                                         "runs 6..7\n"
                                         "unknown 9..10\n"
                                         "lost 5..8\n"
                                         "label 2..4 value 1\n"));
    }

    void oneThatFollowsAnotherLikeItHasAnEdge()
    {
        TrackLane lane = laneOfColumns(10);
        lane.labelled = {{20, 40, 1}, {40, 60, 1}, {70, 90, 1}};
        TaskLaneList list;
        buildTaskLane(lane, {{0, 100}, 10}, {}, 3, list);
        QCOMPARE(list.edges, (std::vector<LaneRect>{{4, 5, 1, 1}}));
    }

    void everyCoveredColumnIsSeen()
    {
        std::mt19937 random(5);
        for (int i = 0; i < 200; ++i) {
            TrackLane lane = laneOfColumns(kWidth);
            std::vector<bool> isActiveColumn(kWidth);
            for (std::uint32_t x = 0; x < kWidth; ++x) {
                lane.background[x] = static_cast<std::uint8_t>(TaskState::Sleeping);
                if (random() % 4 == 0) {
                    put(lane, x, static_cast<TaskState>(1 + random() % 4),
                        static_cast<std::uint16_t>(1 + random() % 5));
                    isActiveColumn[x] = true;
                }
            }
            TaskLaneList list;
            buildTaskLane(lane, {{0, 1000}, kWidth}, {}, 3, list);
            const QImage image = painted(list);
            const int middle = taskStripes(kHeight).state.height / 2;
            for (int x = 0; x < kWidth; ++x) {
                bool isSeen = false; // above the line of those that sleep
                for (int y = 2; y <= middle; ++y)
                    isSeen = isSeen || image.pixel(x, y) != Theme::light().background.rgb();
                QCOMPARE(isSeen, bool(isActiveColumn[static_cast<std::size_t>(x)]));
            }
        }
    }

    void aLittleRunningIsSeenUnderWhatLastsLonger()
    {
        for (const Theme *theme : {&Theme::light(), &Theme::dark()}) {
            for (const TaskState state :
                 {TaskState::Blocked, TaskState::Runnable, TaskState::Preempted}) {
                TaskLaneList list = listOf(state);
                const QImage without = painted(list, *theme);
                list.runs.push_back({0, kWidth, 0, kFullLevel});
                const QImage with = painted(list, *theme);
                const Stripe place = taskStripes(kHeight).state;
                int strip = 0;
                for (int y = 0; y < kHeight; ++y) {
                    const bool isStrip = with.pixel(9, y) == qRgb(90, 160, 90);
                    strip += isStrip ? 1 : 0;
                    if (!isStrip)
                        QCOMPARE(with.pixel(9, y), without.pixel(9, y));
                }
                QCOMPARE_GE(strip, 2); // seen,
                QCOMPARE_LE(strip, place.height / 3); // and the state above it, too
            }
        }
    }

    void statesDifferInShapeToo()
    {
        std::map<std::vector<int>, int> shapes;
        for (std::size_t state = 0; state < kTaskStates; ++state)
            shapes[shapeOf(painted(listOf(static_cast<TaskState>(state))))] = static_cast<int>(
                state);
        TaskLaneList unknown;
        unknown.unknown.push_back({0, kWidth, 0, kFullLevel});
        shapes[shapeOf(painted(unknown))] = -1;
        QCOMPARE(shapes.size(), kTaskStates + 1);
    }

    void rowsAreComposedAsPixelByPixel()
    {
        std::mt19937_64 random(5);
        for (int round = 0; round < 200; ++round) {
            const Theme &theme = round % 2 == 0 ? Theme::light() : Theme::dark();
            const TaskLaneList list = randomList(random);
            std::vector<QRgb> colours(round % 3 == 0 ? list.slices.size() : 0);
            for (QRgb &colour : colours)
                colour = 0xff000000U | static_cast<QRgb>(random());
            const std::vector<std::uint32_t> grid{3, kWidth - 1, kWidth + 5};
            const int height = 1 + static_cast<int>(random() % 40);
            TaskLook look;
            look.lane.theme = &theme;
            look.lane.isOdd = random() % 2 == 0;
            look.lane.dpr = std::array{1.0, 1.5, 2.0}[random() % 3];
            look.lane.gridColumns = grid;
            look.stripes = taskStripes(height);
            look.running = qRgb(90, 160, 90);
            look.colours = colours;
            QImage image(kWidth, height, QImage::Format_RGB32);
            LaneTarget target;
            target.pixels = reinterpret_cast<QRgb *>(image.bits());
            target.stride = image.bytesPerLine() / 4;
            target.columns = kWidth;
            target.height = height;
            target.clipBottom = height;
            target.phase = static_cast<int>(random() % 100);
            paintTaskLane(list, target, look);
            for (int y = 0; y < height; ++y) {
                for (std::uint32_t x = 0; x < kWidth; ++x) {
                    const QRgb naive = naivePixel(list, look, x, y, target.phase);
                    if (image.pixel(static_cast<int>(x), y) != naive)
                        QFAIL(qPrintable(
                            QStringLiteral("round %1, %2, %3").arg(round).arg(x).arg(y)));
                }
            }
        }
    }

    void slicesHaveTheColourOfWhatTheySay()
    {
        SliceColours colours;
        colours.reset(Theme::light());
        Lane lane;
        lane.kind = Lane::Kind::Nested;
        lane.what = TrackClass::Syscall;
        const std::uint32_t failed = SyscallValue::kFailed;
        SliceColours::OfLane &calls = colours.of(lane);
        QCOMPARE(calls(257), Theme::light().taskColour("xjB", 1));
        QCOMPARE(calls(257 | failed), calls(257));
        QCOMPARE(calls(257), calls(257 + 26 * 26)); // there are no more
        QVERIFY(calls(257) != calls(258));
        lane.what = TrackClass::Call;
        QVERIFY(colours.of(lane)(257) != calls(257));
        lane.what = TrackClass::Pair;
        lane.of.name = "block";
        SliceColours::OfLane &pairs = colours.of(lane);
        // More than there is room for at a time: each has its own again whenever it is asked for.
        for (int round = 0; round < 2; ++round) {
            for (std::uint32_t key = 0; key < 5000; key += 7)
                QCOMPARE(pairs(key), Theme::light().taskColour("block", static_cast<Pid>(key + 1)));
        }
        colours.reset(Theme::dark());
        QCOMPARE(colours.of(lane)(7), Theme::dark().taskColour("block", 8));
    }

    void nothingIsPaintedOutsideTheClip()
    {
        QImage image(kWidth, kHeight, QImage::Format_RGB32);
        image.fill(Qt::magenta);
        LaneTarget target;
        target.pixels = reinterpret_cast<QRgb *>(image.bits());
        target.stride = image.bytesPerLine() / 4;
        target.columns = kWidth;
        target.height = kHeight;
        target.clipTop = 5;
        target.clipBottom = 11;
        TaskLook look;
        look.lane.theme = &Theme::dark();
        look.stripes = taskStripes(kHeight);
        TaskLaneList list = listOf(TaskState::Blocked);
        list.lost.push_back({0, kWidth, 0, 1});
        paintTaskLane(list, target, look);
        for (int y = 0; y < kHeight; ++y)
            QCOMPARE(image.pixel(7, y) == QColor(Qt::magenta).rgb(), y < 5 || y >= 11);
    }

    void lanesOfAnyHeightHaveRoomForTheirParts()
    {
        for (int height = 1; height <= 120; ++height) {
            const TaskStripes stripes = taskStripes(height);
            QCOMPARE_GE(stripes.state.height, 1);
            QCOMPARE_GE(stripes.lost.top, 0);
            QCOMPARE_LE(stripes.lost.top + stripes.lost.height, height);
            if (height >= kLeastLaneHeight)
                QCOMPARE_LE(stripes.state.top + stripes.state.height, stripes.lost.top);
        }
    }
};

QTEST_MAIN(tst_TaskPainter)
#include "tst_taskpainter.moc"
