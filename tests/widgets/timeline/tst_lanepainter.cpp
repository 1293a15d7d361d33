// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/timeline/lanepainter.h"

#include <QTest>

#include <thread>

using namespace thresher;
using namespace thresher::ui;

namespace {

constexpr std::uint32_t kColumns = 40;
constexpr int kHeight = 24;
constexpr QRgb kUntouched = 0xff123456;

/// A lane's pixels with rows above and below that nothing may write to.
struct Canvas
{
    static constexpr int kGuard = 3;
    std::vector<QRgb> pixels = std::vector<QRgb>(kColumns * (kHeight + 2 * kGuard), kUntouched);
    TaskColours colours;
    LaneTarget target;
    LaneLook look;
    LanePainter painter;

    explicit Canvas(const Theme &theme = Theme::light())
    {
        std::vector<Task> tasks(3);
        tasks[1] = {.pid = 10, .tgid = -1, .comm = "cat", .names = {}};
        tasks[2] = {.pid = 11, .tgid = -1, .comm = "bash", .names = {}};
        colours.reset(std::make_shared<TaskTable>(std::move(tasks)), theme);
        target.pixels = pixels.data() + kGuard * kColumns;
        target.stride = kColumns;
        target.columns = kColumns;
        target.height = kHeight;
        target.clipBottom = kHeight;
        look.theme = &theme;
        look.tasks = &colours;
        look.stripes = laneStripes(kHeight, true);
    }
    [[nodiscard]] QRgb at(int x, int y) const
    {
        return pixels[static_cast<std::size_t>((y + kGuard) * int{kColumns} + x)];
    }
    void paint(const LaneDrawList &list) { painter.paint(list, target, look); }
};

} // namespace

class tst_LanePainter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anEmptyLaneIsItsBackground()
    {
        Canvas canvas;
        canvas.paint({});
        for (int y = 0; y < kHeight; ++y)
            QCOMPARE(canvas.at(7, y), Theme::light().background.rgb());
        canvas.look.isOdd = true;
        canvas.paint({});
        QCOMPARE(canvas.at(7, 7), Theme::light().oddLane.rgb());
    }

    void aFullSliceHasItsTasksColourInItsStripeOnly()
    {
        Canvas canvas;
        LaneDrawList list;
        list.of(Role::Running) = {{10, 20, 1, kFullLevel}};
        canvas.paint(list);
        const QRgb colour = Theme::light().taskColour("cat", 10);
        const Stripe stripe = canvas.look.stripes.running;
        for (int y = 0; y < kHeight; ++y) {
            const bool isIn = y >= stripe.top && y < stripe.top + stripe.height;
            QCOMPARE(canvas.at(10, y) == colour, isIn);
            QCOMPARE(canvas.at(19, y) == colour, isIn);
            QVERIFY(canvas.at(9, y) != colour);
            QVERIFY(canvas.at(20, y) != colour);
        }
    }

    void theFaintestLevelIsStillSeen()
    {
        for (const Theme *theme : {&Theme::light(), &Theme::dark()}) {
            Canvas canvas(*theme);
            LaneDrawList list;
            list.of(Role::Running) = {{10, 11, 1, 1}};
            canvas.paint(list);
            const QColor seen = QColor::fromRgb(canvas.at(10, 12));
            const QColor back = theme->background;
            const int difference = std::abs(seen.red() - back.red())
                                   + std::abs(seen.green() - back.green())
                                   + std::abs(seen.blue() - back.blue());
            QCOMPARE_GT(difference, 24);
        }
    }

    void interruptsTicksAndLossesHaveTheirPlaces()
    {
        Canvas canvas;
        LaneDrawList list;
        list.of(Role::Irq) = {{1, 2, 33, kFullLevel}};
        list.of(Role::Softirq) = {{1, 2, 3, kFullLevel}};
        list.of(Role::Events) = {{1, 2, 0, kTickLevels}, {4, 5, 0, 1}};
        list.of(Role::Lost) = {{30, 36, 0, 1}};
        canvas.paint(list);
        const LaneStripes &stripes = canvas.look.stripes;
        const QRgb back = Theme::light().background.rgb();
        QCOMPARE(canvas.at(1, stripes.irq.top), Theme::light().irq.rgb());
        QCOMPARE(canvas.at(1, stripes.softirq.top), Theme::light().softirq.rgb());
        // The fullest tick fills its stripe, the emptiest its lowest row.
        const int top = stripes.ticks.top;
        const int bottom = stripes.ticks.top + stripes.ticks.height - 1;
        QVERIFY(canvas.at(1, top) != back);
        QVERIFY(canvas.at(4, top) == back);
        QVERIFY(canvas.at(4, bottom) != back);
        int strokes = 0;
        for (int y = 0; y < stripes.whole.height; ++y) {
            QVERIFY(canvas.at(33, y) != back);
            strokes += qRed(canvas.at(33, y)) - qGreen(canvas.at(33, y)) > 100;
        }
        QVERIFY(strokes >= 6 && strokes <= 10); // diagonal: a third of the rows
    }

    void clippedRowsAreNotTouched()
    {
        Canvas canvas;
        canvas.target.clipTop = 8;
        canvas.target.clipBottom = 15;
        LaneDrawList list;
        list.of(Role::Running) = {{0, kColumns, 1, kFullLevel}};
        list.of(Role::Irq) = {{0, kColumns, 1, kFullLevel}};
        list.of(Role::Events) = {{0, kColumns, 1, 3}};
        list.of(Role::Density) = {{0, kColumns, 1, kFullDensity}};
        list.of(Role::Unknown) = {{0, kColumns, 1, 1}};
        list.of(Role::Pending) = {{0, kColumns, 1, 1}};
        list.of(Role::Lost) = {{0, kColumns, 1, 1}};
        canvas.paint(list);
        for (int y = -Canvas::kGuard; y < kHeight + Canvas::kGuard; ++y) {
            for (int x = 0; x < static_cast<int>(kColumns); ++x)
                QCOMPARE(canvas.at(x, y) == kUntouched, y < 8 || y >= 15);
        }
    }

    void barsGrowFromTheBottom()
    {
        Canvas canvas;
        LaneDrawList list;
        list.of(Role::Density) = {{0, 1, 0, 1}, {1, 2, 0, 128}, {2, 3, 0, kFullDensity}};
        canvas.paint(list);
        const auto height = [&](int x) {
            int rows = 0;
            for (int y = 0; y < kHeight; ++y)
                rows += canvas.at(x, y) == Theme::light().density.rgb();
            return rows;
        };
        const int full = canvas.look.stripes.density.height;
        QCOMPARE(height(0), 1);
        QVERIFY(std::abs(height(1) - full / 2) <= 1);
        QCOMPARE(height(2), full);
        QCOMPARE(height(3), 0);
    }

    void gridLinesLieBehind()
    {
        Canvas canvas;
        const std::vector<std::uint32_t> grid{5, 12, 4'000'000};
        canvas.look.gridColumns = grid;
        LaneDrawList list;
        list.of(Role::Running) = {{10, 20, 1, kFullLevel}};
        canvas.paint(list);
        QCOMPARE(canvas.at(5, 12), Theme::light().grid.rgb());
        QCOMPARE(canvas.at(12, 12), Theme::light().taskColour("cat", 10));
    }

    void coloursMayBeAskedForByTwoThreads()
    {
        std::vector<Task> tasks(5000);
        for (std::size_t i = 0; i < tasks.size(); ++i) {
            tasks[i].pid = static_cast<Pid>(i);
            tasks[i].comm = "task" + std::string(i % 7, 'x');
        }
        TaskColours colours;
        colours.reset(std::make_shared<TaskTable>(tasks), Theme::dark());
        {
            const std::jthread other([&] {
                for (std::uint32_t i = 0; i < 5000; ++i)
                    Q_UNUSED(colours.colour(i))
            });
            for (std::uint32_t i = 5000; i-- > 0;)
                Q_UNUSED(colours.colour(i))
        }
        QCOMPARE(colours.colour(4711), Theme::dark().taskColour("task", 4711));
        QCOMPARE(colours.colour(5000), Theme::dark().unknown.rgb());
        QCOMPARE(colours.colour(kNoValue), Theme::dark().unknown.rgb());
    }
};

QTEST_GUILESS_MAIN(tst_LanePainter)
#include "tst_lanepainter.moc"
