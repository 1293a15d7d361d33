// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/dialogs.h"

#include "model/base/version.h"

#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QIcon>
#include <QLabel>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

struct KeyLine
{
    const char *keys; ///< Null: `what` is a caption.
    const char *what;
};

// clang-format off
constexpr std::array kKeyLines{
    KeyLine{nullptr, QT_TRANSLATE_NOOP("KeysDialog", "TIMELINE")},
    KeyLine{"Wheel · W S · + −", QT_TRANSLATE_NOOP("KeysDialog", "zoom, at the pointer")},
    KeyLine{"Drag · A D · ← → · Shift+wheel", QT_TRANSLATE_NOOP("KeysDialog", "move along")},
    KeyLine{"Ctrl+wheel · ↑ ↓", QT_TRANSLATE_NOOP("KeysDialog", "scroll the lanes")},
    KeyLine{"Shift+drag · drag in the ruler", QT_TRANSLATE_NOOP("KeysDialog", "select a range")},
    KeyLine{"Click", QT_TRANSLATE_NOOP("KeysDialog", "make the nearest event the current one")},
    KeyLine{"Double click · Shift+A · Shift+B", QT_TRANSLATE_NOOP("KeysDialog", "set marker A, then B; drawn to what is near")},
    KeyLine{"Drag a flag", QT_TRANSLATE_NOOP("KeysDialog", "move a marker or bookmark; with Alt anywhere")},
    KeyLine{"[ ]", QT_TRANSLATE_NOOP("KeysDialog", "previous, next event of the current one's CPU")},
    KeyLine{"F · Z", QT_TRANSLATE_NOOP("KeysDialog", "whole trace · zoom to the selection")},
    KeyLine{"Home End", QT_TRANSLATE_NOOP("KeysDialog", "begin, end of the trace")},
    KeyLine{"Page Up, Page Down", QT_TRANSLATE_NOOP("KeysDialog", "a width back, on")},
    KeyLine{"Esc", QT_TRANSLATE_NOOP("KeysDialog", "clear the selection, then the current event")},
    KeyLine{nullptr, QT_TRANSLATE_NOOP("KeysDialog", "LANES")},
    KeyLine{"Shift+↑ Shift+↓ · Alt+↑ Alt+↓", QT_TRANSLATE_NOOP("KeysDialog", "lane above, below · move the lane there, as dragging its name does")},
    KeyLine{"P · H · K", QT_TRANSLATE_NOOP("KeysDialog", "pin the lane to the top · hide it · fold it")},
    KeyLine{"[ ] · Enter · Y", QT_TRANSLATE_NOOP("KeysDialog", "in a lane: previous, next slice, value or text · select a slice's range · why?")},
    KeyLine{"L", QT_TRANSLATE_NOOP("KeysDialog", "choose lanes and their order, look for one")},
    KeyLine{nullptr, QT_TRANSLATE_NOOP("KeysDialog", "EVENT TABLE")},
    KeyLine{"↑ ↓ · Page Up, Page Down", QT_TRANSLATE_NOOP("KeysDialog", "another event; with Shift select rows")},
    KeyLine{"Home End", QT_TRANSLATE_NOOP("KeysDialog", "first, last event")},
    KeyLine{"Enter · double click", QT_TRANSLATE_NOOP("KeysDialog", "put the event into the timeline's middle")},
    KeyLine{"0 … 9 · Ctrl+G", QT_TRANSLATE_NOOP("KeysDialog", "go to a time; # and a number: to a row")},
    KeyLine{"Ctrl+C", QT_TRANSLATE_NOOP("KeysDialog", "copy the selected rows, separated by tabs")},
    KeyLine{"Ctrl+Shift+C", QT_TRANSLATE_NOOP("KeysDialog", "copy them as trace-cmd prints them")},
    KeyLine{nullptr, QT_TRANSLATE_NOOP("KeysDialog", "MARKS")},
    KeyLine{"Alt+A · Alt+B", QT_TRANSLATE_NOOP("KeysDialog", "go to marker A, B")},
    KeyLine{"Shift+Z · Shift+C", QT_TRANSLATE_NOOP("KeysDialog", "zoom from A to B · clear both")},
    KeyLine{"B · F2 · Del", QT_TRANSLATE_NOOP("KeysDialog", "add a bookmark · rename it · delete it in the list")},
    KeyLine{"Alt+Page Up, Page Down · Ctrl+B", QT_TRANSLATE_NOOP("KeysDialog", "previous, next bookmark · their list")},
    KeyLine{"Ctrl+Z · Ctrl+Shift+Z", QT_TRANSLATE_NOOP("KeysDialog", "undo, redo: marks, filter, selection, jumps")},
    KeyLine{nullptr, QT_TRANSLATE_NOOP("KeysDialog", "FILTER AND SEARCH")},
    KeyLine{"/", QT_TRANSLATE_NOOP("KeysDialog", "write an expression; Tab completes, Enter applies, Esc leaves")},
    KeyLine{"Alt+↓", QT_TRANSLATE_NOOP("KeysDialog", "in the field: saved and recent filters")},
    KeyLine{"Ctrl+F", QT_TRANSLATE_NOOP("KeysDialog", "find a text, among what the filter shows; Esc ends it")},
    KeyLine{"F3 · Shift+F3 · N · Shift+N", QT_TRANSLATE_NOOP("KeysDialog", "next, previous one found; without a search, of the filter")},
    KeyLine{nullptr, QT_TRANSLATE_NOOP("KeysDialog", "LISTS")},
    KeyLine{"Space", QT_TRANSLATE_NOOP("KeysDialog", "show or hide the selected")},
    KeyLine{"O", QT_TRANSLATE_NOOP("KeysDialog", "show only the selected")},
    KeyLine{"Ctrl+Shift+E", QT_TRANSLATE_NOOP("KeysDialog", "show everything again")},
    KeyLine{nullptr, QT_TRANSLATE_NOOP("KeysDialog", "WINDOW")},
    KeyLine{"Ctrl+Shift+S", QT_TRANSLATE_NOOP("KeysDialog", "cut a part of the trace to a file of its own")},
    KeyLine{"Ctrl+O · Ctrl+W", QT_TRANSLATE_NOOP("KeysDialog", "open, close a recording")},
    KeyLine{"Ctrl+R", QT_TRANSLATE_NOOP("KeysDialog", "record this machine")},
    KeyLine{"Ctrl+Shift+P", QT_TRANSLATE_NOOP("KeysDialog", "probe a function: of the kernel or of a program")},
    KeyLine{"Ctrl+S", QT_TRANSLATE_NOOP("KeysDialog", "save the session, to be sent to someone")},
    KeyLine{"Ctrl+. · Ctrl+M · Ctrl+End", QT_TRANSLATE_NOOP("KeysDialog", "stop recording, write a text into it, follow it")},
    KeyLine{"Ctrl+K", QT_TRANSLATE_NOOP("KeysDialog", "do anything by its name")},
    KeyLine{"Alt+← Alt+→", QT_TRANSLATE_NOOP("KeysDialog", "back, forward to what was shown")},
    KeyLine{"Ctrl+0 · Ctrl++ · Ctrl+−", QT_TRANSLATE_NOOP("KeysDialog", "whole trace, zoom in, zoom out")},
    KeyLine{"Ctrl+Alt+C · Ctrl+Alt+S", QT_TRANSLATE_NOOP("KeysDialog", "copy, save the timeline as a picture")},
    KeyLine{"F8 · F9 · F11", QT_TRANSLATE_NOOP("KeysDialog", "events pane, side pane, full screen")},
    KeyLine{"F1 · ?", QT_TRANSLATE_NOOP("KeysDialog", "this list")},
};
// clang-format on

QDialog *makeDialog(QWidget *parent, const QString &title)
{
    auto *dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    return dialog;
}

QDialogButtonBox *closeButtons(QDialog *dialog)
{
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    return buttons;
}

QString tr(const char *context, const char *text)
{
    return QCoreApplication::translate(context, text);
}

QWidget *makeKeyList(QWidget *parent)
{
    auto *list = new QWidget(parent);
    auto *grid = new QGridLayout(list);
    grid->setContentsMargins(20, 8, 20, 12);
    grid->setHorizontalSpacing(28);
    grid->setVerticalSpacing(5);
    int row = 0;
    for (const KeyLine &line : kKeyLines) {
        auto *what = new QLabel(tr("KeysDialog", line.what), list);
        if (line.keys == nullptr) {
            what->setProperty("role", u"heading"_s);
            what->setContentsMargins(0, row == 0 ? 4 : 14, 0, 2);
            grid->addWidget(what, row++, 0, 1, 2);
            continue;
        }
        auto *keys = new QLabel(QString::fromUtf8(line.keys), list);
        keys->setFont(fonts().strong);
        grid->addWidget(keys, row, 0);
        grid->addWidget(what, row++, 1);
    }
    grid->setColumnStretch(1, 1);
    return list;
}

} // namespace

void showKeysDialog(QWidget *parent)
{
    QDialog *dialog = makeDialog(parent, tr("KeysDialog", "Keys and mouse"));
    dialog->setObjectName(u"keysDialog"_s);
    auto *scroll = new QScrollArea(dialog);
    scroll->setWidget(makeKeyList(scroll));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto *layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(0, 8, 0, 12);
    layout->addWidget(scroll, 1);
    QDialogButtonBox *buttons = closeButtons(dialog);
    buttons->setContentsMargins(0, 0, 16, 0);
    layout->addWidget(buttons);
    // All of it, where the screen is high enough.
    const int screen = dialog->screen()->availableGeometry().height();
    const int needed = scroll->widget()->sizeHint().height() + buttons->sizeHint().height() + 40;
    const int width = scroll->widget()->sizeHint().width() + 24; // with the scroll bar
    dialog->resize(std::max(620, width), std::min(needed, screen - 60));
    dialog->open();
}

void showAboutDialog(QWidget *parent)
{
    QDialog *dialog = makeDialog(parent, tr("AboutDialog", "About Thresher"));
    dialog->setObjectName(u"aboutDialog"_s);
    auto *icon = new QLabel(dialog);
    icon->setPixmap(QIcon(u":/resources/org.thresher.Thresher.svg"_s)
                        .pixmap(QSize(64, 64), dialog->devicePixelRatioF()));
    const std::string_view number = version();
    auto *title = new QLabel(
        u"Thresher "_s + QString::fromLatin1(number.data(), static_cast<qsizetype>(number.size())),
        dialog);
    title->setProperty("role", u"title"_s);
    auto *text = new QLabel(
        tr("AboutDialog",
           "A trace visualizer for Linux: it opens recordings of trace-cmd of any size.\n\n"
           "Free software under the GNU General Public License, version 3 or any later version. "
           "There is no warranty, to the extent permitted by law.\n\n"
           "It stands on Qt, libtraceevent, zstd, zlib and xxHash."),
        dialog);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *grid = new QGridLayout(dialog);
    grid->setContentsMargins(20, 20, 20, 16);
    grid->setHorizontalSpacing(18);
    grid->addWidget(icon, 0, 0, 2, 1, Qt::AlignTop);
    grid->addWidget(title, 0, 1);
    grid->addWidget(text, 1, 1);
    grid->addWidget(closeButtons(dialog), 2, 0, 1, 2);
    grid->setColumnStretch(1, 1);
    dialog->resize(460, 250);
    dialog->open();
}

ThemeChoice themeChoice(const QString &name)
{
    return name == u"light"  ? ThemeChoice::Light
           : name == u"dark" ? ThemeChoice::Dark
                             : ThemeChoice::System;
}

} // namespace thresher::ui
