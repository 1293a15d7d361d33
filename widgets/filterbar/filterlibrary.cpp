// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/filterbar/filterlibrary.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

namespace {

constexpr qsizetype kLongest = 60;

/// One line of a menu, without a shortcut.
QString menuText(QString text)
{
    text = text.simplified();
    if (text.size() > kLongest)
        text = text.left(kLongest - 1) + u'…';
    return text.replace(u'&', u"&&"_s);
}

} // namespace

void fillFilterMenu(QMenu &menu, const NamedFilters &filters,
                    const std::function<void(const QString &)> &apply)
{
    menu.setToolTipsVisible(true);
    const auto add = [&](QMenu &to, const QString &text, const QString &expression,
                         const QString &problem) {
        QAction *item = to.addAction(problem.isEmpty() ? text : text + u" — "_s + menuText(problem),
                                     [apply, expression] { apply(expression); });
        item->setEnabled(problem.isEmpty());
        item->setToolTip(problem.isEmpty() ? expression.left(1000) : problem);
    };
    for (int row = 0; row < filters.rowCount(); ++row) {
        add(menu, menuText(filters.name(row)), filters.expression(row), filters.problem(row));
    }
    if (filters.rowCount() == 0)
        menu.addAction(FilterLibrary::tr("No filter has a name so far"))->setEnabled(false);
    QMenu *recent = menu.addMenu(FilterLibrary::tr("Used &recently"));
    recent->setToolTipsVisible(true);
    for (const QString &expression : filters.recent())
        add(*recent, menuText(expression), expression, filters.problemOf(expression));
    recent->setEnabled(!filters.recent().isEmpty());
}

FilterLibrary::FilterLibrary(NamedFilters &filters, QWidget *parent)
    : QDialog(parent)
    , m_filters(filters)
    , m_table(new QTableView(this))
    , m_problem(new QLabel(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Filters"));
    setObjectName(u"filterLibrary"_s);
    resize(720, 420);
    m_table->setModel(&filters);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setColumnWidth(NamedFilters::NameColumn, 220);
    m_table->setAccessibleName(tr("Filters that have names"));
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setProperty("role", u"secondary"_s);
    auto *buttons = new QDialogButtonBox(this);
    const auto button = [&](const QString &text, QDialogButtonBox::ButtonRole role,
                            const auto &slot) {
        QPushButton *made = buttons->addButton(text, role);
        made->setAutoDefault(false);
        connect(made, &QPushButton::clicked, this, slot);
        return made;
    };
    m_apply = button(tr("&Apply"), QDialogButtonBox::ActionRole, &FilterLibrary::applyRow);
    m_rename = button(tr("&Rename"), QDialogButtonBox::ActionRole,
                      [this] { m_table->edit(m_filters.index(row(), NamedFilters::NameColumn)); });
    m_remove = button(tr("&Delete"), QDialogButtonBox::ActionRole, &FilterLibrary::removeRow);
    m_copy = button(tr("&Copy all as text"), QDialogButtonBox::ActionRole,
                    [this] { QApplication::clipboard()->setText(m_filters.toText()); });
    button(tr("&Paste"), QDialogButtonBox::ActionRole, &FilterLibrary::paste);
    button(tr("Close"), QDialogButtonBox::RejectRole, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_problem);
    layout->addWidget(buttons);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &FilterLibrary::update);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&filters, signal, this, &FilterLibrary::update);
    connect(&filters, &QAbstractItemModel::dataChanged, this, &FilterLibrary::update);
    if (filters.rowCount() > 0)
        m_table->selectRow(0);
    m_table->setFocus();
    update();
}

int FilterLibrary::row() const
{
    return m_table->currentIndex().row();
}

void FilterLibrary::applyRow()
{
    if (row() < 0 || !m_filters.problem(row()).isEmpty())
        return;
    Q_EMIT applied(m_filters.expression(row()));
    accept();
}

void FilterLibrary::removeRow()
{
    m_filters.remove(row());
}

void FilterLibrary::paste()
{
    const int taken = m_filters.addText(QApplication::clipboard()->text());
    update();
    m_problem->setText(taken > 0 ? tr("%1 filters were taken.").arg(taken)
                                 : tr("The clipboard holds no filters. A line of text is one: "
                                      "NAME = EXPRESSION"));
}

void FilterLibrary::update()
{
    const bool isChosen = row() >= 0 && row() < m_filters.rowCount();
    const QString problem = isChosen ? m_filters.problem(row()) : QString();
    m_apply->setEnabled(isChosen && problem.isEmpty());
    for (QPushButton *button : {m_rename, m_remove})
        button->setEnabled(isChosen);
    m_copy->setEnabled(m_filters.rowCount() > 0);
    if (!problem.isEmpty())
        m_problem->setText(tr("This recording does not understand it: %1").arg(problem));
    else if (isChosen)
        m_problem->setText(m_filters.expression(row()));
    else
        m_problem->setText(tr("Save the filter in the bar from its menu, or paste lines of text: "
                              "NAME = EXPRESSION"));
}

} // namespace thresher::ui
