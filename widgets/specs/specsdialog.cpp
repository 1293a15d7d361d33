// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "widgets/specs/specsdialog.h"

#include "widgets/filterbar/filterfield.h"
#include "widgets/specs/specform.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace thresher::ui {

SpecsDialog::SpecsDialog(SpecList &specs, QWidget *parent)
    : QDialog(parent)
    , m_specs(specs)
    , m_table(new QTableView(this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Pairs and counters"));
    setObjectName(u"specsDialog"_s);
    resize(960, 620);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_table, 1);
    makeTable();
    makeEditor();
    auto *form = new QHBoxLayout;
    form->addWidget(m_kind, 0, Qt::AlignTop);
    form->addWidget(m_form, 1);
    layout->addLayout(form);
    auto *editor = new QHBoxLayout;
    auto *label = new QLabel(tr("A&s text"), this);
    label->setBuddy(m_field);
    editor->addWidget(label);
    editor->addWidget(m_field, 1);
    editor->addWidget(m_save);
    layout->addLayout(editor);
    layout->addWidget(m_said);
    layout->addWidget(makeButtons());
    // Not what is current: a table that gets the keyboard makes its first row that.
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &SpecsDialog::showRow);
    connect(m_table, &QTableView::clicked, this, &SpecsDialog::showRow);
    connect(&specs, &QAbstractItemModel::modelReset, this, &SpecsDialog::startNew);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&specs, signal, this, &SpecsDialog::update);
    startNew();
    m_form->field(SpecForm::Part::Name)->setFocus();
}

void SpecsDialog::makeTable()
{
    m_table->setModel(&m_specs);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(kRowHeight + 2);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setSectionResizeMode(SpecList::TextColumn, QHeaderView::Stretch);
    m_table->setColumnWidth(SpecList::NameColumn, 160);
    m_table->setColumnWidth(SpecList::KindColumn, 110);
    m_table->setColumnWidth(SpecList::FoundColumn, 190);
    m_table->setAccessibleName(tr("Pairs and counters that are looked for"));
}

void SpecsDialog::makeEditor()
{
    m_kind = new QComboBox(this);
    m_kind->addItems({tr("Pair"), tr("Counter")});
    m_kind->setAccessibleName(tr("What it is"));
    const auto complete = [this](SpecKind kind, const std::string &text, std::size_t cursor) {
        const auto &index = m_specs.snapshot();
        return index ? specCompletions(kind, text, cursor, *index) : std::vector<Completion>();
    };
    m_form = new SpecForm(complete, this);
    m_field = new FilterField(this);
    m_field->setAccessibleName(tr("A pair or counter of yours"));
    m_field->setProvider([this, complete](const std::string &text, std::size_t cursor) {
        return complete(kind(), text, cursor);
    });
    m_save = new QPushButton(this);
    m_save->setAutoDefault(false);
    m_said = new QLabel(this);
    m_said->setWordWrap(true);
    m_said->setTextFormat(Qt::PlainText);
    m_said->setMinimumHeight(2 * QFontMetrics(font()).lineSpacing());
    m_said->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    connect(m_kind, &QComboBox::currentIndexChanged, this, [this] {
        m_form->show(kind(), m_field->text());
        check();
    });
    connect(m_form, &SpecForm::edited, this, [this] {
        m_field->setText(m_form->text());
        m_field->setCursorPosition(0);
    });
    connect(m_form, &SpecForm::applied, this, &SpecsDialog::save);
    connect(m_form, &SpecForm::left, this, &QDialog::reject);
    connect(m_field, &QLineEdit::textChanged, this,
            [this] { m_form->show(kind(), m_field->text()); });
    connect(m_field, &QLineEdit::textChanged, this, &SpecsDialog::check);
    connect(m_field, &FilterField::applied, this, &SpecsDialog::save);
    connect(m_field, &FilterField::left, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &SpecsDialog::save);
}

QWidget *SpecsDialog::makeButtons()
{
    auto *buttons = new QWidget(this);
    auto *layout = new QHBoxLayout(buttons);
    layout->setContentsMargins({});
    const auto add = [&](const QString &text, const auto &slot) {
        auto *button = new QPushButton(text, buttons);
        button->setAutoDefault(false);
        connect(button, &QPushButton::clicked, this, slot);
        layout->addWidget(button);
        return button;
    };
    m_new = add(tr("&New"), [this] {
        m_table->setCurrentIndex({});
        startNew();
        m_form->field(SpecForm::Part::Name)->setFocus();
    });
    m_remove = add(tr("&Delete"), [this] { m_specs.remove(row()); });
    m_copy = add(tr("&Copy all as text"),
                 [this] { QApplication::clipboard()->setText(m_specs.toText()); });
    m_paste = add(tr("&Paste"), &SpecsDialog::paste);
    layout->addStretch(1);
    add(tr("Close"), &QDialog::reject);
    return buttons;
}

int SpecsDialog::row() const
{
    return m_table->currentIndex().row();
}

SpecKind SpecsDialog::kind() const
{
    return m_kind->currentIndex() == 1 ? SpecKind::Counter : SpecKind::Pair;
}

QString SpecsDialog::said() const
{
    return m_said->text();
}

/// One of the user's is edited; a built-in one is a pattern for a new one.
void SpecsDialog::showRow()
{
    if (row() < 0 || row() >= m_specs.rowCount())
        return;
    m_edited = m_specs.isOwn(row()) ? row() : -1;
    m_kind->setCurrentIndex(m_specs.kind(row()) == SpecKind::Counter ? 1 : 0);
    m_field->setText(m_specs.text(row()));
    m_field->setCursorPosition(0);
    update();
}

void SpecsDialog::startNew()
{
    m_edited = -1;
    m_field->clear();
    check();
}

void SpecsDialog::save()
{
    const auto error = m_specs.errorOf(kind(), m_field->text());
    const int saved = error ? -1 : m_specs.save(kind(), m_field->text(), m_edited);
    if (saved < 0) {
        check();
        if (error)
            m_field->markWrong(error->range);
        return;
    }
    m_table->selectRow(saved);
    m_edited = saved;
    update();
}

void SpecsDialog::paste()
{
    const int taken = m_specs.addText(QApplication::clipboard()->text());
    update();
    m_said->setText(taken > 0 ? tr("%1 lines were taken.").arg(taken)
                              : tr("The clipboard holds neither pairs nor counters. A line of text "
                                   "is one: pair NAME: BEGIN -> END by FIELD"));
}

/// What is still being written is told, but not marked.
void SpecsDialog::check()
{
    const QString text = m_field->text();
    const auto error = m_specs.errorOf(kind(), text);
    const bool isRead = !error || error->range.end < static_cast<std::size_t>(text.toUtf8().size());
    m_field->clearMark();
    if (error && isRead) {
        const int cursor = m_field->cursorPosition();
        m_field->markWrong(error->range);
        m_field->setCursorPosition(cursor);
    }
    if (text.trimmed().isEmpty())
        m_said->setText(kind() == SpecKind::Pair
                            ? tr("One of yours: NAME: BEGIN -> END by FIELD, with events of this "
                                 "trace; also “if (FILTER)” behind an event, FIELD=FIELD where "
                                 "the fields differ, and “on task”, “on cpu” or “on FIELD” for "
                                 "the lanes.")
                            : tr("One of yours: NAME: EVENT FIELD, then “signed”, “by FIELD” for "
                                 "a curve each, and “in UNIT”, as far as it is needed."));
    else
        m_said->setText(error ? QString::fromStdString(error->text())
                              : m_specs.countText(kind(), text));
    QPalette palette = m_said->palette();
    const Theme &theme = Theme::of(this);
    palette.setColor(QPalette::WindowText,
                     error && isRead && !text.isEmpty() ? theme.bad : theme.secondary);
    m_said->setPalette(palette);
    update();
}

void SpecsDialog::update()
{
    const bool isOwn = m_specs.isOwn(row());
    if (m_edited >= 0 && !m_specs.isOwn(m_edited))
        m_edited = -1;
    m_save->setText(m_edited >= 0 ? tr("Cha&nge it") : tr("&Add it"));
    m_save->setEnabled(!m_specs.errorOf(kind(), m_field->text()));
    m_remove->setEnabled(isOwn);
    m_copy->setEnabled(!m_specs.toText().isEmpty());
}

} // namespace thresher::ui
