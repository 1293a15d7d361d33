// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/pictures/picturedialog.h"
#include "tests/app/appscene.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QToolButton>

using namespace thresher;
using namespace thresher::test;
using namespace thresher::ui;
using namespace Qt::StringLiterals;

namespace {

/// The window with a trace, and the dialog open.
struct DialogScene : AppScene
{
    QPointer<PictureDialog> dialog;

    DialogScene()
    {
        open(Home::dataFile(u"sched-basic.dat"_s));
        QTest::keyClick(&window, Qt::Key_S, Qt::ControlModifier | Qt::AltModifier);
        QCoreApplication::processEvents();
        dialog = window.findChild<PictureDialog *>();
    }
    template<typename T>
    [[nodiscard]] T *find(const QString &name) const
    {
        return dialog->findChild<T *>(name);
    }
    void type(const QString &path) const
    {
        auto *field = find<QLineEdit>(u"path"_s);
        field->selectAll();
        QTest::keyClicks(field, path);
    }
    void click(const QString &name) const
    {
        QTest::mouseClick(find<QPushButton>(name), Qt::LeftButton);
        QCoreApplication::processEvents();
    }
    [[nodiscard]] QString out(const QString &name) const { return home.folder.filePath(name); }
};

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class tst_PictureDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutATraceThereIsNoPicture()
    {
        AppScene scene;
        for (const auto &name :
             {u"copyTimelinePicture"_s, u"copyWindowPicture"_s, u"savePicture"_s})
            QVERIFY(!scene.window.action(name)->isEnabled());
        QVERIFY(!scene.window.findChild<QToolButton *>(u"snapshot"_s)->isEnabled());
    }

    void theToolbarOffersAll()
    {
        AppScene scene;
        scene.open(Home::dataFile(u"sched-basic.dat"_s));
        auto *button = scene.window.findChild<QToolButton *>(u"snapshot"_s);
        QVERIFY(button->isEnabled() && button->isVisible());
        QStringList names;
        for (const QAction *action : button->menu()->actions())
            names += action->objectName();
        for (const QString &name : {u"copyTimelinePicture"_s, u"copyWindowPicture"_s,
                                    u"savePicture"_s, u"cut"_s, u"report"_s})
            QVERIFY2(names.contains(name), qPrintable(names.join(u' ')));
    }

    void copyingGivesPngAndSvg()
    {
        AppScene scene;
        scene.open(Home::dataFile(u"sched-basic.dat"_s));
        QTest::keyClick(&scene.window, Qt::Key_C, Qt::ControlModifier | Qt::AltModifier);
        const QMimeData *data = QGuiApplication::clipboard()->mimeData();
        QVERIFY(data->hasImage());
        const QImage image = QImage::fromData(data->data(u"image/png"_s), "PNG");
        QCOMPARE(image.width(), scene.timeline()->viewport()->width());
        QVERIFY(data->data(u"image/svg+xml"_s).contains("<svg "));
        scene.trigger("copyWindowPicture");
        const QMimeData *whole = QGuiApplication::clipboard()->mimeData();
        QCOMPARE(QImage::fromData(whole->data(u"image/png"_s), "PNG").size(), scene.window.size());
    }

    void aPictureIsSavedWithKeysAndMouse()
    {
        DialogScene scene;
        QVERIFY(scene.dialog && scene.dialog->isVisible());
        QTRY_VERIFY(!scene.find<QLabel>(u"preview"_s)->pixmap().isNull());
        const QString path = scene.out(u"x.svg"_s);
        scene.type(path);
        QCOMPARE(scene.dialog->format(), PictureFormat::Svg);
        QVERIFY(!scene.find<QComboBox>(u"scale"_s)->isEnabled());
        scene.click(u"save"_s);
        QTRY_VERIFY(!scene.dialog);
        QVERIFY(contentOf(path).contains("CPU 1"));
        QVERIFY(scene.window.status()->findChildren<QLabel *>().size() > 0);
    }

    void theEndingFollowsTheFormat()
    {
        DialogScene scene;
        scene.type(scene.out(u"x.png"_s));
        auto *format = scene.find<QComboBox>(u"format"_s);
        format->setFocus();
        QTest::keyClick(format, Qt::Key_End);
        QCOMPARE(scene.dialog->path(), scene.out(u"x.pdf"_s));
        QTest::keyClick(scene.find<QLineEdit>(u"path"_s), Qt::Key_Return);
        QTRY_VERIFY(!scene.dialog);
        QVERIFY(contentOf(scene.out(u"x.pdf"_s)).startsWith("%PDF"));
    }

    void replacingIsSaidBefore()
    {
        DialogScene scene;
        QFile file(scene.out(u"x.png"_s));
        QVERIFY(file.open(QFile::WriteOnly) && file.write("old") == 3);
        file.close();
        scene.type(file.fileName());
        QCOMPARE(scene.find<QPushButton>(u"save"_s)->text(), u"Replace"_s);
        QTest::mouseClick(scene.find<QCheckBox>(u"caption"_s), Qt::LeftButton, {}, QPoint(8, 8));
        QVERIFY(!scene.dialog->options().hasCaption);
        scene.click(u"save"_s);
        QTRY_VERIFY(!scene.dialog);
        QCOMPARE(QImage(file.fileName()).width(), 2 * scene.timeline()->viewport()->width());
    }

    void whatCannotBeWrittenLeavesTheDialogOpen()
    {
        DialogScene scene;
        scene.type(u"/dev/null.d/x.png"_s);
        scene.click(u"save"_s);
        QVERIFY(scene.dialog && scene.dialog->isVisible());
        QVERIFY(scene.find<QLabel>(u"note"_s)->text().contains(u"there is no folder"_s));
        QTest::keyClick(scene.dialog, Qt::Key_Escape);
        QTRY_VERIFY(!scene.dialog);
    }

    void theWholeWindowKeepsItsSizeAndColours()
    {
        applyTheme(ThemeChoice::Light);
        DialogScene scene;
        const QSize size = scene.window.size();
        auto *what = scene.find<QComboBox>(u"what"_s);
        QTest::keyClick(what, Qt::Key_End);
        QTest::keyClick(scene.find<QComboBox>(u"colours"_s), Qt::Key_Down);
        QCOMPARE(scene.dialog->options().colours, PictureColours::Dark);
        const QString path = scene.out(u"w.png"_s);
        scene.type(path);
        scene.click(u"save"_s);
        QTRY_VERIFY(!scene.dialog);
        const QImage image(path);
        QCOMPARE(image.width(), 2 * size.width());
        QVERIFY(image.pixelColor(4, 4).lightness() < 128);
        QCOMPARE(scene.window.size(), size);
        QVERIFY(!Theme::of(&scene.window).isDark);
    }
};

QTEST_MAIN(tst_PictureDialog)
#include "tst_picturedialog.moc"
