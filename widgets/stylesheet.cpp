// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/stylesheet.h"

#include "widgets/theme.h"

namespace thresher::ui {

using namespace Qt::StringLiterals;

namespace {

const QString &sheetTemplate()
{
    static const QString kSheet = uR"(
QMenuBar { background: @panel; border: none; }
QMenuBar::item { padding: 5px 10px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: @hovered; }
QMenu { background: @card; border: 1px solid @cardLine; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: @selected; color: @text; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }

QToolBar { background: @panel; border: none; border-bottom: 1px solid @line; spacing: 6px; padding: 5px 8px; }
QToolBar::separator { width: 1px; background: @line; margin: 4px 4px; }

QPushButton, QToolButton { background: @control; color: @text; border: 1px solid @line; border-radius: 5px;
    padding: 4px 11px; }
QPushButton:hover, QToolButton:hover { background: @hovered; }
QPushButton:pressed, QToolButton:pressed { background: @line; }
QPushButton:disabled, QToolButton:disabled { color: @faint; }
QPushButton:focus, QToolButton:focus { border-color: @accent; }
QPushButton:default { background: @accent; color: @accentText; border-color: @accent; }
QPushButton:default:disabled { background: @line; color: @faint; border-color: @line; }
QToolButton:checked, QPushButton:checked { background: @selected; color: @accent; border-color: @selected; }
QToolButton[flat="true"], QPushButton[flat="true"] { background: transparent; border-color: transparent; }
QToolButton[flat="true"]:hover, QPushButton[flat="true"]:hover { background: @hovered; }
QToolButton::menu-indicator { image: none; }
QFileDialog QToolButton { padding: 4px; min-width: 18px; min-height: 18px; }

QLineEdit, QAbstractSpinBox, QComboBox { background: @control; color: @text; border: 1px solid @line; border-radius: 5px;
    padding: 4px 8px; selection-background-color: @accent; selection-color: @accentText; }
QComboBox { padding-right: 2px; }
QComboBox:on { border-color: @accent; }
QComboBox::item:disabled { color: @faint; }
QComboBox::drop-down { subcontrol-origin: padding; subcontrol-position: center right; width: 22px; border: none;
    background: transparent; }
QComboBox::down-arrow { image: url(:/widgets/arrows/down-@name.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @card; border: 1px solid @cardLine; selection-background-color: @selected;
    selection-color: @text; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border-color: @accent; }
QLineEdit[wrong="true"], QLineEdit[wrong="true"]:focus { color: @bad; border-color: @bad; }
QLineEdit:disabled { color: @faint; background: @panel; }
QPlainTextEdit, QTextEdit, QTextBrowser { background: @background; border: none; selection-background-color: @accent;
    selection-color: @accentText; }

QTabWidget::pane { border: none; border-top: 1px solid @line; }
QTabBar { background: @panel; }
QTabBar::tab { background: transparent; color: @secondary; border: none; border-bottom: 2px solid transparent;
    padding: 6px 14px 5px 14px; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; background: @background; border-bottom-color: @accent; }

QHeaderView { background: @panel; border: none; }
QHeaderView::section { background: @panel; color: @secondary; border: none; border-bottom: 1px solid @line;
    border-right: 1px solid @line; padding: 3px 8px; }
QHeaderView::section:last { border-right: none; }
QTreeView QHeaderView::up-arrow { image: url(:/widgets/arrows/up-@name.svg); width: 12px; height: 12px; }
QTreeView QHeaderView::down-arrow { image: url(:/widgets/arrows/down-@name.svg); width: 12px; height: 12px; }
QAbstractItemView { background: @background; border: none; outline: none; }
QTreeView::item, QListView::item, QTableView::item { min-height: 21px; padding: 0 4px; }
QTreeView::item:hover, QListView::item:hover { background: @hovered; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected { background: @selected; color: @text; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: @scrollHandle; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: @line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: @accent; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent; }
QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; }
QDockWidget::title { background: @panel; padding: 6px 10px; }

QStatusBar { background: @panel; border-top: 1px solid @line; }
QStatusBar::item { border: none; }
QToolTip { background: @card; color: @text; border: 1px solid @cardLine; padding: 4px 6px; }
QProgressBar { background: @line; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QGroupBox { border: none; margin-top: 18px; font-weight: 600; }

*[role="panel"] { background: @panel; }
QLabel[role="title"] { font-size: 15px; font-weight: 600; }
QLabel[role="heading"] { color: @secondary; font-size: 11px; font-weight: 600; }
QLabel[role="secondary"] { color: @secondary; font-size: 11px; }
QLabel[role="good"] { color: @good; font-weight: 600; }
QTextEdit[role="field"] { border: 1px solid @line; border-radius: 5px; padding: 4px; }
QTextEdit[role="field"]:focus { border-color: @accent; }
QLabel[role="warning"] { color: @warning; font-weight: 600; }
QLabel[role="filterError"] { background: @card; color: @bad; border: 1px solid @bad; border-radius: 4px; }
QListView[role="completions"] { background: @card; border: 1px solid @cardLine; }
QLabel[role="bad"] { color: @bad; font-weight: 600; }
QLabel[role="note"] { background: @card; color: @bad; border: 1px solid @cardLine; border-radius: 4px; padding: 3px 7px;
    font-size: 11px; }
QFrame[role="banner"] { background: @card; border: 1px solid @cardLine; border-left: 3px solid @bad; border-radius: 4px; }
QFrame[role="line"] { background: @line; border: none; max-height: 1px; min-height: 1px; }
)"_s;
    return kSheet;
}

} // namespace

QString styleSheet(const Theme &theme)
{
    // Longer names first where one begins with another.
    const std::pair<QLatin1StringView, QColor> roles[] = {
        {"@scrollHandle"_L1, theme.isDark ? QColor(0x3a3f49) : QColor(0xcfd3da)},
        {"@accentText"_L1, theme.accentText},
        {"@background"_L1, theme.background},
        {"@secondary"_L1, theme.secondary},
        {"@cardLine"_L1, theme.cardLine},
        {"@selected"_L1, theme.selected},
        {"@hovered"_L1, theme.hovered},
        {"@control"_L1, theme.control},
        {"@warning"_L1, theme.warning},
        {"@accent"_L1, theme.accent},
        {"@panel"_L1, theme.panel},
        {"@good"_L1, theme.good},
        {"@faint"_L1, theme.faint},
        {"@text"_L1, theme.text},
        {"@line"_L1, theme.line},
        {"@card"_L1, theme.card},
        {"@bad"_L1, theme.bad},
    };
    QString sheet = sheetTemplate();
    for (const auto &[role, colour] : roles)
        sheet.replace(role, colour.name());
    return sheet.replace(u"@name"_s, theme.isDark ? u"dark"_s : u"light"_s);
}

} // namespace thresher::ui
