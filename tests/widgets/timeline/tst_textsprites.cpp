// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/theme.h"
#include "widgets/timeline/textsprites.h"

#include <QTest>

using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

/// The columns that hold ink, as [first, last]; {-1, -1}: none.
std::pair<int, int> ink(const QImage &image)
{
    std::pair<int, int> found{-1, -1};
    for (int x = 0; x < image.width(); ++x) {
        for (int y = 0; y < image.height(); ++y) {
            if (image.pixel(x, y) == qRgb(255, 255, 255))
                continue;
            if (found.first < 0)
                found.first = x;
            found.second = x;
        }
    }
    return found;
}

QImage white()
{
    QImage image(200, 24, QImage::Format_RGB32);
    image.fill(Qt::white);
    return image;
}

} // namespace

class tst_TextSprites : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textNeverLeavesItsRoom()
    {
        TextSprites sprites;
        sprites.setFont(fonts().small, 1);
        const int whole = sprites.sprite(u"systemd-journal"_s).width;
        for (int room = 0; room <= whole + 5; ++room) {
            QImage image = white();
            const int used = sprites.draw(image, 20, 4, room, u"systemd-journal"_s, qRgb(0, 0, 0));
            QCOMPARE_LE(used, room);
            const auto [first, last] = ink(image);
            QCOMPARE(first >= 0, used > 0);
            if (used > 0) {
                QVERIFY(first >= 20);
                QVERIFY(last <= 20 + room + 1); // a letter may lean over
            }
            QCOMPARE(used == whole, room >= whole);
        }
    }

    void whatDoesNotFitIsCutToAtLeastThreeLetters()
    {
        TextSprites sprites;
        sprites.setFont(fonts().small, 1);
        const int three = sprites.sprite(u"sys"_s).width + sprites.sprite(u"…"_s).width;
        QImage image = white();
        QCOMPARE_GT(sprites.draw(image, 0, 0, three + 1, u"systemd-journal"_s, 0xff000000), 0);
        QCOMPARE(sprites.draw(image, 0, 0, three - 3, u"systemd-journal"_s, 0xff000000), 0);
    }

    void nothingIsDrawnOutsideThePicture()
    {
        TextSprites sprites;
        sprites.setFont(fonts().ui, 1);
        for (const QPoint at :
             {QPoint(-30, -5), QPoint(190, 15), QPoint(-500, 0), QPoint(500, 500)}) {
            QImage image = white();
            sprites.draw(image, at.x(), at.y(), 100, u"kworker/u32:1"_s, 0xff000000);
        }
    }

    void aSpriteIsAsLargeAsTheScreenIsFine()
    {
        TextSprites sprites;
        sprites.setFont(fonts().small, 1);
        const int once = sprites.sprite(u"bash"_s).width;
        sprites.setFont(fonts().small, 2);
        const int twice = sprites.sprite(u"bash"_s).width;
        QVERIFY(std::abs(twice - 2 * once) <= 2);
    }

    void manyTextsDoNotGrowWithoutEnd()
    {
        TextSprites sprites;
        sprites.setFont(fonts().small, 1);
        QImage image = white();
        for (int i = 0; i < 9000; ++i)
            QVERIFY(sprites.draw(image, 0, 0, 30, "a-name-" + std::to_string(i), 0xff000000) >= 0);
    }

    void bytesThatAreNoTextAreDrawnAsSuch()
    {
        TextSprites sprites;
        sprites.setFont(fonts().small, 1);
        QImage image = white();
        sprites.draw(image, 0, 0, 150, std::string_view("\xff\xfe\x80 \x01z", 6), 0xff000000);
        QVERIFY(ink(image).first >= 0);
    }
};

QTEST_MAIN(tst_TextSprites)
#include "tst_textsprites.moc"
